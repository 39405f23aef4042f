"""Instances of the order batching problem, as benchmark sets write them: one JSON object a line, packed by gzip.

Cell 0 of an aisle is the farthest from the cross-aisle on the depot's side (``bottom``); an aisle is
``d_bottom + (cells - 1) * d_cell + d_top`` long. Aisles are ``d_aisle`` apart. Sides of an aisle make no difference.
"""

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec

from hub.domain.aisles import Aisles, Stop
from hub.domain.batching import PickOrder

MM = 1_000
"""Of one unit of an instance's lengths, and thousandths of one unit of its capacity: both become whole numbers."""

Cell = tuple[int, int]
"""Aisle and cell."""


class BadInstance(ValueError):
    """A file of instances cannot be read, or one of them is none."""


class Known(msgspec.Struct, frozen=True):
    """What the literature knows of an instance with exact routes: a total that was reached, and a proven bound."""

    ub: float
    lb: float
    optimal: bool


class BestKnown(msgspec.Struct, frozen=True):
    """What is known by kind of routing; only exact routing concerns us."""

    optimal: Known | None = None


class Instance(msgspec.Struct, frozen=True, kw_only=True):
    """One instance."""

    of_set: str = msgspec.field(name="set")
    name: str
    capacity: float
    aisles: int
    cells: int
    depot_aisle: int
    depot: Literal["bottom", "top"]
    d_aisle: float
    d_cell: float
    d_top: float
    d_bottom: float
    d_depot: float
    """From the depot to the end of its aisle; walked twice by each tour."""
    skus: dict[str, tuple[int, int, str]]
    """Aisle, cell and side of each SKU."""
    orders: list[list[tuple[int, float]]]
    """SKU and quantity of each line."""
    weights: dict[str, float] = {}
    """What one article takes of the capacity, by SKU; 1 if there is none."""
    best_known: BestKnown = BestKnown()

    @property
    def known(self) -> Known | None:
        """What is known with exact routes, if anything is."""
        return self.best_known.optimal

    @property
    def aisle_length(self) -> float:
        """From cross-aisle to cross-aisle."""
        return self.d_bottom + (self.cells - 1) * self.d_cell + self.d_top

    def along(self, cell: int) -> float:
        """How far a cell is from the cross-aisle at the bottom."""
        return self.d_bottom + (self.cells - 1 - cell) * self.d_cell

    def cells_of(self, order: int) -> set[Cell]:
        """Where an order's articles lie."""
        return {(sku[0], sku[1]) for sku in (self.skus[str(number)] for number, _ in self.orders[order])}

    def size_of(self, order: int) -> float:
        """What an order takes of the capacity."""
        return sum(quantity * self.weights.get(str(number), 1) for number, quantity in self.orders[order])


def read_instances(file: Path) -> Iterator[Instance]:
    """The instances of a file.

    Raises:
        BadInstance: the file cannot be read, or a line is no instance.
    """
    decoder = msgspec.json.Decoder(Instance)
    read = 0
    try:
        with gzip.open(file, "rb") as lines:
            for line in lines:
                yield decoder.decode(line)
                read += 1
    except (OSError, EOFError, msgspec.DecodeError) as error:
        raise BadInstance(f"{file}: expected JSON instances packed by gzip, got after {read}: {error}.") from error


class BatchingTask:
    """An instance as the product's batching takes it: whole millimetres and whole thousandths of capacity.

    Raises:
        BadInstance: a length or a size is not whole in thousandths, or a line names no SKU or a SKU no aisle.
    """

    def __init__(self, instance: Instance) -> None:
        try:
            self._cells = {
                Stop(aisle, _whole(instance.along(cell))): (aisle, cell)
                for order in range(len(instance.orders))
                for aisle, cell in instance.cells_of(order)
            }
            stop_of = {cell: stop for stop, cell in self._cells.items()}
            length_mm = _whole(instance.aisle_length)
            self.aisles = Aisles(
                across_mm=tuple(_whole(instance.d_aisle * number) for number in range(instance.aisles)),
                cross_mm=(0, length_mm),
                depot=Stop(instance.depot_aisle, 0 if instance.depot == "bottom" else length_mm),
            )
            self.aisles.check(self._cells)
            self.orders = [
                PickOrder(
                    stops=frozenset(stop_of[cell] for cell in instance.cells_of(order)),
                    size=_whole(instance.size_of(order)),
                )
                for order in range(len(instance.orders))
            ]
            self.capacity = _whole(instance.capacity)
        except (ValueError, KeyError) as error:
            raise BadInstance(f"{instance.of_set} {instance.name}: {error}") from error

    def cell(self, stop: Stop) -> Cell:
        """Aisle and cell of a stop."""
        return self._cells[stop]


def _whole(length: float) -> int:
    thousandths = round(length * MM)
    if abs(thousandths - length * MM) > 1e-6:
        raise ValueError(f"Expected a number with at most three decimals, got {length}.")
    return thousandths

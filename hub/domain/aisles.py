"""A floor of parallel aisles joined by cross-aisles, and how far it is to walk on it.

Aisles run along one axis and cross-aisles along the other. Aisles are narrow: both sides are picked from one line, so
a stop has an aisle and a place along it, and no side. Between two cross-aisles lies a block; beyond the outermost ones
an aisle is a dead end.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, order=True)
class Stop:
    """A place on the floor where somebody stands: the index of its aisle, and how far along it."""

    aisle: int
    along_mm: int


@dataclass(frozen=True, kw_only=True)
class Aisles:
    """Where the aisles and cross-aisles lie, and where tours begin and end.

    Raises:
        ValueError: positions do not increase, there is no cross-aisle, or the depot's aisle does not exist.
    """

    across_mm: tuple[int, ...]
    """Each aisle's place across the floor, increasing."""
    cross_mm: tuple[int, ...]
    """Each cross-aisle's place along the aisles, increasing; at least one."""
    depot: Stop

    def __post_init__(self) -> None:
        for name, positions in (("aisles", self.across_mm), ("cross-aisles", self.cross_mm)):
            if not positions or any(a >= b for a, b in pairwise(positions)):
                raise ValueError(f"Expected one or more {name} at increasing positions, got {positions}.")
        self.check((self.depot,))

    def check(self, stops: Iterable[Stop]) -> None:
        """Raises: ValueError, a stop is in an aisle that does not exist."""
        for stop in stops:
            if not 0 <= stop.aisle < len(self.across_mm):
                raise ValueError(f"Expected an aisle from 0 to {len(self.across_mm) - 1}, got {stop.aisle}.")

    def between_mm(self, one: Stop, other: Stop) -> int:
        """The shortest way from one stop to another: along the aisle, or through the best cross-aisle.

        >>> floor = Aisles(across_mm=(0, 5_000), cross_mm=(0, 10_000), depot=Stop(0, 0))
        >>> floor.between_mm(Stop(0, 8_000), Stop(0, 1_000)), floor.between_mm(Stop(0, 8_000), Stop(1, 9_000))
        (7000, 8000)
        """
        if one.aisle == other.aisle:
            return abs(one.along_mm - other.along_mm)
        over = abs(self.across_mm[one.aisle] - self.across_mm[other.aisle])
        return over + min(abs(one.along_mm - at) + abs(other.along_mm - at) for at in self.cross_mm)

    def tour_mm(self, stops: Iterable[Stop]) -> int:
        """How far it is from the depot to the stops in this order and back."""
        return sum(self.between_mm(a, b) for a, b in pairwise((self.depot, *stops, self.depot)))

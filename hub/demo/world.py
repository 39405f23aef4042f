"""The physical truth of the simulated floor: every single unit, where it lies and what it weighs.

The world asks the hub nothing. People move units here, and the scales' twins are told the new loads. What happened
is written down act by act (:meth:`World.save`), so that a test can compare it with the book.
"""

import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hub.site.catalogue import Catalogue, Item


@dataclass(frozen=True)
class Unit:
    """One unit of an SKU, with its own weight."""

    sku: str
    mg: int


@dataclass
class Pile:
    """Units lying at one place."""

    units: list[Unit] = field(default_factory=list)

    @property
    def mass_mg(self) -> int:
        """What they weigh."""
        return sum(unit.mg for unit in self.units)

    def count(self) -> dict[str, int]:
        """Units by SKU."""
        return dict(Counter(unit.sku for unit in self.units))


class World:
    """Piles by place: bins, totes, plates, parcels, and the put-back tote.

    Args:
        catalogue: Weights, spreads, opening stock.
        rng: Draws each unit's weight.
        load: Tells a bin's scale its load: (bin, milligrams).
    """

    def __init__(self, catalogue: Catalogue, rng: random.Random, load: Callable[[str, int], None]) -> None:
        self._catalogue = catalogue
        self._rng = rng
        self._load = load
        self._lock = threading.RLock()
        self.bins = {stock.bin: Pile(self.make(stock.sku, stock.units)) for stock in catalogue.bins}
        self.totes: dict[str, Pile] = {}
        self.plates: dict[str, Pile] = {}
        self.parcels: dict[str, Pile] = {}
        self.putback = Pile()
        self._acts: list[dict[str, object]] = []
        self._masses = {name: pile.mass_mg for name, pile in self.bins.items()}

    def item(self, sku: str) -> Item:
        """What is known of an SKU."""
        return self._catalogue.items[sku]

    def make(self, sku: str, units: int) -> list[Unit]:
        """New units, each of its own weight."""
        item = self._catalogue.items[sku]
        return [Unit(sku, max(1, round(self._rng.gauss(item.unit_mg, item.spread_mg)))) for _ in range(units)]

    def tote(self, name: str) -> Pile:
        """A tote's pile."""
        with self._lock:
            return self.totes.setdefault(name, Pile())

    def take_from_bin(self, bin_name: str, units: int) -> list[Unit]:
        """Take units out of a bin, as many as there are."""
        with self._lock:
            pile = self.bins[bin_name]
            taken = [pile.units.pop() for _ in range(min(units, len(pile.units)))]
            self._masses[bin_name] -= sum(unit.mg for unit in taken)
        self.load_bin(bin_name)
        return taken

    def put_into_bin(self, bin_name: str, units: list[Unit]) -> None:
        """Put units into a bin."""
        with self._lock:
            self.bins.setdefault(bin_name, Pile()).units.extend(units)
            self._masses[bin_name] = self._masses.get(bin_name, 0) + sum(unit.mg for unit in units)
        self.load_bin(bin_name)

    def load_bin(self, bin_name: str) -> None:
        """Tell a bin's scale what it carries."""
        self._load(bin_name, self._masses.get(bin_name, 0))

    @staticmethod
    def take(pile: Pile, sku: str, units: int) -> list[Unit]:
        """Take units of an SKU out of a pile, as many as there are."""
        found = [unit for unit in pile.units if unit.sku == sku][:units]
        for unit in found:
            pile.units.remove(unit)
        return found

    def act(self, who: str, what: str, **facts: object) -> None:
        """Write down what somebody did."""
        with self._lock:
            self._acts.append({"time": time.time(), "who": who, "act": what, **facts})

    def acted(self, who: str) -> bool:
        """Whether somebody has done anything at all."""
        with self._lock:
            return any(act["who"] == who for act in self._acts)

    def save(self, path: Path, divisions_mg: Mapping[str, int]) -> None:
        """Write what really happened to a JSON file, with the scales' divisions by station."""
        with self._lock:
            items = self._catalogue.items.values()
            text = json.dumps(
                {
                    "acts": self._acts,
                    "bins": [
                        {"bin": name, "sku": sku, "units": units}
                        for name, pile in sorted(self.bins.items())
                        for sku, units in pile.count().items()
                    ],
                    "totes": _contents("tote", self.totes),
                    "parcels": _contents("parcel", self.parcels),
                    "putback": self.putback.count(),
                    "divisions_mg": dict(divisions_mg),
                    "weights": {i.sku: {"unit_mg": i.unit_mg, "spread_mg": i.spread_mg} for i in items},
                },
                indent=1,
            )
        path.write_text(text, "utf-8")


def _contents(kind: str, piles: Mapping[str, Pile]) -> list[dict[str, object]]:
    return [
        {kind: name, "sku": sku, "units": units}
        for name, pile in sorted(piles.items())
        for sku, units in pile.count().items()
    ]

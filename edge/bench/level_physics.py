"""A platform under the bins of a shelf level as physics has it. Knows nothing of ours.

It is a coarser scale than a bin's: of as many divisions, for the load of all its bins together.
"""

from random import Random

from edge.bench.bin_physics import CAPACITY_DIVISIONS, LOAD_SHARE_MAX, UNITS_MAX, Item, Pan, Scale, Stock, draw_item
from edge.bench.bin_physics import SPAN_SHARE as SCALE_SPAN_SHARE

BINS = (2, 6)
"""A platform carries so many bins."""
DIVISIONS_MG = (5_000, 10_000, 20_000, 50_000)
UNITS_FITTING = 12
"""The platform is chosen so that so many units of each of its items fit where one can."""


class PhysicalLevel(Pan):
    """Bins on one platform."""

    def __init__(self, items: dict[str, Item], scale: Scale, rng: Random) -> None:
        super().__init__(scale, rng)
        self.stocks = {name: Stock(item, rng) for name, item in items.items()}

    @property
    def stock_mg(self) -> float:
        """What the units of all bins weigh."""
        return sum(stock.load_mg for stock in self.stocks.values())

    def lying(self) -> dict[str, int]:
        """How many units really lie in each bin."""
        return {name: stock.units for name, stock in self.stocks.items()}

    def room_units(self, name: str) -> int:
        """How many more units a bin takes: its share of the platform."""
        stock = self.stocks[name]
        share_mg = self.scale.capacity_mg * LOAD_SHARE_MAX / len(self.stocks)
        return max(0, min(UNITS_MAX, int(share_mg / stock.item.unit_mg)) - stock.units)


def draw_level(rng: Random) -> PhysicalLevel:
    """A platform and its items, drawn from the same range as the bins' with scales of their own."""
    items = {f"bay-01/{n:02}": draw_item(rng) for n in range(1, rng.randint(*BINS) + 1)}
    heaviest_mg = max(item.unit_mg for item in items.values()) * len(items)
    fitting = [d for d in DIVISIONS_MG if CAPACITY_DIVISIONS * d * LOAD_SHARE_MAX >= UNITS_FITTING * heaviest_mg]
    division_mg = fitting[0] if fitting else DIVISIONS_MG[-1]
    scale = Scale(division_mg=division_mg, span=rng.gauss(0, SCALE_SPAN_SHARE), phase=rng.random())
    return PhysicalLevel(items, scale, rng)

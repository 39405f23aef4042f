"""A bin on a scale as physics has it, and which movements can be counted by weight at all. Knows nothing of ours.

Each unit has a weight of its own; those of one lot share a mean that differs from what is known of the item. The scale
stretches every load a little, its zero follows the temperature, its cell creeps under a load, each reading has noise
and is rounded to a division, and a passing truck makes it swing. The constants are the statement of it.
"""

from dataclasses import dataclass, field
from math import exp, pi, sin, sqrt
from random import Random

UNIT_MEDIAN_MG = 150_000
UNIT_LOG_SIGMA = 1.2
"""Unit weights are log-normal around the median ..."""
UNIT_MG = (4_000, 3_000_000)
"""... and within these."""
SPREAD_SHARE = (0.002, 0.02)
"""Standard deviation from unit to unit, as a share of the unit weight: log-uniform."""
LOT_SHARE = 0.002
"""Standard deviation of a lot's mean around what is known of the item, as a share of it."""
DIVISIONS_MG = (1_000, 2_000, 5_000, 10_000)
CAPACITY_DIVISIONS = 6_000
NOISE_DIVISIONS = 0.5
"""Standard deviation of a stable reading before it is rounded."""
SPAN_SHARE = 0.0002
"""Standard deviation of a scale's span error."""
TEMPERATURE_DIVISIONS = 1.0
"""The zero goes up and down by this much in a day (5 °C each way, one division for 5 °C)."""
CREEP_SHARE = 0.0002
"""A cell creeps by this share of its load ..."""
CREEP_TAU_S = 300.0
"""... with this time constant, and back when the load is gone."""
DRIFT_DIVISIONS = 1.0
"""Standard deviation that zero and creep together are allowed between two weighings, for what is countable."""
SWING_DIVISIONS = 6.0
"""A scale in motion, or shaken by a truck, shows up to this much more or less."""
DAY_S = 86_400.0
LOAD_SHARE_MAX = 0.9
UNITS_MAX = 600

COUNTABLE_SIGMAS = 4.9
"""A movement is countable if half a unit is this many standard deviations of its weight: then fewer than one weighing
in a million lies nearer to another number of units (two tails of the normal distribution beyond 4.9: 9.6e-7)."""


@dataclass(frozen=True, kw_only=True)
class Item:
    """What is known of an item, and what is true of it."""

    unit_mg: int
    """As known."""
    spread_mg: int
    lot_sigma_mg: float
    """Standard deviation of lot means around ``unit_mg``."""


@dataclass(frozen=True, kw_only=True)
class Scale:
    """A scale."""

    division_mg: int
    span: float
    """By which share it shows too much."""
    phase: float
    """Where in its day it began."""

    @property
    def capacity_mg(self) -> int:
        """The most it weighs."""
        return CAPACITY_DIVISIONS * self.division_mg


def draw_item(rng: Random) -> Item:
    """An item of the simulated range."""
    least, most = UNIT_MG
    unit_mg = min(most, max(least, UNIT_MEDIAN_MG * rng.lognormvariate(0, UNIT_LOG_SIGMA)))
    low, high = SPREAD_SHARE
    spread = low * (high / low) ** rng.random()
    return Item(unit_mg=round(unit_mg), spread_mg=max(1, round(unit_mg * spread)), lot_sigma_mg=LOT_SHARE * unit_mg)


def draw_scale(rng: Random, item: Item) -> Scale:
    """A scale that carries at least a few units of the item, as a warehouse would choose it, or a coarser one."""
    fitting = [d for d in DIVISIONS_MG if CAPACITY_DIVISIONS * d * LOAD_SHARE_MAX >= 12 * item.unit_mg]
    division_mg = rng.choice(fitting or DIVISIONS_MG[-1:])
    return Scale(division_mg=division_mg, span=rng.gauss(0, SPAN_SHARE), phase=rng.random())


def countable_sigma_mg(item: Item, scale: Scale, units: int) -> float:
    """Standard deviation of the weight of a movement, as this physics makes it."""
    systematic_mg = units * sqrt(item.lot_sigma_mg**2 + (SPAN_SHARE * item.unit_mg) ** 2)
    of_units_mg = item.spread_mg * sqrt(units)
    reading2 = NOISE_DIVISIONS**2 + 1 / 12
    of_scale_mg = scale.division_mg * sqrt(2 * reading2 + DRIFT_DIVISIONS**2)
    return sqrt(systematic_mg**2 + of_units_mg**2 + of_scale_mg**2)


def is_countable(item: Item, scale: Scale, units: int) -> bool:
    """Whether so many units, moved at once, can be counted by weight: see :data:`COUNTABLE_SIGMAS`."""
    return item.unit_mg / 2 >= COUNTABLE_SIGMAS * countable_sigma_mg(item, scale, max(1, units))


@dataclass
class Stock:
    """Units of one item in a bin. Those that came in last lie on top and go out first."""

    item: Item
    rng: Random
    unit_weights_mg: list[float] = field(default_factory=list)
    load_mg: float = 0.0

    @property
    def units(self) -> int:
        """How many units really lie there."""
        return len(self.unit_weights_mg)

    def put_lot(self, units: int) -> None:
        """Put units of a new lot in."""
        mean_mg = self.item.unit_mg + self.rng.gauss(0, self.item.lot_sigma_mg)
        for _ in range(units):
            self.unit_weights_mg.append(max(1.0, self.rng.gauss(mean_mg, self.item.spread_mg)))
        self.load_mg = sum(self.unit_weights_mg)

    def put_back(self, weights_mg: list[float]) -> None:
        """Put units back that were taken."""
        self.unit_weights_mg += weights_mg
        self.load_mg = sum(self.unit_weights_mg)

    def take(self, units: int) -> list[float]:
        """Take units out; their weights."""
        assert 0 < units <= self.units, f"Expected 1 to {self.units} units, got {units}."
        taken = self.unit_weights_mg[-units:]
        del self.unit_weights_mg[-units:]
        self.load_mg = sum(self.unit_weights_mg)
        return taken


@dataclass
class Pan:
    """A scale, what lies on it, and the time."""

    scale: Scale
    rng: Random
    now_s: float = 0.0
    foreign_mg: float = 0.0
    """Something that is no unit."""
    _creep_mg: float = 0.0

    @property
    def stock_mg(self) -> float:
        """What all units on it weigh."""
        raise NotImplementedError

    def settle_creep(self) -> None:
        """It has stood like this for hours."""
        self._creep_mg = CREEP_SHARE * self._load_mg

    def wait(self, seconds: float) -> None:
        """Time passes."""
        self.now_s += seconds
        self._creep_mg += (CREEP_SHARE * self._load_mg - self._creep_mg) * (1 - exp(-seconds / CREEP_TAU_S))

    def stable_mg(self) -> int:
        """What the scale shows at rest."""
        return self._shown(self.rng.gauss(0, NOISE_DIVISIONS))

    def swinging_mg(self) -> int:
        """What the scale shows while it swings."""
        return self._shown(self.rng.uniform(-SWING_DIVISIONS, SWING_DIVISIONS))

    @property
    def _load_mg(self) -> float:
        return self.stock_mg + self.foreign_mg

    def _shown(self, off_divisions: float) -> int:
        division_mg = self.scale.division_mg
        day = sin(2 * pi * (self.now_s / DAY_S + self.scale.phase)) - sin(2 * pi * self.scale.phase)
        zero_mg = TEMPERATURE_DIVISIONS * division_mg * day
        true_mg = self._load_mg * (1 + self.scale.span) + self._creep_mg + zero_mg
        return round(true_mg / division_mg + off_divisions) * division_mg


class PhysicalBin(Pan):
    """One bin on a scale."""

    def __init__(self, *, item: Item, scale: Scale, rng: Random, name: str = "") -> None:
        super().__init__(scale, rng)
        self.item = item
        self._name = name
        self._stock = Stock(item, rng)
        self.put_lot, self.put_back, self.take = self._stock.put_lot, self._stock.put_back, self._stock.take

    @property
    def stock_mg(self) -> float:
        """What its units weigh."""
        return self._stock.load_mg

    @property
    def units(self) -> int:
        """How many units really lie there."""
        return self._stock.units

    @property
    def room_units(self) -> int:
        """How many more it carries."""
        most = int(self.scale.capacity_mg * LOAD_SHARE_MAX / self.item.unit_mg)
        return max(0, min(UNITS_MAX, most) - self.units)

    def lying(self) -> dict[str, int]:
        """How many units really lie in it, by its name."""
        return {self._name: self.units}

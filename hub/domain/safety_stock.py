"""How certain each SKU must be of not running out, and the stock that this takes.

Classes are by turnover: few SKUs make most of it, and they are the ones to be surest of. The stock comes from the
forecast's quantile at the class's level, over the review period and the lead time together.

Source: ABC classes and the (R, s, S) rule as in Silver, Pyke and Thomas, Inventory and Production Management in Supply
Chains, 4th edition (2017), chapters 2 and 6.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

Class = Literal["A", "B", "C"]
CLASS_ENDS: tuple[tuple[Class, float], ...] = (("A", 0.8), ("B", 0.95))
"""SKUs by falling turnover: A until they make this share of it, then B, the rest is C."""
SERVICE_LEVELS: Mapping[Class, float] = {"A": 0.98, "B": 0.95, "C": 0.9}
"""Level of the forecast's quantile for each class."""


@dataclass(frozen=True, kw_only=True)
class Cover:
    """What an SKU's stock must cover until an order that is not placed now could come."""

    level: float
    days: int
    """Review period and lead time."""
    expected_units: int
    """What is expected to be asked for in them."""
    enough_units: int
    """What is enough with certainty `level`: the reorder point."""

    @property
    def safety_units(self) -> int:
        """Safety stock: what is held only because nobody knows exactly."""
        return self.enough_units - self.expected_units


def classes(turnover_minor: Mapping[str, int]) -> dict[str, Class]:
    """The class of each SKU by its turnover. An SKU without any is C; equal turnovers go by SKU.

    >>> classes({"mug": 900, "lamp": 100, "pen": 0})
    {'mug': 'A', 'lamp': 'B', 'pen': 'C'}
    """
    whole = sum(turnover_minor.values())
    found: dict[str, Class] = {}
    before = 0
    for sku in sorted(turnover_minor, key=lambda sku: (-turnover_minor[sku], sku)):
        share = before / whole if whole else 1.0
        reached: Class = next((name for name, end in CLASS_ENDS if share < end), "C")
        found[sku] = reached if turnover_minor[sku] > 0 else "C"
        before += turnover_minor[sku]
    return found


def cover(mean: float, quantile: float, *, level: float, days: int, lead_spread_days: float = 0.0) -> Cover:
    """A forecast in whole units: rounded up, and never less certain than expected.

    Args:
        lead_spread_days: standard deviation of the lead time. Its demand is uncertain besides that of the days: both
            margins are added as standard deviations are, by their squares.

    Source: variance of the demand in a lead time that varies, E(L) var(D) + E(D)^2 var(L); Silver, Pyke and Thomas
    (2017), chapter 6.

    >>> cover(40.2, 71.5, level=0.95, days=14)
    Cover(level=0.95, days=14, expected_units=41, enough_units=72)
    >>> cover(40.2, 71.5, level=0.95, days=14, lead_spread_days=3.0)
    Cover(level=0.95, days=14, expected_units=41, enough_units=75)
    """
    if lead_spread_days and quantile > mean:
        late = NormalDist().inv_cdf(level) * (mean / days) * lead_spread_days
        quantile = mean + math.hypot(quantile - mean, late)
    expected = math.ceil(mean)
    return Cover(level=level, days=days, expected_units=expected, enough_units=max(expected, math.ceil(quantile)))

"""What a parcel should weigh, and how far from it is still right."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

SIGMAS = 4.0
"""Standard deviations that an honest parcel may stray: one in 16,000 strays further."""


@dataclass(frozen=True, kw_only=True)
class Content:
    """Units of one SKU with the mean and the standard deviation of a unit's weight."""

    units: int
    unit_mg: int
    spread_mg: int


def expected_weight(contents: Iterable[Content], *, tare_mg: int, tare_spread_mg: int) -> tuple[int, int]:
    """(expected, tolerance) in milligrams; the scale's division comes on top of the tolerance.

    >>> expected_weight([Content(units=4, unit_mg=100_000, spread_mg=1_000)], tare_mg=50_000, tare_spread_mg=0)
    (450000, 8000)
    """
    listed = list(contents)
    mean = tare_mg + sum(c.units * c.unit_mg for c in listed)
    variance = tare_spread_mg**2 + sum(c.units * c.spread_mg**2 for c in listed)
    return mean, round(SIGMAS * math.sqrt(variance))

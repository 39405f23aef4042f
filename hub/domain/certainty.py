"""Whether a scale can count units: the rule that a bay obeys, for judging a site before it works.

The weight of n units is normal with sigma² = (n e)² + n s² + c²: e what is not known of the mean unit weight and of the
scale's span, s the spread from unit to unit, c two readings of a scale with their rounding and noise. The scale is sure
of n units if a unit weighs at least :data:`SIGMAS_APART` sigma: then 99 weighings of 100 are certain.

Source: the model of the stations, ``edge/logic/counting.py``, which the hub does not import.
"""

from bisect import bisect_left
from math import log, sqrt

SIGMAS_APART = 2.576 + sqrt(2.576**2 + 2 * log(2e6))
"""How many sigma a unit must weigh: wrong once in a million, in 99 weighings of 100."""
SPAN_SHARE = 2e-4
"""Standard deviation of a scale's span, as a share of the load."""
READINGS_DIVISIONS2 = 2 * (1 / 12 + 0.5**2)
"""Variance of a change of weight by the scale alone, in divisions squared."""


def is_sure(*, unit_mg: int, spread_mg: int, division_mg: int, units: int, mean_error_mg: float = 0) -> bool:
    """Whether a scale tells ``units`` from one more or one fewer.

    >>> is_sure(unit_mg=100_000, spread_mg=1_000, division_mg=1_000, units=10)
    True
    >>> is_sure(unit_mg=1_000, spread_mg=10, division_mg=1_000, units=1)
    False
    """
    n = max(1, units)
    square = (n * mean_error_mg) ** 2 + (n * SPAN_SHARE * unit_mg) ** 2
    square += n * spread_mg**2 + READINGS_DIVISIONS2 * division_mg**2
    return unit_mg > 0 and SIGMAS_APART * sqrt(square) <= unit_mg


def sure_up_to_units(*, unit_mg: int, spread_mg: int, division_mg: int, most: int) -> int:
    """The largest number of units, ``most`` at most, that the scale is sure of; 0 if not even of one.

    >>> sure_up_to_units(unit_mg=100_000, spread_mg=2_000, division_mg=1_000, most=999)
    33
    """
    return bisect_left(
        range(1, most + 1),
        True,
        key=lambda n: not is_sure(unit_mg=unit_mg, spread_mg=spread_mg, division_mg=division_mg, units=n),
    )

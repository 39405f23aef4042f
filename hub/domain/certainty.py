"""Whether a scale can count units: the rule that a bay obeys, for judging a site before it works.

Noise of n units = one division (two roundings of half a division) + three standard deviations of their sum.
The scale is sure of n units if that noise is less than half a unit.
"""

from bisect import bisect_left
from math import sqrt

SIGMAS = 3
"""Standard deviations of the sum of the units that are allowed for."""


def is_sure(*, unit_mg: int, spread_mg: int, division_mg: int, units: int) -> bool:
    """Whether a scale tells ``units`` from one more or one fewer.

    >>> is_sure(unit_mg=100_000, spread_mg=1_000, division_mg=1_000, units=10)
    True
    >>> is_sure(unit_mg=1_000, spread_mg=10, division_mg=1_000, units=1)
    False
    """
    return unit_mg > 0 and division_mg + SIGMAS * spread_mg * sqrt(max(1, units)) < unit_mg / 2


def sure_up_to_units(*, unit_mg: int, spread_mg: int, division_mg: int, most: int) -> int:
    """The largest number of units, ``most`` at most, that the scale is sure of; 0 if not even of one.

    >>> sure_up_to_units(unit_mg=100_000, spread_mg=2_000, division_mg=1_000, most=999)
    66
    """
    return bisect_left(
        range(1, most + 1),
        True,
        key=lambda n: not is_sure(unit_mg=unit_mg, spread_mg=spread_mg, division_mg=division_mg, units=n),
    )

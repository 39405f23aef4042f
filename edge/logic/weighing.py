"""Weight to units, and whether the scale can be sure of them."""

from math import sqrt
from typing import NamedTuple

from edge.contract.state import BinContent

SIGMAS = 3
"""Spread that is allowed for: three standard deviations of the sum of the units."""


class Weighed(NamedTuple):
    """Units as the scale sees them."""

    units: int
    """Signed as the bin sees it. What was claimed, if the scale is not sure."""
    sure: bool


def noise_mg(content: BinContent, division_mg: int, units: int) -> float:
    """By how much the weight of ``units`` may miss its mean: one division (two roundings) and three sigma."""
    return division_mg + SIGMAS * content.spread_mg * sqrt(abs(units))


def is_sure(content: BinContent, division_mg: int, units: int) -> bool:
    """Whether the scale can tell ``units`` from one more or one fewer.

    >>> is_sure(BinContent(bin="b", sku="s", unit_mg=100_000, spread_mg=1_000), 1_000, 10)
    True
    >>> is_sure(BinContent(bin="b", sku="s", unit_mg=1_000, spread_mg=10), 1_000, 1)
    False
    """
    return content.unit_mg > 0 and noise_mg(content, division_mg, max(1, abs(units))) < content.unit_mg / 2


def nearest_units(weight_mg: int, unit_mg: int) -> int:
    """Weight divided by unit weight, to the nearest whole number, halves away from zero.

    >>> [nearest_units(w, 100) for w in (-151, -150, -49, 49, 50)]
    [-2, -2, 0, 0, 1]
    """
    units = (2 * abs(weight_mg) + unit_mg) // (2 * unit_mg)
    return units if weight_mg >= 0 else -units


def weigh(change_mg: int, content: BinContent | None, division_mg: int, claimed: int) -> Weighed:
    """The units of a change of weight, given what was claimed for it."""
    if content is None or content.unit_mg <= 0:
        return Weighed(claimed, False)
    units = nearest_units(change_mg, content.unit_mg)
    if is_sure(content, division_mg, max(abs(units), abs(claimed))):
        return Weighed(units, True)
    return Weighed(claimed, False)


def is_disturbed(change_mg: int, content: BinContent | None, division_mg: int) -> bool:
    """Whether a weight has changed by more than noise can: half a unit and three divisions at least."""
    half_unit_mg = content.unit_mg / 2 if content is not None else 0
    return abs(change_mg) >= max(half_unit_mg, 3 * division_mg)


def count_content(weight_mg: int, content: BinContent | None, division_mg: int) -> int | None:
    """How many units lie in a bin of this weight; None if the scale cannot be sure or something else lies there."""
    if content is None or content.unit_mg <= 0:
        return None
    units = nearest_units(weight_mg, content.unit_mg)
    if units < 0 or not is_sure(content, division_mg, units):
        return None
    left_over_mg = abs(weight_mg - units * content.unit_mg)
    return units if left_over_mg <= noise_mg(content, division_mg, units) else None

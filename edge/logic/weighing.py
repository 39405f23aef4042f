"""What the weight of a bin says, given what the hub believes lies in it and how its scale is divided."""

from math import hypot
from typing import NamedTuple

from edge.contract.state import BinContent
from edge.logic.counting import FIT_SIGMAS, NOISE_DIVISIONS, Weighing, count_units, tells_apart

ZERO_DIVISIONS = 2
"""Standard deviation of a bay scale's zero since it was last set, in divisions: warmth moves it, and dust. It says
nothing of a change, for both weights have it. Source: OIML R 76-1:2006, section 3.9.2.3: one division for 5 °C."""

DISTURBED_DIVISIONS = 3
"""A weight that is off by less is not disturbed."""


class Weighed(NamedTuple):
    """Units as the scale sees them."""

    units: int
    """Signed as the bin sees it. What was claimed, if the scale is not sure."""
    sure: bool
    odd: bool = False
    """The scale could count this, but it is no whole number of units: something else was moved."""


def weighing_of(content: BinContent, division_mg: int) -> Weighing:
    """How well a bin's scale counts changes of what lies there."""
    return Weighing(
        unit_mg=content.unit_mg,
        spread_mg=content.spread_mg,
        mean_error_mg=content.mean_error_mg,
        division_mg=division_mg,
        noise_mg=NOISE_DIVISIONS * division_mg,
    )


def noise_mg(content: BinContent, division_mg: int, units: int) -> float:
    """By how much the weight of ``units`` may miss their mean and still be theirs."""
    return FIT_SIGMAS * weighing_of(content, division_mg).sigma_mg(units)


def is_sure(content: BinContent, division_mg: int, units: int) -> bool:
    """Whether the scale can tell ``units`` from one more or one fewer, in 99 measurements of 100.

    >>> is_sure(BinContent(bin="b", sku="s", unit_mg=100_000, spread_mg=1_000), 1_000, 10)
    True
    >>> is_sure(BinContent(bin="b", sku="s", unit_mg=1_000, spread_mg=10), 1_000, 1)
    False
    """
    return content.unit_mg > 0 and division_mg > 0 and tells_apart(weighing_of(content, division_mg), units)


def weigh(change_mg: int, content: BinContent | None, division_mg: int, claimed: int) -> Weighed:
    """The units of a change of weight, given what was claimed for it."""
    if content is None or content.unit_mg <= 0 or division_mg <= 0:
        return Weighed(claimed, False)
    weighing = weighing_of(content, division_mg)
    count = count_units(change_mg, weighing)
    if count.certain:
        return Weighed(count.units, True)
    return Weighed(claimed, False, odd=not count.fits and tells_apart(weighing, count.units))


def is_disturbed(change_mg: int, content: BinContent | None, division_mg: int) -> bool:
    """Whether a weight has changed by more than noise can: half a unit and three divisions at least."""
    half_unit_mg = content.unit_mg / 2 if content is not None else 0
    return abs(change_mg) >= max(half_unit_mg, DISTURBED_DIVISIONS * division_mg)


def count_content(weight_mg: int, content: BinContent | None, division_mg: int) -> int | None:
    """How many units lie in a bin of this weight; None if the scale cannot be sure or something else lies there."""
    if content is None or content.unit_mg <= 0 or division_mg <= 0:
        return None
    zero_mg = ZERO_DIVISIONS * division_mg
    weighing = Weighing(
        unit_mg=content.unit_mg,
        spread_mg=content.spread_mg,
        mean_error_mg=content.mean_error_mg,
        division_mg=division_mg,
        noise_mg=hypot(NOISE_DIVISIONS * division_mg, zero_mg / 2**0.5),
    )
    count = count_units(weight_mg, weighing)
    return count.units if count.certain and count.units >= 0 else None

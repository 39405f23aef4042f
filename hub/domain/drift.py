"""A bin whose scale is certain of another number than the book's: set right at once, or counted first?

A difference of a unit or two of little value is not worth a person's walk: the scale is wrong once in a million. What
is more, or dear, is looked at before it becomes a short pick: more than the number may be wrong there.
"""

from typing import Literal

ADJUST_UNITS_MAX = 2
"""Differences of more units are counted by a person."""
ADJUST_MINOR_MAX = 1_000
"""Differences worth more (minor units of the site's currency) are counted by a person."""


def judge_drift(*, book_units: int, scale_units: int, cost_minor: int) -> Literal["agrees", "adjust", "count"]:
    """What to do about a bin of so many units by the book, and so many by a certain scale.

    >>> judge_drift(book_units=20, scale_units=19, cost_minor=350)
    'adjust'
    >>> judge_drift(book_units=20, scale_units=17, cost_minor=10)
    'count'
    >>> judge_drift(book_units=5, scale_units=4, cost_minor=4_000)
    'count'
    """
    off = abs(scale_units - book_units)
    if not off:
        return "agrees"
    return "adjust" if off <= ADJUST_UNITS_MAX and off * cost_minor <= ADJUST_MINOR_MAX else "count"

"""Whether an item comes back far more often than the others of its group, or only seems to."""

from math import exp, lgamma, log, log1p

RARE = 0.001
"""Chance below which a count of returns is no accident: one item in a thousand would be marked for nothing."""
RETURNS_MIN = 3
"""Fewer returned lines than this say nothing of an item."""
FAR = 2.0
"""How often the group's rate is far more."""


def tail(count: int, tries: int, chance: float) -> float:
    """The chance of at least ``count`` out of ``tries``.

    Source: the binomial distribution, summed from above; 1 for a count of 0.

    >>> round(tail(2, 2, 0.5), 6), tail(0, 5, 0.1), tail(1, 5, 0.0)
    (0.25, 1.0, 0.0)
    """
    if count <= 0:
        return 1.0
    if chance <= 0.0 or count > tries:
        return 0.0
    if chance >= 1.0:
        return 1.0
    whole = lgamma(tries + 1)
    terms = (
        exp(whole - lgamma(n + 1) - lgamma(tries - n + 1) + n * log(chance) + (tries - n) * log1p(-chance))
        for n in range(count, tries + 1)
    )
    return min(1.0, sum(terms))


def is_marked(returned: int, shipped: int, others_returned: int, others_shipped: int) -> bool:
    """Whether an item comes back far more often than the rest of its group.

    Args:
        returned, shipped: Lines of the item.
        others_returned, others_shipped: Lines of the group's other items.

    >>> is_marked(9, 20, 20, 1_000), is_marked(2, 2, 20, 1_000), is_marked(3, 100, 20, 1_000)
    (True, False, False)
    """
    if returned < RETURNS_MIN or not others_shipped or not shipped:
        return False
    rate = max(others_returned, 1) / others_shipped
    return returned / shipped > FAR * rate and tail(min(returned, shipped), shipped, min(rate, 1.0)) < RARE

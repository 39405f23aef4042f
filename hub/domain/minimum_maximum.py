"""A minimum and a maximum, as shops set them by hand: so many days of recent mean demand. A yardstick."""

import numpy as np
import numpy.typing as npt

RECENT_DAYS = 56
"""Both are set by the mean demand of the last eight weeks."""
FACTORS = {0.5: 0.75, 0.7: 1.0, 0.8: 1.25, 0.9: 1.5, 0.95: 2.0, 0.98: 3.0, 0.99: 4.0}
"""A minimum knows no service level: how many times the demand of the days to cover stands for each."""

Array = npt.NDArray[np.float64]


def minimum_maximum(demand: Array, cover_days: int, level: float, review_days: int) -> tuple[Array, Array]:
    """Below the minimum order up to the maximum.

    Args:
        demand: [T, n] units asked for on T following days.
        cover_days: days until what is ordered next can have come.
        level: a key of :data:`FACTORS`.
        review_days: the maximum is so many days of demand above the minimum.

    Returns:
        ``minimum`` [n] and ``maximum`` [n] in units.

    >>> minimum_maximum(np.full((60, 1), 2.0), 14, 0.7, 7)
    (array([28.]), array([42.]))
    """
    rate = demand[-RECENT_DAYS:].mean(axis=0)
    minimum: Array = rate * cover_days * FACTORS[level]
    return minimum, minimum + rate * review_days

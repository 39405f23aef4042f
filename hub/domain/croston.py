"""Croston's method, plain: the size of a demand and the days between two are smoothed apart.

It is here as a yardstick and for sites that want it (``restock = "croston"``). Known faults: the rate is too high by
about a factor 1 / (1 - smoothing / 2), and an SKU that is asked for no more never fades.

Source: Croston, Operational Research Quarterly 23 (1972); the margin is a normal one of the errors of one day, as
Silver, Pyke and Thomas (2017), chapter 4 and 6, have it.
"""

from statistics import NormalDist

import numpy as np
import numpy.typing as npt

SMOOTHING = 0.1
"""Share of the newest observation."""

Array = npt.NDArray[np.float64]


def croston(demand: Array, horizon_days: int, level: float) -> tuple[Array, Array]:
    """Total demand of each SKU over the coming days: its mean, and what is enough with certainty `level`.

    Args:
        demand: [T, n] units asked for on T following days.
        horizon_days: days to cover, at least 1.
        level: of service, between 0 and 1.

    Returns:
        ``mean`` [n] and ``quantile`` [n]; 0 for an SKU that was never asked for.
    """
    return Smoothed(demand).at(horizon_days, level)


class Smoothed:
    """Sizes and intervals of each SKU after the last day, for any horizon and certainty.

    Args:
        demand: [T, n] units asked for on T following days.
    """

    def __init__(self, demand: Array) -> None:
        skus = demand.shape[1]
        size, interval = np.zeros(skus), np.ones(skus)
        since = np.zeros(skus)
        self._started = np.zeros(skus, dtype=bool)
        square = np.zeros(skus)
        seen = 0.0
        for day in demand:
            rate = np.where(self._started, size / interval, 0.0)
            if self._started.any():
                seen += 1
                square += np.where(self._started, (day - rate) ** 2, 0.0)
            since += 1
            came = day > 0
            first = came & ~self._started
            more = came & self._started
            size = np.where(first, day, np.where(more, size + SMOOTHING * (day - size), size))
            interval = np.where(first, since, np.where(more, interval + SMOOTHING * (since - interval), interval))
            since = np.where(came, 0.0, since)
            self._started |= came
        self._rate = np.where(self._started, size / interval, 0.0)
        self._variance = square / max(seen, 1.0)

    def at(self, horizon_days: int, level: float) -> tuple[Array, Array]:
        """``mean`` [n] and ``quantile`` [n], as :func:`croston` gives them."""
        mean = self._rate * horizon_days
        spread = np.sqrt(self._variance * horizon_days)
        quantile = np.where(self._started, np.maximum(mean + NormalDist().inv_cdf(level) * spread, 0.0), 0.0)
        return mean, quantile

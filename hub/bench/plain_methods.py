"""What the shipped policy is measured against: simple exponential smoothing, and a minimum and a maximum."""

from statistics import NormalDist

import numpy as np

from hub.bench.stock_trial import REVIEW_DAYS, Array, Days
from hub.domain.forecast import predict

SMOOTHING = 0.2
"""Share of the newest week."""
HISTORY_DAYS = 182
"""The spread is taken from so many last days."""
MIN_MAX_DAYS = 56
"""A minimum and a maximum are set by the mean demand of the last eight weeks."""
MIN_FACTORS = {0.5: 0.75, 0.7: 1.0, 0.8: 1.25, 0.9: 1.5, 0.95: 2.0, 0.98: 3.0, 0.99: 4.0}
"""A minimum knows no service level: how many times the demand of the days to cover stands for each."""


def shipped(demand: Array, cover_days: int, level: float, dates: Days) -> tuple[Array, Array, Array]:
    """The product's own forecast: at every review order up to its quantile."""
    _, quantile = predict(demand, cover_days, level, dates)
    return quantile, quantile, quantile


def exponential_smoothing(demand: Array, cover_days: int, level: float, _dates: Days) -> tuple[Array, Array, Array]:
    """Simple exponential smoothing of weeks; the margin of a gamma distribution with the SKU's own spread.

    Source: Brown (1959); the gamma's quantile by Wilson and Hilferty, PNAS 17 (1931), for small shapes a normal's.
    """
    weeks = demand[len(demand) % 7 :].reshape(-1, 7, demand.shape[1]).sum(axis=1)
    mean = weeks[0].copy()
    for week in weeks[1:]:
        mean += SMOOTHING * (week - mean)
    mean *= cover_days / 7
    last = demand[-HISTORY_DAYS:]
    sums = np.vstack([np.zeros((1, demand.shape[1])), np.cumsum(last, axis=0)])
    totals = sums[cover_days:] - sums[:-cover_days]
    average = np.maximum(totals.mean(axis=0), 1e-9)
    spread = np.clip(totals.var(axis=0) / average**2, 1 / np.maximum(average, 0.05), 25.0)
    z = NormalDist().inv_cdf(level)
    gamma = mean * (1 - spread / 9 + z * np.sqrt(spread) / 3) ** 3
    normal = mean * (1 + 0.8 * z * np.sqrt(spread))
    quantile: Array = np.maximum(np.where(spread > 1 / 0.15, normal, gamma), 0)
    return quantile, quantile, quantile


def minimum_maximum(demand: Array, cover_days: int, level: float, _dates: Days) -> tuple[Array, Array, Array]:
    """What shops do by hand: below the minimum order up to the maximum, both so many days of recent mean demand.

    The minimum is the days to cover times :data:`MIN_FACTORS`, the maximum a review period more. It has no quantile,
    the minimum stands for it.
    """
    rate = demand[-MIN_MAX_DAYS:].mean(axis=0)
    minimum: Array = rate * cover_days * MIN_FACTORS[level]
    return minimum, minimum + rate * REVIEW_DAYS, minimum

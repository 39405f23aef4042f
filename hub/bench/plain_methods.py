"""What the shipped policy is measured against: simple exponential smoothing, and a minimum and a maximum."""

from statistics import NormalDist

import numpy as np

from hub.bench.stock_trial import REVIEW_DAYS, Array, Days
from hub.domain.forecast import predict
from hub.domain.minimum_maximum import minimum_maximum

SMOOTHING = 0.2
"""Share of the newest week."""
HISTORY_DAYS = 182
"""The spread is taken from so many last days."""


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


def minimum_and_maximum(demand: Array, cover_days: int, level: float, _dates: Days) -> tuple[Array, Array, Array]:
    """What shops do by hand. It has no quantile, the minimum stands for it."""
    minimum, maximum = minimum_maximum(demand, cover_days, level, REVIEW_DAYS)
    return minimum, maximum, minimum

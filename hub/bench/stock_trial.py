"""What a way of ordering costs and brings: demand as it really came, stock reviewed every week, sales lost when empty.

The protocol, the same for every method:

- Before each of the coming weeks the method says, from what is known then, up to which stock to order.
- Each day: deliveries come, the review orders (weekly), customers take what there is; what is not there is lost.
- Fill rate = units served / units asked for. Stock = units on hand at the end of a day, in days of mean demand.
- A cautious method holds more and serves more, so methods are compared at equal stock: each is run at several levels
  of caution, and its fill rate is read off that curve, between the levels in a straight line.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

REVIEW_DAYS = 7
LEVELS = (0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99)
"""How cautious: service levels that a method is run at."""
SCORED_LEVEL = 0.95
"""The level whose quantile is scored and timed."""

Array = npt.NDArray[np.float64]
Days = npt.NDArray[np.datetime64]
Method = Callable[[Array, int, float, Days], tuple[Array, Array, Array]]
"""(demand so far [T, n], days to cover, level, dates [T]) -> (reorder point, order-up-to, quantile), [n] each."""


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What is known and what came."""

    units: Array
    """[T, n] demand by day and SKU, history and future."""
    dates: Days
    """[T]"""
    known_days: int
    """Rows that are history at the first review."""
    lead_days: int

    @property
    def cover_days(self) -> int:
        """What an order must last for: until the next one has come."""
        return REVIEW_DAYS + self.lead_days

    @property
    def reviews(self) -> range:
        """The rows before which stock is reviewed."""
        return range(self.known_days, len(self.units), REVIEW_DAYS)


@dataclass(frozen=True, kw_only=True)
class Point:
    """One level of caution."""

    level: float
    fill: float
    stock_days: float


@dataclass(frozen=True, kw_only=True)
class Score:
    """How a method did."""

    curve: tuple[Point, ...]
    pinball95: float
    """Pinball loss of the 0.95 quantile of demand over the days to cover, in shares of the mean demand over them."""
    cover95: float
    """How often demand over the days to cover was within the 0.95 quantile; 0.95 is right."""
    sec_per_1000: float
    """Seconds of this machine for one level of 1,000 SKUs."""

    def fill_at(self, stock_days: float) -> float | None:
        """Fill rate at a mean stock; None if no two levels enclose it.

        Like evaluation scripts do, levels are sorted by their stock and joined by straight lines.
        """
        points = sorted(self.curve, key=lambda point: point.stock_days)
        for low, high in pairwise(points):
            if low.stock_days <= stock_days <= high.stock_days:
                span = high.stock_days - low.stock_days
                share = (stock_days - low.stock_days) / span if span else 1.0
                return low.fill + share * (high.fill - low.fill)
        return None


def run(method: Method, trial: Trial, *, now_s: Callable[[], float], progress: Callable[[int, int], None]) -> Score:
    """Try a method.

    Args:
        now_s: a clock that only goes forward, for the time that the method takes.
        progress: told (reviews done, reviews in all).
    """
    orders: dict[float, list[tuple[Array, Array]]] = {level: [] for level in LEVELS}
    losses, within, spent_s = [], [], 0.0
    for done, row in enumerate(trial.reviews):
        known, dates = trial.units[:row], trial.dates[:row]
        for level in LEVELS:
            began_s = now_s()
            reorder, up_to, quantile = method(known, trial.cover_days, level, dates)
            if level == SCORED_LEVEL:
                spent_s += now_s() - began_s
            orders[level].append((reorder, up_to))
            if level == SCORED_LEVEL and row + trial.cover_days <= len(trial.units):
                came = trial.units[row : row + trial.cover_days].sum(axis=0)
                losses.append(pinball(came, quantile, level))
                within.append(came <= quantile + 1e-9)
        progress(done + 1, len(trial.reviews))
    future = trial.units[trial.known_days :]
    scale = mean_demand(trial.units[: trial.known_days], trial.cover_days).sum()
    return Score(
        curve=tuple(_point(level, future, orders[level], trial.lead_days) for level in LEVELS),
        pinball95=float(np.sum(losses) / (scale * len(losses))),
        cover95=float(np.mean(within)),
        sec_per_1000=spent_s / len(trial.reviews) / trial.units.shape[1] * 1000,
    )


def pinball(came: Array, quantile: Array, level: float) -> Array:
    """The loss whose mean is least for the true quantile.

    >>> pinball(np.array([10.0, 10.0]), np.array([8.0, 12.0]), 0.75).tolist()
    [1.5, 0.5]
    """
    above = came - quantile
    return np.maximum(level * above, (level - 1) * above)


def mean_demand(history: Array, cover_days: int) -> Array:
    """[n] Mean demand over as many days, since the SKU's first sale (or the last three such spans), at least 0.1."""
    sums = np.vstack([np.zeros((1, history.shape[1])), np.cumsum(history, axis=0)])
    totals = (sums[cover_days:] - sums[:-cover_days])[cover_days:]
    sold = history > 0
    first = np.where(sold.any(axis=0), sold.argmax(axis=0), len(history))
    live = np.arange(len(totals))[:, None] >= np.minimum(first, len(history) - 3 * cover_days)
    mean: Array = np.maximum((totals * live).sum(axis=0) / live.sum(axis=0), 0.1)
    return mean


def simulate(demand: Array, orders: Sequence[tuple[Array, Array]], lead_days: int) -> tuple[Array, Array]:
    """Let customers come.

    Args:
        demand: [T, n] what they ask for.
        orders: for each weekly review (reorder point, order-up-to), [n] each; whole units are ordered, rounded up,
            when stock and what is on order are at the reorder point or below.
        lead_days: from order to delivery.

    Returns:
        Units served [n] and the mean stock at the end of the day [n]. It begins at the first order-up-to.
    """
    days, skus = demand.shape
    on_hand = np.ceil(orders[0][1])
    coming = np.zeros((days + lead_days + 1, skus))
    served, stock = np.zeros(skus), np.zeros(skus)
    for day in range(days):
        on_hand = on_hand + coming[day]
        if day % REVIEW_DAYS == 0:
            reorder, up_to = orders[day // REVIEW_DAYS]
            position = on_hand + coming[day + 1 :].sum(axis=0)
            wanted = np.maximum(np.ceil(up_to) - position, 0)
            coming[day + lead_days] += np.where(position <= np.ceil(reorder), wanted, 0)
        taken = np.minimum(on_hand, demand[day])
        on_hand = on_hand - taken
        served += taken
        stock += on_hand
    return served, stock / days


def _point(level: float, future: Array, orders: Sequence[tuple[Array, Array]], lead_days: int) -> Point:
    served, stock = simulate(future, orders, lead_days)
    return Point(
        level=level,
        fill=float(served.sum() / future.sum()),
        stock_days=float(stock.sum() / future.mean(axis=0).sum()),
    )

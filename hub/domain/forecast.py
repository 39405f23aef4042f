"""How much will be asked for in the coming days, and how much is enough with a given certainty.

The level of each SKU is a blend of two simple exponential smoothings of its daily demand per trading day. How far the
total of the coming days may go above it is learned, whenever it is asked for, from the history of all SKUs: what came
in each past window of the same length, against what was known before it, by linear quantile regression on logarithms.
So the margin is the shop's own, follows its seasons, and needs no family of distributions. See docs/forecast.md.

Source: simple exponential smoothing, Brown, Statistical Forecasting for Inventory Control (1959); quantile regression,
:mod:`hub.domain.quantile_regression`. That an SKU which is asked for no more fades is what Croston's method
(Operational Research Quarterly 23, 1972) lacks and what Teunter, Syntetos and Babai (EJOR 214, 2011) mend; smoothing
every trading day, with or without demand, does so by itself.
"""

from collections.abc import Sequence
from statistics import NormalDist
from typing import Any

import numpy as np
import numpy.typing as npt

from hub.domain.demand import without_one_off_bulk
from hub.domain.quantile_regression import fit
from hub.domain.trading_days import TradingDays, trading_days

LEVELS = ((24.0, 0.6), (48.0, 0.4))
"""(half-life in trading days, share) of the smoothings that make an SKU's level."""
USUAL_HALF_LIFE = 60.0
"""Half-life, in trading days, of the smoothed logarithm of daily demand: what is usual, big days counting little."""
HISTORY_DAYS_MAX = 400
"""Older days are not looked at: they weigh nothing in the smoothings. It bounds time and memory."""
AGE_MAX = 100
"""An SKU that has been sold for so many trading days is not new any more."""
AGE_ADDED = 5.0
AGE_MIN = 7
"""SKUs younger than this many trading days teach nothing yet."""
WARM_UP_DAYS = 28
"""Windows that begin earlier in the history teach nothing: nobody's level is known yet."""
WINDOWS_MAX = 26
"""The margin is learned from at most so many past windows, one a week: half a year."""
CLOSED_MAX = 2
"""Windows with more closures than this are not learned from, if there are others."""
SIZE_WEIGHT = 0.25
"""An SKU's weight in learning the margin grows with this power of its level: big ones hold most of the stock."""
PRIOR_WEIGHT = 10.0
"""How many past windows of one SKU the prior margin is worth."""
MEAN_WINDOWS = 8
MEAN_RATIO_MAX = 2.0
"""The mean is raised or lowered to what the last windows brought in all, at most by this factor."""

Array = npt.NDArray[np.float64]


def predict(
    demand: Array, horizon_days: int, level: float, dates: Sequence[Any] | npt.NDArray[Any]
) -> tuple[Array, Array]:
    """Total demand of each SKU over the coming days: what to expect, and what is enough with certainty `level`.

    Args:
        demand: [T, n] units asked for on T following days, of n SKUs; every calendar day is a row, days before an SKU's
            first sale are zero. Cancelled orders are taken out before (:mod:`hub.domain.demand`).
        horizon_days: days to cover, at least 1: review period and lead time.
        level: of service, between 0 and 1, as 0.95.
        dates: [T] the days.

    Returns:
        ``mean`` [n] and ``quantile`` [n], units over the whole horizon, not rounded. Both are 0 for an SKU that was
        not asked for in :data:`HISTORY_DAYS_MAX` days. Each level is learned by itself: the quantiles of neighbouring
        levels may cross by a little.

    Raises:
        ValueError: the shapes do not fit, a demand is negative or no number, or a day is missing.
    """
    return Coming(demand, horizon_days, dates).at(level)


class Coming:
    """What is known of the coming days, whatever the certainty that is asked for: a history is read once for several.

    Arguments and errors as of :func:`predict`.
    """

    def __init__(self, demand: Array, horizon_days: int, dates: Sequence[Any] | npt.NDArray[Any]) -> None:
        demand, days = _checked(demand, horizon_days, dates)
        calendar = trading_days(demand.sum(axis=1) > 0, days, horizon_days=horizon_days)
        starts, self._totals = _windows(demand, calendar, horizon_days)
        self._known = _Known(without_one_off_bulk(demand), demand > 0, calendar, np.append(starts, len(demand)))

    def at(self, level: float) -> tuple[Array, Array]:
        """The mean and the quantile of each SKU, as :func:`predict` gives them."""
        if not 0 < level < 1:
            raise ValueError(f"Expected a level between 0 and 1, got {level}.")
        known, totals = self._known, self._totals
        old = known.age[:-1] >= AGE_MIN
        coefficients = fit(
            known.features[:-1][old],
            np.log1p(totals[old]),
            weight=(known.level[:-1][old] + 1) ** SIZE_WEIGHT,
            level=level,
            prior=prior(level),
            prior_weight=PRIOR_WEIGHT,
        )
        highest = float(known.features[:-1, :, 1][old].max()) if old.any() else np.inf
        features = known.features[-1].copy()
        beyond = np.maximum(features[:, 1] - highest, 0)  # larger than any that was learned from: in proportion
        features[:, 1] -= beyond
        quantile = np.maximum(np.expm1(features @ coefficients + beyond), 0)
        mean = known.level[-1] * _ratio(totals[-MEAN_WINDOWS:], known.level[:-1][-MEAN_WINDOWS:])
        never = known.age[-1] == 0
        return np.where(never, 0.0, mean), np.where(never, 0.0, quantile)


def prior(level: float) -> Array:
    """The margin to expect where there is no history: coefficients of the features of a window, [4].

    Near what gift ware showed before June 2011: spread in logarithms 1.3, less for SKUs of more demand.
    """
    z = NormalDist().inv_cdf(level)
    return np.array([1.3 * z - 0.1, max(1 - 0.16 * z, 0.3), 0.0, 0.0])


class _Known:
    """What was known of every SKU at the beginning of each window."""

    def __init__(
        self, demand: Array, sold: npt.NDArray[np.bool_], calendar: TradingDays, starts: npt.NDArray[np.int64]
    ) -> None:
        first = np.where(sold.any(axis=0), sold.argmax(axis=0), len(demand))
        self.age = np.maximum(calendar.before[starts][:, None] - calendar.before[first][None], 0)
        """[windows, n] trading days since the first sale, that one included; 0: never sold."""
        days = calendar.expected
        smoothed = [(share, smooth(demand, calendar.traded, half_life)[starts]) for half_life, share in LEVELS]
        self.level = days * np.sum([share * rate for share, rate in smoothed], axis=0)
        """[windows, n] units over the horizon."""
        usual = days * smooth(np.log1p(demand), calendar.traded, USUAL_HALF_LIFE)[starts]
        size = np.log1p(self.level)
        age = np.log((np.minimum(self.age, AGE_MAX) + AGE_ADDED) / (AGE_MAX + AGE_ADDED))
        self.features = np.stack([np.ones_like(size), size, np.log1p(usual) - size, age], axis=-1)
        """[windows, n, 4]: one, size, how much of it is everyday demand, age."""


def smooth(values: Array, traded: npt.NDArray[np.bool_], half_life: float) -> Array:
    """[T+1, n] simple exponential smoothing before each day, over trading days; weighted means, so no start is needed.

    Args:
        values: [T, n].
        traded: [T] the other days change nothing.
        half_life: trading days after which a day counts half.
    """
    keep = 0.5 ** (1 / half_life)
    smoothed = np.zeros((len(values) + 1, values.shape[1]))
    weight = 0.0
    for day, trades in enumerate(traded):
        if trades:
            weight = keep * weight + 1 - keep
            smoothed[day + 1] = smoothed[day] + (values[day] - smoothed[day]) * ((1 - keep) / weight)
        else:
            smoothed[day + 1] = smoothed[day]
    return smoothed


def _windows(demand: Array, calendar: TradingDays, horizon_days: int) -> tuple[npt.NDArray[np.int64], Array]:
    """The first days of past windows of the horizon's length and weekdays, oldest first; what each brought, [w, n].

    What a window with closures brought is raised to the trading days that are expected.
    """
    starts = np.arange(len(demand) - horizon_days, WARM_UP_DAYS - 1, -7, dtype=np.int64)[:WINDOWS_MAX][::-1]
    open_days = calendar.before[starts + horizon_days] - calendar.before[starts]
    whole = open_days >= calendar.expected - CLOSED_MAX
    if whole.any():
        starts, open_days = starts[whole], open_days[whole]
    sums = np.vstack([np.zeros((1, demand.shape[1])), np.cumsum(demand, axis=0)])
    totals = (sums[starts + horizon_days] - sums[starts]) * (calendar.expected / np.maximum(open_days, 1))[:, None]
    return starts, totals


def _ratio(totals: Array, levels: Array) -> float:
    """What windows brought, over what the levels before them said; bounded, 1 if there is nothing to tell from."""
    said = float(levels.sum())
    if not said:
        return 1.0
    return float(np.clip(totals.sum() / said, 1 / MEAN_RATIO_MAX, MEAN_RATIO_MAX))


def _checked(
    demand: Array, horizon_days: int, dates: Sequence[Any] | npt.NDArray[Any]
) -> tuple[Array, npt.NDArray[np.datetime64]]:
    demand = np.asarray(demand, dtype=np.float64)
    days = np.asarray(dates).astype("datetime64[D]")
    if demand.ndim != 2 or not len(demand):
        raise ValueError(f"Expected demand as [days, SKUs] of at least one day, got shape {demand.shape}.")
    if not np.isfinite(demand).all() or (demand < 0).any():
        raise ValueError(
            "Expected demand of 0 units or more on every day, got a negative one or one that is no number."
        )
    if horizon_days < 1:
        raise ValueError(f"Expected a horizon of at least 1 day, got {horizon_days}.")
    if days.shape != demand.shape[:1] or (np.diff(days) != np.timedelta64(1, "D")).any():
        raise ValueError(f"Expected {len(demand)} dates, each a day after the one before, got {len(days)} or a gap.")
    return demand[-HISTORY_DAYS_MAX:], days[-HISTORY_DAYS_MAX:]

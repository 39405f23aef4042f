"""Which days trade: a shop that is shut sells nothing, and that says nothing about its demand.

Rates are counted per trading day. A weekday on which the shop is mostly shut (a Saturday without trade) is not waited
for; a day that usually trades and did not (a holiday, a closure) is left out of what rates are learned from.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

USUAL = 0.5
"""A weekday trades if it did on this share of its days."""
WEEK_DAYS = 7


@dataclass(frozen=True, kw_only=True)
class TradingDays:
    """The trading days of a history, and how many to expect after it."""

    traded: npt.NDArray[np.bool_]
    """[T] whether anything was sold on the day."""
    before: npt.NDArray[np.int64]
    """[T+1] trading days before each day."""
    expected: int
    """Trading days to expect in the horizon; at least 1."""


def trading_days(sold: npt.NDArray[np.bool_], dates: npt.NDArray[np.datetime64], *, horizon_days: int) -> TradingDays:
    """Tell trading days from days on which the shop was shut.

    Args:
        sold: [T] whether anything at all was sold on each of T following days.
        dates: [T] the days.
        horizon_days: calendar days after the last, for which trading days are expected.
    """
    weekday = (dates.astype("datetime64[D]").astype(np.int64) + 3) % WEEK_DAYS  # 1970-01-01 was a Thursday
    usual = np.array(
        [bool(sold[weekday == day].mean() >= USUAL) if (weekday == day).any() else True for day in range(7)]
    )
    coming = (int(weekday[-1]) + 1 + np.arange(horizon_days)) % WEEK_DAYS
    before = np.concatenate([[0], np.cumsum(sold)]).astype(np.int64)
    return TradingDays(traded=sold, before=before, expected=max(1, int(usual[coming].sum())))

"""Trading days: weekdays without trade, holidays, and what to expect."""

import numpy as np
import pytest

from hub.domain.trading_days import TradingDays, trading_days

MONDAY = np.datetime64("2011-02-28")


def week_without_saturday(weeks: int, extra: int = 0) -> np.ndarray:  # type: ignore[type-arg]
    return np.arange(weeks * 7 + extra) % 7 != 5


def asked(sold: np.ndarray, horizon_days: int) -> TradingDays:  # type: ignore[type-arg]
    return trading_days(sold, MONDAY + np.arange(len(sold)), horizon_days=horizon_days)


@pytest.mark.parametrize(("horizon", "expected"), [(1, 1), (5, 5), (6, 5), (7, 6), (14, 12), (20, 17)])
def test_saturdays_that_never_trade_are_not_expected(horizon: int, expected: int) -> None:
    assert asked(week_without_saturday(6), horizon).expected == expected


def test_the_horizon_begins_on_the_weekday_after_the_last() -> None:
    assert asked(week_without_saturday(6, extra=5), 1).expected == 1, "at least one, though it is a Saturday"
    assert asked(week_without_saturday(6, extra=5), 2).expected == 1
    assert asked(week_without_saturday(6, extra=4), 3).expected == 2


def test_a_closure_does_not_make_its_weekdays_days_off() -> None:
    sold = week_without_saturday(8)
    sold[21:35] = False
    found = asked(sold, 7)
    assert found.expected == 6
    assert found.before[35] - found.before[21] == 0
    assert found.before[-1] == sold.sum()


def test_a_weekday_that_was_never_seen_is_taken_for_a_trading_day() -> None:
    assert asked(np.array([True]), 7).expected == 7

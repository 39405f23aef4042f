"""When an order is late, and when it is perfect."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from hub.domain.on_time import Served, due_us, judged

HOUR_US = 3_600_000_000


def us(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1_000_000


TUESDAY_US = us("2011-03-01T10:00")
GOOD = Served(
    ref="A",
    placed_us=TUESDAY_US,
    ship_by_us=None,
    shipped_us=TUESDAY_US + 4 * HOUR_US,
    first_parcel_us=TUESDAY_US + 2 * HOUR_US,
    last_parcel_us=TUESDAY_US + 4 * HOUR_US,
    whole_at_once=True,
)


@pytest.mark.parametrize(
    ("served", "on_time", "perfect"),
    [
        (GOOD, True, True),
        (replace(GOOD, whole_at_once=False), True, False),
        (replace(GOOD, whole_at_once=None), True, None),
        (replace(GOOD, first_parcel_us=TUESDAY_US - 24 * HOUR_US), True, False),
        (replace(GOOD, shipped_us=us("2011-03-03T00:00")), True, True),
        (replace(GOOD, shipped_us=us("2011-03-03T00:00") + 1), False, False),
        (replace(GOOD, ship_by_us=TUESDAY_US + 3 * HOUR_US), False, False),
        (replace(GOOD, ship_by_us=us("2011-03-09T00:00"), shipped_us=us("2011-03-08T12:00")), True, True),
        (replace(GOOD, shipped_us=None), False, False),
    ],
)
def test_an_order_is_judged_by_what_was_promised_or_the_next_working_day(
    served: Served, on_time: bool, perfect: bool | None
) -> None:
    [one] = judged([served], UTC, us("2011-03-20T00:00"))
    assert (one.on_time, one.perfect) == (on_time, perfect)


def test_an_order_that_may_still_wait_is_not_judged() -> None:
    waiting = replace(GOOD, shipped_us=None)
    assert list(judged([waiting], UTC, due_us(TUESDAY_US, UTC) - 1)) == []
    assert len(list(judged([waiting], UTC, due_us(TUESDAY_US, UTC)))) == 1


def test_a_working_day_ends_at_local_midnight_also_when_the_clocks_change() -> None:
    friday_us = us("2011-03-25T10:00")
    assert due_us(friday_us, ZoneInfo("Europe/London")) == us("2011-03-28T23:00"), "summer time began on Sunday"

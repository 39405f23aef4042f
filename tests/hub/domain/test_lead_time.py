"""Deliveries come in business hours of working days, and what is ordered late counts as the next day's."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.lead_time import CLOSES, OPENS, delivery_us

LONDON = ZoneInfo("Europe/London")
HOUR_US = 3_600_000_000
MOMENTS = st.datetimes(datetime(2011, 1, 1), datetime(2012, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
CUTOFFS = st.none() | st.times(time(8), time(18))


def due(ordered: str, hours: float, cutoff: str = "14:00", zone: ZoneInfo = LONDON) -> str:
    """When it comes, in local time; 2011-03-01 was a Tuesday."""
    at = datetime.fromisoformat(ordered).replace(tzinfo=zone)
    found = delivery_us(
        round(at.timestamp()) * 1_000_000,
        lead_us=round(hours * HOUR_US),
        cutoff=time.fromisoformat(cutoff),
        zone=zone,
    )
    return datetime.fromtimestamp(found / 1e6, zone).strftime("%a %m-%d %H:%M")


@pytest.mark.parametrize(
    ("ordered", "hours", "comes"),
    [
        ("2011-03-01 10:00", 2, "Tue 03-01 12:00"),
        ("2011-03-01 13:00", 4, "Tue 03-01 17:00"),  # the last minute of the day is of the day
        ("2011-03-01 13:00", 5, "Wed 03-02 10:00"),
        ("2011-03-01 10:00", 16, "Thu 03-03 10:00"),
        ("2011-03-01 10:00", 40, "Tue 03-08 10:00"),
        ("2011-03-01 10:00", 120, "Tue 03-22 10:00"),
    ],
)
def test_eight_hours_make_a_day(ordered: str, hours: float, comes: str) -> None:
    assert due(ordered, hours) == comes


def test_at_the_cutoff_it_is_still_today_and_a_second_later_it_is_tomorrow() -> None:
    assert due("2011-03-01 14:00:00", 2) == "Tue 03-01 16:00"
    assert due("2011-03-01 14:00:01", 2) == "Wed 03-02 11:00"


def test_after_the_cutoff_of_a_friday_it_counts_from_monday() -> None:
    assert due("2011-03-04 13:59", 1) == "Fri 03-04 14:59"
    assert due("2011-03-04 14:01", 1) == "Mon 03-07 10:00"


def test_nobody_works_at_the_weekend() -> None:
    assert due("2011-03-05 10:00", 2) == "Mon 03-07 11:00"
    assert due("2011-03-06 23:59", 2) == "Mon 03-07 11:00"
    assert due("2011-03-04 13:00", 6) == "Mon 03-07 11:00"


def test_before_the_day_begins_it_counts_from_its_beginning() -> None:
    assert due("2011-03-01 03:00", 2) == "Tue 03-01 11:00"


def test_a_late_cutoff_makes_no_hours_after_closing() -> None:
    assert due("2011-03-01 18:30", 2, cutoff="19:00") == "Wed 03-02 11:00"


def test_without_a_cutoff_the_hours_of_the_day_decide() -> None:
    ordered_us = round(datetime(2011, 3, 1, 16, tzinfo=UTC).timestamp()) * 1_000_000
    due_us = delivery_us(ordered_us, lead_us=2 * HOUR_US, cutoff=None, zone=LONDON)
    assert datetime.fromtimestamp(due_us / 1e6, UTC) == datetime(2011, 3, 2, 10, tzinfo=UTC)


def test_a_day_is_a_day_by_the_clock_on_the_wall_when_summer_time_begins() -> None:
    assert due("2011-03-25 10:00", 8) == "Mon 03-28 10:00"


def test_the_suppliers_clock_decides_whether_it_is_too_late() -> None:
    ordered_us = round(datetime(2011, 3, 1, 15, tzinfo=UTC).timestamp()) * 1_000_000
    by_zone = {
        zone: delivery_us(ordered_us, lead_us=HOUR_US, cutoff=time(16), zone=ZoneInfo(zone)) - ordered_us
        for zone in ("Europe/London", "Europe/Helsinki")
    }
    assert by_zone == {"Europe/London": HOUR_US, "Europe/Helsinki": 17 * HOUR_US}  # there it is five in the evening


@given(MOMENTS, st.integers(1, 200 * HOUR_US), CUTOFFS)
def test_it_always_comes_later_on_a_working_day_in_working_hours(
    ordered: datetime, lead_us: int, cutoff: time | None
) -> None:
    ordered_us = (ordered - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    due_us = delivery_us(ordered_us, lead_us=lead_us, cutoff=cutoff, zone=LONDON)
    assert due_us >= ordered_us + lead_us
    comes = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=due_us)).astimezone(LONDON)
    assert comes.weekday() < 5
    assert OPENS < comes.time() <= CLOSES


@given(MOMENTS, st.integers(0, 10**11), st.integers(0, 200 * HOUR_US), CUTOFFS)
def test_what_is_ordered_later_never_comes_earlier(
    ordered: datetime, later_us: int, lead_us: int, cutoff: time | None
) -> None:
    ordered_us = (ordered - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    one = delivery_us(ordered_us, lead_us=lead_us, cutoff=cutoff, zone=LONDON)
    assert one <= delivery_us(ordered_us + later_us, lead_us=lead_us, cutoff=cutoff, zone=LONDON)

"""Business time: the wall's, or faster; days as people at the place count them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.clock import BusinessClock, day_start_us

SECOND_US = 1_000_000
HOUR_US = 3_600 * SECOND_US
WALL_US = 1_700_000_000 * SECOND_US
WALLS_US = st.integers(0, 4_102_444_800 * SECOND_US)
ZONES = ("UTC", "Europe/London", "America/Sao_Paulo", "America/Havana", "Asia/Kathmandu", "Pacific/Apia")


def at(text: str) -> int:
    """A UTC time in microseconds."""
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * SECOND_US


@given(WALLS_US)
def test_a_real_clock_is_the_wall_to_the_microsecond(wall_us: int) -> None:
    assert BusinessClock.real().at(wall_us) == wall_us


@given(WALLS_US, WALLS_US, st.floats(0.001, 10_000))
def test_a_clock_says_the_same_after_a_restart(start_us: int, wall_us: int, speed: float) -> None:
    clock = BusinessClock(start_us, wall_us, speed)
    again = BusinessClock.parse(str(clock))
    assert again == clock
    assert clock.at(wall_us) == start_us


@given(WALLS_US, WALLS_US, st.floats(0.001, 10_000), WALLS_US)
def test_a_clock_that_slows_down_says_so_after_a_restart(start_us: int, wall_us: int, speed: float, end: int) -> None:
    clock = BusinessClock(start_us, wall_us, speed, end)
    assert BusinessClock.parse(str(clock)) == clock


def test_a_played_day_is_still_today_an_hour_after_it_was_over() -> None:
    morning_us, evening_us = at("2011-03-01 09:00"), at("2011-03-01 21:30")
    clock = BusinessClock(morning_us, WALL_US, 150.0, evening_us)
    over_us = WALL_US + (evening_us - morning_us) // 150
    assert clock.at(over_us) == evening_us
    assert clock.at(over_us + HOUR_US) == at("2011-03-01 22:30")


@given(st.integers(0, 10**12), st.integers(0, 10**12), st.floats(0.001, 10_000), st.none() | st.integers(0, 10**12))
def test_business_time_never_goes_back(one: int, other: int, speed: float, end: int | None) -> None:
    clock = BusinessClock(WALL_US, WALL_US, speed, None if end is None else WALL_US + end)
    earlier, later = sorted((one, other))
    assert clock.at(WALL_US + earlier) <= clock.at(WALL_US + later)


def test_a_fast_clock_goes_fast_from_where_it_started() -> None:
    clock = BusinessClock(at("2011-03-01T08:00"), WALL_US, 60.0)
    assert clock.at(WALL_US + 10 * SECOND_US) == at("2011-03-01T08:10")
    assert clock.at(WALL_US - 10 * SECOND_US) == at("2011-03-01T07:50")


def test_the_clock_that_is_passed_on_asks_the_wall_each_time() -> None:
    walls = iter((WALL_US, WALL_US + SECOND_US))
    now = BusinessClock(0, WALL_US, 2.0).now(lambda: next(walls))
    assert (now(), now()) == (0, 2 * SECOND_US)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "1@2",
        "1*2",
        "a@2*3",
        "1@b*3",
        "1@2*c",
        "1@2@3*4",
        "1@2*3*4",
        "1.5@2*3",
        "1@2*nan",
        "1@2*inf",
        "1@2*0",
        "1@2*-1",
    ],
)
def test_what_is_no_clock_is_told(text: str) -> None:
    with pytest.raises(ValueError, match=r"Business clock: expected START_US@WALL_US\*SPEED") as caught:
        BusinessClock.parse(text)
    assert f"got '{text}'" in str(caught.value)


@pytest.mark.parametrize(
    ("zone", "now", "start"),
    [
        ("UTC", "2011-03-01T00:00", "2011-03-01T00:00"),
        ("Europe/London", "2011-03-27T12:00", "2011-03-27T00:00"),
        ("Europe/London", "2011-03-28T12:00", "2011-03-27T23:00"),
        ("Europe/London", "2011-10-30T12:00", "2011-10-29T23:00"),
        ("America/Sao_Paulo", "2018-11-04T12:00", "2018-11-04T03:00"),
        ("America/Havana", "2011-11-13T05:30", "2011-11-13T04:00"),
        ("Asia/Kathmandu", "2011-03-01T18:14", "2011-02-28T18:15"),
        ("Asia/Kathmandu", "2011-03-01T18:15", "2011-03-01T18:15"),
    ],
    ids=["UTC", "clocks forward", "summer", "clocks back", "a day without midnight", "a midnight that comes twice",
         "a minute before midnight", "midnight"],
)  # fmt: skip
def test_a_day_begins_at_the_places_first_midnight(zone: str, now: str, start: str) -> None:
    assert day_start_us(at(now), ZoneInfo(zone)) == at(start)


@given(WALLS_US, st.sampled_from(ZONES))
def test_the_day_began_at_most_25_hours_ago_on_the_same_date(now_us: int, name: str) -> None:
    zone = ZoneInfo(name)
    start_us = day_start_us(now_us, zone)
    assert start_us <= now_us < start_us + 25 * HOUR_US
    dates = [datetime.fromtimestamp(us // SECOND_US, zone).date() for us in (start_us, now_us)]
    assert dates[0] == dates[1]
    assert day_start_us(start_us, zone) == start_us

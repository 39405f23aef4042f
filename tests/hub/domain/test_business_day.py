"""Days are local: they begin at local midnight, and last 23 hours where the clock is put forward."""

from datetime import UTC
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from hub.domain.business_day import date_of, day_of, starts_us

HOUR_US = 3_600_000_000
ZONES = (UTC, ZoneInfo("Europe/London"), ZoneInfo("Asia/Kolkata"), ZoneInfo("America/New_York"))


@given(st.integers(1_000, 25_000), st.sampled_from(ZONES))
def test_a_day_holds_every_moment_from_its_start_to_the_next_ones(day: int, zone: ZoneInfo) -> None:
    begins, ends = starts_us(day, zone), starts_us(day + 1, zone)
    assert (day_of(begins, zone), day_of(ends - 1, zone), day_of(ends, zone)) == (day, day, day + 1)
    assert 23 * HOUR_US <= ends - begins <= 25 * HOUR_US


def test_the_day_on_which_london_puts_its_clocks_forward_has_23_hours() -> None:
    london = ZoneInfo("Europe/London")
    day = day_of(1_301_229_000_000_000, london)
    assert date_of(day).isoformat() == "2011-03-27"
    assert starts_us(day + 1, london) - starts_us(day, london) == 23 * HOUR_US

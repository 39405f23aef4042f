"""A lead time is learned from receipts; until there are enough the catalogue is believed."""

from datetime import UTC, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.learned_lead import RECEIPTS_MAX, RECEIPTS_MIN, LeadTime, catalogue_days, learn, learned_due_us

FRIDAY_US = 1_299_232_800_000_000
"""2011-03-04 10:00 UTC."""
HOUR_US = 3_600_000_000


def test_fewer_receipts_than_enough_teach_nothing() -> None:
    assert learn([2.0] * (RECEIPTS_MIN - 1), 9.0) == LeadTime(days=9.0)
    assert learn([2.0] * RECEIPTS_MIN, 9.0) == LeadTime(days=2.0, spread_days=0.0, receipts=RECEIPTS_MIN)


def test_only_the_newest_receipts_count() -> None:
    assert learn([3.0] * RECEIPTS_MAX + [300.0] * 50, 9.0).days == 3.0


@given(st.lists(st.floats(0, 60), min_size=RECEIPTS_MIN, max_size=RECEIPTS_MAX), st.floats(0, 60))
def test_what_is_learned_lies_among_what_was_seen(took: list[float], catalogue: float) -> None:
    lead = learn(took, catalogue)
    assert min(took) - 1e-9 <= lead.days <= max(took) + 1e-9
    assert 0 <= lead.spread_days <= (max(took) - min(took)) + 1e-9
    assert lead.receipts == len(took)


@pytest.mark.parametrize(
    ("days", "comes"),
    [(0.1, "Fri 12:24"), (1.0, "Mon 10:00"), (2.0, "Mon 10:00"), (3.0, "Mon 10:00"), (4.0, "Tue 10:00")],
)
def test_nothing_comes_on_a_weekend(days: float, comes: str) -> None:
    due_us = learned_due_us(FRIDAY_US, LeadTime(days=days, receipts=5), zone=UTC)
    assert datetime.fromtimestamp(due_us / 1e6, UTC).strftime("%a %H:%M") == comes


def test_a_cautious_date_is_so_many_spreads_later() -> None:
    lead = LeadTime(days=3.0, spread_days=1.0, receipts=5)
    assert learned_due_us(FRIDAY_US, lead, zone=UTC, spreads=1.0) - learned_due_us(FRIDAY_US, lead, zone=UTC) == (
        24 * HOUR_US
    )


def test_the_catalogues_business_hours_are_told_in_calendar_days() -> None:
    days = catalogue_days(FRIDAY_US, lead_us=8 * HOUR_US, cutoff=time(12), zone=UTC)
    assert days == 3.0, "Friday 10:00 and eight hours are Monday 10:00"


@pytest.mark.parametrize(
    ("lead", "words"),
    [
        (LeadTime(days=0.25), "6 hours, the catalogue's"),
        (LeadTime(days=7.0), "7.0 days, the catalogue's"),
        (LeadTime(days=7.04, spread_days=1.5, receipts=9), "7.0 ± 1.5 days, learned from 9 receipts"),
    ],
)
def test_a_lead_time_says_where_it_is_from(lead: LeadTime, words: str) -> None:
    assert lead.words == words

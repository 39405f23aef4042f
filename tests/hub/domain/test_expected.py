"""Deliveries on order are shared out among those who wait: by priority, then by age, and no unit twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.expected import Coming, Expected, Source, Waiting, expect, is_news

NOW_US = 1_000
NEW_US = 10_000

waiting = st.lists(
    st.builds(Waiting, st.integers(1, 10_000), st.integers(1, 20), st.integers(0, 3), st.integers(0, 50)),
    max_size=8,
    unique_by=lambda line: line.line_id,
)
coming = st.lists(
    st.builds(Coming, st.integers(0, 5_000), st.integers(1, 30), st.sampled_from(("PO-1", "PO-2", "PO-3"))), max_size=6
)


def turn(line: Waiting) -> tuple[int, int, int]:
    return -line.priority, line.placed_us, line.line_id


@given(waiting, coming, st.integers(0, 30))
def test_a_line_has_the_date_of_the_delivery_that_brings_its_last_unit(
    queue: list[Waiting], deliveries: list[Coming], in_house: int
) -> None:
    """The oracle counts unit by unit."""
    found = expect(queue, deliveries, now_us=NOW_US, new_order_us=NEW_US, in_house=in_house)
    units: list[Coming | None] = [None] * in_house
    for delivery in sorted(deliveries):
        units += [delivery] * delivery.units
    assert found.keys() == {line.line_id for line in queue}
    at = 0
    for line in sorted(queue, key=turn):
        at += line.units
        date = found[line.line_id]
        if at > len(units):
            assert (date.source, date.expected_us) == ("lead_time", NEW_US)
        elif (last := units[at - 1]) is None:
            assert (date.source, date.expected_us) == ("in_house", NOW_US)
        elif last.due_us <= NOW_US:
            assert (date.source, date.expected_us, date.purchase_order) == ("overdue", None, last.number)
        else:
            assert (date.source, date.expected_us) == ("purchase_order", last.due_us)
            assert date.purchase_order == last.number


@given(waiting, coming, st.integers(0, 5_000), st.integers(1, 30))
def test_one_delivery_more_makes_nobody_wait_longer(
    queue: list[Waiting], deliveries: list[Coming], due_us: int, units: int
) -> None:
    deliveries = [delivery for delivery in deliveries if delivery.due_us > NOW_US]
    before = expect(queue, deliveries, now_us=NOW_US, new_order_us=NEW_US)
    more = [*deliveries, Coming(max(due_us, NOW_US + 1), units, "PO-9")]
    after = expect(queue, more, now_us=NOW_US, new_order_us=NEW_US)
    for line in queue:
        was, now = before[line.line_id].expected_us, after[line.line_id].expected_us
        assert was is not None and now is not None and now <= was


def test_what_is_ordered_no_more_has_no_date() -> None:
    found = expect([Waiting(1, 2)], [], now_us=NOW_US, new_order_us=None)
    assert found[1] == Expected(expected_us=None, source="unknown")


def date(source: Source, expected_us: int | None) -> Expected:
    return Expected(expected_us=expected_us, source=source)


@pytest.mark.parametrize(
    ("before", "after", "same_day", "news"),
    [
        (None, date("lead_time", 5_000), False, True),
        (date("lead_time", 5_000), date("lead_time", 6_000), False, False),
        (date("lead_time", 500), date("lead_time", 6_000), False, True),
        (date("lead_time", 5_000), date("purchase_order", 5_100), True, False),
        (date("lead_time", 5_000), date("purchase_order", 9_100), False, True),
        (date("purchase_order", 5_000), date("overdue", None), False, True),
        (date("overdue", None), date("overdue", None), False, False),
        (date("overdue", None), date("purchase_order", 9_000), False, True),
        (date("purchase_order", 5_000), date("purchase_order", 5_010), True, False),
        (date("in_house", 1_000), date("in_house", 9_000), False, False),
        (date("unknown", None), date("lead_time", 9_000), False, True),
    ],
)
def test_a_customer_hears_of_another_day_and_of_nothing_else(
    before: Expected | None, after: Expected, same_day: bool, news: bool
) -> None:
    assert is_news(before, after, now_us=NOW_US, same_day=same_day) is news

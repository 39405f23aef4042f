"""Small differences of little value are set right, all others are looked at."""

import pytest

from hub.domain.drift import ADJUST_MINOR_MAX, ADJUST_UNITS_MAX, judge_drift


@pytest.mark.parametrize("scale_units", [20 - ADJUST_UNITS_MAX, 19, 21, 20 + ADJUST_UNITS_MAX])
def test_a_unit_or_two_of_little_value_are_set_right(scale_units: int) -> None:
    assert judge_drift(book_units=20, scale_units=scale_units, cost_minor=10) == "adjust"


@pytest.mark.parametrize("scale_units", [20 - ADJUST_UNITS_MAX - 1, 20 + ADJUST_UNITS_MAX + 1, 0, 200])
def test_more_units_are_counted_however_cheap(scale_units: int) -> None:
    assert judge_drift(book_units=20, scale_units=scale_units, cost_minor=0) == "count"


def test_a_dear_unit_is_counted() -> None:
    assert judge_drift(book_units=20, scale_units=19, cost_minor=ADJUST_MINOR_MAX) == "adjust"
    assert judge_drift(book_units=20, scale_units=19, cost_minor=ADJUST_MINOR_MAX + 1) == "count"


def test_a_book_that_is_right_is_left_alone() -> None:
    assert judge_drift(book_units=20, scale_units=20, cost_minor=10**9) == "agrees"

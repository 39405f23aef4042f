"""What of a shop's order lines is demand."""

from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from hub.domain.demand import SoldLine, cancelled, daily_demand, without_one_off_bulk

NOON = datetime.fromisoformat("2011-01-18T12:00")


def line(order: str, units: int, *, at: datetime = NOON, sku: str = "23166", customer: str = "12346") -> SoldLine:
    return SoldLine(order=order, line="1", sku=sku, customer=customer, placed_at=at, units=units)


def test_a_typing_error_that_is_cancelled_minutes_later_is_no_demand() -> None:
    typed = line("541431", 74_215)
    back = line("C541433", 74_215, at=NOON + timedelta(minutes=16))
    demand = daily_demand([typed, line("541500", 3)], [back])
    assert demand.units.sum() == 3
    assert demand.cancelled == 1


@pytest.mark.parametrize(
    "back",
    [
        line("C1", 74_214),
        line("C1", 74_215, sku="22423"),
        line("C1", 74_215, customer="17850"),
        line("C1", 74_215, at=NOON + timedelta(days=2, minutes=1)),
        line("C1", 74_215, at=NOON - timedelta(minutes=1)),
    ],
    ids=["in part", "of another SKU", "of another customer", "after more than two days", "before the sale"],
)
def test_other_returns_leave_the_sale_demand(back: SoldLine) -> None:
    assert daily_demand([line("1", 74_215)], [back]).units.sum() == 74_215


def test_the_first_return_after_the_sale_is_the_one_that_counts() -> None:
    returns = [line("C2", 5, at=NOON + timedelta(days=9)), line("C0", 5, at=NOON - timedelta(days=1))]
    assert cancelled([line("1", 5)], returns) == set()
    assert cancelled([line("1", 5)], [*returns, line("C1", 5, at=NOON + timedelta(days=2))]) == {("1", "1")}


def test_every_calendar_day_is_a_row_and_every_sku_a_column() -> None:
    sales = [
        line("1", 4, sku="B"),
        line("2", 1, sku="A", at=NOON + timedelta(days=3)),
        line("3", 2, sku="A", at=NOON + timedelta(days=3, hours=5)),
    ]
    demand = daily_demand(sales, [])
    assert demand.skus == ("A", "B")
    assert demand.units.tolist() == [[0, 4], [0, 0], [0, 0], [3, 0]]
    assert [str(day) for day in demand.dates] == ["2011-01-18", "2011-01-19", "2011-01-20", "2011-01-21"]


def test_a_file_of_cancelled_sales_only_has_no_demand() -> None:
    with pytest.raises(ValueError, match="not cancelled, got none"):
        daily_demand([line("1", 5)], [line("C1", 5)])


def test_a_one_off_bulk_order_is_cut_and_one_that_came_again_is_not() -> None:
    units = np.array([[10.0, 10], [30, 30], [900, 900], [0, 900]])
    assert without_one_off_bulk(units).tolist() == [[10, 10], [30, 30], [60, 900], [0, 900]]


def test_a_dozen_is_no_bulk() -> None:
    assert without_one_off_bulk(np.array([[0.0], [12.0], [1.0]])).max() == 12


@given(hnp.arrays(np.float64, st.tuples(st.integers(1, 30), st.integers(1, 4)), elements=st.integers(0, 10**6)))
def test_cutting_changes_one_day_of_an_sku_at_most_and_never_adds(units: np.ndarray) -> None:  # type: ignore[type-arg]
    cut = without_one_off_bulk(units)
    assert (cut <= units).all()
    assert ((cut != units).sum(axis=0) <= 1).all()
    assert (without_one_off_bulk(cut) <= cut).all()

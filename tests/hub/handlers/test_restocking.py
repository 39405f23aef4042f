"""Restocking: at the reorder point one purchase order is written, and no second one while it is open."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.handlers import restock
from tests.hub.stocked_floor import DAY_US, TUESDAY_US, StockedFloor

RED_BIN = "bay-01/03"
HOUR_US = 3_600_000_000


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[StockedFloor]:
    floor = StockedFloor(tmp_path)
    yield floor
    floor.close()


def review(floor: StockedFloor) -> list[str]:
    numbers: list[str] = floor.call(lambda tx: restock.review(tx, floor.policy))
    return numbers


def ordered(floor: StockedFloor) -> list[tuple[str, str, int]]:
    """(purchase order, SKU, units) of every line."""
    rows = floor.rows(
        "SELECT p.number, s.code, l.ordered FROM purchase_order_line l JOIN purchase_order p"
        " ON p.id = l.purchase_order_id JOIN sku s ON s.id = l.sku_id ORDER BY l.id"
    )
    return [(row["number"], row["code"], row["ordered"]) for row in rows]


def due(floor: StockedFloor) -> str:
    [row] = floor.rows("SELECT due_us FROM purchase_order")
    return datetime.fromtimestamp(row["due_us"] / 1e6, UTC).strftime("%m-%d %H:%M")


def test_nothing_is_ordered_while_there_is_enough(floor: StockedFloor) -> None:
    assert review(floor) == []


@pytest.mark.parametrize(("position", "orders"), [(3, 0), (2, 1), (1, 1), (0, 1)])
def test_the_reorder_point_itself_asks_for_an_order(floor: StockedFloor, position: int, orders: int) -> None:
    assert floor.catalogue.items["RED"].reorder_point_units == 2
    floor.stock(RED_BIN, "RED", position)
    assert len(review(floor)) == orders


def test_an_order_fills_up_to_the_reorder_point_and_the_reorder_units_beyond(floor: StockedFloor) -> None:
    floor.stock(RED_BIN, "RED", 1)
    [number] = review(floor)
    assert number == "PO-000001"
    assert ordered(floor) == [(number, "RED", (2 - 1) + 6)]


def test_promises_and_backorders_lower_the_position(floor: StockedFloor) -> None:
    floor.receive("A", ("RED", 17))
    assert review(floor) == [], "3 are left"
    floor.receive("B", ("RED", 5))
    review(floor)  # 20 on hand, 20 promised, 2 backordered
    assert ordered(floor) == [("PO-000001", "RED", (2 + 2) + 6)]


def test_what_is_reserved_for_a_cart_is_no_longer_in_the_position(floor: StockedFloor) -> None:
    floor.receive("A", ("RED", 18))
    floor.load_cart("TOTE-0001")
    assert len(review(floor)) == 1


def test_what_is_on_order_is_not_ordered_again(floor: StockedFloor) -> None:
    floor.stock(RED_BIN, "RED", 0)
    assert len(review(floor)) == 1
    floor.receive("A", ("RED", 50))
    floor.clock_us += DAY_US
    assert review(floor) == []
    assert len(ordered(floor)) == 1


def test_what_lies_on_a_plate_or_in_the_put_back_tote_is_on_hand(floor: StockedFloor) -> None:
    floor.stock(RED_BIN, "RED", 0)
    number = floor.purchase(RED=10)
    floor.scan("dock-1", number)
    floor.check_items("dock-1", RED=10)
    assert floor.at(f"PLATE-{number}") == {"RED": 10}
    assert review(floor) == []


def test_skus_of_one_supplier_share_an_order_and_others_have_their_own(floor: StockedFloor) -> None:
    # BLUE and GREEN are of Corner Wholesale, RED of Harbour Imports
    for bin_name in floor.bins_of("BLUE"):
        floor.stock(bin_name, "BLUE", 0)
    floor.stock("bay-01/06", "GREEN", 0)
    floor.stock(RED_BIN, "RED", 0)
    assert len(review(floor)) == 2
    by_order: dict[str, set[str]] = {}
    for number, sku, _ in ordered(floor):
        by_order.setdefault(number, set()).add(sku)
    assert sorted(map(sorted, by_order.values())) == [["BLUE", "GREEN"], ["RED"]]


def test_the_site_files_cutoffs_and_time_zone_are_those_that_count(floor: StockedFloor) -> None:
    assert {name: f"{at:%H:%M}" for name, at in floor.policy.cutoffs} == {
        s.name: s.cutoff for s in floor.catalogue.suppliers.values()
    }
    assert str(floor.policy.zone) == floor.site.file.timezone


@pytest.mark.parametrize(
    ("hour", "minute", "comes"),
    [(10, 0, "03-01 12:00"), (16, 0, "03-02 10:00"), (16, 1, "03-02 11:00"), (23, 0, "03-02 11:00")],
)
def test_what_is_ordered_after_the_suppliers_cutoff_comes_as_if_ordered_the_next_morning(
    floor: StockedFloor, hour: int, minute: int, comes: str
) -> None:
    supplier = floor.catalogue.suppliers["Corner Wholesale"]
    assert (supplier.lead_business_hours, supplier.cutoff) == (2, "16:00")
    floor.stock("bay-01/06", "GREEN", 0)
    floor.clock_us = TUESDAY_US + (hour - 10) * HOUR_US + minute * 60_000_000
    review(floor)
    assert due(floor) == comes


def test_a_lead_time_of_forty_hours_is_a_working_week(floor: StockedFloor) -> None:
    floor.stock(RED_BIN, "RED", 0)
    review(floor)
    assert due(floor) == "03-08 10:00"


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(("RED", "GREEN")), st.integers(1, 30)), min_size=1, max_size=8))
def test_however_orders_come_each_sku_has_at_most_one_open_order_and_its_position_is_covered(
    tmp_path_factory: pytest.TempPathFactory, orders: list[tuple[str, int]]
) -> None:
    floor = StockedFloor(tmp_path_factory.mktemp("restocking"))
    try:
        asked = {"RED": 0, "GREEN": 0}
        first_short: dict[str, int] = {}
        for number, (sku, units) in enumerate(orders):
            floor.receive(f"{number}", (sku, units))
            asked[sku] += units
            review(floor)
            if sku not in first_short and 20 - asked[sku] <= 2:
                first_short[sku] = 20 - asked[sku]
        assert {sku: units for _, sku, units in ordered(floor)} == {
            sku: 2 - position + 6 for sku, position in first_short.items()
        }
        assert len(ordered(floor)) == len(first_short)
        assert floor.sound()
    finally:
        floor.close()

"""Demand is counted by the day that it was asked for on, and what it comes to is ordered."""

from datetime import timedelta

import pytest

from hub.handlers import backorders
from hub.handlers.cancel import cancel_order
from hub.storage import demand
from tests.hub.restocked_floor import DAY_US, HOUR_US, MONDAY_US, RestockedFloor

MONDAY, TUESDAY = "2023-11-20", "2023-11-21"


@pytest.fixture
def floor() -> RestockedFloor:
    return RestockedFloor(units=1_000)


def next_day(floor: RestockedFloor, days: int = 1) -> None:
    floor.clock_us = MONDAY_US + (floor.clock_us - MONDAY_US) // DAY_US * DAY_US + days * DAY_US
    floor.review()


def test_a_day_is_counted_when_it_has_ended_whether_shipped_or_backordered(floor: RestockedFloor) -> None:
    floor.order("A", RED=3)
    floor.order("B", RED=2_000, BLUE=1)
    floor.review()
    assert floor.asked("RED") == {}, "today is not over"
    next_day(floor)
    assert floor.asked("RED") == {MONDAY: 2_003}
    assert floor.asked("BLUE") == {MONDAY: 1}


def test_what_is_cancelled_within_two_days_was_never_wanted(floor: RestockedFloor) -> None:
    floor.order("typo", RED=900)
    floor.order("real", RED=3)
    next_day(floor)
    assert floor.asked("RED") == {MONDAY: 903}
    floor.call(lambda tx: cancel_order(tx, "typo", waiting_only=False))
    next_day(floor)
    assert floor.asked("RED") == {MONDAY: 3}


def test_who_gives_up_waiting_later_did_want_it(floor: RestockedFloor) -> None:
    floor.order("waits", RED=1_200)
    for _ in range(4):
        next_day(floor)
    floor.call(lambda tx: backorders.cancel_waiting(tx, floor.policy, "waits", None))
    for _ in range(3):
        next_day(floor)
    assert floor.asked("RED") == {MONDAY: 1_200}


def test_what_another_sku_stands_in_for_is_demand_of_the_first(floor: RestockedFloor) -> None:
    floor.order("A", RED=1_010)
    floor.call(lambda tx: backorders.substitute(tx, floor.policy, "A", 1, "BLUE", 4))
    next_day(floor)
    assert (floor.asked("RED"), floor.asked("BLUE")) == ({MONDAY: 1_010}, {})


def test_an_order_that_comes_late_is_counted_on_its_own_day(floor: RestockedFloor) -> None:
    floor.order("A", RED=3)
    for _ in range(20):
        next_day(floor)
    now_us, floor.clock_us = floor.clock_us, MONDAY_US + HOUR_US
    floor.order("late", RED=5)  # a shop's order of that Monday, which comes three weeks later
    floor.clock_us = now_us
    floor.review()
    assert floor.asked("RED") == {MONDAY: 8}


def test_orders_of_before_there_was_a_count_are_counted_at_the_first_review_in_parts(
    floor: RestockedFloor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demand, "LINES_A_TIME", 2)
    for number in range(5):
        floor.clock_us = MONDAY_US + number * DAY_US
        floor.order(f"{number}", RED=number + 1)
    next_day(floor)
    assert list(floor.asked("RED").values()) == [1, 2, 3, 4, 5]


def test_history_is_taken_in_before_the_first_own_day_only_and_again_changes_nothing(floor: RestockedFloor) -> None:
    floor.order("A", RED=3)
    next_day(floor)
    for _ in range(2):
        done = floor.history(3, RED=7)  # Monday, which the hub counts itself, and two days before
        assert (done.taken, done.too_late, done.unknown_skus) == (2, 1, ())
    assert floor.asked("RED") == {"2023-11-18": 7, "2023-11-19": 7, MONDAY: 3}
    assert floor.call(lambda tx: demand.progress(tx.connection, tx.site_id)).forecast_day == 0


def test_history_of_skus_that_nobody_knows_is_left_out_and_named(floor: RestockedFloor) -> None:
    done = floor.history(2, RED=1, GREEN=1)
    assert (done.taken, done.unknown_skus) == (2, ("GREEN",))


def test_a_forecast_is_made_once_a_day_and_anew_after_an_import(floor: RestockedFloor) -> None:
    def made() -> set[int]:
        return {row["made_us"] for row in floor.rows("SELECT made_us FROM sku_forecast")}

    floor.history(60, RED=5, BLUE=2)
    floor.review()
    first = made()
    floor.clock_us += HOUR_US
    floor.review()
    assert made() == first and len(first) == 1
    floor.history(61, RED=5, BLUE=2)
    floor.review()
    assert made() == {floor.clock_us}
    next_day(floor)
    assert made() == {floor.clock_us}


def test_a_steady_demand_is_ordered_up_to_review_period_and_lead_time_and_beyond() -> None:
    floor = RestockedFloor(units=60)
    floor.history(90, RED=10, BLUE=1)
    [number] = floor.review()
    cover = floor.rows(f"SELECT * FROM sku_forecast WHERE sku_id = {floor.ids['RED']}")[0]
    assert cover["cover_days"] == 7 + 3
    assert cover["expected_units"] == pytest.approx(100, abs=5)
    assert floor.ordered() == {"RED": cover["enough_units"] + round(cover["expected_units"] / 10 * 7) - 60}
    assert floor.because()["RED"].startswith(f"ordered {floor.ordered()['RED']} because position 60 (on hand 60,")
    assert f"reorder point {cover['enough_units']}" in floor.because()["RED"]
    assert floor.purchase_order(number)["value_minor"] == floor.ordered()["RED"] * 200


@pytest.mark.parametrize(("rule", "orders"), [("forecast", True), ("croston", True), ("fixed", False)])
def test_a_site_says_what_restocks_it(rule: str, orders: bool) -> None:
    floor = RestockedFloor(units=5, restock=rule)
    floor.history(90, RED=10, BLUE=10)
    assert bool(floor.review()) is orders
    assert {row["method"] for row in floor.rows("SELECT method FROM sku_forecast")} == ({rule} if orders else set())


def test_a_reorder_point_of_the_catalogue_goes_before_the_forecast() -> None:
    floor = RestockedFloor(units=5)
    floor.history(90, RED=10)
    floor.terms("RED", fixed=True)
    floor.call(lambda tx: tx.connection.exec_driver_sql("UPDATE sku SET reorder_point_units = 6, reorder_units = 4"))
    floor.review()
    assert floor.ordered() == {"RED": 1 + 4}


def test_packs_breaks_and_shelf_life_of_the_catalogue_are_kept() -> None:
    floor = RestockedFloor(("PACK", "BREAK", "FRESH", "GONE"), units=0)
    floor.history(90, PACK=2, BREAK=2, FRESH=2, GONE=2)
    floor.terms("PACK", pack_units=50)
    floor.terms("BREAK", price_breaks="500:1")
    floor.terms("FRESH", shelf_life_days=4)
    floor.terms("GONE", stop_sell=True)
    floor.review()
    ordered = floor.ordered()
    assert ordered["PACK"] % 50 == 0
    assert ordered["BREAK"] == 500
    assert 0 < ordered["FRESH"] <= 9
    assert "GONE" not in ordered


def test_an_sku_that_nobody_asked_for_is_ordered_only_for_those_who_wait() -> None:
    floor = RestockedFloor(units=0)
    floor.history(30, RED=3)
    floor.review()
    assert "BLUE" not in floor.ordered()
    floor.order("A", BLUE=4)
    floor.review()
    assert floor.ordered()["BLUE"] == 4


def test_one_supplier_gets_one_joint_order_a_review_period_unless_something_has_run_out() -> None:
    floor = RestockedFloor(units=100)
    floor.history(90, RED=10, BLUE=2)
    assert len(floor.review()) == 1
    assert list(floor.ordered()) == ["RED"], "100 BLUE are enough for ten days"
    floor.order("much", BLUE=90)
    next_day(floor)
    assert list(floor.ordered()) == ["RED"], "10 are there, and the supplier's turn comes in six days"
    floor.order("more", BLUE=10)
    floor.review()
    assert sorted(floor.ordered()) == ["BLUE", "RED"], "it has run out"


def test_a_supplier_is_believed_after_five_receipts_and_its_spread_is_held_in_stock() -> None:
    floor = RestockedFloor(units=10)
    for took_days in (4, 9, 5, 10, 6):
        [number] = [floor.purchase(RED=1)]
        floor.clock_us += took_days * DAY_US
        floor.deliver(number, RED=1)
    floor.history(90, RED=10)
    floor.review()
    [lead] = floor.rows("SELECT days_milli, spread_milli, receipts FROM supplier_lead")
    assert lead["receipts"] == 5
    assert lead["days_milli"] == pytest.approx(6_800, abs=10)
    assert lead["spread_milli"] == pytest.approx(2_588, abs=10)
    [cover] = floor.rows(f"SELECT * FROM sku_forecast WHERE sku_id = {floor.ids['RED']}")
    assert cover["cover_days"] == 7 + 7
    assert cover["enough_units"] - cover["expected_units"] >= 10 * 2.5, "a spread of 2.6 days at 10 a day"
    assert "Supplier takes 6.8 ± 2.6 days, learned from 5 receipts" in floor.because()["RED"]
    [order] = floor.rows("SELECT due_us FROM purchase_order WHERE state = 'ordered'")
    assert order["due_us"] - floor.clock_us >= timedelta(days=6.7) / timedelta(microseconds=1)

"""What reserve does when bins change hands, carried units are lost or told twice, lots spoil and stations come late."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from edge.contract.events import ConfirmationUndone, TaskReturned, UnitsPutAway
from hub.handlers import replenish
from hub.handlers.forcing import force_station
from hub.handlers.put_away import ask_put_away
from hub.handlers.spoiled import set_aside
from hub.storage import places, putaway, replenishments, setup
from hub.storage.ledger import Cause
from hub.storage.replenishments import CARRIER
from hub.storage.transaction import Tx
from tests.hub.handlers.test_replenishing import (
    OTHER,
    PICK,
    RESERVE,
    ReserveFloor,
    lit,
    look_at,
    put,
    putaway_slots,
    taken,
    task,
)


@pytest.fixture
def floor() -> Iterator[ReserveFloor]:
    floor = ReserveFloor({RESERVE: "BLUE"}, {PICK: (5, 20)})
    yield floor
    floor.close()


def change_hands(floor: ReserveFloor) -> None:
    """Empty bins that were given to an SKU may be given to another one."""

    def go(tx: Tx) -> None:
        for bin_id, before in putaway.traits(tx.connection, tx.site_id).values():
            putaway.set_traits(tx, bin_id, before | {"dynamic": 1})

    floor.call(go)


def give(floor: ReserveFloor, name: str, sku: str) -> None:
    """An empty bin is given to an SKU."""
    floor.stock(name, sku, 0)
    floor.call(lambda tx: putaway.give_slot(tx, places.find(tx.connection, tx.site_id, name).id, floor.ids[sku], "x"))


def test_a_bin_that_is_being_filled_from_reserve_is_not_given_to_another_sku(floor: ReserveFloor) -> None:
    change_hands(floor)
    give(floor, PICK, "BLUE")
    floor.order("A", BLUE=2)
    look_at(floor)
    assert lit(floor) == [("pick", RESERVE, 20)]

    def a_plate_came(tx: Tx) -> None:
        stock = places.stock_of(tx.connection, floor.ids["RED"])
        plate = places.make(tx, "PLATE", "plate", "dock-1")
        tx.ledger.move(stock, 4, places.virtual(tx, "supplier"), plate, Cause(reason="receive"))
        own = places.find(tx.connection, tx.site_id, "bay-1/1").id
        tx.connection.execute(text("UPDATE bin_trait SET load_max_mg = 1 WHERE location_id = :own"), {"own": own})
        ask_put_away(tx, stock, plate)

    floor.call(a_plate_came)
    assert PICK not in [put["bin"] for put in floor.tasks("put")]
    floor.pick(task(floor, "pick"))
    assert putaway_slots(floor)[0] == (PICK, floor.ids["BLUE"])
    assert lit(floor) == [("put", PICK, 20)]


def test_what_is_brought_to_a_bin_of_another_sku_meanwhile_goes_back_to_reserve(floor: ReserveFloor) -> None:
    floor.stock(PICK, "BLUE", 0)
    look_at(floor)
    give(floor, PICK, "RED")
    floor.pick(task(floor, "pick"))
    assert (lit(floor), floor.at(CARRIER)) == ([("put", RESERVE, 20)], {"BLUE": 20})
    put(floor)
    assert (floor.at(RESERVE), floor.at(CARRIER), floor.at(PICK)) == ({"BLUE": 20}, {}, {})


def told(floor: ReserveFloor, row: dict[str, Any], name: str, units: int) -> None:
    """A put is told for a task that may not be open any more."""
    asked = row["units"]
    event = UnitsPutAway(task=row["public"], bin=name, units=units, units_asked=asked, by="button")
    floor.tell("bay-1", event)


def test_a_put_that_is_told_after_its_station_was_forced_has_its_way_back_asked_back(floor: ReserveFloor) -> None:
    taken(floor)
    first = task(floor, "put")
    floor.call(lambda tx: force_station(tx, "bay-1"))
    way_back = task(floor, "put")
    told(floor, first, PICK, 10)
    assert lit(floor) == [("put", RESERVE, 8)], "less is carried"
    told(floor, first, PICK, 8)
    assert lit(floor) == [], "nothing is"
    assert [one["public"] for one in floor.tasks("put", "recalled")] == [way_back["public"]]
    assert (floor.at(PICK), floor.at(CARRIER), floor.at(RESERVE)) == ({"BLUE": 20}, {}, {"BLUE": 2})
    assert floor.moves("found") == []
    told(floor, way_back, RESERVE, 18)
    assert floor.held(RESERVE), "what nobody carried was put: the book is in doubt"


def test_a_weight_that_says_more_was_put_has_the_way_back_asked_for_less(floor: ReserveFloor) -> None:
    taken(floor)
    row = put(floor, 10)
    floor.settle(row, confirmed=10, weighed=15)
    assert (lit(floor), floor.at(CARRIER)) == ([("put", RESERVE, 3)], {"BLUE": 3})
    floor.settle(row, confirmed=0, weighed=3, cause="correction")
    assert (lit(floor), floor.at(PICK), floor.at(CARRIER)) == ([], {"BLUE": 20}, {})


def test_a_way_back_that_came_back_untouched_is_lit_again_if_it_is_wanted(floor: ReserveFloor) -> None:
    taken(floor)
    row = put(floor, 10)
    floor.settle(row, confirmed=10, weighed=18)
    [way_back] = floor.tasks("put", "recalled")
    floor.settle(row, confirmed=0, weighed=-8, cause="correction")
    floor.tell("bay-1", TaskReturned(task=way_back["public"], bin=RESERVE))
    assert (lit(floor), floor.at(CARRIER)) == ([("put", RESERVE, 8)], {"BLUE": 8})


def test_what_is_lost_on_the_way_is_promised_to_nobody(floor: ReserveFloor) -> None:
    taken(floor)
    put(floor, 10)
    floor.receive("A", ("BLUE", 20))
    assert floor.line("A") == {"promised": 20}
    put(floor, 2)
    assert (floor.at(CARRIER), floor.at(PICK), floor.at(RESERVE)) == ({}, {"BLUE": 12}, {"BLUE": 4})
    assert (lit(floor), floor.line("A")) == ([], {"promised": 16, "backordered": 4})
    assert floor.moves("lost") == [("BLUE", 6, CARRIER, "astray")]
    assert "put_short" in floor.exceptions()


def test_a_take_that_was_done_after_it_was_forced_and_undone_is_counted_once(floor: ReserveFloor) -> None:
    floor.stock(PICK, "BLUE", 2)
    look_at(floor)
    row = task(floor, "pick")
    floor.call(lambda tx: force_station(tx, "bay-1"))
    floor.pick(row)
    assert (floor.at(RESERVE), floor.at(CARRIER)) == ({"BLUE": 2}, {"BLUE": 18})
    floor.tell("bay-1", ConfirmationUndone(task=row["public"], bin=RESERVE, kind="pick", units=18))
    assert (floor.at(RESERVE), floor.at(CARRIER), lit(floor)) == ({"BLUE": 20}, {}, [])
    assert floor.moves("returned") == []


def test_an_urgent_one_does_not_wait_for_routine_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replenish, "TAKES_LIT_MAX", 1)
    floor = ReserveFloor({RESERVE: "BLUE", OTHER: "RED"}, {PICK: (5, 20)})
    floor.stock(PICK, "BLUE", 4)
    look_at(floor)
    assert lit(floor) == [("pick", RESERVE, 16)]
    floor.stock("bay-1/1", "RED", 0)
    floor.order("A", RED=2)
    look_at(floor)
    assert lit(floor) == [("pick", RESERVE, 16), ("pick", OTHER, 2)]
    floor.close()


def test_a_take_is_asked_back_when_its_lot_spoils(floor: ReserveFloor) -> None:
    floor.stock(RESERVE, "BLUE", 20, expiry_us=floor.clock_us + 5_000_000_000)
    floor.stock(PICK, "BLUE", 2)
    look_at(floor)
    row = task(floor, "pick")
    floor.clock_us += 6_000_000_000
    look_at(floor)
    assert lit(floor) == []
    floor.tell("bay-1", TaskReturned(task=row["public"], bin=RESERVE))
    assert not look_at(floor).has_work


def test_nothing_is_fetched_from_a_bin_in_which_a_spoiled_lot_lies_too(floor: ReserveFloor) -> None:
    floor.stock(RESERVE, "BLUE", 20, expiry_us=floor.clock_us + 5_000_000_000)
    floor.clock_us += 6_000_000_000
    floor.call(
        lambda tx: setup.put_in(tx, places.stock_of(tx.connection, floor.ids["BLUE"]), 9, RESERVE, Cause(reason="test"))
    )
    floor.stock(PICK, "BLUE", 2)
    assert not look_at(floor).has_work


def test_what_is_carried_is_never_set_aside(floor: ReserveFloor) -> None:
    floor.stock(RESERVE, "BLUE", 20, expiry_us=floor.clock_us + 5_000_000_000)
    taken(floor, 20)
    floor.clock_us += 6_000_000_000
    assert floor.at(CARRIER) == {"BLUE": 20}
    assert floor.call(set_aside) == 0
    put(floor)
    assert floor.call(set_aside) == 1
    assert floor.held(PICK)


def test_a_put_undone_beside_the_next_take_of_its_bin_is_sound(floor: ReserveFloor) -> None:
    taken(floor)
    row = put(floor)
    floor.stock(RESERVE, "BLUE", 20)
    floor.order("A", BLUE=25)
    look_at(floor)
    assert lit(floor) == [("pick", RESERVE, 5)]
    floor.tell("bay-1", ConfirmationUndone(task=row["public"], bin=PICK, kind="put", units=18))
    assert floor.sound()
    assert lit(floor) == [("put", PICK, 18), ("pick", RESERVE, 5)]


def test_a_take_undone_beside_the_next_one_of_its_bin_has_that_asked_back(floor: ReserveFloor) -> None:
    row = taken(floor)
    put(floor)
    floor.stock(RESERVE, "BLUE", 20)
    floor.order("A", BLUE=25)
    look_at(floor)
    floor.tell("bay-1", ConfirmationUndone(task=row["public"], bin=RESERVE, kind="pick", units=18))
    assert lit(floor) == [("pick", RESERVE, 18)]


def test_the_alarm_of_an_sku_without_a_bin_names_it(floor: ReserveFloor) -> None:
    floor.stock(PICK, "BLUE", 0)
    floor.call(
        lambda tx: tx.connection.execute(text("UPDATE location SET sku_id = NULL, held = 1 WHERE name = 'bay-1/2'"))
    )
    floor.order("A", BLUE=2)
    look_at(floor)
    [row] = floor.rows("SELECT detail FROM exception WHERE kind = 'no_bin'")
    assert "SKU BLUE " in row["detail"]


def test_what_is_open_is_found_through_open_tasks(floor: ReserveFloor) -> None:
    """The table of replenishments only grows."""
    if floor.engine.dialect.name != "sqlite":
        pytest.skip("the plan is read as SQLite tells it")
    plan = [row["detail"] for row in floor.rows(f"EXPLAIN QUERY PLAN {replenishments._OPEN_NOW}")]
    assert not any(step.startswith("SCAN r") for step in plan)


def test_a_tote_with_the_mark_of_reserve_shows_its_picker_at_the_aisle(floor: ReserveFloor) -> None:
    floor.policy = replace(floor.policy, aisles=(("bay-1", ("bay-1",)),))
    floor.stock(PICK, "BLUE", 4)
    look_at(floor)
    assert floor.desired("bay-1").aisle == ()  # type: ignore[union-attr]
    floor.order("A", RED=1)
    floor.load_cart("TOTE-1")
    [pick] = [one for one in floor.tasks("pick") if one["sku"] == "RED"]
    floor.call(lambda tx: tx.connection.execute(text("UPDATE task SET mark = 'R' WHERE line_id IS NOT NULL")))
    assert floor.desired("bay-1").aisle == (pick["colour"],)  # type: ignore[union-attr]

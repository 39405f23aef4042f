"""A confirmation that was taken back at the bin: what it booked is booked back, and nothing of it is deleted."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from edge.contract.events import BinCounted, ConfirmationUndone, UnitsPicked, UnitsPutAway
from hub.handlers import forcing, moving
from hub.handlers.facts import WAITING_MAX_US
from tests.hub.stocked_floor import SKUS, StockedFloor

RED_BIN, GREEN_BIN = "bay-01/03", "bay-01/06"
BAY = "bay-01"


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[StockedFloor]:
    floor = StockedFloor(tmp_path)
    yield floor
    floor.close()


def lit(floor: StockedFloor, ref: str = "A", tote: str = "TOTE-0001", **units: int) -> dict[str, Any]:
    """An order of one SKU on a cart whose lights are on; its task."""
    floor.order(ref, **units)
    floor.load_cart(tote)
    return floor.the_task()


def undo(floor: StockedFloor, task: dict[str, Any], units: int | None = None, kind: Any = "pick") -> None:
    """A confirmation of all that was asked, unless told otherwise, is taken back."""
    said = task["units"] if units is None else units
    floor.tell(BAY, ConfirmationUndone(task=task["public"], bin=task["bin"], kind=kind, units=said))


def shown(floor: StockedFloor) -> list[tuple[str, int]]:
    """(bin, units) of what the bay should light."""
    return [(task.bin, task.units) for task in floor.desired(BAY).tasks]  # type: ignore[union-attr]


def test_a_pick_taken_back_is_booked_back_reserved_again_and_lit_again(floor: StockedFloor) -> None:
    task = lit(floor, RED=3)
    floor.pick(task)
    undo(floor, task)
    assert floor.line("A") == {"reserved": 3}
    assert (floor.at("TOTE-0001"), floor.at(RED_BIN), floor.reserved(RED_BIN)) == ({}, {"RED": 20}, 3)
    assert floor.moves("pick") == [("RED", 3, RED_BIN, "TOTE-0001")], "what was booked stays"
    assert [move for move in floor.moves("undone") if move[3] == RED_BIN] == [("RED", 3, "TOTE-0001", RED_BIN)]
    assert shown(floor) == [(RED_BIN, 3)]
    again = floor.the_task()
    assert (again["public"], again["units_done"], again["by"]) == (task["public"], 0, None)
    assert floor.sound()


def test_it_is_picked_again_and_judged_as_any_other(floor: StockedFloor) -> None:
    task = lit(floor, RED=3)
    floor.pick(task)
    undo(floor, task)
    floor.pick(floor.the_task(), 2)
    assert floor.line("A")["picked"] == 2
    floor.settle(task, confirmed=-2, weighed=-1)
    assert (floor.line("A")["picked"], floor.line("A")["reserved"]) == (1, 1), "one of the confirmed is still owed"
    floor.settle(task, confirmed=0, weighed=-1, cause="correction")
    assert floor.line("A")["picked"] == 2
    assert floor.sound()


def test_what_a_confirmation_gave_up_before_it_was_taken_back_counts_for_nothing(floor: StockedFloor) -> None:
    task = lit(floor, RED=3)
    floor.pick(task, 1)
    undo(floor, task, 1)
    assert floor.line("A") == {"reserved": 3}
    assert floor.held(RED_BIN), "somebody said that units were missing: a count will tell"
    floor.pick(floor.the_task(), 3)
    floor.settle(task, confirmed=-3, weighed=-2)
    assert floor.line("A") == {"picked": 2, "reserved": 1}, "the picker is asked for it, and nobody else"
    assert floor.sound()


def test_units_that_another_cart_brings_by_now_are_not_asked_again_and_too_many_lie_in_the_tote(
    floor: StockedFloor,
) -> None:
    sku = next(sku for sku in SKUS if len(floor.bins_of(sku)) > 1)
    task = lit(floor, **{sku: 3})
    floor.pick(task, 1)
    floor.scan("induct-1", "BADGE-ben")
    floor.scan("induct-1", "CART-2")
    floor.scan("induct-1", "TOTE-0002")
    assert [row["units"] for row in floor.tasks()] == [2], "what was given up is picked elsewhere"
    undo(floor, task, 1)
    assert [row["units"] for row in floor.tasks() if row["public"] == task["public"]] == [1]
    assert floor.sound()
    floor.tell(BAY, UnitsPicked(task=task["public"], bin=task["bin"], units=3, units_asked=3, by="button"))
    assert not floor.rows("SELECT detail FROM fact WHERE state = 'quarantined'")
    assert floor.line("A") == {"picked": 1, "reserved": 2}
    assert floor.at("TOTE-0001") == {sku: 3}, "the packer puts two of them back"
    assert floor.sound()


def test_it_may_be_taken_back_more_than_once(floor: StockedFloor) -> None:
    task = lit(floor, RED=3)
    for _ in range(3):
        floor.pick(task)
        undo(floor, task)
    assert floor.line("A") == {"reserved": 3}
    floor.pick(task)
    assert floor.line("A") == {"picked": 3}
    assert floor.sound()


def test_the_same_undoing_again_changes_nothing(floor: StockedFloor) -> None:
    task = lit(floor, RED=3)
    floor.pick(task)
    undo(floor, task)
    before = floor.rows("SELECT COUNT(*) AS n FROM transfer")
    undo(floor, task)
    assert floor.rows("SELECT COUNT(*) AS n FROM transfer") == before
    assert floor.sound()


def test_a_cart_whose_last_light_comes_back_is_picked_again(floor: StockedFloor) -> None:
    task = lit(floor, RED=3)
    floor.pick(task)
    assert floor.rows("SELECT state FROM batch") == [{"state": "delivered"}]
    undo(floor, task)
    assert floor.rows("SELECT state FROM batch") == [{"state": "picking"}]
    assert floor.scan("pack-1", "TOTE-0001").title == "Scan a tote", "it waits for the pick"
    floor.pick(floor.the_task())
    assert floor.rows("SELECT state FROM batch") == [{"state": "delivered"}]
    assert floor.rows("SELECT state FROM tote_load") == [{"state": "delivered"}]
    assert floor.sound()


def test_a_picker_with_another_cart_by_now_is_not_sent_back(floor: StockedFloor) -> None:
    task = lit(floor, RED=3)
    floor.pick(task)
    floor.order("B", BLUE=1)
    floor.load_cart("TOTE-0002")
    undo(floor, task)
    assert floor.line("A") == {"promised": 3}, "it waits for the next cart"
    assert (floor.at("TOTE-0001"), floor.at(RED_BIN)) == ({}, {"RED": 20})
    assert [bin_name for bin_name, _ in shown(floor)] != [RED_BIN]
    assert floor.sound()


def test_a_tote_that_is_being_packed_is_not_picked_into_any_more(floor: StockedFloor) -> None:
    task = lit(floor, RED=3)
    floor.pick(task)
    floor.scan("pack-1", "TOTE-0001")
    undo(floor, task)
    assert floor.line("A") == {"promised": 3}
    assert (floor.at("TOTE-0001"), floor.at(RED_BIN)) == ({}, {"RED": 20})
    assert floor.sound()


def test_what_was_packed_in_spite_of_it_came_from_nobody_knows_where(floor: StockedFloor) -> None:
    floor.labelled(RED=3)
    [task] = floor.tasks(state="done")
    undo(floor, task)
    assert floor.line("A") == {"packed": 3}, "the packer counted them"
    assert floor.at(RED_BIN) == {"RED": 20}
    assert floor.at("astray") == {"RED": -3}
    assert floor.sound()


def test_a_light_that_is_confirmed_again_before_the_hub_has_said_that_it_is_too_late_is_booked(
    floor: StockedFloor,
) -> None:
    task = lit(floor, RED=3)
    floor.pick(task)
    floor.scan("pack-1", "TOTE-0001")
    undo(floor, task)
    floor.pick(task)
    assert floor.at(RED_BIN) == {"RED": 17}
    assert floor.held(RED_BIN)
    assert floor.sound()


def test_a_task_that_was_forced_away_gets_its_units_back_and_stays_away(floor: StockedFloor) -> None:
    task = lit(floor, RED=3)
    floor.call(lambda tx: forcing.force_station(tx, BAY))
    floor.pick(task)
    assert floor.at("TOTE-0001") == {"RED": 3}
    undo(floor, task)
    assert (floor.at("TOTE-0001"), floor.at(RED_BIN)) == ({}, {"RED": 20})
    assert floor.tasks(state="void")
    assert floor.sound()


def test_a_recall_is_answered_with_what_was_taken_back(floor: StockedFloor) -> None:
    task = lit(floor, RED=3)
    floor.pick(task)
    undo(floor, task)
    floor.settle({"station": BAY, "bin": RED_BIN}, confirmed=0, weighed=-18, cause="unlit")
    assert [row["state"] for row in floor.tasks(state="recalled")] == ["recalled"]
    assert floor.sound()


def put_lit(floor: StockedFloor) -> dict[str, Any]:
    """Two RED lie in the put-back tote, and their bin is lit for them; the task."""
    floor.at_packing(RED=1)
    for _ in range(2):
        floor.scan("pack-1", floor.symbol("GREEN"))
        floor.count("pack-1", 1)
    return floor.tasks("put")[0]


def test_a_put_away_taken_back_lies_again_where_it_came_from(floor: StockedFloor) -> None:
    task = put_lit(floor)
    before = (floor.at("putback"), floor.at(task["bin"]), shown(floor))
    asked = task["units"]
    floor.tell(BAY, UnitsPutAway(task=task["public"], bin=task["bin"], units=asked, units_asked=asked, by="button"))
    assert floor.at("putback") != before[0]
    undo(floor, task, kind="put")
    assert (floor.at("putback"), floor.at(task["bin"]), sorted(shown(floor))) == (
        before[0],
        before[1],
        sorted(before[2]),
    )
    assert not floor.held(task["bin"])
    assert floor.sound()


def test_a_count_taken_back_holds_the_bin_until_it_is_counted_again(floor: StockedFloor) -> None:
    floor.call(lambda tx: moving.hold_for_count(tx, RED_BIN, "test"))
    task = floor.the_task("count")
    floor.tell(BAY, BinCounted(task=task["public"], bin=RED_BIN, units=2, by="button"))
    assert floor.at(RED_BIN) == {"RED": 2}
    assert not floor.held(RED_BIN)
    undo(floor, task, 2, kind="count")
    assert floor.held(RED_BIN)
    assert floor.the_task("count")["public"] == task["public"]
    floor.tell(BAY, BinCounted(task=task["public"], bin=RED_BIN, units=20, by="button"))
    assert floor.at(RED_BIN) == {"RED": 20}
    assert not floor.held(RED_BIN)
    assert floor.sound()


def test_an_undoing_whose_task_never_becomes_known_is_booked_for_its_bin(floor: StockedFloor) -> None:
    floor.tell(BAY, UnitsPicked(task="unknown", bin=RED_BIN, units=3, units_asked=3, by="button"))
    undo(floor, {"public": "unknown", "bin": RED_BIN, "units": 3})
    assert floor.rows("SELECT COUNT(*) AS n FROM fact WHERE state = 'waiting'") == [{"n": 2}]
    floor.clock_us += WAITING_MAX_US + 1
    floor.call(floor.taker.review)
    assert floor.at(RED_BIN) == {"RED": 20}
    assert floor.at("astray") == {}
    assert floor.held(RED_BIN)
    assert floor.sound()

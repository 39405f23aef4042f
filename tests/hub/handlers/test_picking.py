"""Picks: what a confirmation, a weight, a hand in the wrong bin and a recall do to the book and to the orders."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edge.contract.events import AlarmCleared, AlarmRaised, BinCounted, TaskReturned, WeightSettled
from tests.hub.stocked_floor import UNITS_A_BIN, StockedFloor

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


def unlit(floor: StockedFloor, bin_name: str, units: int, cause: str = "unlit", *, sure: bool = True) -> None:
    """A hand at a bin that is not lit."""
    floor.tell(
        BAY,
        WeightSettled(
            bin=bin_name, cause=cause, tasks=(), before_mg=9, after_mg=8,  # type: ignore[arg-type]
            units_confirmed=0, units_weighed=units, sure=sure,
        ),
    )  # fmt: skip


def test_a_full_pick_moves_the_units_into_the_tote(floor: StockedFloor) -> None:
    floor.pick(lit(floor, RED=3))
    assert floor.line("A") == {"picked": 3}
    assert (floor.at("TOTE-0001"), floor.at(RED_BIN), floor.reserved(RED_BIN)) == ({"RED": 3}, {"RED": 17}, 0)
    assert floor.moves("pick") == [("RED", 3, RED_BIN, "TOTE-0001")]
    assert floor.tasks(state="done")[0]["by"] == "button"
    assert floor.sound()


def test_a_transfer_names_the_fact_that_made_it(floor: StockedFloor) -> None:
    task = lit(floor, RED=3)
    floor.pick(task)
    [row] = floor.rows(
        "SELECT device, journal, seq, kind, pending_id, ref_kind, ref_id, actor, evidence_id FROM transfer"
        " WHERE reason = 'pick'"
    )
    assert (row["device"], row["journal"], row["seq"], row["actor"]) == (BAY, "journal", 1, BAY)
    assert (row["kind"], row["pending_id"]) == ("post", task["reserve_id"])
    assert (row["ref_kind"], row["ref_id"]) == ("task", task["public"])
    assert row["evidence_id"] is not None


def test_a_pick_that_comes_twice_is_booked_once(floor: StockedFloor) -> None:
    task = lit(floor, RED=3)
    floor.pick(task)
    floor.pick(task)  # another key, the same task: it was done before
    assert floor.line("A") == {"picked": 3}
    assert floor.at("TOTE-0001") == {"RED": 6}, "a fact is never refused: three more were said to be taken"
    assert floor.held(RED_BIN)
    assert floor.sound()


@pytest.mark.parametrize(
    ("by", "weighed", "sure", "then"),
    [
        ("button", None, True, "button"),
        ("weight", None, True, "weight"),
        ("button", -3, True, "both"),
        ("button", -3, False, "button"),
        ("weight", -3, True, "weight"),
    ],
)
def test_it_is_known_what_proved_a_pick(
    floor: StockedFloor, by: str, weighed: int | None, sure: bool, then: str
) -> None:
    task = lit(floor, RED=3)
    floor.pick(task, by=by)
    if weighed is not None:
        floor.settle(task, confirmed=-3, weighed=weighed, sure=sure)
    assert floor.tasks(state="done")[0]["by"] == then
    assert floor.line("A") == {"picked": 3}


def test_the_last_pick_of_a_cart_sends_its_totes_to_packing(floor: StockedFloor) -> None:
    floor.order("A", RED=3, GREEN=2)
    floor.load_cart("TOTE-0001")
    first, second = floor.tasks()
    floor.pick(first)
    assert floor.rows("SELECT state FROM batch") == [{"state": "picking"}]
    floor.pick(second)
    assert floor.rows("SELECT state, picked_us FROM batch") == [{"state": "delivered", "picked_us": floor.clock_us}]
    assert floor.rows("SELECT state FROM tote_load") == [{"state": "delivered"}]


def test_a_tote_that_is_packed_before_its_carts_last_pick_stays_packed(floor: StockedFloor) -> None:
    floor.order("A", RED=3)
    floor.order("B", GREEN=2)
    floor.load_cart("TOTE-0001", "TOTE-0002")
    first, second = floor.tasks()
    floor.pick(first)
    floor.scan("pack-1", "TOTE-0001")
    floor.check_items("pack-1", RED=3)
    floor.scan("pack-1", floor.weigh("pack-1", floor.parcel_mg(RED=3)).expected[0])
    floor.scan("pack-1", "TOTE-0002")
    floor.pick(second)
    assert floor.rows("SELECT state FROM tote_load ORDER BY id") == [{"state": "packed"}, {"state": "delivered"}]
    assert floor.scan("pack-1", "TOTE-0001").lines == ("TOTE-0001 has nothing to pack.",)
    floor.order("C", RED=1)
    assert floor.load_cart("TOTE-0001").title == "Scan your badge", "the tote is free again"
    assert floor.sound()


def test_a_short_pick_holds_the_bin_asks_for_a_count_and_backorders_the_rest(floor: StockedFloor) -> None:
    floor.pick(lit(floor, RED=5), 2)
    assert floor.line("A") == {"picked": 2, "backordered": 3}
    assert (floor.held(RED_BIN), floor.exceptions()) == (True, ["count_wanted"])
    assert [(t["bin"], t["units"]) for t in floor.tasks("count")] == [(RED_BIN, 18)]
    assert floor.moves("short_pick") == [("RED", 3, RED_BIN, "stage")]
    assert floor.reserved(RED_BIN) == 0
    assert floor.sound()


def test_after_a_short_pick_the_count_decides_what_may_be_promised(floor: StockedFloor) -> None:
    floor.pick(lit(floor, RED=5), 2)
    count = floor.the_task("count")
    floor.tell(BAY, BinCounted(task=count["public"], bin=RED_BIN, units=1, by="button"))
    assert floor.line("A") == {"picked": 2, "promised": 1, "backordered": 2}
    assert (floor.held(RED_BIN), floor.exceptions(), floor.at(RED_BIN)) == (False, [], {"RED": 1})
    assert floor.moves("count") == [("RED", 17, RED_BIN, "adjustment")]
    assert floor.sound()


def test_what_one_bin_lacks_is_promised_from_the_other_at_once(floor: StockedFloor) -> None:
    task = lit(floor, BLUE=5)
    floor.pick(task, 1)
    assert floor.line("A") == {"picked": 1, "promised": 4}
    floor.load_cart("TOTE-0002")
    again = floor.the_task()
    assert again["bin"] != task["bin"] and again["units"] == 4
    assert floor.sound()


def test_a_pick_of_nothing_books_no_movement_into_the_tote(floor: StockedFloor) -> None:
    floor.pick(lit(floor, RED=5), 0)
    assert (floor.line("A"), floor.at("TOTE-0001"), floor.moves("pick")) == ({"backordered": 5}, {}, [])
    assert floor.sound()


def test_one_too_few_is_still_owed_and_taking_one_more_mends_it(floor: StockedFloor) -> None:
    task = lit(floor, RED=3)
    floor.pick(task)
    floor.settle(task, confirmed=-3, weighed=-2)
    assert floor.line("A") == {"picked": 2, "reserved": 1}
    assert (floor.at("TOTE-0001"), floor.reserved(RED_BIN)) == ({"RED": 2}, 1)
    assert floor.sound()
    floor.settle(task, confirmed=0, weighed=-1, cause="correction")
    assert floor.line("A") == {"picked": 3}
    assert (floor.at("TOTE-0001"), floor.at(RED_BIN), floor.reserved(RED_BIN)) == ({"RED": 3}, {"RED": 17}, 0)
    assert floor.sound()


def test_one_too_few_that_is_accepted_waits_for_stock_again(floor: StockedFloor) -> None:
    task = lit(floor, RED=3)
    floor.pick(task)
    floor.settle(task, confirmed=-3, weighed=-2)
    floor.tell(BAY, AlarmRaised(alarm="a", kind="under_pick", place=RED_BIN, task=task["public"], units=1))
    assert floor.exceptions() == ["under_pick"]
    floor.tell(BAY, AlarmCleared(alarm="a", kind="under_pick", place=RED_BIN, by="accepted"))
    assert floor.exceptions() == []
    assert floor.line("A") == {"picked": 2, "promised": 1}
    assert floor.reserved(RED_BIN) == 0
    assert floor.sound()


def test_one_too_many_lies_in_the_tote_and_putting_it_back_mends_it(floor: StockedFloor) -> None:
    task = lit(floor, RED=3)
    floor.pick(task)
    floor.settle(task, confirmed=-3, weighed=-4)
    assert floor.line("A") == {"picked": 3}, "the order has what it asked for, not more"
    assert (floor.at("TOTE-0001"), floor.at(RED_BIN)) == ({"RED": 4}, {"RED": 16})
    assert floor.moves("over_pick") == [("RED", 1, RED_BIN, "TOTE-0001")]
    assert floor.sound()
    floor.settle(task, confirmed=0, weighed=1, cause="correction")
    assert (floor.line("A"), floor.at("TOTE-0001"), floor.at(RED_BIN)) == ({"picked": 3}, {"RED": 3}, {"RED": 17})
    assert floor.sound()


@pytest.mark.parametrize(("sku", "taken", "before"), [("RED", 3, "backordered"), ("BLUE", 4, "promised")])
def test_a_short_pick_that_the_scale_denies_is_no_short_pick(
    floor: StockedFloor, sku: str, taken: int, before: str
) -> None:
    task = lit(floor, **{sku: 3})
    floor.pick(task, 2)
    assert floor.line("A") == {"picked": 2, before: 1}
    floor.settle(task, confirmed=-2, weighed=-taken)
    assert floor.line("A") == {"picked": 3}
    assert floor.at("TOTE-0001") == {sku: taken}
    assert floor.sound()
    floor.scan("pack-1", "TOTE-0001")
    floor.check_items("pack-1", **{sku: taken})
    floor.scan("pack-1", floor.weigh("pack-1", floor.parcel_mg(**{sku: 3})).expected[0])
    assert (floor.line("A"), floor.facts_set_aside()) == ({"shipped": 3}, 0)
    assert floor.sound()


def test_what_was_taken_beyond_a_short_pick_and_put_back_waits_for_stock_again(floor: StockedFloor) -> None:
    task = lit(floor, RED=3)
    floor.pick(task, 2)
    floor.settle(task, confirmed=-2, weighed=-3)
    floor.settle(task, confirmed=0, weighed=1, cause="correction")
    assert floor.line("A") == {"picked": 2, "backordered": 1}
    assert (floor.at("TOTE-0001"), floor.reserved(RED_BIN)) == ({"RED": 2}, 0)
    floor.settle(task, confirmed=0, weighed=1, cause="correction")
    assert floor.line("A") == {"picked": 1, "reserved": 1, "backordered": 1}, "below what was confirmed it is owed"
    assert floor.sound()


def test_what_another_cart_brings_by_now_is_too_much_in_the_first_ones_tote(floor: StockedFloor) -> None:
    task = lit(floor, BLUE=3)
    floor.pick(task, 2)
    floor.load_cart("TOTE-0002")
    floor.settle(task, confirmed=-2, weighed=-3)
    assert floor.line("A") == {"picked": 2, "reserved": 1}
    floor.scan("pack-1", "TOTE-0001")
    floor.check_items("pack-1", BLUE=3)
    assert floor.at("putback") == {"BLUE": 1}
    assert floor.sound()


def test_a_scale_that_is_not_sure_moves_nothing(floor: StockedFloor) -> None:
    task = lit(floor, RED=3)
    floor.pick(task)
    floor.settle(task, confirmed=-3, weighed=-3, sure=False)
    assert (floor.line("A"), floor.at("TOTE-0001")) == ({"picked": 3}, {"RED": 3})
    assert not floor.held(RED_BIN)


def test_a_hand_in_the_wrong_bin_is_booked_astray_until_it_comes_back(floor: StockedFloor) -> None:
    lit(floor, RED=3)
    unlit(floor, GREEN_BIN, -2)
    assert (floor.at(GREEN_BIN), floor.at("astray")) == ({"GREEN": 18}, {"GREEN": 2})
    assert not floor.held(GREEN_BIN), "nothing was reserved there that it could break"
    assert floor.sound()
    unlit(floor, GREEN_BIN, 2, "correction")
    assert (floor.at(GREEN_BIN), floor.at("astray")) == ({"GREEN": UNITS_A_BIN}, {})
    assert floor.sound()


def test_a_wrong_hand_that_keeps_what_it_took_has_the_bin_counted(floor: StockedFloor) -> None:
    unlit(floor, GREEN_BIN, -2)
    floor.tell(BAY, AlarmRaised(alarm="a", kind="wrong_bin", place=GREEN_BIN, units=2))
    [opened] = floor.rows("SELECT kind, detail FROM exception")
    assert opened == {"kind": "wrong_bin", "detail": f"wrong bin at {GREEN_BIN}: 2 taken out"}
    floor.tell(BAY, AlarmCleared(alarm="a", kind="wrong_bin", place=GREEN_BIN, by="accepted"))
    assert (floor.held(GREEN_BIN), floor.exceptions()) == (True, ["count_wanted"])
    assert [t["bin"] for t in floor.tasks("count")] == [GREEN_BIN]


def test_a_wrong_hand_that_takes_reserved_units_breaks_the_youngest_task_and_recalls_it(floor: StockedFloor) -> None:
    floor.order("old", RED=10)
    floor.order("young", RED=10)
    floor.load_cart("TOTE-0001", "TOTE-0002")
    old, young = floor.tasks()
    unlit(floor, RED_BIN, -5)
    assert [t["public"] for t in floor.tasks()] == [old["public"]]
    assert [t["public"] for t in floor.tasks(state="recalled")] == [young["public"]]
    assert (floor.reserved(RED_BIN), floor.held(RED_BIN)) == (10, True)
    assert floor.sound()


def recalled(floor: StockedFloor) -> dict[str, Any]:
    """A task of 18 RED that was recalled because a wrong hand took 5 of 20."""
    lit(floor, RED=18)
    unlit(floor, RED_BIN, -5)
    return floor.the_task(state="recalled")


def test_a_recalled_task_that_comes_back_untouched_waits_for_stock(floor: StockedFloor) -> None:
    task = recalled(floor)
    assert floor.line("A") == {"reserved": 18}, "the line waits for the station's answer"
    floor.tell(BAY, TaskReturned(task=task["public"], bin=RED_BIN))
    assert floor.line("A") == {"backordered": 18}, "its bin is held until it is counted"
    assert [t["public"] for t in floor.tasks(state="void")] == [task["public"]]
    assert floor.rows("SELECT state FROM batch") == [{"state": "delivered"}]
    count = floor.the_task("count")
    floor.tell(BAY, BinCounted(task=count["public"], bin=RED_BIN, units=15, by="button"))
    assert floor.line("A") == {"promised": 15, "backordered": 3}
    assert floor.sound()


def test_a_recalled_task_that_was_picked_all_the_same_is_booked_as_it_happened(floor: StockedFloor) -> None:
    task = recalled(floor)
    floor.pick(task, 15)
    assert floor.line("A") == {"picked": 15, "backordered": 3}
    assert (floor.at("TOTE-0001"), floor.at(RED_BIN)) == ({"RED": 15}, {})
    assert floor.sound()


def test_a_recalled_task_of_which_more_was_picked_than_the_book_had_finds_the_rest(floor: StockedFloor) -> None:
    task = recalled(floor)
    floor.pick(task)
    assert (floor.line("A"), floor.at("TOTE-0001")) == ({"picked": 18}, {"RED": 18})
    assert floor.moves("found") == [("RED", 3, "adjustment", RED_BIN)]
    assert floor.held(RED_BIN)
    assert floor.sound()


def test_a_task_that_is_returned_twice_or_after_it_was_picked_changes_nothing(floor: StockedFloor) -> None:
    task = lit(floor, RED=3)
    floor.pick(task)
    floor.tell(BAY, TaskReturned(task=task["public"], bin=RED_BIN))
    assert floor.line("A") == {"picked": 3}
    other = lit(floor, "B", "TOTE-0002", GREEN=1)
    for _ in range(2):
        floor.tell(BAY, TaskReturned(task=other["public"], bin=GREEN_BIN))
    assert floor.line("B") == {"promised": 1}
    assert floor.sound()


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.integers(1, 8), st.integers(0, 8), st.integers(-2, 2), st.booleans()), min_size=1, max_size=4)
)
def test_whatever_pickers_do_no_unit_and_no_order_is_lost(
    tmp_path_factory: pytest.TempPathFactory, picks: list[tuple[int, int, int, bool]]
) -> None:
    floor = StockedFloor(tmp_path_factory.mktemp("picks"))
    try:
        shelf = UNITS_A_BIN
        for number, (ordered, confirmed, error, mended) in enumerate(picks):
            floor.order(f"{number}", RED=ordered)
            floor.load_cart(f"TOTE-{number + 1:04d}")
            for task in floor.tasks():
                units = min(confirmed, task["units"])
                taken = min(max(0, units + error), shelf)
                floor.pick(task, units)
                floor.settle(task, confirmed=-units, weighed=-taken)
                if mended and taken != units:
                    floor.settle(task, confirmed=0, weighed=taken - units, cause="correction")
                    taken = units
                shelf -= taken
            assert floor.sound()
        assert floor.at(RED_BIN).get("RED", 0) == shelf, "the book knows what lies in the bin"
        in_totes = sum(floor.at(f"TOTE-{n + 1:04d}").get("RED", 0) for n in range(len(picks)))
        assert in_totes == UNITS_A_BIN - shelf
    finally:
        floor.close()

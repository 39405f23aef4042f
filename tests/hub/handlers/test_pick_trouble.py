"""Damaged units and goods of another SKU: where they are booked, what is asked, and that nothing stays reserved."""

from collections.abc import Iterator
from typing import Any

import pytest

from edge.contract.events import BinCounted, TaskReturned, UnitsPicked, UnitsPutAway, WeightSettled
from hub.handlers.pick_trouble import NoSuch, NotThere, damaged, wrong_label
from tests.hub.played_benches import PlayedBenches

BAY, RED, BLUE = "bay-1", "bay-1/1", "bay-1/2"


@pytest.fixture
def floor() -> Iterator[PlayedBenches]:
    floor = PlayedBenches()
    yield floor
    assert floor.sound()
    floor.writer.close()


def tasks(floor: PlayedBenches, kind: str = "pick") -> list[dict[str, Any]]:
    return floor.rows(
        "SELECT t.public, t.state, t.units, p.name AS bin FROM task t JOIN location p ON p.id = t.bin_id"
        f" WHERE t.kind = '{kind}' ORDER BY t.id"
    )


def at(floor: PlayedBenches, place: str) -> tuple[int, int]:
    """(on hand, reserved) of all that lies at a place."""
    [row] = floor.rows(
        "SELECT COALESCE(SUM(b.on_hand), 0) AS there, COALESCE(SUM(b.reserved), 0) AS reserved FROM location l"
        f" LEFT JOIN balance b ON b.location_id = l.id WHERE l.name = '{place}'"
    )
    return row["there"], row["reserved"]


def say_damaged(floor: PlayedBenches, units: int, *, in_tote: bool = False) -> None:
    task = tasks(floor)[0]["public"]
    floor.call(lambda tx: damaged(tx, task, units, "Ana", in_tote=in_tote))


def pick(floor: PlayedBenches, units: int, asked: int) -> None:
    told = UnitsPicked(task=tasks(floor)[0]["public"], bin=RED, units=units, units_asked=asked, by="button")
    floor.tell(BAY, told)


def test_damaged_units_leave_the_bin_for_scrap_and_the_bin_is_counted(floor: PlayedBenches) -> None:
    floor.order("A", RED=3)
    floor.load_cart("TOTE-1")
    say_damaged(floor, 2)
    assert (at(floor, RED), at(floor, "scrap")[0]) == ((18, 3), 2)
    assert floor.exceptions() == ["damaged", "count_wanted"]
    [row] = floor.rows("SELECT e.by, e.operator FROM transfer t JOIN evidence e ON e.id = t.evidence_id"
                       " WHERE t.reason = 'damaged'")  # fmt: skip
    assert row == {"by": "person", "operator": "Ana"}
    pick(floor, 3, 3)
    assert floor.line("A") == {"picked": 3}
    count = tasks(floor, "count")[0]["public"]
    floor.tell(BAY, BinCounted(task=count, bin=RED, units=15, by="button"))
    assert (at(floor, RED), floor.exceptions()) == ((15, 0), ["damaged"])


def test_damaged_units_that_the_scale_saw_leave_are_not_booked_out_of_the_bin_twice(floor: PlayedBenches) -> None:
    floor.order("A", RED=3)
    floor.load_cart("TOTE-1")
    floor.tell(
        BAY,
        WeightSettled(
            bin=RED, cause="unlit", tasks=(), before_mg=2_000_000, after_mg=1_800_000, units_confirmed=0,
            units_weighed=-2, sure=True,
        ),
    )  # fmt: skip
    assert (at(floor, RED)[0], at(floor, "astray")[0]) == (18, 2)
    say_damaged(floor, 2)
    assert (at(floor, RED)[0], at(floor, "astray")[0], at(floor, "scrap")[0]) == (18, 0, 2)


def test_a_damaged_unit_that_was_said_short_is_scrap_and_the_rest_of_the_line_waits_for_stock(
    floor: PlayedBenches,
) -> None:
    floor.order("A", RED=20)
    floor.load_cart("TOTE-1")
    pick(floor, 18, 20)
    say_damaged(floor, 2)
    assert (at(floor, RED), at(floor, "scrap")[0]) == ((0, 0), 2)
    assert floor.line("A") == {"picked": 18, "backordered": 2}


def test_a_pick_whose_units_are_not_there_any_more_is_asked_back_and_leaves_no_reservation(
    floor: PlayedBenches,
) -> None:
    floor.order("A", RED=20)
    floor.load_cart("TOTE-1")
    say_damaged(floor, 4)
    assert (tasks(floor)[0]["state"], at(floor, RED)) == ("recalled", (16, 0))
    floor.tell(BAY, TaskReturned(task=tasks(floor)[0]["public"], bin=RED))
    assert floor.line("A") == {"backordered": 20}
    count = tasks(floor, "count")[0]["public"]
    floor.tell(BAY, BinCounted(task=count, bin=RED, units=16, by="button"))
    assert floor.line("A") == {"promised": 16, "backordered": 4}


def test_damage_in_the_tote_is_picked_again(floor: PlayedBenches) -> None:
    floor.order("A", RED=3)
    floor.load_cart("TOTE-1")
    pick(floor, 3, 3)
    say_damaged(floor, 1, in_tote=True)
    assert (at(floor, "TOTE-1")[0], at(floor, "scrap")[0]) == (2, 1)
    assert floor.line("A") == {"picked": 2, "backordered": 1}
    count = tasks(floor, "count")[0]["public"]
    floor.tell(BAY, BinCounted(task=count, bin=RED, units=17, by="button"))
    assert floor.line("A") == {"picked": 2, "promised": 1}
    shown = floor.scan("pack-1", "TOTE-1")
    assert "2 x red" in shown.lines


def test_more_than_is_in_the_tote_cannot_be_damaged_there(floor: PlayedBenches) -> None:
    floor.order("A", RED=3)
    floor.load_cart("TOTE-1")
    pick(floor, 3, 3)
    with pytest.raises(NotThere, match="at most 3 units, which are in the tote still, got 4"):
        say_damaged(floor, 4, in_tote=True)
    assert (at(floor, "scrap")[0], floor.exceptions()) == (0, [])


def test_another_items_goods_in_a_bin_ask_its_picks_back_and_go_home_by_light(floor: PlayedBenches) -> None:
    floor.order("A", RED=3)
    floor.load_cart("TOTE-1")
    assert floor.call(lambda tx: wrong_label(tx, RED, "BLUE", 2, "Ana")) == 1
    assert floor.exceptions() == ["wrong_label", "count_wanted"]
    floor.tell(BAY, TaskReturned(task=tasks(floor)[0]["public"], bin=RED))
    assert (floor.line("A"), at(floor, RED)) == ({"backordered": 3}, (20, 0))
    [put] = tasks(floor, "put")
    assert (put["bin"], put["units"], at(floor, "putback")[0]) == (BLUE, 2, 2)
    floor.tell(BAY, UnitsPutAway(task=put["public"], bin=BLUE, units=2, units_asked=2, by="button"))
    assert (at(floor, BLUE)[0], at(floor, "putback")[0]) == (22, 0)
    count = tasks(floor, "count")[0]["public"]
    floor.tell(BAY, BinCounted(task=count, bin=RED, units=18, by="button"))
    assert floor.line("A") == {"promised": 3}


def test_a_pick_that_had_been_done_before_it_was_asked_back_stays_done(floor: PlayedBenches) -> None:
    floor.order("A", RED=3)
    floor.load_cart("TOTE-1")
    floor.call(lambda tx: wrong_label(tx, RED, "BLUE", 0, "Ana"))
    pick(floor, 3, 3)
    assert (floor.line("A"), at(floor, RED)) == ({"picked": 3}, (17, 0))


@pytest.mark.parametrize(("bin_name", "sku"), [("bay-9/1", "BLUE"), ("TOTE-1", "BLUE"), (RED, "RED"), (RED, "NONE")])
def test_what_is_no_bin_or_no_other_item_is_refused(floor: PlayedBenches, bin_name: str, sku: str) -> None:
    with pytest.raises(NoSuch):
        floor.call(lambda tx: wrong_label(tx, bin_name, sku, 0, "Ana"))
    assert floor.exceptions() == []


def test_only_a_pick_can_have_damaged_units(floor: PlayedBenches) -> None:
    with pytest.raises(NoSuch, match="id of a pick, got 'nothing'"):
        floor.call(lambda tx: damaged(tx, "nothing", 1, "Ana", in_tote=False))

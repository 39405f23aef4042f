"""What a cell's scale says of a confirmed put, while its tote is being sorted and after."""

import pytest

from edge.contract.events import UnitsPicked, UnitsPutAway, WeightSettled
from tests.hub.walled_floor import WALL, WalledFloor


@pytest.fixture
def floor() -> WalledFloor:
    """A wants 2 RED, B wants 1 RED, both in TOTE-1 at the wall, and RED is lit."""
    floor = WalledFloor()
    floor.scan("sort-1", floor.shared_tote(A={"RED": 2}, B={"RED": 1}))
    floor.scan("sort-1", floor.symbol("RED"))
    return floor


def title(floor: WalledFloor) -> str:
    return floor.prompt("sort-1").title


def test_a_weight_that_agrees_is_noted_with_the_put(floor: WalledFloor) -> None:
    task = floor.put("wall-1/1")
    floor.settle("wall-1/1", task, confirmed=2, weighed=2)
    assert floor.rows(f"SELECT by FROM task WHERE public = '{task}'") == [{"by": "both"}]
    assert floor.signs() == {"wall-1/1": "DONE"} and floor.sound()


def test_units_that_the_scale_misses_are_in_the_tote_still_and_asked_for_again(floor: WalledFloor) -> None:
    task = floor.put("wall-1/1")
    floor.put("wall-1/2")
    assert title(floor) == "TOTE-1 is sorted. Is it empty?"
    floor.settle("wall-1/1", task, confirmed=2, weighed=1)
    shown = floor.prompt("sort-1")
    assert shown.title == "TOTE-1: scan an item (1 to go)"
    assert shown.lines[0] == "1 fewer in wall-1/1 than confirmed: look at its red light."
    assert floor.signs() == {"wall-1/2": "DONE"} and floor.at("TOTE-1") == {"RED": 1}
    floor.settle("wall-1/1", task, confirmed=0, weighed=1, cause="correction")
    assert title(floor) == "TOTE-1 is sorted. Is it empty?" and floor.signs()["wall-1/1"] == "DONE"
    assert floor.at("TOTE-1") == {} and floor.sound()


def test_units_missed_once_the_tote_is_done_with_are_astray_until_the_light_is_answered(floor: WalledFloor) -> None:
    task = floor.put("wall-1/1")
    floor.put("wall-1/2")
    floor.confirm("sort-1")
    floor.settle("wall-1/1", task, confirmed=2, weighed=1)
    assert floor.line("A") == {"picked": 1, "promised": 1} and floor.at("astray") == {"RED": 1} and floor.sound()
    floor.settle("wall-1/1", task, confirmed=0, weighed=1, cause="correction")
    assert floor.line("A") == {"picked": 2} and floor.at("astray") == {} and floor.sound()
    floor.packed("wall-1/1", RED=2)
    assert floor.line("A") == {"shipped": 2} and floor.sound()


def test_units_too_many_come_out_of_the_tote_and_another_order_lacks_them(floor: WalledFloor) -> None:
    task = floor.put("wall-1/1")
    floor.settle("wall-1/1", task, confirmed=2, weighed=3)
    assert floor.at("wall-1/1") == {"RED": 3} and floor.at("TOTE-1") == {}
    floor.settle("wall-1/1", task, confirmed=0, weighed=-1, cause="correction")
    assert floor.at("wall-1/1") == {"RED": 2} and floor.at("TOTE-1") == {"RED": 1} and floor.sound()


def test_units_too_many_that_stay_are_found_by_the_packer_and_put_back(floor: WalledFloor) -> None:
    task = floor.put("wall-1/1")
    floor.settle("wall-1/1", task, confirmed=2, weighed=3)
    floor.put("wall-1/2", units=0)
    floor.problem("sort-1")
    floor.confirm("sort-1")
    floor.scan("pack-1", "wall-1/1")
    shown = floor.check_items("pack-1", RED=3)
    assert shown.lines[0] == "2 belong in: put 1 into the put-back tote."
    assert floor.at("putback") == {"RED": 1} and floor.line("B") == {"promised": 1} and floor.sound()


def test_a_cell_that_is_being_packed_is_not_judged_by_weight_any_more(floor: WalledFloor) -> None:
    task = floor.put("wall-1/1")
    floor.scan("pack-1", "wall-1/1")
    floor.settle("wall-1/1", task, confirmed=2, weighed=0)
    assert floor.at("wall-1/1") == {"RED": 2} and floor.line("A") == {"picked": 2} and floor.sound()


def test_a_weight_that_changed_unseen_asks_for_no_count_of_a_cell(floor: WalledFloor) -> None:
    floor.settle("wall-1/1", confirmed=0, weighed=5, cause="outage")
    assert floor.exceptions() == [] and floor.at("wall-1/1") == {} and floor.sound()


@pytest.mark.parametrize("complete", [True, False])
def test_a_bins_scale_takes_nothing_back_that_lies_in_a_cell(complete: bool) -> None:
    floor = WalledFloor()
    wanted = {"RED": 2} if complete else {"RED": 2, "BLUE": 1}
    floor.scan("sort-1", floor.shared_tote(A=wanted, B={"RED": 1}))
    floor.scan("sort-1", floor.symbol("RED"))
    floor.put("wall-1/1")
    [task] = [row["public"] for row in floor.rows("SELECT public FROM task WHERE kind = 'pick' AND units = 2")]
    told = WeightSettled(
        bin="bay-1/1", cause="tasks", tasks=(task,), before_mg=0, after_mg=0, units_confirmed=-2, units_weighed=0,
        sure=True,
    )  # fmt: skip
    floor.tell("bay-1", told)
    assert floor.line("A") == {"picked": sum(wanted.values())} and floor.at("wall-1/1") == {"RED": 2} and floor.sound()
    floor.put("wall-1/2")
    if not complete:
        floor.sort_item("BLUE")
    floor.confirm("sort-1")
    floor.packed("wall-1/1", **wanted)
    assert floor.line("A") == {"shipped": sum(wanted.values())} and floor.sound()


def test_a_bins_scale_that_saw_more_taken_adds_to_what_is_still_to_be_sorted() -> None:
    floor = WalledFloor()
    floor.order("A", RED=2)
    floor.order("B", RED=1)
    floor.load_cart("TOTE-1")
    tasks = floor.rows("SELECT public, units FROM task ORDER BY id")
    for task, units in zip(tasks, (1, 1), strict=True):
        told = UnitsPicked(task=task["public"], bin="bay-1/1", units=units, units_asked=task["units"], by="button")
        floor.tell("bay-1", told)
    assert floor.scan("sort-1", "TOTE-1").title == "TOTE-1: scan an item (2 to go)"
    told_weight = WeightSettled(
        bin="bay-1/1", cause="tasks", tasks=(tasks[0]["public"],), before_mg=0, after_mg=0, units_confirmed=-1,
        units_weighed=-2, sure=True,
    )  # fmt: skip
    floor.tell("bay-1", told_weight)
    assert floor.prompt("sort-1").title == "TOTE-1: scan an item (3 to go)" and floor.sound()


def test_a_put_of_a_restored_hub_that_nobody_knows_puts_its_cell_in_doubt(floor: WalledFloor) -> None:
    floor.tell(WALL, UnitsPutAway(task="unknown", bin="wall-1/3", units=1, units_asked=1, by="button"))
    floor.clock_us += 3_700_000_000
    floor.call(floor.taker.review)
    assert floor.exceptions() == ["cell_doubt"] and floor.at("wall-1/3") == {} and floor.sound()


@pytest.mark.parametrize(("weighed", "astray"), [(-3, {"RED": 1}), (-1, {"RED": -1})])
def test_a_late_weight_of_a_sorted_order_leaves_the_next_one_in_its_tote_alone(
    weighed: int, astray: dict[str, int]
) -> None:
    floor = WalledFloor()
    floor.sorted_tote(A={"RED": 2}, B={"RED": 1})
    [task] = [row["public"] for row in floor.rows("SELECT public FROM task WHERE kind = 'pick' AND units = 2")]
    floor.picked_tote("NEXT", tote="TOTE-1", RED=7)
    told = WeightSettled(
        bin="bay-1/1", cause="tasks", tasks=(task,), before_mg=0, after_mg=0, units_confirmed=-2,
        units_weighed=weighed, sure=True,
    )  # fmt: skip
    floor.tell("bay-1", told)
    assert floor.at("TOTE-1") == {"RED": 7} and floor.at("astray") == astray
    assert floor.line("A") == {"picked": 2} and floor.sound()


def test_a_late_weight_of_an_order_that_came_short_does_not_bring_it_back_to_the_wall() -> None:
    floor = WalledFloor()
    floor.scan("sort-1", floor.shared_tote(A={"RED": 2, "BLUE": 1}, B={"RED": 1}))
    floor.scan("sort-1", floor.symbol("RED"))
    task = floor.put("wall-1/1")
    floor.put("wall-1/2")
    floor.problem("sort-1")
    floor.confirm("sort-1")
    floor.packed("wall-1/2", RED=1)
    floor.shared_tote("TOTE-1", C={"RED": 1}, D={"RED": 1})
    floor.scan("sort-1", "TOTE-1")
    before = floor.at("TOTE-1")
    floor.settle("wall-1/1", task, confirmed=2, weighed=1)
    assert floor.at("TOTE-1") == before and floor.signs() == {"wall-1/1": "DONE"}
    # its BLUE was picked again, into the same tote; its RED is promised again
    assert floor.line("A") == {"picked": 2, "promised": 1} and floor.sound()
    floor.packed("wall-1/1", RED=1)
    assert floor.line("A") == {"shipped": 1, "picked": 1, "promised": 1} and floor.sound()

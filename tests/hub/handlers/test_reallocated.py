"""What a short pick, a hand in the bin or a count takes from an order is served again from wherever it can be."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.contract.events import TaskReturned
from hub.handlers.counts import count_on_paper
from tests.hub.stocked_floor import StockedFloor

ONE, TWO = "bay-01/01", "bay-01/04"
"""Both bins of BLUE, 20 in each."""


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[StockedFloor]:
    floor = StockedFloor(tmp_path)
    floor.receive("A", ("BLUE", 5))
    floor.load_cart("TOTE-0001")
    assert floor.the_task()["bin"] == ONE
    yield floor
    assert floor.sound()
    floor.close()


def test_what_a_pick_was_short_is_promised_from_the_other_bin(floor: StockedFloor) -> None:
    floor.pick(floor.the_task(), 3)
    assert floor.line("A") == {"picked": 3, "promised": 2}
    assert floor.held(ONE)


def test_a_hand_that_empties_the_bin_leaves_no_reservation_behind(floor: StockedFloor) -> None:
    floor.settle({"station": "bay-01", "bin": ONE}, confirmed=0, weighed=-18, cause="unlit")
    assert floor.reserved(ONE) == 0
    assert floor.the_task(state="recalled")["units"] == 5


def test_a_count_that_finds_nothing_calls_the_task_back_and_the_other_bin_serves_it(floor: StockedFloor) -> None:
    task = floor.the_task()
    floor.call(lambda tx: count_on_paper(tx, ONE, 0, "Kari"))
    assert floor.reserved(ONE) == 0
    floor.tell("bay-01", TaskReturned(task=task["public"], bin=ONE))
    assert floor.line("A") == {"promised": 5}


def test_what_a_late_weight_owed_is_promised_again_when_its_reservation_gives_way(floor: StockedFloor) -> None:
    task = floor.the_task()
    floor.pick(task, 5)
    floor.settle(task, confirmed=-5, weighed=-3)
    assert floor.line("A") == {"picked": 3, "reserved": 2}
    floor.settle({"station": "bay-01", "bin": ONE}, confirmed=0, weighed=-17, cause="unlit")
    assert floor.reserved(ONE) == 0
    assert floor.line("A") == {"picked": 3, "promised": 2}, "the other bin has them"

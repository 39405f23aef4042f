"""A board is replaced: one of the two is the station, and what the other still has to tell is booked once."""

import pytest

from edge.contract.events import LEFT_OVER, AlarmRaised, BinCounted, StationStarted, UnitsPicked
from hub.storage.boards import holder_of
from tests.hub.handlers.test_late_and_lost import BAY, RED, on_hand, settled, the_task
from tests.hub.played_benches import PlayedBenches

STARTED = StationStarted(version="1", simulated=True)
OLD = {"journal": "old", "board": "aaaa", "claim": 0}
NEW = {"journal": "new", "board": "bbbb", "claim": 1}
CARD = {"journal": "old", "board": "card-old", "claim": LEFT_OVER}


@pytest.fixture
def floor() -> PlayedBenches:
    """A bay with a board, a pick that is lit there, and then another board in its place."""
    floor = PlayedBenches()
    floor.tell(BAY, STARTED, **OLD)
    floor.order("A", RED=2)
    floor.load_cart("TOTE-1")
    floor.problem("induct-1")
    return floor


def picked(floor: PlayedBenches) -> UnitsPicked:
    return UnitsPicked(task=the_task(floor), bin=RED, units=2, units_asked=2, by="button")


def holder(floor: PlayedBenches) -> tuple[str, int] | None:
    return floor.call(lambda tx: holder_of(tx.connection, BAY))


def count(floor: PlayedBenches, units: int) -> None:
    floor.tell(BAY, BinCounted(task=the_task(floor, "count"), bin=RED, units=units, by="button"), **NEW)


def test_the_greater_claim_has_the_name_and_its_tasks_stay(floor: PlayedBenches) -> None:
    task = the_task(floor)
    floor.tell(BAY, STARTED, **NEW)
    assert holder(floor) == ("bbbb", 1)
    assert floor.rows(f"SELECT state FROM task WHERE public = '{task}'")[0]["state"] == "open"
    assert "count_wanted" in floor.exceptions()


def test_the_old_board_is_shut_out_and_shown_with_the_one_that_has_the_name(floor: PlayedBenches) -> None:
    floor.tell(BAY, STARTED, **NEW)
    floor.tell(BAY, STARTED, **OLD)
    assert holder(floor) == ("bbbb", 1)
    [row] = floor.rows("SELECT detail FROM exception WHERE kind = 'two_boards' AND closed_us IS NULL")
    assert "aaaa" in row["detail"] and "bbbb" in row["detail"]
    [current] = floor.rows("SELECT journal FROM inbox WHERE device = 'bay-1' AND current = 1")
    assert current["journal"] == "new", "a stranger's facts do not make its journal the station's"
    floor.tell(BAY, STARTED, journal="old", board="aaaa", claim=2)
    assert holder(floor) == ("aaaa", 2)
    assert "two_boards" not in floor.exceptions()


def test_a_third_board_with_a_journal_of_its_own_is_shut_out_too(floor: PlayedBenches) -> None:
    floor.tell(BAY, STARTED, **NEW)
    floor.tell(BAY, STARTED, journal="third", board="cccc", claim=1)
    assert holder(floor) == ("bbbb", 1)
    [current] = floor.rows("SELECT journal FROM inbox WHERE device = 'bay-1' AND current = 1")
    assert current["journal"] == "new"


@pytest.mark.parametrize("sender", [CARD, OLD], ids=["from its card", "by the board itself"])
@pytest.mark.parametrize("counted_first", [True, False])
def test_a_pick_of_the_old_board_is_booked_once_whether_the_bin_was_counted_before_or_not(
    floor: PlayedBenches, sender: dict[str, object], counted_first: bool
) -> None:
    fact = picked(floor)
    floor.tell(BAY, STARTED, **NEW)
    if counted_first:
        count(floor, 18)  # the two are in the tote already
    envelope = floor.tell(BAY, fact, **sender)  # type: ignore[arg-type]
    floor.take(envelope)
    if not counted_first:
        count(floor, 18)
    assert (on_hand(floor, RED), on_hand(floor, "TOTE-1")) == (18, 2)
    assert floor.line("A") == {"picked": 2}
    assert floor.sound()


def test_a_hand_in_an_unlit_bin_that_the_count_has_seen_changes_the_bin_no_more(floor: PlayedBenches) -> None:
    floor.tell(BAY, STARTED, **NEW)
    count(floor, 17)
    floor.tell(BAY, settled("unlit", weighed=-3), **CARD)
    assert on_hand(floor, RED) == 17
    assert floor.sound()


def test_counts_and_alarms_of_the_old_board_are_kept_and_change_nothing(floor: PlayedBenches) -> None:
    floor.tell(BAY, STARTED, **NEW)
    count(floor, 19)
    floor.tell(BAY, BinCounted(task="gone", bin=RED, units=5, by="button"), **CARD)
    floor.tell(BAY, AlarmRaised(alarm="a", kind="wrong_bin", place=RED), **CARD)
    assert on_hand(floor, RED) == 19
    assert "wrong_bin" not in floor.exceptions()
    assert len(floor.rows("SELECT id FROM fact WHERE journal = 'old' AND state = 'applied'")) == 3
    assert floor.sound()

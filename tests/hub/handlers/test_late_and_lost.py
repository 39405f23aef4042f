"""What comes late, comes back, or never comes: nothing is counted twice, nothing waits for ever."""

import pytest

from edge.contract.events import AlarmRaised, TaskReturned, UnitsPicked, UnitsPutAway, WeightSettled
from hub.handlers import counts, forcing, moving, put_away, restock
from hub.handlers.facts import WAITING_MAX_US
from hub.handlers.urgency import ORDERS_LOOKED_AT_MAX
from tests.hub.played_benches import UNIT_MG, PlayedBenches

BAY = "bay-1"
RED, BLUE = "bay-1/1", "bay-1/2"


@pytest.fixture
def floor() -> PlayedBenches:
    return PlayedBenches()


def the_task(floor: PlayedBenches, kind: str = "pick") -> str:
    """The public id of the newest task of a kind."""
    return str(floor.rows(f"SELECT public FROM task WHERE kind = '{kind}' ORDER BY id DESC LIMIT 1")[0]["public"])


def open_tasks(floor: PlayedBenches, kind: str) -> list[tuple[str, int]]:
    """(bin, units) of the open tasks of a kind."""
    rows = floor.rows(
        "SELECT p.name, t.units FROM task t JOIN location p ON p.id = t.bin_id"
        f" WHERE t.kind = '{kind}' AND t.state = 'open' ORDER BY t.id"
    )
    return [(row["name"], row["units"]) for row in rows]


def on_hand(floor: PlayedBenches, place: str) -> int:
    """Units of all kinds at a place, by the book."""
    [row] = floor.rows(
        "SELECT COALESCE(SUM(b.on_hand), 0) AS units FROM location l LEFT JOIN balance b ON b.location_id = l.id"
        f" WHERE l.name = '{place}'"
    )
    return int(row["units"])


def settled(
    cause: str, *, confirmed: int = 0, weighed: int, tasks: tuple[str, ...] = (), bin_: str = RED, sure: bool = True
) -> WeightSettled:
    """What a bin's scale says."""
    return WeightSettled(
        bin=bin_,
        cause=cause,  # type: ignore[arg-type]
        tasks=tasks,
        before_mg=20 * UNIT_MG,
        after_mg=(20 + weighed) * UNIT_MG,
        units_confirmed=confirmed,
        units_weighed=weighed,
        sure=sure,
    )


def one_too_few(floor: PlayedBenches) -> str:
    """Two RED are ordered and confirmed, and one of them is still in the bin; the task."""
    floor.order("A", RED=2)
    floor.load_cart("TOTE-1")
    floor.problem("induct-1")
    task = the_task(floor)
    floor.tell(BAY, UnitsPicked(task=task, bin=RED, units=2, units_asked=2, by="button"))
    floor.tell(BAY, settled("tasks", confirmed=-2, weighed=-1, tasks=(task,)))
    floor.tell(BAY, AlarmRaised(alarm="a1", kind="under_pick", place=RED, task=task, units=1))
    assert floor.line("A") == {"reserved": 1, "picked": 1}
    return task


def ship(floor: PlayedBenches, **units: int) -> None:
    """Pack TOTE-1 as it is and hand the parcel over."""
    floor.scan("pack-1", "TOTE-1")
    floor.check_items("pack-1", **units)
    asked = floor.weigh("pack-1", 100_000 + sum(units.values()) * UNIT_MG)
    floor.scan("pack-1", asked.expected[0])


def test_a_unit_that_is_taken_after_its_tote_was_packed_is_in_nobodys_tote(floor: PlayedBenches) -> None:
    task = one_too_few(floor)
    ship(floor, RED=1)
    floor.tell(BAY, settled("correction", weighed=-1, tasks=(task,)))
    assert floor.line("A") == {"shipped": 1, "promised": 1}
    assert (on_hand(floor, "TOTE-1"), on_hand(floor, "astray"), on_hand(floor, RED)) == (0, 1, 18)
    assert floor.sound()
    floor.tell(BAY, settled("correction", weighed=1, tasks=(task,)))
    assert (on_hand(floor, "astray"), on_hand(floor, RED)) == (0, 19)
    assert floor.sound()


def test_a_pick_that_is_confirmed_after_it_was_taken_back_is_booked_as_it_happened(floor: PlayedBenches) -> None:
    floor.order("A", RED=2)
    floor.load_cart("TOTE-1")
    floor.problem("induct-1")
    task = the_task(floor)
    floor.tell(BAY, TaskReturned(task=task, bin=RED))
    floor.tell(BAY, UnitsPicked(task=task, bin=RED, units=2, units_asked=2, by="button"))
    assert on_hand(floor, RED) == 18
    assert "count_wanted" in floor.exceptions()
    assert floor.sound()


def test_what_a_wrong_hand_took_is_promised_again_when_it_comes_back(floor: PlayedBenches) -> None:
    floor.order("A", RED=20)
    floor.tell(BAY, settled("unlit", weighed=-3))
    assert floor.line("A") == {"promised": 17, "backordered": 3}
    floor.tell(BAY, settled("correction", weighed=3))
    assert floor.line("A") == {"promised": 20}
    assert floor.sound()


def test_a_hand_in_an_unlit_bin_whose_scale_cannot_count_asks_for_a_count(floor: PlayedBenches) -> None:
    floor.tell(BAY, settled("unlit", weighed=0, sure=False))
    assert open_tasks(floor, "count") == [(RED, 20)]
    assert on_hand(floor, RED) == 20


def test_a_fact_that_cannot_be_read_has_its_bin_counted(floor: PlayedBenches) -> None:
    floor.tell(BAY, b'{"type":"UnitsPicked","bin":"bay-1/1","units":"many"}')
    assert floor.facts_set_aside() == 1
    assert open_tasks(floor, "count") == [(RED, 20)]
    floor.tell(BAY, b'{"type":"UnitsPicked","bin":"bay-9/9"}')
    assert floor.facts_set_aside() == 2
    assert open_tasks(floor, "count") == [(RED, 20)]


def test_a_fact_whose_task_never_comes_is_booked_for_what_it_says_of_its_bin(floor: PlayedBenches) -> None:
    floor.tell(BAY, UnitsPicked(task="of-a-lost-database", bin=RED, units=2, units_asked=2, by="button"))
    floor.tell(BAY, UnitsPutAway(task="another-one", bin=BLUE, units=3, units_asked=3, by="button"))
    states = "SELECT state, COUNT(*) AS n FROM fact GROUP BY state"
    assert floor.taker.may_wait
    floor.call(floor.taker.review)
    assert floor.rows(states) == [{"state": "waiting", "n": 2}]
    floor.clock_us += WAITING_MAX_US + 1_000_000
    floor.call(floor.taker.review)
    assert floor.rows(states) == [{"state": "applied", "n": 2}]
    assert (on_hand(floor, RED), on_hand(floor, BLUE), on_hand(floor, "astray")) == (18, 23, -1)
    assert open_tasks(floor, "count") == [(RED, 18), (BLUE, 23)]
    floor.call(floor.taker.review)
    assert not floor.taker.may_wait
    assert floor.sound()


def test_a_station_with_a_new_journal_owes_nothing_more_and_is_counted(floor: PlayedBenches) -> None:
    one_too_few(floor)
    floor.tell(BAY, settled("outage", weighed=0, bin_=BLUE), journal="after a new card")
    assert floor.line("A") == {"picked": 1, "promised": 1}
    assert [kind for kind in floor.exceptions() if kind != "count_wanted"] == []
    assert open_tasks(floor, "count") == [(RED, 19), (BLUE, 20)]
    assert floor.sound()


def test_a_message_of_an_old_journal_that_comes_again_changes_nothing(floor: PlayedBenches) -> None:
    old = floor.tell(BAY, settled("unlit", weighed=-3))
    floor.tell(BAY, settled("outage", weighed=0, bin_=BLUE), journal="after a new card")
    counts = floor.rows("SELECT id FROM task WHERE kind = 'count'")
    floor.take(old)
    assert floor.rows("SELECT id FROM task WHERE kind = 'count'") == counts
    assert floor.rows("SELECT journal FROM inbox WHERE current = 1") == [{"journal": "after a new card"}]
    assert on_hand(floor, RED) == 17


def test_what_was_not_put_away_is_asked_for_again_later(floor: PlayedBenches) -> None:
    number = floor.purchase(RED=5)
    floor.scan("dock-1", number)
    floor.check_items("dock-1", RED=5)
    floor.scan("dock-1", f"PLATE-{number}")
    assert open_tasks(floor, "put") == [(RED, 5)]
    floor.tell(BAY, UnitsPutAway(task=the_task(floor, "put"), bin=RED, units=2, units_asked=5, by="button"))
    assert floor.exceptions() == ["put_short"]
    floor.call(lambda tx: restock.review(tx, floor.policy))
    assert open_tasks(floor, "put") == []
    floor.clock_us += put_away.PUT_AGAIN_US + 1
    for _ in range(2):  # once is enough
        floor.call(lambda tx: restock.review(tx, floor.policy))
        assert open_tasks(floor, "put") == [(RED, 3)]
    floor.tell(BAY, UnitsPutAway(task=the_task(floor, "put"), bin=RED, units=3, units_asked=3, by="button"))
    assert floor.exceptions() == []
    assert on_hand(floor, RED) == 25
    assert floor.sound()


def test_orders_whose_stock_is_held_do_not_stop_the_others(floor: PlayedBenches) -> None:
    for number in range(ORDERS_LOOKED_AT_MAX // 3):
        floor.order(f"held-{number}", RED=1)
    floor.call(lambda tx: moving.hold_for_count(tx, RED, "a test"))
    for number in range(ORDERS_LOOKED_AT_MAX):
        floor.order(f"none-{number}", RED=1)
    floor.order("free", BLUE=1)
    floor.load_cart("TOTE-1")
    assert floor.line("free") == {"reserved": 1}


def test_more_than_a_light_can_show_is_counted_on_paper(floor: PlayedBenches) -> None:
    floor.tell(BAY, settled("unlit", weighed=1_500))
    floor.call(lambda tx: moving.hold_for_count(tx, RED, "a test"))
    assert floor.exceptions() == ["count_wanted"]
    assert open_tasks(floor, "count") == []
    assert floor.call(lambda tx: counts.count_on_paper(tx, RED, 1_519, "Ana")) == -1
    assert (floor.exceptions(), on_hand(floor, RED)) == ([], 1_519)
    assert floor.sound()


def test_a_count_on_paper_takes_the_place_of_the_light(floor: PlayedBenches) -> None:
    floor.order("A", RED=20)
    floor.call(lambda tx: moving.hold_for_count(tx, RED, "a test"))
    assert floor.call(lambda tx: counts.count_on_paper(tx, RED, 18, "Ana")) == -2
    assert open_tasks(floor, "count") == []
    assert floor.line("A") == {"promised": 18, "backordered": 2}
    assert floor.sound()
    with pytest.raises(counts.NoBin, match="got 'TOTE-1'"):
        floor.call(lambda tx: counts.count_on_paper(tx, "TOTE-1", 18, "Ana"))


def test_a_station_that_is_away_gives_its_tasks_back_by_a_persons_word(floor: PlayedBenches) -> None:
    floor.order("A", RED=2)
    floor.load_cart("TOTE-1")
    floor.problem("induct-1")
    task = the_task(floor)
    assert floor.call(lambda tx: forcing.force_station(tx, BAY)) == 1
    assert floor.line("A") == {"backordered": 2}
    assert open_tasks(floor, "pick") == []
    assert open_tasks(floor, "count") == [(RED, 20)]
    assert floor.sound()
    floor.tell(BAY, UnitsPicked(task=task, bin=RED, units=2, units_asked=2, by="button"))
    assert on_hand(floor, RED) == 18
    floor.call(lambda tx: counts.count_on_paper(tx, RED, 18, "Ana"))
    assert floor.line("A") == {"promised": 2}
    assert floor.sound()

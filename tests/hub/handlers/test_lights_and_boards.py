"""Desired state: which lights, in which order, as of which facts, and what people are told to do."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from edge.contract.codec import decode_desired, encode
from edge.contract.events import StationStarted
from edge.contract.state import BayDesired, BenchDesired, Watermark
from hub.handlers.desired import board, desired_state
from hub.handlers.moving import hold_for_count
from tests.hub.stocked_floor import StockedFloor

BAY = "bay-01"


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[StockedFloor]:
    floor = StockedFloor(tmp_path)
    yield floor
    floor.close()


def bay(floor: StockedFloor, lights_ahead: int = 0) -> BayDesired:
    with floor.engine.begin() as connection:
        state = desired_state(
            connection,
            BAY,
            generation=floor.taker.generation,
            desk=floor.desk,
            policy=replace(floor.policy, lights_ahead=lights_ahead),
        )
    assert isinstance(state, BayDesired)
    return state


def bench(floor: StockedFloor, station: str) -> BenchDesired:
    state = floor.desired(station)
    assert isinstance(state, BenchDesired)
    return state


def told(floor: StockedFloor, who: str) -> tuple[str, str, int]:
    """What the board tells somebody: (doing, text, tasks left)."""
    with floor.engine.begin() as connection:
        [line] = [line for line in board(connection) if line.who == who]
    return line.doing, line.text, line.tasks_left


def test_a_bay_at_rest_knows_its_bins_and_has_no_lights(floor: StockedFloor) -> None:
    state = bay(floor)
    assert state.tasks == ()
    assert [b.bin for b in state.bins] == [f"bay-01/{n:02d}" for n in range(1, 7)]
    by_bin = {b.bin: b for b in state.bins}
    item = floor.catalogue.items["RED"]
    assert (by_bin["bay-01/03"].sku, by_bin["bay-01/03"].unit_mg, by_bin["bay-01/03"].spread_mg) == (
        "RED",
        item.unit_mg,
        item.spread_mg,
    )


def test_a_cart_that_is_being_loaded_lights_nothing_until_its_last_tote(floor: StockedFloor) -> None:
    floor.order("A", RED=3)
    floor.order("B", RED=2)
    floor.load_cart("TOTE-0001")
    assert len(floor.tasks()) == 2 and bay(floor).tasks == ()
    floor.scan("induct-1", "TOTE-0002")
    assert [(t.mark, t.units, t.bin, t.colour, t.kind) for t in bay(floor).tasks] == [
        ("A", 3, "bay-01/03", "blue", "pick"),
        ("B", 2, "bay-01/03", "blue", "pick"),
    ]


def test_tasks_of_one_bin_are_shown_in_the_order_of_their_release(floor: StockedFloor) -> None:
    for ref in ("A", "B", "C"):
        floor.order(ref, RED=1)
    floor.load_cart("TOTE-0001", "TOTE-0002", "TOTE-0003")
    orders = [task.order for task in bay(floor).tasks]
    assert orders == sorted(set(orders)), "each its own rank, the lowest first"
    assert [task.mark for task in bay(floor).tasks] == ["A", "B", "C"]


def test_picks_come_before_puts_and_puts_before_counts(floor: StockedFloor) -> None:
    floor.call(lambda tx: hold_for_count(tx, "bay-01/06", "a test"))
    number = floor.purchase(GREEN=2)
    floor.scan("dock-1", number)
    floor.check_items("dock-1", GREEN=2)
    floor.scan("dock-1", f"PLATE-{number}")
    floor.call(lambda tx: tx.connection.exec_driver_sql("UPDATE location SET held = 0"))
    floor.order("A", GREEN=1)
    floor.load_cart("TOTE-0001")
    shown = [(t.kind, t.mark, t.colour, t.units) for t in bay(floor).tasks]
    assert shown == [("pick", "A", "blue", 1), ("put", "P", "yellow", 2), ("count", "C", "white", 20)]


def test_two_pickers_have_their_own_colours_at_the_same_bin(floor: StockedFloor) -> None:
    floor.order("A", RED=1)
    floor.load_cart("TOTE-0001")
    floor.order("B", RED=1)
    floor.load_cart("TOTE-0002", badge="BADGE-ben", cart="CART-2")
    assert [(t.mark, t.colour) for t in bay(floor).tasks] == [("A", "blue"), ("A", "green")]


def test_a_done_task_is_lit_no_more_and_a_recalled_one_says_so(floor: StockedFloor) -> None:
    floor.order("A", RED=1, GREEN=1)
    floor.load_cart("TOTE-0001")
    first, second = floor.tasks()
    floor.pick(first)
    assert [t.task for t in bay(floor).tasks] == [second["public"]]
    floor.call(
        lambda tx: tx.connection.exec_driver_sql("UPDATE task SET state = 'recalled' WHERE state = 'open'").rowcount
    )
    assert [(t.task, t.recalled) for t in bay(floor).tasks] == [(second["public"], True)]


def test_of_a_cart_only_the_next_lights_are_on_where_the_policy_says_so(floor: StockedFloor) -> None:
    for ref in ("A", "B", "C"):
        floor.order(ref, RED=1)
    floor.load_cart("TOTE-0001", "TOTE-0002", "TOTE-0003")
    assert [t.mark for t in bay(floor, 1).tasks] == ["A"]
    assert [t.mark for t in bay(floor, 2).tasks] == ["A", "B"]
    floor.pick(floor.tasks()[0])
    assert [t.mark for t in bay(floor, 2).tasks] == ["B", "C"]
    assert [t.mark for t in bay(floor, 9).tasks] == ["B", "C"]


def test_it_names_the_stations_own_facts_that_are_in_it(floor: StockedFloor) -> None:
    assert bay(floor).as_of is None
    floor.order("A", RED=1)
    floor.load_cart("TOTE-0001")
    assert bay(floor).as_of is None, "another station's facts are not this one's"
    floor.pick(floor.the_task())
    assert bay(floor).as_of == Watermark(journal="journal", seq=1)
    floor.tell(BAY, StationStarted(version="1", simulated=True))
    assert bay(floor).as_of == Watermark(journal="journal", seq=2)


def test_a_new_journal_is_named_as_soon_as_it_comes(floor: StockedFloor) -> None:
    floor.tell(BAY, StationStarted(version="1", simulated=True))
    floor.tell(BAY, StationStarted(version="1", simulated=True), journal="a new card")
    assert bay(floor).as_of == Watermark(journal="a new card", seq=1)


def test_versions_grow_with_every_change_and_rest_with_none(floor: StockedFloor) -> None:
    versions = [bay(floor).version]

    def looked() -> None:
        versions.append(bay(floor).version)

    assert bay(floor).version == versions[0]
    floor.order("A", RED=3)
    looked()
    floor.load_cart("TOTE-0001")
    looked()
    floor.pick(floor.the_task())
    looked()
    assert versions == sorted(set(versions))
    assert bay(floor).version == versions[-1]


def test_a_restored_database_speaks_for_a_new_generation(floor: StockedFloor) -> None:
    before = bay(floor).generation
    floor.taker.generation += 1
    assert bay(floor).generation == before + 1
    assert bench(floor, "pack-1").generation == before + 1


@pytest.mark.parametrize("station", [BAY, "induct-1", "pack-1", "dock-1"])
def test_what_is_sent_is_what_a_station_decodes(floor: StockedFloor, station: str) -> None:
    floor.order("A", RED=3)
    floor.load_cart("TOTE-0001")
    state = floor.desired(station)
    assert decode_desired(encode(state)) == state
    assert floor.hub.desired(station) == (state.version, encode(state))


def test_a_benchs_question_gets_a_new_step_with_every_answer_that_changes_it(floor: StockedFloor) -> None:
    asked = bench(floor, "induct-1").prompt
    assert asked is not None and asked.step == "induct-1#1"
    floor.scan("induct-1", "BADGE-ana")
    asked = bench(floor, "induct-1").prompt
    assert asked is not None and asked.step == "induct-1#2"


def test_labels_are_jobs_of_the_bench_that_wants_them(floor: StockedFloor) -> None:
    floor.picked_tote("A", tote="TOTE-0001", RED=1)
    floor.scan("pack-2", "TOTE-0001")
    floor.check_items("pack-2", RED=1)
    floor.weigh("pack-2", floor.parcel_mg(RED=1))
    assert (len(bench(floor, "pack-2").jobs), bench(floor, "pack-1").jobs) == (1, ())


def test_the_board_stands_at_induction_and_at_the_dock(floor: StockedFloor) -> None:
    who = [line.who for line in bench(floor, "induct-1").board]
    assert who == [line.who for line in bench(floor, "dock-1").board]
    assert "Ana" in who and "Finn" in who and "Dev" not in who, "packers look at their own screen"
    assert bench(floor, "pack-1").board == ()


def test_the_board_tells_a_picker_what_to_do_from_the_order_to_the_tote_at_packing(floor: StockedFloor) -> None:
    assert told(floor, "Ana") == ("rest", "nothing to pick", 0)
    floor.order("A", RED=1, GREEN=1)
    assert told(floor, "Ana") == ("induct", "1 order waits for a picker", 1)
    floor.load_cart()
    assert told(floor, "Ana") == ("induct", "load the cart", 0)
    assert told(floor, "Ben") == ("rest", "nothing to pick", 0)
    floor.scan("induct-1", "TOTE-0001")
    assert told(floor, "Ana") == ("pick", "2 lights to follow", 2)
    floor.pick(floor.tasks()[0])
    assert told(floor, "Ana") == ("pick", "1 light to follow", 1)
    floor.pick(floor.tasks()[0])
    assert told(floor, "Ana") == ("deliver", "bring 1 tote to packing", 0)
    floor.scan("pack-1", "TOTE-0001")
    assert told(floor, "Ana") == ("rest", "nothing to pick", 0)


def test_the_board_tells_receivers_of_what_is_to_be_put_away_or_counted(floor: StockedFloor) -> None:
    assert told(floor, "Finn") == ("rest", "nothing to put away", 0)
    floor.call(lambda tx: hold_for_count(tx, "bay-01/06", "a test"))
    assert told(floor, "Finn") == ("put", "1 to put away or count", 1)

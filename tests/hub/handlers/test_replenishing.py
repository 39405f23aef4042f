"""Pick bins are filled up from reserve by light: when, with how many, and whatever goes wrong on the way."""

from collections.abc import Iterator
from typing import Any

import pytest

from edge.contract.events import BinCounted, ConfirmationUndone, TaskReturned, UnitsPicked, UnitsPutAway, WeightSettled
from edge.contract.state import BayDesired
from hub.handlers.cancel import cancel_order
from hub.handlers.forcing import force_station
from hub.handlers.moving import hold_for_count
from hub.handlers.replenish import Review, look, review
from hub.storage import places, putaway, setup
from hub.storage.ledger import Cause
from hub.storage.replenishments import CARRIER, FULL_US
from hub.storage.transaction import Tx
from tests.hub.played_benches import PlayedBenches
from tests.hub.stocked_floor import StockedFloor

PICK, RESERVE, OTHER = "bay-1/2", "bay-1/3", "bay-1/4"
"""BLUE is picked at the first and lies in reserve in the second; 20 in each. RED is picked at bay-1/1."""


class ReserveFloor(StockedFloor):
    """The played benches with reserve beside their bins; ``reserve``: the SKU of each bin of it; ``kept``: least and
    most of others."""

    def __init__(self, reserve: dict[str, str], kept: dict[str, tuple[int, int]]) -> None:
        self._made = reserve, kept
        PlayedBenches.__init__(self)
        self.ids = {row["code"]: row["id"] for row in self.rows("SELECT id, code FROM sku")}

    def _set_up(self, tx: Tx) -> None:
        super()._set_up(tx)
        skus = setup.skus(tx.connection, tx.client_id)
        reserve, kept = self._made
        for name, sku in reserve.items():
            setup.add_bin(tx, name, "bay-1", skus[sku]["id"], 0, 0)
            setup.put_in(tx, places.stock_of(tx.connection, skus[sku]["id"]), 20, name, Cause(reason="go_live"))
        for name, (bin_id, before) in putaway.traits(tx.connection, tx.site_id).items():
            least, most = kept.get(name, (None, None))
            said = {"reserve": int(name in reserve), "min_units": least, "max_units": most}
            putaway.set_traits(tx, bin_id, before | said)

    def close(self) -> None:
        assert self.sound()
        assert self.facts_set_aside() == 0
        self.writer.close()


@pytest.fixture
def floor() -> Iterator[ReserveFloor]:
    floor = ReserveFloor({RESERVE: "BLUE"}, {PICK: (5, 20)})
    yield floor
    floor.close()


def look_at(floor: ReserveFloor) -> Review:
    found: Review = floor.call(review)
    return found


def lit(floor: ReserveFloor) -> list[tuple[str, str, int]]:
    """(kind, bin, units) of what is lit for no order."""
    rows = floor.rows(
        "SELECT t.kind, p.name, t.units FROM task t JOIN location p ON p.id = t.bin_id WHERE t.state = 'open'"
        " AND t.mark = 'R' ORDER BY t.id"
    )
    return [(row["kind"], row["name"], row["units"]) for row in rows]


def task(floor: ReserveFloor, kind: str) -> dict[str, Any]:
    [found] = [one for one in floor.tasks(kind) if one["mark"] == "R"]
    return found


def put(floor: ReserveFloor, units: int | None = None) -> dict[str, Any]:
    found = task(floor, "put")
    told = found["units"] if units is None else units
    floor.tell(
        found["station"],
        UnitsPutAway(task=found["public"], bin=found["bin"], units=told, units_asked=found["units"], by="button"),
    )
    return found


def taken(floor: ReserveFloor, units: int | None = None, in_bin: int = 2) -> dict[str, Any]:
    """The pick bin has few units left, what it lacks is lit and taken out of reserve."""
    floor.stock(PICK, "BLUE", in_bin)
    look_at(floor)
    found = task(floor, "pick")
    floor.pick(found, units)
    return found


def test_a_bin_below_its_least_is_filled_up_to_its_most_by_light(floor: ReserveFloor) -> None:
    floor.stock(PICK, "BLUE", 5)
    assert not look_at(floor).has_work
    floor.stock(PICK, "BLUE", 4)
    look_at(floor)
    assert lit(floor) == [("pick", RESERVE, 16)]
    look_at(floor)
    assert lit(floor) == [("pick", RESERVE, 16)], "one a bin"
    floor.pick(task(floor, "pick"))
    assert floor.at(CARRIER) == {"BLUE": 16}
    shown = floor.desired("bay-1")
    assert isinstance(shown, BayDesired)
    assert [(t.kind, t.mark, t.bin, t.units, t.colour) for t in shown.tasks] == [("put", "R", PICK, 16, "yellow")]
    put(floor)
    look_at(floor)
    assert (floor.at(PICK), floor.at(RESERVE), floor.at(CARRIER), lit(floor)) == ({"BLUE": 20}, {"BLUE": 4}, {}, [])
    assert floor.moves("replenish_take") == [("BLUE", 16, RESERVE, CARRIER)]
    assert floor.moves("put_away") == [("BLUE", 16, CARRIER, PICK)]
    assert len(floor.rows("SELECT id FROM transfer WHERE reason = 'replenish_take' AND evidence_id IS NOT NULL")) == 1


def test_what_lies_in_reserve_is_promised_but_not_picked_there_and_the_order_is_released_once_it_is_brought(
    floor: ReserveFloor,
) -> None:
    floor.stock(PICK, "BLUE", 0)
    floor.receive("A", ("BLUE", 12))
    assert floor.line("A") == {"promised": 12}
    floor.load_cart("TOTE-1")
    assert floor.tasks("pick") == [], "no cart is planned for what lies in reserve"
    look_at(floor)
    [row] = floor.rows("SELECT urgent, because FROM replenishment")
    assert row == {"urgent": 1, "because": "12 units short for orders"}
    assert lit(floor) == [("pick", RESERVE, 20)], "up to its most, if that is more"
    floor.pick(task(floor, "pick"))
    assert floor.line("A") == {"promised": 12}, "what is carried stays promised"
    put(floor)
    floor.load_cart("TOTE-1")
    floor.pick_all()
    assert (floor.line("A"), floor.at(PICK)) == ({"picked": 12}, {"BLUE": 8})


def test_an_order_for_more_than_the_bins_most_is_brought_whole(floor: ReserveFloor) -> None:
    floor.stock(PICK, "BLUE", 1)
    floor.stock(RESERVE, "BLUE", 60)
    floor.receive("A", ("BLUE", 50))
    look_at(floor)
    assert lit(floor) == [("pick", RESERVE, 49)]


def test_what_open_batches_take_counts_as_gone(floor: ReserveFloor) -> None:
    floor.receive("A", ("BLUE", 17))
    floor.load_cart("TOTE-1")
    assert floor.reserved(PICK) == 17
    look_at(floor)
    assert lit(floor) == [("pick", RESERVE, 17)]
    assert floor.rows("SELECT urgent FROM replenishment") == [{"urgent": 0}]


def test_a_routine_one_becomes_urgent_when_orders_wait_for_it(floor: ReserveFloor) -> None:
    floor.stock(PICK, "BLUE", 2)
    look_at(floor)
    floor.receive("A", ("BLUE", 9))
    look_at(floor)
    assert floor.rows("SELECT urgent, because FROM replenishment") == [
        {"urgent": 1, "because": "7 units short for orders"}
    ]
    assert len(lit(floor)) == 1


def test_nothing_is_routine_beside_an_urgent_one() -> None:
    """RED waits for an order, BLUE has few left."""
    floor = ReserveFloor({RESERVE: "BLUE", OTHER: "RED"}, {PICK: (5, 20), "bay-1/1": (5, 20)})
    floor.stock(PICK, "BLUE", 2)
    floor.stock("bay-1/1", "RED", 0)
    floor.receive("A", ("RED", 3))
    found = look_at(floor)
    assert lit(floor) == [("pick", OTHER, 20)]
    assert [(move.bin.name, move.urgent) for move in found.wait] == [(PICK, False)]
    floor.pick(task(floor, "pick"))
    look_at(floor)
    assert ("pick", RESERVE, 18) in lit(floor)
    floor.close()


def test_an_order_that_was_cancelled_needs_none() -> None:
    floor = ReserveFloor({RESERVE: "BLUE"}, {})
    floor.stock(PICK, "BLUE", 0)
    assert not look_at(floor).has_work, "a bin without a least is filled for orders only"
    floor.receive("A", ("BLUE", 3))
    look_at(floor)
    asked = task(floor, "pick")
    assert asked["units"] == 3
    floor.call(lambda tx: cancel_order(tx, "A", waiting_only=False))
    look_at(floor)
    assert floor.tasks("pick", "recalled")[0]["public"] == asked["public"]
    floor.tell("bay-1", TaskReturned(task=asked["public"], bin=RESERVE))
    look_at(floor)
    assert (lit(floor), floor.at(RESERVE)) == ([], {"BLUE": 20})
    floor.close()


def test_what_is_short_in_reserve_is_counted_and_the_rest_put(floor: ReserveFloor) -> None:
    taken(floor, 3)
    assert lit(floor) == [("put", PICK, 3)]
    assert floor.held(RESERVE)
    put(floor)
    look_at(floor)
    assert lit(floor) == [], "nothing is fetched where somebody counts"
    count = floor.the_task("count")
    floor.tell("bay-1", BinCounted(task=count["public"], bin=RESERVE, units=0, by="button"))
    look_at(floor)
    assert (lit(floor), floor.at(RESERVE), floor.at(PICK)) == ([], {}, {"BLUE": 5})


def test_nothing_in_reserve_after_all_strands_nothing(floor: ReserveFloor) -> None:
    taken(floor, 0)
    assert (lit(floor), floor.held(RESERVE), floor.at(CARRIER)) == ([], True, {})


def test_what_does_not_fit_goes_back_to_reserve_and_the_bin_is_left_alone_until_a_pick(floor: ReserveFloor) -> None:
    taken(floor)
    put(floor, 10)
    assert lit(floor) == [("put", RESERVE, 8)]
    put(floor)
    assert (floor.at(PICK), floor.at(RESERVE), floor.at(CARRIER)) == ({"BLUE": 12}, {"BLUE": 10}, {})
    assert "put_short" not in floor.exceptions()
    floor.receive("A", ("BLUE", 15))
    look_at(floor)
    assert lit(floor) == [], "it was found full"
    floor.load_cart("TOTE-1")
    floor.pick_all()
    look_at(floor)
    assert lit(floor) == [("pick", RESERVE, 10)]


def test_a_bin_that_was_found_full_is_tried_again_by_the_clock(floor: ReserveFloor) -> None:
    taken(floor)
    put(floor, 1)
    put(floor)
    look_at(floor)
    assert lit(floor) == []
    floor.clock_us += FULL_US
    look_at(floor)
    assert lit(floor) == [("pick", RESERVE, 17)]


def test_a_weight_that_says_more_or_less_was_taken_changes_the_put(floor: ReserveFloor) -> None:
    row = taken(floor)
    floor.settle(row, confirmed=-18, weighed=-16)
    assert (lit(floor), floor.at(CARRIER), floor.at(RESERVE)) == ([("put", PICK, 16)], {"BLUE": 16}, {"BLUE": 4})
    floor.settle(row, confirmed=0, weighed=-1, cause="correction")
    assert (lit(floor), floor.at(CARRIER)) == ([("put", PICK, 17)], {"BLUE": 17})
    put(floor)
    assert floor.at(PICK) == {"BLUE": 19}


def test_a_put_that_weighed_less_has_its_rest_brought_back(floor: ReserveFloor) -> None:
    taken(floor)
    row = put(floor)
    floor.settle(row, confirmed=18, weighed=15)
    assert (lit(floor), floor.at(CARRIER)) == ([("put", RESERVE, 3)], {"BLUE": 3})


def test_a_take_that_is_undone_is_lit_again_and_its_put_asked_back(floor: ReserveFloor) -> None:
    row = taken(floor)
    asked = task(floor, "put")
    undone = ConfirmationUndone(task=row["public"], bin=RESERVE, kind="pick", units=18)
    floor.tell("bay-1", undone)
    assert (lit(floor), floor.at(RESERVE), floor.at(CARRIER)) == ([("pick", RESERVE, 18)], {"BLUE": 20}, {})
    floor.pick(task(floor, "pick"))
    floor.tell("bay-1", TaskReturned(task=asked["public"], bin=PICK))
    assert lit(floor) == [("put", PICK, 18)], "the put that came back is lit anew"
    put(floor)
    assert floor.at(PICK) == {"BLUE": 20}


def test_a_put_that_is_undone_is_lit_again(floor: ReserveFloor) -> None:
    taken(floor)
    row = put(floor)
    floor.tell("bay-1", ConfirmationUndone(task=row["public"], bin=PICK, kind="put", units=18))
    assert (lit(floor), floor.at(PICK), floor.at(CARRIER)) == ([("put", PICK, 18)], {"BLUE": 2}, {"BLUE": 18})


def test_a_station_that_is_forced_keeps_nothing(floor: ReserveFloor) -> None:
    """Before the take it is counted first; on the way, what is carried goes back where it came from."""
    floor.stock(PICK, "BLUE", 2)
    look_at(floor)
    row = task(floor, "pick")
    floor.call(lambda tx: force_station(tx, "bay-1"))
    look_at(floor)
    assert (lit(floor), floor.held(RESERVE)) == ([], True)
    floor.pick(row)
    assert (lit(floor), floor.at(CARRIER)) == ([("put", PICK, 18)], {"BLUE": 18}), "it was taken all the same"
    floor.call(lambda tx: force_station(tx, "bay-1"))
    assert lit(floor) == [("put", RESERVE, 18)]


def test_a_bin_that_is_counted_meanwhile_is_filled_up_all_the_same(floor: ReserveFloor) -> None:
    taken(floor)
    floor.call(lambda tx: hold_for_count(tx, PICK, "test"))
    count = floor.the_task("count")
    floor.tell("bay-1", BinCounted(task=count["public"], bin=PICK, units=1, by="button"))
    put(floor)
    assert (floor.at(PICK), floor.at(RESERVE), floor.at(CARRIER)) == ({"BLUE": 19}, {"BLUE": 2}, {})


def test_more_than_the_book_had_in_reserve_is_found(floor: ReserveFloor) -> None:
    taken(floor, 25)
    assert (floor.at(RESERVE), floor.at(CARRIER)) == ({}, {"BLUE": 25})
    assert floor.moves("found") == [("BLUE", 5, "adjustment", RESERVE)]
    assert lit(floor) == [("put", PICK, 25)]


def test_a_fact_that_comes_twice_moves_nothing_twice(floor: ReserveFloor) -> None:
    floor.stock(PICK, "BLUE", 2)
    look_at(floor)
    row = task(floor, "pick")
    told = UnitsPicked(task=row["public"], bin=RESERVE, units=18, units_asked=18, by="button")
    envelope = floor.tell("bay-1", told)
    floor.take(envelope)
    assert floor.at(CARRIER) == {"BLUE": 18}
    floor.tell("bay-1", told)
    assert floor.at(CARRIER) == {"BLUE": 18}, "a board that tells it anew was heard before"


def test_the_older_lot_is_fetched_first() -> None:
    floor = ReserveFloor({RESERVE: "BLUE", OTHER: "BLUE"}, {PICK: (5, 20)})
    floor.stock(OTHER, "BLUE", 3, expiry_us=floor.clock_us + 10**14)
    floor.stock(PICK, "BLUE", 0)
    look_at(floor)
    assert lit(floor) == [("pick", OTHER, 3)]
    floor.pick(task(floor, "pick"))
    put(floor)
    look_at(floor)
    assert lit(floor) == [("pick", RESERVE, 17)], "what is left follows from the next"
    floor.close()


def test_an_sku_in_reserve_only_is_given_a_free_bin(floor: ReserveFloor) -> None:
    def move_house(tx: Tx) -> None:
        tx.connection.exec_driver_sql(f"UPDATE location SET sku_id = NULL WHERE name = '{PICK}'")

    floor.stock(PICK, "BLUE", 0)
    floor.call(move_house)
    floor.receive("A", ("BLUE", 2))
    look_at(floor)
    look_at(floor)
    assert lit(floor) == [("pick", RESERVE, 20)]
    assert [name for name, _ in putaway_slots(floor)] == [PICK]


def putaway_slots(floor: ReserveFloor) -> list[tuple[str, int]]:
    found: dict[str, int] = floor.call(lambda tx: putaway.given_slots(tx.connection, tx.site_id))
    return list(found.items())


def test_an_unlit_hand_in_reserve_is_seen_as_in_any_bin(floor: ReserveFloor) -> None:
    floor.tell(
        "bay-1",
        WeightSettled(
            bin=RESERVE,
            cause="unlit",
            tasks=(),
            before_mg=2,
            after_mg=1,
            units_confirmed=0,
            units_weighed=-2,
            sure=True,
        ),
    )
    assert floor.at(RESERVE) == {"BLUE": 18}


def test_a_snapshot_says_what_waits_and_writes_nothing(floor: ReserveFloor) -> None:
    floor.stock(PICK, "BLUE", 2)
    found = floor.call(lambda tx: look(tx.connection, tx.site_id, tx.now_us))
    assert [(move.bin.name, move.units) for move in found.light] == [(PICK, 18)]
    assert lit(floor) == []

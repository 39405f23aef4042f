"""What orders wait for goes from the dock to a lane, is promised there by priority, and leaves before routine work."""

import pytest

from edge.contract.events import BinCounted, ConfirmationUndone
from hub.domain.waves import Departure
from hub.handlers.cancel import cancel_order
from hub.handlers.explain import why_waiting
from hub.handlers.holding import hold_order, let_go
from hub.handlers.lanes import AGAIN_US
from hub.handlers.orders import NewOrder, OrderReceipt, receive_order
from hub.handlers.put_away import ask_put_away
from hub.handlers.urgency import NEVER_US, may_go, ready_orders, urgency_of
from hub.storage import clients, places, putaway, setup, slotting
from hub.storage.ledger import Cause
from hub.storage.transaction import Tx
from hub.storage.waiting import OrderRow
from tests.hub.laned_floor import LANES, LanedFloor, put, put_all, tasks
from tests.hub.played_benches import SKUS, gtin_of, sku_columns

FIRST, SECOND = LANES
SHELF = "bay-1/1"


@pytest.fixture
def floor() -> LanedFloor:
    floor = LanedFloor()
    floor.sold_out()
    return floor


def cancel(floor: LanedFloor, ref: str) -> None:
    floor.call(lambda tx: cancel_order(tx, ref, waiting_only=False))


def reasons(floor: LanedFloor, ref: str) -> dict[str, str]:
    [row] = floor.rows(f"SELECT id FROM customer_order WHERE ref = '{ref}'")
    with floor.engine.begin() as connection:
        found = why_waiting(connection, row["id"], now_us=floor.clock_us, day=str)
    return {why["code"]: why["words"] for line in found for why in line["why"]}


def ready(floor: LanedFloor) -> list[str]:
    ref_of = {row["id"]: row["ref"] for row in floor.rows("SELECT id, ref FROM customer_order")}
    with floor.engine.begin() as connection:
        return [ref_of[order.order_id] for order in ready_orders(connection, floor.policy, floor.clock_us)]


def test_just_what_orders_wait_for_goes_to_a_lane_and_leaves_before_routine_work(floor: LanedFloor) -> None:
    floor.ordered("A", RED=3)
    floor.ordered("B", RED=2)
    number = floor.purchase(RED=9)
    for symbol in (number, floor.symbol("RED")):
        floor.scan("dock-1", symbol)
    floor.count("dock-1", 9)
    plate = floor.prompt("dock-1").expected[0]
    floor.scan("dock-1", plate)
    assert floor.puts() == [("RED", FIRST, 5), ("RED", SHELF, 4)]
    assert "to_lane" in reasons(floor, "A")
    because = floor.rows("SELECT because FROM put_reason ORDER BY task_id")
    assert because[0]["because"] == f"{FIRST} by the lane: 2 orders wait for it"

    put_all(floor)
    assert floor.in_lanes() == [(FIRST, "RED", 5)]
    assert (floor.line("A"), floor.line("B")) == ({"promised": 3}, {"promised": 2})
    assert ready(floor) == ["A", "B", "ALL"], "ALL is older, and routine"
    assert reasons(floor, "A")["lane"] == (
        f"3 units promised: goes by the lane {FIRST}, with the next cart, before routine work"
    )
    floor.load_cart("TOTE-1", "TOTE-2")
    assert floor.picks() == [("A", FIRST, 3), ("B", FIRST, 2)]
    floor.pick_all()
    assert floor.in_lanes() == []
    assert floor.line("A") == {"picked": 3}
    assert floor.sound()


def test_an_empty_lane_is_free_for_any_sku_again(floor: LanedFloor) -> None:
    floor.ordered("A", RED=3)
    floor.came(RED=3)
    put_all(floor)
    floor.load_cart("TOTE-1", "TOTE-2")
    floor.pick("A", 3)
    for n, lane in enumerate((SECOND, FIRST)):
        floor.ordered(f"B{n}", BLUE=1)
        floor.came(f"P{n}", BLUE=1)
        assert floor.puts()[-1] == ("BLUE", lane, 1), "the one that was given longest ago comes first"
        put_all(floor)
    floor.came("P9", BLUE=1)
    assert floor.puts() == [("BLUE", "bay-1/2", 1)], "a lane is nobody's home"
    assert floor.sound()


def test_too_few_units_go_by_priority_then_age(floor: LanedFloor) -> None:
    floor.ordered("OLD", RED=3)
    floor.ordered("YOUNG", RED=3)
    floor.ordered("URGENT", priority=5, RED=3)
    floor.came(RED=5)
    assert floor.puts() == [("RED", FIRST, 5)]
    put_all(floor)
    assert floor.line("URGENT") == {"promised": 3}
    assert floor.line("OLD") == {"promised": 2, "backordered": 1}
    assert floor.line("YOUNG") == {"backordered": 3}
    assert ready(floor)[:2] == ["URGENT", "OLD"]
    assert floor.cleared() == 0
    assert floor.sound()


def test_a_second_plate_brings_only_what_the_first_does_not(floor: LanedFloor) -> None:
    floor.ordered("A", RED=5)
    floor.came(RED=3)
    floor.came("PLATE-2", RED=9)
    assert floor.puts() == [("RED", FIRST, 3), ("RED", SECOND, 2), ("RED", SHELF, 7)]


def test_what_a_lane_has_no_room_for_takes_the_next_and_then_the_shelf(floor: LanedFloor) -> None:
    def small(tx: Tx) -> None:
        for name in LANES:
            bin_id, traits = putaway.traits(tx.connection, tx.site_id)[name]
            putaway.set_traits(tx, bin_id, traits | {"load_max_mg": 200_000})

    floor.call(small)
    floor.ordered("A", RED=5)
    floor.came(RED=5)
    assert floor.puts() == [("RED", FIRST, 2), ("RED", SECOND, 2), ("RED", SHELF, 1)]
    floor.ordered("B", BLUE=1)
    floor.came("PLATE-2", BLUE=1)
    assert floor.puts()[-1] == ("BLUE", "bay-1/2", 1), "no lane is free"
    put_all(floor)
    assert (floor.line("A"), floor.line("B")) == ({"promised": 5}, {"promised": 1})
    assert floor.cleared() == 0
    assert floor.sound()


def test_what_nobody_waits_for_goes_to_the_shelf_though_lanes_are_free(floor: LanedFloor) -> None:
    floor.came(RED=4)
    assert floor.puts() == [("RED", SHELF, 4)]
    empty = floor.call(lambda tx: slotting.empty_bins(tx.connection, tx.site_id))
    assert not set(empty) & set(LANES)
    assert not {place.name for place in floor.call(lambda tx: putaway.free_bins(tx, 1))} & set(LANES)


def test_an_order_that_ships_complete_goes_by_lanes_only_if_all_of_it_is_there_or_comes_along(
    floor: LanedFloor,
) -> None:
    floor.ordered("WHOLE", complete=True, RED=2, BLUE=2)
    floor.came(RED=2)
    assert floor.puts() == [("RED", SHELF, 2)], "BLUE is not there"
    put_all(floor)
    assert floor.line("WHOLE") == {"backordered": 4}
    floor.came("PLATE-2", BLUE=2)
    assert floor.puts() == [("BLUE", FIRST, 2)], "RED lies on the shelf, for nobody else"
    put_all(floor)
    assert floor.line("WHOLE") == {"promised": 4}
    floor.load_cart("TOTE-1", "TOTE-2")
    assert set(floor.picks()[:2]) == {("WHOLE", SHELF, 2), ("WHOLE", FIRST, 2)}
    assert floor.sound()


def test_what_comes_along_goes_by_lanes_too_and_the_order_is_picked_whole_there(floor: LanedFloor) -> None:
    floor.ordered("WHOLE", complete=True, RED=2, BLUE=2)
    floor.came(RED=3, BLUE=2)
    assert floor.puts() == [("RED", FIRST, 2), ("RED", SHELF, 1), ("BLUE", SECOND, 2)]
    put_all(floor)
    assert floor.cleared() == 0
    assert ready(floor)[0] == "WHOLE"
    floor.load_cart("TOTE-1", "TOTE-2")
    assert {pick for pick in floor.picks() if pick[0] == "WHOLE"} == {("WHOLE", FIRST, 2), ("WHOLE", SECOND, 2)}
    assert floor.sound()


def test_what_comes_along_waits_in_its_lane_for_the_rest_and_leaves_it_if_that_does_not_come(
    floor: LanedFloor,
) -> None:
    floor.ordered("WHOLE", complete=True, RED=2, BLUE=2)
    floor.came(RED=2, BLUE=2)
    red, blue = tasks(floor, "put")
    assert (red["bin"], blue["bin"]) == LANES
    put(floor, red)
    assert floor.line("WHOLE") == {"backordered": 4}
    assert floor.cleared() == 0, "BLUE is on its way"
    put(floor, blue, 1)
    assert floor.cleared() == 2
    assert floor.puts() == [("RED", SHELF, 2), ("BLUE", "bay-1/2", 1)]
    put_all(floor)
    assert floor.in_lanes() == []
    assert floor.sound()


def test_a_cancelled_orders_units_are_carried_to_the_shelf_and_nobody_is_sent_for_them_meanwhile(
    floor: LanedFloor,
) -> None:
    floor.ordered("A", RED=2)
    floor.ordered("B", RED=3)
    floor.came(RED=5)
    put_all(floor)
    cancel(floor, "B")
    assert floor.cleared() == 1
    assert floor.cleared() == 0, "it is lit once"
    assert [(task["source"], task["bin"], task["units"]) for task in tasks(floor, "put")] == [(FIRST, SHELF, 3)]
    floor.ordered("C", RED=3)
    assert floor.line("C") == {"promised": 3}, "it is stock like any other"
    floor.load_cart("TOTE-1", "TOTE-2")
    assert floor.picks()[0] == ("A", FIRST, 2)
    assert all(place != FIRST for ref, place, _ in floor.picks() if ref != "A")
    put_all(floor)
    floor.pick("A", 2)
    assert floor.in_lanes() == []
    assert floor.exceptions() == []
    assert floor.sound()


def test_what_the_shelf_did_not_take_from_a_lane_is_asked_for_an_hour_later(floor: LanedFloor) -> None:
    floor.ordered("A", RED=2)
    floor.came(RED=2)
    put_all(floor)
    cancel(floor, "A")
    assert floor.cleared() == 1
    put_all(floor, 0)
    assert floor.cleared() == 0
    floor.clock_us += AGAIN_US
    assert floor.cleared() == 1
    put_all(floor)
    assert floor.in_lanes() == []


def test_an_order_cancelled_before_the_put_leaves_nothing_in_the_lane(floor: LanedFloor) -> None:
    floor.ordered("A", RED=2)
    floor.came(RED=2)
    cancel(floor, "A")
    put_all(floor)
    assert floor.cleared() == 1
    put_all(floor)
    assert floor.in_lanes() == []
    assert floor.sound()


def test_an_order_that_is_held_after_the_put_gives_the_lane_back_and_keeps_its_promise(floor: LanedFloor) -> None:
    floor.ordered("A", RED=2)
    floor.came(RED=2)
    put_all(floor)
    floor.call(lambda tx: hold_order(tx, "A", "payment"))
    assert floor.cleared() == 1
    put_all(floor)
    assert floor.line("A") == {"promised": 2}
    floor.call(lambda tx: let_go(tx, "A"))
    assert ready(floor) == ["ALL", "A"], "its lane is empty: it is routine"
    assert floor.sound()


def test_behind_an_order_on_hold_nothing_goes_to_a_lane(floor: LanedFloor) -> None:
    floor.ordered("HELD", RED=2)
    floor.call(lambda tx: hold_order(tx, "HELD", "payment"))
    floor.ordered("A", RED=2)
    floor.came(RED=4)
    assert floor.puts() == [("RED", SHELF, 4)]
    put_all(floor)
    assert (floor.line("HELD"), floor.line("A")) == ({"promised": 2}, {"promised": 2})


def test_an_order_that_comes_before_the_put_and_is_first_has_the_lane(floor: LanedFloor) -> None:
    floor.ordered("A", RED=2)
    floor.came(RED=2)
    floor.ordered("URGENT", priority=5, RED=2)
    put_all(floor)
    assert (floor.line("URGENT"), floor.line("A")) == ({"promised": 2}, {"backordered": 2})
    assert floor.cleared() == 0
    floor.load_cart("TOTE-1", "TOTE-2")
    assert floor.picks()[0] == ("URGENT", FIRST, 2)


def test_a_lane_that_is_short_is_counted_and_its_line_waits_again(floor: LanedFloor) -> None:
    floor.ordered("A", RED=3)
    floor.came(RED=3)
    put_all(floor)
    floor.load_cart("TOTE-1", "TOTE-2")
    floor.pick("A", 1)
    assert floor.line("A") == {"picked": 1, "backordered": 2}
    [count] = tasks(floor, "count")
    assert (count["bin"], count["units"]) == (FIRST, 2)
    assert floor.cleared() == 0, "it is held"
    floor.tell("bay-1", BinCounted(task=count["public"], bin=FIRST, units=0, by="button"))
    assert floor.in_lanes() == []
    assert floor.line("A") == {"picked": 1, "backordered": 2}
    floor.came("PLATE-2", RED=2)
    assert floor.puts()[0] == ("RED", SECOND, 2)
    assert floor.sound()


def test_what_a_count_finds_in_a_lane_is_stock_and_leaves_it(floor: LanedFloor) -> None:
    floor.ordered("A", RED=3)
    floor.came(RED=3)
    put_all(floor)
    floor.load_cart("TOTE-1", "TOTE-2")
    floor.pick("A", 2)
    [count] = tasks(floor, "count")
    floor.tell("bay-1", BinCounted(task=count["public"], bin=FIRST, units=4, by="button"))
    assert floor.line("A") == {"picked": 2, "promised": 1}
    assert floor.cleared() == 1
    assert ("RED", SHELF, 3) in floor.puts()
    assert floor.sound()


def test_a_put_that_is_taken_back_and_one_that_is_told_twice(floor: LanedFloor) -> None:
    floor.ordered("A", RED=3)
    floor.came(RED=3)
    [task] = tasks(floor, "put")
    put(floor, task)
    floor.tell("bay-1", ConfirmationUndone(task=task["public"], bin=FIRST, kind="put", units=3))
    assert floor.puts() == [("RED", FIRST, 3)]
    assert floor.line("A") == {"promised": 3}, "its units are in the house"
    put(floor, task)
    assert floor.in_lanes() == [(FIRST, "RED", 3)]
    assert floor.cleared() == 0
    floor.load_cart("TOTE-1", "TOTE-2")
    assert floor.picks()[0] == ("A", FIRST, 3)
    assert floor.sound()


def test_facts_that_are_delivered_twice_move_nothing_twice(floor: LanedFloor) -> None:
    floor.ordered("A", RED=2)
    floor.ordered("B", RED=2)
    floor.came(RED=4)
    heard = []
    tell, floor.tell = floor.tell, lambda *said, **more: heard.append(tell(*said, **more))  # type: ignore[method-assign]
    put_all(floor)
    cancel(floor, "B")
    floor.cleared()
    put_all(floor)
    for envelope in heard:
        floor.take(envelope)
    assert floor.in_lanes() == [(FIRST, "RED", 2)]
    assert floor.cleared() == 0
    assert floor.rows("SELECT SUM(units) AS n FROM transfer WHERE reason = 'put_away'") == [{"n": 6}]
    assert floor.sound()


class TwoOwners(LanedFloor):
    """With another client that has goods of the same codes and numbers."""

    def _set_up(self, tx: Tx) -> None:
        super()._set_up(tx)
        self.first_id = tx.client_id
        self.other_id = tx.client_id = clients.add(tx, "beta", "Beta Ltd")
        for number, code in enumerate(SKUS, 3):
            stock = setup.add_sku(tx, sku_columns(code, gtin_of(code), 1))
            setup.add_bin(tx, f"bay-1/{number}", "bay-1", stock.sku_id, 0, 0)

    def others_order(self, ref: str, order: NewOrder) -> OrderReceipt:
        def go(tx: Tx) -> OrderReceipt:
            tx.client_id = self.other_id
            return receive_order(tx, order)

        receipt: OrderReceipt = self.call(go)
        return receipt


def test_a_clients_units_go_to_its_own_orders_only() -> None:
    floor = TwoOwners()
    floor.sold_out()
    floor.ordered("A", RED=3)

    def others_goods(tx: Tx) -> None:
        plate = places.make(tx, "PLATE-B", "plate", "dock-1")
        [sku_id] = [row["id"] for row in setup.skus(tx.connection, floor.other_id).values() if row["code"] == "RED"]
        stock = places.stock_of(tx.connection, sku_id)
        tx.ledger.move(stock, 3, places.virtual(tx, "supplier"), plate, Cause(reason="receive"))
        ask_put_away(tx, stock, plate)

    floor.call(others_goods)
    assert floor.puts() == [("RED", "bay-1/3", 3)], "nobody of its client's waits"
    floor.came(RED=3)
    assert floor.puts()[1:] == [("RED", FIRST, 3)]
    put_all(floor)
    assert floor.line("A") == {"promised": 3}
    assert floor.sound()


def test_an_order_that_lies_in_a_lane_waits_for_no_wave() -> None:
    row = OrderRow(
        order_id=1, priority=0, ship_by_us=None, ship_complete=0, placed_us=0, received_us=0, country="Norway",
        postcode="", goods_mg=1,
    )  # fmt: skip
    lies = OrderRow(**{**row.__dict__, "by_lane": 1})
    wave = Departure(wave="late", release_us=NEVER_US - 2, leaves_us=NEVER_US - 1)
    assert (may_go(row, wave, 0), may_go(lies, wave, 0)) == (False, True)
    assert urgency_of(lies, None, 0) < urgency_of(row, None, 0)

"""Stock that comes goes to the urgent first and completes as many orders as it can; stock that goes is taken the other
way about."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from edge.contract.events import TaskReturned
from hub.domain.allocation_solver import choose_by_solver
from hub.domain.ordered_line import OrderedLine
from hub.handlers import reallocate
from hub.handlers.allocate import give_up_promises, keep_whole, promise_again
from hub.handlers.carts_at_checkout import hold_units, order_with_hold
from hub.handlers.change import Change, change_order
from hub.handlers.orders import NewOrder
from hub.handlers.reallocate import Plan
from hub.reallocation import Reallocation
from hub.storage import places
from tests.hub.stocked_floor import TUESDAY_US, StockedFloor

RED_BIN = "bay-01/03"


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[StockedFloor]:
    floor = StockedFloor(tmp_path)
    yield floor
    assert floor.sound()
    floor.close()


def empty(floor: StockedFloor) -> None:
    """Nothing lies in any bin."""
    for stock in floor.catalogue.bins:
        floor.stock(stock.bin, stock.sku, 0)


def come(floor: StockedFloor, **units: int) -> int:
    """Stock comes; how many units were promised."""
    for sku, many in units.items():
        floor.stock(floor.bins_of(sku)[0], sku, many)
    return int(floor.call(lambda tx: promise_again(tx, [floor.ids[sku] for sku in units])))


def terms(floor: StockedFloor, ref: str, **columns: Any) -> None:
    """Set an order's terms."""
    told = ", ".join(f"{name} = {value}" for name, value in columns.items())
    floor.call(
        lambda tx: tx.connection.exec_driver_sql(f"UPDATE customer_order SET {told} WHERE ref = '{ref}'").rowcount
    )


def promised(floor: StockedFloor, ref: str) -> int:
    [row] = floor.rows(
        "SELECT SUM(l.promised) AS n FROM order_line l JOIN customer_order o ON o.id = l.order_id"
        f" WHERE o.ref = '{ref}'"
    )
    return int(row["n"])


def order_id(floor: StockedFloor, ref: str) -> int:
    return int(floor.rows(f"SELECT id FROM customer_order WHERE ref = '{ref}'")[0]["id"])


def test_the_urgent_are_served_first_whenever_they_came(floor: StockedFloor) -> None:
    empty(floor)
    for n, ref in enumerate(("old", "soon", "urgent")):
        floor.receive(ref, ("RED", 4), placed_us=TUESDAY_US + n)
    terms(floor, "urgent", priority=1)
    terms(floor, "soon", ship_by_us=TUESDAY_US + 1_000)
    assert come(floor, RED=6) == 6
    assert [promised(floor, ref) for ref in ("urgent", "soon", "old")] == [4, 2, 0]


def test_two_small_orders_are_completed_rather_than_the_old_large_one_begun(floor: StockedFloor) -> None:
    empty(floor)
    for n, (ref, units) in enumerate((("large", 9), ("a", 3), ("b", 2))):
        floor.receive(ref, ("RED", units), placed_us=TUESDAY_US + n)
    come(floor, RED=6)
    assert [promised(floor, ref) for ref in ("large", "a", "b")] == [1, 3, 2]


def test_an_order_that_ships_complete_takes_nothing_until_it_can_have_everything(floor: StockedFloor) -> None:
    empty(floor)
    floor.receive("whole", ("RED", 3), ("GREEN", 2), placed_us=TUESDAY_US)
    terms(floor, "whole", ship_complete=1)
    floor.receive("parts", ("RED", 5), placed_us=TUESDAY_US + 1)
    assert come(floor, RED=4) == 4
    assert (promised(floor, "whole"), promised(floor, "parts")) == (0, 4)
    floor.stock(RED_BIN, "RED", 8)
    assert floor.call(lambda tx: promise_again(tx, [floor.ids["RED"]])) == 1, "what 'parts' lacks; the rest stays free"
    assert come(floor, GREEN=2) == 5, "its last item came: it gets both"
    assert promised(floor, "whole") == 5


def test_a_new_order_that_ships_complete_gives_back_what_it_cannot_use(floor: StockedFloor) -> None:
    floor.receive("whole", ("RED", 5), ("GREEN", 25))
    assert promised(floor, "whole") == 25
    terms(floor, "whole", ship_complete=1)
    assert floor.call(lambda tx: keep_whole(tx, order_id(floor, "whole"))) == 25
    assert promised(floor, "whole") == 0
    assert floor.call(lambda tx: keep_whole(tx, order_id(floor, "whole"))) == 0


def test_an_order_on_a_cart_keeps_what_it_has(floor: StockedFloor) -> None:
    floor.receive("whole", ("RED", 5), ("GREEN", 5))
    terms(floor, "whole", ship_complete=1)
    floor.load_cart("TOTE-0001")
    [red, green] = sorted(floor.tasks(), key=lambda task: str(task["sku"]), reverse=True)
    floor.pick(red, 5)
    floor.pick(green, 3)
    assert floor.line("whole")["picked"] >= 5
    assert floor.call(lambda tx: keep_whole(tx, order_id(floor, "whole"))) == 0


def test_an_order_that_is_no_longer_on_a_cart_gives_back_the_part_that_it_has(floor: StockedFloor) -> None:
    floor.receive("whole", ("RED", 5), ("GREEN", 5))
    terms(floor, "whole", ship_complete=1)
    floor.load_cart("TOTE-0001")
    red, green = (next(task for task in floor.tasks() if task["sku"] == sku) for sku in ("RED", "GREEN"))
    floor.tell(red["station"], TaskReturned(task=red["public"], bin=red["bin"]))
    assert floor.line("whole") == {"promised": 5, "reserved": 5}
    floor.call(lambda tx: places.hold(tx, green["bin"]))
    floor.tell(green["station"], TaskReturned(task=green["public"], bin=green["bin"]))
    assert floor.line("whole") == {"backordered": 10}


def test_stock_that_goes_is_taken_from_carts_then_from_those_whose_turn_is_last(floor: StockedFloor) -> None:
    for n, ref in enumerate(("first", "last", "urgent")):
        floor.receive(ref, ("RED", 5), placed_us=TUESDAY_US + n)
    terms(floor, "urgent", priority=1)
    floor.call(lambda tx: hold_units(tx, {"RED": 4}, 60))
    floor.stock(RED_BIN, "RED", 8)
    assert floor.call(lambda tx: give_up_promises(tx, floor.ids["RED"])) == 11
    assert [promised(floor, ref) for ref in ("urgent", "first", "last")] == [5, 3, 0]
    assert floor.rows("SELECT units, asked FROM cart_hold_line") == [{"units": 0, "asked": 4}]


def test_what_a_cart_held_becomes_its_orders_even_while_the_bin_is_counted(floor: StockedFloor) -> None:
    hold = floor.call(lambda tx: hold_units(tx, {"RED": 4}, 60)).public
    for bin_name in floor.bins_of("RED"):
        floor.call(lambda tx, bin_name=bin_name: places.hold(tx, bin_name))
    lines = (OrderedLine(sku="RED", units=6, price_minor=1),)
    new = NewOrder(ref="held", customer="", country="", placed_us=None, lines=lines)
    receipt, became = floor.call(lambda tx: order_with_hold(tx, new, hold))
    assert (receipt.promised, receipt.backordered, became) == (4, 2, "used")


def test_what_an_order_that_ships_complete_gives_up_goes_to_who_can_use_it(floor: StockedFloor) -> None:
    floor.receive("whole", ("RED", 10), ("GREEN", 18), placed_us=TUESDAY_US)
    floor.receive("parts", ("GREEN", 6), placed_us=TUESDAY_US + 1)
    terms(floor, "whole", ship_complete=1)
    assert promised(floor, "parts") == 2
    floor.stock(RED_BIN, "RED", 9)
    assert floor.call(lambda tx: give_up_promises(tx, floor.ids["RED"])) == 1
    assert (promised(floor, "whole"), promised(floor, "parts")) == (0, 6)


# -- chosen again, with time --------------------------------------------------------------------------------


def find_plan(floor: StockedFloor) -> Plan | None:
    with floor.engine.begin() as connection:
        scarcity = reallocate.look(connection, 1, floor.clock_us)
    return reallocate.plan(scarcity, choose_by_solver(10.0))


def test_promises_of_orders_that_wait_anyhow_complete_another(floor: StockedFloor) -> None:
    empty(floor)
    floor.receive("large", ("RED", 9), placed_us=TUESDAY_US)
    come(floor, RED=5)
    floor.receive("small", ("RED", 4), placed_us=TUESDAY_US + 1)
    assert (promised(floor, "large"), promised(floor, "small")) == (5, 0)
    plan = find_plan(floor)
    assert plan is not None and plan.completes == 1
    assert floor.call(lambda tx: reallocate.apply(tx, plan))
    assert (promised(floor, "large"), promised(floor, "small")) == (1, 4)
    assert find_plan(floor) is None, "nobody more can be complete: nobody's promise is touched"


def test_an_order_that_lacks_nothing_loses_nothing_to_a_more_urgent_one(floor: StockedFloor) -> None:
    floor.receive("whole", ("RED", 20))
    floor.receive("urgent", ("RED", 2))
    terms(floor, "urgent", priority=9)
    assert find_plan(floor) is None


def test_a_plan_that_does_not_hold_any_more_changes_nothing(floor: StockedFloor) -> None:
    empty(floor)
    floor.receive("large", ("RED", 9), placed_us=TUESDAY_US)
    come(floor, RED=5)
    floor.receive("small", ("RED", 4), placed_us=TUESDAY_US + 1)
    plan = find_plan(floor)
    assert plan is not None
    come(floor, RED=6)
    before = floor.rows("SELECT id, promised FROM order_line")
    assert not floor.call(lambda tx: reallocate.apply(tx, plan))
    assert floor.rows("SELECT id, promised FROM order_line") == before


def test_a_plan_gives_nothing_to_an_order_that_may_not_keep_it_any_more(floor: StockedFloor) -> None:
    empty(floor)
    floor.receive("large", ("RED", 9), placed_us=TUESDAY_US)
    come(floor, RED=5)
    floor.receive("small", ("RED", 4), placed_us=TUESDAY_US + 1)
    plan = find_plan(floor)
    assert plan is not None
    more = Change(added=(OrderedLine(sku="GREEN", units=5),), terms={"ship_complete": True})
    floor.call(lambda tx: change_order(tx, "small", more))
    floor.call(lambda tx: reallocate.apply(tx, plan))
    assert (promised(floor, "large"), promised(floor, "small")) == (5, 0)


def test_an_order_that_leaves_complete_and_is_on_its_way_is_nobodys_to_take_from(floor: StockedFloor) -> None:
    floor.receive("way", ("RED", 5))
    terms(floor, "way", ship_complete=1)
    floor.load_cart("TOTE-0001")
    floor.pick(floor.the_task(), 3)
    assert floor.line("way") == {"picked": 3, "backordered": 2}
    with floor.engine.begin() as connection:
        assert reallocate.look(connection, 1, floor.clock_us).lines == ()


def test_the_hub_looks_again_only_when_something_changed_and_not_too_often(floor: StockedFloor) -> None:
    now_s = 100.0
    looking = Reallocation(
        floor.engine,
        floor.writer,
        site_id=1,
        client_ids=(1,),
        now_us=lambda: floor.clock_us,
        monotonic_s=lambda: now_s,
    )
    assert looking.look() == (), "nobody waits"
    empty(floor)
    floor.receive("large", ("RED", 9), placed_us=TUESDAY_US)
    come(floor, RED=5)
    floor.receive("small", ("RED", 4), placed_us=TUESDAY_US + 1)
    assert looking.look() == (), "it has just looked"
    now_s += 11
    [done] = looking.look()
    assert done.completes == 1
    assert promised(floor, "small") == 4

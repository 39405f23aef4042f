"""Counts and put-aways on the way: on the walk of a cart, in its picker's colour, and everybody's again afterwards."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from edge.contract.events import BinCounted, UnitsPicked, UnitsPutAway
from edge.contract.state import BayDesired
from hub.domain.aisles import Aisles, Stop
from hub.domain.floor_stops import FloorStops
from hub.domain.on_the_way import Interleave
from hub.flows import FLOWS
from hub.handlers.benches import BenchDesk
from hub.handlers.cart_changes import hand_over
from hub.handlers.desired import desired_state
from hub.handlers.moving import hold_for_count
from hub.handlers.put_away import ask_put_away
from hub.storage import places
from hub.storage.ledger import Cause, StockKey
from hub.storage.transaction import Tx
from tests.hub.zoned_floor import BAY_OF, ZonedFloor

STOPS = {"RED": Stop(0, 8_000), "BLUE": Stop(0, 4_000), "GREEN": Stop(0, 6_000), "GOLD": Stop(1, 9_000)}
"""RED and BLUE are picked; GREEN lies between them, GOLD far down another aisle."""
ALL = ("count", "put_back", "put_away")


@pytest.fixture
def floor() -> Iterator[ZonedFloor]:
    floor = ZonedFloor()
    obey(floor, Interleave(kinds=ALL, tasks_max=3, detour_mm=1_000))
    yield floor
    assert floor.sound()
    floor.writer.close()


def obey(floor: ZonedFloor, rule: Interleave) -> None:
    """The floor has no zones, two aisles that are dead ends, and this rule."""
    stops = {BAY_OF[sku]: stop for sku, stop in STOPS.items()}
    aisles = Aisles(across_mm=(0, 4_000), cross_mm=(0,), depot=Stop(0, 0))
    floor.policy = replace(floor.policy, zones=None, interleave=rule, floor=FloorStops(aisles=aisles, stops=stops))
    desk = BenchDesk(FLOWS, floor.policy)
    floor.taker._handlers |= {  # type: ignore[operator]
        kind: desk.answered for kind, handler in floor.taker._handlers.items() if handler == floor.desk.answered
    }
    floor.desk = desk


def count(floor: ZonedFloor, sku: str) -> None:
    floor.call(lambda tx: hold_for_count(tx, BAY_OF[sku], "test"))


def put_back(floor: ZonedFloor, sku: str, units: int) -> None:
    """Units lie in the put-back tote and are lit."""

    [row] = floor.rows(f"SELECT id FROM sku WHERE code = '{sku}'")

    def go(tx: Tx) -> None:
        source = places.find(tx.connection, tx.site_id, "putback").id
        stock = StockKey(tx.client_id, row["id"], places.default_lot(tx.connection, row["id"]))
        tx.ledger.move(stock, units, places.virtual(tx, "adjustment"), source, Cause(reason="test"))
        ask_put_away(tx, stock, source)

    floor.call(go)


def lights(floor: ZonedFloor) -> list[tuple[str, str, str]]:
    """(bin, kind, colour) of all lights in the order in which a picker meets them."""
    found: list[Any] = []
    for bay in ("bay-1", "bay-2", "bay-3"):
        with floor.engine.begin() as connection:
            shown = desired_state(connection, bay, generation=1, desk=floor.desk, policy=floor.policy)
        assert isinstance(shown, BayDesired)
        found += shown.tasks
    return [(task.bin, task.kind, task.colour) for task in sorted(found, key=lambda task: (task.order, task.task))]


def cart(floor: ZonedFloor) -> Any:
    floor.order("A", RED=1, BLUE=1)
    return floor.sign_on("induct-1", "BADGE-ana", "CART-1", "TOTE-1")


def pick(floor: ZonedFloor, *skus: str) -> None:
    for sku in skus:
        [row] = floor.rows(
            "SELECT t.public, t.station FROM task t JOIN location p ON p.id = t.bin_id WHERE t.kind = 'pick'"
            f" AND t.state = 'open' AND p.name = '{BAY_OF[sku]}'"
        )
        told = UnitsPicked(task=row["public"], bin=BAY_OF[sku], units=1, units_asked=1, by="button")
        floor.tell(row["station"], told)


def test_a_count_that_the_walk_passes_is_lit_in_the_pickers_colour_where_they_pass_it(floor: ZonedFloor) -> None:
    count(floor, "GREEN")
    assert cart(floor).title == "Scan your badge", "a count needs nothing that is taken along"
    assert lights(floor) == [
        ("bay-1/2", "pick", "blue"),
        ("bay-2/1", "count", "blue"),
        ("bay-1/1", "pick", "blue"),
    ]


def test_a_count_that_is_too_far_is_everybodys(floor: ZonedFloor) -> None:
    count(floor, "GOLD")
    cart(floor)
    assert ("bay-3/1", "count", "white") in lights(floor)


def test_a_longer_detour_may_be_allowed(floor: ZonedFloor) -> None:
    obey(floor, Interleave(kinds=("count",), detour_mm=30_000))
    count(floor, "GOLD")
    cart(floor)
    assert lights(floor)[0] == ("bay-3/1", "count", "blue"), "the walk is gone the way round that passes it in time"


def test_what_is_put_back_is_taken_along_and_put_before_its_bin_is_picked(floor: ZonedFloor) -> None:
    put_back(floor, "RED", 2)
    shown = cart(floor)
    assert (shown.title, shown.ask) == ("Ana: take along", "press")
    assert shown.lines[0] == "2 x red from putback for bay-1/1"
    assert floor.confirm("induct-1").title == "Scan your badge"
    assert lights(floor) == [("bay-1/2", "pick", "blue"), ("bay-1/1", "put", "blue"), ("bay-1/1", "pick", "blue")]
    [row] = floor.rows("SELECT public FROM task WHERE kind = 'put'")
    floor.tell("bay-1", UnitsPutAway(task=row["public"], bin="bay-1/1", units=2, units_asked=2, by="button"))
    pick(floor, "BLUE", "RED")
    assert floor.at("bay-1/1") == {"RED": 21}


def test_what_a_picker_does_not_take_along_is_everybodys(floor: ZonedFloor) -> None:
    put_back(floor, "RED", 2)
    cart(floor)
    floor.problem("induct-1")
    assert ("bay-1/1", "put", "yellow") in lights(floor)


def test_a_bench_that_nobody_confirms_at_serves_the_next_picker(floor: ZonedFloor) -> None:
    put_back(floor, "RED", 2)
    cart(floor)
    assert floor.scan("induct-1", "BADGE-bo").title == "Bo: scan a cart"


def test_what_is_left_when_the_cart_is_done_is_everybodys_again(floor: ZonedFloor) -> None:
    count(floor, "GREEN")
    cart(floor)
    pick(floor, "BLUE", "RED")
    assert floor.line("A") == {"picked": 2}
    assert lights(floor) == [("bay-2/1", "count", "white")]
    [row] = floor.rows("SELECT public FROM task WHERE kind = 'count'")
    floor.tell("bay-2", BinCounted(task=row["public"], bin="bay-2/1", units=20, by="button"))
    assert lights(floor) == []


def test_another_picker_takes_what_is_on_the_walk_over(floor: ZonedFloor) -> None:
    count(floor, "GREEN")
    cart(floor)
    floor.call(lambda tx: hand_over(tx, "CART-1", "BADGE-bo"))
    assert {colour for _, _, colour in lights(floor)} == {"green"}


def test_no_more_than_the_bound_and_only_the_kinds_that_are_named(floor: ZonedFloor) -> None:
    obey(floor, Interleave(kinds=("count",), tasks_max=1, detour_mm=100_000))
    put_back(floor, "RED", 1)
    for sku in ("GREEN", "GOLD"):
        count(floor, sku)
    cart(floor)
    assert [light for light in lights(floor) if light[1] != "pick" and light[2] == "blue"] == [
        ("bay-2/1", "count", "blue")
    ]


@pytest.mark.parametrize("urgent", ["priority = 1", "ship_by_us = 1"])
def test_nothing_is_put_on_a_walk_while_something_urgent_waits(floor: ZonedFloor, urgent: str) -> None:
    count(floor, "GREEN")
    for ref in ("A", "B"):
        floor.order(ref, RED=1, BLUE=1)
    floor.sign_on("induct-1", "BADGE-ana", "CART-1", "TOTE-1")
    floor.order("D", GOLD=1)
    floor.call(lambda tx: tx.connection.exec_driver_sql(f"UPDATE customer_order SET {urgent} WHERE ref = 'D'"))
    floor.scan("induct-1", "TOTE-2")
    assert ("bay-2/1", "count", "white") in lights(floor)


def test_nothing_is_put_on_a_walk_where_the_site_does_not_say_so(floor: ZonedFloor) -> None:
    obey(floor, Interleave())
    count(floor, "GREEN")
    cart(floor)
    assert ("bay-2/1", "count", "white") in lights(floor)

"""Where more orders wait than are looked at together, nobody behind the first of them waits for ever."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from hub.domain.rates import Area
from hub.domain.waves import Wave
from hub.handlers import reallocate
from hub.handlers.allocate import ORDERS_AT_ONCE_MAX, promise_again
from hub.handlers.policy import Policy
from hub.handlers.urgency import ORDERS_LOOKED_AT_MAX, ready_orders
from hub.reallocation import Reallocation
from hub.storage.transaction import Tx
from hub.storage.work_tables import customer_order, order_line
from tests.hub.stocked_floor import TUESDAY_US, StockedFloor

HOUR_US = 3_600_000_000
EVERY_DAY = frozenset(range(7))
READ_ONCE = 1_000
"""So far down the list release looked once, by priority and age only."""


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[StockedFloor]:
    floor = StockedFloor(tmp_path)
    yield floor
    floor.close()


def crowd(floor: StockedFloor, many: int, like: str) -> None:
    """So many orders more that stand as one stands, to the states of its lines, each older than the one before."""

    def go(tx: Tx) -> None:
        def all_of(sql: str) -> list[dict[str, Any]]:
            return [dict(row) for row in tx.connection.execute(text(sql), {"ref": like}).mappings()]

        [first] = all_of("SELECT * FROM customer_order WHERE ref = :ref")
        lines = all_of("SELECT l.* FROM order_line l JOIN customer_order o ON o.id = l.order_id WHERE o.ref = :ref")
        del first["id"]
        for line in lines:
            del line["id"]
        orders = [
            first | {"public": f"C{n}", "ref": f"C{n}", "placed_us": first["placed_us"] - n} for n in range(1, many + 1)
        ]
        tx.connection.execute(customer_order.insert(), orders)
        ids = [row["id"] for row in all_of("SELECT id FROM customer_order WHERE ref LIKE 'C%' AND ref <> :ref")]
        tx.connection.execute(order_line.insert(), [line | {"order_id": id_} for id_ in ids for line in lines])

    floor.call(go)


def two_waves(floor: StockedFloor) -> Policy:
    """What goes to Norway is released at nine and leaves at noon; what stays at home waits for one o'clock."""
    [post, *_] = floor.policy.services
    abroad, home = (
        replace(post, name=name, zones=(replace(post.zones[0], area=Area(countries=(country,))),))
        for name, country in (("Airmail", "Norway"), ("Home", "United Kingdom"))
    )
    early, late = (
        Wave(
            name=name, services=(name,), release=time(at), orders_until=time(at + 2), leaves=time(at + 3),
            weekdays=EVERY_DAY,
        )
        for name, at in (("Airmail", 9), ("Home", 13))
    )  # fmt: skip
    return replace(floor.policy, waves=(early, late), services=(abroad, home))


def ready(floor: StockedFloor, policy: Policy) -> list[str]:
    refs = {row["id"]: row["ref"] for row in floor.rows("SELECT id, ref FROM customer_order")}
    with floor.engine.begin() as connection:
        return [refs[order.order_id] for order in ready_orders(connection, policy, floor.clock_us)]


def test_orders_whose_wave_is_shut_keep_nobody_behind_them_whose_wave_is_open(floor: StockedFloor) -> None:
    floor.receive("home", ("RED", 1), country="United Kingdom", placed_us=TUESDAY_US)
    crowd(floor, READ_ONCE, "home")
    floor.receive("abroad", ("RED", 1), country="Norway", placed_us=TUESDAY_US + 1)
    assert ready(floor, two_waves(floor)) == ["abroad"]


def test_the_wave_that_leaves_next_goes_first_however_many_older_orders_wait(floor: StockedFloor) -> None:
    floor.receive("home", ("RED", 1), country="United Kingdom", placed_us=TUESDAY_US)
    crowd(floor, READ_ONCE, "home")
    floor.receive("abroad", ("RED", 1), country="Norway", placed_us=TUESDAY_US + 1)
    floor.clock_us = TUESDAY_US + 3 * HOUR_US
    found = ready(floor, two_waves(floor))
    assert found[0] == "abroad"
    assert len(found) == ORDERS_LOOKED_AT_MAX


def test_what_must_leave_soon_is_seen_behind_any_number_of_older_orders(floor: StockedFloor) -> None:
    floor.receive("old", ("RED", 1), placed_us=TUESDAY_US)
    crowd(floor, READ_ONCE, "old")
    floor.receive("due", ("RED", 1), placed_us=TUESDAY_US + 1)
    due_us = floor.clock_us + HOUR_US
    floor.call(
        lambda tx: tx.connection.exec_driver_sql(f"UPDATE customer_order SET ship_by_us = {due_us} WHERE ref = 'due'")
    )
    assert ready(floor, floor.policy)[0] == "due"


def test_orders_that_wait_for_something_else_as_well_keep_stock_from_nobody_behind_them(floor: StockedFloor) -> None:
    for sku in ("RED", "BLUE"):
        for name in floor.bins_of(sku):
            floor.stock(name, sku, 0)
    floor.receive("whole", ("RED", 1), ("BLUE", 1), placed_us=TUESDAY_US)
    floor.call(lambda tx: tx.connection.exec_driver_sql("UPDATE customer_order SET ship_complete = 1"))
    crowd(floor, ORDERS_AT_ONCE_MAX, "whole")
    floor.receive("last", ("RED", 2), placed_us=TUESDAY_US + 1)
    floor.stock(floor.bins_of("RED")[0], "RED", 2)
    assert floor.call(lambda tx: promise_again(tx, [floor.ids["RED"]])) == 2
    assert floor.line("last") == {"promised": 2}


def test_the_hub_looks_at_those_behind_the_first_at_its_next_look(
    floor: StockedFloor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reallocate, "ORDERS_MAX", 2)
    for sku in ("RED", "BLUE"):
        for name in floor.bins_of(sku):
            floor.stock(name, sku, 0)
    for number, ref in enumerate(("one", "two")):
        floor.receive(ref, ("BLUE", 1), placed_us=TUESDAY_US + number)
    floor.receive("large", ("RED", 9), placed_us=TUESDAY_US + 2)
    floor.stock(floor.bins_of("RED")[0], "RED", 5)
    floor.call(lambda tx: promise_again(tx, [floor.ids["RED"]]))
    floor.receive("small", ("RED", 4), placed_us=TUESDAY_US + 3)
    now_s = 100.0
    looking = Reallocation(
        floor.engine, floor.writer, 1, (1,), now_us=lambda: floor.clock_us, monotonic_s=lambda: now_s
    )
    assert looking.look() == (), "the first two wait for what nobody has"
    now_s += 11
    [_] = looking.look()
    assert floor.line("small") == {"promised": 4}

"""What reserve does when bins change hands, carried units are lost or told twice, lots spoil and stations come late."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from hub.handlers.put_away import ask_put_away
from hub.storage import places, putaway
from hub.storage.ledger import Cause
from hub.storage.replenishments import CARRIER
from hub.storage.transaction import Tx
from tests.hub.handlers.test_replenishing import (
    OTHER,
    PICK,
    RESERVE,
    ReserveFloor,
    lit,
    look_at,
    put,
    putaway_slots,
    task,
    taken,
)


@pytest.fixture
def floor() -> Iterator[ReserveFloor]:
    floor = ReserveFloor({RESERVE: "BLUE"}, {PICK: (5, 20)})
    yield floor
    floor.close()


def change_hands(floor: ReserveFloor) -> None:
    """Empty bins that were given to an SKU may be given to another one."""

    def go(tx: Tx) -> None:
        for bin_id, before in putaway.traits(tx.connection, tx.site_id).values():
            putaway.set_traits(tx, bin_id, before | {"dynamic": 1})

    floor.call(go)


def give(floor: ReserveFloor, name: str, sku: str) -> None:
    """An empty bin is given to an SKU."""
    floor.stock(name, sku, 0)
    floor.call(lambda tx: putaway.give_slot(tx, places.find(tx.connection, tx.site_id, name).id, floor.ids[sku], "x"))


def test_a_bin_that_is_being_filled_from_reserve_is_not_given_to_another_sku(floor: ReserveFloor) -> None:
    change_hands(floor)
    give(floor, PICK, "BLUE")
    floor.order("A", BLUE=2)
    look_at(floor)
    assert lit(floor) == [("pick", RESERVE, 20)]

    def a_plate_came(tx: Tx) -> None:
        stock = places.stock_of(tx.connection, floor.ids["RED"])
        plate = places.make(tx, "PLATE", "plate", "dock-1")
        tx.ledger.move(stock, 4, places.virtual(tx, "supplier"), plate, Cause(reason="receive"))
        own = places.find(tx.connection, tx.site_id, "bay-1/1").id
        tx.connection.execute(text("UPDATE bin_trait SET load_max_mg = 1 WHERE location_id = :own"), {"own": own})
        ask_put_away(tx, stock, plate)

    floor.call(a_plate_came)
    assert PICK not in [put["bin"] for put in floor.tasks("put")]
    floor.pick(task(floor, "pick"))
    assert putaway_slots(floor)[0] == (PICK, floor.ids["BLUE"])
    assert lit(floor) == [("put", PICK, 20)]


def test_what_is_brought_to_a_bin_of_another_sku_meanwhile_goes_back_to_reserve(floor: ReserveFloor) -> None:
    floor.stock(PICK, "BLUE", 0)
    look_at(floor)
    give(floor, PICK, "RED")
    floor.pick(task(floor, "pick"))
    assert (lit(floor), floor.at(CARRIER)) == ([("put", RESERVE, 20)], {"BLUE": 20})
    put(floor)
    assert (floor.at(RESERVE), floor.at(CARRIER), floor.at(PICK)) == ({"BLUE": 20}, {}, {})

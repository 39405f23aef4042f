"""Putting away: goods of a plate or of the put-back tote go home by yellow lights."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.contract.events import UnitsPutAway
from hub.handlers.put_away import PUT_RANK, ask_put_away
from hub.storage import places
from hub.storage.ledger import Cause, StockKey
from hub.storage.transaction import Tx
from tests.hub.stocked_floor import StockedFloor

RED_BIN = "bay-01/03"


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[StockedFloor]:
    floor = StockedFloor(tmp_path)
    yield floor
    floor.close()


def plate(floor: StockedFloor, sku: str = "RED", units: int = 5) -> None:
    """Goods on a plate whose bin is lit."""

    def go(tx: Tx) -> None:
        found = places.seek(tx.connection, tx.site_id, "PLATE")
        place = places.make(tx, "PLATE", "plate", "dock-1") if found is None else found.id
        stock = StockKey(tx.client_id, floor.ids[sku], places.default_lot(tx.connection, floor.ids[sku]))
        tx.ledger.move(stock, units, places.virtual(tx, "supplier"), place, Cause(reason="receive"))
        ask_put_away(tx, stock, place)

    floor.call(go)


def put(floor: StockedFloor, units: int) -> None:
    task = floor.tasks("put")[0]
    floor.tell(
        task["station"],
        UnitsPutAway(task=task["public"], bin=task["bin"], units=units, units_asked=task["units"], by="button"),
    )


def test_goods_are_lit_home_in_yellow_after_the_picks_of_the_bin(floor: StockedFloor) -> None:
    plate(floor)
    task = floor.the_task("put")
    assert (task["bin"], task["units"], task["mark"], task["colour"]) == (RED_BIN, 5, "P", "yellow")
    assert floor.rows("SELECT rank FROM task") == [{"rank": PUT_RANK}]


def test_what_is_put_away_lies_in_the_bin_and_may_be_promised(floor: StockedFloor) -> None:
    floor.receive("A", ("RED", 23))
    plate(floor)
    assert floor.line("A") == {"promised": 20, "backordered": 3}, "what is on a plate cannot be picked yet"
    put(floor, 5)
    assert floor.line("A") == {"promised": 23}
    assert (floor.at(RED_BIN), floor.at("PLATE"), floor.tasks("put")) == ({"RED": 25}, {}, [])
    assert floor.moves("put_away") == [("RED", 5, "PLATE", RED_BIN)]
    assert floor.sound()


def test_what_was_not_put_away_stays_on_the_plate_and_is_said(floor: StockedFloor) -> None:
    plate(floor)
    put(floor, 3)
    assert (floor.at(RED_BIN), floor.at("PLATE")) == ({"RED": 23}, {"RED": 2})
    [said] = floor.rows("SELECT kind, place, detail FROM exception")
    assert said == {"kind": "put_short", "place": RED_BIN, "detail": "2 of 5 units were not put away."}
    assert floor.sound()


def test_more_than_was_on_the_plate_is_found(floor: StockedFloor) -> None:
    plate(floor)
    task = floor.the_task("put")
    put(floor, 5)
    floor.settle(task, confirmed=5, weighed=6)
    assert (floor.at(RED_BIN), floor.at("PLATE")) == ({"RED": 26}, {})
    assert floor.moves("found") == [("RED", 1, "adjustment", "PLATE")]
    assert floor.sound()


def test_fewer_than_were_confirmed_are_back_on_the_plate(floor: StockedFloor) -> None:
    plate(floor)
    task = floor.the_task("put")
    put(floor, 5)
    floor.settle(task, confirmed=5, weighed=4)
    assert (floor.at(RED_BIN), floor.at("PLATE")) == ({"RED": 24}, {"RED": 1})
    floor.settle(task, confirmed=0, weighed=1, cause="correction")
    assert (floor.at(RED_BIN), floor.at("PLATE")) == ({"RED": 25}, {})
    assert floor.sound()


def test_what_has_a_light_gets_no_second_one(floor: StockedFloor) -> None:
    plate(floor, units=5)
    plate(floor, units=2)
    assert [t["units"] for t in floor.tasks("put")] == [5, 2]


def test_more_than_a_display_shows_is_put_away_in_parts(floor: StockedFloor) -> None:
    plate(floor, units=2_000)
    assert [t["units"] for t in floor.tasks("put")] == [999, 999, 2]


def test_goods_without_a_bin_are_said_and_wait(floor: StockedFloor) -> None:
    floor.call(lambda tx: tx.connection.exec_driver_sql("UPDATE location SET sku_id = NULL WHERE name = 'bay-01/03'"))
    plate(floor)
    assert (floor.exceptions(), floor.tasks("put")) == (["no_bin"], [])
    floor.call(
        lambda tx: tx.connection.exec_driver_sql(
            f"UPDATE location SET sku_id = {floor.ids['RED']} WHERE name = 'bay-01/03'"
        )
    )
    plate(floor, units=1)
    assert (floor.exceptions(), [t["units"] for t in floor.tasks("put")]) == ([], [6])

"""Who races for the last units: no unit is promised twice, nobody who loses is forgotten, whichever engine it is.

On SQLite all go through a hub's one writer. On PostgreSQL eight writers, as of eight hubs, each on a connection of its
own, have eight of the workers each.
"""

import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine

from hub.domain.ordered_line import OrderedLine
from hub.handlers.orders import NewOrder, OrderReceipt, receive_order
from hub.hub import wall_us
from hub.ids import Ids
from hub.storage import places
from hub.storage.database import open_database
from hub.storage.ledger import Cause, ShortStock
from hub.storage.sellable import sellable
from hub.storage.transaction import Tx
from hub.storage.writer import Actor, Writer
from tests.databases import is_postgresql, rows_of
from tests.hub.stocked_floor import UNITS_A_BIN, StockedFloor
from tests.waiting import wait_until

WORKERS = 64
UNITS = 10
HUBS = 8
SHOP = Actor("shop", "order")
CLIENT, SITE = 1, 1


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[StockedFloor]:
    floor = StockedFloor(tmp_path)
    yield floor
    floor.close()


@pytest.fixture
def writers(floor: StockedFloor) -> Iterator[list[Writer]]:
    """The floor's own writer, and on PostgreSQL those of further hubs."""
    further = [another_hubs(floor, number) for number in range(1, HUBS)] if is_postgresql() else []
    yield [floor.writer, *further]
    for writer in further:
        writer.close()


def another_hubs(floor: StockedFloor, seed: int) -> Writer:
    made = Writer(
        open_database(floor.database),
        now_us=wall_us,
        ids=Ids(wall_us, random.Random(seed)),
        site_id=SITE,
        client_id=CLIENT,
    )
    made.start()
    return made


def new(ref: str, units: int, sku: str = "GOLD") -> NewOrder:
    lines = (OrderedLine(sku=sku, units=units),)
    return NewOrder(ref=ref, customer="Kari", country="Norway", placed_us=None, lines=lines)


def sell_out(floor: StockedFloor) -> None:
    """All of the stock is promised."""
    floor.receive("everything", ("GOLD", UNITS_A_BIN * len(floor.bins_of("GOLD"))))


def deliver(floor: StockedFloor, units: int) -> None:
    """More comes into the bin; no backorder is filled from it yet."""

    def go(tx: Tx) -> None:
        place = places.find(tx.connection, tx.site_id, floor.bins_of("GOLD")[0])
        [(stock, _, _)] = places.stock_at(tx.connection, place.id)
        tx.ledger.move(stock, units, places.virtual(tx, "adjustment"), place.id, Cause(reason="test"))

    floor.call(go)


def race(floor: StockedFloor, writers: list[Writer], rounds: int) -> None:
    sell_out(floor)
    start = threading.Barrier(WORKERS)

    def order(number: int, ref: str) -> OrderReceipt:
        writer = writers[number % len(writers)]
        start.wait(60)
        return writer.call(SHOP, lambda tx: receive_order(tx, new(ref, 1)), 60)

    with ThreadPoolExecutor(WORKERS) as workers:
        for turn in range(rounds):
            deliver(floor, UNITS)
            done = [workers.submit(order, number, f"{turn}-{number}") for number in range(WORKERS)]
            got = sorted((one.result(60).promised, one.result(60).backordered) for one in done)
            assert got == [(0, 1)] * (WORKERS - UNITS) + [(1, 0)] * UNITS
    [(promised, backordered)] = rows_of(
        floor.hub_directory, "SELECT SUM(promised), SUM(backordered) FROM order_line WHERE line = 1"
    )
    assert promised == UNITS_A_BIN * len(floor.bins_of("GOLD")) + rounds * UNITS
    assert backordered == rounds * (WORKERS - UNITS)
    assert floor.sound()


def test_of_64_who_race_for_ten_units_ten_get_one_and_the_others_wait_for_stock(
    floor: StockedFloor, writers: list[Writer]
) -> None:
    race(floor, writers, 10)


@pytest.mark.soak
def test_a_thousand_races(floor: StockedFloor, writers: list[Writer]) -> None:
    race(floor, writers, 1_000)


def test_the_chains_hold_whoever_moves_stock_at_once(floor: StockedFloor, writers: list[Writer]) -> None:
    one, other = (places_of(floor, sku) for sku in ("RED", "BLUE"))

    def move(number: int) -> None:
        from_id, to_id = (one, other) if number % 2 else (other, one)

        def go(tx: Tx) -> None:
            stock = next(found for found, units, _ in places.stock_at(tx.connection, from_id) if units)
            tx.ledger.move(stock, 1, from_id, to_id, Cause(reason="test"))

        writers[number % len(writers)].call(Actor("mover", "move"), go, 60)

    with ThreadPoolExecutor(16) as workers:
        list(workers.map(move, range(160)))
    assert floor.rows("SELECT COUNT(*) AS n FROM transfer WHERE reason = 'test'") == [{"n": 160}]
    assert floor.rows("SELECT COUNT(*) AS n FROM transfer") == floor.rows("SELECT MAX(id) AS n FROM transfer")
    assert floor.sound()


def places_of(floor: StockedFloor, sku: str) -> int:
    return int(floor.rows(f"SELECT id FROM location WHERE name = '{floor.bins_of(sku)[0]}'")[0]["id"])


@pytest.mark.postgresql_only
def test_who_read_before_a_rival_took_the_stock_cannot_take_it_too(floor: StockedFloor) -> None:
    sell_out(floor)
    deliver(floor, UNITS)
    # past the hub's own isolation and its writers' lock: what is left is the database's own answer
    engine = create_engine(floor.database, isolation_level="REPEATABLE READ")
    with engine.connect() as connection:
        late = Tx(connection, wall_us(), Ids(wall_us, random.Random(1)), SITE, CLIENT)
        assert sellable(late, ["GOLD"])["GOLD"].available == UNITS
        assert floor.receive("rival", ("GOLD", UNITS)).promised == UNITS
        with pytest.raises(psycopg.errors.SerializationFailure):
            receive_order(late, new("late", UNITS))
        connection.rollback()
    engine.dispose()
    again = floor.receive("late", ("GOLD", UNITS))
    assert (again.again, again.promised, again.backordered) == (False, 0, UNITS)
    assert floor.sound()


@pytest.mark.postgresql_only
def test_a_rival_waits_for_who_began_before_it(floor: StockedFloor, writers: list[Writer]) -> None:
    sell_out(floor)
    deliver(floor, UNITS)
    read, go_on = threading.Event(), threading.Event()

    def slow(tx: Tx) -> OrderReceipt:
        assert sellable(tx, ["GOLD"])["GOLD"].available == UNITS
        read.set()
        assert go_on.wait(30)
        return receive_order(tx, new("first", UNITS))

    first = writers[0].submit(SHOP, slow)
    assert read.wait(30)
    rival = writers[1].submit(SHOP, lambda tx: receive_order(tx, new("rival", UNITS)))
    waiting = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database ="
    waiting += " (SELECT oid FROM pg_database WHERE datname = current_database())"
    wait_until(lambda: rows_of(floor.hub_directory, waiting), 30, "the rival waits for the writers' lock")
    go_on.set()
    assert first.result(30).promised == UNITS
    assert (rival.result(30).promised, rival.result(30).backordered) == (0, UNITS)
    assert floor.sound()


def test_what_another_took_since_it_was_read_is_not_promised_again(floor: StockedFloor) -> None:
    sell_out(floor)
    deliver(floor, UNITS)

    def twice(tx: Tx) -> None:
        gold = sellable(tx, ["GOLD"])["GOLD"]
        tx.ledger.promise_each(tx.client_id, {gold.sku_id: (gold.available, gold.in_bins)})
        tx.ledger.promise_each(tx.client_id, {gold.sku_id: (gold.available, gold.in_bins)})

    with pytest.raises(ShortStock, match="another took"):
        floor.writer.call(SHOP, twice)
    assert floor.receive("A", ("GOLD", UNITS)).promised == UNITS, "nothing of it stands"
    assert floor.sound()

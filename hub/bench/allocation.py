"""How fast orders are promised: through the hub's own code, beside the same rule in plain statements, in one run.

Rounds of the hub and of the plain rule take turns, so that whatever else the machine does slows both.
"""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import URL, Engine, text

from hub.bench.plain_allocation import Asked, Plain, PlainPostgres, PlainSqlite
from hub.domain.ordered_line import OrderedLine
from hub.handlers.orders import NewOrder, receive_order
from hub.hub import wall_us
from hub.ids import Ids
from hub.storage import places, setup
from hub.storage.availability import stock_of_all
from hub.storage.database import Where, open_database, open_readers
from hub.storage.ledger import Cause
from hub.storage.postgres import connect_args
from hub.storage.transaction import Tx
from hub.storage.writer import Actor, Writer

BINS = 1_000
UNITS_MAX = 6
"""Units of a line are drawn from 1 to this."""
COVERED = 0.9
"""There is stock for this part of what will be ordered, so that some lines are backordered."""
TURN = 50
"""Orders that the hub, or the plain rule, takes before it is the other's turn."""
WORKERS = (1, 2, 4)
ASKED_TIMES = 15
_SHOP = Actor("shop", "order")


@dataclass(frozen=True)
class Load:
    """What is ordered, and the stock that there is."""

    orders: tuple[Asked, ...]
    stock: dict[str, int]

    @property
    def lines(self) -> int:
        """Lines of all orders."""
        return sum(len(order) for order in self.orders)


def draw(lengths: Sequence[int], orders: int, seed: int) -> Load:
    """Orders over :data:`BINS` SKUs; how many lines they have is drawn from ``lengths``."""
    rng = random.Random(seed)
    codes = [f"SKU-{number:04d}" for number in range(BINS)]
    drawn = tuple(
        tuple((code, rng.randint(1, UNITS_MAX)) for code in rng.sample(codes, min(rng.choice(lengths), BINS)))
        for _ in range(orders)
    )
    wanted = dict.fromkeys(codes, 0)
    for order in drawn:
        for code, units in order:
            wanted[code] += units
    return Load(drawn, {code: max(1, round(units * COVERED)) for code, units in wanted.items()})


class HubAllocation:
    """Orders through the hub's own handler and writer, one commit an order.

    Args:
        where: A database; None for ``stock``: it is stocked already.
        stock: Units by SKU.
    """

    def __init__(self, where: Where, stock: dict[str, int] | None) -> None:
        self._engine: Engine = open_database(where)
        site_id, client_id, _, _ = setup.found_site(self._engine, "bench", "client", 1)
        self._ids = Ids(wall_us, random.Random())
        self.writer = Writer(self._engine, now_us=wall_us, ids=self._ids, site_id=site_id, client_id=client_id)
        if stock is not None:
            self.writer.call(Actor("bench", "stock"), lambda tx: _fill(tx, stock))

    def take(self, ref: str, asked: Asked) -> tuple[int, int]:
        """Take an order in and commit it; units promised, units backordered."""
        lines = tuple(OrderedLine(sku=code, units=units) for code, units in asked)
        new = NewOrder(ref=ref, customer="Kari", country="Norway", placed_us=None, lines=lines)
        got = self.writer.call(_SHOP, lambda tx: receive_order(tx, new))
        return got.promised, got.backordered

    def close(self) -> None:
        """Let go of the database."""
        self.writer.close()
        self._engine.dispose()


def _fill(tx: Tx, stock: dict[str, int]) -> None:
    setup.add_places(tx, ())
    supplier_id = setup.add_supplier(tx, "supplier", 1)
    for number, (code, units) in enumerate(stock.items(), 1):
        values = {"code": code, "description": code, "gtin": f"{number:014d}", "unit_mg": 1, "spread_mg": 1}
        values |= {"length_mm": 1, "width_mm": 1, "height_mm": 1, "supplier_id": supplier_id, "price_minor": 1}
        values |= {"cost_minor": 1, "reorder_point_units": 0, "reorder_units": 1}
        key = setup.add_sku(tx, values)
        setup.add_bin(tx, f"bin-{number}", "bay", key.sku_id, 0, 0)
        setup.put_in(tx, key, units, f"bin-{number}", Cause(reason="opening_stock"))


def take_turns(load: Load, hub: Plain, plain: Plain, warmed_up: Callable[[], None] = lambda: None) -> dict[str, Any]:
    """Both take the load, turn by turn; lines a second of each, by the clock and by this process's processor time.

    The first turn of several is not counted: statements are prepared in it. ``warmed_up`` is called after it.

    Raises:
        ValueError: they did not promise the same.
    """
    spent = {"hub": [0.0, 0.0], "plain": [0.0, 0.0]}
    lines = 0
    for begin in range(0, len(load.orders), TURN):
        part = list(enumerate(load.orders[begin : begin + TURN], begin))
        got = {}
        for name, taker in (("hub", hub), ("plain", plain)):
            wall_s, cpu_s = time.perf_counter(), time.process_time()
            got[name] = [taker.take(f"order-{number}", order) for number, order in part]
            spent[name][0] += time.perf_counter() - wall_s
            spent[name][1] += time.process_time() - cpu_s
        if got["hub"] != got["plain"]:
            raise ValueError(f"Orders {begin} to {begin + len(part)}: the hub and the plain rule promised otherwise.")
        lines += sum(len(order) for _, order in part)
        if begin == 0 and len(load.orders) > TURN:
            spent, lines = {"hub": [0.0, 0.0], "plain": [0.0, 0.0]}, 0
            warmed_up()
    found: dict[str, Any] = {name: _rates(lines, *seconds) for name, seconds in spent.items()}
    found["ratio"] = round(spent["plain"][0] / spent["hub"][0], 2)
    found["ratio_cpu"] = round(spent["plain"][1] / spent["hub"][1], 2)
    return found


def _rates(lines: int, wall_s: float, cpu_s: float) -> dict[str, float]:
    return {"lines_s": round(lines / wall_s), "lines_cpu_s": round(lines / cpu_s)}


def at_once(url: URL, load: Load, workers: int, *, plain: bool) -> float:
    """Lines a second when ``workers`` processes take a share of the orders each, all on one database.

    Raises:
        RuntimeError: one of them failed.
    """
    context = get_context("spawn")
    gate, out = context.Barrier(workers + 1), context.Queue()
    shares = [load.orders[number::workers] for number in range(workers)]
    running = [
        context.Process(target=_worker, args=(url, share, number, plain, gate, out), daemon=True)
        for number, share in enumerate(shares)
    ]
    for process in running:
        process.start()
    gate.wait(120)
    ended_s: list[float] = [out.get(timeout=600) for _ in running]
    for process in running:
        process.join(60)
        if process.exitcode != 0:
            raise RuntimeError(f"Expected every worker to end well, got exit code {process.exitcode}.")
    return float(load.lines / max(ended_s))


def _worker(url: URL, orders: Sequence[Asked], number: int, plain: bool, gate: Any, out: Any) -> None:
    taker: Plain = PlainPostgres(connect_args(url), None) if plain else HubAllocation(url, None)
    gate.wait(120)
    begun_s = time.perf_counter()
    for turn, order in enumerate(orders):
        taker.take(f"w{number}-{turn}", order)
    out.put(time.perf_counter() - begun_s)
    taker.close()


def stock_question(where: Where, hub: HubAllocation, transfers: int) -> dict[str, float]:
    """How long the stock of all SKUs takes to ask once the ledger has so many transfers: the medians by the clock and
    by this process's processor time, ms."""
    rng = random.Random(2)

    def move(tx: Tx) -> None:
        rows = tx.connection.execute(text("SELECT id FROM location WHERE kind = 'bin' ORDER BY id"))
        bins = [row.id for row in rows]
        done = int(tx.connection.execute(text("SELECT MAX(id) FROM transfer")).scalar_one())
        while done < transfers:
            from_id, to_id = rng.sample(bins, 2)
            there = [stock for stock, units, _ in places.stock_at(tx.connection, from_id) if units > 0]
            if there:
                tx.ledger.move(there[0], 1, from_id, to_id, Cause(reason="bench"))
                done += 1

    hub.writer.call(Actor("bench", "moves"), move, 1e9)
    readers = open_readers(where, 1)
    spent_s, spent_cpu_s = [], []
    for _ in range(ASKED_TIMES):
        begun_s, begun_cpu_s = time.perf_counter(), time.process_time()
        with readers.begin() as connection:
            found = stock_of_all(connection, 1, 1)
        spent_s.append(time.perf_counter() - begun_s)
        spent_cpu_s.append(time.process_time() - begun_cpu_s)
        assert len(found) == BINS
    readers.dispose()
    return {
        "transfers": transfers,
        "all_skus_ms": round(median(spent_s) * 1000, 2),
        "all_skus_cpu_ms": round(median(spent_cpu_s) * 1000, 2),
    }


def measure(load: Load, directory: Path, url: URL | None, transfers: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Every figure: of SQLite on a file in ``directory``, of PostgreSQL if ``url`` names an empty database."""
    found: dict[str, Any] = {"bins": BINS, "orders": len(load.orders), "lines": load.lines}
    say("SQLite: the hub and the plain statements take turns")
    file = directory / "hub.db"
    hub, plain = HubAllocation(file, load.stock), PlainSqlite(directory / "plain.db", load.stock)
    found["sqlite"] = take_turns(load, hub, plain)
    found["sqlite"] |= stock_question(file, hub, transfers)
    hub.close()
    plain.close()
    if url is None:
        return found
    say("PostgreSQL: the hub and the plain statements take turns")
    connect = connect_args(url)
    on_server, beside = HubAllocation(url, load.stock), PlainPostgres(connect, load.stock)
    found["postgresql"] = take_turns(load, on_server, beside, beside.analyse)
    beside.close()
    for workers in WORKERS:
        say(f"PostgreSQL: {workers} at once")
        PlainPostgres(connect, load.stock).close()
        rates = {name: round(at_once(url, load, workers, plain=name == "plain")) for name in ("hub", "plain")}
        found["postgresql"][f"workers_{workers}"] = {
            **{f"{name}_lines_s": rate for name, rate in rates.items()},
            "ratio": round(rates["hub"] / rates["plain"], 2),
        }
        on_server.writer.call(Actor("bench", "again"), _forget_orders)
    found["postgresql"] |= stock_question(url, on_server, transfers)
    on_server.close()
    return found


def _forget_orders(tx: Tx) -> None:
    """The same stock is there to be promised again."""
    for sql in ("DELETE FROM order_line", "DELETE FROM customer_order", "UPDATE promise SET promised = 0"):
        tx.connection.execute(text(sql))

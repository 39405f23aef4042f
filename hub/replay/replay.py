"""The replay: a hub over a made site, and its trading days one after the other.

Business time is set, not waited for: to the minute of each order, and to the full hours at which the floor works off
whatever there is to do. Stations, people and suppliers need no time; what is late is late for want of stock.
"""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from edge.alone import alone
from edge.contract.site import Broker, load_site
from hub.clock import BusinessClock
from hub.demo.site_maker import read_templates, write_site
from hub.domain.order_file import FileOrder, OrderFile
from hub.domain.ordered_line import OrderedLine
from hub.handlers.orders import NewOrder, OrderReceipt, receive_order
from hub.handlers.policy import RestockBy
from hub.hub import Hub
from hub.replay.benches import Benches
from hub.replay.floor import Floor
from hub.replay.returns import FileReturn, Returns
from hub.replay.site import TIMEZONE, by_day, replay_site
from hub.replay.stations import Stations, Stuck
from hub.replay.walking import Walking
from hub.site.catalogue import load_catalogue
from hub.storage import floor as floor_storage
from hub.storage import service_figures
from hub.storage.verify import Violation, verify
from hub.storage.verify_onward import OnwardVerifier
from hub.storage.writer import Actor

TEMPLATES = Path(__file__).resolve().parents[2] / "config" / "demo"
OPENS_H, CLOSES_H = 9, 17
"""The floor works at the full hours from opening to closing, and on until the hour after the day's last order."""
LATE_SHARE = 0.2
"""Share of the purchase orders that come later than they were promised."""
LATE_DAYS_MAX = 3
HOUR_US = 3_600_000_000
DAY_US = 24 * HOUR_US
FULL_EVERY_DAYS = 60
"""The full check of all invariants every so many trading days, and at the end."""
ROUNDS_MAX = 5_000
"""Rounds of carts in one hour: more would be a loop."""
ORDER_WAIT_S = 60.0


class DirectoryUsed(ValueError):
    """Something was replayed in the directory before; the text says what to do."""


@dataclass(kw_only=True)
class Taken:
    """What was taken in."""

    orders: int = 0
    lines: int = 0


@dataclass(frozen=True, kw_only=True)
class DayDone:
    """One trading day behind us."""

    day: date
    orders: int
    lines: int
    stock_units: int
    stock_cost_minor: int
    broken: tuple[Violation, ...]


@dataclass(frozen=True, kw_only=True)
class Options:
    """What was asked of the replay."""

    orders: OrderFile
    days: int = 0
    """Only the first so many trading days; 0: all."""
    seed: int = 1
    data: Path | None = None
    returns: tuple[FileReturn, ...] = ()
    """Of the same file, by their minute."""
    restock: RestockBy = "forecast"
    """What the hub orders by; "fixed": the reorder points of what is known on the first morning."""


class Replay:
    """One replay.

    Args:
        options: What was asked.
        say: Called with a line on what is being done.
        stop: Set it to end after the hour that is being worked.
        wall_s, processor_s: Seconds that passed, and those that this process worked, for the figures.

    Raises:
        DirectoryUsed: the directory has a database of before.
        AlreadyRunning: another replay runs there.
        BadSite: no site can be made of these orders.
    """

    def __init__(
        self,
        options: Options,
        say: Callable[[str], None],
        stop: threading.Event | None = None,
        wall_s: Callable[[], float] = time.monotonic,
        processor_s: Callable[[], float] = time.process_time,
    ) -> None:
        self.options = options
        self._wall_s = wall_s
        self._processor_s = processor_s
        self._held = ExitStack()
        kept = options.data
        self.data = Path(self._held.enter_context(TemporaryDirectory(prefix="shelflight-"))) if kept is None else kept
        self.zone = ZoneInfo(TIMEZONE)
        self.stop = stop or threading.Event()
        self.days = sorted(by_day(options.orders.orders, self.zone).items())
        self.days_in_file = len(self.days)
        if options.days:
            self.days = self.days[: options.days]
        try:
            self._start(say)
        except BaseException:
            self._held.close()
            raise

    def _start(self, say: Callable[[str], None]) -> None:
        self._held.enter_context(alone(self.data / "replay.lock", "a replay"))
        if (self.data / "hub.db").exists():
            raise DirectoryUsed(
                f"--data {self.data}: expected a directory without a database, got one with {self.data / 'hub.db'}."
                " Name another directory, or remove that one first."
            )
        say("making the site")
        files = replay_site(
            self.options.orders.orders,
            zone=self.zone,
            seed=self.options.seed,
            templates=read_templates(TEMPLATES),
            restock=self.options.restock,
        )
        write_site(self.data / "site", files)
        site, catalogue = load_site(self.data / "site"), load_catalogue(self.data / "site")
        self.clock_us = self._at(self.days[0][0], 0) if self.days else 0
        say(f"going live with {len(catalogue.items)} SKUs in {len(catalogue.bins)} bins")
        self.hub = Hub(
            site=site,
            catalogue=catalogue,
            database=self.data / "hub.db",
            broker=Broker(host="127.0.0.1", port=1),
            clock=BusinessClock.real(),
            wall_us=lambda: self.clock_us,
            rng=random.Random(f"ids {self.options.seed}"),
        )
        self._held.callback(self.hub.close)
        self.catalogue = catalogue
        self.stations = Stations(self.hub, lambda: self.clock_us)
        self.walking = Walking(site)
        self._cursor: int | None = None
        self.floor = Floor(site, catalogue, self.stations, self._changed, self.walking.tour)
        self.benches = Benches(site, catalogue, self.stations)
        self.taken = Taken()
        self.done: list[DayDone] = []
        self.shipped = Counter[str]()
        """Units of each SKU that really left and have not come back."""
        self.returns = Returns(
            self.options.returns,
            hub=self.hub,
            catalogue=catalogue,
            stations=self.stations,
            floor=self.floor,
            gone=self.shipped,
        )
        self.verifier = OnwardVerifier()
        self.broken: list[Violation] = []
        self.work_s = 0.0
        """Wall seconds of the flow itself: orders, picks, packing, receiving, restocking."""
        self.work_cpu_s = 0.0
        """The same in processor seconds, which do not depend on who else works on the machine."""
        self.verify_s = 0.0

    def close(self) -> None:
        """Stop the hub and let go of the directory. May be called twice."""
        self._held.close()

    def play(self, done: Callable[[DayDone], None]) -> None:
        """Play the days, until the last or until :attr:`stop` is set.

        Raises:
            Stuck: the floor has no answer to what a station shows.
        """
        for day, orders in self.days:
            begun_s, begun_cpu_s = self._wall_s(), self._processor_s()
            whole = self._work_day(day, orders)
            self.work_s += self._wall_s() - begun_s
            self.work_cpu_s += self._processor_s() - begun_cpu_s
            if not whole:
                return
            self._close_day(day, orders)
            done(self.done[-1])

    def _close_day(self, day: date, orders: Sequence[FileOrder]) -> None:
        """Check every invariant, and note the stock."""
        begun_s = self._wall_s()
        with self.hub.engine.begin() as connection:
            found = self.verifier.verify(connection)
            if (len(self.done) + 1) % FULL_EVERY_DAYS == 0:
                found |= {name: wrong for name, wrong in verify(connection).items() if wrong}
            units, cost = service_figures.stock_inside(connection)
        broken = tuple(violation for wrong in found.values() for violation in wrong)
        self.broken += broken
        self.verify_s += self._wall_s() - begun_s
        lines = sum(len(order.lines) for order in orders)
        self.done.append(
            DayDone(day=day, orders=len(orders), lines=lines, stock_units=units, stock_cost_minor=cost, broken=broken)
        )

    def _work_day(self, day: date, orders: Sequence[FileOrder]) -> bool:
        """Take a day's orders in as they come, and work at each full hour; whether the day was played to its end."""
        last = datetime.fromtimestamp(orders[-1].placed_us // 1_000_000, self.zone)
        waiting = list(orders)
        for hour in range(OPENS_H, max(CLOSES_H, last.hour + 1) + 1):
            until_us = self._at(day, hour)
            now = [order for order in waiting if order.placed_us < until_us]
            waiting = waiting[len(now) :]
            self._take_in(now)
            self.clock_us = until_us
            self._work_hour()
            if self.stop.is_set():
                return False
        return True

    def _at(self, day: date, hour: int) -> int:
        at = datetime(day.year, day.month, day.day, tzinfo=self.zone) + timedelta(hours=hour)
        return round(at.timestamp()) * 1_000_000

    def _take_in(self, orders: Sequence[FileOrder]) -> None:
        """The shop's orders, each at its minute."""
        queued: list[tuple[FileOrder, Future[OrderReceipt]]] = []
        for order in orders:
            if queued and order.placed_us != self.clock_us:
                self._note(queued)
            self.clock_us = order.placed_us
            new = _new_order(order)
            actor = Actor("shop", "order", order.ref)
            queued.append((order, self.hub.writer.submit(actor, lambda tx, new=new: receive_order(tx, new))))  # type: ignore[misc]
        self._note(queued)

    def _note(self, queued: list[tuple[FileOrder, "Future[OrderReceipt]"]]) -> None:
        for order, done in queued:
            done.result(ORDER_WAIT_S)
            self.taken.orders += 1
            self.taken.lines += len(order.lines)
        queued.clear()

    def _work_hour(self) -> None:
        """Receive what has come, follow every light, pack and ship, until nothing is left to do; then review the stock.

        Raises:
            Stuck: there is no end to it.
        """
        self.benches.receive(self._deliveries())
        self.floor.follow_lights({})
        for _ in range(ROUNDS_MAX):
            carts = self.floor.load_carts()
            if not carts:
                break
            while self.floor.follow_lights(carts):
                pass
            totes = [tote for marks in carts.values() for tote in marks.values()]
            self.benches.pack({tote: self.floor.totes[tote] for tote in totes})
            for tote in totes:
                self.shipped += self.floor.totes.pop(tote)
                self.floor.free_totes.append(tote)
        else:
            raise Stuck(f"Expected at most {ROUNDS_MAX} rounds of carts in one hour, got more.")
        self.returns.work(self.clock_us)
        self.hub.review_stock()

    def _deliveries(self) -> list[str]:
        """The purchase orders that have come by now: when they were due, or a seeded few days later."""
        with self.hub.engine.begin() as connection:
            due = service_figures.purchases_under_way(connection)
        return [number for number, due_us in due if due_us + self._delay_us(number) <= self.clock_us]

    def _delay_us(self, number: str) -> int:
        rng = random.Random(f"{self.options.seed}/late/{number}")
        return rng.randint(1, LATE_DAYS_MAX) * DAY_US if rng.random() < LATE_SHARE else 0

    def _changed(self) -> list[str]:
        with self.hub.engine.begin() as connection:
            if self._cursor is None:
                self._cursor = floor_storage.version(connection)
                return sorted(self.hub.policy.bays)
            self._cursor, stations, _ = floor_storage.changed_stations(connection, self._cursor)
        return stations


def _new_order(order: FileOrder) -> NewOrder:
    return NewOrder(
        ref=order.ref,
        customer=order.customer,
        country=order.country,
        placed_us=order.placed_us,
        lines=tuple(OrderedLine(sku=li.sku, units=li.units, price_minor=li.price_minor) for li in order.lines),
    )

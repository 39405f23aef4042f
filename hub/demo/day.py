"""One trading day: everything is started, people work, the book is compared with the world, everything is stopped."""

import json
import math
import random
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edge.alone import alone
from edge.contract.site import load_site
from hub.clock import BusinessClock
from hub.demo import end_of_day, truth
from hub.demo.coming_up import ComingUp, DemoFailed, DemoStopped, busy
from hub.demo.floor import Floor
from hub.demo.hub_answers import HubAnswers, NoAnswer
from hub.demo.packer import Packer
from hub.demo.person import Person
from hub.demo.picker import Picker, Skill
from hub.demo.processes import Processes, broker_config, find_mosquitto, python
from hub.demo.receiver import Receiver
from hub.demo.site_maker import make_site, read_templates, write_site
from hub.demo.trade import Shops, Suppliers
from hub.demo.visitor_page import VisitorPage
from hub.domain.order_file import OrderFile
from hub.live import percentiles_ms
from hub.ports import free_port, take_port
from hub.site.catalogue import load_catalogue
from hub.storage.database import BadDatabase

SPEED = 150.0
"""The day of nine hours in about four minutes."""
SPEED_MAX = 600.0
"""How fast business time runs when people need no time at all."""
LEAD_IN_US = 300_000_000
"""The clock starts five business minutes before the first order."""
CLOSE_AFTER_US = 4 * 3_600_000_000
"""What suppliers deliver later than this after the last order is tomorrow's; from then on the clock goes as the wall's,
so that the dashboard goes on showing the day that was played."""
QUIET_S = 3.0
"""The day is over when nobody has had anything to do for this long."""
TEMPLATES = Path(__file__).resolve().parents[2] / "config" / "demo"
DEFAULT_ORDERS = TEMPLATES / "orders_2011-03-01.csv"


class DirectoryUsed(ValueError):
    """Another day was played in the directory; the text says what to do."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """What was asked of the demo."""

    orders: OrderFile
    speed: float = SPEED
    """Infinite: people take no time, business time runs at :data:`SPEED_MAX`."""
    pickers: int = 3
    seed: int = 1
    fault_rate: float = 0.0
    data: Path | None = None
    port: int = 0
    deliveries: bool = True
    """Whether suppliers deliver today."""


class Day:
    """One run of the demo.

    Args:
        options: What was asked.
        say: Called with a line on what is being done.
    """

    def __init__(self, options: Options, say: Callable[[str], None]) -> None:
        self.options = options
        self._say = say
        self._kept = options.data
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        if options.data is None:
            self._temporary = tempfile.TemporaryDirectory(prefix="shelflight-")
        self.data = Path(self._temporary.name) if options.data is None and self._temporary else Path(str(options.data))
        self.stop = threading.Event()
        self._held = ExitStack()
        """The lock on the directory."""
        self.processes = Processes(self.data)
        self.port = options.port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._hub = HubAnswers(self.url, say, self.stop)
        self.people: list[Person] = []
        self.floor: Floor | None = None
        self.shops: Shops | None = None
        self.visitor: VisitorPage | None = None
        self.started_s = time.monotonic()
        self.wall_s = 0.0
        fast = math.isinf(options.speed)
        self._business_speed = SPEED_MAX if fast else options.speed

    def start(self) -> None:
        """Make the site, start every process, send the people to work.

        Raises:
            DemoFailed: something did not come up; the text says what it said last.
            DemoStopped: :attr:`stop` was set meanwhile.
            ProgramMissing: there is no broker on this machine.
            AlreadyRunning: another demo is running in the directory.
            DirectoryUsed: another one was played there.
            PortInUse: the dashboard's port is taken.
        """
        mosquitto = find_mosquitto()
        self._take_directory()
        take_port(self.port).close()
        broker_port = free_port()
        site_directory = self.data / "site"
        orders = self.options.orders.orders
        write_site(site_directory, self.site_files(broker_port))
        site = load_site(site_directory)
        catalogue = load_catalogue(site_directory)
        conf = self.data / "mosquitto.conf"
        broker_data = self.data / "broker"
        broker_data.mkdir(parents=True, exist_ok=True)
        broker_data.chmod(0o777)  # a broker that root starts goes on as its own user
        conf.write_text(broker_config(broker_port, broker_data), "ascii")
        self._say("starting the broker and the hub")
        self.processes.add("broker", [mosquitto, "-c", str(conf)])
        first_us = orders[0].placed_us if orders else 0
        last_us = orders[-1].placed_us if orders else 0
        close_us = last_us + CLOSE_AFTER_US
        clock = BusinessClock(first_us - LEAD_IN_US, time.time_ns() // 1000 + 8_000_000, self._business_speed, close_us)
        self.now_us = clock.now(lambda: time.time_ns() // 1000)
        common = ["--site", str(site_directory), "--data", str(self.data / "data")]
        self.processes.add(
            "hub", python("-m", "hub.run", "hub", *common, "--port", str(self.port), "--clock", str(clock))
        )
        logs = "--data DIR keeps the logs." if self._temporary else f"The logs are in {self.data / 'log'}."
        coming_up = ComingUp(self.processes, self.ask, self._say, self.stop, logs)
        coming_up.hub()
        sockets = self.data / "hands"
        self._say(f"starting {len(site.stations)} stations")
        rng = random.Random(self.options.seed)
        self.floor = Floor(site, catalogue, sockets, self.stop, rng, self.options.speed)
        coming_up.stations(
            {
                name: python("-m", "edge.run", "run", "--station", name, *common, "--simulate", "--hands", str(sockets))
                for name in site.stations
            }
        )
        self.shops = Shops(orders, self.url, self.now_us, self.stop)
        suppliers = Suppliers(self.url, self.now_us, self.floor.deliveries, close_us, self.stop)
        self._hire(rng)
        self.shops.start()
        if self.options.deliveries:
            suppliers.start()
        for person in self.people:
            person.start()
        self.visitor = VisitorPage(self.floor, self.url, random.Random(f"visitor {self.options.seed}"))
        self.visitor.start()
        self._say("people are at work")

    def _take_directory(self) -> None:
        self._held.enter_context(alone(self.data / "demo.lock", "a demo"))
        played = self.data / "data" / "hub.db"
        if played.exists():
            raise DirectoryUsed(
                f"--data {self.data}: expected a directory without a demo's database, got one with {played}: a day was"
                " played there. Name another directory, or remove that one first."
            )

    def site_files(self, broker_port: int) -> dict[str, str]:
        """The files of a site made for the day's orders."""
        return make_site(
            self.options.orders.orders,
            seed=self.options.seed,
            broker_host="127.0.0.1",
            broker_port=broker_port,
            templates=read_templates(TEMPLATES),
        )

    def _hire(self, rng: random.Random) -> None:
        assert self.floor is not None
        floor = self.floor
        staff = floor.catalogue.operators
        pickers = [o for o in staff if o.role == "picker" and o.name != "Visitor"][: self.options.pickers]
        skill = Skill(fault_rate=self.options.fault_rate)
        for number, who in enumerate(pickers, 1):
            luck = random.Random(rng.getrandbits(64))
            self.people.append(
                Picker(
                    floor,
                    who.name,
                    luck,
                    badge=who.badge,
                    colour=who.colour or "off",
                    cart=f"CART-{number}",
                    skill=skill,
                )
            )
        packers = [o.name for o in staff if o.role == "packer"]
        for name, station in zip(packers, floor.stations("pack"), strict=False):
            luck = random.Random(rng.getrandbits(64))
            self.people.append(Packer(floor, name, luck, station, self.options.fault_rate / 5))
        receiver = next(o.name for o in staff if o.role == "receiver")
        self.people.append(Receiver(floor, receiver, random.Random(rng.getrandbits(64))))

    def ask(self, path: str) -> Any:
        """Ask the hub; None if it does not answer now."""
        return self._hub.now(path)

    def is_over(self, summary: dict[str, Any]) -> bool:
        """Whether nobody has anything left to do today."""
        assert self.floor is not None and self.shops is not None
        work = summary["in_work"]
        idle = not self.floor.packing and not self.floor.deliveries and not any(p.busy for p in self.people)
        return self.shops.done and idle and not any(work[name] for name in ("tasks", "totes", "parcels", "promised"))

    def review(self) -> None:
        """The last look at the stock of the day, so that each backorder has its purchase order. A hub that does not
        answer goes without: the day is not lost for it."""
        try:
            self._hub.patiently("/api/restock", "POST")
        except NoAnswer as error:
            self._say(f"{error} The day ends without the last review of its stock.")

    def settle(self, timeout_s: float = 20.0) -> None:
        """Wait until every outbox is empty and nothing has changed for a moment."""
        deadline = time.monotonic() + timeout_s
        quiet_since = time.monotonic()
        before = None
        while time.monotonic() < deadline and time.monotonic() - quiet_since < QUIET_S:
            now = (self.ask("/api/devices"), (self.ask("/api/summary") or {}).get("by_state"))
            if now != before:
                before, quiet_since = now, time.monotonic()
            self.stop.wait(0.3)

    def report(self) -> dict[str, Any]:
        """The day in figures, and the book compared with the world.

        Raises:
            DemoFailed: the hub does not answer, and its database cannot be read.
            DemoStopped: :attr:`stop` was set meanwhile.
        """
        assert self.floor is not None
        found = self._known()
        summary, book, ledger, purchases = (found[name] for name in ("summary", "book", "ledger", "purchases"))
        received = sum(line["received"] for order in purchases for line in order["lines"])
        lights = sorted(self.floor.confirm_to_light_us)
        return {
            "orders": summary["orders"],
            "lines": summary["lines"],
            "units": summary["units"],
            "picks": summary["picks"],
            "alarms": summary["alarms"],
            "faults": self.floor.faults,
            "truth": truth.compare(self.floor.world, book),
            "wrong": truth.told(self.floor.world, book) | {"invariants": truth.shortened(ledger["violations"])},
            "ledger": {"verified": ledger["verified"], "invariants": ledger["invariants"]},
            "latency_ms": {
                "event_to_commit": summary["latency_ms"]["event_to_commit"],
                "confirm_to_next_light": percentiles_ms(lights),
            },
            "restock": {"purchase_orders": len(purchases), "received_units": received},
            "wall_s": round(self.wall_s or time.monotonic() - self.started_s, 1),
            "peak_memory_mb": self.processes.peak_memory_mb() | {"demo": _own_peak_mb()},
        }

    def _known(self) -> dict[str, Any]:
        """What the report is made of."""
        try:
            return end_of_day.asked(self._hub)
        except NoAnswer as unanswered:
            if self.stop.is_set():
                raise DemoStopped("The demo was told to end before its report was made.") from None
            database = self.data / "data" / "hub.db"
            why = "\n".join([str(unanswered), *filter(None, [busy()])])
            self._say(f"{why}\nThe report is made from its database, {database}.")
            try:
                return end_of_day.read(database)
            except (FileNotFoundError, BadDatabase) as error:
                raise DemoFailed(f"{unanswered}\nNor could its database be read: {error}") from error

    @property
    def visited(self) -> bool:
        """Whether a visitor took part."""
        return self.floor is not None and self.visitor is not None and self.floor.world.acted(self.visitor.visitor.name)

    def close(self) -> None:
        """Send everybody home and stop everything. May be called twice."""
        self.stop.set()
        if self.visitor is not None:
            self.visitor.close()
        for person in self.people:
            person.join(3)
        if self.floor is not None:
            self.floor.close()
        self.processes.close()
        self._held.close()
        if self._temporary is not None:
            self._temporary.cleanup()
            self._temporary = None


def _own_peak_mb() -> int:
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 // 1_000_000


def write_report(report: dict[str, Any], path: Path) -> None:
    """Write a report as JSON."""
    path.write_text(json.dumps(report, indent=2) + "\n", "utf-8")

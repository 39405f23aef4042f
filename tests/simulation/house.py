"""The hub of the simulation: the real handlers, storage and writer; it can be killed between any two jobs."""

import random
import shutil
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine, text

from edge.contract.codec import encode
from edge.contract.events import Envelope, Recorded
from edge.contract.state import Ack
from hub.domain.cartons import Carton
from hub.domain.ordered_line import OrderedLine
from hub.flows import FLOWS, handlers_of
from hub.handlers import counts
from hub.handlers.benches import BenchDesk
from hub.handlers.desired import desired_state
from hub.handlers.facts import FactTaker
from hub.handlers.orders import NewOrder, receive_order
from hub.handlers.policy import Policy
from hub.handlers.release import plan_batch
from hub.ids import Ids
from hub.storage import floor, inbox, places, setup, tasks
from hub.storage.database import open_database
from hub.storage.ledger import Cause, StockKey
from hub.storage.transaction import Tx
from hub.storage.verify import CHECKS, verify
from hub.storage.writer import Actor, Writer

BOX = Carton(
    name="M", length_mm=300, width_mm=200, height_mm=200, tare_mg=1, tare_spread_mg=0, load_max_mg=1, cost_minor=1
)
FOLDS = ("balances_fold", "ledger_chain", "audit", "in_building")
"""Invariants that read the whole ledger: checked now and then, and at the end."""


class AppliesAgain(FactTaker):
    """Mutant ``no-dedupe``: a fact that comes again is applied again."""

    def _check_again(self, tx: Tx, device: str, journal: str, again: list[Recorded]) -> None:
        for recorded in again:
            self._take_one(tx, device, journal, recorded, late=False)


class House:
    """One hub over a file that outlives it."""

    def __init__(
        self,
        directory: Path,
        template: Path,
        bins: dict[str, tuple[str, str, int]],
        rng: random.Random,
        now_us: Callable[[], int],
        publish: Callable[[str, str, bytes], None],
        mutant: str = "",
    ) -> None:
        """``bins``: (station, SKU, opening units) by name."""
        self._path = directory / "hub.db"
        shutil.copy(template, self._path)
        self._rng = rng
        self._now_us = now_us
        self._publish = publish
        self._mutant = mutant
        stations = sorted({station for station, _, _ in bins.values()})
        self.policy = Policy(site="sim", cart_totes=3, cartons=(BOX,), bays=tuple(stations))
        self.queue: list[Envelope] = []
        self.cursor: int | None = None
        self.open()
        self._call("setup", lambda tx: self._set_up(tx, bins))

    def open(self) -> None:
        """The process starts."""
        self.engine: Engine = open_database(self._path)
        site_id, client_id, generation, _ = setup.found_site(self.engine, "sim", "client", 0)
        self.writer = Writer(
            self.engine,
            now_us=self._now_us,
            ids=Ids(self._now_us, self._rng),
            site_id=site_id,
            client_id=client_id,
        )
        self.desk = BenchDesk(FLOWS, self.policy)
        shape = AppliesAgain if self._mutant == "no-dedupe" else FactTaker
        self.taker = shape(
            handlers_of(self.desk),
            generation=generation,
            business_us=lambda us: us,
            on_new_journal=counts.suspect_station,
            on_doubt=counts.suspect_bin,
            on_overdue=counts.book_unexplained,
        )
        self.cursor = None

    def crash(self) -> None:
        """Everything that was not committed is gone."""
        self.queue.clear()
        self.engine.dispose()
        self.open()

    def receive(self, envelope: Envelope) -> None:
        """A message of a station comes to the hub's door."""
        self.queue.append(envelope)
        if self._mutant == "ack-before-commit":
            ack = Ack(generation=self.taker.generation, journal=envelope.journal, seq=envelope.events[-1].seq)
            self._publish(envelope.device, "ack", encode(ack))

    def step(self, crash_between: bool) -> bool:
        """Commit what is queued, then (unless it is killed in between) acknowledge and publish; whether it did any."""
        queued, self.queue = self.queue, []
        for envelope in queued:
            ack = self._call(envelope.device, lambda tx, e=envelope: self.taker.take(tx, e))  # type: ignore[misc]
            if not crash_between:
                self._publish(envelope.device, "ack", encode(ack))
        if crash_between:
            self.crash()
        if self.taker.may_wait:
            self._call("hub", self.taker.review)
        self.publish_changes()
        return bool(queued)

    def publish_changes(self) -> None:
        """The publisher's step."""
        with self.engine.begin() as connection:
            if self.cursor is None:
                self.cursor, stations = floor.version(connection), list(self.policy.bays)
            else:
                self.cursor, stations, _ = floor.changed_stations(connection, self.cursor)
            for station in (name for name in stations if name in self.policy.bays):
                state = desired_state(
                    connection, station, generation=self.taker.generation, desk=self.desk, policy=self.policy
                )
                self._publish(station, "desired", encode(state))

    def order(self, ref: str, lines: list[tuple[str, int]]) -> None:
        """A shop's order."""
        new = NewOrder(
            ref=ref,
            customer="",
            country="",
            placed_us=self._now_us(),
            lines=tuple(OrderedLine(sku=sku, units=units) for sku, units in lines),
        )
        self._call("shop", lambda tx: receive_order(tx, new))

    def release(self) -> None:
        """A picker has loaded a cart: bins are reserved, the totes stand on it, the lights may go on."""

        def go(tx: Tx) -> None:
            operator_id = tx.connection.execute(text("SELECT MIN(id) FROM operator")).scalar_one()
            batch_id = plan_batch(
                tx, self.policy, station="induct", cart="CART-1", operator_id=operator_id, colour="blue"
            )
            if batch_id is None:
                return
            for load_id, *_ in tasks.loads(tx.connection, batch_id):
                tasks.set_load(tx, load_id, tote_id=places.make(tx, f"T{load_id}", "tote"), state="picking")
            tasks.set_batch(tx, batch_id, state="picking", inducted_us=tx.now_us)
            for station in tasks.stations_of_batch(tx.connection, batch_id):
                tx.changed("task", station=station)

        self._call("induct", go)

    def violations(self, *, folds: bool) -> list[str]:
        """Invariants that do not hold now."""
        with self.engine.begin() as connection:
            if folds:
                found = verify(connection)
            else:
                found = {name: check(connection) for name, check in CHECKS.items() if name not in FOLDS}
        return [f"{v.invariant}: {v.detail}" for wrong in found.values() for v in wrong]

    def committed(self, device: str, journal: str) -> int:
        """Up to which fact of a station the hub holds everything."""
        with self.engine.begin() as connection:
            return inbox.watermark(connection, device, journal)

    def book(self) -> dict[str, int]:
        """Units in each bin by the book."""
        with self.engine.begin() as connection:
            rows = connection.execute(
                text(
                    "SELECT l.name, COALESCE(SUM(b.on_hand), 0) AS units FROM location l"
                    " LEFT JOIN balance b ON b.location_id = l.id WHERE l.kind = 'bin' GROUP BY l.id"
                )
            )
            return {row.name: int(row.units) for row in rows}

    def unfinished(self) -> dict[str, int]:
        """What is still to be done, or waits."""
        with self.engine.begin() as connection:
            row = connection.execute(
                text(
                    "SELECT (SELECT COUNT(*) FROM task WHERE state IN ('open', 'recalled')) AS tasks,"
                    " (SELECT COUNT(*) FROM fact WHERE state IN ('waiting', 'quarantined')) AS facts"
                )
            ).one()
            return dict(row._mapping)

    def set_aside(self) -> list[str]:
        """Why facts wait or were quarantined, and which tasks are open."""
        with self.engine.begin() as connection:
            facts = connection.execute(
                text("SELECT type, state, detail FROM fact WHERE state IN ('waiting', 'quarantined')")
            )
            found = [f"{row.type} {row.state}: {row.detail}" for row in facts]
            open_ = connection.execute(
                text("SELECT kind, station, state, units FROM task WHERE state IN ('open', 'recalled')")
            )
            return found + [str(tuple(row)) for row in open_]

    def _call(self, who: str, job: Callable[[Tx], object]) -> object:
        return self.writer.call(Actor(who, "simulation"), job)

    def _set_up(self, tx: Tx, bins: dict[str, tuple[str, str, int]]) -> None:
        setup.add_places(tx, [])
        setup.add_operator(tx, "BADGE-sim", "Sim", "picker", "blue")
        supplier = setup.add_supplier(tx, "Supplier", 1)
        stocks: dict[str, StockKey] = {}
        for number, (_, sku, _) in enumerate(bins.values()):
            if sku not in stocks:
                stocks[sku] = setup.add_sku(tx, _columns(sku, f"{number:014d}", supplier))
        for name, (station, sku, units) in bins.items():
            setup.add_bin(tx, name, station, stocks[sku].sku_id, 0, 0)
            if units:
                setup.put_in(tx, stocks[sku], units, name, Cause(reason="go_live"))


def _columns(sku: str, gtin: str, supplier_id: int) -> dict[str, object]:
    return {
        "code": sku, "description": sku, "gtin": gtin, "unit_mg": 50_000, "spread_mg": 0, "length_mm": 50,
        "width_mm": 50, "height_mm": 50, "supplier_id": supplier_id, "price_minor": 1, "cost_minor": 1,
        "reorder_point_units": 0, "reorder_units": 1,
    }  # fmt: skip

"""The real handlers, storage and writer over a database of their own, benches and bays told event by event."""

import random
from typing import Any

import msgspec
from sqlalchemy import text

from edge.contract.codec import encode
from edge.contract.events import (
    ButtonPressed,
    Envelope,
    Event,
    Recorded,
    SymbolScanned,
    UnitsCounted,
    UnitsPicked,
    WeightMeasured,
)
from edge.contract.state import PrintJob, Prompt
from hub.domain.cartons import Carton
from hub.domain.gtin import check_digit, ean13
from hub.domain.ordered_line import OrderedLine
from hub.domain.rates import Area, Band, Service, Zone
from hub.flows import FLOWS, handlers_of, idle_sessions
from hub.handlers import counts
from hub.handlers.benches import BenchDesk
from hub.handlers.facts import FactTaker
from hub.handlers.late import after_a_count
from hub.handlers.orders import NewOrder, receive_order
from hub.handlers.policy import Policy
from hub.ids import Ids
from hub.storage import benches, purchasing, setup
from hub.storage.ledger import Cause
from hub.storage.transaction import Tx
from hub.storage.verify import verify
from hub.storage.writer import Actor, Writer
from tests.databases import open_fresh

BOX = Carton(
    name="M",
    length_mm=300,
    width_mm=200,
    height_mm=200,
    tare_mg=100_000,
    tare_spread_mg=1_000,
    load_max_mg=20_000_000,
    cost_minor=10,
)
POST = Service(
    name="Post",
    zones=(Zone(area=Area(countries=("Norway",)), bands=(Band(up_to_mg=10_000_000, price_minor=500),)),),
    side_max_mm=1_000,
    girth_max_mm=2_000,
)
UNIT_MG = 100_000
BENCHES = {"induct-1": "induct", "pack-1": "pack", "pack-2": "pack", "dock-1": "dock", "dock-2": "dock"}
SKUS = ("RED", "BLUE")


class PlayedBenches:
    """One site: a bay of two bins (20 RED, 20 BLUE), six totes, two carts, five benches, two pickers."""

    def __init__(self, **policy: Any) -> None:
        self.engine = open_fresh()
        self.clock_us = 1_700_000_000_000_000
        rng = random.Random(1)
        site_id, client_id, generation, _ = setup.found_site(self.engine, "played", "client", self.clock_us)
        self.writer = Writer(
            self.engine,
            now_us=lambda: self.clock_us,
            ids=Ids(lambda: self.clock_us, rng),
            site_id=site_id,
            client_id=client_id,
        )
        shape: dict[str, Any] = {"cart_totes": 2, "carts": ("CART-1", "CART-2"), "cartons": (BOX,), "services": (POST,)}
        shape |= {"site": "played", "benches": tuple(BENCHES.items()), "bays": ("bay-1",)}
        self.policy = Policy(**(shape | policy))
        self.desk = BenchDesk(FLOWS, self.policy)
        self.taker = FactTaker(
            handlers_of(self.desk),
            generation=generation,
            business_us=lambda us: us,
            on_new_journal=counts.suspect_station,
            on_doubt=counts.suspect_bin,
            on_overdue=counts.book_unexplained,
            on_late=after_a_count,
        )
        self._seqs: dict[str, int] = {}
        self.call(self._set_up)

    def _set_up(self, tx: Tx) -> None:
        setup.add_places(tx, [f"TOTE-{n}" for n in range(1, 7)])
        setup.add_operator(tx, "BADGE-ana", "Ana", "picker", "blue")
        setup.add_operator(tx, "BADGE-bo", "Bo", "picker", "green")
        supplier = setup.add_supplier(tx, "Supplier", 1)
        for name, kind in BENCHES.items():
            setup.add_bench(tx, name, kind, idle_sessions()[kind])
        for number, code in enumerate(SKUS, 1):
            stock = setup.add_sku(tx, sku_columns(code, gtin_of(code), supplier))
            setup.add_bin(tx, f"bay-1/{number}", "bay-1", stock.sku_id, 0, 0)
            setup.put_in(tx, stock, 20, f"bay-1/{number}", Cause(reason="go_live"))

    # -- what the world does -------------------------------------------------------------------------------

    def call(self, job: Any) -> Any:
        """Run a job in the writer."""
        return self.writer.call(Actor("test", "test"), job)

    def order(self, ref: str, country: str = "Norway", **units: int) -> None:
        """A shop's order of units by SKU."""
        lines = tuple(OrderedLine(sku=sku, units=n) for sku, n in units.items())
        new = NewOrder(ref=ref, customer="Kari", country=country, placed_us=self.clock_us, lines=lines)
        self.call(lambda tx: receive_order(tx, new))

    def purchase(self, **units: int) -> str:
        """A purchase order of units by SKU; its number."""
        ids = {row["code"]: row["id"] for row in self.rows("SELECT id, code FROM sku")}
        lines = [(ids[sku], n) for sku, n in units.items()]
        number: str = self.call(lambda tx: purchasing.insert_order(tx, 1, tx.now_us + 1, lines))
        return number

    def tell(
        self, device: str, event: Event | bytes, journal: str = "journal", *, board: str = "", claim: int = 0
    ) -> Envelope:
        """A station says something; the message, to be sent again."""
        key = f"{device} {journal}"
        seq = self._seqs[key] = self._seqs.get(key, 0) + 1
        recorded = Recorded(
            seq=seq,
            wall_us=self.clock_us,
            monotonic_us=seq,
            boot_id="boot",
            clock_synced=True,
            event=msgspec.Raw(event if isinstance(event, bytes) else encode(event)),
        )
        self.clock_us += 1_000_000
        envelope = Envelope(device=device, journal=journal, events=(recorded,), board=board, claim=claim)
        self.take(envelope)
        return envelope

    def take(self, envelope: Envelope) -> None:
        """A message comes to the hub."""
        self.call(lambda tx: self.taker.take(tx, envelope))

    def scan(self, bench: str, symbol: str) -> Prompt:
        """Show a symbol to a bench; what it asks then."""
        self.tell(bench, SymbolScanned(step=self.prompt(bench).step, text=symbol, symbology="Code128", aim="]C1"))
        return self.prompt(bench)

    def count(self, bench: str, units: int) -> Prompt:
        """Confirm a number at a bench."""
        asked = self.prompt(bench)
        self.tell(bench, UnitsCounted(step=asked.step, units=units, units_asked=asked.units))
        return self.prompt(bench)

    def weigh(self, bench: str, weight_mg: int) -> Prompt:
        """Put something on a bench's scale."""
        self.tell(bench, WeightMeasured(step=self.prompt(bench).step, weight_mg=weight_mg, division_mg=1_000))
        return self.prompt(bench)

    def problem(self, bench: str) -> Prompt:
        """Press a bench's problem button."""
        self.tell(bench, ButtonPressed(step=self.prompt(bench).step, button="problem"))
        return self.prompt(bench)

    def confirm(self, bench: str) -> Prompt:
        """Press a bench's confirm button."""
        self.tell(bench, ButtonPressed(step=self.prompt(bench).step, button="confirm"))
        return self.prompt(bench)

    # -- whole stretches of work ---------------------------------------------------------------------------

    def load_cart(self, *totes: str, badge: str = "BADGE-ana", cart: str = "CART-1") -> Prompt:
        """A picker signs on, takes a cart and loads totes."""
        shown = self.prompt("induct-1")
        for symbol in (badge, cart, *totes):
            shown = self.scan("induct-1", symbol)
        return shown

    def pick_all(self) -> None:
        """Every lit pick is confirmed in full."""
        for row in self.rows(
            "SELECT t.public, t.station, p.name AS bin, t.units FROM task t JOIN location p ON p.id = t.bin_id"
            " JOIN tote_load l ON l.id = t.load_id JOIN batch b ON b.id = l.batch_id AND b.state = 'picking'"
            " WHERE t.kind = 'pick' AND t.state = 'open' ORDER BY t.id"
        ):
            self.tell(
                row["station"],
                UnitsPicked(
                    task=row["public"], bin=row["bin"], units=row["units"], units_asked=row["units"], by="button"
                ),
            )

    def picked_tote(self, ref: str, country: str = "Norway", *, tote: str = "TOTE-1", **units: int) -> str:
        """An order, picked into a tote; the tote."""
        self.order(ref, country, **units)
        self.load_cart(tote)
        self.pick_all()
        return tote

    def check_items(self, bench: str, **units: int) -> Prompt:
        """Scan and count SKUs at a bench."""
        shown = self.prompt(bench)
        for sku, n in units.items():
            self.scan(bench, self.symbol(sku))
            shown = self.count(bench, n)
        return shown

    # -- what is to be seen --------------------------------------------------------------------------------

    def symbol(self, sku: str) -> str:
        """The symbol on a unit."""
        return symbol_of(sku)

    def prompt(self, bench: str) -> Prompt:
        """What a bench asks."""
        with self.engine.begin() as connection:
            shown = self.desk.prompt(connection, bench)
        assert shown is not None
        return shown

    def jobs(self, bench: str) -> list[PrintJob]:
        """The labels that a bench is to print."""
        with self.engine.begin() as connection:
            return [PrintJob(job=job, zpl=zpl) for job, zpl in benches.jobs(connection, bench)]

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """The rows of a query."""
        with self.engine.begin() as connection:
            return [dict(row._mapping) for row in connection.execute(text(sql))]

    def line(self, ref: str) -> dict[str, int]:
        """Where the units of an order are, without the zeros."""
        [row] = self.rows(
            "SELECT SUM(promised) AS promised, SUM(reserved) AS reserved, SUM(picked) AS picked, SUM(packed) AS packed,"
            " SUM(shipped) AS shipped, SUM(backordered) AS backordered FROM order_line l"
            f" JOIN customer_order o ON o.id = l.order_id WHERE o.ref = '{ref}'"
        )
        return {name: units for name, units in row.items() if units}

    def exceptions(self) -> list[str]:
        """The kinds of the open exceptions."""
        return [row["kind"] for row in self.rows("SELECT kind FROM exception WHERE closed_us IS NULL ORDER BY id")]

    def facts_set_aside(self) -> int:
        """Facts in quarantine."""
        return int(self.rows("SELECT COUNT(*) AS n FROM fact WHERE state = 'quarantined'")[0]["n"])

    def sound(self) -> bool:
        """Whether every invariant of the ledger holds."""
        with self.engine.begin() as connection:
            found = verify(connection)
        assert not any(found.values()), found
        return True


def gtin_of(sku: str) -> str:
    """An SKU's GTIN in 14 digits."""
    digits = f"0{SKUS.index(sku) + 1:012d}"
    return digits + check_digit(digits)


def symbol_of(sku: str) -> str:
    """The symbol on a unit."""
    return ean13(gtin_of(sku))


def sku_columns(sku: str, gtin: str, supplier_id: int) -> dict[str, object]:
    """What is known of an SKU."""
    return {
        "code": sku, "description": sku.lower(), "gtin": gtin, "unit_mg": UNIT_MG, "spread_mg": 1_000,
        "length_mm": 50, "width_mm": 50, "height_mm": 50, "supplier_id": supplier_id, "price_minor": 1,
        "cost_minor": 1, "reorder_point_units": 0, "reorder_units": 1,
    }  # fmt: skip

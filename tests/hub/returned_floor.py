"""A floor that has shipped orders at a price, to which goods come back."""

from typing import Any

from edge.contract.events import Gs1Said, SymbolScanned, UnitsPutAway
from edge.contract.state import Prompt
from hub.domain.ordered_line import OrderedLine
from hub.domain.return_terms import Grade, Wanted
from hub.domain.terms import Delivery
from hub.handlers.authorising import AskedLine, AskedReturn, Authorised, authorise
from hub.handlers.grading import Verdict, grade
from hub.handlers.orders import NewOrder, receive_order
from hub.storage import refunds, return_items, returns
from hub.storage.refunds import RefundRow
from hub.storage.return_items import ItemRow
from hub.storage.returns import ReturnLine, ReturnRow
from tests.hub.played_benches import UNIT_MG, PlayedBenches

PRICES = {"RED": 500, "BLUE": 333}
FREIGHT_MINOR = 500
"""Of each parcel."""
DAY_US = 86_400_000_000
DOCK = "dock-1"


class ReturnedFloor(PlayedBenches):
    """As the played benches; every order has prices and an address."""

    def order(self, ref: str, country: str = "Norway", **units: int) -> None:
        """A shop's order of units by SKU, at :data:`PRICES`."""
        new = NewOrder(
            ref=ref,
            customer="Kari",
            country=country,
            placed_us=self.clock_us,
            lines=tuple(OrderedLine(sku=sku, units=n, price_minor=PRICES[sku]) for sku, n in units.items()),
            delivery=Delivery(name="Kari", street="Storgata 1", city="Oslo", email="kari@example.org"),
        )
        self.call(lambda tx: receive_order(tx, new))

    def shipped(self, ref: str, tote: str = "TOTE-1", **units: int) -> None:
        """An order that has left, in one parcel."""
        self.picked_tote(ref, tote=tote, **units)
        self.scan("pack-1", tote)
        self.check_items("pack-1", **units)
        label = self.weigh("pack-1", 100_000 + sum(units.values()) * UNIT_MG)
        self.scan("pack-1", label.expected[0])

    def authorised(
        self, ref: str, *lines: tuple[int, int, str], wanted: Wanted = "refund", exchange: tuple[OrderedLine, ...] = ()
    ) -> str:
        """A return of (line, units, reason); its number."""
        asked = AskedReturn(
            lines=tuple(AskedLine(line=line, units=units, reason=reason) for line, units, reason in lines),
            wanted=wanted,
            exchange=exchange,
        )
        made: Authorised = self.call(lambda tx: authorise(tx, self.policy, ref, asked, by="shop test", origin="shop"))
        return made.number

    def came(self, symbol: str, **units: int) -> Prompt:
        """A parcel is opened at the dock by what is scanned first, each item scanned and counted; what it asks then."""
        shown = self.scan(DOCK, symbol)
        for sku, n in units.items():
            self.scan(DOCK, self.symbol(sku))
            shown = self.count(DOCK, n)
        return shown

    def scan_lot(self, sku: str, lot: str, expiry: str = "") -> Prompt:
        """Scan a unit at the dock whose label says its lot."""
        said = Gs1Said(gtin=f"0{self.symbol(sku)}", lot=lot, expiry=expiry)
        step = self.prompt(DOCK).step
        self.tell(DOCK, SymbolScanned(step=step, text=f"01{said.gtin}", symbology="DataMatrix", aim="]d2", gs1=said))
        return self.prompt(DOCK)

    def graded(self, number: str, to: Grade, units: int | None = None, by: str = "Grete", note: str = "") -> str:
        """The first item of a return that nobody has looked at gets a grade; its public id."""
        item = next(one for one in self.items(number) if one.left)
        said = Verdict(units=units or item.left, grade=to, by=by, note=note)
        public: str = self.call(lambda tx: grade(tx, self.policy, item.id, said))
        return public

    def put_away(self) -> None:
        """Every put-away that is lit is done."""
        for row in self.rows(
            "SELECT t.public, t.station, p.name AS bin, t.units FROM task t JOIN location p ON p.id = t.bin_id"
            " WHERE t.kind = 'put' AND t.state = 'open' ORDER BY t.id"
        ):
            self.tell(
                row["station"],
                UnitsPutAway(
                    task=row["public"], bin=row["bin"], units=row["units"], units_asked=row["units"], by="button"
                ),
            )

    # -- what is to be seen --------------------------------------------------------------------------------

    def a_return(self, number: str) -> ReturnRow:
        """A return by its number."""
        with self.engine.begin() as connection:
            found = returns.by_number(connection, number)
        assert found is not None
        return found

    def return_lines(self, number: str) -> list[ReturnLine]:
        """Its lines."""
        return_id = self.a_return(number).id
        with self.engine.begin() as connection:
            return returns.lines(connection, return_id)

    def stage(self, number: str) -> str:
        """Where it is."""
        return returns.stage(self.return_lines(number))

    def items(self, number: str) -> list[ItemRow]:
        """What came of it."""
        return_id = self.a_return(number).id
        with self.engine.begin() as connection:
            return return_items.items_of(connection, return_id)

    def refunds(self, number: str) -> list[RefundRow]:
        """What is paid back for it."""
        return_id = self.a_return(number).id
        with self.engine.begin() as connection:
            return refunds.of_return(connection, return_id)

    def at(self, place: str) -> dict[str, int]:
        """Units on hand at a place by SKU."""
        rows = self.rows(
            "SELECT s.code, SUM(b.on_hand) AS units FROM balance b JOIN location l ON l.id = b.location_id"
            f" JOIN sku s ON s.id = b.sku_id WHERE l.name = '{place}' AND b.on_hand <> 0 GROUP BY s.code"
        )
        return {row["code"]: int(row["units"]) for row in rows}

    def moves(self, reason: str) -> list[tuple[str, int, str, str]]:
        """(SKU, units, from, to) of the transfers that were made for a reason."""
        rows = self.rows(
            "SELECT s.code, t.units, a.name AS a, b.name AS b FROM transfer t JOIN sku s ON s.id = t.sku_id"
            " JOIN location a ON a.id = t.from_id JOIN location b ON b.id = t.to_id"
            f" WHERE t.reason = '{reason}' ORDER BY t.id"
        )
        return [(row["code"], row["units"], row["a"], row["b"]) for row in rows]

    def available(self, sku: str) -> int:
        """Units that may be promised."""
        from hub.storage import orders

        [row] = self.rows(f"SELECT id FROM sku WHERE code = '{sku}'")
        found: Any = self.call(lambda tx: orders.available(tx, row["id"]))
        return int(found)

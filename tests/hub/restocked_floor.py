"""A floor whose stock is reviewed as the running hub does it: counted, forecast, proposed; with real SKUs if wanted."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from edge.contract.events import UnitsPutAway
from hub.domain.business_day import date_of, day_of
from hub.domain.gtin import check_digit, ean13
from hub.flows import idle_sessions
from hub.handlers.demand_history import Imported, import_history
from hub.restocking import Restocking
from hub.storage import backorders, buying, setup
from hub.storage.buying import SkuTerms, SupplierTerms
from hub.storage.ledger import Cause
from hub.storage.transaction import Tx
from tests.hub.played_benches import BENCHES, UNIT_MG, PlayedBenches

DAY_US = 86_400_000_000
HOUR_US = 3_600_000_000
MONDAY_US = 1_700_474_400_000_000
"""2023-11-20 10:00 UTC."""
LEAD_HOURS = 24
"""Three working days."""
COST_MINOR = 200


class RestockedFloor(PlayedBenches):
    """A bay with a bin for each SKU, one supplier, everything bought by the forecast.

    Args:
        skus: their codes.
        units: of each that lie there.
        policy: what the site's files would say otherwise.
    """

    def __init__(self, skus: Sequence[str] = ("RED", "BLUE"), units: int = 20, **policy: Any) -> None:
        self._skus = tuple(skus)
        self._units = units
        super().__init__(**policy)
        self.clock_us = MONDAY_US
        self.ids = {row["code"]: row["id"] for row in self.rows("SELECT id, code FROM sku")}
        [site] = self.rows("SELECT id FROM site")
        self.site_id = int(site["id"])
        self.restocking = Restocking(self.engine, self.writer, self.policy, self.site_id)

    def _set_up(self, tx: Tx) -> None:
        setup.add_places(tx, [f"TOTE-{n}" for n in range(1, 7)])
        setup.add_operator(tx, "BADGE-ana", "Ana", "picker", "blue")
        supplier = setup.add_supplier(tx, "Supplier", LEAD_HOURS * HOUR_US)
        for name, kind in BENCHES.items():
            setup.add_bench(tx, name, kind, idle_sessions()[kind])
        for number, code in enumerate(self._skus, 1):
            values: dict[str, object] = {
                "code": code, "description": code.lower(), "gtin": self._gtin(code), "unit_mg": UNIT_MG,
                "spread_mg": 1_000, "length_mm": 20, "width_mm": 20, "height_mm": 20, "supplier_id": supplier,
                "price_minor": 500, "cost_minor": COST_MINOR, "reorder_point_units": 0, "reorder_units": 1,
            }  # fmt: skip
            stock = setup.add_sku(tx, values)
            buying.set_sku_terms(tx, stock.sku_id, SkuTerms(fixed=False))
            setup.add_bin(tx, f"bay-1/{number}", "bay-1", stock.sku_id, 0, 0)
            if self._units:
                setup.put_in(tx, stock, self._units, f"bay-1/{number}", Cause(reason="go_live"))

    def _gtin(self, code: str) -> str:
        digits = f"0{self._skus.index(code) + 1:012d}"
        return digits + check_digit(digits)

    def symbol(self, sku: str) -> str:
        return ean13(self._gtin(sku))

    # -- the world -----------------------------------------------------------------------------------------

    def terms(self, sku: str, **terms: Any) -> None:
        """How an SKU is bought."""
        self.call(lambda tx: buying.set_sku_terms(tx, self.ids[sku], replace(SkuTerms(fixed=False), **terms)))

    def supplier(self, **terms: Any) -> None:
        """How the supplier is ordered from."""
        self.call(lambda tx: buying.set_supplier_terms(tx, 1, SupplierTerms(**terms)))

    def history(self, days: int, **daily: int) -> Imported:
        """So many units of each SKU were asked for on each of the last days before today."""
        rows = [
            (sku, self.today - timedelta(days=n), units) for n in range(1, days + 1) for sku, units in daily.items()
        ]
        found: Imported = self.call(lambda tx: import_history(tx, self.policy, rows))
        return found

    def review(self) -> list[str]:
        """The stock is reviewed as the hub's timer does it."""
        return self.restocking.review(self.clock_us)

    def deliver(self, number: str, **units: int) -> None:
        """A delivery comes, is counted and lies on its plate, which is scanned."""
        self.scan("dock-1", number)
        if self.check_items("dock-1", **units).title.endswith("to go)"):
            self.problem("dock-1")
        if self.prompt("dock-1").title.startswith("Stick"):
            self.scan("dock-1", f"PLATE-{number}")

    def put_all_away(self) -> None:
        """Every lit put-away is done in full."""
        for row in self.rows(
            "SELECT t.public, p.name AS bin, t.units FROM task t JOIN location p ON p.id = t.bin_id"
            " WHERE t.kind = 'put' AND t.state = 'open' ORDER BY t.id"
        ):
            self.tell(
                "bay-1",
                UnitsPutAway(
                    task=row["public"], bin=row["bin"], units=row["units"], units_asked=row["units"], by="button"
                ),
            )

    # -- what is to be seen --------------------------------------------------------------------------------

    @property
    def today(self) -> date:
        """The business day."""
        return date_of(day_of(self.clock_us, self.policy.zone))

    def asked(self, sku: str) -> dict[str, int]:
        """Units asked for of an SKU by day, as they were counted."""
        rows = self.rows(
            "SELECT day, SUM(units) AS units FROM daily_demand"
            f" WHERE sku_id = {self.ids[sku]} GROUP BY day ORDER BY day"
        )
        return {date_of(row["day"]).isoformat(): row["units"] for row in rows}

    def ordered(self) -> dict[str, int]:
        """Units on open purchase lines by SKU."""
        rows = self.rows(
            "SELECT s.code, l.ordered FROM purchase_order_line l JOIN sku s ON s.id = l.sku_id WHERE l.open = 1"
        )
        return {row["code"]: row["ordered"] for row in rows}

    def units_in(self, place: str) -> list[int]:
        """Units at a place, of each stock."""
        rows = self.rows(
            "SELECT b.on_hand FROM balance b JOIN location l ON l.id = b.location_id"
            f" WHERE l.name = '{place}' AND b.on_hand > 0"
        )
        return [row["on_hand"] for row in rows]

    def because(self) -> dict[str, str]:
        """Why each SKU was ordered the last time."""
        rows = self.rows(
            "SELECT s.code, w.because FROM purchase_reason w JOIN purchase_order_line l ON l.id = w.line_id"
            " JOIN sku s ON s.id = l.sku_id ORDER BY l.id"
        )
        return {row["code"]: row["because"] for row in rows}

    def waiting(self) -> dict[str, tuple[str, int | None]]:
        """(source, expected date) of what waits, by order."""
        with self.engine.begin() as connection:
            return {row["ref"]: (row["source"], row["expected_us"]) for row in backorders.listed(connection)}

    def purchase_order(self, number: str) -> dict[str, Any]:
        """A purchase order and its proposal."""
        [row] = self.rows(
            "SELECT p.due_us, p.state, r.state AS proposal, r.decided_by, r.value_minor, r.chases FROM purchase_order p"
            f" JOIN proposal r ON r.purchase_order_id = p.id WHERE p.number = '{number}'"
        )
        return row

"""The walled floor in three zones of a bay each: RED and BLUE in A, GREEN in B, GOLD in C."""

from typing import Any

from edge.contract.events import UnitsPicked
from edge.contract.state import BayDesired, Prompt
from hub.domain.gtin import check_digit, ean13
from hub.domain.zones import Zones
from hub.flows import idle_sessions
from hub.handlers.desired import desired_state
from hub.storage import legs, setup
from hub.storage.ledger import Cause
from hub.storage.legs import CartInZones
from hub.storage.transaction import Tx
from tests.hub.played_benches import BENCHES, sku_columns
from tests.hub.walled_floor import WalledFloor

BAY_OF = {"RED": "bay-1/1", "BLUE": "bay-1/2", "GREEN": "bay-2/1", "GOLD": "bay-3/1"}
ZONE_OF = {"bay-1": "A", "bay-2": "B", "bay-3": "C"}


def gtin_of(sku: str) -> str:
    """An SKU's GTIN in 14 digits."""
    digits = f"0{list(BAY_OF).index(sku) + 1:012d}"
    return digits + check_digit(digits)


class ZonedFloor(WalledFloor):
    """Ana and Bo pick; each zone has an induct bench of its own: induct-1, induct-2, induct-3."""

    def __init__(self, mode: Any = "pass", **policy: Any) -> None:
        zones = Zones(
            mode=mode,
            names=("A", "B", "C"),
            of_bay=ZONE_OF,
            of_bench={"induct-1": "A", "induct-2": "B", "induct-3": "C"},
        )
        more = tuple((name, "induct") for name in ("induct-2", "induct-3"))
        benches = (*BENCHES.items(), ("sort-1", "sort"), ("sort-2", "sort"), *more)
        shape = {"benches": benches, "bays": ("bay-1", "bay-2", "bay-3", "wall-1", "wall-2"), "zones": zones}
        carts = tuple(f"CART-{n}" for n in range(1, 5))
        super().__init__(**shape | {"carts": carts, "wall_order_units_max": 0, "wall_tote_orders_max": 2} | policy)
        self.call(self._add_zones)

    def _add_zones(self, tx: Tx) -> None:
        supplier = setup.add_supplier(tx, "Other", 1)
        for code in ("GREEN", "GOLD"):
            stock = setup.add_sku(tx, sku_columns(code, gtin_of(code), supplier))
            name = BAY_OF[code]
            setup.add_bin(tx, name, name.partition("/")[0], stock.sku_id, 0, 0)
            setup.put_in(tx, stock, 20, name, Cause(reason="go_live"))
        for bench in ("induct-2", "induct-3"):
            setup.add_bench(tx, bench, "induct", idle_sessions()["induct"])
        setup.add_operator(tx, "BADGE-cy", "Cy", "picker", "purple")

    # -- what the world does -------------------------------------------------------------------------------

    def sign_on(self, bench: str, *symbols: str) -> Prompt:
        """A badge, and what follows it, is scanned at a bench; what it shows then."""
        shown = self.prompt(bench)
        for symbol in symbols:
            shown = self.scan(bench, symbol)
        return shown

    def follow(self, bay: str, units: int | None = None) -> list[str]:
        """Every lit pick of a bay is confirmed, in full unless told otherwise; their colours."""
        colours = []
        for task in self.lit_at(bay):
            colours.append(task.colour)
            told = task.units if units is None else units
            self.tell(bay, UnitsPicked(task=task.task, bin=task.bin, units=told, units_asked=task.units, by="button"))
        return colours

    def take_to_wall(self, tote: str, *skus: str) -> Prompt:
        """A tote is sorted at wall-1 item by item and found empty; what the bench says."""
        self.scan("sort-1", tote)
        for sku in skus:
            self.sort_item(sku)
        return self.confirm("sort-1")

    def symbol(self, sku: str) -> str:
        """The symbol on a unit."""
        return ean13(gtin_of(sku))

    # -- what is to be seen --------------------------------------------------------------------------------

    def lit_at(self, bay: str) -> list[Any]:
        """The tasks that a bay lights."""
        with self.engine.begin() as connection:
            found = desired_state(connection, bay, generation=1, desk=self.desk, policy=self.policy)
        assert isinstance(found, BayDesired)
        return [task for task in found.tasks if task.kind == "pick" and not task.recalled]

    def dark(self, *bays: str) -> bool:
        """Whether nothing is lit at some bays."""
        return not any(self.lit_at(bay) for bay in bays)

    def carts(self) -> list[CartInZones]:
        """Where the carts are."""
        with self.engine.begin() as connection:
            return legs.carts(connection)

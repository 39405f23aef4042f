"""A floor with two cross-dock lanes beside the bay's bins, and what is told of them."""

from typing import Any

from edge.contract.events import UnitsPicked, UnitsPutAway
from hub.domain.ordered_line import OrderedLine
from hub.domain.terms import Terms
from hub.handlers.orders import NewOrder, OrderReceipt, receive_order
from hub.handlers.put_away import ask_put_away, clear_lanes
from hub.storage import lanes, places, putaway, setup
from hub.storage.ledger import Cause
from hub.storage.transaction import Tx
from tests.hub.played_benches import PlayedBenches

LANES = ("bay-1/8", "bay-1/9")


def add_lanes(tx: Tx, names: tuple[str, ...] = LANES) -> None:
    """Two more bins of the bay, of nobody, that are lanes."""
    for name in names:
        setup.add_bin(tx, name, "bay-1", None, 0, 0)
        bin_id, traits = putaway.traits(tx.connection, tx.site_id)[name]
        putaway.set_traits(tx, bin_id, traits | {"lane": 1})


def put_all(floor: PlayedBenches, units: int | None = None) -> None:
    """Everything that is lit to be put away is, or so many units of each."""
    for task in tasks(floor, "put"):
        put(floor, task, units)


def put(floor: PlayedBenches, task: dict[str, Any], units: int | None = None) -> None:
    """One task is confirmed at its bin."""
    told = task["units"] if units is None else units
    floor.tell(
        task["station"],
        UnitsPutAway(task=task["public"], bin=task["bin"], units=told, units_asked=task["units"], by="button"),
    )


def tasks(floor: PlayedBenches, kind: str) -> list[dict[str, Any]]:
    """The open tasks of a kind, in the order in which they were written."""
    return floor.rows(
        "SELECT t.public, t.station, p.name AS bin, t.units, s.code AS sku, f.name AS source, o.ref FROM task t"
        " JOIN location p ON p.id = t.bin_id JOIN sku s ON s.id = t.sku_id LEFT JOIN location f ON f.id = t.source_id"
        " LEFT JOIN order_line w ON w.id = t.line_id LEFT JOIN customer_order o ON o.id = w.order_id"
        f" WHERE t.kind = '{kind}' AND t.state = 'open' ORDER BY t.id"
    )


class LanedFloor(PlayedBenches):
    """As the played benches, with two lanes; no unit is free, for an order has been promised all of them."""

    def _set_up(self, tx: Tx) -> None:
        super()._set_up(tx)
        add_lanes(tx)

    def sold_out(self) -> None:
        """The order ALL has everything of today."""
        self.order("ALL", RED=20, BLUE=20)

    def ordered(self, ref: str, *, complete: bool = False, priority: int = 0, **units: int) -> OrderReceipt:
        """A shop's order of units by SKU; its receipt."""
        lines = tuple(OrderedLine(sku=sku, units=n) for sku, n in units.items())
        self.clock_us += 1_000_000
        new = NewOrder(
            ref=ref,
            customer="Kari",
            country="Norway",
            placed_us=self.clock_us,
            lines=lines,
            terms=Terms(ship_complete=complete, priority=priority),
        )
        receipt: OrderReceipt = self.call(lambda tx: receive_order(tx, new))
        return receipt

    def came(self, name: str = "PLATE", **units: int) -> None:
        """A plate of goods has come, and its bins are lit."""

        ids = [self.sku_id(sku) for sku in units]

        def go(tx: Tx) -> None:
            plate = places.make(tx, name, "plate", "dock-1")
            stocks = [places.stock_of(tx.connection, sku_id) for sku_id in ids]
            for stock, many in zip(stocks, units.values(), strict=True):
                tx.ledger.move(stock, many, places.virtual(tx, "supplier"), plate, Cause(reason="receive"))
            for stock in stocks:
                ask_put_away(tx, stock, plate)

        self.call(go)

    def sku_id(self, sku: str) -> int:
        """An SKU's id."""
        return int(self.rows(f"SELECT id FROM sku WHERE code = '{sku}' ORDER BY id")[0]["id"])

    def cleared(self) -> int:
        """What nobody waits for in lanes any more is lit for the shelf."""
        return int(self.call(clear_lanes))

    def puts(self) -> list[tuple[str, str, int]]:
        """What is lit to be put away: (SKU, bin, units)."""
        return [(task["sku"], task["bin"], task["units"]) for task in tasks(self, "put")]

    def picks(self) -> list[tuple[str, str, int]]:
        """What is lit to be picked: (order, bin, units)."""
        return [(task["ref"], task["bin"], task["units"]) for task in tasks(self, "pick")]

    def pick(self, ref: str, units: int) -> None:
        """A pick of an order is confirmed."""
        task = next(task for task in tasks(self, "pick") if task["ref"] == ref)
        self.tell(
            task["station"],
            UnitsPicked(task=task["public"], bin=task["bin"], units=units, units_asked=task["units"], by="button"),
        )

    def in_lanes(self) -> list[tuple[str, str, int]]:
        """(lane, SKU, units) of what lies in lanes."""
        return [row for row in self.call(lambda tx: lanes.listed(tx.connection, tx.site_id)) if row[2]]

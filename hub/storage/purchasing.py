"""Purchase orders, and what the stock position of each SKU asks for."""

from dataclasses import dataclass

from sqlalchemy import Connection, text

from hub.storage.transaction import Tx
from hub.storage.work_tables import purchase_order, purchase_order_line


@dataclass(frozen=True, kw_only=True)
class Position:
    """An SKU whose inventory position has fallen to its reorder point and that is not on order."""

    sku_id: int
    supplier_id: int
    supplier: str
    lead_time_us: int
    """In business hours of working days."""
    position: int
    reorder_point_units: int
    reorder_units: int


@dataclass(frozen=True, kw_only=True)
class Expected:
    """One line of a delivery."""

    line_id: int
    sku_id: int
    description: str
    gtin: str
    ordered: int


def to_reorder(tx: Tx) -> list[Position]:
    """SKUs to reorder: position = on hand + on order - promised - backordered, nothing on order yet."""
    rows = tx.connection.execute(
        text(
            "SELECT s.id AS sku_id, s.supplier_id, p.name AS supplier, p.lead_time_us, s.reorder_point_units,"
            " s.reorder_units,"
            " COALESCE(h.free, 0) - COALESCE(pr.promised, 0) - COALESCE(bo.units, 0) AS position"
            " FROM sku s JOIN supplier p ON p.id = s.supplier_id"
            " LEFT JOIN (SELECT b.sku_id, SUM(b.on_hand - b.reserved) AS free FROM balance b"
            "   JOIN location l ON l.id = b.location_id AND l.kind IN ('bin', 'plate', 'putback', 'dock')"
            "   WHERE b.site_id = :site AND b.on_hand > 0 GROUP BY b.sku_id) h ON h.sku_id = s.id"
            " LEFT JOIN promise pr ON pr.sku_id = s.id AND pr.site_id = :site"
            " LEFT JOIN (SELECT sku_id, SUM(backordered) AS units FROM order_line WHERE backordered > 0"
            "   GROUP BY sku_id) bo ON bo.sku_id = s.id"
            " WHERE NOT EXISTS (SELECT 1 FROM purchase_order_line o WHERE o.sku_id = s.id AND o.open = 1)"
            " AND COALESCE(h.free, 0) - COALESCE(pr.promised, 0) - COALESCE(bo.units, 0) <= s.reorder_point_units"
            " ORDER BY s.supplier_id, s.id"
        ),
        {"site": tx.site_id},
    )
    return [Position(**row._mapping) for row in rows]


def insert_order(tx: Tx, supplier_id: int, due_us: int, lines: list[tuple[int, int]]) -> str:
    """Write a purchase order of (SKU, units) lines; its number."""
    number = f"PO-{int(tx.connection.execute(text('SELECT COUNT(*) FROM purchase_order')).scalar_one()) + 1:06d}"
    result = tx.connection.execute(
        purchase_order.insert().values(
            number=number, supplier_id=supplier_id, state="ordered", created_us=tx.now_us, due_us=due_us
        )
    )
    order_id = int(result.inserted_primary_key[0])  # type: ignore[index]
    tx.connection.execute(
        purchase_order_line.insert(),
        [{"purchase_order_id": order_id, "sku_id": sku_id, "ordered": units} for sku_id, units in lines],
    )
    tx.changed("purchase_order", ref=number)
    return number


def find(connection: Connection, number: str) -> tuple[int, str] | None:
    """(id, state) of a purchase order, or None."""
    row = connection.execute(
        text("SELECT id, state FROM purchase_order WHERE number = :number"), {"number": number}
    ).one_or_none()
    return None if row is None else (row.id, row.state)


def lines(connection: Connection, order_id: int) -> list[Expected]:
    """What a purchase order should bring."""
    rows = connection.execute(
        text(
            "SELECT l.id AS line_id, l.sku_id, s.description, s.gtin, l.ordered FROM purchase_order_line l"
            " JOIN sku s ON s.id = l.sku_id WHERE l.purchase_order_id = :order ORDER BY s.code"
        ),
        {"order": order_id},
    )
    return [Expected(**row._mapping) for row in rows]


def set_state(tx: Tx, order_id: int, state: str) -> None:
    """Say how far a delivery is; when received, its lines are on order no more."""
    values: dict[str, object] = {"state": state}
    if state == "received":
        values["received_us"] = tx.now_us
        tx.connection.execute(
            purchase_order_line.update().where(purchase_order_line.c.purchase_order_id == order_id).values(open=0)
        )
    tx.connection.execute(purchase_order.update().where(purchase_order.c.id == order_id).values(**values))
    tx.changed("purchase_order", ref=str(order_id))


def receive(tx: Tx, line_id: int, units: int) -> None:
    """Write down what a line brought."""
    tx.connection.execute(
        purchase_order_line.update().where(purchase_order_line.c.id == line_id).values(received=units)
    )

"""Purchase orders and how far their goods are."""

from dataclasses import dataclass

from sqlalchemy import Connection, text

from hub.storage.transaction import Tx
from hub.storage.work_tables import purchase_order, purchase_order_line


@dataclass(frozen=True, kw_only=True)
class Expected:
    """One line of a delivery."""

    line_id: int
    sku_id: int
    description: str
    gtin: str
    ordered: int


def insert_order(tx: Tx, supplier_id: int, due_us: int, lines: list[tuple[int, int]]) -> str:
    """Write a purchase order of (SKU, units) lines; its number."""
    number = f"PO-{int(tx.connection.execute(text('SELECT COUNT(*) FROM purchase_order')).scalar_one()) + 1:06d}"
    result = tx.connection.execute(
        purchase_order.insert().values(
            number=number, supplier_id=supplier_id, state="ordered", created_us=tx.now_us, due_us=due_us
        )
    )
    order_id = int(result.inserted_primary_key[0])  # type: ignore[index]
    rows = [{"purchase_order_id": order_id, "sku_id": sku_id, "ordered": units} for sku_id, units in lines]
    if rows:
        tx.connection.execute(purchase_order_line.insert(), rows)
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

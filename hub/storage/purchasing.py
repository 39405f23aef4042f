"""Purchase orders and how far their goods are."""

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, text

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
    received: int = 0
    """What earlier deliveries of the order brought."""

    @property
    def rest(self) -> int:
        """What is still to come."""
        return max(0, self.ordered - self.received)


def insert_order(
    tx: Tx, supplier_id: int, due_us: int, lines: list[tuple[int, int]], *, not_counted: frozenset[int] = frozenset()
) -> str:
    """Write a purchase order of (SKU, units) lines; its number.

    ``not_counted``: SKUs that another order brings already; what this one brings of them is not counted on.
    """
    number = f"PO-{int(tx.connection.execute(text('SELECT COUNT(*) FROM purchase_order')).scalar_one()) + 1:06d}"
    result = tx.connection.execute(
        purchase_order.insert().values(
            number=number, supplier_id=supplier_id, state="ordered", created_us=tx.now_us, due_us=due_us
        )
    )
    order_id = int(result.inserted_primary_key[0])  # type: ignore[index]
    rows = [
        {"purchase_order_id": order_id, "sku_id": sku_id, "ordered": units, "open": int(sku_id not in not_counted)}
        for sku_id, units in lines
    ]
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
            "SELECT l.id AS line_id, l.sku_id, s.description, s.gtin, l.ordered, l.received FROM purchase_order_line l"
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
    """Write down what a delivery brought of a line."""
    tx.connection.execute(
        text("UPDATE purchase_order_line SET received = received + :units WHERE id = :line"),
        {"units": units, "line": line_id},
    )


def receive_of(tx: Tx, number: str, sku_id: int, units: int) -> None:
    """Units of an SKU count as what an order brought after all; an order that has no line of it is not changed."""
    tx.connection.execute(
        text(
            "UPDATE purchase_order_line SET received = received + :units WHERE sku_id = :sku"
            " AND purchase_order_id = (SELECT id FROM purchase_order WHERE number = :number)"
        ),
        {"units": units, "sku": sku_id, "number": number},
    )


def wait_for_rest(tx: Tx, order_id: int) -> None:
    """A delivery brought a part: the order waits for the rest, what has come in full is on order no more."""
    tx.connection.execute(
        text("UPDATE purchase_order_line SET open = 0 WHERE purchase_order_id = :order AND received >= ordered"),
        {"order": order_id},
    )
    tx.connection.execute(purchase_order.update().where(purchase_order.c.id == order_id).values(received_us=tx.now_us))
    tx.changed("purchase_order", ref=str(order_id))


def partly_received(connection: Connection, before_us: int) -> list[tuple[int, str]]:
    """(id, number) of orders of which a part came, the last of it before a time."""
    rows = connection.execute(
        text("SELECT id, number FROM purchase_order WHERE state = 'receiving' AND received_us <= :before ORDER BY id"),
        {"before": before_us},
    )
    return [(row.id, row.number) for row in rows]


def supplier_of(connection: Connection, order_id: int) -> tuple[int, str]:
    """(id, name) of an order's supplier."""
    row = connection.execute(
        text("SELECT s.id, s.name FROM purchase_order p JOIN supplier s ON s.id = p.supplier_id WHERE p.id = :order"),
        {"order": order_id},
    ).one()
    return row.id, row.name


def on_order(connection: Connection, sku_ids: list[int]) -> frozenset[int]:
    """Of these SKUs those that an open line of some order brings."""
    rows = connection.execute(
        text("SELECT sku_id FROM purchase_order_line WHERE open = 1 AND sku_id IN :skus").bindparams(
            bindparam("skus", expanding=True)
        ),
        {"skus": sku_ids},
    )
    return frozenset(row.sku_id for row in rows)

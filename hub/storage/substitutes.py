"""Substitutes: what lines accept, and the lines that took another's place."""

from sqlalchemy import Connection, text

from hub.storage.substitute_tables import accepted_substitute, substitution
from hub.storage.transaction import Tx
from hub.storage.work_tables import order_line


def accept(tx: Tx, line_id: int, sku_id: int) -> None:
    """Note that a line takes an SKU instead of its own, after those that it takes already; once."""
    known = accepted(tx.connection, line_id)
    if sku_id not in known:
        values = {"line_id": line_id, "sku_id": sku_id, "rank": len(known)}
        tx.connection.execute(accepted_substitute.insert().values(**values))


def accepted(connection: Connection, line_id: int) -> list[int]:
    """The SKUs that a line takes instead of its own, the first offered first."""
    found = connection.execute(
        text("SELECT sku_id FROM accepted_substitute WHERE line_id = :line ORDER BY rank"), {"line": line_id}
    )
    return list(found.scalars())


def insert_line(tx: Tx, for_line_id: int, sku_id: int, units: int) -> int:
    """Write a line of promised units that takes the place of units of another, at that one's price; its id."""
    row = tx.connection.execute(
        text(
            "SELECT l.order_id, l.price_minor, (SELECT MAX(o.line) FROM order_line o WHERE o.order_id = l.order_id)"
            " AS last FROM order_line l WHERE l.id = :line"
        ),
        {"line": for_line_id},
    ).one()
    values = {
        "order_id": row.order_id,
        "line": row.last + 1,
        "sku_id": sku_id,
        "ordered": units,
        "promised": units,
        "price_minor": row.price_minor,
    }
    made = tx.connection.execute(order_line.insert().values(**values)).inserted_primary_key
    line_id = int(made[0])  # type: ignore[index]
    taken = {"line_id": line_id, "for_line_id": for_line_id, "made_us": tx.now_us}
    tx.connection.execute(substitution.insert().values(**taken))
    return line_id

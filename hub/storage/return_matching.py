"""Finding the order that goods came from, where only the customer and the item are known."""

from dataclasses import dataclass

from sqlalchemy import Connection, text


@dataclass(frozen=True, kw_only=True)
class Bought:
    """A line by which a customer once bought an item."""

    ref: str
    """Of the order."""
    line: int
    ordered: int
    left: int
    """Units that were shipped and have not come back."""


def bought_before(connection: Connection, client_id: int, customer: str, sku: str, before_us: int) -> list[Bought]:
    """Lines by which a customer bought an SKU until a time, the newest first."""
    rows = connection.execute(
        text(
            "SELECT o.ref, l.line, l.ordered, l.shipped - COALESCE(r.units, 0) AS left_units FROM sku s"
            " JOIN order_line l ON l.sku_id = s.id JOIN customer_order o ON o.id = l.order_id"
            " LEFT JOIN returned_units r ON r.order_line_id = l.id WHERE s.client_id = :client AND s.code = :sku"
            " AND o.customer = :customer AND o.placed_us <= :before ORDER BY o.placed_us DESC, o.id DESC, l.line"
        ),
        {"client": client_id, "sku": sku, "customer": customer, "before": before_us},
    )
    return [Bought(ref=row.ref, line=row.line, ordered=row.ordered, left=row.left_units) for row in rows]

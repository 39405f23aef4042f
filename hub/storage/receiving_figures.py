"""What a receiver looks at: orders of which a part has come, and what lies on plates."""

from typing import Any

from sqlalchemy import Connection, text


def partly_received(connection: Connection) -> list[dict[str, Any]]:
    """Orders of which a part has come, with the units that are still to come."""
    rows = connection.execute(
        text(
            "SELECT p.number, s.name AS supplier, SUM(l.received) AS received, SUM(l.ordered) AS ordered,"
            " SUM(CASE WHEN l.ordered > l.received THEN l.ordered - l.received ELSE 0 END) AS rest"
            " FROM purchase_order p JOIN supplier s ON s.id = p.supplier_id"
            " JOIN purchase_order_line l ON l.purchase_order_id = p.id"
            " WHERE p.state = 'receiving' AND p.received_us IS NOT NULL GROUP BY p.id, p.number, s.name ORDER BY p.id"
        )
    )
    names = ("received", "ordered", "rest")
    return [dict(row._mapping) | {name: int(row._mapping[name]) for name in names} for row in rows]


def plates(connection: Connection, limit: int = 100) -> list[dict[str, Any]]:
    """What lies on plates, and how much of it is lit to be put away."""
    rows = connection.execute(
        text(
            "SELECT q.name AS plate, s.code AS sku, s.description, q.units, COALESCE((SELECT SUM(k.units) FROM task k"
            "  WHERE k.source_id = q.id AND k.sku_id = q.sku_id AND k.kind = 'put' AND k.state = 'open'), 0) AS lit"
            " FROM (SELECT p.id, p.name, b.sku_id, SUM(b.on_hand) AS units FROM location p"
            "  JOIN balance b ON b.location_id = p.id AND b.on_hand > 0 WHERE p.kind = 'plate'"
            "  GROUP BY p.id, p.name, b.sku_id) q JOIN sku s ON s.id = q.sku_id ORDER BY q.id, s.code LIMIT :limit"
        ),
        {"limit": limit},
    )
    return [dict(row._mapping) | {"units": int(row.units), "lit": int(row.lit)} for row in rows]

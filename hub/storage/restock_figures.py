"""What a buyer looks at: an SKU's stock, what is on order of it, and why it was ordered."""

from typing import Any

from sqlalchemy import Connection, text

from hub.storage.clients import OF_PURCHASE
from hub.storage.proposals import IS_COMING, STAGE


def sku_stand(connection: Connection, site_id: int, client_id: int, code: str) -> dict[str, Any] | None:
    """How an SKU stands; None: there is none of that code."""
    row = connection.execute(
        text(
            "SELECT s.id, s.code, (SELECT k.key FROM client k WHERE k.id = s.client_id) AS client,"
            " s.description, s.supplier_id, s.reorder_point_units, s.reorder_units,"
            " COALESCE(t.fixed, 1) AS fixed, COALESCE(t.stop_sell, 0) AS stop_sell, t.shelf_life_days,"
            " COALESCE(t.pack_units, 1) AS pack_units, COALESCE(t.order_units_min, 1) AS order_units_min,"
            " COALESCE((SELECT SUM(b.on_hand - b.reserved) FROM balance b JOIN location l ON l.id = b.location_id"
            "  AND (l.kind IN ('bin', 'plate', 'putback', 'dock') OR (l.kind = 'stage' AND l.station IS NOT NULL))"
            "  WHERE b.site_id = :site AND b.sku_id = s.id"
            "  AND b.on_hand > 0), 0) AS on_hand,"
            " COALESCE((SELECT SUM(p.promised) FROM promise p WHERE p.site_id = :site AND p.sku_id = s.id), 0)"
            "  AS promised,"
            " COALESCE((SELECT SUM(l.backordered) FROM order_line l WHERE l.sku_id = s.id AND l.backordered > 0), 0)"
            "  AS backordered"
            " FROM sku s LEFT JOIN restock_terms t ON t.sku_id = s.id"
            " WHERE s.client_id = :client AND s.code = :code"
        ),
        {"site": site_id, "client": client_id, "code": code},
    ).one_or_none()
    return None if row is None else dict(row._mapping)


def on_order(connection: Connection, sku_id: int) -> list[dict[str, Any]]:
    """What suppliers will bring of an SKU, the earliest first."""
    rows = connection.execute(
        text(
            f"SELECT p.number, p.due_us, l.ordered - l.received AS units, {STAGE} AS stage"
            " FROM purchase_order_line l JOIN purchase_order p ON p.id = l.purchase_order_id"
            f" LEFT JOIN proposal r ON r.purchase_order_id = p.id WHERE l.sku_id = :sku AND l.open = 1 AND {IS_COMING}"
            " ORDER BY p.due_us, p.id"
        ),
        {"sku": sku_id},
    )
    return [dict(row._mapping) for row in rows]


def reasons(connection: Connection, sku_id: int, limit: int = 10) -> list[dict[str, Any]]:
    """Why an SKU was ordered, the last time first."""
    rows = connection.execute(
        text(
            f"SELECT p.number, p.created_us, p.due_us, p.received_us, {STAGE} AS stage, l.ordered, l.received,"
            " w.because, w.cost_minor FROM purchase_order_line l JOIN purchase_order p ON p.id = l.purchase_order_id"
            " LEFT JOIN proposal r ON r.purchase_order_id = p.id JOIN purchase_reason w ON w.line_id = l.id"
            " WHERE l.sku_id = :sku ORDER BY l.id DESC LIMIT :limit"
        ),
        {"sku": sku_id, "limit": limit},
    )
    return [dict(row._mapping) for row in rows]


def proposals_listed(connection: Connection, limit: int = 100, *, client_id: int | None = None) -> list[dict[str, Any]]:
    """Purchase orders (of a client, if one is named) with lines and reasons: those that wait for a person first."""
    heads = connection.execute(
        text(
            f"SELECT p.id, p.number, {STAGE} AS stage, p.created_us, p.due_us, s.name AS supplier,"
            f" {OF_PURCHASE} AS client, COALESCE(r.value_minor, 0) AS value_minor,"
            " COALESCE(r.decided_by, '') AS decided_by, COALESCE(r.chases, 0) AS chases,"
            " COALESCE(r.method, '') AS method,"
            " CASE WHEN r.state = 'proposed' THEN 0 ELSE 1 END AS turn"
            " FROM purchase_order p JOIN supplier s ON s.id = p.supplier_id"
            " LEFT JOIN proposal r ON r.purchase_order_id = p.id WHERE :client = 0 OR EXISTS"
            "  (SELECT 1 FROM purchase_order_line l JOIN sku k ON k.id = l.sku_id AND k.client_id = :client"
            "   WHERE l.purchase_order_id = p.id) ORDER BY turn, p.id DESC LIMIT :limit"
        ),
        {"limit": limit, "client": client_id or 0},
    ).mappings()
    return [dict(head) | {"lines": _lines(connection, head["id"])} for head in heads]


def _lines(connection: Connection, order_id: int) -> list[dict[str, Any]]:
    rows = connection.execute(
        text(
            "SELECT s.code AS sku, s.description, l.ordered, l.received, COALESCE(w.because, '') AS because,"
            " COALESCE(w.cost_minor, 0) AS cost_minor FROM purchase_order_line l JOIN sku s ON s.id = l.sku_id"
            " LEFT JOIN purchase_reason w ON w.line_id = l.id WHERE l.purchase_order_id = :order ORDER BY l.id"
        ),
        {"order": order_id},
    )
    return [dict(row._mapping) for row in rows]

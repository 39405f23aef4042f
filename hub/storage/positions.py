"""Where each SKU stands that may be reordered: its stock position beside the point at which it is."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, text


@dataclass(frozen=True, kw_only=True)
class Stand:
    """An SKU that nothing is on order of, whose position has fallen to its reorder point."""

    sku_id: int
    client_id: int
    code: str
    supplier_id: int
    on_hand: int
    """In the house and not reserved for anybody."""
    promised: int
    backordered: int
    fixed: int
    """1: the catalogue names the reorder point."""
    reorder_point_units: int
    reorder_units: int
    cost_minor: int
    pack_units: int
    order_units_min: int
    price_breaks: str
    shelf_life_days: int | None
    level_percent: int | None
    """Of the forecast; none: there is no forecast of the SKU."""
    cover_days: int | None
    expected_units: int | None
    enough_units: int | None


_STANDS = (
    "SELECT s.id AS sku_id, s.client_id, s.code, s.supplier_id, COALESCE(h.free, 0) AS on_hand,"
    " COALESCE(pr.promised, 0) AS promised, COALESCE(bo.units, 0) AS backordered,"
    " CASE WHEN :fixed = 1 THEN 1 ELSE COALESCE(t.fixed, 1) END"
    " AS fixed, s.reorder_point_units, s.reorder_units, s.cost_minor, COALESCE(t.pack_units, 1) AS pack_units,"
    " COALESCE(t.order_units_min, 1) AS order_units_min, COALESCE(t.price_breaks, '') AS price_breaks,"
    " t.shelf_life_days, f.level_percent, f.cover_days, f.expected_units, f.enough_units"
    " FROM sku s LEFT JOIN restock_terms t ON t.sku_id = s.id"
    " LEFT JOIN sku_forecast f ON f.site_id = :site AND f.sku_id = s.id"
    " LEFT JOIN (SELECT b.sku_id, SUM(b.on_hand - b.reserved) AS free FROM balance b"
    "   JOIN location l ON l.id = b.location_id AND (l.kind IN ('bin', 'plate', 'putback', 'dock')"
    "   OR (l.kind = 'stage' AND l.station IS NOT NULL))"  # materials at a pack bench
    "   WHERE b.site_id = :site AND b.on_hand > 0 GROUP BY b.sku_id) h ON h.sku_id = s.id"
    " LEFT JOIN promise pr ON pr.site_id = :site AND pr.client_id = s.client_id AND pr.sku_id = s.id"
    " LEFT JOIN (SELECT sku_id, SUM(backordered) AS units FROM order_line WHERE backordered > 0"
    "   GROUP BY sku_id) bo ON bo.sku_id = s.id"
    " WHERE COALESCE(t.stop_sell, 0) = 0 AND COALESCE(t.drop_ship, 'never') <> 'always'"
    " AND NOT EXISTS (SELECT 1 FROM purchase_order_line o WHERE o.sku_id = s.id AND o.open = 1)"
    " AND NOT EXISTS (SELECT 1 FROM proposal c JOIN purchase_order_line o ON o.purchase_order_id = c.purchase_order_id"
    "   WHERE c.state = 'cancelled' AND c.cancelled_us > :refused_since AND c.method <> 'drop_ship'"
    "   AND o.sku_id = s.id)"
    " AND COALESCE(h.free, 0) - COALESCE(pr.promised, 0) - COALESCE(bo.units, 0)"
    "  <= CASE WHEN :fixed = 1 OR COALESCE(t.fixed, 1) = 1 THEN s.reorder_point_units"
    "     ELSE COALESCE(f.enough_units, 0) END"
)


def to_reorder(
    connection: Connection,
    site_id: int,
    *,
    all_fixed: bool,
    refused_since_us: int,
    only: Sequence[int] | None = None,
) -> list[Stand]:
    """SKUs to reorder, by supplier and client: nothing on order yet, not refused by a buyer since a time.

    Args:
        all_fixed: whether each goes by the catalogue's reorder point.
        only: of these SKUs; None: of all.
    """
    values = {"site": site_id, "fixed": int(all_fixed), "refused_since": refused_since_us}
    order = " ORDER BY s.supplier_id, s.client_id, s.id"
    if only is None:
        rows = connection.execute(text(_STANDS + order), values)
    else:
        some = text(_STANDS + " AND s.id IN :only" + order).bindparams(bindparam("only", expanding=True))
        rows = connection.execute(some, values | {"only": list(only)})
    sums = ("on_hand", "promised", "backordered")  # which PostgreSQL gives as decimals
    return [Stand(**{**row._mapping, **{name: int(row._mapping[name]) for name in sums}}) for row in rows]


def last_reviews(connection: Connection) -> dict[tuple[int, int], int]:
    """When each (supplier, client) was last ordered from and for by a forecast, UTC microseconds."""
    rows = connection.execute(
        text(
            "SELECT p.supplier_id, s.client_id, MAX(r.proposed_us) AS at_us FROM proposal r"
            " JOIN purchase_order p ON p.id = r.purchase_order_id"
            " JOIN sku s ON s.id ="  # any of its lines: all are of one client
            "  (SELECT MIN(l.sku_id) FROM purchase_order_line l WHERE l.purchase_order_id = p.id)"
            " WHERE r.method NOT IN ('fixed', 'drop_ship') AND r.state <> 'cancelled'"
            " GROUP BY p.supplier_id, s.client_id"
        )
    )
    return {(row.supplier_id, row.client_id): row.at_us for row in rows}

"""How much comes back: by SKU, by reason, by grade, against what was shipped, and what it costs."""

from dataclasses import dataclass

from sqlalchemy import Connection, text

_PERIOD = "r.created_us >= :since AND r.created_us < :until AND (:client = 0 OR r.client_id = :client)"


@dataclass(frozen=True, kw_only=True)
class SkuFigures:
    """What came back of one SKU."""

    sku: str
    description: str
    supplier: str
    shipped_lines: int
    shipped_units: int
    returned_lines: int
    """Lines of orders of which something came back."""
    returned_units: int
    scrapped_units: int
    credited_minor: int
    """Goods and shipping."""
    scrap_minor: int
    """What the scrapped units had cost."""


def by_sku(connection: Connection, *, since_us: int, until_us: int, client_id: int = 0) -> list[SkuFigures]:
    """Every SKU that was shipped or came back; those that come back most first.

    Args:
        since_us, until_us: When the parcels left, and when the returns were written down.
        client_id: Of one client; 0: of all.
    """
    rows = connection.execute(_BY_SKU, {"since": since_us, "until": until_us, "client": client_id})
    return [
        SkuFigures(
            sku=row.sku,
            description=row.description,
            supplier=row.supplier,
            shipped_lines=int(row.shipped_lines),  # sums, which PostgreSQL gives as decimals
            shipped_units=int(row.shipped_units),
            returned_lines=int(row.returned_lines),
            returned_units=int(row.returned_units),
            scrapped_units=int(row.scrapped_units),
            credited_minor=int(row.credited_minor),
            scrap_minor=int(row.scrap_minor),
        )
        for row in rows
    ]


_BY_SKU = text(
    "SELECT s.code AS sku, s.description, u.name AS supplier, COALESCE(p.lines, 0) AS shipped_lines,"
    " COALESCE(p.units, 0) AS shipped_units, COALESCE(b.lines, 0) AS returned_lines,"
    " COALESCE(b.units, 0) AS returned_units, COALESCE(g.scrapped, 0) AS scrapped_units,"
    " COALESCE(f.credited, 0) AS credited_minor, COALESCE(g.scrapped, 0) * s.cost_minor AS scrap_minor FROM sku s"
    " JOIN supplier u ON u.id = s.supplier_id"
    " LEFT JOIN (SELECT l.sku_id, COUNT(DISTINCT l.id) AS lines, SUM(c.units) AS units FROM parcel x"
    "  JOIN parcel_line c ON c.parcel_id = x.id JOIN order_line l ON l.id = c.line_id"
    "  WHERE x.state = 'shipped' AND x.shipped_us >= :since AND x.shipped_us < :until GROUP BY l.sku_id) p"
    " ON p.sku_id = s.id"
    " LEFT JOIN (SELECT n.sku_id, COUNT(DISTINCT n.order_line_id) AS lines, SUM(n.received + n.graded) AS units"
    f"  FROM customer_return r JOIN return_line n ON n.return_id = r.id AND n.received + n.graded > 0 WHERE {_PERIOD}"
    "  GROUP BY n.sku_id) b ON b.sku_id = s.id"
    " LEFT JOIN (SELECT n.sku_id, SUM(CASE WHEN g.grade = 'C' THEN g.units ELSE 0 END) AS scrapped"
    "  FROM customer_return r JOIN return_line n ON n.return_id = r.id JOIN return_item i ON i.return_line_id = n.id"
    f"  JOIN return_grade g ON g.return_item_id = i.id WHERE {_PERIOD} GROUP BY n.sku_id) g ON g.sku_id = s.id"
    " LEFT JOIN (SELECT n.sku_id, SUM(f.goods_minor + f.shipping_minor) AS credited FROM customer_return r"
    "  JOIN return_line n ON n.return_id = r.id JOIN return_item i ON i.return_line_id = n.id"
    "  JOIN return_grade g ON g.return_item_id = i.id JOIN refund f ON f.grade_id = g.id"
    f" WHERE {_PERIOD} GROUP BY n.sku_id) f ON f.sku_id = s.id"
    " WHERE (:client = 0 OR s.client_id = :client) AND (p.units IS NOT NULL OR b.units IS NOT NULL)"
    " ORDER BY COALESCE(b.units, 0) DESC, s.code"
)


@dataclass(frozen=True, kw_only=True)
class Counted:
    """Units under one heading."""

    name: str
    units: int
    lines: int


def by_reason(connection: Connection, *, since_us: int, until_us: int, client_id: int = 0) -> list[Counted]:
    """Units that came back by why, the most first."""
    rows = connection.execute(
        text(
            "SELECT n.reason AS name, SUM(n.received + n.graded) AS units, COUNT(*) AS lines FROM customer_return r"
            f" JOIN return_line n ON n.return_id = r.id AND n.received + n.graded > 0 WHERE {_PERIOD}"
            " GROUP BY n.reason ORDER BY SUM(n.received + n.graded) DESC, n.reason"
        ),
        {"since": since_us, "until": until_us, "client": client_id},
    )
    return [Counted(name=row.name, units=int(row.units), lines=int(row.lines)) for row in rows]


def by_grade(connection: Connection, *, since_us: int, until_us: int, client_id: int = 0) -> list[Counted]:
    """Units that were looked at by their grade."""
    rows = connection.execute(
        text(
            "SELECT g.grade AS name, SUM(g.units) AS units, COUNT(*) AS lines FROM customer_return r"
            " JOIN return_line n ON n.return_id = r.id JOIN return_item i ON i.return_line_id = n.id"
            f" JOIN return_grade g ON g.return_item_id = i.id WHERE {_PERIOD} GROUP BY g.grade ORDER BY g.grade"
        ),
        {"since": since_us, "until": until_us, "client": client_id},
    )
    return [Counted(name=row.name, units=int(row.units), lines=int(row.lines)) for row in rows]

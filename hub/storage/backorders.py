"""Order lines that wait for stock: who waits for what, what will come for them, and every date they were given."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Connection, bindparam, text

from hub.domain.expected import Coming, Expected, Source, Waiting
from hub.storage.clients import OF_ORDER
from hub.storage.proposals import IS_COMING
from hub.storage.restock_tables import backorder_date
from hub.storage.transaction import Tx


@dataclass(frozen=True, kw_only=True)
class News:
    """A date that a customer has not been told."""

    id: int
    order_id: int
    ref: str
    line: int
    sku: str
    description: str
    units: int
    """That wait still, or that will not come."""
    expected_us: int | None
    source: str
    """As of a date; ``cancelled``: the units will not come."""
    is_first: bool
    """Whether the customer has heard of no date of the line before."""
    told_before_us: int | None
    """The date that was told last; None: none was, or it was told that there is none yet."""


def waiting(connection: Connection, skus: Sequence[int] | None = None) -> dict[int, list[Waiting]]:
    """Who waits for each SKU, of these or of all."""
    sql = (
        "SELECT l.id, l.sku_id, l.backordered, o.priority, o.placed_us FROM order_line l"
        " JOIN customer_order o ON o.id = l.order_id WHERE l.backordered > 0"
    )
    found: dict[int, list[Waiting]] = {}
    for row in _of_skus(connection, sql, "l.sku_id", skus):
        found.setdefault(row.sku_id, []).append(Waiting(row.id, row.backordered, row.priority, row.placed_us))
    return found


def coming(connection: Connection, skus: Sequence[int]) -> dict[int, list[Coming]]:
    """What suppliers will bring of SKUs."""
    sql = (
        "SELECT l.sku_id, p.due_us, l.ordered - l.received AS units, p.number FROM purchase_order_line l"
        " JOIN purchase_order p ON p.id = l.purchase_order_id LEFT JOIN proposal r ON r.purchase_order_id = p.id"
        f" WHERE l.open = 1 AND l.ordered > l.received AND {IS_COMING}"
    )
    found: dict[int, list[Coming]] = {}
    for row in _of_skus(connection, sql, "l.sku_id", skus):
        found.setdefault(row.sku_id, []).append(Coming(row.due_us, row.units, row.number))
    return found


def in_house(connection: Connection, site_id: int, skus: Sequence[int]) -> dict[int, int]:
    """Units of SKUs that can be touched, are reserved for nobody and promised to nobody: they are being put away."""
    sql = (
        "SELECT b.sku_id, SUM(b.on_hand - b.reserved)"
        " - COALESCE((SELECT p.promised FROM promise p WHERE p.site_id = b.site_id AND p.client_id = b.client_id"
        "   AND p.sku_id = b.sku_id), 0) AS units"
        " FROM balance b JOIN location l ON l.id = b.location_id AND l.kind IN ('bin', 'plate', 'putback', 'dock')"
        " WHERE b.site_id = :site AND b.on_hand > 0"
    )
    rows = _of_skus(connection, sql, "b.sku_id", skus, " GROUP BY b.site_id, b.client_id, b.sku_id", site=site_id)
    return {row.sku_id: int(row.units) for row in rows if row.units > 0}


def suppliers_of(connection: Connection, skus: Sequence[int]) -> dict[int, tuple[int, bool]]:
    """(supplier, whether it is ordered any more) of SKUs."""
    sql = (
        "SELECT s.id, s.supplier_id, CASE WHEN COALESCE(t.stop_sell, 0) = 1"
        " OR COALESCE(t.drop_ship, 'never') = 'always' THEN 1 ELSE 0 END AS stopped FROM sku s"
        " LEFT JOIN restock_terms t ON t.sku_id = s.id WHERE 1 = 1"
    )
    return {row.id: (row.supplier_id, not row.stopped) for row in _of_skus(connection, sql, "s.id", skus)}


def dates(connection: Connection, lines: Sequence[int]) -> dict[int, Expected]:
    """The date that each line has now; a line that was given none is not in the answer."""
    sql = "SELECT line_id, expected_us, source, purchase_order FROM backorder_date WHERE current = 1"
    return {
        row.line_id: Expected(
            expected_us=row.expected_us, source=cast(Source, row.source), purchase_order=row.purchase_order
        )
        for row in _of_skus(connection, sql, "line_id", lines)
    }


def give_date(tx: Tx, line_id: int, date: Expected) -> None:
    """A line has another date from now on."""
    tx.connection.execute(
        text("UPDATE backorder_date SET current = 0 WHERE line_id = :line AND current = 1"), {"line": line_id}
    )
    tx.connection.execute(
        backorder_date.insert().values(
            line_id=line_id,
            expected_us=date.expected_us,
            source=date.source,
            purchase_order=date.purchase_order,
            at_us=tx.now_us,
        )
    )
    tx.changed("backorder", ref=str(line_id))


def correct_date(tx: Tx, line_id: int, date: Expected) -> None:
    """A line's date is of the same day as before, and of another source: nobody needs to hear of it."""
    tx.connection.execute(
        text(
            "UPDATE backorder_date SET expected_us = :expected, source = :source, purchase_order = :number"
            " WHERE line_id = :line AND current = 1"
        ),
        {"line": line_id, "expected": date.expected_us, "source": date.source, "number": date.purchase_order},
    )
    tx.changed("backorder", ref=str(line_id))


def end_dates(tx: Tx) -> int:
    """Lines that wait no more have no date any more; how many."""
    done = tx.connection.execute(
        text(
            "UPDATE backorder_date SET current = 0 WHERE current = 1"
            " AND NOT EXISTS (SELECT 1 FROM order_line l WHERE l.id = backorder_date.line_id AND l.backordered > 0)"
        )
    )
    return done.rowcount


def cancelled(tx: Tx, line_id: int, units: int) -> None:
    """Units of a line that waited will not come: news for a customer who has heard that they wait."""
    tx.connection.execute(
        text(
            "INSERT INTO backorder_date (line_id, source, at_us, current, cancelled)"
            " SELECT d.line_id, 'cancelled', :now, 0, :units FROM backorder_date d WHERE d.id ="
            " (SELECT MAX(b.id) FROM backorder_date b WHERE b.line_id = :line"
            "  AND b.told_us IS NOT NULL AND b.silent = 0)"
        ),
        {"line": line_id, "units": units, "now": tx.now_us},
    )


def orders_untold(connection: Connection, limit: int) -> list[int]:
    """Orders with news that their customers have not heard, the oldest news first."""
    rows = connection.execute(
        text(
            "SELECT l.order_id, MIN(d.id) AS first FROM backorder_date d JOIN order_line l ON l.id = d.line_id"
            f" WHERE {_IS_NEWS} GROUP BY l.order_id ORDER BY first LIMIT :limit"
        ),
        {"limit": limit},
    )
    return [row.order_id for row in rows]


def lines_without_date(connection: Connection, limit: int) -> list[int]:
    """SKUs of lines that wait and were given no date yet."""
    rows = connection.execute(
        text(
            "SELECT DISTINCT l.sku_id FROM order_line l WHERE l.backordered > 0 AND NOT EXISTS"
            " (SELECT 1 FROM backorder_date d WHERE d.line_id = l.id AND d.current = 1) LIMIT :limit"
        ),
        {"limit": limit},
    )
    return [row.sku_id for row in rows]


_IS_NEWS = "d.told_us IS NULL AND (d.current = 1 OR d.cancelled > 0)"
_HEARD = "FROM backorder_date b WHERE b.line_id = d.line_id AND b.id < d.id AND b.told_us IS NOT NULL AND b.silent = 0"


def untold(connection: Connection, limit: int = 100, *, order_id: int | None = None) -> list[News]:
    """Dates that hold and that customers (or one order's) have not heard of, the oldest first; and what of what they
    were told to wait for will not come."""
    rows = connection.execute(
        text(
            "SELECT d.id, l.order_id, o.ref, l.line, s.code AS sku,"
            " CASE s.description WHEN '' THEN s.code ELSE s.description END AS description,"
            " CASE WHEN d.cancelled > 0 THEN d.cancelled ELSE l.backordered END AS units, d.expected_us, d.source,"
            f" (SELECT COUNT(*) {_HEARD}) AS heard,"
            f" (SELECT b.expected_us {_HEARD} ORDER BY b.id DESC LIMIT 1) AS told_before_us"
            " FROM backorder_date d JOIN order_line l ON l.id = d.line_id JOIN customer_order o ON o.id = l.order_id"
            f" JOIN sku s ON s.id = l.sku_id WHERE {_IS_NEWS} AND (:order = 0 OR l.order_id = :order)"
            " ORDER BY d.id LIMIT :limit"
        ),
        {"limit": limit, "order": order_id or 0},
    )
    return [
        News(
            is_first=not row.heard,
            **{name: getattr(row, name) for name in News.__dataclass_fields__ if name != "is_first"},
        )
        for row in rows
    ]


def told(tx: Tx, date_id: int, *, silent: bool = False) -> bool:
    """A customer was told a date, or (silent) nobody is; whether that was news."""
    done = tx.connection.execute(
        text("UPDATE backorder_date SET told_us = :now, silent = :silent WHERE id = :id AND told_us IS NULL"),
        {"now": tx.now_us, "silent": int(silent), "id": date_id},
    )
    return done.rowcount > 0


def customer_heard(connection: Connection, order_id: int) -> bool:
    """Whether an order's customer has ever heard that a part of it waits."""
    row = connection.execute(
        text(
            "SELECT COUNT(*) AS heard FROM order_line l JOIN backorder_date d ON d.line_id = l.id"
            " WHERE l.order_id = :order AND d.told_us IS NOT NULL AND d.silent = 0"
        ),
        {"order": order_id},
    ).one()
    return bool(row.heard)


def listed(connection: Connection, *, client_id: int | None = None, limit: int = 500) -> list[dict[str, Any]]:
    """Lines that wait, of one client or of all: first whose turn is first."""
    rows = connection.execute(
        text(
            f"SELECT {OF_ORDER} AS client, o.public, o.ref, o.customer, l.line, s.code AS sku, s.description,"
            " l.backordered AS units, l.backordered * l.price_minor AS value_minor,"
            " o.priority, o.ship_complete, o.placed_us, d.expected_us,"
            " COALESCE(d.source, '') AS source, COALESCE(d.purchase_order, '') AS purchase_order"
            " FROM order_line l JOIN customer_order o ON o.id = l.order_id JOIN sku s ON s.id = l.sku_id"
            " LEFT JOIN backorder_date d ON d.line_id = l.id AND d.current = 1"
            " WHERE l.backordered > 0 AND (:client = 0 OR o.client_id = :client)"
            " ORDER BY o.priority DESC, o.placed_us, l.id LIMIT :limit"
        ),
        {"client": client_id or 0, "limit": limit},
    )
    return [dict(row._mapping) for row in rows]


def _of_skus(
    connection: Connection, sql: str, column: str, wanted: Sequence[int] | None, end: str = "", **values: int
) -> Sequence[Any]:
    """The rows of a question, of some ids only where they are given."""
    if wanted is None:
        return connection.execute(text(sql + end), values).all()
    if not wanted:
        return []
    asked = text(f"{sql} AND {column} IN :some{end}").bindparams(bindparam("some", expanding=True))
    return connection.execute(asked, {"some": list(wanted), **values}).all()

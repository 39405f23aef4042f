"""Units asked for by business day and SKU: counted from order lines as days end, and imported from before go-live.

Counted is what was ordered, less what was cancelled while its day was still counted again
(:data:`hub.domain.demand.CANCELLED_WITHIN`): a later cancellation does not undo that somebody wanted it. A line that
stands in for another counts as what was asked for first. A day of the orders' own wins over an imported one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

from hub.storage.transaction import Tx

LINES_A_TIME = 20_000
"""So many order lines are looked at in one transaction, to find the days that they are of."""


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far demand has been counted and forecast."""

    line_id: int = 0
    """The last order line whose day was counted."""
    counted_day: int = 0
    """The last day that was counted when it had ended."""
    forecast_day: int = 0
    forecast_by: str = ""


def progress(connection: Connection, site_id: int) -> Progress:
    """How far a site is."""
    row = connection.execute(
        text("SELECT line_id, counted_day, forecast_day, forecast_by FROM demand_progress WHERE site_id = :site"),
        {"site": site_id},
    ).one_or_none()
    return Progress() if row is None else Progress(**row._mapping)


def set_progress(tx: Tx, progress: Progress) -> None:
    """Say how far this site is."""
    tx.connection.execute(
        text(
            "INSERT INTO demand_progress (site_id, line_id, counted_day, forecast_day, forecast_by)"
            " VALUES (:site, :line, :counted, :day, :by) ON CONFLICT (site_id) DO UPDATE SET"
            " line_id = excluded.line_id, counted_day = excluded.counted_day,"
            " forecast_day = excluded.forecast_day, forecast_by = excluded.forecast_by"
        ),
        {
            "site": tx.site_id,
            "line": progress.line_id,
            "counted": progress.counted_day,
            "day": progress.forecast_day,
            "by": progress.forecast_by,
        },
    )


def lines_after(tx: Tx, line_id: int) -> list[tuple[int, int]]:
    """(order line, when its order was placed) of the next lines, at most :data:`LINES_A_TIME`."""
    rows = tx.connection.execute(
        text(
            "SELECT l.id, o.placed_us FROM order_line l JOIN customer_order o ON o.id = l.order_id"
            " WHERE l.id > :line ORDER BY l.id LIMIT :most"
        ),
        {"line": line_id, "most": LINES_A_TIME},
    )
    return [(row.id, row.placed_us) for row in rows]


def count_day(tx: Tx, day: int, from_us: int, until_us: int) -> None:
    """Count anew what was asked for in a day of so many microseconds."""
    tx.connection.execute(
        text("DELETE FROM daily_demand WHERE site_id = :site AND day = :day AND source = 'orders'"),
        {"site": tx.site_id, "day": day},
    )
    tx.connection.execute(
        text(
            "INSERT INTO daily_demand (site_id, day, sku_id, source, units)"
            # a line that stands for another SKU is demand of that one: it is what was asked for
            " SELECT o.site_id, CAST(:day AS INTEGER), COALESCE(s.sku_id, l.sku_id), 'orders',"
            "  SUM(l.ordered - l.cancelled) AS units"
            " FROM customer_order o JOIN order_line l ON l.order_id = o.id"
            " LEFT JOIN order_substitute s ON s.line_id = l.id"
            " WHERE o.placed_us >= :from AND o.placed_us < :until AND o.site_id = :site"
            " GROUP BY o.site_id, COALESCE(s.sku_id, l.sku_id) HAVING SUM(l.ordered - l.cancelled) > 0"
        ),
        {"site": tx.site_id, "day": day, "from": from_us, "until": until_us},
    )


def first_own_day(connection: Connection, site_id: int, client_id: int) -> int | None:
    """The first day on which a client's own orders asked for anything."""
    found = connection.execute(
        text(
            "SELECT MIN(d.day) FROM daily_demand d JOIN sku s ON s.id = d.sku_id AND s.client_id = :client"
            " WHERE d.site_id = :site AND d.source = 'orders'"
        ),
        {"site": site_id, "client": client_id},
    ).scalar()
    return None if found is None else int(found)


def put_imported(tx: Tx, rows: Iterable[tuple[int, int, int]]) -> int:
    """Write (SKU, day, units) of before the client's first order, over what was imported for them; how many."""
    values = [{"site": tx.site_id, "sku": sku_id, "day": day, "units": units} for sku_id, day, units in rows]
    if values:
        tx.connection.execute(
            text(
                "INSERT INTO daily_demand (site_id, day, sku_id, source, units)"
                " VALUES (:site, :day, :sku, 'imported', :units)"
                " ON CONFLICT (site_id, day, sku_id, source) DO UPDATE SET units = excluded.units"
            ),
            values,
        )
        tx.changed("demand")
    return len(values)


def between(connection: Connection, site_id: int, first_day: int, last_day: int) -> Sequence[tuple[int, int, int]]:
    """(day, SKU, units) of what was asked for, or used up in packing, from a day to another one."""
    rows = connection.execute(
        text(
            "SELECT d.day, d.sku_id, d.source, d.units, s.client_id FROM daily_demand d JOIN sku s ON s.id = d.sku_id"
            " WHERE d.site_id = :site AND d.day >= :first AND d.day <= :last"
        ),
        {"site": site_id, "first": first_day, "last": last_day},
    ).all()
    own = {(row.client_id, row.day) for row in rows if row.source == "orders"}
    used = connection.execute(
        text(
            "SELECT day, sku_id, SUM(units) AS units FROM material_day WHERE day >= :first AND day <= :last"
            " GROUP BY day, sku_id"
        ),
        {"first": first_day, "last": last_day},
    )
    return [
        *(
            (row.day, row.sku_id, row.units)
            for row in rows
            if row.source == "orders" or (row.client_id, row.day) not in own
        ),
        *((row.day, row.sku_id, int(row.units)) for row in used),
    ]


def of_sku(connection: Connection, site_id: int, sku_id: int, first_day: int) -> dict[int, int]:
    """Units asked for of an SKU by day, since a day; the days with none are not in it."""
    rows = connection.execute(
        text(
            "SELECT day, SUM(units) AS units FROM (SELECT day, units FROM daily_demand"
            " WHERE site_id = :site AND sku_id = :sku AND day >= :first"
            " UNION ALL SELECT day, units FROM material_day WHERE sku_id = :sku AND day >= :first) d GROUP BY day"
        ),
        {"site": site_id, "sku": sku_id, "first": first_day},
    )
    return {row.day: int(row.units) for row in rows}

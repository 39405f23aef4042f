"""What the figures of a period are reckoned from, day by day; what was done by the days' orders, carts and counts.

``starts`` are when the days begin, UTC microseconds, and at the end when the last of them ends: a day of a place has 23
to 25 hours. Each query goes from a day, by an index, to what is of that day; years before it are not read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from sqlalchemy import Connection, text

from hub.domain.on_time import Served

PICK_ERRORS = ("reweighed", "over_pick", "wrong_bin", "missing_at_packing")
"""Why a transfer puts a pick right. One event is one mistake, however many units and lots it moved."""


def days_cte(starts: Sequence[int]) -> str:
    """The head of a statement that has the days as the table ``day`` (n, from_us, to_us)."""
    rows = (f"({n}, {int(begin)}, {int(end)})" for n, (begin, end) in enumerate(pairwise(starts)))
    return f"WITH day (n, from_us, to_us) AS (VALUES {', '.join(rows)}) "


@dataclass(frozen=True, kw_only=True)
class Filled:
    """What stock stood for of the orders that came in a day, as far as it was kept."""

    orders: int = 0
    full_orders: int = 0
    lines: int = 0
    full_lines: int = 0
    units: int = 0
    lacking: int = 0


def filled_at_once(connection: Connection, starts: Sequence[int]) -> list[Filled]:
    """What stock stood for the moment that the orders of each day came in."""
    rows = connection.execute(
        text(
            days_cte(starts) + "SELECT n, COUNT(*) AS orders, SUM(CASE WHEN lacking = 0 THEN 1 ELSE 0 END)"
            " AS full_orders, SUM(lines) AS lines, SUM(full_lines) AS full_lines, SUM(units) AS units,"
            " SUM(lacking) AS lacking FROM (SELECT day.n, l.order_id, COUNT(*) AS lines, SUM(CASE WHEN"
            "  l.lacking_at_once = 0 THEN 1 ELSE 0 END) AS full_lines, SUM(l.ordered) AS units,"
            "  SUM(l.lacking_at_once) AS lacking FROM day CROSS JOIN customer_order o CROSS JOIN order_line l"
            "  WHERE o.received_us >= day.from_us AND o.received_us < day.to_us AND l.order_id = o.id"
            "  AND l.lacking_at_once IS NOT NULL GROUP BY day.n, l.order_id) s GROUP BY n"
        )
    )
    found = {row.n: Filled(**{name: int(row._mapping[name]) for name in Filled.__dataclass_fields__}) for row in rows}
    return [found.get(n, Filled()) for n in range(len(starts) - 1)]


def kept_since_us(connection: Connection) -> int | None:
    """Since when it is kept what stock stood for when an order came: 0 if it always was, None if of no order yet."""
    first = connection.execute(
        text("SELECT lacking_at_once FROM order_line WHERE id = (SELECT MIN(id) FROM order_line)")
    ).one_or_none()
    if first is None or first.lacking_at_once is not None:
        return 0
    found = connection.execute(
        text(
            "SELECT o.received_us FROM order_line l JOIN customer_order o ON o.id = l.order_id"
            " WHERE l.lacking_at_once IS NOT NULL ORDER BY l.id LIMIT 1"
        )
    ).scalar()
    return None if found is None else int(found)


def orders_served(connection: Connection, from_us: int, to_us: int) -> list[Served]:
    """The orders placed in a time, but those that were cancelled whole, and when their parcels left."""
    rows = connection.execute(
        text(
            days_cte([from_us, to_us]) + "SELECT o.ref, o.placed_us, o.ship_by_us, o.shipped_us,"
            " (SELECT MIN(p.shipped_us) FROM parcel p WHERE p.order_id = o.id) AS first_us,"
            " (SELECT MAX(p.shipped_us) FROM parcel p WHERE p.order_id = o.id) AS last_us,"
            " SUM(l.lacking_at_once) AS lacking FROM day CROSS JOIN customer_order o CROSS JOIN order_line l"
            " WHERE o.placed_us >= day.from_us AND o.placed_us < day.to_us AND l.order_id = o.id"
            " GROUP BY o.id HAVING SUM(l.cancelled) < SUM(l.ordered) ORDER BY o.id"
        )
    )
    return [
        Served(
            ref=row.ref,
            placed_us=row.placed_us,
            ship_by_us=row.ship_by_us,
            shipped_us=row.shipped_us,
            first_parcel_us=row.first_us,
            last_parcel_us=row.last_us,
            whole_at_once=None if row.lacking is None else row.lacking == 0,
        )
        for row in rows
    ]


def order_times(connection: Connection, from_us: int, to_us: int) -> list[tuple[int | None, ...]]:
    """(placed, first on a cart, all picked, all packed, shipped) of each order whose last unit left in a time."""
    rows = connection.execute(
        text(
            days_cte([from_us, to_us]) + "SELECT o.placed_us, (SELECT MIN(b.inducted_us) FROM tote_load l JOIN batch b"
            " ON b.id = l.batch_id WHERE l.order_id = o.id) AS cart_us, (SELECT MAX(b.picked_us) FROM tote_load l"
            " JOIN batch b ON b.id = l.batch_id WHERE l.order_id = o.id) AS picked_us,"
            " (SELECT MAX(p.packed_us) FROM parcel p WHERE p.order_id = o.id) AS packed_us, o.shipped_us"
            " FROM day CROSS JOIN customer_order o WHERE o.shipped_us >= day.from_us AND o.shipped_us < day.to_us"
        )
    )
    return [(row.placed_us, row.cart_us, row.picked_us, row.packed_us, row.shipped_us) for row in rows]


@dataclass(frozen=True, kw_only=True)
class CartTour:
    """A cart that came back in a day: whose it was, how long it was out, order lines picked on it."""

    day: int
    who: str
    out_us: int
    lines: int


def cart_tours(connection: Connection, starts: Sequence[int]) -> list[CartTour]:
    """The carts that were picked in each day; whoever had it at the end has all of it."""
    rows = connection.execute(
        text(
            days_cte(starts) + "SELECT day.n, COALESCE(w.name, '') AS who, b.picked_us - b.inducted_us AS out_us,"
            " (SELECT COUNT(DISTINCT t.line_id) FROM tote_load l JOIN task t ON t.load_id = l.id"
            "  WHERE l.batch_id = b.id AND t.kind = 'pick' AND t.state = 'done' AND t.units_done > 0) AS lines"
            " FROM day CROSS JOIN batch b LEFT JOIN operator w ON w.id = b.operator_id WHERE b.picked_us >= day.from_us"
            " AND b.picked_us < day.to_us AND b.inducted_us IS NOT NULL ORDER BY b.id"
        )
    )
    return [CartTour(day=row.n, who=row.who, out_us=row.out_us, lines=row.lines) for row in rows]


def tasks_done(connection: Connection, starts: Sequence[int], kind: str) -> list[int]:
    """Picks or counts finished in each day."""
    assert kind in ("pick", "count"), kind  # written into the statement, so that the index of that kind serves it
    rows = connection.execute(
        text(
            days_cte(starts) + "SELECT day.n, (SELECT COUNT(*) FROM task t WHERE t.state = 'done'"
            f" AND t.kind = '{kind}' AND t.done_us >= day.from_us AND t.done_us < day.to_us) AS done FROM day"
        )
    )
    found = {row.n: row.done for row in rows}
    return [found.get(n, 0) for n in range(len(starts) - 1)]


@dataclass(frozen=True, kw_only=True)
class Sent:
    """The orders whose last unit left in a day, their lines, and the parcels they went in."""

    orders: int = 0
    lines: int = 0
    parcels: int = 0
    freight_minor: int = 0
    cartons_minor: int = 0


def orders_sent(connection: Connection, starts: Sequence[int], carton_minor: dict[str, int]) -> list[Sent]:
    """What was sent in each day. ``carton_minor``: what a carton costs, by its name."""
    left = " FROM day CROSS JOIN customer_order o {} WHERE o.shipped_us >= day.from_us AND o.shipped_us < day.to_us"
    rows = connection.execute(
        text(
            days_cte(starts) + "SELECT day.n, COUNT(DISTINCT o.id) AS orders, COUNT(*) AS lines"
            f"{left.format('CROSS JOIN order_line l')} AND l.order_id = o.id AND l.shipped > 0 GROUP BY day.n"
        )
    )
    heads = {row.n: (row.orders, row.lines) for row in rows}
    parcels: dict[int, list[tuple[int, int, int]]] = {}
    for row in connection.execute(
        text(
            days_cte(starts) + "SELECT day.n, p.carton, COUNT(*) AS parcels, COALESCE(SUM(p.price_minor), 0) AS freight"
            f"{left.format('CROSS JOIN parcel p')} AND p.order_id = o.id GROUP BY day.n, p.carton"
        )
    ):
        cost = carton_minor.get(row.carton, 0) * row.parcels
        parcels.setdefault(row.n, []).append((row.parcels, int(row.freight), cost))
    found = []
    for n in range(len(starts) - 1):
        orders, lines = heads.get(n, (0, 0))
        count, freight, cost = (sum(part) for part in zip(*parcels.get(n, [(0, 0, 0)]), strict=True))
        found.append(Sent(orders=orders, lines=lines, parcels=count, freight_minor=freight, cartons_minor=cost))
    return found

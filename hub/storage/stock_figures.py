"""What the ledger says of a period, day by day: what came and went, what was lost, what was put right, what lies dead.

Money is what the units cost by the catalogue of today: the ledger keeps no prices. ``starts`` as in
:mod:`hub.storage.metric_figures`. A transfer is of the day in which it was booked.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from hub.storage.metric_figures import PICK_ERRORS, days_cte
from hub.storage.tables import ACROSS, PHYSICAL_KINDS

_ACROSS = ACROSS.replace("kind", "t.kind").replace("reason", "t.reason")
_DURING = "t.recorded_us >= day.from_us AND t.recorded_us < day.to_us"
_INSIDE = ", ".join(f"'{kind}'" for kind in PHYSICAL_KINDS)
LOST_TO = ("adjustment", "astray", "scrap")
OPENING = ("go_live",)
"""Stock that a site begins with comes out of adjustment, and was not found."""


@dataclass(frozen=True, kw_only=True)
class Crossing:
    """Units that went from outside the house in, or out of it, in a day, for a reason."""

    day: int
    outside: str
    """Where they came from or went to: supplier, customer, adjustment, astray, scrap."""
    reason: str
    inward: bool
    units: int
    cost_minor: int

    @property
    def lost(self) -> int:
        """1 if these units were lost, -1 if they were found, 0 if they were bought, sold or there from the start."""
        if self.outside not in LOST_TO or self.reason in OPENING:
            return 0
        return -1 if self.inward else 1


def crossings(connection: Connection, starts: Sequence[int]) -> list[Crossing]:
    """What came into the house and left it in each day."""
    rows = connection.execute(
        text(
            days_cte(starts) + "SELECT day.n, CASE WHEN a.kind IN "
            f"({_INSIDE}) THEN z.kind ELSE a.kind END AS outside, t.reason,"
            f" CASE WHEN a.kind IN ({_INSIDE}) THEN 0 ELSE 1 END AS inward, SUM(t.units) AS units,"
            " SUM(t.units * s.cost_minor) AS cost FROM day CROSS JOIN transfer t JOIN location a ON a.id = t.from_id"
            f" JOIN location z ON z.id = t.to_id JOIN sku s ON s.id = t.sku_id WHERE {_ACROSS} AND {_DURING}"
            f" AND (CASE WHEN a.kind IN ({_INSIDE}) THEN 1 ELSE 0 END)"
            f" <> (CASE WHEN z.kind IN ({_INSIDE}) THEN 1 ELSE 0 END) GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4"
        )
    )
    return [
        Crossing(
            day=row.n,
            outside=row.outside,
            reason=row.reason,
            inward=bool(row.inward),
            units=int(row.units),
            cost_minor=int(row.cost),
        )
        for row in rows
    ]


@dataclass(frozen=True, kw_only=True)
class Trade:
    """Units that went to customers in a day, and those that came back from them."""

    shipped: int
    returned: int


def trade_by_day(crossed: Iterable[Crossing], days: int) -> list[Trade]:
    """What was shipped and what came back in each of so many days."""
    shipped, returned = [0] * days, [0] * days
    for one in crossed:
        if one.outside == "customer" and one.day < days:
            (returned if one.inward else shipped)[one.day] += one.units
    return [Trade(shipped=out, returned=back) for out, back in zip(shipped, returned, strict=True)]


def _by_day(connection: Connection, starts: Sequence[int], what: str) -> list[int]:
    rows = connection.execute(text(f"{days_cte(starts)}{what} AND {_ACROSS} AND {_DURING} GROUP BY day.n"))
    found = {row.n: int(row.events) for row in rows}
    return [found.get(n, 0) for n in range(len(starts) - 1)]


def pick_corrections(connection: Connection, starts: Sequence[int]) -> list[int]:
    """Mistakes of picks that were put right in each day: the transfers of one evidence are one."""
    reasons = ", ".join(f"'{reason}'" for reason in PICK_ERRORS)
    return _by_day(
        connection,
        starts,
        "SELECT day.n, COUNT(DISTINCT COALESCE(t.evidence_id, -t.id)) AS events FROM day CROSS JOIN transfer t"
        f" WHERE t.reason IN ({reasons})",
    )


def counts_that_changed(connection: Connection, starts: Sequence[int]) -> list[int]:
    """Counts by light that changed the book in each day."""
    return _by_day(
        connection,
        starts,
        "SELECT day.n, COUNT(DISTINCT t.evidence_id) AS events FROM day CROSS JOIN transfer t JOIN evidence e"
        " ON e.id = t.evidence_id WHERE t.reason = 'count' AND e.by <> 'paper'",
    )


def bins_put_right(connection: Connection, starts: Sequence[int]) -> list[int]:
    """Bins whose book was put right in each day, by a scale, a count or a pick that found more than it said."""
    return _by_day(
        connection,
        starts,
        "SELECT day.n, COUNT(DISTINCT CASE WHEN a.kind = 'bin' THEN a.id ELSE z.id END) AS events FROM day"
        " CROSS JOIN transfer t JOIN location a ON a.id = t.from_id JOIN location z ON z.id = t.to_id WHERE"
        " ((a.kind = 'bin' AND z.kind = 'adjustment') OR (a.kind = 'adjustment' AND z.kind = 'bin'))"
        " AND t.reason NOT IN ('go_live', 'counted_since')",
    )


def bins(connection: Connection) -> int:
    """Bins that an SKU is at home in."""
    by_sku = "SELECT COUNT(*) FROM sku s CROSS JOIN location l WHERE l.sku_id = s.id AND l.kind = 'bin'"
    return int(connection.execute(text(by_sku)).scalar_one())  # shipped parcels are locations too, of no SKU


def dead_stock(connection: Connection, before_us: int, now_us: int) -> list[dict[str, Any]]:
    """SKUs in the house of which nothing came, went or was put right between two times, the dearest first: units,
    cost, and the day (since 1970-01-01) on which they were last asked for; None: never."""
    rows = connection.execute(
        text(
            "SELECT s.code AS sku, s.description, SUM(b.on_hand) AS units, SUM(b.on_hand) * s.cost_minor AS cost_minor,"
            " (SELECT MAX(d.day) FROM daily_demand d WHERE d.sku_id = s.id) AS asked_day"
            " FROM balance b JOIN sku s ON s.id = b.sku_id WHERE b.on_hand > 0 AND b.physical = 1 AND s.id NOT IN"
            f" (SELECT t.sku_id FROM transfer t WHERE {_ACROSS} AND t.recorded_us >= :before AND t.recorded_us <= :now)"
            " GROUP BY s.id ORDER BY SUM(b.on_hand) * s.cost_minor DESC, s.code"
        ),
        {"before": before_us, "now": now_us},
    )
    return [dict(row._mapping) | {"units": int(row.units), "cost_minor": int(row.cost_minor)} for row in rows]

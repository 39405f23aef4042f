"""Cross-dock lanes: what lies there, for which lines it came, and what comes besides."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from hub.storage.allocation import FIT
from hub.storage.ledger import StockKey
from hub.storage.prepared import PreparedSet
from hub.storage.receiving_tables import lane_line
from hub.storage.transaction import Tx

IS_LANE = "COALESCE(t.lane, 0) = 1"
"""Of what the site's files say of a bin, ``t``, if they do."""
CARRIED_AWAY = (
    f"CASE WHEN {IS_LANE} THEN COALESCE((SELECT SUM(k.units) FROM task k WHERE k.source_id = b.location_id"
    " AND k.sku_id = b.sku_id AND k.lot_id = b.lot_id AND k.kind = 'put' AND k.state IN ('open', 'recalled')), 0)"
    " ELSE 0 END"
)
"""Of a balance ``b`` in a bin: units that are lit to be carried from there to the shelf."""
MAY_LEAVE = (
    "o.hold = '' AND (o.ship_complete = 0 OR NOT EXISTS"
    " (SELECT 1 FROM order_line m WHERE m.order_id = o.id AND m.backordered > 0))"
)
"""Of an order ``o``: whether what it was promised may be picked, as release has it."""
BY_LANE = (
    "SELECT l.order_id FROM lane_line n CROSS JOIN order_line l CROSS JOIN balance b WHERE n.done_us IS NULL"
    " AND l.id = n.line_id AND l.promised > 0 AND b.location_id = n.location_id AND b.sku_id = l.sku_id"
    " AND b.on_hand > b.reserved"
)
"""The orders that go by a lane: promised units, and units of that SKU in the lane that came for them."""


@dataclass(frozen=True, kw_only=True)
class Lying:
    """What lies in a lane and is reserved for nobody."""

    lane_id: int
    stock: StockKey
    units: int
    """Less those that are lit to be carried away."""
    wanted: int
    """Promised units of the lines that it came for, as far as they may leave."""


def lying(connection: Connection, site_id: int, *, tried_us: int) -> list[Lying]:
    """What lies in the lanes, but in those that are held for a count, and what a shelf did not take since a time."""
    return [
        Lying(
            lane_id=row.lane_id,
            stock=StockKey(row.client_id, row.sku_id, row.lot_id),
            units=int(row.units),
            wanted=int(row.wanted),
        )
        for row in connection.execute(_LYING, {"site": site_id, "tried": tried_us})
        if row.units > 0
    ]


_LYING = text(
    "SELECT p.id AS lane_id, b.client_id, b.sku_id, b.lot_id, "
    f" b.on_hand - b.reserved - {CARRIED_AWAY} AS units, COALESCE((SELECT SUM(l.promised) FROM lane_line n"
    "  JOIN order_line l ON l.id = n.line_id AND l.sku_id = b.sku_id JOIN customer_order o ON o.id = l.order_id"
    f" WHERE n.location_id = p.id AND n.done_us IS NULL AND {MAY_LEAVE}), 0) AS wanted"
    " FROM bin_trait t CROSS JOIN location p CROSS JOIN balance b WHERE t.lane = 1 AND p.id = t.location_id"
    " AND p.held = 0 AND p.site_id = :site AND b.location_id = p.id AND b.on_hand > b.reserved"
    " AND NOT EXISTS (SELECT 1 FROM task k WHERE k.source_id = p.id AND k.sku_id = b.sku_id AND k.lot_id = b.lot_id"
    "  AND k.kind = 'put' AND k.state = 'done' AND k.units_done < k.units AND k.done_us > :tried)"
    " ORDER BY p.id, b.sku_id, b.lot_id"
)


def is_lane(connection: Connection, place_id: int) -> bool:
    """Whether a place is a cross-dock lane."""
    found = connection.execute(text("SELECT 1 FROM bin_trait WHERE location_id = :id AND lane = 1"), {"id": place_id})
    return found.first() is not None


def serve(tx: Tx, lane_id: int, line_ids: Iterable[int]) -> None:
    """What comes into a lane, or has come, is for these lines, beside those before."""
    known = set(
        tx.connection.execute(
            text("SELECT line_id FROM lane_line WHERE location_id = :lane AND done_us IS NULL"), {"lane": lane_id}
        ).scalars()
    )
    rows = [
        {"location_id": lane_id, "line_id": line_id, "at_us": tx.now_us}
        for line_id in sorted(set(line_ids))
        if line_id not in known
    ]
    if rows:
        tx.connection.execute(lane_line.insert(), rows)


def serve_no_more(tx: Tx, lane_id: int) -> None:
    """A lane is given to other goods: what lay there came for nobody any more."""
    tx.connection.execute(
        text("UPDATE lane_line SET done_us = :now WHERE location_id = :lane AND done_us IS NULL"),
        {"now": tx.now_us, "lane": lane_id},
    )


def waiting_lines(connection: Connection, sku_id: int) -> dict[int, int]:
    """What each line that waits for units of an SKU is promised of it."""
    return _promises(connection.execute(_WAITING_LINES, {"sku": sku_id}))


def promised(connection: Connection, line_ids: Iterable[int]) -> dict[int, int]:
    """What lines are promised."""
    return _promises(_PROMISED(connection, list(line_ids)))


def _promises(rows: Iterable[Any]) -> dict[int, int]:
    return {row.id: row.promised for row in rows}


_WAITING_LINES = text("SELECT id, promised FROM order_line WHERE sku_id = :sku AND backordered > 0")
_PROMISED = PreparedSet("SELECT id, promised FROM order_line WHERE id IN (:lines)", "lines")


def on_hold(connection: Connection, order_ids: Iterable[int]) -> set[int]:
    """Those of some orders that must not be worked on."""
    return {row.id for row in _ON_HOLD(connection, list(order_ids))}


_ON_HOLD = PreparedSet("SELECT id FROM customer_order WHERE id IN (:orders) AND hold <> ''", "orders")


def on_the_way(tx: Tx, sku_ids: Sequence[int], source_id: int) -> dict[int, tuple[int, int]]:
    """(lit to be put away from other plates, lit from this one) of SKUs, units that may be sent only; what is carried
    from one bin to another is in a bin already."""
    asked = {"site": tx.site_id, "source": source_id, "now": tx.now_us}
    rows = _ON_THE_WAY(tx.connection, sku_ids, asked)
    return {row.sku_id: (int(row.elsewhere), int(row.here)) for row in rows}


_ON_THE_WAY = PreparedSet(
    "SELECT k.sku_id, SUM(CASE WHEN k.source_id = :source THEN 0 ELSE k.units END) AS elsewhere,"
    " SUM(CASE WHEN k.source_id = :source THEN k.units ELSE 0 END) AS here"
    " FROM task k JOIN location f ON f.id = k.source_id AND f.kind IN ('plate', 'putback') AND f.site_id = :site"
    f" JOIN sku s ON s.id = k.sku_id JOIN lot ON lot.id = k.lot_id AND {FIT}"
    " WHERE k.sku_id IN (:skus) AND k.kind = 'put' AND k.state IN ('open', 'recalled') GROUP BY k.sku_id",
    "skus",
)


def sendable_at(tx: Tx, place_id: int, lot_id: int = 0) -> dict[int, int]:
    """Units by SKU at a place that may be sent: of all lots, or of one."""
    rows = tx.connection.execute(_SENDABLE, {"place": place_id, "lot": lot_id, "now": tx.now_us})
    return {row.sku_id: int(row.units) for row in rows}


_SENDABLE = text(
    "SELECT b.sku_id, SUM(b.on_hand - b.reserved) AS units FROM balance b JOIN sku s ON s.id = b.sku_id"
    f" JOIN lot ON lot.id = b.lot_id AND {FIT}"
    " WHERE b.location_id = :place AND b.on_hand > 0 AND (:lot = 0 OR b.lot_id = :lot) GROUP BY b.sku_id"
)


def listed(connection: Connection, site_id: int) -> list[tuple[str, str, int]]:
    """(lane, SKU, units) of every lane; one in which nothing lies has no SKU."""
    rows = connection.execute(
        text(
            "SELECT p.name, COALESCE(s.code, '') AS sku, COALESCE(SUM(b.on_hand), 0) AS units FROM bin_trait t"
            " CROSS JOIN location p LEFT JOIN balance b ON b.location_id = p.id AND b.on_hand > 0"
            " LEFT JOIN sku s ON s.id = b.sku_id WHERE t.lane = 1 AND p.id = t.location_id AND p.site_id = :site"
            " GROUP BY p.id, p.name, s.code ORDER BY p.id, s.code"
        ),
        {"site": site_id},
    )
    return [(row.name, row.sku, int(row.units)) for row in rows]

"""Reading who waits for what, who was promised what, and what is free to be given: sets, not order by order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from hub.domain.allocation import NEVER_US, WaitingLine
from hub.storage.prepared import Prepared, PreparedSet
from hub.storage.transaction import Tx

DAY_US = 86_400_000_000
FIT = f"(lot.expiry_us IS NULL OR lot.expiry_us - s.keeps_days * {DAY_US} > :now)"
"""Of a lot and its SKU ``s``: whether it may still be sent at the time ``:now``."""
BY_ROTATION = (
    f"CASE s.rotation WHEN 'fifo' THEN lot.received_us WHEN 'lifo' THEN -lot.received_us"
    f" ELSE COALESCE(lot.expiry_us, {NEVER_US}) END"
)
"""Of a lot and its SKU ``s``: the smaller goes first."""
_RANKED = f"o.priority DESC, COALESCE(o.ship_by_us, {NEVER_US}), o.placed_us, o.id"
_LEAST_FIRST = f"o.priority, COALESCE(o.ship_by_us, {NEVER_US}) DESC, o.placed_us DESC, o.id DESC"
_LINE = (
    "SELECT l.id, l.order_id, l.sku_id, l.promised, l.backordered, o.priority, o.ship_by_us, o.placed_us,"
    " o.ship_complete"
)


@dataclass(frozen=True, kw_only=True)
class OpenLine:
    """What a line was promised and what it waits for, with its order's terms."""

    id: int
    order_id: int
    sku_id: int
    promised: int
    backordered: int
    priority: int
    ship_by_us: int | None
    placed_us: int
    ship_complete: bool

    def asks(self, units: int) -> WaitingLine:
        """The line as the rule takes it, waiting for so many units."""
        return WaitingLine(
            line_id=self.id,
            order_id=self.order_id,
            sku_id=self.sku_id,
            units=units,
            priority=self.priority,
            ship_by_us=self.ship_by_us,
            placed_us=self.placed_us,
            ship_complete=self.ship_complete,
        )


Turn = tuple[int, int, int, int]
"""An order's place among those that wait: the smaller comes first."""
FIRST_TURN: Turn = (-(2**62), 0, 0, 0)
"""Before every order's."""


def turn_of(line: OpenLine) -> Turn:
    """The place of a line's order among those that wait."""
    return -line.priority, NEVER_US if line.ship_by_us is None else line.ship_by_us, line.placed_us, line.order_id


def lines_of_waiting(
    connection: Connection, sku_ids: Iterable[int], orders_max: int, after: Turn = FIRST_TURN
) -> list[OpenLine]:
    """The lines of orders that wait for one of some SKUs, each order's whole: what it was promised and what it lacks.

    Of more than ``orders_max`` orders those whose turn it is first, of those behind ``after``.
    """
    places = dict(zip(("minus_priority", "ship_by", "placed", "order"), after, strict=True))
    rows = _WAITING(connection, list(sku_ids), {"limit": orders_max} | places)
    return [_open_line(row) for row in rows]


_WAITING = PreparedSet(
    # from the lines that wait, by their index, to their orders: not through every order there ever was
    f"{_LINE} FROM (SELECT o.id FROM order_line w CROSS JOIN customer_order o"
    "  WHERE w.sku_id IN (:skus) AND w.backordered > 0 AND o.id = w.order_id"
    f"  AND (-o.priority, COALESCE(o.ship_by_us, {NEVER_US}), o.placed_us, o.id)"
    "   > (:minus_priority, :ship_by, :placed, :order)"
    f"  GROUP BY o.id, o.priority, o.ship_by_us, o.placed_us ORDER BY {_RANKED} LIMIT :limit) q"
    " CROSS JOIN customer_order o CROSS JOIN order_line l WHERE o.id = q.id AND l.order_id = o.id"
    f" AND l.promised + l.backordered > 0 ORDER BY {_RANKED}, l.line",
    "skus",
)


def promised_lines_last_first(connection: Connection, sku_id: int) -> list[OpenLine]:
    """Lines of an SKU with promised units, first of those whose turn it is last."""
    rows = _PROMISED(connection, {"sku": sku_id})
    return [_open_line(row) for row in rows]


_PROMISED = Prepared(
    f"{_LINE} FROM order_line l CROSS JOIN customer_order o WHERE l.sku_id = :sku AND l.promised > 0"
    f" AND o.id = l.order_id ORDER BY {_LEAST_FIRST}, l.line DESC"
)


def short_skus(connection: Connection, client_id: int | None = None) -> list[int]:
    """SKUs (of a client, if one is named) that orders wait for."""
    return [row.sku_id for row in _SHORT(connection, {"client": client_id or 0})]


_SHORT = Prepared(
    "SELECT DISTINCT sku_id FROM order_line WHERE backordered > 0"
    " AND (:client = 0 OR sku_id IN (SELECT id FROM sku WHERE client_id = :client)) ORDER BY sku_id"
)


def waited_for(connection: Connection, sku_ids: Iterable[int]) -> set[int]:
    """Those of some SKUs that an order waits for."""
    return {row.sku_id for row in _WAITED_FOR(connection, list(sku_ids))}


_WAITED_FOR = PreparedSet("SELECT DISTINCT sku_id FROM order_line WHERE sku_id IN (:skus) AND backordered > 0", "skus")


def free_units(connection: Connection, site_id: int, sku_ids: Sequence[int], now_us: int) -> dict[int, int]:
    """Units by SKU that nobody was promised: in bins that are not held, not reserved, of lots that may be sent."""
    there = {row.sku_id: int(row.free) for row in _FREE(connection, sku_ids, {"site": site_id, "now": now_us})}
    promised = {row.sku_id: int(row.units) for row in _PROMISES(connection, sku_ids, {"site": site_id})}
    return {sku_id: max(0, there.get(sku_id, 0) - promised.get(sku_id, 0)) for sku_id in sku_ids}


_FREE = PreparedSet(
    "SELECT b.sku_id, SUM(b.on_hand - b.reserved) AS free FROM balance b"
    " JOIN location p ON p.id = b.location_id AND p.kind = 'bin' AND p.held = 0"
    f" JOIN sku s ON s.id = b.sku_id JOIN lot ON lot.id = b.lot_id AND {FIT}"
    " WHERE b.site_id = :site AND b.client_id = s.client_id AND b.sku_id IN (:skus) AND b.on_hand > 0"
    " GROUP BY b.sku_id",
    "skus",
)
_PROMISES = PreparedSet(
    "SELECT sku_id, SUM(promised) AS units FROM promise WHERE site_id = :site AND sku_id IN (:skus) GROUP BY sku_id",
    "skus",
)


def promised_too_much(tx: Tx, sku_id: int) -> int:
    """By how many units the promises of an SKU exceed what is in the house, may be sent, and is not reserved.

    What lies in a held bin, at the dock or on a plate is there: it will be counted, or put away.
    """
    row = _EXCESS(tx.connection, {"site": tx.site_id, "sku": sku_id, "now": tx.now_us}).one()
    return int(row.excess)


_EXCESS = Prepared(
    "SELECT COALESCE((SELECT SUM(promised) FROM promise WHERE site_id = :site AND sku_id = :sku), 0)"
    " - COALESCE((SELECT SUM(b.on_hand - b.reserved) FROM balance b JOIN location p ON p.id = b.location_id"
    "   AND p.kind IN ('bin', 'plate', 'putback', 'dock')"
    f"   JOIN sku s ON s.id = b.sku_id JOIN lot ON lot.id = b.lot_id AND {FIT}"
    "   WHERE b.site_id = :site AND b.client_id = s.client_id AND b.sku_id = :sku AND b.on_hand > 0), 0) AS excess"
)


def in_work(connection: Connection, order_ids: Iterable[int]) -> set[int]:
    """Those of some orders of which a unit is on a cart or in a parcel that has not left."""
    return {row.order_id for row in _IN_WORK(connection, list(order_ids))}


_IN_WORK = PreparedSet(
    "SELECT DISTINCT order_id FROM order_line WHERE order_id IN (:orders) AND reserved + picked + packed > 0",
    "orders",
)


def broken_orders(connection: Connection, sku_ids: Iterable[int]) -> list[int]:
    """Orders that ship complete, lack one of some SKUs, and were promised other units, while nothing of them is in
    work."""
    return [row.order_id for row in _BROKEN(connection, list(sku_ids))]


_BROKEN = PreparedSet(
    "SELECT DISTINCT w.order_id FROM order_line w CROSS JOIN customer_order o"
    " WHERE w.sku_id IN (:skus) AND w.backordered > 0 AND o.id = w.order_id AND o.ship_complete = 1"
    " AND EXISTS (SELECT 1 FROM order_line p WHERE p.order_id = o.id AND p.promised > 0)"
    " AND NOT EXISTS (SELECT 1 FROM order_line i WHERE i.order_id = o.id AND i.reserved + i.picked + i.packed > 0)"
    " ORDER BY w.order_id",
    "skus",
)


def _open_line(row: Any) -> OpenLine:
    values = row._asdict()
    values["ship_complete"] = bool(values["ship_complete"])
    return OpenLine(**values)

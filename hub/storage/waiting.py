"""Orders that wait for a cart, read by set: what they want, and the bins that have it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, text

from hub.domain.allocation import NEVER_US
from hub.storage.allocation import BY_ROTATION, FIT
from hub.storage.lanes import BY_LANE, CARRIED_AWAY


@dataclass(frozen=True, kw_only=True)
class OrderRow:
    """An order with promised units that may be worked on."""

    order_id: int
    priority: int
    ship_by_us: int | None
    ship_complete: int
    placed_us: int
    received_us: int
    country: str
    postcode: str
    goods_mg: int
    """What all that was ordered weighs."""
    by_lane: int = 0
    """Whether units that came for it lie in a lane."""


@dataclass(frozen=True, kw_only=True)
class WantRow:
    """What is promised to a line."""

    order_id: int
    line_id: int
    sku_id: int
    units: int
    unit_mg: int
    unit_mm3: int


def releasable(connection: Connection, limit: int) -> list[OrderRow]:
    """Orders with promised units that wait for a cart, are not on hold, and have stock in a bin to pick from.

    By priority, then what lies in a lane for them, then by when they were promised to leave, then the oldest first: as
    release looks at them where there are no waves. One that must leave complete waits until all of it is promised.
    """
    rows = connection.execute(_RELEASABLE, {"limit": limit})
    return [
        OrderRow(
            order_id=order_id,
            priority=priority,
            ship_by_us=ship_by_us,
            ship_complete=ship_complete,
            placed_us=placed_us,
            received_us=received_us,
            country=country,
            postcode=postcode,
            goods_mg=int(goods_mg),
            by_lane=by_lane,
        )
        for (
            *(order_id, priority, ship_by_us, ship_complete, placed_us, received_us, country, postcode, by_lane),
            goods_mg,
        ) in rows
    ]


_RELEASABLE = text(
    # from the promised lines to their orders, not through every order there ever was
    "SELECT w.order_id, w.priority, w.ship_by_us, w.ship_complete, w.placed_us, w.received_us, w.country, w.postcode,"
    " w.by_lane, (SELECT SUM(a.ordered * s.unit_mg) FROM order_line a JOIN sku s ON s.id = a.sku_id"
    "  WHERE a.order_id = w.order_id) AS goods_mg"
    " FROM (SELECT DISTINCT o.id AS order_id, o.priority, o.ship_by_us, o.ship_complete, o.placed_us,"
    f"   CASE WHEN o.id IN ({BY_LANE}) THEN 1 ELSE 0 END AS by_lane,"
    f"   o.received_us, o.country, COALESCE(o.ship_by_us, {NEVER_US}) AS due_us,"
    "   COALESCE((SELECT d.postcode FROM delivery d WHERE d.order_id = o.id), '') AS postcode"
    "  FROM order_line l CROSS JOIN customer_order o WHERE l.promised > 0 AND o.id = l.order_id AND o.hold = ''"
    "  AND (o.ship_complete = 0 OR NOT EXISTS (SELECT 1 FROM order_line m WHERE m.order_id = o.id"
    "   AND m.backordered > 0)) AND EXISTS (SELECT 1 FROM balance b"
    "   JOIN location p ON p.id = b.location_id AND p.kind = 'bin' AND p.held = 0 AND p.reserve = 0"
    "   WHERE b.site_id = o.site_id AND b.client_id = o.client_id AND b.sku_id = l.sku_id"
    "   AND b.on_hand > 0 AND b.on_hand > b.reserved)"
    "  ORDER BY o.priority DESC, by_lane DESC, due_us, o.placed_us, o.id LIMIT :limit) w"
    " ORDER BY w.priority DESC, w.by_lane DESC, w.due_us, w.placed_us, w.order_id"
)


@dataclass(frozen=True, kw_only=True)
class OrderStages(OrderRow):
    """An order, and where its units are on their way to the carrier."""

    waiting: int
    """Promised, on no cart yet."""
    picking: int
    packing: int
    shipped: int
    backordered: int


def stages(connection: Connection, since_us: int) -> list[OrderStages]:
    """The orders that are in the house, and those that left it since a time (UTC microseconds)."""
    rows = connection.execute(_STAGES, {"since": since_us})
    return [OrderStages(**{name: _whole(value) for name, value in row._mapping.items()}) for row in rows]


def _whole(value: Any) -> Any:
    """A sum as an int: not every engine gives it as one."""
    return value if value is None or isinstance(value, str) else int(value)


_IN_HOUSE = (
    "SELECT id, priority, ship_by_us, ship_complete, placed_us, received_us, country FROM customer_order"
    " WHERE shipped_us"
)
_STAGES = text(
    "SELECT o.id AS order_id, o.priority, o.ship_by_us, o.ship_complete, o.placed_us, o.received_us, o.country,"
    " COALESCE((SELECT d.postcode FROM delivery d WHERE d.order_id = o.id), '') AS postcode,"
    f" MAX(CASE WHEN o.id IN ({BY_LANE}) THEN 1 ELSE 0 END) AS by_lane,"
    " SUM(l.ordered * s.unit_mg) AS goods_mg, SUM(l.open + l.promised) AS waiting, SUM(l.reserved) AS picking,"
    " SUM(l.picked + l.packed) AS packing, SUM(l.shipped) AS shipped, SUM(l.backordered) AS backordered"
    f" FROM ({_IN_HOUSE} IS NULL UNION ALL {_IN_HOUSE} >= :since) o"
    " CROSS JOIN order_line l CROSS JOIN sku s WHERE l.order_id = o.id AND s.id = l.sku_id"
    " GROUP BY o.id, o.priority, o.ship_by_us, o.ship_complete, o.placed_us, o.received_us, o.country ORDER BY o.id"
)


def wants(connection: Connection, order_ids: Iterable[int]) -> dict[int, list[WantRow]]:
    """What is promised to the lines of orders, by order, in the order of their lines."""
    found: dict[int, list[WantRow]] = {}
    for row in connection.execute(_WANTS, {"orders": list(order_ids)}):
        found.setdefault(row.order_id, []).append(WantRow(**row._mapping))
    return found


_WANTS = text(
    "SELECT l.order_id, l.id AS line_id, l.sku_id, l.promised AS units, s.unit_mg,"
    " s.length_mm * s.width_mm * s.height_mm AS unit_mm3 FROM order_line l JOIN sku s ON s.id = l.sku_id"
    " WHERE l.order_id IN :orders AND l.promised > 0 ORDER BY l.order_id, l.line"
).bindparams(bindparam("orders", expanding=True))


def bins_of_skus(
    connection: Connection, site_id: int, sku_ids: Iterable[int], now_us: int
) -> dict[int, list[tuple[str, int]]]:
    """(bin, free units) by SKU where it can be reserved, in the order in which it is: as
    :func:`hub.storage.tasks.bins_with` for an order for which nothing lies in a lane."""
    found: dict[int, list[tuple[str, int]]] = {}
    for row in connection.execute(_BINS, {"site": site_id, "skus": list(sku_ids), "now": now_us}):
        found.setdefault(row.sku_id, []).append((row.name, row.free))
    return found


_BINS = text(
    f"SELECT b.sku_id, l.name, b.on_hand - b.reserved - {CARRIED_AWAY} AS free FROM balance b"
    " JOIN location l ON l.id = b.location_id AND l.kind = 'bin' AND l.held = 0 AND l.reserve = 0"
    f" JOIN sku s ON s.id = b.sku_id JOIN lot ON lot.id = b.lot_id AND {FIT}"
    " LEFT JOIN bin_trait t ON t.location_id = l.id"
    " WHERE b.site_id = :site AND b.sku_id IN :skus AND b.on_hand > 0 AND b.on_hand > b.reserved"
    f" ORDER BY COALESCE(t.lane, 0), {BY_ROTATION}, free DESC, l.id"
).bindparams(bindparam("skus", expanding=True))

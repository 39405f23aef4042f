"""What has to be known to say why an order is waiting."""

from typing import Any

from sqlalchemy import Connection, text

from hub.domain.allocation import NEVER_US
from hub.domain.waiting import REFS_TOLD, AtSupplier, LineStands, Lit, OrderStands, Others, Receipt
from hub.storage.cart_holds import held_units
from hub.storage.proposals import STAGE

LINES_MAX = 100
"""So many lines of an order are explained."""
_RANK = f"-o.priority, COALESCE(o.ship_by_us, {NEVER_US}), o.placed_us, o.id"


def id_of_order(connection: Connection, public: str) -> int:
    """The id of the order of this public id, which must be there."""
    found = connection.execute(text("SELECT id FROM customer_order WHERE public = :public"), {"public": public})
    return int(found.scalar_one())


def order_stands(connection: Connection, order_id: int) -> tuple[OrderStands, list[LineStands]]:
    """An order, and those of its lines that something of waits, at most :data:`LINES_MAX`."""
    head = connection.execute(
        text("SELECT site_id, priority, ship_by_us, placed_us, hold, ship_complete FROM customer_order WHERE id = :id"),
        {"id": order_id},
    ).one()
    rows = connection.execute(
        text(
            "SELECT l.id, l.line, l.sku_id, s.code AS sku, l.promised, l.reserved, l.picked, l.packed, l.backordered,"
            " l.at_supplier"
            " FROM order_line l JOIN sku s ON s.id = l.sku_id WHERE l.order_id = :id"
            " AND l.promised + l.reserved + l.picked + l.packed + l.backordered + l.at_supplier > 0 ORDER BY l.line"
        ),
        {"id": order_id},
    ).all()
    turn = (-head.priority, NEVER_US if head.ship_by_us is None else head.ship_by_us, head.placed_us, order_id)
    order = OrderStands(
        hold=head.hold,
        ship_complete=bool(head.ship_complete),
        lacking=tuple((row.line, row.backordered) for row in rows if row.backordered),
    )
    return order, [_line(connection, head.site_id, order_id, turn, row) for row in rows[:LINES_MAX]]


def _line(connection: Connection, site_id: int, order_id: int, turn: tuple[int, ...], row: Any) -> LineStands:
    nobody = Others(0, 0, ())
    there = connection.execute(_THERE, {"site": site_id, "sku": row.sku_id}).one()
    served = connection.execute(_LANES, {"line": row.id, "sku": row.sku_id}).all() if there.in_house else ()
    return LineStands(
        **{name: row._mapping[name] for name in ("line", "sku", "promised", "reserved", "picked", "packed")},
        backordered=row.backordered,
        before=_others(connection, _BEFORE, "backordered", row.sku_id, order_id, turn) if row.backordered else nobody,
        have=_others(connection, _HAVE, "promised", row.sku_id, order_id, turn) if row.backordered else nobody,
        held_for_carts=held_units(connection, site_id, row.sku_id),
        pickable=int(there.pickable),
        elsewhere=int(there.elsewhere),
        in_reserve=int(there.in_reserve),
        receipt=_receipt(connection, row.sku_id) if row.backordered else None,
        lit=tuple(Lit(*task) for task in connection.execute(_LIT, {"line": row.id})) if row.reserved else (),
        totes=tuple(tote.name for tote in connection.execute(_TOTES, {"line": row.id})) if row.picked else (),
        at_supplier=tuple(AtSupplier(*sent) for sent in connection.execute(_SENT, {"line": row.id}))
        if row.at_supplier
        else (),
        in_lanes=tuple(lane.name for lane in served if lane.lies),
        to_lanes=tuple(lane.name for lane in served if lane.lit),
    )


_PICKABLE = "p.kind = 'bin' AND p.held = 0 AND p.reserve = 0"
_IN_RESERVE = "p.kind = 'bin' AND p.held = 0 AND p.reserve = 1"
_THERE = text(
    f"SELECT COALESCE(SUM(CASE WHEN {_PICKABLE} THEN b.on_hand - b.reserved ELSE 0 END), 0) AS pickable,"
    f" COALESCE(SUM(CASE WHEN {_IN_RESERVE} THEN b.on_hand - b.reserved ELSE 0 END), 0) AS in_reserve,"
    f" COALESCE(SUM(CASE WHEN {_PICKABLE} OR {_IN_RESERVE} THEN 0 ELSE b.on_hand - b.reserved END), 0)"
    " AS elsewhere, COUNT(*) AS in_house FROM balance b JOIN location p ON p.id = b.location_id"
    " AND p.kind IN ('bin', 'dock', 'plate', 'putback')"
    " WHERE b.site_id = :site AND b.sku_id = :sku AND b.on_hand > 0"
)
_LANES = text(
    "SELECT p.name, CASE WHEN EXISTS (SELECT 1 FROM balance b WHERE b.location_id = p.id AND b.sku_id = :sku"
    "  AND b.on_hand > b.reserved) THEN 1 ELSE 0 END AS lies, CASE WHEN EXISTS (SELECT 1 FROM task k"
    "  WHERE k.bin_id = p.id AND k.sku_id = :sku AND k.kind = 'put' AND k.state IN ('open', 'recalled'))"
    "  THEN 1 ELSE 0 END AS lit FROM lane_line n JOIN location p ON p.id = n.location_id"
    " WHERE n.line_id = :line AND n.done_us IS NULL ORDER BY p.id"
)
_OTHERS = (
    "SELECT o.ref, SUM(w.{state}) AS units FROM order_line w CROSS JOIN customer_order o"
    " WHERE w.sku_id = :sku AND w.{state} > 0 AND o.id = w.order_id AND o.id <> :order{more}"
    f" GROUP BY o.id, o.ref, o.priority, o.ship_by_us, o.placed_us ORDER BY {_RANK}"
)
_BEFORE = text(_OTHERS.format(state="backordered", more=f" AND ({_RANK}) < (:a, :b, :c, :d)"))
_HAVE = text(_OTHERS.format(state="promised", more=""))
_LIT = text(
    "SELECT o.batch_id, t.station, SUM(t.units) AS units FROM task t JOIN tote_load o ON o.id = t.load_id"
    " WHERE t.line_id = :line AND t.kind = 'pick' AND t.state IN ('open', 'recalled') GROUP BY o.batch_id, t.station"
    " ORDER BY o.batch_id, t.station"
)
_SENT = text(
    f"SELECT p.number, s.name, p.due_us, SUM(d.waiting) AS units, SUM(d.asked_back) AS asked_back, {STAGE} AS stage"
    " FROM drop_ship_line d JOIN purchase_order p ON p.id = d.purchase_order_id"
    " JOIN proposal r ON r.purchase_order_id = p.id JOIN supplier s ON s.id = p.supplier_id"
    " WHERE d.order_line_id = :line AND d.waiting > 0 GROUP BY p.id, p.number, s.name, p.due_us, p.state, r.state"
    " ORDER BY p.id"
)
_TOTES = text(
    "SELECT DISTINCT p.name FROM task t JOIN tote_load o ON o.id = t.load_id JOIN location p ON p.id = o.tote_id"
    " WHERE t.line_id = :line AND t.kind = 'pick' AND t.state = 'done' AND o.state <> 'packed' ORDER BY p.name"
)


def _others(connection: Connection, sql: Any, state: str, sku_id: int, order_id: int, turn: tuple[int, ...]) -> Others:
    names: dict[str, int] = {"sku": sku_id, "order": order_id}
    if state == "backordered":
        names |= dict(zip("abcd", turn, strict=True))
    rows = connection.execute(sql, names).all()
    return Others(len(rows), sum(int(row.units) for row in rows), tuple(row.ref for row in rows[:REFS_TOLD]))


def _receipt(connection: Connection, sku_id: int) -> Receipt | None:
    row = connection.execute(
        text(
            "SELECT p.number, p.due_us, l.ordered - l.received AS ordered FROM purchase_order_line l"
            " JOIN purchase_order p ON p.id = l.purchase_order_id WHERE l.sku_id = :sku AND l.open = 1"
            " ORDER BY p.due_us, p.id LIMIT 1"
        ),
        {"sku": sku_id},
    ).one_or_none()
    return None if row is None else Receipt(row.number, row.due_us, row.ordered)

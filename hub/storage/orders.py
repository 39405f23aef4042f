"""Orders and their lines: where each unit that was ordered is."""

from dataclasses import dataclass
from functools import cache

from sqlalchemy import Connection, text

from hub.storage.prepared import Prepared
from hub.storage.transaction import Tx
from hub.storage.work_tables import LINE_STATES, customer_order


@dataclass(frozen=True, kw_only=True)
class Line:
    """An order line with its units by state."""

    id: int
    order_id: int
    line: int
    sku_id: int
    ordered: int
    promised: int
    reserved: int
    picked: int
    packed: int
    shipped: int
    backordered: int
    cancelled: int


@dataclass(frozen=True, kw_only=True)
class SkuFacts:
    """What the hub knows of an SKU."""

    id: int
    code: str
    description: str
    gtin: str
    unit_mg: int
    spread_mg: int
    length_mm: int
    width_mm: int
    height_mm: int


_SKU = "SELECT id, code, description, gtin, unit_mg, spread_mg, length_mm, width_mm, height_mm FROM sku"


def sku(connection: Connection, sku_id: int) -> SkuFacts:
    """One SKU by its id."""
    return SkuFacts(**connection.execute(text(_SKU + " WHERE id = :id"), {"id": sku_id}).one()._mapping)


def sku_by_gtin(connection: Connection, client_id: int, gtin14: str) -> SkuFacts | None:
    """The SKU with this GTIN (14 digits), or None."""
    row = connection.execute(
        text(_SKU + " WHERE client_id = :client AND gtin = :gtin"), {"client": client_id, "gtin": gtin14}
    ).one_or_none()
    return None if row is None else SkuFacts(**row._mapping)


_BY_REF = Prepared("SELECT id, public, digest FROM customer_order WHERE client_id = :client AND ref = :ref")


def order_by_ref(connection: Connection, client_id: int, ref: str) -> tuple[int, str, str] | None:
    """(id, public id, digest) of the order that the client calls ``ref``, or None."""
    row = _BY_REF(connection, {"client": client_id, "ref": ref}).one_or_none()
    return None if row is None else (row.id, row.public, row.digest)


def units_of(connection: Connection, order_id: int) -> tuple[int, int]:
    """(units that stock stands for: promised, in work or gone; units backordered) of an order."""
    row = connection.execute(
        text(
            "SELECT SUM(promised + reserved + picked + packed + shipped) AS have, SUM(backordered) AS lacking"
            " FROM order_line WHERE order_id = :order"
        ),
        {"order": order_id},
    ).one()
    return int(row.have), int(row.lacking)


def insert_order(tx: Tx, **values: object) -> int:
    """Write an order's head; its id."""
    row = {"site_id": tx.site_id, "client_id": tx.client_id, "received_us": tx.now_us} | values
    return int(_head(tuple(row))(tx.connection, row).scalar())


@cache
def _head(columns: tuple[str, ...]) -> Prepared:
    assert all(name in customer_order.c for name in columns), columns
    values = ", ".join(f":{name}" for name in columns)
    return Prepared(f"INSERT INTO customer_order ({', '.join(columns)}) VALUES ({values}) RETURNING id")


def available(tx: Tx, sku_id: int) -> int:
    """Units of an SKU that may still be promised: on hand in bins that are not held, less reserved and promised."""
    row = tx.connection.execute(
        text(
            "SELECT COALESCE(SUM(b.on_hand - b.reserved), 0) AS free FROM balance b"
            " JOIN location l ON l.id = b.location_id AND l.kind = 'bin' AND l.held = 0"
            " WHERE b.site_id = :site AND b.client_id = :client AND b.sku_id = :sku AND b.on_hand > 0"
        ),
        {"site": tx.site_id, "client": tx.client_id, "sku": sku_id},
    ).one()
    promised = tx.connection.execute(
        text("SELECT promised FROM promise WHERE site_id = :site AND client_id = :client AND sku_id = :sku"),
        {"site": tx.site_id, "client": tx.client_id, "sku": sku_id},
    ).scalar()
    return max(0, int(row.free) - int(promised or 0))


def shift(tx: Tx, line_id: int, units: int, from_state: str, to_state: str) -> None:
    """Move units of a line from one state to another; promises at the site follow.

    Raises:
        sqlalchemy.exc.IntegrityError: fewer than ``units`` are in ``from_state``.
    """
    assert from_state in LINE_STATES and to_state in LINE_STATES and units >= 0
    if units == 0:
        return
    row = _shift(from_state, to_state)(tx.connection, {"units": units, "line": line_id}).one()
    if to_state == "promised":
        tx.ledger.promise(tx.client_id, row.sku_id, units)
    if from_state == "promised":
        tx.ledger.promise(tx.client_id, row.sku_id, -units)
    tx.changed("order", ref=str(row.order_id))


@cache
def _shift(from_state: str, to_state: str) -> Prepared:
    return Prepared(
        f"UPDATE order_line SET {from_state} = {from_state} - :units, {to_state} = {to_state} + :units"
        " WHERE id = :line RETURNING order_id, sku_id"
    )


def take_up(tx: Tx, line_id: int, units: int) -> int:
    """Units were picked that a line waits for, without a task: what it has backordered or promised of them becomes
    picked; how many those are."""
    waits = line(tx.connection, line_id)
    from_backorder = min(units, waits.backordered)
    from_promise = min(units - from_backorder, waits.promised)
    shift(tx, line_id, from_backorder, "backordered", "picked")
    shift(tx, line_id, from_promise, "promised", "picked")
    return from_backorder + from_promise


def line(connection: Connection, line_id: int) -> Line:
    """One line."""
    return _line(connection.execute(text("SELECT * FROM order_line WHERE id = :id"), {"id": line_id}).one()._mapping)


def lines(connection: Connection, order_id: int) -> list[Line]:
    """Every line of an order."""
    rows = connection.execute(
        text("SELECT * FROM order_line WHERE order_id = :order ORDER BY line"), {"order": order_id}
    )
    return [_line(row._mapping) for row in rows]


def lines_waiting(connection: Connection, sku_id: int) -> list[Line]:
    """Backordered lines of an SKU, oldest order first."""
    rows = connection.execute(
        text(
            "SELECT l.* FROM order_line l JOIN customer_order o ON o.id = l.order_id"
            " WHERE l.sku_id = :sku AND l.backordered > 0 ORDER BY o.placed_us, l.order_id, l.line"
        ),
        {"sku": sku_id},
    )
    return [_line(row._mapping) for row in rows]


def lines_promised(connection: Connection, sku_id: int) -> list[Line]:
    """Lines of an SKU with promised units, youngest order first."""
    rows = connection.execute(
        text(
            "SELECT l.* FROM order_line l JOIN customer_order o ON o.id = l.order_id"
            " WHERE l.sku_id = :sku AND l.promised > 0 ORDER BY o.placed_us DESC, l.order_id DESC, l.line DESC"
        ),
        {"sku": sku_id},
    )
    return [_line(row._mapping) for row in rows]


def promised_too_much(tx: Tx, sku_id: int) -> int:
    """By how many units the promises of an SKU exceed what is on hand and not reserved anywhere in the house."""
    row = tx.connection.execute(
        text(
            "SELECT COALESCE((SELECT SUM(promised) FROM promise WHERE site_id = :site AND sku_id = :sku), 0)"
            " - COALESCE((SELECT SUM(on_hand - reserved) FROM balance b JOIN location l ON l.id = b.location_id"
            "   AND l.kind IN ('bin', 'plate', 'putback', 'dock')"
            "   WHERE b.site_id = :site AND b.sku_id = :sku AND b.on_hand > 0), 0) AS excess"
        ),
        {"site": tx.site_id, "sku": sku_id},
    ).one()
    return int(row.excess)


def releasable_orders(connection: Connection, limit: int) -> list[int]:
    """Orders with promised units that wait for a cart and have stock in a bin to pick from, oldest first."""
    rows = connection.execute(
        text(
            # from the promised lines to their orders, not through every order there ever was
            "SELECT DISTINCT o.id, o.placed_us FROM order_line l CROSS JOIN customer_order o"
            " WHERE l.promised > 0 AND o.id = l.order_id AND EXISTS (SELECT 1 FROM balance b"
            "  JOIN location p ON p.id = b.location_id AND p.kind = 'bin' AND p.held = 0"
            "  WHERE b.site_id = o.site_id AND b.client_id = o.client_id AND b.sku_id = l.sku_id"
            "  AND b.on_hand > 0 AND b.on_hand > b.reserved)"
            " ORDER BY o.placed_us, o.id LIMIT :limit"
        ),
        {"limit": limit},
    )
    return [row.id for row in rows]


def promised_lines(connection: Connection, order_id: int) -> list[Line]:
    """The lines of an order that have promised units."""
    rows = connection.execute(
        text("SELECT * FROM order_line WHERE order_id = :order AND promised > 0 ORDER BY line"), {"order": order_id}
    )
    return [_line(row._mapping) for row in rows]


def finish_if_shipped(tx: Tx, order_id: int) -> None:
    """Note the time an order's last unit left."""
    tx.connection.execute(
        text(
            "UPDATE customer_order SET shipped_us = :now WHERE id = :order AND shipped_us IS NULL AND NOT EXISTS"
            " (SELECT 1 FROM order_line l WHERE l.order_id = :order AND l.shipped + l.cancelled < l.ordered)"
        ),
        {"now": tx.now_us, "order": order_id},
    )
    tx.changed("order", ref=str(order_id))


def _line(row: object) -> Line:
    mapping = dict(row)  # type: ignore[call-overload]
    return Line(**{name: mapping[name] for name in Line.__dataclass_fields__})

"""Orders and their lines: where each unit that was ordered is."""

from collections.abc import Iterable
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import Connection

from hub.storage.allocation import free_units
from hub.storage.prepared import Prepared, PreparedSet
from hub.storage.transaction import Tx
from hub.storage.work_tables import LINE_STATES, customer_order, order_line


class Line(msgspec.Struct, frozen=True, kw_only=True):
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
    at_supplier: int
    cancelled: int


class SkuFacts(msgspec.Struct, frozen=True, kw_only=True):
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
_SKU_BY_ID = Prepared(_SKU + " WHERE id = :id")
_SKUS_BY_GTIN = Prepared(_SKU + " WHERE client_id IN (SELECT id FROM client) AND gtin = :gtin ORDER BY id")
_CLIENT_OF = Prepared("SELECT client_id FROM customer_order WHERE id = :order")
_LINE = f"SELECT {', '.join(Line.__struct_fields__)} FROM order_line"
_LINE_BY_ID = Prepared(_LINE + " WHERE id = :id")
_LINES = Prepared(_LINE + " WHERE order_id = :order ORDER BY line")
_PROMISED_LINES = Prepared(_LINE + " WHERE order_id = :order AND promised > 0 ORDER BY line")

_SKUS = PreparedSet(_SKU + " WHERE client_id = :client AND material = 0 AND code IN (:codes)", "codes")
CODES_MAX = 500
"""So many SKUs are asked for in one question."""


def skus_by_code(connection: Connection, client_id: int, codes: Iterable[str]) -> dict[str, SkuFacts]:
    """SKUs by their codes; an unknown code is not in the answer, nor what is used up in packing."""
    wanted = sorted(set(codes))
    found = {}
    for start in range(0, len(wanted), CODES_MAX):
        some = wanted[start : start + CODES_MAX]
        for row in _SKUS(connection, some, {"client": client_id}):
            found[row.code] = SkuFacts(**row._asdict())
    return found


def sku(connection: Connection, sku_id: int) -> SkuFacts:
    """One SKU by its id."""
    return SkuFacts(**_SKU_BY_ID(connection, {"id": sku_id}).one()._asdict())


def skus_by_gtin(connection: Connection, gtin14: str) -> list[SkuFacts]:
    """The SKUs with this GTIN (14 digits): at most one of each client."""
    return [SkuFacts(**row._asdict()) for row in _SKUS_BY_GTIN(connection, {"gtin": gtin14})]


def client_of(connection: Connection, order_id: int) -> int:
    """Whose order it is."""
    return int(_CLIENT_OF(connection, {"order": order_id}).scalar())


_BY_REF = Prepared("SELECT id, public, digest FROM customer_order WHERE client_id = :client AND ref = :ref")


def order_by_ref(connection: Connection, client_id: int, ref: str) -> tuple[int, str, str] | None:
    """(id, public id, digest) of the order that the client calls ``ref``, or None."""
    row = _BY_REF(connection, {"client": client_id, "ref": ref}).one_or_none()
    return None if row is None else (row.id, row.public, row.digest)


def units_of(connection: Connection, order_id: int) -> tuple[int, int, int]:
    """(units that stock stands for: promised, in work or gone; units backordered; units at suppliers) of an order."""
    row = _UNITS_OF(connection, {"order": order_id}).one()
    return int(row.have), int(row.lacking), int(row.sent)


_UNITS_OF = Prepared(
    "SELECT SUM(promised + reserved + picked + packed + shipped) AS have, SUM(backordered) AS lacking,"
    " SUM(at_supplier) AS sent FROM order_line WHERE order_id = :order"
)


def insert_order(tx: Tx, **values: object) -> int:
    """Write an order's head; its id."""
    row = {"site_id": tx.site_id, "client_id": tx.client_id, "received_us": tx.now_us} | values
    return int(_head(tuple(row))(tx.connection, row).scalar())


def insert_line(tx: Tx, **values: object) -> int:
    """Write an order line; its id."""
    result = tx.connection.execute(order_line.insert().values(**values))
    return int(result.inserted_primary_key[0])  # type: ignore[index]


def price_of(connection: Connection, line_id: int) -> int:
    """What a unit of a line costs its customer, minor units."""
    return int(_PRICE_OF(connection, {"id": line_id}).one().price_minor)


_PRICE_OF = Prepared("SELECT price_minor FROM order_line WHERE id = :id")


def set_ship_complete(tx: Tx, order_id: int, complete: bool) -> None:
    """Whether nothing of an order leaves before everything can."""
    tx.connection.execute(
        customer_order.update().where(customer_order.c.id == order_id).values(ship_complete=int(complete))
    )
    tx.changed("order", ref=str(order_id))


@cache
def _head(columns: tuple[str, ...]) -> Prepared:
    assert all(name in customer_order.c for name in columns), columns
    values = ", ".join(f":{name}" for name in columns)
    return Prepared(f"INSERT INTO customer_order ({', '.join(columns)}) VALUES ({values}) RETURNING id")


def available(tx: Tx, sku_id: int) -> int:
    """Units of an SKU that may still be promised: in bins that are not held, of lots that may be sent, less reserved
    and promised."""
    return free_units(tx.connection, tx.site_id, [sku_id], tx.now_us)[sku_id]


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
        tx.ledger.promise(row.sku_id, units)
    if from_state == "promised":
        tx.ledger.promise(row.sku_id, -units)
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
    return _line(_LINE_BY_ID(connection, {"id": line_id}).one())


def lines(connection: Connection, order_id: int) -> list[Line]:
    """Every line of an order."""
    return [_line(row) for row in _LINES(connection, {"order": order_id})]


def promised_lines(connection: Connection, order_id: int) -> list[Line]:
    """The lines of an order that have promised units."""
    return [_line(row) for row in _PROMISED_LINES(connection, {"order": order_id})]


def finish_if_shipped(tx: Tx, order_id: int) -> None:
    """Note the time an order's last unit left."""
    _FINISH(tx.connection, {"now": tx.now_us, "order": order_id})
    tx.changed("order", ref=str(order_id))


_FINISH = Prepared(
    "UPDATE customer_order SET shipped_us = :now WHERE id = :order AND shipped_us IS NULL AND NOT EXISTS"
    " (SELECT 1 FROM order_line l WHERE l.order_id = :order AND l.shipped + l.cancelled < l.ordered)"
)


def _line(row: Any) -> Line:
    return Line(**row._asdict())

"""Kits of the catalogue and of orders."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select, text

from hub.domain.kits import Kit, SoldKit
from hub.storage.kit_tables import kit, kit_part, order_kit, order_kit_line
from hub.storage.orders import CODES_MAX
from hub.storage.prepared import PreparedSet
from hub.storage.transaction import Tx

_KITS = PreparedSet(
    "SELECT k.id, k.code, s.code AS sku, p.units FROM kit k JOIN kit_part p ON p.kit_id = k.id"
    " JOIN sku s ON s.id = p.sku_id WHERE k.client_id = :client AND k.code IN (:codes) ORDER BY k.id, p.rank",
    "codes",
)


def kits_by_code(connection: Connection, client_id: int, codes: Iterable[str]) -> dict[str, Kit]:
    """Kits by their codes; a code that is no kit's is not in the answer."""
    wanted = sorted(set(codes))
    parts: dict[tuple[int, str], list[tuple[str, int]]] = {}
    for start in range(0, len(wanted), CODES_MAX):
        some = wanted[start : start + CODES_MAX]
        for row in _KITS(connection, some, {"client": client_id}):
            parts.setdefault((row.id, row.code), []).append((row.sku, row.units))
    return {code: Kit(id=kit_id, code=code, parts=tuple(of)) for (kit_id, code), of in parts.items()}


def known_kits(connection: Connection, client_id: int) -> dict[str, tuple[str, dict[str, int]]]:
    """Every kit by code: description, and units by SKU in their order."""
    rows = connection.execute(
        text(
            "SELECT k.code, k.description, s.code AS sku, p.units FROM kit k LEFT JOIN kit_part p ON p.kit_id = k.id"
            " LEFT JOIN sku s ON s.id = p.sku_id WHERE k.client_id = :client ORDER BY k.id, p.rank"
        ),
        {"client": client_id},
    )
    found: dict[str, tuple[str, dict[str, int]]] = {}
    for row in rows:
        _, parts = found.setdefault(row.code, (row.description, {}))
        if row.sku is not None:
            parts[row.sku] = row.units
    return found


def write_kit(tx: Tx, code: str, description: str, parts: Mapping[int, int]) -> None:
    """Write what a kit is made of from now on: units by SKU id; none: it is sold no more."""
    known = tx.connection.execute(select(kit.c.id).where(kit.c.client_id == tx.client_id, kit.c.code == code)).scalar()
    if known is None:
        made = tx.connection.execute(kit.insert().values(client_id=tx.client_id, code=code, description=description))
        known = made.inserted_primary_key[0]  # type: ignore[index]
    else:
        tx.connection.execute(kit.update().where(kit.c.id == known).values(description=description))
        tx.connection.execute(kit_part.delete().where(kit_part.c.kit_id == known))
    for rank, (sku_id, units) in enumerate(parts.items()):
        tx.connection.execute(kit_part.insert().values(kit_id=known, sku_id=sku_id, rank=rank, units=units))


def write_sold(tx: Tx, order_id: int, sold: Sequence[SoldKit]) -> None:
    """Write which kits an order has further, after the lines that they became."""
    if not sold:
        return
    last = tx.connection.execute(
        text("SELECT COALESCE(MAX(number), 0) FROM order_kit WHERE order_id = :order"), {"order": order_id}
    ).scalar_one()
    rows = tx.connection.execute(text("SELECT id, line FROM order_line WHERE order_id = :order"), {"order": order_id})
    lines = {row.line: row.id for row in rows}
    for number, one in enumerate(sold, int(last) + 1):
        values = {"kit_id": one.kit_id, "units": one.units, "price_minor": one.price_minor}
        made = tx.connection.execute(order_kit.insert().values(order_id=order_id, number=number, **values))
        made_id = made.inserted_primary_key[0]  # type: ignore[index]
        for line, each in one.parts:
            tx.connection.execute(
                order_kit_line.insert().values(line_id=lines[line], order_kit_id=made_id, units_each=each)
            )


def kits_of(connection: Connection, order_id: int) -> list[dict[str, Any]]:
    """An order's kits: number, code, description, units, and its lines with the units of each in one kit."""
    rows = connection.execute(
        text(
            "SELECT o.number AS kit, k.code, k.description, o.units, l.line, p.units_each FROM order_kit o"
            " JOIN kit k ON k.id = o.kit_id JOIN order_kit_line p ON p.order_kit_id = o.id"
            " JOIN order_line l ON l.id = p.line_id WHERE o.order_id = :order ORDER BY o.number, l.line"
        ),
        {"order": order_id},
    )
    found: dict[int, dict[str, Any]] = {}
    for row in rows:
        told = {"kit": row.kit, "code": row.code, "description": row.description, "units": row.units, "lines": {}}
        found.setdefault(row.kit, told)["lines"][row.line] = row.units_each
    return list(found.values())


def set_kit_units(tx: Tx, order_id: int, number: int, units: int) -> None:
    """Write how many of a kit an order wants now."""
    tx.connection.execute(
        order_kit.update().where(order_kit.c.order_id == order_id, order_kit.c.number == number).values(units=units)
    )

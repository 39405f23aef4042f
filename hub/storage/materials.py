"""Packing materials: where they lie, what is used up of them, and how they stand.

At each pack bench they lie at a place of its own (kind ``stage``, of the bench's station); what is used up has gone to
``consumed``, which nobody can touch (kind ``scrap``).
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, text

from hub.storage import places
from hub.storage.transaction import Tx

CONSUMED = "consumed"


@dataclass(frozen=True, kw_only=True)
class Bench:
    """Where materials lie at a bench."""

    place_id: int
    station: str


def place_of(tx: Tx, station: str) -> int:
    """The place of a bench's materials, made where there is none yet."""
    name = f"{station}/materials"
    found = places.seek(tx.connection, tx.site_id, name)
    return places.make(tx, name, "stage", station) if found is None else found.id


def consumed(tx: Tx) -> int:
    """Where used up materials have gone, made where there is none yet."""
    found = places.seek(tx.connection, tx.site_id, CONSUMED)
    return places.make(tx, CONSUMED, "scrap") if found is None else found.id


def benches(connection: Connection, site_id: int) -> list[Bench]:
    """Every bench that has a place for materials, in the order in which they were made."""
    rows = connection.execute(
        text(
            "SELECT id AS place_id, station FROM location WHERE site_id = :site AND kind = 'stage'"
            " AND station IS NOT NULL ORDER BY id"
        ),
        {"site": site_id},
    )
    return [Bench(**row._mapping) for row in rows]


def is_material(connection: Connection, sku_id: int) -> bool:
    """Whether an SKU is used up in packing, and not sold."""
    return bool(connection.execute(text("SELECT material FROM sku WHERE id = :sku"), {"sku": sku_id}).scalar_one())


def ids(connection: Connection, client_id: int, codes: tuple[str, ...]) -> dict[str, int]:
    """The ids of materials by their codes; what is none is not in the answer."""
    if not codes:
        return {}
    asked = text("SELECT id, code FROM sku WHERE client_id = :client AND material = 1 AND code IN :codes")
    rows = connection.execute(
        asked.bindparams(bindparam("codes", expanding=True)), {"client": client_id, "codes": list(codes)}
    )
    return {row.code: row.id for row in rows}


def on_hand(connection: Connection, place_id: int) -> dict[int, int]:
    """Units of each SKU at a place."""
    rows = connection.execute(
        text("SELECT sku_id, SUM(on_hand) AS units FROM balance WHERE location_id = :place GROUP BY sku_id"),
        {"place": place_id},
    )
    return {row.sku_id: int(row.units) for row in rows}


def used_units(tx: Tx, place_id: int, sku_id: int, amount: int, of_unit: int) -> int:
    """Take an amount of the unit in use at a place; how many units that has used up."""
    names = {"place": place_id, "sku": sku_id}
    before = tx.connection.execute(
        text("SELECT amount FROM material_rest WHERE location_id = :place AND sku_id = :sku"), names
    ).scalar()
    units, rest = divmod(int(before or 0) + amount, of_unit)
    if before is not None or rest:
        tx.connection.execute(
            text(
                "INSERT INTO material_rest (location_id, sku_id, amount) VALUES (:place, :sku, :rest)"
                " ON CONFLICT (location_id, sku_id) DO UPDATE SET amount = excluded.amount"
            ),
            names | {"rest": rest},
        )
    return units


def count_used(tx: Tx, day: int, place_id: int, sku_id: int, units: int) -> None:
    """Units were used up on a business day."""
    tx.connection.execute(
        text(
            "INSERT INTO material_day (day, sku_id, location_id, units) VALUES (:day, :sku, :place, :units)"
            " ON CONFLICT (day, sku_id, location_id) DO UPDATE SET units = material_day.units + excluded.units"
        ),
        {"day": day, "sku": sku_id, "place": place_id, "units": units},
    )
    tx.changed("material")


def standing(connection: Connection, site_id: int, client_id: int, since_day: int) -> list[dict[str, Any]]:
    """Every material: what lies at each bench and elsewhere, what was used since a day, and what is on order."""
    skus = connection.execute(
        text(
            "SELECT s.id, s.code, s.description, s.reorder_point_units, COALESCE(t.fixed, 1) AS fixed,"
            " f.enough_units FROM sku s LEFT JOIN restock_terms t ON t.sku_id = s.id"
            " LEFT JOIN sku_forecast f ON f.site_id = :site AND f.sku_id = s.id"
            " WHERE s.client_id = :client AND s.material = 1 ORDER BY s.code"
        ),
        {"site": site_id, "client": client_id},
    ).mappings()
    there = connection.execute(
        text(
            "SELECT b.sku_id, COALESCE(l.station, '') AS station, l.kind, SUM(b.on_hand) AS units FROM balance b"
            " JOIN location l ON l.id = b.location_id JOIN sku s ON s.id = b.sku_id AND s.material = 1"
            " WHERE b.site_id = :site AND b.on_hand > 0 AND b.physical = 1"
            " GROUP BY b.sku_id, COALESCE(l.station, ''), l.kind"
        ),
        {"site": site_id},
    ).all()
    used = connection.execute(
        text(
            "SELECT sku_id, SUM(units) AS units, MIN(day) AS first FROM material_day WHERE day >= :day GROUP BY sku_id"
        ),
        {"day": since_day},
    )
    by_sku = {row.sku_id: (int(row.units), row.first) for row in used}
    found = []
    for sku in skus:
        at = {row.station: int(row.units) for row in there if row.sku_id == sku["id"] and row.kind == "stage"}
        elsewhere = sum(int(row.units) for row in there if row.sku_id == sku["id"] and row.kind != "stage")
        units, first = by_sku.get(sku["id"], (0, None))
        found.append(dict(sku) | {"at": at, "elsewhere": elsewhere, "used": units, "used_since": first})
    return found

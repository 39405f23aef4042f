"""Totes at packing, and the parcels made of them."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import Connection, text

from hub.storage.prepared import Prepared
from hub.storage.transaction import Tx
from hub.storage.walls import cell_is_sorted
from hub.storage.work_tables import parcel

SSCC_DIGITS = 18


@dataclass(frozen=True, kw_only=True)
class LoadRow:
    """A tote's load, its order and how far it is."""

    load_id: int
    order_id: int
    order_ref: str
    customer: str
    country: str
    state: str
    batch_state: str
    open_tasks: int


class PickedLine(msgspec.Struct, frozen=True, kw_only=True):
    """Units of one order line that lie in a tote by the book."""

    line_id: int
    sku_id: int
    code: str
    description: str
    gtin: str
    units: int
    unit_mg: int
    spread_mg: int
    sides_mm: tuple[int, int, int]
    dangerous: bool = False
    this_side_up: bool = False
    fragile: bool = False


def load_of_tote(connection: Connection, tote_id: int) -> LoadRow | None:
    """What a tote or a cell is for now, or None; of a tote that several orders share, the first that has no cell."""
    row = _LOAD_OF_TOTE(connection, {"tote": tote_id}).one_or_none()
    return None if row is None else LoadRow(**row._asdict())


_LOAD_OF_TOTE = Prepared(
    "SELECT l.id AS load_id, o.id AS order_id, o.ref AS order_ref, o.customer, o.country, l.state,"
    " b.state AS batch_state, (SELECT COUNT(*) FROM task t WHERE t.load_id = l.id"
    " AND t.state IN ('open', 'recalled')) AS open_tasks"
    " FROM tote_load l JOIN batch b ON b.id = l.batch_id JOIN customer_order o ON o.id = l.order_id"
    " WHERE l.id = COALESCE((SELECT MIN(load_id) FROM cell_load WHERE cell_id = :tote), (SELECT MIN(n.id)"
    "  FROM tote_load n WHERE n.tote_id = :tote AND n.state <> 'packed'"
    "  AND NOT EXISTS (SELECT 1 FROM cell_load c WHERE c.load_id = n.id)))"
)


def picked_lines(connection: Connection, load_id: int) -> list[PickedLine]:
    """What was picked into a load for its order's lines, too much left out; if it was sorted into a cell, what was put
    there."""
    in_cell = cell_is_sorted(connection, load_id) is not None
    rows = (_PUT_LINES if in_cell else _PICKED_LINES)(connection, {"load": load_id})
    return [_picked_line(row) for row in rows if row.units]


def packed_lines(connection: Connection, tracking: str) -> tuple[str, list[PickedLine]] | None:
    """(carton, what is in it) of the parcel with this tracking number; None if there is none."""
    carton = connection.execute(
        text("SELECT carton FROM parcel WHERE tracking = :tracking"), {"tracking": tracking}
    ).scalar_one_or_none()
    if carton is None:
        return None
    rows = connection.execute(
        text(
            "SELECT c.line_id, s.id AS sku_id, s.code, s.description, s.gtin, c.units, s.unit_mg, s.spread_mg,"
            " s.length_mm, s.width_mm, s.height_mm, s.dangerous, s.this_side_up, s.fragile"
            " FROM parcel p JOIN parcel_line c ON c.parcel_id = p.id"
            " JOIN order_line l ON l.id = c.line_id JOIN sku s ON s.id = l.sku_id"
            " WHERE p.tracking = :tracking ORDER BY s.code, c.line_id"
        ),
        {"tracking": tracking},
    )
    return str(carton), [_picked_line(row) for row in rows]


def _picked_line(row: Any) -> PickedLine:
    return PickedLine(
        line_id=row.line_id,
        sku_id=row.sku_id,
        code=row.code,
        description=row.description,
        gtin=row.gtin,
        units=int(row.units),
        unit_mg=row.unit_mg,
        spread_mg=row.spread_mg,
        sides_mm=(row.length_mm, row.width_mm, row.height_mm),
        dangerous=bool(row.dangerous),
        this_side_up=bool(row.this_side_up),
        fragile=bool(row.fragile),
    )


def _lines(line: str, tasks: str) -> Prepared:
    return Prepared(
        f"SELECT {line} AS line_id, s.id AS sku_id, s.code, s.description, s.gtin, s.unit_mg, s.spread_mg, s.length_mm,"
        " s.width_mm, s.height_mm, s.dangerous, s.this_side_up, s.fragile,"
        " SUM(CASE WHEN t.units_done > t.units THEN t.units ELSE t.units_done END) AS units"
        f" FROM {tasks} AND t.state = 'done' GROUP BY {line}, s.id ORDER BY s.code, {line}"
    )


_PICKED_LINES = _lines("t.line_id", "task t JOIN sku s ON s.id = t.sku_id WHERE t.load_id = :load")
_PUT_LINES = _lines(
    "u.line_id", "cell_put u JOIN task t ON t.id = u.task_id JOIN sku s ON s.id = t.sku_id WHERE u.load_id = :load"
)


def insert(tx: Tx, **values: object) -> int:
    """Write a parcel; its id."""
    made = _insert(tuple(values))(tx.connection, values)
    tx.changed("parcel")
    return int(made.scalar())


@cache
def _insert(columns: tuple[str, ...]) -> Prepared:
    assert all(name in parcel.c for name in columns), columns
    values = ", ".join(f":{name}" for name in columns)
    return Prepared(f"INSERT INTO parcel ({', '.join(columns)}) VALUES ({values}) RETURNING id")


def add_line(tx: Tx, parcel_id: int, line_id: int, units: int) -> None:
    """Say what is in a parcel."""
    _ADD_LINE(tx.connection, {"parcel": parcel_id, "line": line_id, "units": units})


_ADD_LINE = Prepared("INSERT INTO parcel_line (parcel_id, line_id, units) VALUES (:parcel, :line, :units)")


def next_number(connection: Connection) -> int:
    """The number of the next parcel, from 1."""
    return int(_NEXT_NUMBER(connection).scalar())


_NEXT_NUMBER = Prepared("SELECT COALESCE(MAX(id), 0) + 1 FROM parcel")


def lines_of(connection: Connection, parcel_id: int) -> list[tuple[int, int]]:
    """(order line, units) in a parcel."""
    return [(row.line_id, row.units) for row in _LINES_OF(connection, {"parcel": parcel_id})]


_LINES_OF = Prepared("SELECT line_id, units FROM parcel_line WHERE parcel_id = :parcel")


@dataclass(frozen=True, kw_only=True)
class ParcelRow:
    """A parcel."""

    id: int
    public: str
    order_id: int
    order_ref: str
    state: str
    carton: str
    measured_mg: int
    tracking: str | None
    service: str | None
    sscc: str | None


_PARCEL = (
    "SELECT p.id, p.public, p.order_id, o.ref AS order_ref, p.state, p.carton, p.measured_mg, p.tracking, p.service,"
    " p.sscc FROM parcel p JOIN customer_order o ON o.id = p.order_id WHERE "
)
_BY_ID = Prepared(_PARCEL + "p.id = :id")
_BY_PUBLIC = Prepared(_PARCEL + "p.public = :public")
_BY_TRACKING = Prepared(_PARCEL + "p.tracking = :value")
_BY_SSCC = Prepared(_PARCEL + "p.sscc = :value")


def by_id(connection: Connection, parcel_id: int) -> ParcelRow:
    """One parcel."""
    return ParcelRow(**_BY_ID(connection, {"id": parcel_id}).one()._asdict())


def by_public(connection: Connection, public: str) -> ParcelRow | None:
    """The parcel with this public id, or None."""
    row = _BY_PUBLIC(connection, {"public": public}).one_or_none()
    return None if row is None else ParcelRow(**row._asdict())


def by_symbol(connection: Connection, symbol: str) -> ParcelRow | None:
    """The parcel whose label has this symbol: its tracking number, or its SSCC with or without the 00 before it."""
    number = symbol.removeprefix("00") if len(symbol) == len("00") + SSCC_DIGITS else symbol
    for wanted, value in ((_BY_TRACKING, symbol), (_BY_SSCC, number)):
        row = wanted(connection, {"value": value}).one_or_none()
        if row is not None:
            return ParcelRow(**row._asdict())
    return None


def packed_us(connection: Connection, parcel_id: int) -> int:
    """When a parcel was packed."""
    found = connection.execute(text("SELECT packed_us FROM parcel WHERE id = :id"), {"id": parcel_id})
    return int(found.scalar_one() or 0)


def is_dangerous(connection: Connection, parcel_id: int) -> bool:
    """Whether there are dangerous goods in a parcel."""
    found = connection.execute(
        text(
            "SELECT MAX(s.dangerous) FROM parcel_line p JOIN order_line l ON l.id = p.line_id"
            " JOIN sku s ON s.id = l.sku_id WHERE p.parcel_id = :parcel"
        ),
        {"parcel": parcel_id},
    )
    return bool(found.scalar_one())


def set_parcel(tx: Tx, parcel_id: int, **values: object) -> None:
    """Change a parcel."""
    _set(tuple(values))(tx.connection, values | {"id": parcel_id})
    tx.changed("parcel")


@cache
def _set(columns: tuple[str, ...]) -> Prepared:
    assert all(name in parcel.c for name in columns), columns
    return Prepared(f"UPDATE parcel SET {', '.join(f'{name} = :{name}' for name in columns)} WHERE id = :id")


def location_of(connection: Connection, parcel_id: int) -> int:
    """Where a parcel's goods are in the book."""
    return int(_LOCATION_OF(connection, {"id": parcel_id}).one().location_id)


_LOCATION_OF = Prepared("SELECT location_id FROM parcel WHERE id = :id")

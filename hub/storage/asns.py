"""Announced deliveries, their cartons, and the times at the doors that they were given."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from hub.storage.receiving_tables import asn, asn_carton, asn_line
from hub.storage.transaction import Tx


@dataclass(frozen=True, kw_only=True)
class Asn:
    """An announced delivery."""

    id: int
    ref: str
    supplier: str
    number: str
    """Of the purchase order."""
    order_state: str
    state: str
    expected_us: int
    until_us: int
    door: str
    digest: str
    cartons: int
    cartons_received: int
    units: int


@dataclass(frozen=True, kw_only=True)
class CartonHead:
    """A carton that is announced, and the purchase order that it is of."""

    id: int
    sscc: str
    number: str
    order_id: int
    gross_mg: int | None
    received: bool


@dataclass(frozen=True, kw_only=True)
class CartonLine:
    """What a carton should hold of one SKU and lot."""

    sku_id: int
    sku: str
    description: str
    lot: str
    expiry: str
    units: int


_HEAD = (
    "SELECT a.id, a.ref, s.name AS supplier, p.number, p.state AS order_state, a.state, a.expected_us, a.until_us,"
    " a.door, a.digest, (SELECT COUNT(*) FROM asn_carton c WHERE c.asn_id = a.id) AS cartons,"
    " (SELECT COUNT(*) FROM asn_carton c WHERE c.asn_id = a.id AND c.received_us IS NOT NULL) AS cartons_received,"
    " (SELECT COALESCE(SUM(l.units), 0) FROM asn_line l WHERE l.asn_id = a.id) AS units"
    " FROM asn a JOIN supplier s ON s.id = a.supplier_id JOIN purchase_order p ON p.id = a.purchase_order_id"
)


def find(connection: Connection, supplier_id: int, ref: str) -> Asn | None:
    """A supplier's announced delivery of this name."""
    row = connection.execute(
        text(f"{_HEAD} WHERE a.supplier_id = :supplier AND a.ref = :ref"), {"supplier": supplier_id, "ref": ref}
    ).one_or_none()
    return None if row is None else _asn(row)


def by_ref(connection: Connection, ref: str) -> list[Asn]:
    """What suppliers announced under a name: a label at the dock says no more."""
    rows = connection.execute(text(f"{_HEAD} WHERE a.ref = :ref AND a.state = 'announced'"), {"ref": ref})
    return [_asn(row) for row in rows]


def between(connection: Connection, from_us: int, until_us: int) -> list[Asn]:
    """The deliveries that are expected in a time, the earliest first."""
    rows = connection.execute(
        text(f"{_HEAD} WHERE a.expected_us >= :from AND a.expected_us < :until ORDER BY a.expected_us, a.door, a.id"),
        {"from": from_us, "until": until_us},
    )
    return [_asn(row) for row in rows]


def at_door(connection: Connection, door: str, from_us: int, until_us: int) -> Asn | None:
    """A delivery that has a door at a time."""
    row = connection.execute(
        text(
            f"{_HEAD} WHERE a.door = :door AND a.state = 'announced' AND a.expected_us < :until AND a.until_us > :from"
            " ORDER BY a.id LIMIT 1"
        ),
        {"door": door, "from": from_us, "until": until_us},
    ).one_or_none()
    return None if row is None else _asn(row)


def announced_units(connection: Connection, order_id: int) -> dict[int, int]:
    """Units by SKU that announced deliveries bring of a purchase order."""
    rows = connection.execute(
        text(
            "SELECT l.sku_id, SUM(l.units) AS units FROM asn_line l JOIN asn a ON a.id = l.asn_id"
            " WHERE a.purchase_order_id = :order AND a.state = 'announced' GROUP BY l.sku_id"
        ),
        {"order": order_id},
    )
    return {row.sku_id: int(row.units) for row in rows}


def insert(
    tx: Tx,
    *,
    ref: str,
    supplier_id: int,
    order_id: int,
    expected_us: int,
    until_us: int,
    door: str,
    digest: str,
) -> int:
    """Write an announced delivery's head down; its id."""
    made = tx.connection.execute(
        asn.insert().values(
            ref=ref,
            supplier_id=supplier_id,
            purchase_order_id=order_id,
            expected_us=expected_us,
            until_us=until_us,
            door=door,
            digest=digest,
            created_us=tx.now_us,
        )
    )
    tx.changed("asn", ref=ref)
    return int(made.inserted_primary_key[0])  # type: ignore[index]


def insert_carton(tx: Tx, asn_id: int, sscc: str, gross_mg: int | None) -> int:
    """Write a carton of it down; its id."""
    made = tx.connection.execute(asn_carton.insert().values(asn_id=asn_id, sscc=sscc, gross_mg=gross_mg))
    return int(made.inserted_primary_key[0])  # type: ignore[index]


def insert_line(tx: Tx, asn_id: int, carton_id: int | None, *, sku_id: int, lot: str, expiry: str, units: int) -> None:
    """Write down what it brings of one SKU and lot."""
    values = {"asn_id": asn_id, "carton_id": carton_id, "sku_id": sku_id, "lot": lot, "expiry": expiry, "units": units}
    tx.connection.execute(asn_line.insert().values(**values))


def cancel(tx: Tx, asn_id: int) -> None:
    """The delivery does not come; its door is free again."""
    tx.connection.execute(asn.update().where(asn.c.id == asn_id).values(state="cancelled"))
    tx.changed("asn")


def carton(connection: Connection, sscc: str) -> CartonHead | None:
    """The newest announced carton of this number."""
    row = connection.execute(
        text(
            "SELECT c.id, c.sscc, p.number, p.id AS order_id, c.gross_mg,"
            " CASE WHEN c.received_us IS NULL THEN 0 ELSE 1 END AS received FROM asn_carton c"
            " JOIN asn a ON a.id = c.asn_id AND a.state = 'announced'"
            " JOIN purchase_order p ON p.id = a.purchase_order_id WHERE c.sscc = :sscc ORDER BY c.id DESC LIMIT 1"
        ),
        {"sscc": sscc},
    ).one_or_none()
    return None if row is None else CartonHead(**{**row._mapping, "received": bool(row.received)})


def carton_lines(connection: Connection, carton_id: int) -> list[CartonLine]:
    """What a carton should hold, of that most first."""
    rows = connection.execute(
        text(
            "SELECT l.sku_id, s.code AS sku, s.description, l.lot, l.expiry, l.units FROM asn_line l"
            " JOIN sku s ON s.id = l.sku_id WHERE l.carton_id = :carton ORDER BY l.units DESC, s.code, l.lot"
        ),
        {"carton": carton_id},
    )
    return [CartonLine(**row._mapping) for row in rows]


def carton_received(tx: Tx, carton_id: int) -> None:
    """A carton was received whole."""
    tx.connection.execute(asn_carton.update().where(asn_carton.c.id == carton_id).values(received_us=tx.now_us))
    tx.changed("asn")


def _asn(row: Any) -> Asn:
    """A row, its sum as a whole number: PostgreSQL has it as a decimal."""
    return Asn(**{**row._mapping, "units": int(row.units)})

"""Claims on suppliers: what goes back to one of them at once."""

from dataclasses import dataclass

from sqlalchemy import Connection, text

from hub.storage.return_tables import supplier_claim
from hub.storage.transaction import Tx


@dataclass(frozen=True, kw_only=True)
class ClaimRow:
    """A claim."""

    id: int
    number: str
    supplier_id: int
    supplier: str
    state: str
    created_us: int
    handed_us: int | None
    handed_by: str
    units: int


_CLAIM = (
    "SELECT c.id, c.number, c.supplier_id, s.name AS supplier, c.state, c.created_us, c.handed_us, c.handed_by,"
    " COALESCE((SELECT SUM(g.units) FROM return_grade g WHERE g.claim_id = c.id), 0) AS units"
    " FROM supplier_claim c JOIN supplier s ON s.id = c.supplier_id WHERE "
)


def open_claim(tx: Tx, supplier_id: int) -> int:
    """The open claim on a supplier, a new one if there is none; its id."""
    known = tx.connection.execute(
        text("SELECT id FROM supplier_claim WHERE supplier_id = :supplier AND state = 'open'"),
        {"supplier": supplier_id},
    ).scalar()
    if known is not None:
        return int(known)
    latest = tx.connection.execute(text("SELECT COALESCE(MAX(id), 0) FROM supplier_claim")).scalar_one()
    values = {"number": f"CLAIM-{latest + 1:05d}", "supplier_id": supplier_id, "state": "open", "created_us": tx.now_us}
    made = tx.connection.execute(supplier_claim.insert().values(values))
    return int(made.inserted_primary_key[0])  # type: ignore[index]


def claim(connection: Connection, number: str) -> ClaimRow | None:
    """A claim by its number, or None."""
    row = connection.execute(text(_CLAIM + "c.number = :number"), {"number": number}).one_or_none()
    return None if row is None else ClaimRow(**dict(row._mapping) | {"units": int(row.units)})


def newest(connection: Connection, limit: int) -> list[ClaimRow]:
    """Claims, those that are open first, then the newest."""
    rows = connection.execute(
        text(_CLAIM + "1 = 1 ORDER BY CASE c.state WHEN 'open' THEN 0 ELSE 1 END, c.id DESC LIMIT :limit"),
        {"limit": limit},
    )
    return [ClaimRow(**dict(row._mapping) | {"units": int(row.units)}) for row in rows]


def handed(tx: Tx, claim_id: int, by: str) -> None:
    """A claim's goods are gone."""
    tx.connection.execute(
        text("UPDATE supplier_claim SET state = 'handed', handed_us = :now, handed_by = :by WHERE id = :id"),
        {"now": tx.now_us, "by": by, "id": claim_id},
    )
    tx.changed("return", ref=str(claim_id))

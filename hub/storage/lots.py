"""Lots: units of an SKU that share a batch and an expiry."""

from sqlalchemy import Connection, select

from hub.storage.tables import lot
from hub.storage.transaction import Tx


def known(connection: Connection, sku_id: int, code: str) -> tuple[int, int | None] | None:
    """(id, expiry) of an SKU's lot, or None if nobody has heard of it."""
    row = connection.execute(select(lot).where(lot.c.sku_id == sku_id, lot.c.code == code)).one_or_none()
    return None if row is None else (row.id, row.expiry_us)


def make(tx: Tx, sku_id: int, code: str, expiry_us: int | None) -> int:
    """The lot of this code, written down if it is new or had no expiry; its id.

    One that has another expiry keeps it: who books to it has asked :func:`known` first.
    """
    found = known(tx.connection, sku_id, code)
    if found is None:
        made = tx.connection.execute(lot.insert().values(sku_id=sku_id, code=code, expiry_us=expiry_us))
        return int(made.inserted_primary_key[0])  # type: ignore[index]
    if found[1] is None and expiry_us is not None:
        tx.connection.execute(lot.update().where(lot.c.id == found[0]).values(expiry_us=expiry_us))
    return found[0]

"""Lots: units of an SKU that share a batch and an expiry."""

from dataclasses import dataclass

from sqlalchemy import Connection, select, text

from hub.storage.allocation import FIT
from hub.storage.ledger import StockKey
from hub.storage.prepared import PreparedSet
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
        made = tx.connection.execute(
            lot.insert().values(sku_id=sku_id, code=code, expiry_us=expiry_us, received_us=tx.now_us)
        )
        return int(made.inserted_primary_key[0])  # type: ignore[index]
    if found[1] is None and expiry_us is not None:
        tx.connection.execute(lot.update().where(lot.c.id == found[0]).values(expiry_us=expiry_us))
    return found[0]


@dataclass(frozen=True, kw_only=True)
class SpoiledStock:
    """Units in a bin that may not be sent to anybody any more."""

    bin_id: int
    bin_name: str
    held: bool
    stock: StockKey
    on_hand: int
    reserved: int
    code: str
    """Of the lot."""
    description: str
    """Of the SKU."""


def spoiled(connection: Connection, site_id: int, now_us: int) -> list[SpoiledStock]:
    """What lies in bins of lots that expired, or would too soon after they are sent."""
    rows = connection.execute(_SPOILED, {"site": site_id, "now": now_us})
    return [
        SpoiledStock(
            bin_id=row.bin_id,
            bin_name=row.name,
            held=bool(row.held),
            stock=StockKey(row.client_id, row.sku_id, row.lot_id),
            on_hand=row.on_hand,
            reserved=row.reserved,
            code=row.code,
            description=row.description,
        )
        for row in rows
    ]


_SPOILED = text(
    "SELECT p.id AS bin_id, p.name, p.held, b.client_id, b.sku_id, b.lot_id, b.on_hand, b.reserved, lot.code,"
    " s.description"
    f" FROM lot JOIN sku s ON s.id = lot.sku_id AND NOT {FIT}"
    " JOIN balance b ON b.site_id = :site AND b.client_id = s.client_id AND b.sku_id = s.id AND b.lot_id = lot.id"
    "  AND b.on_hand > 0 JOIN location p ON p.id = b.location_id AND p.kind = 'bin'"
    "  AND p.station IS NOT NULL"  # what is carried cannot be held: where it is put, it is
    " WHERE lot.expiry_us IS NOT NULL ORDER BY p.id, b.lot_id"
)


def first_to_expire(connection: Connection, stocks: list[StockKey]) -> list[StockKey]:
    """Stocks in the order in which they expire; those that never do last."""
    if len(stocks) < 2:
        return stocks
    ends = {row.id: row.expiry_us for row in _ENDS(connection, [stock.lot_id for stock in stocks])}
    return sorted(stocks, key=lambda stock: (ends[stock.lot_id] is None, ends[stock.lot_id] or 0, stock))


_ENDS = PreparedSet("SELECT id, expiry_us FROM lot WHERE id IN (:lots)", "lots")

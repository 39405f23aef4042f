"""Substitutes of the catalogue, and which lines of orders are ones."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, text

from hub.storage.kit_tables import order_substitute, substitute
from hub.storage.transaction import Tx


def known_substitutes(connection: Connection, client_id: int) -> dict[str, tuple[str, ...]]:
    """What may be sent instead of each SKU, the best first."""
    rows = connection.execute(
        text(
            "SELECT a.code, b.code AS other FROM substitute t JOIN sku a ON a.id = t.sku_id"
            " JOIN sku b ON b.id = t.other_id WHERE a.client_id = :client ORDER BY a.id, t.rank"
        ),
        {"client": client_id},
    )
    found: dict[str, tuple[str, ...]] = {}
    for row in rows:
        found[row.code] = (*found.get(row.code, ()), row.other)
    return found


def substitutes_of(connection: Connection, client_id: int, codes: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """What may be sent instead of these SKUs; those that have none are not in the answer."""
    wanted = set(codes)
    if not wanted:
        return {}
    return {code: others for code, others in known_substitutes(connection, client_id).items() if code in wanted}


def write_substitutes(tx: Tx, sku_id: int, other_ids: Sequence[int]) -> None:
    """Write what may be sent instead of an SKU from now on, the best first; none: nothing."""
    tx.connection.execute(substitute.delete().where(substitute.c.sku_id == sku_id))
    for rank, other_id in enumerate(other_ids):
        tx.connection.execute(substitute.insert().values(sku_id=sku_id, rank=rank, other_id=other_id))


def write_instead(tx: Tx, order_id: int, instead: Mapping[int, int]) -> None:
    """Write which lines of an order, by number, stand for an SKU (id) that was ordered."""
    if not instead:
        return
    rows = tx.connection.execute(text("SELECT id, line FROM order_line WHERE order_id = :order"), {"order": order_id})
    for row in rows:
        if row.line in instead:
            tx.connection.execute(order_substitute.insert().values(line_id=row.id, sku_id=instead[row.line]))


def stand_in(tx: Tx, line_id: int, sku_id: int) -> None:
    """Write that a line stands for an SKU that was ordered."""
    tx.connection.execute(order_substitute.insert().values(line_id=line_id, sku_id=sku_id))

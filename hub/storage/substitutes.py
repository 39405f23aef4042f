"""Substitutes: what the catalogue says, what lines accept, and which lines of orders are ones."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, text

from hub.storage.substitute_tables import accepted_substitute, order_substitute, substitute
from hub.storage.transaction import Tx
from hub.storage.work_tables import order_line


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


def stands_for(connection: Connection, order_id: int) -> dict[int, str]:
    """The SKU that was ordered, by the line (id) that stands for it; no other lines are in the answer."""
    rows = connection.execute(
        text(
            "SELECT t.line_id, s.code FROM order_substitute t JOIN order_line l ON l.id = t.line_id"
            " JOIN sku s ON s.id = t.sku_id WHERE l.order_id = :order"
        ),
        {"order": order_id},
    )
    return {row.line_id: row.code for row in rows}


def replaced(connection: Connection, order_id: int) -> dict[int, str]:
    """SKUs (id and code) of an order that have a line that stands for them."""
    rows = connection.execute(
        text(
            "SELECT DISTINCT s.id, s.code FROM order_substitute t JOIN order_line l ON l.id = t.line_id"
            " JOIN sku s ON s.id = t.sku_id WHERE l.order_id = :order"
        ),
        {"order": order_id},
    )
    return {row.id: row.code for row in rows}


def write_accepted(tx: Tx, order_id: int, others: Mapping[int, Sequence[int]]) -> None:
    """Write which SKUs (ids) lines of an order, by number, take instead of their own, the best first."""
    if not others:
        return
    rows = tx.connection.execute(text("SELECT id, line FROM order_line WHERE order_id = :order"), {"order": order_id})
    for row in rows:
        for sku_id in others.get(row.line, ()):
            accept(tx, row.id, sku_id)


def stand_in(tx: Tx, line_id: int, sku_id: int) -> None:
    """Write that a line stands for an SKU that was ordered."""
    tx.connection.execute(order_substitute.insert().values(line_id=line_id, sku_id=sku_id))


def accept(tx: Tx, line_id: int, sku_id: int) -> None:
    """Note that a line takes an SKU instead of its own, after those that it takes already; once."""
    known = accepted(tx.connection, line_id)
    if sku_id not in known:
        values = {"line_id": line_id, "sku_id": sku_id, "rank": len(known)}
        tx.connection.execute(accepted_substitute.insert().values(**values))


def accepted(connection: Connection, line_id: int) -> list[int]:
    """The SKUs that a line takes instead of its own, the first offered first."""
    found = connection.execute(
        text("SELECT sku_id FROM accepted_substitute WHERE line_id = :line ORDER BY rank"), {"line": line_id}
    )
    return list(found.scalars())


def insert_line(tx: Tx, for_line_id: int, sku_id: int, units: int) -> int:
    """Write a line of promised units that takes the place of units of another, at that one's price; its id."""
    row = tx.connection.execute(
        text(
            "SELECT l.order_id, l.sku_id, l.price_minor, (SELECT MAX(o.line) FROM order_line o"
            "  WHERE o.order_id = l.order_id) AS last FROM order_line l WHERE l.id = :line"
        ),
        {"line": for_line_id},
    ).one()
    values = {
        "order_id": row.order_id,
        "line": row.last + 1,
        "sku_id": sku_id,
        "ordered": units,
        "promised": units,
        "price_minor": row.price_minor,
    }
    made = tx.connection.execute(order_line.insert().values(**values)).inserted_primary_key
    line_id = int(made[0])  # type: ignore[index]
    stand_in(tx, line_id, row.sku_id)
    return line_id

"""Holds of carts at checkout: a promise to a cart that is no order yet, until a time.

What is held is part of ``promise``, as what order lines were promised: whoever asks what is available need not know of
holds.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, text

from hub.storage.hold_tables import cart_hold, cart_hold_line
from hub.storage.transaction import Tx


@dataclass(frozen=True, kw_only=True)
class Hold:
    """A hold as it stands."""

    id: int
    public: str
    client_id: int
    state: str
    expires_us: int
    lines: tuple[tuple[int, str, int, int], ...]
    """(SKU's id, code, units asked for, units held)."""


def insert(tx: Tx, units: Mapping[int, int], expires_us: int) -> str:
    """Hold units by SKU; the hold's public id. Whether they are available is the caller's to decide."""
    public = tx.ids.new()
    made = tx.connection.execute(
        cart_hold.insert().values(
            public=public,
            site_id=tx.site_id,
            client_id=tx.client_id,
            state="open",
            made_us=tx.now_us,
            expires_us=expires_us,
        )
    )
    hold_id = int(made.inserted_primary_key[0])  # type: ignore[index]
    for sku_id, asked in sorted(units.items()):
        tx.connection.execute(cart_hold_line.insert().values(hold_id=hold_id, sku_id=sku_id, asked=asked, units=asked))
        tx.ledger.promise(sku_id, asked)
    tx.changed("hold", ref=public)
    return public


def find(connection: Connection, client_id: int, public: str) -> Hold | None:
    """A client's hold by its public id, or None."""
    row = connection.execute(
        text("SELECT id, public, client_id, state, expires_us FROM cart_hold WHERE public = :public"),
        {"public": public},
    ).one_or_none()
    if row is None or row.client_id != client_id:
        return None
    lines = connection.execute(
        text(
            "SELECT h.sku_id, s.code, h.asked, h.units FROM cart_hold_line h JOIN sku s ON s.id = h.sku_id"
            " WHERE h.hold_id = :hold ORDER BY h.sku_id"
        ),
        {"hold": row.id},
    )
    return Hold(**row._mapping, lines=tuple((line.sku_id, line.code, line.asked, line.units) for line in lines))


def close(tx: Tx, hold: Hold, state: str) -> list[int]:
    """End an open hold: what it held is available again; the SKUs of it."""
    freed = []
    for sku_id, _, _, units in hold.lines:
        if units:
            tx.ledger.promise(sku_id, -units)
            freed.append(sku_id)
    of_it = {"hold": hold.id}
    tx.connection.execute(text("UPDATE cart_hold_line SET units = 0 WHERE hold_id = :hold"), of_it)
    tx.connection.execute(cart_hold.update().where(cart_hold.c.id == hold.id).values(state=state, closed_us=tx.now_us))
    tx.changed("hold", ref=hold.public)
    return freed


def used_by(tx: Tx, hold: Hold, order_id: int) -> None:
    """Say which order used a hold."""
    tx.connection.execute(cart_hold.update().where(cart_hold.c.id == hold.id).values(order_id=order_id))


def expired(connection: Connection, now_us: int, limit: int) -> list[tuple[int, str]]:
    """(client, public id) of open holds whose time is over, the first to expire first."""
    rows = connection.execute(
        text(
            "SELECT client_id, public FROM cart_hold WHERE state = 'open' AND expires_us <= :now"
            " ORDER BY expires_us LIMIT :limit"
        ),
        {"now": now_us, "limit": limit},
    )
    return [(row.client_id, row.public) for row in rows]


def break_holds(tx: Tx, sku_id: int, excess: int) -> int:
    """Take up to so many units of an SKU from holds, the youngest first; how many were taken."""
    rows = tx.connection.execute(
        text(
            "SELECT l.hold_id, l.units, h.public FROM cart_hold_line l"
            " JOIN cart_hold h ON h.id = l.hold_id WHERE l.sku_id = :sku AND l.units > 0 ORDER BY l.hold_id DESC"
        ),
        {"sku": sku_id},
    ).all()
    taken = 0
    for row in rows:
        units = min(excess - taken, row.units)
        if units <= 0:
            break
        tx.connection.execute(
            text("UPDATE cart_hold_line SET units = units - :units WHERE hold_id = :hold AND sku_id = :sku"),
            {"units": units, "hold": row.hold_id, "sku": sku_id},
        )
        tx.ledger.promise(sku_id, -units)
        tx.changed("hold", ref=row.public)
        taken += units
    return taken


def held_units(connection: Connection, site_id: int, sku_id: int) -> int:
    """Units of an SKU that carts hold."""
    found = connection.execute(
        text(
            "SELECT COALESCE(SUM(l.units), 0) FROM cart_hold_line l JOIN cart_hold h ON h.id = l.hold_id"
            " WHERE l.sku_id = :sku AND l.units > 0 AND h.site_id = :site"
        ),
        {"site": site_id, "sku": sku_id},
    )
    return int(found.scalar_one())

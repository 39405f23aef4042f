"""Web shops that may send signed orders, and which orders they sent."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from hub.storage.tables import client
from hub.storage.transaction import Tx
from hub.storage.web_tables import web_order, web_shop


@dataclass(frozen=True, kw_only=True)
class WebShop:
    """A shop and the secret that it signs with."""

    public: str
    name: str
    kind: str
    source: str
    client_id: int
    secret: str


class NoSuchWebShop(LookupError):
    """There is no web shop of that id that is not revoked."""


def shops_at(connection: Connection, kind: str, source: str) -> tuple[WebShop, ...]:
    """The shops of a kind that call themselves so: two while a secret is being replaced; none if it is unknown."""
    rows = connection.execute(
        select(web_shop)
        .where(web_shop.c.kind == kind, web_shop.c.source == source, web_shop.c.revoked_us.is_(None))
        .order_by(web_shop.c.id.desc())
    )
    return tuple(WebShop(**{name: row._mapping[name] for name in WebShop.__dataclass_fields__}) for row in rows)


def add(tx: Tx, *, name: str, kind: str, source: str, secret: str) -> str:
    """Keep a web shop of this transaction's client; its public id."""
    public = tx.ids.new()
    values = {"public": public, "client_id": tx.client_id, "name": name, "kind": kind, "source": source}
    tx.connection.execute(web_shop.insert().values(secret=secret, created_us=tx.now_us, **values))
    tx.changed("web_shop", ref=public)
    return public


def revoke(tx: Tx, public: str) -> None:
    """Believe a shop's signatures no more, and forget its secret. Raises: NoSuchWebShop."""
    gone = tx.connection.execute(
        web_shop.update()
        .where(web_shop.c.public == public, web_shop.c.revoked_us.is_(None))
        .values(revoked_us=tx.now_us, secret="")
    )
    if not gone.rowcount:
        raise NoSuchWebShop(f"Expected the id of a web shop that is not revoked, got '{public}'.")
    tx.changed("web_shop", ref=public)


def listed(connection: Connection) -> list[dict[str, Any]]:
    """Every web shop without its secret, revoked ones included, the newest first."""
    rows = connection.execute(
        select(
            web_shop.c.public.label("shop"),
            web_shop.c.name,
            web_shop.c.kind,
            web_shop.c.source,
            client.c.name.label("client"),
            web_shop.c.created_us,
            web_shop.c.revoked_us,
        )
        .join(client, client.c.id == web_shop.c.client_id)
        .order_by(web_shop.c.id.desc())
    )
    return [dict(row._mapping) for row in rows]


def told_us(connection: Connection, order_id: int, shop: WebShop) -> int | None:
    """As of when a shop told an order last; None if the order is not this shop's."""
    found = connection.execute(
        select(web_order.c.updated_us).where(
            web_order.c.order_id == order_id, web_order.c.kind == shop.kind, web_order.c.source == shop.source
        )
    ).scalar()
    return None if found is None else int(found)


def note_told(tx: Tx, order_id: int, shop: WebShop, updated_us: int) -> None:
    """Note which shop an order is of, and as of when it told it."""
    known = tx.connection.execute(
        web_order.update().where(web_order.c.order_id == order_id).values(updated_us=updated_us)
    )
    if not known.rowcount:
        tx.connection.execute(
            web_order.insert().values(order_id=order_id, kind=shop.kind, source=shop.source, updated_us=updated_us)
        )

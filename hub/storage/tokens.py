"""Tokens of shops: who may ask what, of which client. The token itself is nowhere in the database."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from hub.storage.shop_tables import api_token
from hub.storage.tables import client
from hub.storage.transaction import Tx


@dataclass(frozen=True, kw_only=True)
class Shop:
    """Who asks, by its token."""

    token: str
    """The token's public id."""
    name: str
    client_id: int
    scopes: frozenset[str]


class NoSuchToken(LookupError):
    """There is no token of that id that is not revoked."""


def shop_of(connection: Connection, digest: bytes) -> Shop | None:
    """Whose token has this digest; None if nobody's, or if it was revoked."""
    row = connection.execute(
        select(api_token).where(api_token.c.digest == digest, api_token.c.revoked_us.is_(None))
    ).one_or_none()
    if row is None:
        return None
    return Shop(token=row.public, name=row.name, client_id=row.client_id, scopes=frozenset(row.scopes.split()))


def add(tx: Tx, *, name: str, scopes: frozenset[str], digest: bytes) -> str:
    """Keep a token of this transaction's client by its digest; its public id."""
    public = tx.ids.new()
    tx.connection.execute(
        api_token.insert().values(
            public=public,
            client_id=tx.client_id,
            name=name,
            scopes=" ".join(sorted(scopes)),
            digest=digest,
            created_us=tx.now_us,
        )
    )
    tx.changed("token", ref=public)
    return public


def revoke(tx: Tx, public: str) -> None:
    """Let a token open nothing any more. Raises: NoSuchToken."""
    gone = tx.connection.execute(
        api_token.update()
        .where(api_token.c.public == public, api_token.c.revoked_us.is_(None))
        .values(revoked_us=tx.now_us)
    )
    if not gone.rowcount:
        raise NoSuchToken(f"Expected the id of a token that is not revoked, got '{public}'.")
    tx.changed("token", ref=public)


def listed(connection: Connection) -> list[dict[str, Any]]:
    """Every token, revoked ones included, the newest first."""
    rows = connection.execute(
        select(
            api_token.c.public.label("token"),
            api_token.c.name,
            client.c.name.label("client"),
            api_token.c.scopes,
            api_token.c.created_us,
            api_token.c.revoked_us,
        )
        .join(client, client.c.id == api_token.c.client_id)
        .order_by(api_token.c.id.desc())
    )
    return [dict(row._mapping) for row in rows]

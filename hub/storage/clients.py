"""The clients of a site: whose goods lie in it."""

from dataclasses import dataclass

from sqlalchemy import Connection, select, text

from hub.storage.tables import client
from hub.storage.transaction import Tx

LABEL = (
    "CASE WHEN s.client_id = (SELECT MIN(id) FROM client) THEN s.code"
    " ELSE (SELECT o.key FROM client o WHERE o.id = s.client_id) || ':' || s.code END"
)
"""What an SKU ``s`` is called where those of all clients stand: the first client's are called by their codes alone."""

OF_ORDER = "(SELECT k.key FROM client k WHERE k.id = o.client_id)"
"""The key of whose an order ``o`` is."""
OF_PURCHASE = (
    "(SELECT k.key FROM client k JOIN sku ks ON ks.client_id = k.id WHERE ks.id ="
    " (SELECT MIN(kl.sku_id) FROM purchase_order_line kl WHERE kl.purchase_order_id = p.id))"
)
"""The key of whom a purchase order ``p`` is for: the client of its lines, which are all of one."""


@dataclass(frozen=True, kw_only=True)
class Client:
    """Somebody whose goods lie at the site."""

    id: int
    key: str
    """What files, commands and addresses call it."""
    name: str


def listed(connection: Connection) -> tuple[Client, ...]:
    """Every client that there ever was, the first that came first."""
    rows = connection.execute(select(client).order_by(client.c.id))
    return tuple(Client(id=row.id, key=row.key, name=row.name) for row in rows)


def add(tx: Tx, key: str, name: str) -> int:
    """A new client; its id."""
    made = tx.connection.execute(client.insert().values(key=key, name=name))
    tx.changed("site")
    return int(made.inserted_primary_key[0])  # type: ignore[index]


def rename(tx: Tx, client_id: int, key: str, name: str) -> None:
    """Call a client otherwise."""
    tx.connection.execute(client.update().where(client.c.id == client_id).values(key=key, name=name))
    tx.changed("site")


def skus_called(connection: Connection, said: str) -> dict[int, str]:
    """The SKUs that a person may mean, with whose each is: CLIENT:CODE by id. Said so it is one; a code alone may be
    that of several clients."""
    key, _, code = said.rpartition(":")
    rows = connection.execute(
        text(
            "SELECT s.id, c.key FROM client c JOIN sku s ON s.client_id = c.id AND s.code = :code"
            " WHERE :key = '' OR c.key = :key ORDER BY s.id"
        ),
        {"key": key, "code": code},
    )
    return {row.id: f"{row.key}:{code}" for row in rows}

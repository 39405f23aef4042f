"""Carts being loaded: who has one, and taking back what was planned for a place that gets no tote."""

from sqlalchemy import Connection, text

from hub.storage.transaction import Tx
from hub.storage.work_tables import batch, task, tote_load


def user_of(connection: Connection, cart: str) -> str | None:
    """Who loads a cart or picks with it; None if it is free."""
    found = connection.execute(
        text(
            "SELECT o.name FROM batch b JOIN operator o ON o.id = b.operator_id"
            " WHERE b.cart = :cart AND b.state IN ('induct', 'picking') ORDER BY b.id LIMIT 1"
        ),
        {"cart": cart},
    ).scalar()
    return None if found is None else str(found)


def tasks_of(connection: Connection, load_id: int) -> list[str]:
    """The public ids of the tasks of a place on a cart."""
    found = connection.execute(text("SELECT public FROM task WHERE load_id = :load ORDER BY id"), {"load": load_id})
    return list(found.scalars())


def drop_load(tx: Tx, load_id: int) -> None:
    """Take a place that never had a tote off its cart; its tasks, which are void, belong to none any more."""
    tx.connection.execute(task.update().where(task.c.load_id == load_id).values(load_id=None))
    tx.connection.execute(tote_load.delete().where(tote_load.c.id == load_id))


def drop_batch(tx: Tx, batch_id: int) -> None:
    """Forget a cart's tour that never began: none of its places had a tote."""
    tx.connection.execute(batch.delete().where(batch.c.id == batch_id))
    tx.changed("batch", ref=str(batch_id))

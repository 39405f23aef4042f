"""Carts being loaded: who has one, and taking back what was planned for a place that gets no tote."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, text

from hub.storage.transaction import Tx
from hub.storage.work_tables import batch, task, tote_load


class RankedTask(NamedTuple):
    """An open task of a cart, and its place among them."""

    task_id: int
    bin: str
    rank: int


def open_tasks(connection: Connection, batch_id: int) -> list[RankedTask]:
    """The open tasks of a cart by rank."""
    rows = connection.execute(
        text(
            "SELECT t.id, p.name, t.rank FROM task t JOIN tote_load l ON l.id = t.load_id"
            " JOIN location p ON p.id = t.bin_id WHERE l.batch_id = :batch AND t.state IN ('open', 'recalled')"
            " ORDER BY t.rank, t.id"
        ),
        {"batch": batch_id},
    )
    return [RankedTask(row.id, row.name, row.rank) for row in rows]


def set_ranks(tx: Tx, ranks: Iterable[tuple[int, int]]) -> None:
    """Set the rank of tasks, (task, rank) each; whoever does so says that their lights changed."""
    ranked = task.update().where(task.c.id == bindparam("ranked_id")).values(rank=bindparam("new_rank"))
    tx.connection.execute(ranked, [{"ranked_id": task_id, "new_rank": rank} for task_id, rank in ranks])


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


def take_up_again(tx: Tx, load_id: int) -> bool:
    """Whether a tote can still be picked into: it stands on a cart that is being picked, or that was just finished and
    has not been taken by anybody nor its picker by another, nor sorted into a wall. Then both are picked again."""
    load = tx.connection.execute(
        text(
            "SELECT l.state, b.id AS batch, b.state AS batch_state, EXISTS (SELECT 1 FROM batch o WHERE o.id <> b.id"
            " AND o.state IN ('induct', 'picking') AND o.operator_id = b.operator_id) AS picker_busy,"
            " EXISTS (SELECT 1 FROM batch o WHERE o.id <> b.id AND o.state IN ('induct', 'picking')"
            " AND o.cart = b.cart) AS cart_taken,"
            " EXISTS (SELECT 1 FROM cell_load c WHERE c.load_id = l.id) AS in_a_cell"
            " FROM tote_load l JOIN batch b ON b.id = l.batch_id WHERE l.id = :load"
        ),
        {"load": load_id},
    ).one()
    if load.state not in ("picking", "delivered") or load.in_a_cell:
        return False
    if load.batch_state != "picking":
        if load.batch_state != "delivered" or load.picker_busy or load.cart_taken:
            return False
        tx.connection.execute(batch.update().where(batch.c.id == load.batch).values(state="picking", picked_us=None))
        tx.changed("batch", ref=str(load.batch))
    tx.connection.execute(tote_load.update().where(tote_load.c.id == load_id).values(state="picking"))
    return True

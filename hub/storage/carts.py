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


def open_tasks(connection: Connection, batch_id: int, zone: str = "") -> list[RankedTask]:
    """The open tasks of a cart by rank; of its leg in one zone if one is named."""
    rows = connection.execute(
        text(
            "SELECT t.id, p.name, t.rank FROM task t JOIN tote_load l ON l.id = t.load_id"
            " JOIN location p ON p.id = t.bin_id LEFT JOIN leg_task k ON k.task_id = t.id"
            " LEFT JOIN leg g ON g.id = k.leg_id WHERE l.batch_id = :batch AND t.state IN ('open', 'recalled')"
            " AND (:zone = '' OR g.zone = :zone) ORDER BY t.rank, t.id"
        ),
        {"batch": batch_id, "zone": zone},
    )
    return [RankedTask(row.id, row.name, row.rank) for row in rows]


def set_ranks(tx: Tx, ranks: Iterable[tuple[int, int]]) -> None:
    """Set the rank of tasks, (task, rank) each; whoever does so says that their lights changed."""
    ranked = task.update().where(task.c.id == bindparam("ranked_id")).values(rank=bindparam("new_rank"))
    tx.connection.execute(ranked, [{"ranked_id": task_id, "new_rank": rank} for task_id, rank in ranks])


class CartOut(NamedTuple):
    """A cart that is being picked, and who does."""

    batch_id: int
    operator_id: int | None
    """None: it stands at a zone's hand-over place."""


class LoadOut(NamedTuple):
    """A load of a tote on a cart that is being picked."""

    load_id: int
    batch_id: int
    position: str
    order_id: int
    open_tasks: int
    picked: int
    """Units."""


def out(connection: Connection, cart: str) -> CartOut | None:
    """The batch that is being picked with a cart; None if none is."""
    row = connection.execute(
        text(  # the first of the two is what the index of carts in use is of
            "SELECT id, operator_id FROM batch WHERE cart = :cart AND state IN ('induct', 'picking')"
            " AND state = 'picking' ORDER BY id LIMIT 1"
        ),
        {"cart": cart},
    ).one_or_none()
    return None if row is None else CartOut(row.id, row.operator_id)


def pickers_without(connection: Connection) -> list[tuple[str, str]]:
    """(badge, name) of the pickers who have no cart."""
    rows = connection.execute(
        text(
            "SELECT o.badge, o.name FROM operator o WHERE o.role = 'picker' AND NOT EXISTS (SELECT 1 FROM batch b"
            " WHERE b.operator_id = o.id AND b.state IN ('induct', 'picking')) ORDER BY o.id"
        )
    )
    return [(row.badge, row.name) for row in rows]


def recolour(tx: Tx, batch_id: int, colour: str) -> int:
    """Give a cart's open picks another colour; how many there are."""
    done = tx.connection.execute(
        text(
            "UPDATE task SET colour = :colour WHERE state IN ('open', 'recalled')"
            " AND load_id IN (SELECT id FROM tote_load WHERE batch_id = :batch)"
        ),
        {"colour": colour, "batch": batch_id},
    )
    return done.rowcount


def open_picks(connection: Connection, batch_id: int) -> list[str]:
    """The public ids of a cart's open picks, by rank."""
    found = connection.execute(
        text(
            "SELECT t.public FROM task t JOIN tote_load l ON l.id = t.load_id WHERE l.batch_id = :batch"
            " AND t.state = 'open' ORDER BY t.rank, t.id"
        ),
        {"batch": batch_id},
    )
    return list(found.scalars())


def loads_being_picked(connection: Connection, tote_id: int) -> list[LoadOut]:
    """The loads of a tote that stands on a cart which is being picked."""
    rows = connection.execute(
        text(
            "SELECT l.id, l.batch_id, l.position, l.order_id, (SELECT COUNT(*) FROM task t WHERE t.load_id = l.id"
            "  AND t.state IN ('open', 'recalled')) AS open_tasks,"
            " (SELECT COALESCE(SUM(t.units_done), 0) FROM task t WHERE t.load_id = l.id AND t.state = 'done') AS picked"
            " FROM tote_load l JOIN batch b ON b.id = l.batch_id AND b.state = 'picking'"
            " WHERE l.tote_id = :tote AND l.state = 'picking' ORDER BY l.id"
        ),
        {"tote": tote_id},
    )
    return [LoadOut(*row) for row in rows]


def next_position(connection: Connection, batch_id: int, mark: str) -> str:
    """One more load at a place of a cart: what its position is called (A, A2, A3)."""
    found = connection.execute(
        text("SELECT position FROM tote_load WHERE batch_id = :batch"), {"batch": batch_id}
    ).scalars()
    numbers = [int(position[1:] or 1) for position in found if position[0] == mark]
    return f"{mark}{max(numbers, default=0) + 1}"


def move_open_tasks(tx: Tx, load_id: int, other_id: int) -> None:
    """What is still to be picked for a load is for another one."""
    tx.connection.execute(
        task.update().where(task.c.load_id == load_id, task.c.state.in_(("open", "recalled"))).values(load_id=other_id)
    )


def user_of(connection: Connection, cart: str) -> str | None:
    """Who loads a cart or picks with it; None if it is free. One that stands between two zones is the next picker's."""
    found = connection.execute(
        text(
            "SELECT COALESCE(o.name, 'the next zone') AS name FROM batch b LEFT JOIN operator o ON o.id = b.operator_id"
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

"""Counts and put-aways that are lit on a cart's walk: which there are, whose they are, and giving them back to all."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, text

from hub.storage.transaction import Tx
from hub.storage.work_tables import task
from hub.storage.zone_tables import way_task


@dataclass(frozen=True, kw_only=True)
class OtherTask:
    """A task that anybody may do, and a cart's picker on the way."""

    task_id: int
    kind: str
    """count, put_back (from the put-back tote) or put_away (from a delivery)."""
    station: str
    bin: str
    colour: str
    rank: int
    units: int
    description: str
    source: str
    """Where the goods are that are put away; empty for a count."""


def others(connection: Connection, limit: int) -> list[OtherTask]:
    """Open counts and put-aways that are on no cart's walk, the oldest first."""
    rows = connection.execute(
        text(
            "SELECT t.id AS task_id, CASE WHEN t.kind = 'count' THEN 'count' WHEN f.kind = 'putback' THEN 'put_back'"
            " ELSE 'put_away' END AS kind, t.station, p.name AS bin, t.colour, t.rank, t.units, s.description,"
            " COALESCE(f.name, '') AS source FROM task t JOIN location p ON p.id = t.bin_id AND p.kind = 'bin'"
            " JOIN sku s ON s.id = t.sku_id LEFT JOIN location f ON f.id = t.source_id"
            " WHERE t.state = 'open' AND t.kind IN ('count', 'put')"
            " AND (t.kind = 'count' OR f.kind IN ('putback', 'plate'))"
            " AND NOT EXISTS (SELECT 1 FROM way_task w WHERE w.task_id = t.id) ORDER BY t.id LIMIT :limit"
        ),
        {"limit": limit},
    )
    return [OtherTask(**row._mapping) for row in rows]


def is_urgent(connection: Connection, batch_id: int, due_before_us: int) -> bool:
    """Whether an order on a cart has a priority, or must leave before a time."""
    found = connection.execute(
        text(
            "SELECT 1 FROM tote_load l JOIN customer_order o ON o.id = l.order_id WHERE l.batch_id = :batch"
            " AND (o.priority > 0 OR o.ship_by_us < :due) LIMIT 1"
        ),
        {"batch": batch_id, "due": due_before_us},
    ).scalar()
    return found is not None


def put_on(tx: Tx, batch_id: int, other: OtherTask, colour: str, rank: int) -> None:
    """A task is on a cart's walk: it is lit in that picker's colour, at that place in the walk."""
    values = {"task_id": other.task_id, "batch_id": batch_id, "colour": other.colour, "rank": other.rank}
    tx.connection.execute(way_task.insert().values(**values))
    tx.connection.execute(task.update().where(task.c.id == other.task_id).values(colour=colour, rank=rank))
    tx.changed("task", station=other.station)


def recolour(tx: Tx, batch_id: int, colour: str) -> None:
    """Another picker goes on with a cart: what is on its walk takes their colour."""
    for row in _open(tx.connection, batch_id):
        tx.connection.execute(task.update().where(task.c.id == row.task_id).values(colour=colour))
        tx.changed("task", station=row.station)


def let_go(tx: Tx, batch_id: int, only: Iterable[int] | None = None) -> None:
    """What is left on a cart's walk (or only some tasks of it) is everybody's again, as it was before."""
    for row in _open(tx.connection, batch_id):
        if only is not None and row.task_id not in only:
            continue
        tx.connection.execute(task.update().where(task.c.id == row.task_id).values(colour=row.colour, rank=row.rank))
        tx.connection.execute(way_task.delete().where(way_task.c.task_id == row.task_id))
        tx.changed("task", station=row.station)


def _open(connection: Connection, batch_id: int) -> list[Row[Any]]:
    return list(
        connection.execute(
            text(
                "SELECT w.task_id, w.colour, w.rank, t.station FROM way_task w JOIN task t ON t.id = w.task_id"
                " AND t.state IN ('open', 'recalled') WHERE w.batch_id = :batch ORDER BY t.id"
            ),
            {"batch": batch_id},
        )
    )

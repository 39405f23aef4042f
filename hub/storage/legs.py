"""A cart's way through the zones: its legs, who has which, and where it stands."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, text

from hub.storage.prepared import Prepared
from hub.storage.transaction import Tx
from hub.storage.work_tables import batch
from hub.storage.zone_tables import leg, leg_task, picker_zone


@dataclass(frozen=True, kw_only=True)
class Leg:
    """What of a cart's picks lies in one zone."""

    id: int
    zone: str
    state: str
    """waiting, offered, picking, or done."""
    operator_id: int | None
    open_tasks: int


class CartInZones(NamedTuple):
    """A cart that goes through zones, and where it is."""

    cart: str
    zone: str
    """Where it is picked, or at whose hand-over place it stands; empty: it is being loaded."""
    picker: str
    """Empty if nobody has it."""
    since_us: int
    open_tasks: int
    """In that zone."""
    later: tuple[str, ...]
    """Zones where it has picks still, after that."""


class HandOn(NamedTuple):
    """A cart that its picker is done with, and where it is to stand."""

    picker: str
    cart: str
    zone: str


_OF_BATCH = Prepared(
    "SELECT g.id, g.zone, g.state, g.operator_id, (SELECT COUNT(*) FROM leg_task k JOIN task t ON t.id = k.task_id"
    " WHERE k.leg_id = g.id AND t.state IN ('open', 'recalled')) AS open_tasks FROM leg g WHERE g.batch_id = :batch"
    " ORDER BY g.id"
)
_STATIONS = Prepared(
    "SELECT t.station FROM leg g JOIN leg_task k ON k.leg_id = g.id JOIN task t ON t.id = k.task_id"
    " WHERE g.batch_id = :batch AND g.state = 'picking' AND t.state IN ('open', 'recalled')"
    " GROUP BY t.station ORDER BY MIN(t.rank)"
)


def of_batch(connection: Connection, batch_id: int) -> list[Leg]:
    """The legs of a cart in the order in which they were written; none where there are no zones."""
    rows = _OF_BATCH(connection, {"batch": batch_id})
    return [
        Leg(id=row.id, zone=row.zone, state=row.state, operator_id=row.operator_id, open_tasks=row.open_tasks)
        for row in rows
    ]


def stations_open(connection: Connection, batch_id: int) -> list[str]:
    """The stations of the unfinished tasks of the leg that is being picked, the next one first."""
    return [row.station for row in _STATIONS(connection, {"batch": batch_id})]


def insert(tx: Tx, batch_id: int, zone: str, task_ids: Iterable[int]) -> int:
    """Write a leg that waits, and its tasks; its id."""
    values = {"batch_id": batch_id, "zone": zone, "state": "waiting", "since_us": tx.now_us}
    leg_id = int(tx.connection.execute(leg.insert().values(**values)).inserted_primary_key[0])  # type: ignore[index]
    tx.connection.execute(leg_task.insert(), [{"task_id": task_id, "leg_id": leg_id} for task_id in task_ids])
    return leg_id


def set_state(tx: Tx, leg_id: int, state: str, operator_id: int | None = None) -> None:
    """A leg begins, is offered, waits again or ends; a leg that ends keeps its picker."""
    values: dict[str, object] = {"state": state, "since_us": tx.now_us}
    values |= {"done_us": tx.now_us} if state == "done" else {"done_us": None, "operator_id": operator_id}
    tx.connection.execute(leg.update().where(leg.c.id == leg_id).values(**values))


def set_holder(tx: Tx, batch_id: int, operator_id: int | None) -> None:
    """Say who has a cart; None: it stands at a hand-over place."""
    tx.connection.execute(batch.update().where(batch.c.id == batch_id).values(operator_id=operator_id))
    tx.changed("batch", ref=str(batch_id))


def drop(tx: Tx, batch_id: int) -> None:
    """Forget the legs of a cart's tour that never began."""
    of_it = text("DELETE FROM leg_task WHERE leg_id IN (SELECT id FROM leg WHERE batch_id = :batch)")
    tx.connection.execute(of_it, {"batch": batch_id})
    tx.connection.execute(leg.delete().where(leg.c.batch_id == batch_id))


def recolour(tx: Tx, leg_id: int, colour: str) -> None:
    """The open tasks of a leg take its picker's colour."""
    tx.connection.execute(
        text(
            "UPDATE task SET colour = :colour WHERE state IN ('open', 'recalled')"
            " AND id IN (SELECT task_id FROM leg_task WHERE leg_id = :leg)"
        ),
        {"colour": colour, "leg": leg_id},
    )


def tasks_by_station(connection: Connection, batch_id: int) -> dict[str, list[int]]:
    """The tasks of a cart that are in no leg yet, by station, by rank."""
    rows = connection.execute(
        text(
            "SELECT t.id, t.station FROM task t JOIN tote_load l ON l.id = t.load_id WHERE l.batch_id = :batch"
            " AND t.kind = 'pick' ORDER BY t.rank, t.id"
        ),
        {"batch": batch_id},
    )
    found: dict[str, list[int]] = {}
    for row in rows:
        found.setdefault(row.station, []).append(row.id)
    return found


def leg_of_task(connection: Connection, task_id: int) -> tuple[int, int] | None:
    """(leg, batch) of a pick; None where there are no zones."""
    row = connection.execute(
        text("SELECT g.id, g.batch_id FROM leg_task k JOIN leg g ON g.id = k.leg_id WHERE k.task_id = :task"),
        {"task": task_id},
    ).one_or_none()
    return None if row is None else (row.id, row.batch_id)


def standing(connection: Connection, symbol: str) -> tuple[int, str] | None:
    """(batch, cart) of a cart that stands at a hand-over place, by its own symbol or by that of a tote on it."""
    row = connection.execute(
        text(
            "SELECT b.id, b.cart FROM leg g JOIN batch b ON b.id = g.batch_id AND b.state = 'picking'"
            " WHERE g.state = 'offered' AND (b.cart = :symbol OR EXISTS (SELECT 1 FROM tote_load l"
            "  JOIN location p ON p.id = l.tote_id WHERE l.batch_id = b.id AND l.state = 'picking'"
            "  AND p.name = :symbol)) ORDER BY b.id LIMIT 1"
        ),
        {"symbol": symbol},
    ).one_or_none()
    return None if row is None else (row.id, row.cart)


def offered(connection: Connection) -> dict[str, int]:
    """Carts that stand at each zone's hand-over place."""
    rows = connection.execute(
        text("SELECT zone, COUNT(*) AS carts FROM leg WHERE state <> 'done' AND state = 'offered' GROUP BY zone")
    )
    return {row.zone: row.carts for row in rows}


def to_hand_on(connection: Connection) -> list[HandOn]:
    """Carts that stand at a hand-over place, or are on their way there, by who had them last."""
    rows = connection.execute(
        text(
            "SELECT o.name, b.cart, g.zone FROM leg g JOIN batch b ON b.id = g.batch_id AND b.state = 'picking'"
            " JOIN operator o ON o.id = (SELECT d.operator_id FROM leg d WHERE d.batch_id = b.id AND d.state = 'done'"
            "  AND d.operator_id IS NOT NULL ORDER BY d.done_us DESC, d.id DESC LIMIT 1)"
            " WHERE g.state <> 'done' AND g.state = 'offered' ORDER BY g.since_us, g.id"
        )
    )
    return [HandOn(row.name, row.cart, row.zone) for row in rows]


def carts(connection: Connection) -> list[CartInZones]:
    """Every cart that is out and goes through zones; the longest out first."""
    rows = connection.execute(
        text(
            "SELECT b.id, b.cart, g.zone, g.state, g.since_us, COALESCE(o.name, '') AS picker,"
            " (SELECT COUNT(*) FROM leg_task k JOIN task t ON t.id = k.task_id WHERE k.leg_id = g.id"
            "  AND t.state IN ('open', 'recalled')) AS open_tasks"
            " FROM leg g JOIN batch b ON b.id = g.batch_id AND b.state IN ('induct', 'picking')"
            " LEFT JOIN operator o ON o.id = g.operator_id WHERE g.state <> 'done' ORDER BY b.id, g.id"
        )
    ).all()
    found: dict[int, CartInZones] = {}
    for row in rows:
        now = found.get(row.id, CartInZones(row.cart, "", "", row.since_us, 0, ()))
        if row.state in ("offered", "picking"):
            now = now._replace(zone=row.zone, picker=row.picker, since_us=row.since_us, open_tasks=row.open_tasks)
        elif row.open_tasks:
            now = now._replace(later=(*now.later, row.zone))
        found[row.id] = now
    return list(found.values())


def zone_of(connection: Connection, operator_id: int) -> str:
    """In which zone a picker works; empty if they have not said so."""
    found = connection.execute(
        text("SELECT zone FROM picker_zone WHERE operator_id = :operator"), {"operator": operator_id}
    ).scalar()
    return "" if found is None else str(found)


def set_zone(tx: Tx, operator_id: int, zone: str) -> None:
    """A picker works in a zone from now on."""
    values = {"zone": zone, "since_us": tx.now_us}
    changed = tx.connection.execute(
        picker_zone.update().where(picker_zone.c.operator_id == operator_id).values(**values)
    )
    if not changed.rowcount:
        tx.connection.execute(picker_zone.insert().values(operator_id=operator_id, **values))


def pickers(connection: Connection) -> dict[str, list[str]]:
    """The pickers of each zone by name: whoever said so last of themselves."""
    rows = connection.execute(
        text("SELECT z.zone, o.name FROM picker_zone z JOIN operator o ON o.id = z.operator_id ORDER BY o.id")
    )
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row.zone, []).append(row.name)
    return found

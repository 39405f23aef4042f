"""Tasks at bins, batches of totes, and what a tote is for."""

from functools import cache

import msgspec
from sqlalchemy import Connection, text

from hub.storage import way_tasks
from hub.storage.allocation import BY_ROTATION, FIT
from hub.storage.lanes import CARRIED_AWAY, IS_LANE
from hub.storage.ledger import StockKey
from hub.storage.prepared import Prepared
from hub.storage.transaction import Tx
from hub.storage.work_tables import batch, task, tote_load


class TaskRow(msgspec.Struct, frozen=True, kw_only=True):
    """One task with what its handler needs."""

    id: int
    public: str
    kind: str
    station: str
    bin_id: int
    bin_name: str
    sku_id: int
    lot_id: int
    units: int
    state: str
    load_id: int | None
    line_id: int | None
    source_id: int | None
    reserve_id: int | None
    units_done: int
    tote_id: int | None
    batch_id: int | None
    client_id: int
    tote_packed: bool
    """Whether nothing of its load is in its tote any more, which may be in other use: it has been packed, or sorted
    into a cell."""

    @property
    def stock(self) -> StockKey:
        """What it moves."""
        return StockKey(self.client_id, self.sku_id, self.lot_id)


_TASK = (
    "SELECT t.id, t.public, t.kind, t.station, t.bin_id, b.name AS bin_name, t.sku_id, t.lot_id, t.units, t.state,"
    " t.load_id, t.line_id, t.source_id, t.reserve_id, t.units_done, l.tote_id, l.batch_id, s.client_id,"
    " CASE WHEN l.state = 'packed' OR c.sorted = 1 THEN 1 ELSE 0 END AS tote_packed"
    " FROM task t JOIN location b ON b.id = t.bin_id JOIN sku s ON s.id = t.sku_id"
    " LEFT JOIN tote_load l ON l.id = t.load_id LEFT JOIN cell_load c ON c.load_id = t.load_id"
)


_GIVEN = (
    "kind", "station", "bin_id", "sku_id", "lot_id", "units", "mark", "colour", "rank", "load_id", "line_id",
    "source_id", "reserve_id",
)  # fmt: skip
"""What is told of a new task; what is not told is null."""
_INSERT = Prepared(
    f"INSERT INTO task (public, state, released_us, {', '.join(_GIVEN)})"
    f" VALUES (:public, 'open', :released_us, {', '.join(':' + name for name in _GIVEN)})"
)
_BINS_WITH = Prepared(
    "SELECT q.id, q.name, q.station, q.lot_id, q.free FROM (SELECT l.id, l.name, l.station, b.lot_id,"
    f" b.on_hand - b.reserved - {CARRIED_AWAY} AS free, {BY_ROTATION} AS rotation, CASE WHEN {IS_LANE} THEN"
    "  CASE WHEN EXISTS (SELECT 1 FROM lane_line n JOIN order_line w ON w.id = n.line_id AND w.sku_id = b.sku_id"
    "   WHERE n.location_id = l.id AND n.done_us IS NULL AND w.order_id = :order) THEN 0 ELSE 2 END"
    "  ELSE 1 END AS way FROM balance b"
    " JOIN location l ON l.id = b.location_id AND l.kind = 'bin' AND l.held = 0 AND l.reserve = 0"
    f" JOIN sku s ON s.id = b.sku_id JOIN lot ON lot.id = b.lot_id AND {FIT}"
    " LEFT JOIN bin_trait t ON t.location_id = l.id"
    " WHERE b.site_id = :site AND b.client_id = (SELECT client_id FROM sku WHERE id = :sku) AND b.sku_id = :sku"
    " AND b.on_hand > 0 AND b.on_hand > b.reserved) q"
    " WHERE q.free > 0 ORDER BY q.way, q.rotation, q.free DESC, q.id"
)
_BY_PUBLIC = Prepared(_TASK + " WHERE t.public = :public")
_FINISH = Prepared(
    "UPDATE task SET state = 'done', units_done = :units, by = :by, done_us = :now, rank = COALESCE(reserve_id, rank)"
    " WHERE id = :id"
)
"""A pick's rank is its reservation; one that was taken back keeps its place though it has another, until it is done:
from then on rank names the reservation that it was confirmed against."""


def by_public(connection: Connection, public: str) -> TaskRow | None:
    """The task of this public id, or None."""
    row = _BY_PUBLIC(connection, {"public": public}).one_or_none()
    return None if row is None else TaskRow(**row._asdict())


def open_at_bin(connection: Connection, bin_id: int) -> list[TaskRow]:
    """Open and recalled tasks at a bin, youngest first."""
    rows = connection.execute(
        text(_TASK + " WHERE t.bin_id = :bin AND t.state IN ('open', 'recalled') ORDER BY t.id DESC"), {"bin": bin_id}
    )
    return [TaskRow(**row._mapping) for row in rows]


def open_at_station(connection: Connection, station: str) -> list[TaskRow]:
    """Open and recalled tasks of a station, oldest first."""
    rows = connection.execute(
        text(_TASK + " WHERE t.station = :station AND t.state IN ('open', 'recalled') ORDER BY t.id"),
        {"station": station},
    )
    return [TaskRow(**row._mapping) for row in rows]


def owing_at_bin(connection: Connection, bin_id: int) -> list[TaskRow]:
    """Finished pick tasks at a bin that came out short by weight and still hold a reservation, youngest first."""
    rows = connection.execute(
        text(
            _TASK + " WHERE t.bin_id = :bin AND t.state = 'done' AND t.kind = 'pick' AND t.reserve_id IS NOT NULL"
            " AND t.reserve_id <> t.rank AND (SELECT r.units - (SELECT COALESCE(SUM(u.units), 0) FROM transfer u"
            "  WHERE u.pending_id = r.id) FROM transfer r WHERE r.id = t.reserve_id) > 0 ORDER BY t.id DESC"
        ),
        {"bin": bin_id},
    )
    return [TaskRow(**row._mapping) for row in rows]


def insert(tx: Tx, **values: object) -> str:
    """Write a task; its public id. Its station's desired state changes."""
    public = tx.ids.new()
    row = dict.fromkeys(_GIVEN) | values | {"public": public, "released_us": tx.now_us}
    _INSERT(tx.connection, row)
    tx.changed("task", station=str(values["station"]))
    return public


def finish(tx: Tx, done: TaskRow, units: int, by: str) -> None:
    """Mark a task done."""
    _FINISH(tx.connection, {"units": units, "by": by, "now": tx.now_us, "id": done.id})
    tx.changed("task", station=done.station)


def set_state(tx: Tx, row: TaskRow, state: str) -> None:
    """Recall a task, or void it."""
    tx.connection.execute(task.update().where(task.c.id == row.id).values(state=state))
    tx.changed("task", station=row.station)


def reopen(tx: Tx, row: TaskRow, units: int, reserve_id: int | None) -> None:
    """A finished task is to be done again, for so many units."""
    values = {"state": "open", "units": units, "units_done": 0, "by": None, "done_us": None, "reserve_id": reserve_id}
    tx.connection.execute(task.update().where(task.c.id == row.id).values(**values))
    tx.changed("task", station=row.station)


def set_done(tx: Tx, row: TaskRow, units_done: int, reserve_id: int | None) -> None:
    """Correct what a finished task moved, after its weight settled; ``reserve_id``: what is still to be taken."""
    values = {"units_done": units_done, "reserve_id": reserve_id}
    tx.connection.execute(task.update().where(task.c.id == row.id).values(**values))


def units_given_up(tx: Tx, row: TaskRow) -> int:
    """Units of a pick that its confirmation gave up: they were short, or its reservation had been broken."""
    found = tx.connection.execute(
        text(
            "SELECT COALESCE(SUM(v.units), 0) FROM task t JOIN transfer v ON v.pending_id = t.rank AND v.kind = 'void'"
            " WHERE t.id = :id"
        ),
        {"id": row.id},
    )
    return int(found.scalar_one())


def agree(tx: Tx, row: TaskRow) -> None:
    """The weight agrees with the button: both confirmed the task."""
    _AGREE(tx.connection, {"id": row.id})


_AGREE = Prepared("UPDATE task SET by = 'both' WHERE id = :id AND by = 'button'")


def insert_batch(tx: Tx, **values: object) -> int:
    """Write a batch; its id."""
    result = tx.connection.execute(batch.insert().values(created_us=tx.now_us, **values))
    return int(result.inserted_primary_key[0])  # type: ignore[index]


def insert_load(tx: Tx, batch_id: int, position: str, order_id: int) -> int:
    """Write a tote's place on a cart; its id."""
    return int(_NEW_LOAD(tx.connection, {"batch": batch_id, "position": position, "order": order_id}).scalar())


_NEW_LOAD = Prepared(
    "INSERT INTO tote_load (batch_id, position, order_id, state) VALUES (:batch, :position, :order, 'planned')"
    " RETURNING id"
)


def set_batch(tx: Tx, batch_id: int, **values: object) -> None:
    """Change a batch."""
    tx.connection.execute(batch.update().where(batch.c.id == batch_id).values(**values))
    tx.changed("batch", ref=str(batch_id))


def deliver(tx: Tx, batch_id: int) -> None:
    """Send a cart that is being picked to packing, with those of its totes that were not brought there before."""
    picking = batch.update().where(batch.c.id == batch_id, batch.c.state == "picking")
    if not tx.connection.execute(picking.values(state="delivered", picked_us=tx.now_us)).rowcount:
        return
    on_the_cart = (tote_load.c.batch_id == batch_id, tote_load.c.state.in_(("planned", "picking")))
    tx.connection.execute(tote_load.update().where(*on_the_cart).values(state="delivered"))
    way_tasks.let_go(tx, batch_id)
    tx.changed("batch", ref=str(batch_id))


def set_load(tx: Tx, load_id: int, **values: object) -> None:
    """Change a tote's load."""
    _set_load(tuple(values))(tx.connection, values | {"id": load_id})


@cache
def _set_load(columns: tuple[str, ...]) -> Prepared:
    assert all(name in tote_load.c for name in columns), columns
    return Prepared(f"UPDATE tote_load SET {', '.join(f'{name} = :{name}' for name in columns)} WHERE id = :id")


def stations_of_batch(connection: Connection, batch_id: int) -> list[str]:
    """Stations with tasks of a batch."""
    rows = connection.execute(
        text("SELECT DISTINCT t.station FROM task t JOIN tote_load l ON l.id = t.load_id WHERE l.batch_id = :batch"),
        {"batch": batch_id},
    )
    return [row.station for row in rows]


def stations_open(connection: Connection, batch_id: int) -> list[str]:
    """The stations of a batch's unfinished tasks, the next one first."""
    rows = _STATIONS_OPEN(connection, {"batch": batch_id})
    return [row.station for row in rows]


def next_station(connection: Connection, batch_id: int) -> str | None:
    """The station of a batch's next task; None: all are finished."""
    station: str | None = _NEXT_STATION(connection, {"batch": batch_id}).scalar()
    return station


_NEXT_STATION = Prepared(
    "SELECT t.station FROM task t JOIN tote_load l ON l.id = t.load_id WHERE l.batch_id = :batch"
    " AND t.state IN ('open', 'recalled') ORDER BY t.rank LIMIT 1"
)
_STATIONS_OPEN = Prepared(
    "SELECT t.station FROM task t JOIN tote_load l ON l.id = t.load_id LEFT JOIN leg_task k ON k.task_id = t.id"
    " LEFT JOIN leg g ON g.id = k.leg_id WHERE l.batch_id = :batch AND t.state IN ('open', 'recalled')"
    " GROUP BY t.station"
    " ORDER BY MIN(CASE WHEN COALESCE(g.state, 'picking') = 'picking' THEN 0 ELSE 1 END), MIN(t.rank)"
)


def free_tote(connection: Connection, tote_id: int) -> bool:
    """Whether a tote is in no use: no load that is neither packed nor sorted into a cell, and nothing in it."""
    return int(_BUSY(connection, {"tote": tote_id}).scalar()) == 0


_BUSY = Prepared(
    "SELECT (SELECT COUNT(*) FROM tote_load l WHERE l.tote_id = :tote AND l.state <> 'packed'"
    "  AND NOT EXISTS (SELECT 1 FROM cell_load c WHERE c.load_id = l.id AND c.sorted = 1))"
    " + (SELECT COUNT(*) FROM balance WHERE location_id = :tote AND on_hand <> 0)"
)


def loads(connection: Connection, batch_id: int) -> list[tuple[int, str, int, int | None]]:
    """(id, position, order, tote) of each load of a batch, by position."""
    rows = connection.execute(
        text("SELECT id, position, order_id, tote_id FROM tote_load WHERE batch_id = :batch ORDER BY id"),
        {"batch": batch_id},
    )
    return [(row.id, row.position, row.order_id, row.tote_id) for row in rows]


def bins_with(tx: Tx, sku_id: int, order_id: int = 0) -> list[tuple[int, str, str, int, int]]:
    """(bin, name, station, lot, free units) where an SKU can be reserved: by its rotation, then most first.

    A lane whose units came for the order is told before all others, any other lane after them. Lots that may not be
    sent any more are not told, nor what is being carried from a lane to the shelf.
    """
    asked = {"site": tx.site_id, "sku": sku_id, "order": order_id, "now": tx.now_us}
    rows = _BINS_WITH(tx.connection, asked)
    return [(row.id, row.name, row.station, row.lot_id, row.free) for row in rows]


def picking_batch(connection: Connection, operator_id: int) -> int | None:
    """The batch that an operator is picking, or None."""
    found = connection.execute(
        text("SELECT id FROM batch WHERE operator_id = :operator AND state IN ('induct', 'picking') LIMIT 1"),
        {"operator": operator_id},
    ).scalar()
    return None if found is None else int(found)


def stations_waiting(connection: Connection, load_id: int) -> list[str]:
    """Stations where tasks of a load are still open."""
    rows = connection.execute(
        text("SELECT DISTINCT station FROM task WHERE load_id = :load AND state IN ('open', 'recalled')"),
        {"load": load_id},
    )
    return [row.station for row in rows]


def put_units_open(connection: Connection, stock: StockKey, source_id: int) -> int:
    """Units that open put tasks ask to be taken from a place."""
    found = connection.execute(
        text(
            "SELECT COALESCE(SUM(units), 0) FROM task WHERE source_id = :source AND sku_id = :sku AND lot_id = :lot"
            " AND kind = 'put' AND state IN ('open', 'recalled')"
        ),
        {"source": source_id, "sku": stock.sku_id, "lot": stock.lot_id},
    )
    return int(found.scalar_one())


def left_unput(tx: Tx, *, before_us: int) -> list[tuple[StockKey, int]]:
    """(stock, place) of what lies on plates and in the put-back tote or is carried from reserve, its last put task
    finished before a time."""
    rows = tx.connection.execute(
        text(
            "SELECT b.client_id, b.sku_id, b.lot_id, b.location_id FROM balance b"
            " JOIN location l ON l.id = b.location_id"
            "  AND (l.kind IN ('plate', 'putback') OR (l.kind = 'bin' AND l.station IS NULL))"
            " JOIN task t ON t.source_id = b.location_id AND t.sku_id = b.sku_id AND t.lot_id = b.lot_id"
            " WHERE b.site_id = :site AND b.on_hand > 0 GROUP BY b.client_id, b.sku_id, b.lot_id, b.location_id"
            " HAVING SUM(CASE WHEN t.state IN ('open', 'recalled') THEN 1 ELSE 0 END) = 0"
            " AND MAX(COALESCE(t.done_us, 0)) < :before"
        ),
        {"site": tx.site_id, "before": before_us},
    )
    return [(StockKey(row.client_id, row.sku_id, row.lot_id), row.location_id) for row in rows]

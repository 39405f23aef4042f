"""Put-to-light walls: totes that several orders share, the cells of their loads, and what was put into each."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from hub.storage import consolidations
from hub.storage.ledger import StockKey
from hub.storage.prepared import Prepared
from hub.storage.transaction import Tx
from hub.storage.work_tables import cell_load, cell_put


@dataclass(frozen=True, kw_only=True)
class SharedLoad:
    """What a tote holds of one order, and its cell."""

    load_id: int
    order_ref: str
    state: str
    open_tasks: int
    picked: int
    """Units that were picked into the tote for it, too much left out."""
    cell_id: int | None
    cell: str
    """"" if it has none yet."""
    wall: str
    """The station of its cell."""


@dataclass(frozen=True, kw_only=True)
class Need:
    """Units of one line and lot that were picked into a shared tote, and how many are on their way to their cell."""

    load_id: int
    line_id: int
    sku_id: int
    lot_id: int
    client_id: int
    description: str
    gtin: str
    cell_id: int
    cell: str
    wall: str
    picked: int
    put: int
    """In the cell, or lit to be put there."""

    @property
    def left(self) -> int:
        """Units still to be put."""
        return max(0, self.picked - self.put)

    @property
    def stock(self) -> StockKey:
        """What it moves."""
        return StockKey(self.client_id, self.sku_id, self.lot_id)


@dataclass(frozen=True, kw_only=True)
class CellPut:
    """A put at a cell: for which load and line, and how far the load is."""

    load_id: int
    line_id: int
    load_state: str
    sorted: bool


_UP_TO = "CASE WHEN t.units_done > t.units THEN t.units ELSE t.units_done END"
"""What a finished task counts for its line."""
_PUT = (
    "SELECT COALESCE(SUM(CASE WHEN v.state IN ('open', 'recalled') OR (v.state = 'done' AND v.units_done > v.units)"
    "  THEN v.units WHEN v.state = 'done' THEN v.units_done ELSE 0 END), 0)"
    " FROM cell_put u JOIN task v ON v.id = u.task_id WHERE u.load_id = l.id"
)
"""Units of a load ``l`` in its cell, or lit to be put there."""
_UNSORTED = " l.state <> 'packed' AND COALESCE(c.sorted, 0) = 0"


def loads_in(connection: Connection, tote_id: int) -> list[SharedLoad]:
    """What a tote is for: its loads that are not packed and not all in their cells."""
    return [SharedLoad(**row._asdict()) for row in _LOADS_IN(connection, {"tote": tote_id})]


_LOADS_IN = Prepared(
    "SELECT l.id AS load_id, o.ref AS order_ref, l.state, (SELECT COUNT(*) FROM task t WHERE t.load_id = l.id"
    " AND t.state IN ('open', 'recalled')) AS open_tasks, (SELECT COALESCE(SUM(" + _UP_TO + "), 0) FROM task t"
    " WHERE t.load_id = l.id AND t.state = 'done') AS picked, c.cell_id, COALESCE(p.name, '') AS cell,"
    " COALESCE(p.station, '') AS wall FROM tote_load l JOIN customer_order o ON o.id = l.order_id"
    " LEFT JOIN cell_load c ON c.load_id = l.id LEFT JOIN location p ON p.id = c.cell_id"
    " WHERE l.tote_id = :tote AND" + _UNSORTED + " ORDER BY l.id"
)


def free_cells(connection: Connection, site_id: int, wall: str) -> list[tuple[int, str]]:
    """(id, name) of a wall's cells that no load has, in the order in which they were made."""
    rows = connection.execute(
        text(
            "SELECT p.id, p.name FROM location p WHERE p.site_id = :site AND p.station = :wall AND p.kind = 'cell'"
            " AND NOT EXISTS (SELECT 1 FROM cell_load c WHERE c.cell_id = p.id) ORDER BY p.id"
        ),
        {"site": site_id, "wall": wall},
    )
    return [(row.id, row.name) for row in rows]


def give_cell(tx: Tx, load_id: int, cell_id: int) -> None:
    """A load has a cell from now on."""
    tx.connection.execute(cell_load.insert().values(load_id=load_id, cell_id=cell_id))


def set_sorted(tx: Tx, load_id: int, is_sorted: bool) -> None:
    """Say whether all of a load is in its cell; the cell shows it."""
    changed = tx.connection.execute(
        cell_load.update()
        .where(cell_load.c.load_id == load_id, cell_load.c.sorted != int(is_sorted))
        .values(sorted=int(is_sorted))
    )
    if changed.rowcount:
        _cell_changed(tx, load_id)


def being_packed(tx: Tx, load_id: int) -> None:
    """A load's cell is emptied from now on: what its scale sees means nothing any more."""
    _EMPTIED(tx.connection, {"load": load_id})
    _cell_changed(tx, load_id)


def free_cell(tx: Tx, load_id: int) -> None:
    """A load is done with: its cell, if it has one, is free for another."""
    _cell_changed(tx, load_id)
    _FREED(tx.connection, {"load": load_id})


def _cell_changed(tx: Tx, load_id: int) -> None:
    row = _CELL(tx.connection, {"load": load_id}).one_or_none()
    if row is not None:
        tx.changed("place", station=row.station, ref=row.name)


_EMPTIED = Prepared(
    "UPDATE location SET sku_id = NULL WHERE id = (SELECT cell_id FROM cell_load WHERE load_id = :load)"
)
_FREED = Prepared("DELETE FROM cell_load WHERE load_id = :load")
_CELL = Prepared(
    "SELECT p.station, p.name FROM cell_load c JOIN location p ON p.id = c.cell_id WHERE c.load_id = :load"
)


def cell_is_sorted(connection: Connection, load_id: int) -> bool | None:
    """Whether all of a load, and of what has the same cell, is in it; None if it has no cell."""
    found = _SORTED(connection, {"load": load_id}).scalar()
    return None if found is None else bool(found)


_SORTED = Prepared(
    "SELECT MIN(o.sorted) FROM cell_load c JOIN cell_load o ON o.cell_id = c.cell_id WHERE c.load_id = :load"
)


def hold_in_hand(tx: Tx, wall: str, sku_id: int) -> None:
    """What is sorted at a wall now: its scales count by it in every cell that is not being packed."""
    tx.connection.execute(
        text(
            "UPDATE location SET sku_id = :sku WHERE site_id = :site AND station = :wall AND kind = 'cell'"
            " AND NOT EXISTS (SELECT 1 FROM cell_load c CROSS JOIN tote_load l WHERE c.cell_id = location.id"
            "  AND l.id = c.load_id AND l.state = 'packing')"
        ),
        {"sku": sku_id, "site": tx.site_id, "wall": wall},
    )
    tx.changed("place", station=wall)


def needs(connection: Connection, tote_id: int, sku_id: int | None = None) -> list[Need]:
    """What was picked into a shared tote for each line, of one SKU or of all, by cell."""
    rows = connection.execute(
        text(
            "SELECT t.load_id, t.line_id, t.sku_id, t.lot_id, s.client_id, s.description, s.gtin, c.cell_id,"
            " p.name AS cell, p.station AS wall, SUM(" + _UP_TO + ") AS picked,"
            " (" + _PUT + " AND u.line_id = t.line_id AND v.lot_id = t.lot_id) AS put"
            " FROM tote_load l JOIN cell_load c ON c.load_id = l.id JOIN location p ON p.id = c.cell_id"
            " JOIN task t ON t.load_id = l.id AND t.state = 'done' JOIN sku s ON s.id = t.sku_id"
            " WHERE l.tote_id = :tote AND (t.sku_id = :sku OR :sku IS NULL) AND" + _UNSORTED +
            " GROUP BY t.load_id, t.line_id, t.sku_id, t.lot_id, l.id, c.load_id, p.id, s.id"
            " ORDER BY s.code, c.cell_id, t.line_id, t.lot_id"
        ),
        {"tote": tote_id, "sku": sku_id},
    )  # fmt: skip
    return [Need(**row._mapping) for row in rows]


def has_been_for(connection: Connection, tote_id: int, sku_id: int) -> bool:
    """Whether an SKU was picked into a tote for an order that is not packed yet."""
    found = connection.execute(
        text(
            "SELECT 1 FROM tote_load l JOIN task t ON t.load_id = l.id WHERE l.tote_id = :tote AND l.state <> 'packed'"
            " AND t.sku_id = :sku LIMIT 1"
        ),
        {"tote": tote_id, "sku": sku_id},
    ).scalar()
    return found is not None


def units_unsorted(connection: Connection, load_id: int, line_id: int | None = None) -> int | None:
    """Units of a load (of one of its lines) that were picked and neither put into its cell nor lit to be put there;
    None if it has no cell."""
    row = connection.execute(
        text(
            "SELECT (SELECT COALESCE(SUM(" + _UP_TO + "), 0) FROM task t WHERE t.load_id = l.id AND t.state = 'done'"
            "  AND (t.line_id = :line OR :line IS NULL)) AS picked, ("
            + _PUT
            + " AND (u.line_id = :line OR :line IS NULL)) AS put"
            " FROM tote_load l JOIN cell_load c ON c.load_id = l.id WHERE l.id = :load"
        ),
        {"load": load_id, "line": line_id},
    ).one_or_none()
    return None if row is None else max(0, row.picked - row.put)


def note_put(tx: Tx, public: str, load_id: int, line_id: int) -> None:
    """Say for which load and line a put task is."""
    task_id = tx.connection.execute(text("SELECT id FROM task WHERE public = :public"), {"public": public}).scalar_one()
    tx.connection.execute(cell_put.insert().values(task_id=task_id, load_id=load_id, line_id=line_id))


def put_of(connection: Connection, task_id: int) -> CellPut | None:
    """For what a put at a cell is; None if the task is none."""
    row = connection.execute(
        text(
            "SELECT u.load_id, u.line_id, l.state AS load_state, COALESCE(c.sorted, 0) AS sorted FROM cell_put u"
            " JOIN tote_load l ON l.id = u.load_id LEFT JOIN cell_load c ON c.load_id = u.load_id"
            " WHERE u.task_id = :task"
        ),
        {"task": task_id},
    ).one_or_none()
    if row is None:
        return None
    return CellPut(load_id=row.load_id, line_id=row.line_id, load_state=row.load_state, sorted=bool(row.sorted))


def puts_open(connection: Connection, tote_id: int) -> list[tuple[str, str, int]]:
    """(task's public id, cell, units) of the puts that are lit for a tote."""
    rows = connection.execute(
        text(
            "SELECT t.public, p.name, t.units FROM task t JOIN location p ON p.id = t.bin_id"
            " WHERE t.source_id = :tote AND t.kind = 'put' AND t.state IN ('open', 'recalled') ORDER BY t.bin_id, t.id"
        ),
        {"tote": tote_id},
    )
    return [(row.public, row.name, row.units) for row in rows]


def signs(connection: Connection, wall: str) -> list[tuple[str, bool]]:
    """(cell, whether it is being packed) of a wall's cells that are complete."""
    rows = connection.execute(
        text(
            "SELECT p.name, MAX(CASE WHEN l.state = 'packing' THEN 1 ELSE 0 END) AS packing,"
            " MIN(l.order_id) AS order_id FROM cell_load c JOIN location p ON p.id = c.cell_id"
            " JOIN tote_load l ON l.id = c.load_id WHERE p.station = :wall GROUP BY p.id, p.name"
            " HAVING MIN(c.sorted) = 1 OR MAX(CASE WHEN l.state = 'packing' THEN 1 ELSE 0 END) = 1 ORDER BY p.id"
        ),
        {"wall": wall},
    ).all()
    return [
        (row.name, bool(row.packing)) for row in rows if row.packing or not _waits_for_parts(connection, row.order_id)
    ]


def _waits_for_parts(connection: Connection, order_id: int) -> bool:
    known = consolidations.of_order(connection, order_id)
    return known is not None and not known.sent_by and bool(consolidations.missing(connection, order_id))


def contents(connection: Connection, wall: str) -> dict[str, dict[str, Any]]:
    """What a wall's cells are for, as :func:`hub.storage.figures.contents_of_bins` says it of bins."""
    rows = connection.execute(
        text(
            "SELECT p.name, o.ref, MIN(c.sorted) AS sorted, (SELECT COALESCE(SUM(b.on_hand), 0) FROM balance b"
            "  WHERE b.location_id = p.id) AS units, SUM((SELECT COALESCE(SUM(" + _UP_TO + "), 0) FROM task t"
            "  WHERE t.load_id = l.id AND t.state = 'done')) AS picked"
            " FROM cell_load c JOIN location p ON p.id = c.cell_id JOIN tote_load l ON l.id = c.load_id"
            " JOIN customer_order o ON o.id = l.order_id WHERE p.station = :wall GROUP BY p.id, p.name, o.ref"
            " ORDER BY p.id"
        ),
        {"wall": wall},
    )
    return {
        row.name: {
            "code": row.ref,
            "description": "complete" if row.sorted else f"{row.picked} were picked for it",
            "units": row.units,
            "held": False,
        }
        for row in rows
    }

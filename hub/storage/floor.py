"""What stations should show, read from one snapshot."""

from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection

from hub.domain.unit_weight import UnitWeight
from hub.storage import unit_weights
from hub.storage.clients import LABEL
from hub.storage.prepared import Prepared


class LitTask(msgspec.Struct, frozen=True, kw_only=True):
    """A task that should be lit."""

    public: str
    kind: str
    bin: str
    units: int
    mark: str
    colour: str
    rank: int
    recalled: bool


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """What a bin is for."""

    bin: str
    sku: str
    spread_mg: int
    unit_weight: UnitWeight


@dataclass(frozen=True, kw_only=True)
class Worker:
    """An operator and what is open for them."""

    name: str
    role: str
    colour: str
    inducting: bool
    open_tasks: int
    totes_to_bring: int
    totes_to_sort: int


_VERSION = Prepared("SELECT COALESCE(MAX(id), 0) FROM change")
_CHANGED = Prepared("SELECT id, station, what FROM change WHERE id > :after ORDER BY id")
_LEG_IS_LIT = "{leg}.state = 'picking' OR {task}.state = 'recalled'"
_LIT = Prepared(
    "SELECT t.public, t.kind, p.name AS bin, t.units, t.mark, t.colour, t.rank,"
    " t.state = 'recalled' AS recalled"
    " FROM task t JOIN location p ON p.id = t.bin_id LEFT JOIN tote_load l ON l.id = t.load_id"
    " LEFT JOIN batch b ON b.id = l.batch_id LEFT JOIN leg_task k ON k.task_id = t.id"
    " LEFT JOIN leg g ON g.id = k.leg_id WHERE t.station = :station AND t.state IN ('open', 'recalled')"
    " AND (b.id IS NULL OR b.state = 'picking')"
    # of a cart in zones only the leg that is being picked; what is asked back must be answered wherever it is
    f" AND (g.id IS NULL OR {_LEG_IS_LIT.format(leg='g', task='t')})"
    " AND (:ahead = 0 OR b.id IS NULL OR t.id IN (SELECT n.id FROM (SELECT o.id, ROW_NUMBER() OVER"
    "  (PARTITION BY x.id ORDER BY o.rank, o.id) AS place FROM batch x JOIN tote_load ol ON ol.batch_id = x.id"
    "  JOIN task o ON o.load_id = ol.id AND o.state IN ('open', 'recalled') LEFT JOIN leg_task ok ON ok.task_id = o.id"
    "  LEFT JOIN leg og ON og.id = ok.leg_id WHERE x.state = 'picking'"
    f"  AND (og.id IS NULL OR {_LEG_IS_LIT.format(leg='og', task='o')})) n"
    "  WHERE n.place <= :ahead))"
    " ORDER BY t.rank, t.id"
)
_CONTENTS = Prepared(
    f"SELECT l.name AS bin, {LABEL} AS sku, {unit_weights.COLUMNS} FROM location l"
    f" JOIN sku s ON s.id = l.sku_id {unit_weights.JOIN} WHERE l.station = :station"
    " AND l.kind IN ('bin', 'cell') ORDER BY l.id"
)


_DELIVERED = (
    # from the totes that stand somewhere now to their batch, not through every batch there ever was
    "SELECT 1 FROM tote_load l CROSS JOIN batch b WHERE l.state = 'delivered' AND b.id = l.batch_id"
    " AND b.operator_id = o.id AND b.state = 'delivered'"
    " AND NOT EXISTS (SELECT 1 FROM cell_load c WHERE c.load_id = l.id) GROUP BY COALESCE(l.tote_id, -l.id)"
)
"""The totes that an operator ``o`` has picked and not brought anywhere, one row each."""


def version(connection: Connection) -> int:
    """The newest change in this snapshot."""
    return int(_VERSION(connection).scalar())


def lit_tasks(connection: Connection, station: str, lights_ahead: int) -> list[LitTask]:
    """The open tasks of a station; those of a cart that is still being loaded are not lit yet.

    Of a cart only the next ``lights_ahead`` tasks are lit (0: all).
    """
    rows = _LIT(connection, {"station": station, "ahead": lights_ahead})
    return [
        LitTask(
            public=row.public,
            kind=row.kind,
            bin=row.bin,
            units=row.units,
            mark=row.mark,
            colour=row.colour,
            rank=row.rank,
            recalled=bool(row.recalled),
        )
        for row in rows
    ]


def contents(connection: Connection, station: str) -> list[Content]:
    """What the bins of a station are for; of a wall, what is being sorted into its cells."""
    rows = _CONTENTS(connection, {"station": station})
    return [
        Content(bin=row.bin, sku=row.sku, spread_mg=row.spread_mg, unit_weight=unit_weights.known(row)) for row in rows
    ]


_WORKERS = Prepared(
    "SELECT o.name, o.role, o.colour,"
    " EXISTS (SELECT 1 FROM batch b WHERE b.operator_id = o.id AND b.state = 'induct') AS inducting,"
    " (SELECT COUNT(*) FROM batch b JOIN tote_load l ON l.batch_id = b.id JOIN task t ON t.load_id = l.id"
    "   WHERE b.operator_id = o.id AND b.state = 'picking' AND t.state IN ('open', 'recalled') AND NOT EXISTS"
    "    (SELECT 1 FROM leg_task k JOIN leg g ON g.id = k.leg_id WHERE k.task_id = t.id"
    "     AND g.state <> 'picking')) AS open_tasks,"
    f" (SELECT COUNT(*) FROM ({_DELIVERED} HAVING COUNT(*) = 1) one) AS totes_to_bring,"
    f" (SELECT COUNT(*) FROM ({_DELIVERED} HAVING COUNT(*) > 1) several) AS totes_to_sort"
    " FROM operator o ORDER BY o.id"
)


def workers(connection: Connection) -> list[Worker]:
    """Every operator with their open work."""
    rows = _WORKERS(connection)
    return [
        Worker(
            name=row.name,
            role=row.role,
            colour=row.colour,
            inducting=bool(row.inducting),
            open_tasks=row.open_tasks,
            totes_to_bring=row.totes_to_bring,
            totes_to_sort=row.totes_to_sort,
        )
        for row in rows
    ]


def orders_waiting(connection: Connection) -> int:
    """Orders with promised units that no cart has taken."""
    return int(_ORDERS_WAITING(connection).scalar())


_ORDERS_WAITING = Prepared("SELECT COUNT(DISTINCT order_id) FROM order_line WHERE promised > 0")


def puts_and_counts_open(connection: Connection) -> int:
    """Put-away, replenishment and count tasks that are not done; what is put into a wall's cells is the sorter's, and
    what is on a cart's walk its picker's."""
    return int(_PUTS_AND_COUNTS(connection).scalar())


_PUTS_AND_COUNTS = Prepared(
    "SELECT COUNT(*) FROM task t WHERE (t.kind <> 'pick' OR t.line_id IS NULL) AND t.state IN ('open', 'recalled')"
    " AND NOT EXISTS (SELECT 1 FROM cell_put u WHERE u.task_id = t.id)"
    " AND NOT EXISTS (SELECT 1 FROM way_task w WHERE w.task_id = t.id)"
)


def changed_stations(connection: Connection, after: int) -> tuple[int, list[str], bool]:
    """(newest change, stations whose desired state changed, whether the boards did) since a change.

    The station that changed last comes first: after a pick that is the one with the next light.
    """
    rows = list(_CHANGED(connection, {"after": after}))
    if not rows:
        return after, [], False
    stations = list(dict.fromkeys(row.station for row in reversed(rows) if row.station is not None))
    board = any(row.what in ("board", "batch") for row in rows)
    return int(rows[-1].id), stations, board

"""Orders whose parts several zones pick at the same time, and what of each is still on its way to its wall."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, text

from hub.storage.prepared import Prepared
from hub.storage.transaction import Tx
from hub.storage.zone_tables import consolidation


@dataclass(frozen=True, kw_only=True)
class Consolidation:
    """An order whose parts come together at a wall."""

    order_id: int
    wall: str
    since_us: int
    sent_by: str
    """Who said that it leaves without what is missing; empty: nobody."""


@dataclass(frozen=True, kw_only=True)
class Listed:
    """An order whose parts come together, as a list shows it."""

    order_id: int
    ref: str
    wall: str
    cell: str
    """Empty if no part has come to the wall yet."""
    since_us: int
    sent_by: str


@dataclass(frozen=True, kw_only=True)
class Missing:
    """Units of an order that are not in its cell yet."""

    order_id: int
    order_ref: str
    wall: str
    cell: str
    """Empty if no part has come to the wall yet."""
    since_us: int
    where: str
    """picking, tote (picked, on its way to the cell), or waiting (for a picker of a zone)."""
    place: str
    """The tote, or the station of a bin."""
    cart: str
    units: int


_PICKABLE = (
    " EXISTS (SELECT 1 FROM balance b JOIN location p ON p.id = b.location_id AND p.kind = 'bin' AND p.held = 0"
    " AND p.reserve = 0"
    " WHERE b.site_id = o.site_id AND b.client_id = o.client_id AND b.sku_id = i.sku_id AND b.on_hand > 0"
    " AND b.on_hand > b.reserved)"
)
"""Of a line ``i`` of an order ``o``: whether a picker can take units for it now."""


def of_order(connection: Connection, order_id: int) -> Consolidation | None:
    """What is known of an order's coming together; None if its loads are packed each for itself."""
    row = connection.execute(
        text("SELECT order_id, wall, since_us, sent_by FROM consolidation WHERE order_id = :order"), {"order": order_id}
    ).one_or_none()
    return None if row is None else Consolidation(**row._mapping)


def of_loads(connection: Connection, load_ids: Iterable[int]) -> dict[int, Consolidation]:
    """What is known of the orders of some loads, by load."""
    rows = connection.execute(_OF_LOADS, {"loads": list(load_ids)})
    return {
        row.id: Consolidation(order_id=row.order_id, wall=row.wall, since_us=row.since_us, sent_by=row.sent_by)
        for row in rows
    }


_OF_LOADS = text(
    "SELECT l.id, c.order_id, c.wall, c.since_us, c.sent_by FROM tote_load l JOIN consolidation c"
    " ON c.order_id = l.order_id WHERE l.id IN :loads"
).bindparams(bindparam("loads", expanding=True))


def open_(tx: Tx, order_id: int, wall: str) -> None:
    """An order's loads go to a wall from now on."""
    tx.connection.execute(consolidation.insert().values(order_id=order_id, wall=wall, since_us=tx.now_us))


def close(tx: Tx, order_id: int) -> None:
    """An order's parts are together, or no part of it is out: its loads are packed each for itself from now on."""
    tx.connection.execute(consolidation.delete().where(consolidation.c.order_id == order_id))


def send(tx: Tx, order_id: int, who: str) -> None:
    """An order leaves without what is missing."""
    tx.connection.execute(consolidation.update().where(consolidation.c.order_id == order_id).values(sent_by=who))


def is_out(connection: Connection, order_id: int) -> bool:
    """Whether a load of an order is out: on a cart, in a tote, or in a cell."""
    found = connection.execute(
        text(
            "SELECT 1 FROM tote_load WHERE order_id = :order AND state IN ('planned', 'picking', 'delivered') LIMIT 1"
        ),
        {"order": order_id},
    ).scalar()
    return found is not None


def cells_spoken_for(connection: Connection, wall: str) -> int:
    """How many cells of a wall orders will need that have none yet: one each, however many parts they have."""
    found = connection.execute(
        text(
            "SELECT COUNT(*) FROM consolidation c WHERE c.wall = :wall AND EXISTS (SELECT 1 FROM tote_load l"
            "  WHERE l.order_id = c.order_id AND l.state IN ('planned', 'picking', 'delivered'))"
            " AND NOT EXISTS (SELECT 1 FROM tote_load l JOIN cell_load k ON k.load_id = l.id"
            "  WHERE l.order_id = c.order_id)"
        ),
        {"wall": wall},
    )
    return int(found.scalar_one())


def at_wall(connection: Connection, wall: str) -> tuple[int, int]:
    """(orders that come together at a wall, cells that it has)."""
    row = connection.execute(
        text(
            "SELECT (SELECT COUNT(*) FROM consolidation c WHERE c.wall = :wall AND EXISTS (SELECT 1 FROM tote_load l"
            "  WHERE l.order_id = c.order_id AND l.state IN ('planned', 'picking', 'delivered'))) AS orders,"
            " (SELECT COUNT(*) FROM location p WHERE p.station = :wall AND p.kind = 'cell') AS cells"
        ),
        {"wall": wall},
    ).one()
    return int(row.orders), int(row.cells)


def cell_of(connection: Connection, order_id: int) -> int | None:
    """The cell in which parts of an order lie, or will; None if none has come."""
    found = connection.execute(
        text(
            "SELECT MIN(k.cell_id) FROM cell_load k JOIN tote_load l ON l.id = k.load_id WHERE l.order_id = :order"
            " AND l.state = 'delivered'"
        ),
        {"order": order_id},
    ).scalar()
    return None if found is None else int(found)


def missing(connection: Connection, order_id: int | None = None) -> list[Missing]:
    """What of one order, or of all that come together, is not in its cell yet: by order, the longest out first.

    Units that nobody can pick now are not missing: they are backordered, or their bin is counted.
    """
    rows = connection.execute(_MISSING, {"order": order_id, "any": int(order_id is None)})
    return [Missing(**dict(row._mapping) | {"units": int(row.units)}) for row in rows]


def listed(connection: Connection) -> list[Listed]:
    """The orders whose parts come together and are out, the longest first."""
    rows = connection.execute(
        text(
            "SELECT c.order_id, o.ref, c.wall, COALESCE((SELECT MIN(p.name) FROM cell_load k JOIN tote_load y"
            "  ON y.id = k.load_id JOIN location p ON p.id = k.cell_id WHERE y.order_id = c.order_id), '') AS cell,"
            " c.since_us, c.sent_by FROM consolidation c JOIN customer_order o ON o.id = c.order_id WHERE EXISTS"
            " (SELECT 1 FROM tote_load l WHERE l.order_id = c.order_id"
            "  AND l.state IN ('planned', 'picking', 'delivered')) ORDER BY c.since_us, c.order_id"
        )
    )
    return [Listed(**row._mapping) for row in rows]


_MISSING = text(
    "SELECT m.order_id, o.ref AS order_ref, c.wall, COALESCE((SELECT MIN(p.name) FROM cell_load k"
    "  JOIN tote_load y ON y.id = k.load_id JOIN location p ON p.id = k.cell_id WHERE y.order_id = m.order_id), '')"
    ' AS cell, c.since_us, m.where_ AS "where", m.place, m.cart, SUM(m.units) AS units FROM ('
    " SELECT l.order_id, 'picking' AS where_, t.station AS place, COALESCE(b.cart, '') AS cart, t.units AS units"
    "  FROM consolidation c JOIN tote_load l ON l.order_id = c.order_id JOIN batch b ON b.id = l.batch_id"
    "  JOIN task t ON t.load_id = l.id AND t.state IN ('open', 'recalled')"
    "  WHERE l.state IN ('planned', 'picking', 'delivered') AND (c.order_id = :order OR :any = 1)"
    " UNION ALL SELECT l.order_id, 'tote', COALESCE(p.name, ''), CASE WHEN l.state = 'delivered' THEN '' ELSE"
    "   COALESCE(b.cart, '') END, (SELECT COALESCE(SUM(CASE WHEN t.units_done > t.units THEN t.units ELSE t.units_done"
    "    END), 0) FROM task t WHERE t.load_id = l.id AND t.state = 'done') - (SELECT COALESCE(SUM(CASE"
    "    WHEN v.units_done > v.units THEN v.units ELSE v.units_done END), 0) FROM cell_put u"
    "    JOIN task v ON v.id = u.task_id AND v.state = 'done' WHERE u.load_id = l.id)"
    "  FROM consolidation c JOIN tote_load l ON l.order_id = c.order_id JOIN batch b ON b.id = l.batch_id"
    "  LEFT JOIN location p ON p.id = l.tote_id"
    "  WHERE l.state IN ('planned', 'picking', 'delivered') AND NOT EXISTS (SELECT 1 FROM cell_load s"
    "   WHERE s.load_id = l.id AND s.sorted = 1) AND (c.order_id = :order OR :any = 1)"
    " UNION ALL SELECT i.order_id, 'waiting', '', '', i.promised FROM consolidation c JOIN customer_order o"
    "  ON o.id = c.order_id AND o.hold = '' JOIN order_line i ON i.order_id = o.id AND i.promised > 0"
    f"  WHERE (c.order_id = :order OR :any = 1) AND {_PICKABLE}"
    " ) m JOIN consolidation c ON c.order_id = m.order_id JOIN customer_order o ON o.id = m.order_id"
    " WHERE m.units > 0 GROUP BY m.order_id, o.ref, c.wall, c.since_us, m.where_, m.place, m.cart"
    " ORDER BY c.since_us, m.order_id, m.where_, m.place, m.cart"
)


def wall_of_load(connection: Connection, load_id: int) -> str:
    """The wall to which a load's order comes together; empty if it does not."""
    row = _WALL_OF_LOAD(connection, {"load": load_id}).one_or_none()
    return "" if row is None else str(row.wall)


_WALL_OF_LOAD = Prepared(
    "SELECT c.wall FROM tote_load l JOIN consolidation c ON c.order_id = l.order_id WHERE l.id = :load"
)


def loads_of_cell(connection: Connection, cell_id: int) -> list[tuple[int, bool]]:
    """(load, whether all of it is in the cell) of a cell, the first given first."""
    rows = connection.execute(
        text("SELECT load_id, sorted FROM cell_load WHERE cell_id = :cell ORDER BY load_id"), {"cell": cell_id}
    )
    return [(row.load_id, bool(row.sorted)) for row in rows]


def merge(tx: Tx, into_id: int, load_id: int) -> None:
    """What a load had in a cell is another's of the same order from now on: they become one parcel."""
    names = {"into": into_id, "load": load_id}
    for statement in (
        "UPDATE task SET load_id = :into WHERE load_id = :load",
        "UPDATE cell_put SET load_id = :into WHERE load_id = :load",
        "DELETE FROM cell_load WHERE load_id = :load",
        "UPDATE tote_load SET state = 'packed' WHERE id = :load",
    ):
        tx.connection.execute(text(statement), names)

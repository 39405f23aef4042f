"""Filling pick bins up from reserve: how the bins stand, what is on its way, and the place of what is carried."""

from collections.abc import Collection
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, text

from hub.domain.allocation import NEVER_US
from hub.domain.putaway import Bin, Goods, room
from hub.domain.replenish import NO_TURN, PickBin, Reserve, Stands
from hub.storage import places
from hub.storage.allocation import BY_ROTATION, FIT
from hub.storage.lanes import CARRIED_AWAY
from hub.storage.ledger import StockKey
from hub.storage.receiving_tables import replenishment
from hub.storage.tables import location
from hub.storage.transaction import Tx
from hub.storage.work_tables import task

CARRIER = "replenish"
"""The bin on wheels: what was taken out of reserve and not put yet. It is reserve, so that its units stay promised."""
FULL_US = 3_600_000_000
"""A bin that did not take all that was brought is not filled up again before this long, or before a pick from it."""


class OpenMove(msgspec.Struct, frozen=True, kw_only=True):
    """A replenishment that is lit: units that are to be taken out of reserve, or put into their bin."""

    take_id: int
    task_id: int
    public: str
    step: str
    """take or put."""
    state: str
    """open or recalled."""
    station: str
    sku_id: int
    lot_id: int
    units: int
    source_id: int
    source: str
    bin_id: int
    bin: str
    urgent: bool
    because: str
    released_us: int
    sku: str
    description: str


_OPEN = (
    "SELECT r.take_id, k.id AS task_id, k.public, '{step}' AS step, k.state, k.station, k.sku_id, k.lot_id, k.units,"
    " a.bin_id AS source_id, f.name AS source, r.bin_id, p.name AS bin, r.urgent, r.because, k.released_us,"
    " s.code AS sku, s.description FROM task k"
    # from the few tasks that are open, not through every replenishment there ever was
    " CROSS JOIN replenishment r JOIN task a ON a.id = r.take_id JOIN location f ON f.id = a.bin_id"
    " JOIN location p ON p.id = r.bin_id JOIN sku s ON s.id = k.sku_id"
    " WHERE k.state IN ('open', 'recalled') AND r.{step}_id = k.id"
)
_OPEN_NOW = text(f"{_OPEN.format(step='take')} UNION ALL {_OPEN.format(step='put')} ORDER BY 1, 2")
_SPOILED_IN = (
    f"SELECT o.location_id FROM balance o JOIN sku s ON s.id = o.sku_id JOIN lot ON lot.id = o.lot_id AND NOT {FIT}"
)
"""Nobody can tell two lots of one bin apart: nothing is fetched where one lies that may not be sent."""
_SPOILED_BINS = text(f"{_SPOILED_IN} WHERE o.location_id IN :bins AND o.on_hand > 0").bindparams(
    bindparam("bins", expanding=True)
)
_RESERVE = text(
    "SELECT b.sku_id, b.lot_id, p.id, p.name, b.on_hand - b.reserved AS units FROM location p"
    " JOIN balance b ON b.location_id = p.id AND b.on_hand > b.reserved"
    f" JOIN sku s ON s.id = b.sku_id JOIN lot ON lot.id = b.lot_id AND {FIT}"
    " WHERE p.site_id = :site AND p.reserve = 1 AND p.kind = 'bin' AND p.held = 0 AND p.station IS NOT NULL"
    f" AND NOT EXISTS ({_SPOILED_IN} WHERE o.location_id = p.id AND o.on_hand > 0)"
    f" ORDER BY b.sku_id, {BY_ROTATION}, units, p.id"
)
_PICK_BINS = text(
    "SELECT p.id, p.name, p.sku_id, p.held, COALESCE(t.lane, 0) AS lane, t.min_units, t.max_units,"
    " t.volume_mm3, t.load_max_mg, s.unit_mg,"
    " s.length_mm * s.width_mm * s.height_mm AS unit_mm3,"
    f" COALESCE((SELECT SUM(b.on_hand - {CARRIED_AWAY}) FROM balance b"
    "  WHERE b.location_id = p.id AND b.sku_id = p.sku_id AND b.on_hand > 0), 0) AS on_hand,"
    " COALESCE((SELECT SUM(b.reserved) FROM balance b"
    "  WHERE b.location_id = p.id AND b.sku_id = p.sku_id AND b.on_hand > 0), 0) AS reserved,"
    " COALESCE((SELECT SUM(k.units) FROM task k WHERE k.bin_id = p.id AND k.kind = 'put' AND k.sku_id = p.sku_id"
    "  AND k.state IN ('open', 'recalled')), 0) AS being_put"
    " FROM location p JOIN sku s ON s.id = p.sku_id LEFT JOIN bin_trait t ON t.location_id = p.id"
    " WHERE p.site_id = :site AND p.sku_id IN :skus AND p.kind = 'bin' AND p.reserve = 0 AND p.station IS NOT NULL"
    " ORDER BY p.id"
).bindparams(bindparam("skus", expanding=True))
_PROMISED = text(
    f"SELECT * FROM (SELECT l.sku_id, -o.priority AS less, COALESCE(o.ship_by_us, {NEVER_US}) AS due_us, o.placed_us,"
    " o.id, SUM(l.promised) OVER (PARTITION BY l.sku_id) AS units, ROW_NUMBER() OVER (PARTITION BY l.sku_id"
    f"  ORDER BY o.priority DESC, COALESCE(o.ship_by_us, {NEVER_US}), o.placed_us, o.id) AS place"
    "  FROM order_line l CROSS JOIN customer_order o WHERE l.sku_id IN :skus AND l.promised > 0 AND o.id = l.order_id"
    "  AND o.hold = '') q WHERE q.place = 1"
).bindparams(bindparam("skus", expanding=True))
_LAST_PUT = text(
    "SELECT k.state, k.units, k.units_done, k.done_us FROM replenishment r JOIN task k ON k.id = r.put_id"
    " WHERE r.bin_id = :bin ORDER BY r.take_id DESC LIMIT 1"
)
_PICKED_SINCE = text(
    "SELECT 1 FROM task WHERE state = 'done' AND kind = 'pick' AND done_us >= :since AND bin_id = :bin LIMIT 1"
)


def open_now(connection: Connection) -> list[OpenMove]:
    """What is lit, the oldest first."""
    rows = connection.execute(_OPEN_NOW).mappings()
    return [OpenMove(**dict(row) | {"urgent": bool(row["urgent"])}) for row in rows]


def stands(connection: Connection, site_id: int, now_us: int, lit: Collection[OpenMove]) -> list[Stands]:
    """How each SKU stands that lies in reserve or is on its way from there, by what is ``lit``."""
    fetched: dict[tuple[int, int], int] = {}
    coming: dict[int, int] = {}
    for move in lit:
        if move.step == "take":
            fetched[move.source_id, move.lot_id] = fetched.get((move.source_id, move.lot_id), 0) + move.units
            coming[move.bin_id] = coming.get(move.bin_id, 0) + move.units
    reserve: dict[int, list[Reserve]] = {move.sku_id: [] for move in lit}
    for row in connection.execute(_RESERVE, {"site": site_id, "now": now_us}):
        units = row.units - fetched.get((row.id, row.lot_id), 0)
        there = Reserve(id=row.id, name=row.name, lot_id=row.lot_id, units=max(0, units))
        reserve.setdefault(row.sku_id, []).append(there)
    if not reserve:
        return []
    asked = {"site": site_id, "skus": sorted(reserve)}
    busy = {move.bin_id for move in lit}
    bins: dict[int, list[PickBin]] = {}
    for row in connection.execute(_PICK_BINS, asked):
        bins.setdefault(row.sku_id, []).append(_pick_bin(row, coming.get(row.id, 0), row.id in busy))
    promised = {row.sku_id: row for row in connection.execute(_PROMISED, asked)}
    return [
        Stands(
            sku_id=sku_id,
            bins=tuple(bins.get(sku_id, ())),
            reserve=tuple(there),
            promised=int(promised[sku_id].units) if sku_id in promised else 0,
            first=tuple(promised[sku_id])[1:5] if sku_id in promised else NO_TURN,
        )
        for sku_id, there in sorted(reserve.items())
    ]


def spoiled_bins(connection: Connection, bin_ids: Collection[int], now_us: int) -> set[int]:
    """Those of some bins in which a lot lies that may not be sent any more."""
    rows = connection.execute(_SPOILED_BINS, {"bins": sorted(bin_ids), "now": now_us}) if bin_ids else ()
    return {row.location_id for row in rows}


def _pick_bin(row: Any, coming: int, busy: bool) -> PickBin:
    on_way = coming + int(row.being_put)
    goods = Goods(units=0, unit_mg=row.unit_mg, unit_mm3=int(row.unit_mm3), dangerous=False, by_picks="C")
    sized = Bin(
        id=row.id,
        name=row.name,
        is_own=True,
        units=int(row.on_hand) + on_way,
        volume_mm3=row.volume_mm3,
        load_max_mg=row.load_max_mg,
    )
    return PickBin(
        id=row.id,
        name=row.name,
        free=int(row.on_hand) - int(row.reserved),
        on_way=on_way,
        min_units=row.min_units,
        max_units=row.max_units,
        room=room(goods, sized),
        held=bool(row.held),
        busy=busy,
        is_lane=bool(row.lane),
    )


def found_full(connection: Connection, bin_id: int, now_us: int) -> bool:
    """Whether a bin did not take all that was brought there last, and nothing was picked from it since."""
    last = connection.execute(_LAST_PUT, {"bin": bin_id}).one_or_none()
    if last is None or last.state != "done" or last.units_done >= last.units or last.done_us < now_us - FULL_US:
        return False
    return connection.execute(_PICKED_SINCE, {"since": last.done_us, "bin": bin_id}).one_or_none() is None


def sku_names(connection: Connection, sku_ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """(code, description) of some SKUs."""
    rows = connection.execute(_NAMES, {"skus": sorted(sku_ids)}) if sku_ids else ()
    return {row.id: (row.code, row.description) for row in rows}


_NAMES = text("SELECT id, code, description FROM sku WHERE id IN :skus").bindparams(bindparam("skus", expanding=True))


def carrier(tx: Tx) -> int:
    """The place of what is carried; it is made when the first units are."""
    found = places.seek(tx.connection, tx.site_id, CARRIER)
    if found is not None:
        return found.id
    made = places.make(tx, CARRIER, "bin")
    tx.connection.execute(location.update().where(location.c.id == made).values(reserve=1))
    return made


def write(tx: Tx, take: str, bin_id: int, *, urgent: bool, because: str) -> None:
    """A take task, by its public id, is for a bin."""
    take_id = _task_id(tx, take)
    values = {"take_id": take_id, "bin_id": bin_id, "urgent": int(urgent), "because": because}
    tx.connection.execute(replenishment.insert().values(**values))


def of_task(tx: Tx, task_id: int) -> Any:
    """The replenishment that a task takes or puts for, with its reserve bin and its put; None: it is for none."""
    return tx.connection.execute(
        text(
            "SELECT r.take_id, r.put_id, r.bin_id, r.urgent, r.because, t.bin_id AS source_id, p.state AS put_state,"
            " p.units AS put_units, p.public AS put FROM replenishment r JOIN task t ON t.id = r.take_id"
            " LEFT JOIN task p ON p.id = r.put_id WHERE r.take_id = :task OR r.put_id = :task"
        ),
        {"task": task_id},
    ).one_or_none()


def other_takes(tx: Tx, take_id: int) -> list[str]:
    """The open takes, by their public ids, for the bin that a take is for."""
    rows = tx.connection.execute(
        text(
            "SELECT k.public FROM replenishment m"
            " JOIN replenishment r ON r.bin_id = m.bin_id AND r.take_id <> m.take_id"
            " JOIN task k ON k.id = r.take_id WHERE m.take_id = :take AND k.state = 'open' ORDER BY k.id"
        ),
        {"take": take_id},
    )
    return [row.public for row in rows]


def puts_from(tx: Tx, stock: StockKey, source_id: int) -> list[Any]:
    """(id, public, units, linked) of the open puts of a stock from a place, the youngest first; ``linked``: 1 if it is
    the put of a replenishment."""
    rows = tx.connection.execute(
        text(
            "SELECT k.id, k.public, k.units, CASE WHEN r.put_id IS NULL THEN 0 ELSE 1 END AS linked FROM task k"
            " LEFT JOIN replenishment r ON r.put_id = k.id WHERE k.source_id = :source AND k.sku_id = :sku"
            " AND k.lot_id = :lot AND k.kind = 'put' AND k.state = 'open' ORDER BY k.id DESC"
        ),
        {"source": source_id, "sku": stock.sku_id, "lot": stock.lot_id},
    )
    return list(rows)


def set_put(tx: Tx, take_id: int, put: str) -> None:
    """The put of a replenishment, by its public id."""
    values = {"put_id": _task_id(tx, put)}
    tx.connection.execute(replenishment.update().where(replenishment.c.take_id == take_id).values(**values))


def raise_to_urgent(tx: Tx, move: OpenMove, rank: int, because: str) -> None:
    """A routine one has become urgent."""
    values = {"urgent": 1, "because": because}
    tx.connection.execute(replenishment.update().where(replenishment.c.take_id == move.take_id).values(**values))
    tx.connection.execute(task.update().where(task.c.id == move.task_id).values(rank=rank))
    tx.changed("task", station=move.station)


def set_units(tx: Tx, task_id: int, units: int) -> None:
    """How many units an open put asks for."""
    row = tx.connection.execute(text("SELECT station FROM task WHERE id = :task"), {"task": task_id}).one()
    tx.connection.execute(task.update().where(task.c.id == task_id).values(units=units))
    tx.changed("task", station=row.station)


def _task_id(tx: Tx, public: str) -> int:
    found = tx.connection.execute(text("SELECT id FROM task WHERE public = :task"), {"task": public})
    return int(found.scalar_one())

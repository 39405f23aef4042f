"""What is known of bins when goods are put away: whose they are, what lies there, what fits; and why one was chosen."""

from typing import Any

from sqlalchemy import Connection, select, text

from hub.domain.putaway import Bin
from hub.storage.ledger import StockKey
from hub.storage.receiving_tables import bin_slot, bin_trait, put_reason
from hub.storage.tables import location
from hub.storage.transaction import Tx

FREE_MAX = 5_000
"""So many free bins are looked at, the first by their ids."""

_TRAITS = (
    "SELECT p.id, p.name, p.station, p.reserve, t.max_units, t.volume_mm3, t.load_max_mg,"
    " COALESCE(t.dangerous, 0) AS dangerous, t.far_mm"
)
_SEEN = f"{_TRAITS} FROM location p LEFT JOIN bin_trait t ON t.location_id = p.id"
_OWN = text(
    f"SELECT q.*, COALESCE((SELECT SUM(b.on_hand) FROM balance b WHERE b.location_id = q.id AND b.sku_id = :sku"
    "   AND b.on_hand > 0), 0)"
    "  + COALESCE((SELECT SUM(k.units) FROM task k WHERE k.bin_id = q.id AND k.kind = 'put'"
    "   AND k.state IN ('open', 'recalled')), 0) AS units,"
    " COALESCE((SELECT SUM(b.on_hand) FROM balance b WHERE b.location_id = q.id AND b.sku_id = :sku"
    "  AND b.lot_id = :lot AND b.on_hand > 0), 0) AS of_lot"
    f" FROM ({_SEEN} WHERE p.site_id = :site AND p.sku_id = :sku AND p.kind = 'bin' AND COALESCE(t.lane, 0) = 0) q"
    " ORDER BY q.id"
)
_EMPTY = (
    "p.site_id = :site AND p.kind = 'bin' AND p.held = 0 AND p.station IS NOT NULL"
    " AND NOT EXISTS (SELECT 1 FROM balance b WHERE b.location_id = p.id AND (b.on_hand <> 0 OR b.reserved <> 0))"
    " AND NOT EXISTS (SELECT 1 FROM task k WHERE k.bin_id = p.id AND k.state IN ('open', 'recalled'))"
    # nor is one to which units are on their way from reserve; from there on their put says so
    " AND NOT EXISTS (SELECT 1 FROM replenishment r JOIN task k ON k.id = r.take_id"
    "  WHERE r.bin_id = p.id AND k.state IN ('open', 'recalled'))"
)
_FREE = text(
    f"{_SEEN} WHERE {_EMPTY} AND COALESCE(t.lane, 0) = 0"
    " AND (p.sku_id IS NULL OR (p.sku_id <> :sku AND COALESCE(t.dynamic, 0) = 1"
    "  AND EXISTS (SELECT 1 FROM bin_slot o WHERE o.location_id = p.id)))"
    " ORDER BY p.id LIMIT :most"
)
_LANES = text(
    # from the few lanes, not through every place there is
    f"{_TRAITS} FROM bin_trait t CROSS JOIN location p"
    " LEFT JOIN bin_slot o ON o.location_id = p.id"
    f" WHERE t.lane = 1 AND p.id = t.location_id AND {_EMPTY}"
    " ORDER BY COALESCE(o.at_us, 0), p.id LIMIT :most"
)
_PICKS = text(
    "SELECT sku_id, COUNT(*) AS picks FROM task WHERE state = 'done' AND kind = 'pick' AND done_us >= :since"
    " AND load_id IS NOT NULL"
    " GROUP BY sku_id"
)


def own_bins(tx: Tx, stock: StockKey) -> list[Bin]:
    """An SKU's bins that have a station, in the order in which they were made."""
    rows = tx.connection.execute(_OWN, {"site": tx.site_id, "sku": stock.sku_id, "lot": stock.lot_id})
    return [_bin(row, is_own=True) for row in rows if row.station is not None]


def free_bins(tx: Tx, sku_id: int) -> list[Bin]:
    """Bins of nobody in which nothing lies, and empty ones that another SKU was given where slots change hands; no
    lane."""
    rows = tx.connection.execute(_FREE, {"site": tx.site_id, "sku": sku_id, "most": FREE_MAX})
    return [_bin(row, is_own=False) for row in rows]


def free_lanes(tx: Tx) -> list[Bin]:
    """Cross-dock lanes in which nothing lies and to which nothing is on its way: that which was given last comes last,
    for what is told late of its last goods is told of them."""
    rows = tx.connection.execute(_LANES, {"site": tx.site_id, "most": FREE_MAX})
    return [_bin(row, is_own=False) for row in rows]


def _bin(row: Any, *, is_own: bool) -> Bin:
    return Bin(
        id=row.id,
        name=row.name,
        is_own=is_own,
        same_lot=is_own and row.of_lot > 0,
        units=int(row.units) if is_own else 0,
        volume_mm3=row.volume_mm3,
        load_max_mg=row.load_max_mg,
        dangerous=bool(row.dangerous),
        far_mm=row.far_mm,
        reserve=bool(row.reserve),
        max_units=row.max_units,
    )


def picks_by_sku(connection: Connection, since_us: int) -> dict[int, int]:
    """How often each SKU was picked since a time."""
    return {row.sku_id: int(row.picks) for row in connection.execute(_PICKS, {"since": since_us})}


def goods_of(connection: Connection, sku_id: int) -> tuple[int, int, bool, bool]:
    """(weight of a unit, its volume, whether it is dangerous, whether orders wait for it)."""
    row = connection.execute(
        text(
            "SELECT unit_mg, length_mm * width_mm * height_mm AS unit_mm3, dangerous, CASE WHEN EXISTS"
            " (SELECT 1 FROM order_line l WHERE l.sku_id = s.id AND l.backordered > 0) THEN 1 ELSE 0 END AS waited"
            " FROM sku s WHERE id = :sku"
        ),
        {"sku": sku_id},
    ).one()
    return row.unit_mg, int(row.unit_mm3), bool(row.dangerous), bool(row.waited)


def give_slot(tx: Tx, bin_id: int, sku_id: int, because: str) -> None:
    """A free bin is an SKU's from now on."""
    tx.connection.execute(location.update().where(location.c.id == bin_id).values(sku_id=sku_id))
    tx.connection.execute(bin_slot.delete().where(bin_slot.c.location_id == bin_id))
    tx.connection.execute(bin_slot.insert().values(location_id=bin_id, sku_id=sku_id, because=because, at_us=tx.now_us))
    station = tx.connection.execute(select(location.c.station).where(location.c.id == bin_id)).scalar_one()
    tx.changed("place", station=station)


def given_slots(connection: Connection, site_id: int) -> dict[str, int]:
    """The SKU of each bin that one was given by put-away, by the bin's name."""
    rows = connection.execute(
        text("SELECT p.name, o.sku_id FROM bin_slot o JOIN location p ON p.id = o.location_id WHERE p.site_id = :site"),
        {"site": site_id},
    )
    return {row.name: row.sku_id for row in rows}


def say_why(tx: Tx, task: str, because: str) -> None:
    """Why a put task is for its bin."""
    task_id = tx.connection.execute(text("SELECT id FROM task WHERE public = :task"), {"task": task}).scalar_one()
    tx.connection.execute(put_reason.insert().values(task_id=task_id, because=because))


def open_puts(connection: Connection, limit: int = 200) -> list[dict[str, Any]]:
    """What is lit to be put away, and why there."""
    rows = connection.execute(
        text(
            "SELECT k.units, s.code AS sku, s.description, p.name AS bin, o.name AS source,"
            " COALESCE(w.because, '') AS because FROM task k JOIN sku s ON s.id = k.sku_id"
            " JOIN location p ON p.id = k.bin_id LEFT JOIN location o ON o.id = k.source_id"
            " LEFT JOIN put_reason w ON w.task_id = k.id WHERE k.kind = 'put' AND k.state = 'open'"
            " ORDER BY k.id LIMIT :limit"
        ),
        {"limit": limit},
    )
    return [dict(row._mapping) for row in rows]


def traits(connection: Connection, site_id: int) -> dict[str, tuple[int, dict[str, int | None]]]:
    """(id, what the site's files said) of each bin by name."""
    rows = connection.execute(
        text(
            "SELECT p.id, p.name, t.volume_mm3, t.load_max_mg, COALESCE(t.dangerous, 0) AS dangerous, t.far_mm,"
            " COALESCE(t.dynamic, 0) AS dynamic, p.reserve, t.min_units, t.max_units, COALESCE(t.lane, 0) AS lane"
            " FROM location p LEFT JOIN bin_trait t ON t.location_id = p.id"
            " WHERE p.site_id = :site AND p.kind = 'bin' AND p.station IS NOT NULL"
        ),
        {"site": site_id},
    )
    names = ("volume_mm3", "load_max_mg", "dangerous", "far_mm", "dynamic", "reserve", "min_units", "max_units", "lane")
    return {row.name: (row.id, {name: row._mapping[name] for name in names}) for row in rows}


def set_traits(tx: Tx, bin_id: int, values: dict[str, int | None]) -> None:
    """What the site's files say of a bin now."""
    of_trait = {name: value for name, value in values.items() if name != "reserve"}
    tx.connection.execute(location.update().where(location.c.id == bin_id).values(reserve=values["reserve"]))
    tx.connection.execute(bin_trait.delete().where(bin_trait.c.location_id == bin_id))
    tx.connection.execute(bin_trait.insert().values(location_id=bin_id, **of_trait))

"""What carts were sent for lately, and where the SKUs of those tours lie."""

from sqlalchemy import Connection, text

_NO_LANE = "NOT EXISTS (SELECT 1 FROM bin_trait t WHERE t.location_id = p.id AND t.lane = 1)"
"""Of a bin ``p``: nobody's home is a cross-dock lane."""


def tours(connection: Connection, since_us: int, limit: int) -> list[frozenset[str]]:
    """The SKUs of each cart that was picked since a time, the newest carts first."""
    rows = connection.execute(
        text(
            "SELECT DISTINCT q.id, s.code FROM (SELECT id FROM batch WHERE picked_us >= :since"
            " ORDER BY picked_us DESC LIMIT :limit) q JOIN tote_load l ON l.batch_id = q.id"
            " JOIN task t ON t.load_id = l.id AND t.kind = 'pick' AND t.state = 'done' JOIN sku s ON s.id = t.sku_id"
        ),
        {"since": since_us, "limit": limit},
    )
    found: dict[int, set[str]] = {}
    for row in rows:
        found.setdefault(row.id, set()).add(row.code)
    return [frozenset(codes) for codes in found.values()]


def single_bins(connection: Connection, site_id: int) -> dict[str, str]:
    """The bin of each SKU that has just one: of those with several nobody knows which was walked to."""
    rows = connection.execute(
        text(
            "SELECT s.code, MIN(p.name) AS bin FROM location p JOIN sku s ON s.id = p.sku_id"
            f" WHERE p.site_id = :site AND p.kind = 'bin' AND p.reserve = 0 AND {_NO_LANE}"
            " GROUP BY s.code HAVING COUNT(*) = 1"
        ),
        {"site": site_id},
    )
    return {row.code: row.bin for row in rows}


def empty_bins(connection: Connection, site_id: int) -> list[str]:
    """Bins of nobody in which nothing lies."""
    rows = connection.execute(
        text(
            "SELECT name FROM location p WHERE p.site_id = :site AND p.kind = 'bin' AND p.sku_id IS NULL AND p.held = 0"
            f" AND p.reserve = 0 AND {_NO_LANE}"
            " AND NOT EXISTS (SELECT 1 FROM balance b WHERE b.location_id = p.id AND b.on_hand <> 0) ORDER BY p.id"
        ),
        {"site": site_id},
    )
    return [row.name for row in rows]


def limits(connection: Connection, site_id: int) -> dict[str, tuple[int | None, int | None, bool]]:
    """What fits into each bin: (volume, load, whether dangerous goods may lie there); None: nobody said."""
    rows = connection.execute(
        text(
            "SELECT p.name, t.volume_mm3, t.load_max_mg, t.dangerous FROM bin_trait t"
            " JOIN location p ON p.id = t.location_id WHERE p.site_id = :site"
        ),
        {"site": site_id},
    )
    return {row.name: (row.volume_mm3, row.load_max_mg, bool(row.dangerous)) for row in rows}


def lying(connection: Connection, site_id: int) -> dict[str, tuple[int, int, bool]]:
    """What lies of each SKU in bins: (volume, weight, whether it is dangerous)."""
    rows = connection.execute(
        text(
            "SELECT s.code, s.dangerous, s.unit_mg, s.length_mm * s.width_mm * s.height_mm AS unit_mm3,"
            " COALESCE(q.units, 0) AS units FROM sku s LEFT JOIN (SELECT b.sku_id, SUM(b.on_hand) AS units"
            "  FROM balance b JOIN location p ON p.id = b.location_id AND p.kind = 'bin'"
            "  WHERE b.site_id = :site AND b.on_hand > 0 GROUP BY b.sku_id) q ON q.sku_id = s.id"
        ),
        {"site": site_id},
    )
    return {
        row.code: (int(row.unit_mm3) * int(row.units), row.unit_mg * int(row.units), bool(row.dangerous))
        for row in rows
    }

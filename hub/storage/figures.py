"""Figures of the day, for pages, the API and the report: each one query over a snapshot.

``since_us`` is when the day began, UTC microseconds of business time; 0 counts everything there ever was. An order is
of the day if it came in it, left in it, or is still here.
"""

from typing import Any

from sqlalchemy import Connection, text

from hub.storage.clients import LABEL, OF_ORDER, OF_PURCHASE
from hub.storage.proposals import STAGE

ORDER_STATES = ("waiting", "picking", "packing", "shipped", "backordered", "at_supplier", "cancelled")
"""The one word for where an order is. ``waiting``, ``picking``, ``packing`` and ``at_supplier`` are in work; of one
that is ``backordered`` nothing is in work any more, though part of it may have left."""
IN_WORK = ("waiting", "picking", "packing", "at_supplier")
STATE_OF_LINES = (
    "CASE WHEN SUM(l.cancelled) = SUM(l.ordered) THEN 'cancelled'"
    " WHEN SUM(l.shipped + l.cancelled) = SUM(l.ordered) THEN 'shipped'"
    " WHEN SUM(l.packed) > 0 THEN 'packing' WHEN SUM(l.reserved + l.picked) > 0 THEN 'picking'"
    " WHEN SUM(l.open + l.promised) > 0 THEN 'waiting' WHEN SUM(l.backordered) > 0 THEN 'backordered'"
    " ELSE 'at_supplier' END"
)
_OF_THE_DAY = (
    "(SELECT id FROM customer_order WHERE received_us >= :since"
    " UNION SELECT id FROM customer_order WHERE shipped_us >= :since"
    " UNION SELECT id FROM customer_order WHERE shipped_us IS NULL) d"
)
_LINES = f"FROM {_OF_THE_DAY} CROSS JOIN order_line l WHERE l.order_id = d.id"
# each by its own index, then from the day's orders to their lines: the years before are not read


def order_states(connection: Connection, *, since_us: int = 0) -> dict[str, dict[str, int]]:
    """Orders, lines and units of the day: received, shipped, backordered, cancelled, and open (in work)."""
    found = {}
    for name, key in (("orders", "l.order_id"), ("lines", "l.id")):
        by = _by_state(connection, key, since_us)
        found[name] = {
            "received": sum(by.values()),
            **{state: by.get(state, 0) for state in ("shipped", "backordered", "cancelled")},
            "open": sum(by.get(state, 0) for state in IN_WORK),
        }
    units = units_by_state(connection, since_us=since_us)
    gone = {state: units[state] for state in ("shipped", "backordered", "cancelled")}
    found["units"] = {"received": units["ordered"], **gone, "open": units["ordered"] - sum(gone.values())}
    return found


def orders_by_state(connection: Connection, *, since_us: int = 0, client_id: int | None = None) -> dict[str, int]:
    """How many orders of the day (of a client, if one is named) are in each of :data:`ORDER_STATES`."""
    by = _by_state(connection, "l.order_id", since_us, client_id)
    return {state: by.get(state, 0) for state in ORDER_STATES}


def _by_state(connection: Connection, key: str, since_us: int, client_id: int | None = None) -> dict[str, int]:
    own = (
        ""
        if client_id is None
        else (" AND EXISTS (SELECT 1 FROM customer_order o WHERE o.id = d.id AND o.client_id = :client)")
    )
    grouped = f"SELECT {STATE_OF_LINES} AS state {_LINES}{own} GROUP BY {key}"
    rows = connection.execute(
        text(f"SELECT state, COUNT(*) AS n FROM ({grouped}) s GROUP BY state"),
        {"since": since_us} if client_id is None else {"since": since_us, "client": client_id},
    )
    return {row.state: row.n for row in rows}


def units_by_state(connection: Connection, *, since_us: int = 0) -> dict[str, int]:
    """Units of the day's order lines by state."""
    row = connection.execute(
        text(
            "SELECT COALESCE(SUM(ordered), 0) AS ordered, COALESCE(SUM(promised), 0) AS promised,"
            " COALESCE(SUM(reserved), 0) AS reserved, COALESCE(SUM(picked), 0) AS picked,"
            " COALESCE(SUM(packed), 0) AS packed, COALESCE(SUM(shipped), 0) AS shipped,"
            f" COALESCE(SUM(backordered), 0) AS backordered, COALESCE(SUM(cancelled), 0) AS cancelled {_LINES}"
        ),
        {"since": since_us},
    ).one()
    return dict(row._mapping)


def picks(connection: Connection, *, since_us: int = 0) -> dict[str, int]:
    """Picks finished in the day by what confirmed them: the button, the weight, or the button and the weight."""
    rows = connection.execute(
        text(
            "SELECT by, COUNT(*) AS n FROM task WHERE state = 'done' AND kind = 'pick' AND done_us >= :since"
            " AND load_id IS NOT NULL"
            " GROUP BY by"
        ),
        {"since": since_us},
    )
    by = {row.by: row.n for row in rows}
    return {
        "total": sum(by.values()),
        "by_button": by.get("button", 0),
        "by_weight": by.get("weight", 0),
        "by_both": by.get("both", 0),
    }


def exceptions(connection: Connection, limit: int = 50) -> list[dict[str, Any]]:
    """Open exceptions, the newest first."""
    rows = connection.execute(
        text(
            "SELECT id, kind, place, detail, opened_us, picture FROM exception WHERE closed_us IS NULL"
            " ORDER BY id DESC LIMIT :limit"
        ),
        {"limit": limit},
    )
    return [dict(row._mapping) for row in rows]


def exception_log(connection: Connection) -> list[dict[str, Any]]:
    """Every exception, open or closed, in the order they were opened."""
    rows = connection.execute(
        text(
            "SELECT id, kind, place, ref_kind, ref_id, detail, opened_us, closed_us, closed_by, picture"
            " FROM exception ORDER BY id"
        )
    )
    return [dict(row._mapping) for row in rows]


def alarms_by_kind(connection: Connection, *, since_us: int = 0) -> dict[str, int]:
    """Every exception opened in the day by kind, open or closed."""
    rows = connection.execute(
        text("SELECT kind, COUNT(*) AS n FROM exception WHERE opened_us >= :since GROUP BY kind ORDER BY kind"),
        {"since": since_us},
    )
    return {row.kind: row.n for row in rows}


def purchase_orders(connection: Connection, client_id: int | None = None) -> list[dict[str, Any]]:
    """Every purchase order (of a client, if one is named) with its lines and their reasons; ``stage`` is the one word
    for where it is."""
    orders = connection.execute(
        text(
            f"SELECT p.id, p.number, p.state, {STAGE} AS stage, p.created_us, p.due_us, p.received_us,"
            " COALESCE(r.method, '') AS method, COALESCE(r.value_minor, 0) AS value_minor,"
            " COALESCE(r.decided_by, '') AS decided_by, COALESCE(r.chases, 0) AS chases, s.name AS supplier,"
            f" {OF_PURCHASE} AS client, COALESCE(c.ref, '') AS for_order"
            " FROM purchase_order p JOIN supplier s ON s.id = p.supplier_id"
            " LEFT JOIN drop_ship_order d ON d.purchase_order_id = p.id LEFT JOIN customer_order c ON c.id = d.order_id"
            " LEFT JOIN proposal r ON r.purchase_order_id = p.id WHERE :client = 0 OR EXISTS (SELECT 1 FROM"
            "  purchase_order_line l JOIN sku ON sku.id = l.sku_id WHERE l.purchase_order_id = p.id"
            "  AND sku.client_id = :client) ORDER BY p.id"
        ),
        {"client": client_id or 0},
    )
    found = {row.id: dict(row._mapping) | {"lines": []} for row in orders}
    for row in connection.execute(
        text(
            "SELECT l.purchase_order_id, s.code AS sku, s.gtin, s.description, l.ordered, l.received, l.open,"
            " COALESCE(w.because, '') AS because, COALESCE(w.cost_minor, 0) AS cost_minor,"
            " d.waiting, d.dispatched, d.cancelled, d.declined, d.asked_back"
            " FROM purchase_order_line l JOIN sku s ON s.id = l.sku_id"
            " LEFT JOIN purchase_reason w ON w.line_id = l.id LEFT JOIN drop_ship_line d ON d.line_id = l.id"
            " WHERE :client = 0 OR s.client_id = :client ORDER BY l.id"
        ),
        {"client": client_id or 0},
    ):
        line = dict(row._mapping)
        found[line.pop("purchase_order_id")]["lines"].append(line)
    return list(found.values())


def book(connection: Connection) -> dict[str, dict[str, dict[str, int]]]:
    """What the book says lies where: kind of place, place, SKU, units (only what is there)."""
    rows = connection.execute(
        text(
            f"SELECT l.kind, l.name, {LABEL} AS code, SUM(b.on_hand) AS units FROM balance b"
            " JOIN location l ON l.id = b.location_id JOIN sku s ON s.id = b.sku_id"
            " WHERE b.on_hand <> 0 GROUP BY l.kind, l.name, s.id"
        )
    )
    found: dict[str, dict[str, dict[str, int]]] = {}
    for row in rows:
        found.setdefault(row.kind, {}).setdefault(row.name, {})[row.code] = int(row.units)
    return found


def parcels(connection: Connection) -> dict[str, dict[str, Any]]:
    """Every parcel that has its label, by tracking number: state, order, weight and what should be in it."""
    found: dict[str, dict[str, Any]] = {}
    for row in connection.execute(
        text(
            "SELECT p.tracking, p.state, o.ref, p.carton, p.service, p.price_minor, p.measured_mg,"
            f" {LABEL} AS code, pl.units"
            " FROM parcel p JOIN customer_order o ON o.id = p.order_id JOIN parcel_line pl ON pl.parcel_id = p.id"
            " JOIN order_line l ON l.id = pl.line_id JOIN sku s ON s.id = l.sku_id WHERE p.tracking IS NOT NULL"
            " ORDER BY p.id"
        )
    ):
        parcel = found.setdefault(
            row.tracking,
            {
                "state": row.state,
                "order": row.ref,
                "carton": row.carton,
                "service": row.service,
                "price_minor": row.price_minor,
                "measured_mg": row.measured_mg,
                "contents": {},
            },
        )
        parcel["contents"][row.code] = parcel["contents"].get(row.code, 0) + row.units
    return found


def in_work(connection: Connection) -> dict[str, int]:
    """What somebody can still do: open tasks, totes not packed, parcels not shipped."""
    row = connection.execute(
        text(
            "SELECT (SELECT COUNT(bin_id) FROM task WHERE state IN ('open', 'recalled')) AS tasks,"
            " (SELECT COUNT(*) FROM tote_load WHERE state <> 'packed') AS totes,"
            " (SELECT COUNT(*) FROM parcel WHERE state <> 'shipped') AS parcels,"
            " (SELECT COALESCE(SUM(promised), 0) FROM order_line WHERE promised > 0) AS promised,"
            " (SELECT COUNT(*) FROM fact WHERE state = 'waiting') AS waiting"
        )
    ).one()
    return dict(row._mapping)


def times(connection: Connection, *, since_us: int = 0) -> dict[str, float | None]:
    """Mean business minutes by step, of what was reached in the day; None for a step that nothing has reached.

    Order to (its first) cart and order to shipped: each order counts once. Cart to picked: each cart once.
    """
    row = connection.execute(
        text(
            "SELECT (SELECT AVG(f.inducted_us - f.received_us) FROM"
            "  (SELECT o.received_us, MIN(b.inducted_us) AS inducted_us"
            f"   FROM {_OF_THE_DAY} CROSS JOIN customer_order o CROSS JOIN tote_load l CROSS JOIN batch b"
            "   WHERE o.id = d.id AND l.order_id = o.id AND b.id = l.batch_id GROUP BY o.id) f"
            "  WHERE f.inducted_us >= :since)"
            " / 60e6 AS to_cart,"
            " (SELECT AVG(picked_us - inducted_us) FROM batch WHERE picked_us >= :since) / 60e6 AS picking,"
            " (SELECT AVG(shipped_us - received_us) FROM customer_order WHERE shipped_us >= :since) / 60e6 AS to_ship"
        ),
        {"since": since_us},
    ).one()
    return {name: None if value is None else round(float(value), 1) for name, value in row._mapping.items()}


def shipping_cost_minor(connection: Connection, *, since_us: int = 0) -> int:
    """What the labels of the parcels packed in the day cost, minor units."""
    return int(
        connection.execute(
            text("SELECT COALESCE(SUM(price_minor), 0) FROM parcel WHERE packed_us >= :since"), {"since": since_us}
        ).scalar_one()
    )


def stock_of(connection: Connection, client_id: int, code: str) -> dict[str, Any] | None:
    """What is available of a client's SKU, and when more comes; None if it has none of that code."""
    row = connection.execute(
        text(
            "SELECT s.code AS sku, s.description, COALESCE(SUM(b.on_hand), 0) AS on_hand,"
            " COALESCE(SUM(b.on_hand - b.reserved), 0) AS free,"
            " COALESCE((SELECT SUM(promised) FROM promise WHERE sku_id = s.id), 0) AS promised,"
            " COALESCE((SELECT SUM(backordered) FROM order_line WHERE sku_id = s.id AND backordered > 0), 0)"
            "  AS backordered,"
            " (SELECT MIN(p.due_us) FROM purchase_order_line l JOIN purchase_order p ON p.id = l.purchase_order_id"
            "  WHERE l.sku_id = s.id AND l.open = 1) AS expected_us FROM sku s"
            " LEFT JOIN balance b ON b.sku_id = s.id AND b.location_id IN"
            "  (SELECT id FROM location WHERE kind = 'bin' AND held = 0) WHERE s.client_id = :client"
            " AND s.code = :code GROUP BY s.id"
        ),
        {"client": client_id, "code": code},
    ).one_or_none()
    if row is None:
        return None
    found = dict(row._mapping)
    found["available"] = max(0, found.pop("free") - found["promised"])
    return found


def orders(
    connection: Connection, limit: int = 200, *, since_us: int = 0, state: str = "", client_id: int | None = None
) -> list[dict[str, Any]]:
    """The day's orders (in a state, of a client, if one is named) with their units by state, the newest first."""
    rows = connection.execute(
        text(
            "SELECT * FROM (SELECT o.id, o.public, o.ref, o.customer, o.country, o.placed_us, o.shipped_us,"
            f" {OF_ORDER} AS client, o.hold, COUNT(l.id) AS lines, SUM(l.ordered) AS ordered,"
            " SUM(l.promised) AS promised, SUM(l.reserved) AS reserved, SUM(l.picked) AS picked,"
            " SUM(l.packed) AS packed, SUM(l.shipped) AS shipped, SUM(l.backordered) AS backordered,"
            f" SUM(l.at_supplier) AS at_supplier, {STATE_OF_LINES} AS state"
            f" FROM {_OF_THE_DAY} CROSS JOIN customer_order o CROSS JOIN order_line l"
            " WHERE o.id = d.id AND l.order_id = o.id AND (:client = 0 OR o.client_id = :client) GROUP BY o.id) s"
            " WHERE :state = '' OR s.state = :state ORDER BY s.id DESC LIMIT :limit"
        ),
        {"limit": limit, "since": since_us, "state": state, "client": client_id or 0},
    ).mappings()
    return [{name: value for name, value in row.items() if name != "id"} for row in rows]


def contents_of_bins(connection: Connection) -> dict[str, dict[str, Any]]:
    """Each bin's SKU, units on hand and whether it is held, for the floor map."""
    rows = connection.execute(
        text(
            f"SELECT l.name, l.held, {LABEL} AS code, s.description, COALESCE(SUM(b.on_hand), 0) AS units"
            " FROM location l LEFT JOIN sku s ON s.id = l.sku_id LEFT JOIN balance b ON b.location_id = l.id"
            " WHERE l.kind = 'bin' GROUP BY l.id, s.id"
        )
    )
    return {row.name: dict(row._mapping) for row in rows}

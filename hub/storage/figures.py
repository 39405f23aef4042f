"""Figures of the day, for pages, the API and the report: each one query over a snapshot."""

from typing import Any

from sqlalchemy import Connection, text


def order_states(connection: Connection) -> dict[str, dict[str, int]]:
    """Orders, lines and units by state. An order is shipped when every line is; part-shipped counts as backordered
    once nothing of it is in work."""
    rows = connection.execute(
        text(
            "SELECT order_id, SUM(ordered) AS ordered, SUM(shipped) AS shipped, SUM(backordered) AS backordered,"
            " SUM(cancelled) AS cancelled FROM order_line GROUP BY order_id"
        )
    )
    orders = {"received": 0, "shipped": 0, "backordered": 0, "cancelled": 0, "open": 0}
    for row in rows:
        orders["received"] += 1
        orders[_state(row.ordered, row.shipped, row.backordered, row.cancelled)] += 1
    lines = {"received": 0, "shipped": 0, "backordered": 0, "cancelled": 0, "open": 0}
    units = dict(lines)
    for row in connection.execute(text("SELECT ordered, shipped, backordered, cancelled FROM order_line")):
        lines["received"] += 1
        lines[_state(row.ordered, row.shipped, row.backordered, row.cancelled)] += 1
        units["received"] += row.ordered
        units["shipped"] += row.shipped
        units["backordered"] += row.backordered
        units["cancelled"] += row.cancelled
        units["open"] += row.ordered - row.shipped - row.backordered - row.cancelled
    return {"orders": orders, "lines": lines, "units": units}


def _state(ordered: int, shipped: int, backordered: int, cancelled: int) -> str:
    if cancelled == ordered:
        return "cancelled"
    if shipped + cancelled == ordered:
        return "shipped"
    return "backordered" if backordered else "open"


def units_by_state(connection: Connection) -> dict[str, int]:
    """Units of all order lines by state."""
    row = connection.execute(
        text(
            "SELECT COALESCE(SUM(ordered), 0) AS ordered, COALESCE(SUM(promised), 0) AS promised,"
            " COALESCE(SUM(reserved), 0) AS reserved, COALESCE(SUM(picked), 0) AS picked,"
            " COALESCE(SUM(packed), 0) AS packed, COALESCE(SUM(shipped), 0) AS shipped,"
            " COALESCE(SUM(backordered), 0) AS backordered, COALESCE(SUM(cancelled), 0) AS cancelled FROM order_line"
        )
    ).one()
    return dict(row._mapping)


def picks(connection: Connection) -> dict[str, int]:
    """Finished picks by what confirmed them: the button, the weight, or the button with the weight agreeing."""
    rows = connection.execute(
        text("SELECT by, COUNT(*) AS n FROM task WHERE kind = 'pick' AND state = 'done' GROUP BY by")
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
            "SELECT id, kind, place, detail, opened_us FROM exception WHERE closed_us IS NULL"
            " ORDER BY id DESC LIMIT :limit"
        ),
        {"limit": limit},
    )
    return [dict(row._mapping) for row in rows]


def exception_log(connection: Connection) -> list[dict[str, Any]]:
    """Every exception, open or closed, in the order they were opened."""
    rows = connection.execute(
        text(
            "SELECT id, kind, place, ref_kind, ref_id, detail, opened_us, closed_us, closed_by"
            " FROM exception ORDER BY id"
        )
    )
    return [dict(row._mapping) for row in rows]


def alarms_by_kind(connection: Connection) -> dict[str, int]:
    """Every exception of the day by kind, open or closed."""
    rows = connection.execute(text("SELECT kind, COUNT(*) AS n FROM exception GROUP BY kind ORDER BY kind"))
    return {row.kind: row.n for row in rows}


def purchase_orders(connection: Connection) -> list[dict[str, Any]]:
    """Every purchase order with its lines."""
    orders = connection.execute(
        text(
            "SELECT p.id, p.number, p.state, p.created_us, p.due_us, s.name AS supplier FROM purchase_order p"
            " JOIN supplier s ON s.id = p.supplier_id ORDER BY p.id"
        )
    )
    found = {row.id: dict(row._mapping) | {"lines": []} for row in orders}
    for row in connection.execute(
        text(
            "SELECT l.purchase_order_id, s.code AS sku, s.gtin, l.ordered, l.received, l.open"
            " FROM purchase_order_line l JOIN sku s ON s.id = l.sku_id ORDER BY l.id"
        )
    ):
        line = dict(row._mapping)
        found[line.pop("purchase_order_id")]["lines"].append(line)
    return list(found.values())


def backorders(connection: Connection, limit: int = 500) -> list[dict[str, Any]]:
    """Backordered lines with the date that an open purchase order promises, oldest order first."""
    rows = connection.execute(
        text(
            "SELECT o.ref, o.customer, s.code AS sku, s.description, l.backordered AS units, o.placed_us,"
            " (SELECT MIN(p.due_us) FROM purchase_order_line pl JOIN purchase_order p ON p.id = pl.purchase_order_id"
            "  WHERE pl.sku_id = l.sku_id AND pl.open = 1) AS expected_us,"
            " (SELECT MIN(p.number) FROM purchase_order_line pl JOIN purchase_order p ON p.id = pl.purchase_order_id"
            "  WHERE pl.sku_id = l.sku_id AND pl.open = 1) AS purchase_order"
            " FROM order_line l JOIN customer_order o ON o.id = l.order_id JOIN sku s ON s.id = l.sku_id"
            " WHERE l.backordered > 0 ORDER BY o.placed_us, l.id LIMIT :limit"
        ),
        {"limit": limit},
    )
    return [dict(row._mapping) for row in rows]


def book(connection: Connection) -> dict[str, dict[str, dict[str, int]]]:
    """What the book says lies where: kind of place, place, SKU, units (only what is there)."""
    rows = connection.execute(
        text(
            "SELECT l.kind, l.name, s.code, SUM(b.on_hand) AS units FROM balance b"
            " JOIN location l ON l.id = b.location_id JOIN sku s ON s.id = b.sku_id"
            " WHERE b.on_hand <> 0 GROUP BY l.kind, l.name, s.code"
        )
    )
    found: dict[str, dict[str, dict[str, int]]] = {}
    for row in rows:
        found.setdefault(row.kind, {}).setdefault(row.name, {})[row.code] = int(row.units)
    return found


def parcels(connection: Connection) -> dict[str, dict[str, Any]]:
    """Every parcel by its tracking number: state, order, weight and what should be in it."""
    found: dict[str, dict[str, Any]] = {}
    for row in connection.execute(
        text(
            "SELECT p.tracking, p.state, o.ref, p.carton, p.service, p.price_minor, p.measured_mg, s.code, pl.units"
            " FROM parcel p JOIN customer_order o ON o.id = p.order_id JOIN parcel_line pl ON pl.parcel_id = p.id"
            " JOIN order_line l ON l.id = pl.line_id JOIN sku s ON s.id = l.sku_id ORDER BY p.id"
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
            "SELECT (SELECT COUNT(*) FROM task WHERE state IN ('open', 'recalled')) AS tasks,"
            " (SELECT COUNT(*) FROM tote_load WHERE state <> 'packed') AS totes,"
            " (SELECT COUNT(*) FROM parcel WHERE state <> 'shipped') AS parcels,"
            " (SELECT COALESCE(SUM(promised), 0) FROM order_line) AS promised,"
            " (SELECT COUNT(*) FROM fact WHERE state = 'waiting') AS waiting"
        )
    ).one()
    return dict(row._mapping)


def times(connection: Connection) -> dict[str, float]:
    """Mean business minutes by step: order to cart, cart to picked, order to shipped."""
    row = connection.execute(
        text(
            "SELECT AVG(b.inducted_us - o.received_us) / 60e6 AS to_cart,"
            " AVG(b.picked_us - b.inducted_us) / 60e6 AS picking,"
            " AVG(o.shipped_us - o.received_us) / 60e6 AS to_ship FROM customer_order o"
            " LEFT JOIN tote_load l ON l.order_id = o.id LEFT JOIN batch b ON b.id = l.batch_id"
        )
    ).one()
    return {name: round(float(value or 0), 1) for name, value in row._mapping.items()}


def shipping_cost_minor(connection: Connection) -> int:
    """What the day's labels cost, minor units."""
    return int(connection.execute(text("SELECT COALESCE(SUM(price_minor), 0) FROM parcel")).scalar_one())


def stock_of(connection: Connection, code: str) -> dict[str, Any] | None:
    """What is available of one SKU, and when more comes; None if nobody knows it."""
    row = connection.execute(
        text(
            "SELECT s.code AS sku, s.description, COALESCE(SUM(b.on_hand), 0) AS on_hand,"
            " COALESCE(SUM(b.on_hand - b.reserved), 0) AS free,"
            " COALESCE((SELECT SUM(promised) FROM promise WHERE sku_id = s.id), 0) AS promised,"
            " COALESCE((SELECT SUM(backordered) FROM order_line WHERE sku_id = s.id), 0) AS backordered,"
            " (SELECT MIN(p.due_us) FROM purchase_order_line l JOIN purchase_order p ON p.id = l.purchase_order_id"
            "  WHERE l.sku_id = s.id AND l.open = 1) AS expected_us FROM sku s"
            " LEFT JOIN balance b ON b.sku_id = s.id AND b.location_id IN"
            "  (SELECT id FROM location WHERE kind = 'bin' AND held = 0) WHERE s.code = :code GROUP BY s.id"
        ),
        {"code": code},
    ).one_or_none()
    if row is None:
        return None
    found = dict(row._mapping)
    found["available"] = max(0, found.pop("free") - found["promised"])
    return found


def orders(connection: Connection, limit: int = 200) -> list[dict[str, Any]]:
    """Orders with their units by state, the newest first."""
    rows = connection.execute(
        text(
            "SELECT o.public, o.ref, o.customer, o.country, o.placed_us, o.shipped_us, COUNT(l.id) AS lines,"
            " SUM(l.ordered) AS ordered, SUM(l.promised) AS promised, SUM(l.reserved) AS reserved,"
            " SUM(l.picked) AS picked, SUM(l.packed) AS packed, SUM(l.shipped) AS shipped,"
            " SUM(l.backordered) AS backordered FROM customer_order o JOIN order_line l ON l.order_id = o.id"
            " GROUP BY o.id ORDER BY o.id DESC LIMIT :limit"
        ),
        {"limit": limit},
    )
    return [dict(row._mapping) for row in rows]


def contents_of_bins(connection: Connection) -> dict[str, dict[str, Any]]:
    """Each bin's SKU, units on hand and whether it is held, for the floor map."""
    rows = connection.execute(
        text(
            "SELECT l.name, l.held, s.code, s.description, COALESCE(SUM(b.on_hand), 0) AS units FROM location l"
            " LEFT JOIN sku s ON s.id = l.sku_id LEFT JOIN balance b ON b.location_id = l.id"
            " WHERE l.kind = 'bin' GROUP BY l.id"
        )
    )
    return {row.name: dict(row._mapping) for row in rows}

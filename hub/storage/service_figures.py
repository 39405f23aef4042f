"""How well the trade was served over a whole stretch of time, each figure by one query; for the replay's report."""

from dataclasses import dataclass

from sqlalchemy import Connection, text


@dataclass(frozen=True, kw_only=True)
class CartonUse:
    """What one kind of carton was used for."""

    carton: str
    parcels: int
    goods_mm3: int
    """Volume of all goods that were packed in them, each unit the box of its sides."""
    freight_minor: int


def backorders_waiting(connection: Connection) -> list[tuple[int, int]]:
    """(when its order was placed, units) of each line that waits for stock, the oldest first."""
    rows = connection.execute(
        text(
            "SELECT o.placed_us, l.backordered FROM order_line l JOIN customer_order o ON o.id = l.order_id"
            " WHERE l.backordered > 0 ORDER BY o.placed_us, l.id"
        )
    )
    return [(row.placed_us, row.backordered) for row in rows]


def cartons_used(connection: Connection) -> list[CartonUse]:
    """What the parcels were packed in, by the name of the carton."""
    rows = connection.execute(
        text(
            "SELECT p.carton, COUNT(*) AS parcels, SUM(p.price_minor) AS freight, SUM(g.mm3) AS mm3 FROM parcel p"
            " JOIN (SELECT c.parcel_id, SUM(c.units * s.length_mm * s.width_mm * s.height_mm) AS mm3 FROM parcel_line c"
            "  JOIN order_line l ON l.id = c.line_id JOIN sku s ON s.id = l.sku_id GROUP BY c.parcel_id) g"
            " ON g.parcel_id = p.id GROUP BY p.carton ORDER BY p.carton"
        )
    )
    return [
        CartonUse(carton=row.carton, parcels=row.parcels, goods_mm3=int(row.mm3), freight_minor=int(row.freight))
        for row in rows
    ]


def batches_picked(connection: Connection) -> tuple[int, int]:
    """(carts' tours, order lines picked on them; a line that was picked on two tours counts twice)."""
    row = connection.execute(
        text(
            "SELECT COUNT(DISTINCT d.batch_id) AS batches, COUNT(*) AS lines FROM (SELECT DISTINCT o.batch_id,"
            " t.line_id FROM task t JOIN tote_load o ON o.id = t.load_id WHERE t.state = 'done' AND t.kind = 'pick') d"
        )
    ).one()
    return int(row.batches), int(row.lines)


def stock_inside(connection: Connection) -> tuple[int, int]:
    """(units, what they cost in minor units) of everything in the building."""
    row = connection.execute(
        text(
            "SELECT COALESCE(SUM(b.on_hand), 0) AS units, COALESCE(SUM(b.on_hand * s.cost_minor), 0) AS cost"
            " FROM balance b JOIN sku s ON s.id = b.sku_id WHERE b.on_hand > 0 AND b.physical = 1"
        )
    ).one()
    return int(row.units), int(row.cost)


def purchases(connection: Connection) -> dict[str, int]:
    """Purchase orders written, those received, their lines, and the units that came."""
    row = connection.execute(
        text(
            "SELECT (SELECT COUNT(*) FROM purchase_order) AS purchase_orders, (SELECT COUNT(*) FROM purchase_order"
            " WHERE state = 'received') AS received_orders, COUNT(*) AS lines, COALESCE(SUM(received), 0)"
            " AS received_units FROM purchase_order_line"
        )
    ).one()
    return {name: int(value) for name, value in row._mapping.items()}


def purchases_under_way(connection: Connection) -> list[tuple[str, int]]:
    """(number, when it is due) of each purchase order that has not come to us, the one due first first."""
    rows = connection.execute(
        text(
            "SELECT number, due_us FROM purchase_order WHERE state = 'ordered' AND NOT EXISTS"
            " (SELECT 1 FROM drop_ship_order d WHERE d.purchase_order_id = purchase_order.id) ORDER BY due_us, id"
        )
    )
    return [(row.number, row.due_us) for row in rows]


def units_at_customers(connection: Connection) -> dict[str, int]:
    """Units of each SKU that have left, by the book."""
    rows = connection.execute(
        text(
            "SELECT s.code, SUM(b.on_hand) AS units FROM balance b JOIN location l ON l.id = b.location_id"
            " AND l.kind = 'customer' JOIN sku s ON s.id = b.sku_id GROUP BY s.code"
        )
    )
    return {row.code: int(row.units) for row in rows if row.units}


def units_in_bins(connection: Connection) -> dict[str, int]:
    """Units in each bin, by the book; bins with none are left out."""
    rows = connection.execute(
        text(
            "SELECT l.name, SUM(b.on_hand) AS units FROM location l JOIN balance b ON b.location_id = l.id"
            " WHERE l.kind = 'bin' GROUP BY l.name"
        )
    )
    return {row.name: int(row.units) for row in rows if row.units}

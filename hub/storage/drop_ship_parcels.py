"""Parcels that suppliers send to customers of ours: written when a supplier tells of one, shown with our own."""

from typing import Any

from sqlalchemy import Connection, text

from hub.storage.drop_ship_tables import drop_ship_parcel, drop_ship_parcel_line
from hub.storage.drop_ships import DropShipment
from hub.storage.parcel_papers import PaperLine
from hub.storage.transaction import Tx


def known(connection: Connection, purchase_order_id: int, carrier: str, tracking: str) -> tuple[int, str] | None:
    """(id, public id) of the parcel of this number that a supplier told of before; None: of none."""
    row = connection.execute(
        text(
            "SELECT id, public FROM drop_ship_parcel WHERE purchase_order_id = :order AND carrier = :carrier"
            " AND tracking = :tracking"
        ),
        {"order": purchase_order_id, "carrier": carrier, "tracking": tracking},
    ).one_or_none()
    return None if row is None else (row.id, row.public)


def contents(connection: Connection, parcel_id: int) -> dict[str, int]:
    """Units by SKU in a supplier's parcel."""
    rows = connection.execute(
        text(
            "SELECT s.code, SUM(c.units) AS units FROM drop_ship_parcel_line c"
            " JOIN drop_ship_line d ON d.line_id = c.line_id JOIN order_line l ON l.id = d.order_line_id"
            " JOIN sku s ON s.id = l.sku_id WHERE c.parcel_id = :parcel GROUP BY s.code ORDER BY s.code"
        ),
        {"parcel": parcel_id},
    )
    return {row.code: int(row.units) for row in rows}


def insert(tx: Tx, shipment: DropShipment, *, carrier: str, tracking: str, told_by: str) -> tuple[int, str]:
    """Write a supplier's parcel; its id and public id."""
    public = tx.ids.new()
    made = tx.connection.execute(
        drop_ship_parcel.insert().values(
            public=public,
            purchase_order_id=shipment.purchase_order_id,
            order_id=shipment.order_id,
            carrier=carrier,
            tracking=tracking,
            dispatched_us=tx.now_us,
            told_by=told_by,
        )
    )
    tx.changed("parcel")
    return int(made.inserted_primary_key[0]), public  # type: ignore[index]


def insert_line(tx: Tx, parcel_id: int, line_id: int, units: int, transfer_id: int) -> None:
    """What is in it, and the transfer that booked it."""
    tx.connection.execute(
        drop_ship_parcel_line.insert().values(
            parcel_id=parcel_id, line_id=line_id, units=units, transfer_id=transfer_id
        )
    )


def paper_lines(connection: Connection, parcel_id: int) -> list[PaperLine]:
    """What is in a supplier's parcel, as a letter says it."""
    rows = connection.execute(
        text(
            "SELECT s.code, CASE s.description WHEN '' THEN s.code ELSE s.description END AS description, c.units,"
            " l.price_minor, s.cost_minor, s.unit_mg, s.hs_code, s.origin FROM drop_ship_parcel_line c"
            " JOIN drop_ship_line d ON d.line_id = c.line_id JOIN order_line l ON l.id = d.order_line_id"
            " JOIN sku s ON s.id = l.sku_id WHERE c.parcel_id = :parcel ORDER BY l.line, c.line_id"
        ),
        {"parcel": parcel_id},
    )
    return [PaperLine(**row._mapping) for row in rows]


def of_order(connection: Connection, order_id: int) -> list[dict[str, Any]]:
    """The parcels that suppliers have sent of a customer's order, with the keys of our own parcels."""
    rows = connection.execute(
        text(
            "SELECT c.id, c.public AS parcel, c.carrier, c.tracking, c.dispatched_us AS shipped_us, s.name AS supplier,"
            " p.number AS purchase_order FROM drop_ship_parcel c JOIN purchase_order p ON p.id = c.purchase_order_id"
            " JOIN supplier s ON s.id = p.supplier_id WHERE c.order_id = :order ORDER BY c.id"
        ),
        {"order": order_id},
    ).mappings()
    return [_shown(dict(row), contents(connection, row["id"])) for row in rows]


def _shown(row: dict[str, Any], units: dict[str, int]) -> dict[str, Any]:
    nothing: dict[str, Any] = {
        "tote": None,
        "carton": None,
        "measured_mg": None,
        "sscc": None,
        "events": [],
        "pictures": [],
    }
    told = {name: value for name, value in row.items() if name != "id"}
    lines = [{"sku": sku, "units": count} for sku, count in units.items()]
    return nothing | told | {"service": row["carrier"], "state": "shipped", "lines": lines}

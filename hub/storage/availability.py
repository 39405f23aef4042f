"""Reading what is available of an SKU: one client's stock at one site."""

from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, text

from hub.domain.availability import Arrival, Availability
from hub.storage.cart_holds import held_units
from hub.storage.proposals import IS_COMING


class Stock(NamedTuple):
    """The stock of one SKU, in units: in the house and in no parcel, of it reserved for tasks, and promised besides."""

    code: str
    on_hand: int
    reserved: int
    promised: int


@dataclass(frozen=True, kw_only=True)
class StockAnswer:
    """What is known of an SKU when a shop asks."""

    code: str
    description: str
    on_hand: int
    """Everything that can be touched in the house and is not in a parcel: bins, totes, dock, plates."""
    reserved: int
    """Of it in bins for tasks of orders."""
    held_for_carts: int
    """Of what is promised, to carts at checkout."""
    availability: Availability
    supplier_id: int
    drop_ship: str
    """When its supplier sends it to the customer: never, always, when_out."""


def stock_of_all(connection: Connection, site_id: int, client_id: int) -> list[Stock]:
    """The stock of every SKU that a client sells at a site, by code."""
    rows = connection.execute(
        text(
            "SELECT s.code, COALESCE(b.on_hand, 0) AS on_hand, COALESCE(b.reserved, 0) AS reserved,"
            " COALESCE(p.promised, 0) AS promised FROM sku s LEFT JOIN (SELECT b.sku_id, SUM(b.on_hand) AS on_hand,"
            "  SUM(b.reserved) AS reserved FROM balance b"
            "  JOIN location l ON l.id = b.location_id AND l.kind <> 'parcel'"
            "  WHERE b.site_id = :site AND b.client_id = :client AND b.on_hand > 0 AND b.physical = 1"
            "  GROUP BY b.sku_id) b ON b.sku_id = s.id LEFT JOIN promise p"
            " ON p.site_id = :site AND p.client_id = :client AND p.sku_id = s.id"
            " WHERE s.client_id = :client AND s.material = 0 ORDER BY s.code"
        ),
        {"site": site_id, "client": client_id},
    )
    return [Stock(row.code, int(row.on_hand), int(row.reserved), row.promised) for row in rows]


def availability_of(connection: Connection, site_id: int, client_id: int, code: str) -> StockAnswer | None:
    """What is available of a client's SKU at a site; None if the client sells no such SKU."""
    names = {"site": site_id, "client": client_id, "code": code}
    sku = connection.execute(
        text(
            "SELECT s.id, s.code, s.description, s.supplier_id, COALESCE(t.drop_ship, 'never') AS drop_ship"
            " FROM sku s LEFT JOIN restock_terms t ON t.sku_id = s.id AND t.stop_sell = 0"
            " WHERE s.client_id = :client AND s.code = :code AND s.material = 0"
        ),
        names,
    ).one_or_none()
    if sku is None:
        return None
    names["sku"] = sku.id
    stock = connection.execute(
        text(
            "SELECT COALESCE(SUM(b.on_hand), 0) AS on_hand, COALESCE(SUM(b.reserved), 0) AS reserved,"
            " COALESCE(SUM(CASE WHEN l.kind = 'bin' AND l.held = 0 THEN b.on_hand - b.reserved ELSE 0 END), 0) AS free"
            " FROM balance b JOIN location l ON l.id = b.location_id AND l.kind <> 'parcel'"
            " WHERE b.site_id = :site AND b.client_id = :client AND b.sku_id = :sku AND b.physical = 1"
        ),
        names,
    ).one()
    waits = connection.execute(
        text(
            "SELECT COALESCE((SELECT SUM(promised) FROM promise WHERE site_id = :site AND client_id = :client"
            "  AND sku_id = :sku), 0) AS promised,"
            " COALESCE((SELECT SUM(backordered) FROM order_line WHERE sku_id = :sku AND backordered > 0), 0)"
            "  AS backordered"
        ),
        names,
    ).one()
    arrivals = connection.execute(
        text(
            "SELECT p.due_us, l.ordered - l.received AS units FROM purchase_order_line l"
            " JOIN purchase_order p ON p.id = l.purchase_order_id LEFT JOIN proposal r ON r.purchase_order_id = p.id"
            f" WHERE l.sku_id = :sku AND l.open = 1 AND {IS_COMING}"
        ),
        names,
    )
    return StockAnswer(
        code=sku.code,
        description=sku.description,
        on_hand=int(stock.on_hand),
        reserved=int(stock.reserved),
        held_for_carts=held_units(connection, site_id, sku.id),
        availability=Availability(
            free=int(stock.free),
            promised=int(waits.promised),
            backordered=int(waits.backordered),
            arrivals=tuple(Arrival(row.due_us, row.units) for row in arrivals),
        ),
        supplier_id=sku.supplier_id,
        drop_ship=sku.drop_ship,
    )

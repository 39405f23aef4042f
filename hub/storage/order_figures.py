"""One order as it stands: its lines, its totes and its parcels."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, text

from hub.domain.order_states import allowed_at, stage_of
from hub.storage import drop_ship_parcels
from hub.storage.clients import OF_ORDER
from hub.storage.figures import STATE_OF_LINES
from hub.storage.kits import kits_of
from hub.storage.order_terms import delivery_of
from hub.storage.orders import order_by_ref
from hub.storage.tracking import events_of

PLACES_OF_UNITS = (
    *("shipped", "packed", "picked", "reserved", "promised", "open"),
    *("at_supplier", "backordered", "cancelled"),
)
"""Where a line's units can be, from the door back to the shop."""


def order_of(connection: Connection, public: str) -> dict[str, Any] | None:
    """One order by its public id, with its units by state; None if there is none."""
    sums = ", ".join(f"SUM(l.{state}) AS {state}" for state in ("ordered", *PLACES_OF_UNITS))
    row = connection.execute(
        text(
            "SELECT o.id, o.public, o.ref, o.customer, o.country, o.placed_us, o.shipped_us,"
            " o.priority, o.ship_by_us, o.ship_complete, o.hold, o.gift_note,"
            f" {OF_ORDER} AS client, {sums}, {STATE_OF_LINES} AS state"
            " FROM customer_order o JOIN order_line l ON l.order_id = o.id WHERE o.public = :public GROUP BY o.id"
        ),
        {"public": public},
    ).one_or_none()
    if row is None:
        return None
    found = dict(row._mapping)
    key = {"order": found.pop("id")}
    stage = stage_of(found, found["hold"])
    delivery = delivery_of(connection, key["order"])
    found |= {
        "ship_complete": bool(found["ship_complete"]),
        "stage": stage,
        "allowed": allowed_at(stage),
        "delivery": None if delivery is None else asdict(delivery),
    }
    return found | {
        "lines": _lines(connection, key),
        "kits": _kits(connection, key["order"]),
        "parcels": [*_parcels(connection, key), *drop_ship_parcels.of_order(connection, key["order"])],
    }


def order_named(connection: Connection, client_id: int, ref: str) -> dict[str, Any] | None:
    """A client's order by the number that its shop gave it; None if there is none."""
    known = order_by_ref(connection, client_id, ref)
    return None if known is None else order_of(connection, known[1])


def _kits(connection: Connection, order_id: int) -> list[dict[str, Any]]:
    return [kit | {"lines": sorted(kit["lines"])} for kit in kits_of(connection, order_id)]


def _lines(connection: Connection, key: dict[str, int]) -> list[dict[str, Any]]:
    states = ", ".join(f"l.{state}" for state in ("ordered", *PLACES_OF_UNITS))
    rows = connection.execute(
        text(
            f"SELECT l.line, s.code AS sku, s.description, i.code AS instead_of, {states}"
            " FROM order_line l JOIN sku s ON s.id = l.sku_id"
            " LEFT JOIN order_substitute t ON t.line_id = l.id LEFT JOIN sku i ON i.id = t.sku_id"
            " WHERE l.order_id = :order ORDER BY l.line"
        ),
        key,
    )
    return [dict(row._mapping) for row in rows]


def _parcels(connection: Connection, key: dict[str, int]) -> list[dict[str, Any]]:
    """The order's totes or cells, and what became of them: one parcel each."""
    rows = connection.execute(
        text(
            "SELECT p.id, COALESCE(w.name, t.name) AS tote, p.tracking, p.carton, p.service, p.measured_mg,"
            " p.sscc, p.public AS parcel, p.shipped_us, COALESCE(p.state, l.state) AS state"
            " FROM tote_load l LEFT JOIN location t ON t.id = l.tote_id LEFT JOIN parcel p ON p.load_id = l.id"
            " LEFT JOIN cell_load c ON c.load_id = l.id LEFT JOIN location w ON w.id = c.cell_id"
            " WHERE l.order_id = :order ORDER BY l.id"
        ),
        key,
    )
    found = [dict(row._mapping) for row in rows]
    return [
        parcel
        | {"supplier": "", "purchase_order": "", "lines": None}
        | {"events": [] if parcel["id"] is None else events_of(connection, parcel["id"])}
        | {"pictures": _pictures(connection, parcel.pop("id"))}
        for parcel in found
    ]


def _pictures(connection: Connection, parcel_id: int | None) -> list[dict[str, Any]]:
    """What the cameras saw as a parcel was packed (by item) and as its label was scanned."""
    rows = connection.execute(
        text(
            "SELECT e.picture AS name, CASE t.reason WHEN 'ship' THEN 'label' ELSE MIN(s.description) END AS what"
            " FROM transfer t JOIN evidence e ON e.id = t.evidence_id JOIN sku s ON s.id = t.sku_id"
            " WHERE t.ref_kind = 'parcel' AND t.ref_id = :parcel AND e.picture IS NOT NULL"
            " GROUP BY e.picture, t.reason ORDER BY MIN(e.id)"
        ),
        {"parcel": str(parcel_id)},
    )
    return [dict(row._mapping) for row in rows]

"""What carriers said of parcels."""

from typing import Any

from sqlalchemy import Connection, text

from hub.storage.transaction import Tx


def keep(tx: Tx, *, parcel_id: int, carrier: str, event: str, status: str, detail: str, place: str, at_us: int) -> bool:
    """Write an event down; whether it was news."""
    row = tx.connection.execute(
        text(
            "INSERT INTO tracking_event (parcel_id, carrier, event, status, detail, place, at_us, heard_us)"
            " VALUES (:parcel, :carrier, :event, :status, :detail, :place, :at, :now)"
            " ON CONFLICT (carrier, event) DO NOTHING RETURNING id"
        ),
        {
            "parcel": parcel_id,
            "carrier": carrier,
            "event": event,
            "status": status,
            "detail": detail,
            "place": place,
            "at": at_us,
            "now": tx.now_us,
        },
    ).one_or_none()
    if row is not None:
        tx.changed("parcel")
    return row is not None


def parcel_of(connection: Connection, carrier: str, tracking: str) -> int | None:
    """The parcel that a carrier knows by this number; None: none of ours."""
    found = connection.execute(
        text("SELECT parcel_id FROM label_purchase WHERE carrier = :carrier AND tracking = :tracking"),
        {"carrier": carrier, "tracking": tracking},
    ).scalar_one_or_none()
    return None if found is None else int(found)


def events_of(connection: Connection, parcel_id: int) -> list[dict[str, Any]]:
    """What a parcel's carrier said, in the order in which it happened."""
    rows = connection.execute(
        text("SELECT status, detail, place, at_us FROM tracking_event WHERE parcel_id = :parcel ORDER BY at_us, id"),
        {"parcel": parcel_id},
    )
    return [dict(row._mapping) for row in rows]

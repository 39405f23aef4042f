"""What a client is billed for: counted from its parcels and the ledger, by when it was written down.

A fact that came late counts when it came: a month that has ended does not change.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, text

from hub.storage.tables import PHYSICAL_KINDS

DAY_S = 86_400
_PHYSICAL = "(" + ", ".join(f"'{kind}'" for kind in PHYSICAL_KINDS) + ")"


@dataclass(frozen=True, kw_only=True)
class Counted:
    """What was done for a client in a time."""

    orders: int
    """Of which the last unit left."""
    lines: int
    """Of which something left."""
    units: int
    """That left in parcels."""
    parcels: int
    freight_minor: int
    """What their carriers take."""
    received_units: int
    """That deliveries brought."""
    unit_days: int
    """Units in the house, times the days that each was: whole ones."""


def counted(connection: Connection, client_id: int, from_us: int, until_us: int) -> Counted:
    """What was done for a client from a time to another, UTC microseconds. It reads the client's whole ledger."""
    names = {"client": client_id, "from": from_us, "until": until_us}
    left = connection.execute(_LEFT, names).one()
    parcels = connection.execute(_PARCELS, names).one()
    return Counted(
        orders=int(connection.execute(_ORDERS, names).scalar_one()),
        lines=int(left.lines),
        units=int(left.units),
        parcels=int(parcels.parcels),
        freight_minor=int(parcels.freight),
        received_units=int(connection.execute(_RECEIVED, names).scalar_one()),
        unit_days=int(connection.execute(_STORED, names).scalar_one()) // DAY_S,
    )


_IN_TIME = "p.shipped_us >= :from AND p.shipped_us < :until AND o.client_id = :client"
_ORDERS = text(
    "SELECT COUNT(*) FROM customer_order WHERE client_id = :client AND shipped_us >= :from AND shipped_us < :until"
)
_LEFT = text(
    "SELECT COUNT(DISTINCT l.line_id) AS lines, COALESCE(SUM(l.units), 0) AS units FROM parcel p"
    f" JOIN customer_order o ON o.id = p.order_id JOIN parcel_line l ON l.parcel_id = p.id WHERE {_IN_TIME}"
)
_PARCELS = text(
    "SELECT COUNT(*) AS parcels, COALESCE(SUM(p.price_minor), 0) AS freight FROM parcel p"
    f" JOIN customer_order o ON o.id = p.order_id WHERE {_IN_TIME}"
)
_RECEIVED = text(
    "SELECT COALESCE(SUM(units), 0) FROM transfer WHERE client_id = :client AND reason = 'receive'"
    " AND recorded_us >= :from AND recorded_us < :until"
)
_STORED = text(
    # each unit that came in counts from then, or from the beginning, to the end; each that went out is taken off again
    f"SELECT COALESCE(SUM((CASE WHEN g.kind IN {_PHYSICAL} THEN t.units ELSE 0 END"
    f"  - CASE WHEN f.kind IN {_PHYSICAL} THEN t.units ELSE 0 END)"
    "  * ((:until - CASE WHEN t.recorded_us < :from THEN :from ELSE t.recorded_us END) / 1000000)), 0)"
    " FROM transfer t JOIN location f ON f.id = t.from_id JOIN location g ON g.id = t.to_id"
    " WHERE t.client_id = :client AND t.kind IN ('move', 'post') AND t.recorded_us < :until"
)

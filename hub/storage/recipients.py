"""To whom an order goes, and what was promised."""

from dataclasses import dataclass

from sqlalchemy import Connection

from hub.domain.parties import Party
from hub.storage.prepared import Prepared


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """An order's delivery: an order that has not said more has the customer's name and country alone."""

    party: Party
    customer: str
    """Who ordered, and is billed."""
    order_ref: str
    order_public: str
    placed_us: int
    gift_note: str
    ship_by_us: int | None


_RECIPIENT = Prepared(
    "SELECT o.ref, o.public, o.customer, o.country, o.placed_us, o.gift_note, o.ship_by_us, d.name, d.street,"
    " d.more, d.city, d.region, d.postcode, d.phone, d.email FROM customer_order o"
    " LEFT JOIN delivery d ON d.order_id = o.id WHERE o.id = :order"
)


def recipient_of(connection: Connection, order_id: int) -> Recipient:
    """Where an order goes."""
    row = _RECIPIENT(connection, {"order": order_id}).one()
    party = Party(
        name=row.name or row.customer,
        street=row.street or "",
        more=row.more or "",
        city=row.city or "",
        region=row.region or "",
        postcode=row.postcode or "",
        country=row.country,
        phone=row.phone or "",
        email=row.email or "",
    )
    return Recipient(
        party=party,
        customer=row.customer,
        order_ref=row.ref,
        order_public=row.public,
        placed_us=row.placed_us,
        gift_note=row.gift_note,
        ship_by_us=row.ship_by_us,
    )

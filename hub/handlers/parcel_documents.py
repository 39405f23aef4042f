"""Gathers what the documents of a parcel say."""

from collections.abc import Iterable

from sqlalchemy import Connection

from hub.documents.content import Line, ParcelContent
from hub.handlers.policy import Policy
from hub.storage import label_purchases, parcel_papers, parcels
from hub.storage.parcel_papers import PaperLine
from hub.storage.parcels import ParcelRow
from hub.storage.recipients import recipient_of


def content_of(connection: Connection, policy: Policy, row: ParcelRow) -> ParcelContent:
    """A parcel as its documents need it."""
    recipient = recipient_of(connection, row.order_id)
    purchase = label_purchases.live(connection, row.id)
    carrier = "" if purchase is None else purchase.carrier
    return ParcelContent(
        number=row.id,
        order=row.order_ref,
        ordered_us=recipient.placed_us,
        packed_us=parcels.packed_us(connection, row.id),
        sender=policy.sender,
        recipient=recipient.party,
        customer=recipient.customer,
        gift_note=recipient.gift_note,
        carrier=dict(policy.carriers).get(carrier, carrier),
        service=row.service or "",
        tracking=row.tracking or "",
        sscc=row.sscc or "",
        weight_mg=row.measured_mg,
        lines=_lines(parcel_papers.lines_of(connection, row.id)),
        left=_lines(parcel_papers.lines_left(connection, row.order_id)),
        currency=policy.currency,
        zone=policy.zone,
        domestic=policy.domestic,
    )


def _lines(found: Iterable[PaperLine]) -> tuple[Line, ...]:
    """The lines; where nothing was said of a price, customs get the catalogue's cost."""
    return tuple(
        Line(
            code=line.code,
            description=line.description,
            units=line.units,
            price_minor=line.price_minor,
            value_minor=line.price_minor or line.cost_minor,
            unit_mg=line.unit_mg,
            hs_code=line.hs_code,
            origin=line.origin,
        )
        for line in found
    )

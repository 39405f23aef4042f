"""What a customer is told of a parcel, or of goods that do not come, in the transaction in which it happens."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from hub.handlers.policy import Policy
from hub.notices.letters import write_letter
from hub.storage import backorders, drop_ship_parcels, label_purchases, orders, parcel_papers
from hub.storage.drop_ships import DropShipment
from hub.storage.parcels import ParcelRow
from hub.storage.recipients import recipient_of
from hub.storage.transaction import Tx

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def shipped(tx: Tx, policy: Policy, row: ParcelRow) -> None:
    """A parcel has left."""
    recipient = recipient_of(tx.connection, row.order_id)
    if not policy.mails or not recipient.party.email:
        return
    purchase = label_purchases.live(tx.connection, row.id)
    arrives_us = None if purchase is None else purchase.arrives_us
    write_letter(
        tx,
        kind="shipped",
        ref=row.public,
        recipient=recipient.party.email,
        name=recipient.party.name,
        order=row.order_ref,
        carrier="" if purchase is None else dict(policy.carriers).get(purchase.carrier, purchase.carrier),
        service=row.service or "",
        tracking=row.tracking or "",
        expected="" if arrives_us is None else day_words(arrives_us, policy),
        lines=parcel_papers.lines_of(tx.connection, row.id),
        left=parcel_papers.lines_left(tx.connection, row.order_id),
        has_waited=backorders.customer_heard(tx.connection, row.order_id),
        sender=sender_words(policy),
    )


def delivered(tx: Tx, policy: Policy, row: ParcelRow, at_us: int, place: str) -> None:
    """The carrier says that a parcel was delivered."""
    recipient = recipient_of(tx.connection, row.order_id)
    if not policy.mails or not recipient.party.email:
        return
    write_letter(
        tx,
        kind="delivered",
        ref=row.public,
        recipient=recipient.party.email,
        name=recipient.party.name,
        order=row.order_ref,
        tracking=row.tracking or "",
        when=day_words(at_us, policy),
        place=place,
        sender=sender_words(policy),
    )


def drop_shipped(
    tx: Tx, policy: Policy, shipment: DropShipment, parcel_id: int, public: str, *, carrier: str, tracking: str
) -> None:
    """A supplier has sent a parcel of an order."""
    recipient = recipient_of(tx.connection, shipment.order_id)
    if not policy.mails or not recipient.party.email:
        return
    write_letter(
        tx,
        kind="drop_shipped",
        ref=public,
        recipient=recipient.party.email,
        name=recipient.party.name,
        order=shipment.ref,
        supplier=shipment.supplier,
        carrier=carrier,
        tracking=tracking,
        lines=drop_ship_parcels.paper_lines(tx.connection, parcel_id),
        left=parcel_papers.lines_left(tx.connection, shipment.order_id),
        sender=sender_words(policy),
    )


def declined(tx: Tx, policy: Policy, shipment: DropShipment, lost: Mapping[int, int], why: str) -> None:
    """A supplier does not send goods of an order. ``lost``: units by order line, as its lines stand now."""
    recipient = recipient_of(tx.connection, shipment.order_id)
    if not policy.mails or not recipient.party.email:
        return
    dates = backorders.dates(tx.connection, sorted(lost))
    lines = []
    for line_id, units in sorted(lost.items()):
        line = orders.line(tx.connection, line_id)
        sku = orders.sku(tx.connection, line.sku_id)
        expected_us = dates[line_id].expected_us if line_id in dates else None
        lines.append(
            {
                "units": units,
                "description": sku.description or sku.code,
                "waits": min(units, line.backordered),
                "expected": "" if expected_us is None else day_words(expected_us, policy),
            }
        )
    write_letter(
        tx,
        kind="supplier_declined",
        ref=tx.ids.new(),
        recipient=recipient.party.email,
        name=recipient.party.name,
        order=shipment.ref,
        supplier=shipment.supplier,
        lines=lines,
        why=why,
        sender=sender_words(policy),
    )


def sender_words(policy: Policy) -> str:
    """Who signs letters."""
    return policy.site if policy.sender is None else policy.sender.name


def day_words(at_us: int, policy: Policy) -> str:
    """A local day, as Tuesday 1 March 2011."""
    day = (EPOCH + timedelta(microseconds=at_us)).astimezone(policy.zone)
    return f"{day:%A} {day.day} {day:%B %Y}"

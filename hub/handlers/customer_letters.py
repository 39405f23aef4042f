"""What a customer is told of a parcel, in the transaction in which it happens."""

from datetime import UTC, datetime, timedelta

from hub.handlers.policy import Policy
from hub.notices.letters import write_letter
from hub.storage import backorders, label_purchases, parcel_papers
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


def sender_words(policy: Policy) -> str:
    """Who signs letters."""
    return policy.site if policy.sender is None else policy.sender.name


def day_words(at_us: int, policy: Policy) -> str:
    """A local day, as Tuesday 1 March 2011."""
    day = (EPOCH + timedelta(microseconds=at_us)).astimezone(policy.zone)
    return f"{day:%A} {day.day} {day:%B %Y}"

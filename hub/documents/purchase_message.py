"""What goes out to a supplier, whole: words and documents. A sender takes it from here and says what became of it
(:func:`hub.handlers.proposals.message_told`)."""

from datetime import tzinfo
from typing import Any

from hub.documents.outgoing import OutgoingMessage
from hub.documents.purchase_order import message_words, order_csv, order_pdf
from hub.storage.proposals import Message
from hub.storage.purchase_papers import PurchasePaper


def outgoing(message: Message, paper: PurchasePaper, *, currency: str, zone: tzinfo) -> OutgoingMessage:
    """A message that is to be told, with its documents as the order is now."""
    subject, text = message_words(message.kind, paper, zone)
    attachments: tuple[tuple[str, str, bytes], ...] = ()
    if message.kind == "order":
        attachments = (
            (f"{paper.number}.pdf", "application/pdf", order_pdf(paper, currency=currency, zone=zone)),
            (f"{paper.number}.csv", "text/csv", order_csv(paper, currency=currency, zone=zone).encode()),
        )
    return OutgoingMessage(
        public=message.public,
        channel=message.channel,
        address=message.address,
        subject=subject,
        text=text,
        created_us=message.created_us,
        attachments=attachments,
        payload={
            "id": message.public,
            "type": f"purchase_order.{message.kind}",
            "purchase_order": paper.number,
            "supplier": paper.supplier,
            "due_us": paper.due_us,
            "currency": currency,
            "lines": [
                {"sku": line.sku, "gtin": line.gtin, "units": line.units, "cost_minor": line.cost_minor}
                for line in paper.lines
            ],
            **_for_a_customer(paper),
        },
    )


def _for_a_customer(paper: PurchasePaper) -> dict[str, Any]:
    """What a webhook is told of an order that goes to a customer of ours; nothing if it comes to us."""
    if paper.ship_to is None:
        return {}
    to = paper.ship_to
    names = ("name", "street", "more", "postcode", "city", "region", "country", "phone")
    return {
        "drop_ship": {
            "order": to.order_ref,
            "ship_to": {name: getattr(to.party, name) for name in names},
            "gift_note": to.gift_note,
            "waiting": {line.sku: line.waiting for line in paper.lines},
            "asked_back": {line.sku: line.asked_back for line in paper.lines if line.asked_back},
        }
    }

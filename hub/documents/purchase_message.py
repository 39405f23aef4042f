"""What goes out to a supplier, whole: words and documents. A sender takes it from here and says what became of it
(:func:`hub.handlers.proposals.message_told`)."""

from datetime import tzinfo

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
        },
    )

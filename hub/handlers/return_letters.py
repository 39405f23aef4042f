"""What a customer is told of a return, in the transaction in which it is authorised."""

from hub.handlers.policy import Policy
from hub.notices.days import day_words
from hub.notices.letters import write_letter
from hub.storage import return_labels, returns
from hub.storage.recipients import recipient_of
from hub.storage.returns import ReturnRow
from hub.storage.transaction import Tx


def authorised(tx: Tx, policy: Policy, row: ReturnRow) -> None:
    """Units may come back: which, until when, and by what label."""
    if row.order_id is None or not policy.mails:
        return
    party = recipient_of(tx.connection, row.order_id).party
    label = return_labels.of_return(tx.connection, row.id)
    write_letter(
        tx,
        kind="return",
        ref=row.public,
        recipient=party.email,
        name=party.name,
        order=row.order_ref,
        number=row.number,
        until=day_words(row.expires_us, policy.zone),
        lines=[line for line in returns.lines(tx.connection, row.id) if line.waiting],
        tracking="" if label is None or label.tracking is None else label.tracking,
        service="" if label is None else label.service,
        address=() if policy.sender is None else policy.sender.lines,
        exchange=row.wanted == "exchange",
        sender=policy.site if policy.sender is None else policy.sender.name,
    )

"""What becomes of a proposed purchase order: it goes by itself or waits for a person, is told, and asked after."""

from typing import Literal

from hub.domain.learned_lead import DAY_US
from hub.handlers.policy import Policy
from hub.handlers.supplier_dates import due_us
from hub.storage import buying, drop_ships, exceptions, proposals
from hub.storage.proposals import Channel, Proposed
from hub.storage.transaction import Tx

WANTED, OVERDUE, NOT_TOLD = "approval_wanted", "delivery_overdue", "supplier_not_told"
"""Exceptions: a person should decide on an order; a delivery has not come; a supplier could not be told."""
CHASED_AFTER_US = DAY_US
"""A delivery is asked after when it is so late."""
CHASED_EVERY_US = 3 * DAY_US
RULE = "the site's rule"


class NoSuchProposal(LookupError):
    """There is no purchase order of that number that was proposed."""


class NotNow(ValueError):
    """The purchase order is not where this can be done with it."""


def approve_by_rule(tx: Tx, policy: Policy, number: str, *, doubt: str = "") -> None:
    """Let an order go by itself, or open the question to a person: it is worth too much, or there is another doubt."""
    order = _find(tx, number)
    limit = policy.approval_minor
    doubts = [doubt] if doubt else []
    if limit and order.value_minor > limit:
        doubts.append(f"above the {_money(limit, policy)} up to which orders go by themselves")
    if doubts:
        detail = f"{number} is worth {_money(order.value_minor, policy)}, {' and '.join(doubts)}: approve or cancel it."
        exceptions.open_once(tx, WANTED, "purchasing", detail, ref_kind="po", ref_id=number)
        return
    _approve(tx, policy, order, RULE)


def _money(minor: int, policy: Policy) -> str:
    return f"{minor / 100:,.2f} {policy.currency}"


def approve(tx: Tx, policy: Policy, number: str, who: str) -> None:
    """A person lets a proposed order go. Raises: NoSuchProposal, NotNow."""
    order = _find(tx, number, "proposed")
    _can_be_sent(tx, number)
    exceptions.close_ref(tx, (WANTED,), f"approved by {who}", ref_kind="po", ref_id=number)
    _approve(tx, policy, order, who)


def _can_be_sent(tx: Tx, number: str) -> None:
    """Let pass what a supplier can send, if it is for a customer. Raises: NotNow."""
    shipment = drop_ships.find(tx.connection, number)
    if shipment is None:
        return
    if shipment.hold:
        raise NotNow(f"{number}: expected an order that is not held, {shipment.ref} is held for {shipment.hold}.")
    if drop_ships.address_lacks(tx.connection, shipment.order_id):
        raise NotNow(f"{number}: expected a street and a city to send it to, order {shipment.ref} names none.")


def _approve(tx: Tx, policy: Policy, order: Proposed, who: str) -> None:
    supplier = buying.suppliers(tx.connection)[order.supplier_id]
    proposals.set_state(tx, order.order_id, "approved", who, due_us=due_us(supplier, policy, tx.now_us))
    proposals.want_message(tx, order.order_id, "order", *way_to(supplier))


def way_to(supplier: buying.Supplying) -> tuple[Channel, str]:
    """How a supplier is told, and where."""
    if supplier.terms.webhook:
        return "webhook", supplier.terms.webhook
    if supplier.terms.email:
        return "email", supplier.terms.email
    return "person", ""


def cancel(tx: Tx, number: str, who: str) -> None:
    """A person takes an order back; its SKUs are not proposed again for a review period. The supplier is told, if it
    was told of the order or may have been. Raises: NoSuchProposal, NotNow."""
    order = _find(tx, number, "proposed", "approved", "sent", "acknowledged")
    exceptions.close_ref(tx, (WANTED, OVERDUE, NOT_TOLD), f"cancelled by {who}", ref_kind="po", ref_id=number)
    proposals.drop_messages(tx, order.order_id, "cancelled before it was told")
    proposals.set_state(tx, order.order_id, "cancelled", who)
    if order.stage in ("sent", "acknowledged") or proposals.may_have_heard(tx.connection, order.order_id):
        supplier = buying.suppliers(tx.connection)[order.supplier_id]
        proposals.want_message(tx, order.order_id, "cancel", *way_to(supplier))


def sent_by_hand(tx: Tx, number: str, who: str) -> None:
    """A person has told the supplier: by telephone, or in its own shop. Raises: NoSuchProposal, NotNow."""
    order = _find(tx, number, "approved")
    proposals.drop_messages(tx, order.order_id, f"told by {who}")
    exceptions.close_ref(tx, (NOT_TOLD,), f"told by {who}", ref_kind="po", ref_id=number)
    proposals.set_state(tx, order.order_id, "sent", who)


def acknowledge(tx: Tx, number: str, who: str, due_us: int | None = None) -> None:
    """The supplier has said yes, perhaps to another day. Raises: NoSuchProposal, NotNow."""
    order = _find(tx, number, "approved", "sent", "acknowledged")
    exceptions.close_ref(tx, (NOT_TOLD,), f"acknowledged, says {who}", ref_kind="po", ref_id=number)
    if order.stage == "approved":
        proposals.drop_messages(tx, order.order_id, f"acknowledged before it was told, says {who}")
    proposals.set_state(tx, order.order_id, "acknowledged", who, due_us=due_us)


def message_told(tx: Tx, public: str, state: Literal["sent", "failed"], detail: str = "") -> bool:
    """A sender says what became of a message; an order that has gone out is sent. Whether it waited to be told."""
    told = proposals.message_told(tx, public, state, detail)
    if told is None:
        return False
    order = _find(tx, told.number)
    if state == "failed":
        words = f"{told.number}: {told.address} was not told ({told.kind}): {detail or 'no reason given'}. Tell it"
        words += " yourself, and say so at the purchase order." if told.kind == "order" else " yourself."
        exceptions.open_once(tx, NOT_TOLD, "purchasing", words, ref_kind="po", ref_id=told.number)
    elif told.kind == "order" and order.stage == "approved":
        proposals.set_state(tx, order.order_id, "sent", "sender")
    return True


def chase(tx: Tx) -> list[str]:
    """Ask suppliers after what should have come; the purchase orders. What has come since is closed."""
    for kind in (OVERDUE, WANTED):
        for number in proposals.come_or_gone(tx.connection, kind):
            exceptions.close_ref(tx, (kind,), "came", ref_kind="po", ref_id=number)
    late = proposals.overdue(
        tx.connection, due_before_us=tx.now_us - CHASED_AFTER_US, chased_before_us=tx.now_us - CHASED_EVERY_US
    )
    suppliers = buying.suppliers(tx.connection) if late else {}
    for order in late:
        supplier = suppliers[order.supplier_id]
        days = (tx.now_us - order.due_us) // DAY_US
        detail = f"{order.number} of {supplier.name} should have come {days} days ago."
        exceptions.open_once(tx, OVERDUE, "purchasing", detail, ref_kind="po", ref_id=order.number)
        proposals.chased(tx, order.order_id)
        if order.stage in ("sent", "acknowledged"):  # who has not heard of the order is not asked after it
            proposals.want_message(tx, order.order_id, "chase", *way_to(supplier))
    return [order.number for order in late]


def _find(tx: Tx, number: str, *stages: str) -> Proposed:
    """A purchase order that is in one of these stages, if any are named."""
    found = proposals.find(tx.connection, number)
    if found is None:
        raise NoSuchProposal(f"Expected the number of a purchase order that was proposed here, got '{number}'.")
    if stages and found.stage not in stages:
        raise NotNow(f"{number}: expected it {' or '.join(stages)}, it is {found.stage}.")
    return found

"""Drop shipping: what a supplier sends to the customer is asked of it, order by order; nothing of it passes our bins.

As an order comes its units become lines of a purchase order for that order; whether it goes by itself is decided by the
same rule as for any purchase order (:mod:`hub.handlers.proposals`), a moment later and never while the order is held.
What the supplier answers is in :mod:`hub.handlers.drop_ship_answers`.
"""

from dataclasses import dataclass
from typing import TypedDict

from hub.domain.learned_lead import DAY_US
from hub.domain.restock import prices_of
from hub.handlers.policy import Policy
from hub.handlers.proposals import CHASED_AFTER_US, CHASED_EVERY_US, NOT_TOLD, WANTED, approve_by_rule, way_to
from hub.handlers.supplier_dates import due_us
from hub.storage import allocation, buying, drop_ships, exceptions, orders, proposals, purchasing
from hub.storage.drop_ships import UNTOLD, DropLine, Sendable
from hub.storage.orders import Line
from hub.storage.transaction import Tx

OVERDUE, ASKED = "dispatch_overdue", "cancellation_asked"
"""Exceptions: a supplier should have sent something to a customer; it was asked not to, and has not answered."""
NO_ADDRESS = "for an order that names no street and city to send it to"


class Sent(TypedDict):
    """What a shop is told of units that a supplier sends."""

    line: int
    sku: str
    at_supplier: int
    expected_us: int
    """When the supplier sends it."""


@dataclass(frozen=True, kw_only=True)
class TakenBack:
    """What became of units that a customer does not want from a supplier any more."""

    cancelled: int
    """The supplier had not heard of them."""
    asked: int
    """It has, and was asked not to send them: they wait for its answer."""


def promisable(tx: Tx, sku_id: int) -> int:
    """Units of an SKU that stock may promise to an order: none of what its supplier always sends."""
    if drop_ships.modes(tx.connection, [sku_id]).get(sku_id) == "always":
        return 0
    return orders.available(tx, sku_id)


def to_suppliers(tx: Tx, order_id: int | None = None) -> int:
    """What waits for stock and a supplier sends to the customer is asked of it, of one order or of all; units.

    A line that a supplier has declined waits for stock from then on. Of what it sends only when stock has run out,
    free stock is left to those that wait.
    """
    wanted = drop_ships.sendable(tx.connection, order_id)
    if not wanted:
        return 0
    skus = sorted({one.sku_id for one in wanted if one.mode == "when_out"})
    free = allocation.free_units(tx.connection, tx.site_id, skus, tx.now_us) if skus else {}
    suppliers = buying.suppliers(tx.connection)
    sent = 0
    for one in wanted:
        from_stock = min(one.units, free.get(one.sku_id, 0))
        free[one.sku_id] = free.get(one.sku_id, 0) - from_stock
        if one.units > from_stock:
            _ask(tx, one, one.units - from_stock, suppliers[one.supplier_id])
            sent += one.units - from_stock
    return sent


def _ask(tx: Tx, one: Sendable, units: int, supplier: buying.Supplying) -> None:
    purchase = drop_ships.undecided(tx.connection, one.order_id, one.supplier_id)
    if purchase is None:  # its date is reckoned anew when it is approved
        purchase = drop_ships.open_order(tx, one.order_id, one.supplier_id, tx.now_us + supplier.lead_time_us)
    price = next(price for start, price in reversed(prices_of(one.cost_minor, one.price_breaks)) if units >= start)
    drop_ships.add_line(tx, purchase, one, units, price)
    orders.shift(tx, one.line_id, units, "backordered", "at_supplier")


def judge(tx: Tx, policy: Policy) -> list[str]:
    """Let the purchase orders go that nobody has decided on, or ask a person; their numbers. Of an order that is held
    none is looked at."""
    found = drop_ships.to_judge(tx.connection, WANTED)
    for shipment in found:
        lacks = drop_ships.address_lacks(tx.connection, shipment.order_id)
        approve_by_rule(tx, policy, shipment.number, doubt=NO_ADDRESS if lacks else "")
    return [shipment.number for shipment in found]


def address_given(tx: Tx, order_id: int) -> None:
    """An order has another address: what waited for a person for want of one is judged anew."""
    for shipment in drop_ships.of_order(tx.connection, order_id):
        if shipment.stage == "proposed":
            exceptions.close_ref(tx, (WANTED,), "another address", ref_kind="po", ref_id=shipment.number)


def told_suppliers(tx: Tx, order_id: int) -> list[str]:
    """The purchase orders of an order whose suppliers know its address and have still to send something."""
    return sorted({line.number for line in drop_ships.waiting_for(tx.connection, order_id) if line.stage not in UNTOLD})


def take_back(tx: Tx, line: Line, units: int) -> TakenBack:
    """A customer does not want ``units`` of those that a supplier has still to send of a line.

    What the supplier has not heard of is cancelled; of the rest it is told, once, and they wait for its answer. Units
    that it was asked for before are among those that are asked for again.
    """
    cancelled = asked = 0
    for waits in drop_ships.waiting_for(tx.connection, line.order_id):
        part = min(units - cancelled - asked, waits.waiting) if waits.order_line_id == line.id else 0
        if part > 0 and waits.stage in UNTOLD:
            drop_ships.settle(tx, waits, part, "cancelled")
            orders.shift(tx, line.id, part, "at_supplier", "cancelled")
            cancelled += part
            end_if_done(tx, waits.purchase_order_id, waits.number, "the customer")
        elif part > 0:
            if part > waits.asked_back:
                _ask_back(tx, waits, part)
            asked += part
    return TakenBack(cancelled=cancelled, asked=asked)


def _ask_back(tx: Tx, waits: DropLine, units: int) -> None:
    drop_ships.set_asked_back(tx, waits, units)
    found = drop_ships.find(tx.connection, waits.number)
    assert found is not None, "a line belongs to its purchase order"
    detail = (
        f"The customer of order {found.ref} does not want all of {found.number} any more: {found.supplier} was told."
        " Key in what it says."
    )
    exceptions.open_once(tx, ASKED, "purchasing", detail, ref_kind="po", ref_id=found.number)
    if not drop_ships.is_message_wanted(tx.connection, found.purchase_order_id, "cancel"):
        supplier = buying.suppliers(tx.connection)[found.supplier_id]
        proposals.want_message(tx, found.purchase_order_id, "cancel", *way_to(supplier))


def end_if_done(tx: Tx, purchase_order_id: int, number: str, by: str) -> None:
    """A purchase order of which nothing is to come is closed, or cancelled if nothing has come."""
    lines = drop_ships.lines_of(tx.connection, purchase_order_id)
    if not any(line.asked_back for line in lines):
        exceptions.close_ref(tx, (ASKED,), by, ref_kind="po", ref_id=number)
    if any(line.waiting for line in lines):
        return
    exceptions.close_ref(tx, (WANTED, NOT_TOLD, OVERDUE), by, ref_kind="po", ref_id=number)
    if any(line.dispatched for line in lines):
        purchasing.set_state(tx, purchase_order_id, "received")
    else:
        proposals.drop_messages(tx, purchase_order_id, f"nothing is wanted of it any more: {by}")
        proposals.set_state(tx, purchase_order_id, "cancelled", by)


def review(tx: Tx, policy: Policy) -> list[str]:
    """What stock has turned out not to have goes to suppliers, undecided purchase orders are judged, and suppliers are
    asked after what they should have sent; the purchase orders that are overdue."""
    to_suppliers(tx)
    judge(tx, policy)
    late = drop_ships.overdue(
        tx.connection, due_before_us=tx.now_us - CHASED_AFTER_US, chased_before_us=tx.now_us - CHASED_EVERY_US
    )
    suppliers = buying.suppliers(tx.connection) if late else {}
    for shipment in late:
        days = (tx.now_us - shipment.due_us) // DAY_US
        detail = f"{shipment.supplier} should have sent {shipment.number} to the customer of order {shipment.ref}"
        detail += f" {days} days ago."
        exceptions.open_once(tx, OVERDUE, "purchasing", detail, ref_kind="po", ref_id=shipment.number)
        proposals.chased(tx, shipment.purchase_order_id)
        if shipment.stage not in UNTOLD:  # who has not heard of it is not asked after it
            proposals.want_message(tx, shipment.purchase_order_id, "chase", *way_to(suppliers[shipment.supplier_id]))
    return [shipment.number for shipment in late]


def tell(tx: Tx, policy: Policy, ref: str) -> list[Sent]:
    """What suppliers have still to send of a client's order and when they do: what a shop is told as it orders."""
    known = orders.order_by_ref(tx.connection, tx.client_id, ref)
    if known is None:
        return []
    waits = drop_ships.waiting_for(tx.connection, known[0])
    shipments = {one.purchase_order_id: one for one in drop_ships.of_order(tx.connection, known[0])} if waits else {}
    suppliers = buying.suppliers(tx.connection) if waits else {}
    found = []
    for line in sorted(waits, key=lambda line: (line.line, line.line_id)):
        shipment = shipments[line.purchase_order_id]
        decided = shipment.stage != "proposed"
        expected = shipment.due_us if decided else due_us(suppliers[shipment.supplier_id], policy, tx.now_us)
        found.append(Sent(line=line.line, sku=line.code, at_supplier=line.waiting, expected_us=expected))
    return found

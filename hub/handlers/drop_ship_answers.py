"""What a supplier says of goods that it sends to a customer of ours: sent, not to be had, not sent as was asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hub.handlers import customer_letters
from hub.handlers.allocate import promise_again
from hub.handlers.backorder_dates import reckon
from hub.handlers.drop_ship import ASKED, end_if_done
from hub.handlers.policy import Policy
from hub.handlers.proposals import NoSuchProposal, NotNow
from hub.handlers.proposals import cancel as cancel_proposal
from hub.storage import drop_ship_parcels, drop_ships, exceptions, orders, places, proposals, purchasing
from hub.storage.drop_ships import UNTOLD, DropLine, DropShipment
from hub.storage.evidence import weigh_evidence
from hub.storage.ledger import Cause, StockKey
from hub.storage.transaction import Tx

REASON = "drop_ship"
"""Why units go from the supplier's side of the ledger to the customer's without having been in the house."""


class WrongNotice(ValueError):
    """What a supplier is said to have answered cannot be: what was expected, what came; nothing was written."""


@dataclass(frozen=True, kw_only=True)
class Dispatched:
    """What became of a dispatch notice."""

    parcel: str
    """The parcel's public id."""
    again: bool
    """Whether it had come before."""
    waiting: int
    """Units of the purchase order that are still to be sent."""


@dataclass(frozen=True, kw_only=True)
class Declined:
    """What became of units that a supplier does not send."""

    promised: int
    """Stock stands for them."""
    backordered: int
    cancelled: int
    """The customer did not want them any more."""


def dispatch(
    tx: Tx, policy: Policy, number: str, units: Mapping[str, int], *, carrier: str, tracking: str, who: str
) -> Dispatched:
    """A supplier has sent a parcel to the customer, who is told of it. The same parcel again changes nothing.

    Args:
        units: By SKU, what is in it.
        who: Says so.

    Raises:
        NoSuchProposal: there is no such purchase order to a customer.
        NotNow: it is not decided on or has been cancelled, or that parcel came before with other goods.
        WrongNotice: an SKU that is not on it, or more than is still to come.
    """
    shipment = _find(tx, number)
    known = drop_ship_parcels.known(tx.connection, shipment.purchase_order_id, carrier, tracking)
    if known is not None:
        before = drop_ship_parcels.contents(tx.connection, known[0])
        if before != dict(units):
            raise NotNow(f"{number}: parcel {tracking} came before with {_words(before)}, now with {_words(units)}.")
        return Dispatched(parcel=known[1], again=True, waiting=_waiting(tx, shipment))
    _must_be_decided(shipment)
    parts = _allot(tx, shipment, units)
    parcel_id, public = drop_ship_parcels.insert(tx, shipment, carrier=carrier, tracking=tracking, told_by=who)
    evidence = weigh_evidence(tx, by="supplier", symbol=tracking, operator=who)
    supplier, customer = (places.virtual(tx, kind) for kind in ("supplier", "customer"))
    cause = Cause(reason=REASON, ref_kind="drop_ship", ref_id=str(parcel_id), actor=who, evidence_id=evidence)
    for line, part in parts:
        stock = StockKey(shipment.client_id, line.sku_id, places.default_lot(tx.connection, line.sku_id))
        moved = tx.ledger.move(stock, part, supplier, customer, cause)
        drop_ship_parcels.insert_line(tx, parcel_id, line.line_id, part, moved)
        too_late = max(0, part - (line.waiting - line.asked_back))
        drop_ships.settle(tx, line, part, "dispatched", asked_back=too_late)
        orders.shift(tx, line.order_line_id, part, "at_supplier", "shipped")
    if shipment.stage == "approved":
        proposals.drop_messages(tx, shipment.purchase_order_id, f"dispatched before it was told, says {who}")
        proposals.set_state(tx, shipment.purchase_order_id, "sent", who)
    if shipment.stage != "partly received":
        purchasing.set_state(tx, shipment.purchase_order_id, "receiving")
    orders.finish_if_shipped(tx, shipment.order_id)
    end_if_done(tx, shipment.purchase_order_id, number, f"dispatched, says {who}")
    customer_letters.drop_shipped(tx, policy, shipment, parcel_id, public, carrier=carrier, tracking=tracking)
    tx.changed("board", station=None)
    return Dispatched(parcel=public, again=False, waiting=_waiting(tx, shipment))


def decline(
    tx: Tx, policy: Policy, number: str, units: Mapping[str, int] | None, *, who: str, why: str = ""
) -> Declined:
    """A supplier does not send units: stock is promised for them or they wait for some, and the customer is told.

    Those that the customer did not want any more are cancelled. The supplier is not asked for the line again.

    Args:
        units: By SKU; None: all that is still to come.

    Raises:
        NoSuchProposal: there is no such purchase order to a customer.
        NotNow: it is not decided on, or nothing of it is to come.
        WrongNotice: an SKU that is not on it, or more than is still to come.
    """
    shipment = _find(tx, number)
    _must_be_decided(shipment)
    return _decline(tx, policy, shipment, units, who=who, why=why)


def cancel_purchase(tx: Tx, policy: Policy, number: str, who: str) -> None:
    """A person takes a purchase order back. What was to go to a customer is promised from stock or waits for some.

    Raises:
        NoSuchProposal: there is no such purchase order.
        NotNow: it is too late, or the supplier of goods for a customer knows of it: then it has to answer.
    """
    shipment = drop_ships.find(tx.connection, number)
    if shipment is None:
        cancel_proposal(tx, number, who)
        return
    if shipment.stage not in UNTOLD:
        raise NotNow(
            f"{number}: expected it {' or '.join(UNTOLD)}, it is {shipment.stage}. {shipment.supplier} was told: cancel"
            f" order {shipment.ref} or lines of it, or key in what {shipment.supplier} does not send."
        )
    _decline(tx, policy, shipment, None, who=who, why="")


def answer_cancellation(tx: Tx, number: str, *, confirmed: bool, who: str) -> int:
    """A supplier says whether it keeps what it was asked not to send; units that are cancelled by that.

    If not, it was on its way already: the units go on waiting for the dispatch notice.

    Raises:
        NoSuchProposal: there is no such purchase order to a customer.
        NotNow: the supplier was not asked.
    """
    shipment = _find(tx, number)
    asked = [line for line in drop_ships.lines_of(tx.connection, shipment.purchase_order_id) if line.asked_back]
    if not asked:
        raise NotNow(f"{number}: expected one that {shipment.supplier} was asked not to send, it was not.")
    for line in asked:
        if confirmed:
            _cancel(tx, line, line.asked_back)
        else:
            drop_ships.set_asked_back(tx, line, 0)
    said = "confirmed" if confirmed else "was on its way"
    exceptions.close_ref(tx, (ASKED,), f"{said}, says {who}", ref_kind="po", ref_id=number)
    end_if_done(tx, shipment.purchase_order_id, number, who)
    _finish(tx, shipment.order_id)
    tx.changed("order", ref=str(shipment.order_id))
    return sum(line.asked_back for line in asked) if confirmed else 0


def _decline(
    tx: Tx, policy: Policy, shipment: DropShipment, units: Mapping[str, int] | None, *, who: str, why: str
) -> Declined:
    tx.client_id = shipment.client_id
    if units is None:
        lines = drop_ships.lines_of(tx.connection, shipment.purchase_order_id)
        parts: Sequence[tuple[DropLine, int]] = [(line, line.waiting) for line in lines if line.waiting]
        if not parts:
            raise NotNow(f"{shipment.number}: expected one of which something is still to come, nothing is.")
    else:
        parts = _allot(tx, shipment, units)
    cancelled = 0
    lost: dict[int, int] = {}
    for line, part in parts:
        unwanted = min(part, line.asked_back)
        _cancel(tx, line, unwanted)
        cancelled += unwanted
        if part > unwanted:
            drop_ships.settle(tx, line, part - unwanted, "declined")
            orders.shift(tx, line.order_line_id, part - unwanted, "at_supplier", "backordered")
            lost[line.order_line_id] = lost.get(line.order_line_id, 0) + part - unwanted
    end_if_done(tx, shipment.purchase_order_id, shipment.number, f"declined, says {who}")
    skus = sorted({line.sku_id for line, _ in parts})
    promise_again(tx, skus)
    after = {line.id: line for line in orders.lines(tx.connection, shipment.order_id)}
    waits = sum(min(count, after[line_id].backordered) for line_id, count in lost.items())
    reckon(tx, policy, skus)
    if lost:
        customer_letters.declined(tx, policy, shipment, lost, why)
    _finish(tx, shipment.order_id)
    tx.changed("board", station=None)
    return Declined(promised=sum(lost.values()) - waits, backordered=waits, cancelled=cancelled)


def _cancel(tx: Tx, line: DropLine, units: int) -> None:
    if units:
        drop_ships.settle(tx, line, units, "cancelled", asked_back=units)
        orders.shift(tx, line.order_line_id, units, "at_supplier", "cancelled")


def _finish(tx: Tx, order_id: int) -> None:
    if any(line.shipped for line in orders.lines(tx.connection, order_id)):
        orders.finish_if_shipped(tx, order_id)


def _find(tx: Tx, number: str) -> DropShipment:
    found = drop_ships.find(tx.connection, number)
    if found is None:
        raise NoSuchProposal(f"Expected the number of a purchase order that goes to a customer, got '{number}'.")
    return found


def _must_be_decided(shipment: DropShipment) -> None:
    if shipment.stage in ("proposed", "cancelled", "closed"):
        raise NotNow(f"{shipment.number}: expected one that was sent to {shipment.supplier}, it is {shipment.stage}.")


def _waiting(tx: Tx, shipment: DropShipment) -> int:
    return sum(line.waiting for line in drop_ships.lines_of(tx.connection, shipment.purchase_order_id))


def _allot(tx: Tx, shipment: DropShipment, units: Mapping[str, int]) -> list[tuple[DropLine, int]]:
    """(line, units) of what is named by SKU; lines of the same SKU in turn."""
    lines = drop_ships.lines_of(tx.connection, shipment.purchase_order_id)
    parts = []
    for sku, count in units.items():
        of_sku = [line for line in lines if line.code == sku]
        waiting = sum(line.waiting for line in of_sku)
        if not of_sku:
            known = ", ".join(sorted({line.code for line in lines}))
            raise WrongNotice(f"{shipment.number}: expected an SKU of this purchase order ({known}), got '{sku}'.")
        if not 1 <= count <= waiting:
            most = f"from 1 to {waiting} x {sku}, which is what is still to come" if waiting else f"no more of {sku}"
            raise WrongNotice(f"{shipment.number}: expected {most}, got {count}.")
        left = count
        for line in of_sku:
            part = min(left, line.waiting)
            left -= part
            if part:
                parts.append((line, part))
    if not parts:
        raise WrongNotice(f"{shipment.number}: expected what is in the parcel, got nothing.")
    return parts


def _words(units: Mapping[str, int]) -> str:
    return ", ".join(f"{count} x {sku}" for sku, count in sorted(units.items())) or "nothing"

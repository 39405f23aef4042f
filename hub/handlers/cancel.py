"""Cancelling an order, or what of it still waits."""

from dataclasses import dataclass

from hub.handlers.allocate import promise_again
from hub.storage import exceptions, orders
from hub.storage.orders import Line
from hub.storage.transaction import Tx


@dataclass(frozen=True, kw_only=True)
class Cancelled:
    """What became of a cancellation."""

    cancelled: int
    """Units that were cancelled now or before."""
    in_work: int
    """Units that stay ordered: on a cart, in a parcel, or gone."""


class NoSuchOrder(LookupError):
    """The client has no order of that number."""


class TooLate(ValueError):
    """Units of the order are in work; nothing was cancelled."""


def cancel_order(tx: Tx, ref: str, *, waiting_only: bool) -> Cancelled:
    """Cancel an order of this transaction's client; what it was promised is given to those who wait.

    The same again changes nothing and is answered the same.

    Args:
        ref: The shop's own number of it.
        waiting_only: Cancel what waits (promised or backordered) though other units are in work.

    Raises:
        NoSuchOrder: there is no such order.
        TooLate: units are in work already, and ``waiting_only`` was not asked for.
    """
    known = orders.order_by_ref(tx.connection, tx.client_id, ref)
    if known is None:
        raise NoSuchOrder(f"Expected the number of an order, got '{ref}'.")
    lines = orders.lines(tx.connection, known[0])
    in_work = sum(_in_work(line) for line in lines)
    waits = sum(line.promised + line.backordered for line in lines)
    if in_work and waits and not waiting_only:
        raise TooLate(
            f"Order {ref}: expected no unit in work, got {in_work} on carts, in parcels or gone, and {waits} waiting."
            " Ask for waiting_only to cancel those; what is in work comes back as a return."
        )
    before = sum(line.cancelled for line in lines)
    if in_work and not waits and not (waiting_only and before):
        raise TooLate(f"Order {ref}: expected units that wait, got {in_work} on carts, in parcels or gone.")
    for line in lines:
        orders.shift(tx, line.id, line.promised, "promised", "cancelled")
        orders.shift(tx, line.id, line.backordered, "backordered", "cancelled")
        if _in_work(line) == line.shipped:  # else it ends when the rest of the line leaves
            exceptions.close_ref(tx, ("tote_short",), "cancelled", ref_kind="line", ref_id=str(line.id))
    promise_again(tx, sorted({line.sku_id for line in lines if line.promised}))
    if any(line.shipped for line in lines):
        orders.finish_if_shipped(tx, known[0])
    tx.changed("board", station=None)
    return Cancelled(cancelled=waits + before, in_work=in_work)


def _in_work(line: Line) -> int:
    return line.reserved + line.picked + line.packed + line.shipped

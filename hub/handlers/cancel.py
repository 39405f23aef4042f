"""Cancelling an order, or what of it still waits."""

from dataclasses import dataclass

from hub.handlers.allocate import promise_again
from hub.handlers.asked import TooLate, fixed, order_asked_about
from hub.handlers.drop_ship import take_back
from hub.storage import backorders, exceptions, orders
from hub.storage.orders import Line
from hub.storage.transaction import Tx


@dataclass(frozen=True, kw_only=True)
class Cancelled:
    """What became of a cancellation."""

    cancelled: int
    """Units that were cancelled now or before."""
    in_work: int
    """Units that stay ordered: on a cart, in a parcel, or gone."""
    asked: int = 0
    """Units whose supplier was asked not to send them: they wait for its answer."""


def cancel_order(tx: Tx, ref: str, *, waiting_only: bool) -> Cancelled:
    """Cancel an order of this transaction's client; what it was promised is given to those who wait.

    The same again changes nothing and is answered the same.

    Args:
        ref: The shop's own number of it.
        waiting_only: Cancel what waits (promised, backordered or at a supplier) though other units are in work.

    Raises:
        NoSuchOrder: there is no such order.
        TooLate: units are in work already, and ``waiting_only`` was not asked for.
    """
    order = order_asked_about(tx, ref)
    in_work = sum(fixed(line) for line in order.lines)
    waits = order.units("promised", "backordered", "at_supplier")
    if in_work and waits and not waiting_only:
        raise TooLate(
            f"Order {ref}: expected no unit in work, got {in_work} on carts, in parcels or gone, and {waits} waiting."
            " Ask for waiting_only to cancel those; what is in work comes back as a return."
        )
    before = order.units("cancelled")
    if in_work and not waits and not (waiting_only and before):
        raise TooLate(f"Order {ref}: expected units that wait, got {in_work} on carts, in parcels or gone.")
    asked = 0
    for line in order.lines:
        asked += take_back(tx, line, line.at_supplier).asked
        orders.shift(tx, line.id, line.promised, "promised", "cancelled")
        cancel_waiting_units(tx, line.id, line.backordered)
        nothing_is_missing(tx, line)
    promise_again(tx, sorted({line.sku_id for line in order.lines if line.promised}))
    if order.units("shipped"):
        orders.finish_if_shipped(tx, order.id)
    tx.changed("board", station=None)
    return Cancelled(cancelled=waits - asked + before, in_work=in_work, asked=asked)


def cancel_waiting_units(tx: Tx, line_id: int, units: int) -> None:
    """Units of a line that wait for stock are cancelled; a customer who has heard that they wait hears of it."""
    orders.shift(tx, line_id, units, "backordered", "cancelled")
    if units:
        backorders.cancelled(tx, line_id, units)


def nothing_is_missing(tx: Tx, line: Line) -> None:
    """All that waited of a line is cancelled: what was told missing of it is asked for no more."""
    if fixed(line) == line.shipped:  # else it ends when the rest of the line leaves
        exceptions.close_ref(tx, ("tote_short",), "cancelled", ref_kind="line", ref_id=str(line.id))

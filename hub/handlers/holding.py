"""Holding an order and letting it go: a held order is promised its stock, and no cart takes it."""

from dataclasses import dataclass, replace

from hub.domain.order_states import Stage
from hub.domain.terms import HOLD_REASONS
from hub.handlers.asked import must_allow, order_asked_about
from hub.storage import drop_ships
from hub.storage.order_terms import OrderStanding, write_head
from hub.storage.transaction import Tx


@dataclass(frozen=True, kw_only=True)
class Held:
    """How an order stands after it was held or let go."""

    hold: str
    stage: Stage
    in_work: int
    """Units that a hold does not stop: on a cart, in a parcel, or at a supplier that may have been told."""


def hold_order(tx: Tx, ref: str, reason: str) -> Held:
    """Let nothing more of an order be put on a cart; what is on one goes on. The same again changes nothing.

    Raises:
        NoSuchOrder: there is no such order.
        TooLate: nothing of it is left to hold.
    """
    assert reason in HOLD_REASONS
    order = order_asked_about(tx, ref)
    must_allow(order, "hold")
    return _set(tx, order, reason)


def let_go(tx: Tx, ref: str) -> Held:
    """Let an order be worked on again. One that is not held stays as it is.

    Raises:
        NoSuchOrder: there is no such order.
        TooLate: it has left, or is cancelled.
    """
    order = order_asked_about(tx, ref)
    must_allow(order, "let_go")
    return _set(tx, order, "")


def _set(tx: Tx, order: OrderStanding, hold: str) -> Held:
    after = replace(order, terms=replace(order.terms, hold=hold))
    if after != order:
        write_head(tx, order.id, customer=order.customer, country=order.country, terms=after.terms)
        tx.changed("board", station=None)
    in_work = order.units("reserved", "picked", "packed") + drop_ships.decided_units(tx.connection, order.id)
    return Held(hold=hold, stage=after.stage, in_work=in_work)

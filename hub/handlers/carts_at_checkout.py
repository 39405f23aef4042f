"""Carts at checkout: units are held for a while, and become an order's, are let go, or expire."""

from collections.abc import Mapping
from dataclasses import dataclass

from hub.handlers.allocate import promise_again
from hub.handlers.orders import UNITS_MAX, NewOrder, OrderReceipt, RefusedOrder, receive_order
from hub.storage import cart_holds, orders
from hub.storage.cart_holds import Hold
from hub.storage.transaction import Tx

HOLD_S_MAX = 3_600
"""Nobody is an hour at a checkout; a longer hold would be an order."""
SKUS_MAX = 100
"""So many SKUs in one hold."""
EXPIRED_AT_ONCE_MAX = 200
"""So many holds are ended in one transaction; the others in the next one."""


class NotAvailable(ValueError):
    """Less is available than was to be held; nothing was held."""


class NoSuchHold(LookupError):
    """The client has no hold of that id."""


class HoldUsed(ValueError):
    """The hold has become an order's; it cannot be let go any more."""


@dataclass(frozen=True, kw_only=True)
class HoldMade:
    """What is held."""

    public: str
    expires_us: int


def hold_units(tx: Tx, units: Mapping[str, int], seconds: int) -> HoldMade:
    """Hold units by SKU for so many seconds of business time: all of them, or none.

    Raises:
        RefusedOrder: an unknown SKU, no SKU, too many, or units or seconds out of range.
        NotAvailable: less is there.
    """
    if not 1 <= len(units) <= SKUS_MAX:
        raise RefusedOrder(f"Expected 1 to {SKUS_MAX} SKUs in a hold, got {len(units)}.")
    if not 1 <= seconds <= HOLD_S_MAX:
        raise RefusedOrder(f"Expected 1 to {HOLD_S_MAX} seconds, got {seconds}.")
    skus = orders.skus_by_code(tx.connection, tx.client_id, units)
    for code, wanted in units.items():
        if code not in skus:
            raise RefusedOrder(f"Expected an SKU of the catalogue, got '{code}'.")
        if not 1 <= wanted <= UNITS_MAX:
            raise RefusedOrder(f"SKU {code}: expected 1 to {UNITS_MAX} units, got {wanted}.")
    for code, wanted in units.items():
        there = orders.available(tx, skus[code].id)
        if there < wanted:
            raise NotAvailable(f"SKU {code}: expected {wanted} units available, got {there}. Nothing is held.")
    expires_us = tx.now_us + seconds * 1_000_000
    public = cart_holds.insert(tx, {skus[code].id: wanted for code, wanted in units.items()}, expires_us)
    return HoldMade(public=public, expires_us=expires_us)


def let_go(tx: Tx, public: str) -> None:
    """End a hold; the same again changes nothing. Raises: NoSuchHold; HoldUsed."""
    hold = _find(tx, public)
    if hold.state == "used":
        raise HoldUsed(f"Hold {public} has become an order's: cancel the order instead.")
    if hold.state == "open":
        promise_again(tx, cart_holds.close(tx, hold, "released"))


def order_with_hold(tx: Tx, new: NewOrder, public: str | None) -> tuple[OrderReceipt, str]:
    """Take an order in, its units out of a hold as far as that has them; the receipt, and what became of the hold:
    none, used, or expired (then the order gets what is available, as any other).

    Nobody comes in between: what the hold gives up and what the order is promised is one transaction. What the order
    did not want of it goes to those who wait.

    Raises:
        RefusedOrder: as :func:`hub.handlers.orders.receive_order`, or the hold was let go, or is another order's.
        NoSuchHold: there is none of that id.
    """
    if public is None:
        return receive_order(tx, new), "none"
    hold = _find(tx, public)
    if hold.state == "expired":
        return receive_order(tx, new), "expired"
    if hold.state == "open" and hold.expires_us <= tx.now_us:  # nobody has ended it yet: its units are free as others
        freed = cart_holds.close(tx, hold, "expired")
        receipt = receive_order(tx, new)
        promise_again(tx, freed)
        return receipt, "expired"
    if orders.order_by_ref(tx.connection, tx.client_id, new.ref) is not None:  # it came before: it uses up no other
        return receive_order(tx, new), hold.state
    if hold.state != "open":
        receipt = receive_order(tx, new)
        if not receipt.again:
            raise RefusedOrder(f"Hold {public}: expected an open one, got one that is {hold.state}.")
        return receipt, hold.state
    freed = cart_holds.close(tx, hold, "used")
    receipt = receive_order(tx, new, held={sku_id: units for sku_id, _, _, units in hold.lines})
    known = orders.order_by_ref(tx.connection, tx.client_id, new.ref)
    assert known is not None
    cart_holds.used_by(tx, hold, known[0])
    promise_again(tx, freed)
    return receipt, "used"


def expire(tx: Tx) -> int:
    """End the holds whose time is over; how many."""
    ended = 0
    for client_id, public in cart_holds.expired(tx.connection, tx.now_us, EXPIRED_AT_ONCE_MAX):
        hold = cart_holds.find(tx.connection, client_id, public)
        assert hold is not None
        promise_again(tx, cart_holds.close(tx, hold, "expired"))
        ended += 1
    return ended


def _find(tx: Tx, public: str) -> Hold:
    hold = cart_holds.find(tx.connection, tx.client_id, public)
    if hold is None:
        raise NoSuchHold(f"Expected the id of a hold, got '{public}'.")
    return hold

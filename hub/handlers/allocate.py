"""Giving stock to the orders that wait for it, and taking it back when it is gone: the rule of
:mod:`hub.domain.allocation`, in the transaction in which stock came or went.

It chooses quickly: nothing is solved while the floor waits for the writer (:mod:`hub.handlers.reallocate` does that).
"""

from collections.abc import Iterable

from hub.domain.allocation import allocate
from hub.storage import allocation, cart_holds, orders
from hub.storage.orders import Line
from hub.storage.transaction import Tx

ORDERS_AT_ONCE_MAX = 500
"""So many orders are equals at once in one transaction; those after them are served when they have been."""
PAGES_MAX = 40
"""So many times that many orders are looked at in one transaction: what is left then waits for the next chance."""


def promise_again(tx: Tx, sku_ids: Iterable[int]) -> int:
    """Give stock that has become available to the orders that wait for it; units promised.

    Orders that ship complete and lack one of these SKUs now give back what else they were promised.
    """
    waited = allocation.waited_for(tx.connection, sku_ids)
    if not waited:
        return 0
    skus = sorted(waited | _give_back(tx, waited))
    given = 0
    after = allocation.FIRST_TURN
    for _ in range(PAGES_MAX):
        if not skus or not any(allocation.free_units(tx.connection, tx.site_id, skus, tx.now_us).values()):
            break
        lines = allocation.lines_of_waiting(tx.connection, skus, ORDERS_AT_ONCE_MAX, after)
        wanted = sorted({line.sku_id for line in lines if line.backordered})
        free = allocation.free_units(tx.connection, tx.site_id, wanted, tx.now_us)
        parts = allocate([line.asks(line.backordered) for line in lines], free)
        for line_id, units in parts.items():
            orders.shift(tx, line_id, units, "backordered", "promised")
        given += sum(parts.values())
        if len({line.order_id for line in lines}) < ORDERS_AT_ONCE_MAX:
            break
        after = allocation.turn_of(lines[-1])  # who got nothing here can have nothing of what is left: others may
    return given


def give_up_promises(tx: Tx, sku_id: int) -> int:
    """Where stock has gone that was promised, promises become backorders; units of the SKU given up.

    Carts at checkout lose it first, for they are no orders yet; then the orders whose turn would be last. An order that
    ships complete gives up what else it was promised: that goes to those who wait for it.
    """
    excess = allocation.promised_too_much(tx, sku_id)
    given = cart_holds.break_holds(tx, sku_id, excess) if excess > 0 else 0
    for line in allocation.promised_lines_last_first(tx.connection, sku_id) if excess > given else []:
        units = min(excess - given, line.promised)
        if units <= 0:
            break
        orders.shift(tx, line.id, units, "promised", "backordered")
        given += units
    promise_again(tx, _give_back(tx, [sku_id]))
    return given


def keep_whole(tx: Tx, order_id: int) -> int:
    """An order that ships complete and lacks something is promised nothing: it would keep from others what it cannot
    use. Call it when an order came, or its terms or lines were changed; units given back.

    Once a unit of it is on a cart it keeps what it has: it is on its way.
    """
    lines = orders.lines(tx.connection, order_id)
    if order_id not in allocation.broken_orders(tx.connection, {line.sku_id for line in lines}):
        return 0
    return sum(_give_back_line(tx, line) for line in lines)


def look_again(tx: Tx, order_id: int) -> int:
    """An order's terms or lines were changed: what it may not keep goes to others, and it is promised what it may have
    now; units promised, to whomever. Once a unit of it is on a cart it keeps what it has."""
    return promise_again(tx, {line.sku_id for line in orders.lines(tx.connection, order_id)})


def _give_back(tx: Tx, sku_ids: Iterable[int]) -> set[int]:
    """Orders that ship complete and lack one of these SKUs wait for everything again; the SKUs they give back."""
    freed = set()
    for order_id in allocation.broken_orders(tx.connection, sku_ids):
        for line in orders.lines(tx.connection, order_id):
            if _give_back_line(tx, line):
                freed.add(line.sku_id)
    return freed


def _give_back_line(tx: Tx, line: Line) -> int:
    orders.shift(tx, line.id, line.promised, "promised", "backordered")
    return line.promised

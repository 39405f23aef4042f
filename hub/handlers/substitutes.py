"""Substitutes: where a pick came out short and its line accepts another SKU, that is promised in its place.

The units are cancelled on their own line and stand on a new one of the same order, at the price that was agreed; they
are picked as any others.
"""

from hub.handlers.allocate import look_again
from hub.handlers.asked import NoSuchOrder
from hub.storage import orders, substitutes
from hub.storage.transaction import Tx


class NoSubstitute(ValueError):
    """The order has no line of that SKU, or the other is no SKU that could stand for it."""


def accept_substitute(tx: Tx, ref: str, sku: str, other: str) -> int:
    """An order's lines of an SKU accept another in its place; how many lines those are. The same again changes nothing.

    Raises:
        NoSuchOrder: the client has no such order.
        NoSubstitute: the order has no line of the SKU, or the other is unknown or the same.
    """
    known = orders.order_by_ref(tx.connection, tx.client_id, ref)
    if known is None:
        raise NoSuchOrder(f"Expected the number of an order, got '{ref}'.")
    skus = orders.skus_by_code(tx.connection, tx.client_id, (sku, other))
    lines = [line for line in orders.lines(tx.connection, known[0]) if sku in skus and line.sku_id == skus[sku].id]
    if not lines:
        raise NoSubstitute(f"Order {ref}: expected the SKU of one of its lines, got '{sku}'.")
    if other not in skus or other == sku:
        raise NoSubstitute(f"Order {ref}: expected another SKU of the catalogue in place of {sku}, got '{other}'.")
    for line in lines:
        substitutes.accept(tx, line.id, skus[other].id)
    tx.changed("order", ref=str(known[0]))
    return len(lines)


def substitute_short(tx: Tx, line_id: int, short: int) -> int:
    """Promise what a line accepts in place of units that a pick lacked and nothing of its own stands for; how many.

    An order that was promised its own item elsewhere keeps that.
    """
    line = orders.line(tx.connection, line_id)
    left = min(short, line.backordered)
    given = 0
    for sku_id in substitutes.accepted(tx.connection, line_id) if left else ():
        units = min(left - given, orders.available(tx, sku_id))
        if units <= 0:
            continue
        orders.shift(tx, line_id, units, "backordered", "cancelled")
        substitutes.insert_line(tx, line_id, sku_id, units)
        tx.ledger.promise(sku_id, units)
        given += units
    if given:
        look_again(tx, line.order_id)
        tx.changed("board")
    return given

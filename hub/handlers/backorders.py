"""What a shop decides on lines that wait: take what is there, cancel the rest, or take another SKU in its place."""

from dataclasses import dataclass

from hub.handlers.allocate import look_again
from hub.handlers.asked import NoSuchOrder, TooLate
from hub.handlers.backorder_dates import reckon
from hub.handlers.cancel import cancel_waiting_units
from hub.handlers.orders import RefusedOrder
from hub.handlers.policy import Policy
from hub.storage import orders, substitutes
from hub.storage.orders import Line
from hub.storage.transaction import Tx


@dataclass(frozen=True, kw_only=True)
class Substituted:
    """What became of units that another SKU stands in for."""

    line: int
    """The new line's number."""
    units: int
    promised: int
    backordered: int


def choose_partial(tx: Tx, ref: str, *, partial: bool) -> None:
    """Whether what is there of an order may leave before the rest. Raises: NoSuchOrder."""
    order_id, _ = _order(tx, ref)
    orders.set_ship_complete(tx, order_id, not partial)
    look_again(tx, order_id)
    tx.changed("board")


def cancel_waiting(tx: Tx, policy: Policy, ref: str, line: int | None) -> int:
    """Cancel what waits of an order, or of one of its lines; units cancelled. Nothing else of it is touched.

    Raises:
        NoSuchOrder: there is no such order, or it has no such line.
    """
    order_id, lines = _order(tx, ref)
    chosen = lines if line is None else [_line(lines, ref, line)]
    for one in chosen:
        cancel_waiting_units(tx, one.id, one.backordered)
    units = sum(one.backordered for one in chosen)
    if units:
        if any(one.shipped for one in lines):
            orders.finish_if_shipped(tx, order_id)
        look_again(tx, order_id)
        reckon(tx, policy, sorted({one.sku_id for one in chosen}))
        tx.changed("board")
    return units


def substitute(tx: Tx, policy: Policy, ref: str, line: int, sku: str, units: int | None) -> Substituted:
    """Let another SKU stand in for what waits of a line: those units are cancelled, and a new line has as many of it,
    at the same price, promised as far as stock stands for it.

    Args:
        units: of those that wait; None: all.

    Raises:
        NoSuchOrder: there is no such order, or it has no such line.
        RefusedOrder: the SKU is none, or the line's own.
        TooLate: fewer units wait than are asked for.
    """
    order_id, lines = _order(tx, ref)
    old = _line(lines, ref, line)
    wanted = old.backordered if units is None else units
    if not 0 < wanted <= old.backordered:
        raise TooLate(
            f"Order {ref}, line {line}: expected at least {max(wanted, 1)} units to wait, {old.backordered} do."
        )
    found = orders.skus_by_code(tx.connection, tx.client_id, [sku]).get(sku)
    if found is None or found.id == old.sku_id:
        raise RefusedOrder(f"Order {ref}, line {line}: expected another SKU of the catalogue, got '{sku}'.")
    orders.shift(tx, old.id, wanted, "backordered", "cancelled")
    have = min(wanted, orders.available(tx, found.id))
    number = max(one.line for one in lines) + 1
    new_id = orders.insert_line(
        tx,
        order_id=order_id,
        line=number,
        sku_id=found.id,
        ordered=wanted,
        promised=have,
        backordered=wanted - have,
        price_minor=orders.price_of(tx.connection, old.id),
    )
    tx.ledger.promise(found.id, have)
    substitutes.stand_in(tx, new_id, old.sku_id)
    look_again(tx, order_id)
    tx.changed("order", ref=str(order_id))
    tx.changed("board")
    reckon(tx, policy, [old.sku_id, found.id])
    now = orders.line(tx.connection, new_id)
    return Substituted(line=number, units=wanted, promised=now.promised, backordered=now.backordered)


def _order(tx: Tx, ref: str) -> tuple[int, list[Line]]:
    known = orders.order_by_ref(tx.connection, tx.client_id, ref)
    if known is None:
        raise NoSuchOrder(f"Expected the number of an order, got '{ref}'.")
    return known[0], orders.lines(tx.connection, known[0])


def _line(lines: list[Line], ref: str, number: int) -> Line:
    found = next((one for one in lines if one.line == number), None)
    if found is None:
        raise NoSuchOrder(f"Order {ref}: expected one of its lines 1 to {len(lines)}, got {number}.")
    return found

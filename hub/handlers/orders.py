"""Receiving orders: each order once, each line promised or backordered at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from hub.storage import orders
from hub.storage.sellable import NewLine, Sellable, insert_lines, sellable
from hub.storage.transaction import Tx


@dataclass(frozen=True, kw_only=True)
class OrderedLine:
    """One line as the shop sent it."""

    sku: str
    units: int
    price_minor: int = 0


@dataclass(frozen=True, kw_only=True)
class NewOrder:
    """An order as the shop sent it; ``ref`` is the shop's own number and makes the order come once only."""

    ref: str
    customer: str
    country: str
    placed_us: int | None
    """When the customer ordered, UTC microseconds; None: now."""
    lines: tuple[OrderedLine, ...]


@dataclass(frozen=True, kw_only=True)
class OrderReceipt:
    """What became of an order."""

    order: str
    """The order's public id."""
    again: bool
    """Whether it had been received before."""
    promised: int
    """Units that stock stands for: promised, in work, or gone."""
    backordered: int
    """Units that wait for stock."""


class RefusedOrder(ValueError):
    """An order that cannot be taken: what was expected, what came."""


UNITS_MAX = 1_000_000
"""More units in one line are taken for a typing error."""


def receive_order(tx: Tx, new: NewOrder) -> OrderReceipt:
    """Take an order in: promise what is available, line by line, and backorder the rest.

    The same order again changes nothing; its receipt says how its lines stand now.

    Raises:
        RefusedOrder: an unknown SKU, no lines, a number of units out of range, or the same ref with other content.
    """
    digest = sha256(repr(new).encode()).hexdigest()  # of what came: "now" would be another time at each repeat
    known = orders.order_by_ref(tx.connection, tx.client_id, new.ref)
    if known is not None:
        if known[2] != digest:
            raise RefusedOrder(f"Order {new.ref} came before with other content; send changes under a new ref.")
        have, lacking = orders.units_of(tx.connection, known[0])
        return OrderReceipt(order=known[1], again=True, promised=have, backordered=lacking)
    skus = sellable(tx, (line.sku for line in new.lines))
    _check(new, skus)
    public = tx.ids.new()
    order_id = orders.insert_order(
        tx,
        public=public,
        ref=new.ref,
        customer=new.customer,
        country=new.country,
        placed_us=tx.now_us if new.placed_us is None else new.placed_us,
        digest=digest,
    )
    free = {code: sku.available for code, sku in skus.items()}
    lines = []
    for line in new.lines:
        have = min(line.units, free[line.sku])
        free[line.sku] -= have
        sku_id = skus[line.sku].sku_id
        lines.append(NewLine(sku_id=sku_id, promised=have, backordered=line.units - have, price_minor=line.price_minor))
    insert_lines(tx, order_id, lines)
    taken = {sku.sku_id: (sku.available - free[code], sku.in_bins) for code, sku in skus.items()}
    tx.ledger.promise_each(tx.client_id, taken)
    promised, backordered = sum(line.promised for line in lines), sum(line.backordered for line in lines)
    tx.changed("order", ref=str(order_id))
    tx.changed("board", station=None)
    return OrderReceipt(order=public, again=False, promised=promised, backordered=backordered)


def _check(new: NewOrder, skus: dict[str, Sellable]) -> None:
    if not new.lines:
        raise RefusedOrder(f"Order {new.ref}: expected at least one line, got none.")
    for number, line in enumerate(new.lines, 1):
        if line.sku not in skus:
            raise RefusedOrder(f"Order {new.ref}, line {number}: expected an SKU of the catalogue, got '{line.sku}'.")
        if not 1 <= line.units <= UNITS_MAX:
            raise RefusedOrder(f"Order {new.ref}, line {number}: expected 1 to {UNITS_MAX} units, got {line.units}.")


def promise_again(tx: Tx, sku_ids: Sequence[int]) -> int:
    """Give stock that has become available to backordered lines, oldest order first; units promised."""
    given = 0
    for sku_id in sku_ids:
        waiting = orders.lines_waiting(tx.connection, sku_id)
        if not waiting:
            continue
        have = orders.available(tx, sku_id)
        for line in waiting:
            units = min(have, line.backordered)
            if units <= 0:
                break
            orders.shift(tx, line.id, units, "backordered", "promised")
            have -= units
            given += units
    return given


def give_up_promises(tx: Tx, sku_id: int) -> int:
    """Where stock has gone that was promised: the youngest orders' promises become backorders; units given up."""
    excess = orders.promised_too_much(tx, sku_id)
    given = 0
    for line in orders.lines_promised(tx.connection, sku_id) if excess > 0 else []:
        units = min(excess - given, line.promised)
        if units <= 0:
            break
        orders.shift(tx, line.id, units, "promised", "backordered")
        given += units
    return given

"""Receiving orders: each order once, each line promised or backordered at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from hub.domain.kits import explode
from hub.domain.ordered_line import OrderedLine
from hub.domain.substitutes import with_substitutes
from hub.domain.terms import NO_TERMS, Delivery, Terms
from hub.handlers.allocate import keep_whole
from hub.handlers.drop_ship import to_suppliers
from hub.storage import kits, order_terms, orders, substitutes
from hub.storage.sellable import NewLine, Sellable, insert_lines, sellable
from hub.storage.transaction import Tx


@dataclass(frozen=True, kw_only=True)
class NewOrder:
    """An order as the shop sent it; ``ref`` is the shop's own number and makes the order come once only."""

    ref: str
    customer: str
    country: str
    placed_us: int | None
    """When the customer ordered, UTC microseconds; None: now."""
    lines: tuple[OrderedLine, ...]
    terms: Terms = NO_TERMS
    delivery: Delivery | None = None
    """None: nothing was said."""

    @property
    def digest(self) -> str:
        """Of what came. An order without terms has the digest that it had before there were any."""
        plain = [f"{name}={getattr(self, name)!r}" for name in ("ref", "customer", "country", "placed_us", "lines")]
        more = [repr(said) for said in (self.terms, self.delivery) if said not in (NO_TERMS, None)]
        more += [f"substitute {number}" for number, line in enumerate(self.lines, 1) if line.substitute]
        return sha256("".join((f"NewOrder({', '.join(plain)})", *more)).encode()).hexdigest()


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
    at_supplier: int = 0
    """Units that a supplier sends to the customer, and has not yet."""


class RefusedOrder(ValueError):
    """An order that cannot be taken: what was expected, what came."""


NOTHING_HELD: Mapping[int, int] = {}
UNITS_MAX = 1_000_000
"""More units in one line are taken for a typing error."""


def receive_order(tx: Tx, new: NewOrder, *, held: Mapping[int, int] = NOTHING_HELD) -> OrderReceipt:
    """Take an order in: promise what is available, line by line, ask suppliers for what they send to the customer, and
    backorder the rest.

    The same order again changes nothing; its receipt says how its lines stand now.

    Args:
        tx: The transaction.
        new: The order.
        held: Units by SKU (id) that were promised to its cart until this transaction: they are its own even if nothing
            else of the SKU is available, because its bin is being counted.

    Raises:
        RefusedOrder: an unknown SKU, no lines, a number of units out of range, or the same ref with other content.
    """
    digest = new.digest  # of what came: "now" would be another time at each repeat
    known = orders.order_by_ref(tx.connection, tx.client_id, new.ref)
    if known is not None:
        return _came_before(tx, new.ref, known, digest)
    lines, sold = explode(new.lines, kits.kits_by_code(tx.connection, tx.client_id, (li.sku for li in new.lines)))
    others = substitutes.substitutes_of(tx.connection, tx.client_id, (li.sku for li in lines if li.substitute))
    codes = {line.sku for line in lines}.union(*others.values())
    skus = sellable(tx, codes)
    _check(new.ref, lines, skus)
    by_supplier = {code for code, sku in skus.items() if sku.drop_ship != "never"}
    lines = tuple(replace(li, substitute=False) if li.substitute and li.sku in by_supplier else li for li in lines)
    public = tx.ids.new()
    order_id = orders.insert_order(
        tx,
        public=public,
        ref=new.ref,
        customer=new.customer,
        country=new.country,
        placed_us=tx.now_us if new.placed_us is None else new.placed_us,
        digest=digest,
        **order_terms.columns(new.terms),
    )
    if new.delivery is not None:
        order_terms.write_delivery(tx, order_id, new.delivery)
    there = {code: max(sku.available, held.get(sku.sku_id, 0)) for code, sku in skus.items()}
    free = dict(there)
    lines, instead = with_substitutes(lines, free, others)
    written = []
    for line in lines:
        have = min(line.units, free[line.sku])
        free[line.sku] -= have
        written.append(NewLine(skus[line.sku].sku_id, have, line.units - have, line.price_minor))
    insert_lines(tx, order_id, written)
    tx.ledger.promise_each(
        tx.client_id, {sku.sku_id: (there[code] - free[code], sku.promised + there[code]) for code, sku in skus.items()}
    )
    at_supplier = to_suppliers(tx, order_id) if by_supplier else 0
    promised = sum(line.promised for line in written)
    backordered = sum(line.backordered for line in written) - at_supplier
    given_back = keep_whole(tx, order_id) if new.terms.ship_complete else 0
    promised, backordered = promised - given_back, backordered + given_back
    kits.write_sold(tx, order_id, sold)
    accepted = {number: others.get(line.sku, ()) for number, line in enumerate(lines, 1) if line.substitute}
    substitutes.write_accepted(
        tx,
        order_id,
        {number: [skus[code].sku_id for code in others_of] for number, others_of in accepted.items() if others_of},
    )
    substitutes.write_instead(tx, order_id, {line: skus[code].sku_id for line, code in instead.items()})
    tx.changed("order", ref=str(order_id))
    tx.changed("board", station=None)
    return OrderReceipt(order=public, again=False, promised=promised, backordered=backordered, at_supplier=at_supplier)


def _came_before(tx: Tx, ref: str, known: tuple[int, str, str], digest: str) -> OrderReceipt:
    if known[2] != digest:
        raise RefusedOrder(
            f"Order {ref} came before with other content; change it by PATCH, or send it under a new ref."
        )
    have, lacking, sent = orders.units_of(tx.connection, known[0])
    return OrderReceipt(order=known[1], again=True, promised=have, backordered=lacking, at_supplier=sent)


def _check(ref: str, lines: Sequence[OrderedLine], skus: Mapping[str, Sellable]) -> None:
    if not lines:
        raise RefusedOrder(f"Order {ref}: expected at least one line, got none.")
    for number, line in enumerate(lines, 1):
        if line.sku not in skus:
            raise RefusedOrder(f"Order {ref}, line {number}: expected an SKU of the catalogue, got '{line.sku}'.")
        if not 1 <= line.units <= UNITS_MAX:
            raise RefusedOrder(f"Order {ref}, line {number}: expected 1 to {UNITS_MAX} units, got {line.units}.")

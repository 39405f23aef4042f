"""Changing an order: its address and terms, its lines up and down, further lines, as far as its stage allows."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from hub.domain.kits import explode
from hub.domain.order_states import Ask, Stage
from hub.domain.ordered_line import OrderedLine
from hub.domain.terms import Delivery
from hub.handlers.allocate import look_again
from hub.handlers.asked import TooLate, fixed, must_allow, order_asked_about
from hub.handlers.cancel import cancel_waiting_units, nothing_is_missing
from hub.handlers.drop_ship import address_given, promisable, take_back, to_suppliers, told_suppliers
from hub.handlers.orders import UNITS_MAX, RefusedOrder
from hub.storage import kits, order_terms, orders, substitutes
from hub.storage.order_terms import OrderStanding
from hub.storage.orders import Line
from hub.storage.transaction import Tx

LINES_MAX = 10_000
"""Of one order, with those that were added."""


@dataclass(frozen=True, kw_only=True)
class LineChange:
    """How many units a line shall have from now on; those that were cancelled before do not count."""

    line: int
    units: int


@dataclass(frozen=True, kw_only=True)
class KitChange:
    """How many of a kit an order shall have from now on."""

    kit: int
    units: int


@dataclass(frozen=True, kw_only=True)
class Change:
    """What shall be otherwise; what is None or empty stays."""

    customer: str | None = None
    country: str | None = None
    delivery: Delivery | None = None
    """The whole address."""
    terms: Mapping[str, Any] = field(default_factory=dict)
    """Fields of :class:`hub.domain.terms.Terms` other than ``hold``."""
    lines: tuple[LineChange, ...] = ()
    added: tuple[OrderedLine, ...] = ()
    kits: tuple[KitChange, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Changed:
    """How an order stands after a change."""

    stage: Stage
    promised: int
    """Units that stock stands for: promised, in work, or gone."""
    backordered: int
    at_supplier: int
    """Units that suppliers send and have not yet, with those that they were asked not to send."""


def change_order(tx: Tx, ref: str, change: Change) -> Changed:
    """Change an order of this transaction's client: all of it or, if a part is refused, nothing.

    Fewer units are cancelled ones: backordered first, then promised, then those that a supplier sends (it is asked not
    to, if it knows of them), never those in work. More units are promised as far as stock stands for them, asked of the
    supplier if it sends them to the customer, and backordered beyond.

    Raises:
        NoSuchOrder: there is no such order.
        TooLate: its stage does not allow the change, units that it needs are in work, or a supplier has its address.
        RefusedOrder: an unknown line or SKU, or a number of units out of range.
    """
    order = order_asked_about(tx, ref)
    by_number = {line.line: line for line in order.lines}
    change = _with_parts(tx, order, change)
    steps = [(_line(order, by_number, asked), asked.units) for asked in change.lines]
    for ask in _asks(change, steps):
        must_allow(order, ask)
    _must_not_move_away(tx, order, change)
    known = kits.kits_by_code(tx.connection, tx.client_id, (line.sku for line in change.added))
    added, sold = explode(change.added, known, first=max(by_number, default=0) + 1)
    change = replace(change, added=added)
    skus = orders.skus_by_code(tx.connection, tx.client_id, (line.sku for line in added))
    _check(order, change, steps, skus)
    _write_head(tx, order, change)
    for line, units in steps:
        _reduce(tx, line, _left(line) - units)
    for line, units in steps:
        _raise(tx, line, units - _left(line))
    for number, new in enumerate(change.added, max(by_number, default=0) + 1):
        _add(tx, order.id, number, new, skus[new.sku].id)
    kits.write_sold(tx, order.id, sold)
    for kit in change.kits:
        kits.set_kit_units(tx, order.id, kit.kit, kit.units)
    to_suppliers(tx, order.id)
    look_again(tx, order.id)
    if order.units("shipped"):
        orders.finish_if_shipped(tx, order.id)
    tx.changed("board", station=None)
    after = order_asked_about(tx, ref)
    have = after.units("promised", "reserved", "picked", "packed", "shipped")
    return Changed(
        stage=after.stage,
        promised=have,
        backordered=after.units("backordered"),
        at_supplier=after.units("at_supplier"),
    )


def _must_not_move_away(tx: Tx, order: OrderStanding, change: Change) -> None:
    """Refuse another address where a supplier sends to the one that it was told. Raises: TooLate."""
    if (change.customer, change.country, change.delivery) == (None, None, None):
        return
    if numbers := told_suppliers(tx, order.id):
        raise TooLate(
            f"Order {order.ref}: expected that no supplier has its address, got {', '.join(numbers)} under way to it."
            " Tell the supplier, or cancel those lines and order them anew."
        )


def _with_parts(tx: Tx, order: OrderStanding, change: Change) -> Change:
    """A change whose kits are changes of the lines of their parts. Raises: RefusedOrder."""
    known = {kit["kit"]: kit["lines"] for kit in kits.kits_of(tx.connection, order.id)}
    of_kit = {line: number for number, lines in known.items() for line in lines}
    replaced = substitutes.replaced(tx.connection, order.id)
    sku_of = {line.line: line.sku_id for line in order.lines}
    for asked in change.lines:
        if asked.line in of_kit:
            number = of_kit[asked.line]
            raise RefusedOrder(f"Order {order.ref}: line {asked.line} is a part of kit {number}: change the kit.")
    for kit in change.kits:
        if kit.kit not in known:
            raise RefusedOrder(f"Order {order.ref}: expected a kit out of {sorted(known)}, got {kit.kit}.")
        if gone := sorted(replaced[sku_of[line]] for line in known[kit.kit] if sku_of[line] in replaced):
            raise RefusedOrder(
                f"Order {order.ref}: another item is sent instead of {', '.join(gone)}, a part of kit {kit.kit}, so its"
                " number stays as it is: cancel the order, or add the parts that are wanted as lines."
            )
    parts = [
        LineChange(line=line, units=kit.units * each) for kit in change.kits for line, each in known[kit.kit].items()
    ]
    return replace(change, lines=(*change.lines, *parts))


def _left(line: Line) -> int:
    return line.ordered - line.cancelled


def _line(order: OrderStanding, by_number: dict[int, Line], asked: LineChange) -> Line:
    if asked.line not in by_number:
        raise RefusedOrder(f"Order {order.ref}: expected a line from 1 to {len(by_number)}, got {asked.line}.")
    return by_number[asked.line]


def _asks(change: Change, steps: list[tuple[Line, int]]) -> set[Ask]:
    """What a change asks for, in the words of the transition table."""
    asked: dict[Ask, bool] = {
        "address": any(said is not None for said in (change.customer, change.country, change.delivery)),
        "terms": bool(change.terms),
        "add": bool(change.added) or any(units > _left(line) for line, units in steps),
        "reduce": any(units < _left(line) for line, units in steps),
    }
    return {ask for ask, wanted in asked.items() if wanted}


def _check(order: OrderStanding, change: Change, steps: list[tuple[Line, int]], skus: Mapping[str, object]) -> None:
    """Refuse, before anything is written, what cannot be done."""
    numbers = [asked.line for asked in change.lines]
    if len(set(numbers)) != len(numbers):
        raise RefusedOrder(f"Order {order.ref}: expected each line once, got {sorted(numbers)}.")
    if len(order.lines) + len(change.added) > LINES_MAX:
        raise RefusedOrder(f"Order {order.ref}: expected at most {LINES_MAX} lines, with those that are added.")
    for new in change.added:
        if new.sku not in skus:
            raise RefusedOrder(f"Order {order.ref}: expected an SKU of the catalogue, got '{new.sku}'.")
    for units in (*(asked.units for asked in change.lines), *(new.units for new in change.added)):
        if not 0 <= units <= UNITS_MAX:
            raise RefusedOrder(f"Order {order.ref}: expected 0 to {UNITS_MAX} units, got {units}.")
    for line, units in steps:
        if units < fixed(line):
            raise TooLate(
                f"Order {order.ref}, line {line.line}: expected at least {fixed(line)} units, for so many are on carts,"
                f" in parcels or gone; got {units}. What is in work comes back as a return."
            )


def _write_head(tx: Tx, order: OrderStanding, change: Change) -> None:
    order_terms.write_head(
        tx,
        order.id,
        customer=order.customer if change.customer is None else change.customer,
        country=order.country if change.country is None else change.country,
        terms=replace(order.terms, **change.terms),
    )
    if change.delivery is not None:
        order_terms.write_delivery(tx, order.id, change.delivery)
        address_given(tx, order.id)


def _reduce(tx: Tx, line: Line, units: int) -> None:
    """Cancel units of a line that wait."""
    if units <= 0:
        return
    lacking = min(units, line.backordered)
    cancel_waiting_units(tx, line.id, lacking)
    promised = min(units - lacking, line.promised)
    orders.shift(tx, line.id, promised, "promised", "cancelled")
    take_back(tx, line, units - lacking - promised)
    if units >= line.promised + line.backordered:
        nothing_is_missing(tx, line)


def _raise(tx: Tx, line: Line, units: int) -> None:
    if units > 0:
        have = min(units, promisable(tx, line.sku_id))
        order_terms.raise_line(tx, line.id, promised=have, backordered=units - have)


def _add(tx: Tx, order_id: int, number: int, new: OrderedLine, sku_id: int) -> None:
    have = min(new.units, promisable(tx, sku_id))
    orders.insert_line(
        tx,
        order_id=order_id,
        line=number,
        sku_id=sku_id,
        ordered=new.units,
        promised=have,
        backordered=new.units - have,
        price_minor=new.price_minor,
        lacking_at_once=new.units - have,
    )
    tx.ledger.promise(sku_id, have)
    tx.changed("order", ref=str(order_id))

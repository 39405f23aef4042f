"""Why an order is waiting, line by line, in plain words: every decision about it has a reason that can be told."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

REFS_TOLD = 3
"""So many other orders are named; of more it is said how many there are."""


class Others(NamedTuple):
    """Other orders that have to do with an SKU."""

    orders: int
    units: int
    refs: tuple[str, ...]
    """Of some of them, those whose turn it is first."""


class Receipt(NamedTuple):
    """The next delivery of an SKU."""

    purchase_order: str
    due_us: int
    units: int


class AtSupplier(NamedTuple):
    """Units that a supplier sends to the customer."""

    purchase_order: str
    supplier: str
    due_us: int
    units: int
    asked_back: int
    """Of them, those that it was asked not to send."""
    stage: str
    """Of the purchase order."""


class Lit(NamedTuple):
    """Tasks of a line."""

    batch: int
    station: str
    units: int


@dataclass(frozen=True, kw_only=True)
class LineStands:
    """Where the units of a line are, and what there is of its SKU."""

    line: int
    sku: str
    promised: int
    reserved: int
    picked: int
    packed: int
    backordered: int
    before: Others
    """Orders that wait for the SKU and whose turn comes first."""
    have: Others
    """Orders that were promised units of the SKU."""
    held_for_carts: int
    pickable: int
    """Units in bins that may be picked from, not reserved."""
    elsewhere: int
    """Units in the house that nobody may pick now: in bins that are held for a count, at the dock, on plates."""
    receipt: Receipt | None
    lit: tuple[Lit, ...]
    totes: tuple[str, ...]
    """Where its picked units are."""
    at_supplier: tuple[AtSupplier, ...] = ()
    in_reserve: int = 0
    """Units in reserve, or on their way from there: bins that orders are picked from are filled up with them."""
    in_lanes: tuple[str, ...] = ()
    """Cross-dock lanes in which units lie that came for it."""
    to_lanes: tuple[str, ...] = ()
    """Those to which such units are being put."""


@dataclass(frozen=True, kw_only=True)
class OrderStands:
    """An order's terms, as far as something waits for them."""

    hold: str
    """Why it must not be worked on; empty: it may."""
    ship_complete: bool
    lacking: tuple[tuple[int, int], ...]
    """(line, units that it lacks)."""


class Reason(NamedTuple):
    """Why units of a line have not left yet."""

    code: str
    """short, before, promised_to_others, carts, elsewhere, to_lane, receipt, no_receipt, hold, complete, in_reserve,
    not_pickable, lane, cart, lit, picked, packed, at_supplier, asked_back."""
    words: str


def why(order: OrderStands, line: LineStands, day: Callable[[int], str], now_us: int) -> tuple[Reason, ...]:
    """The reasons of one line; none if nothing of it waits.

    Args:
        order: Its order.
        line: The line.
        day: A time as a day in words.
        now_us: Business time, against which a receipt is overdue.
    """
    found = []
    if line.backordered:
        found += _short(line, day, now_us)
    if line.backordered and order.hold:
        found.append(Reason("hold", f"the order is on hold: {order.hold}"))
    if line.promised:
        found.append(_promised(order, line))
    found += [Reason("lit", f"{_units(lit.units)} in batch {lit.batch} at {lit.station}") for lit in line.lit]
    if line.picked:
        where = f" in {_listed(line.totes, len(line.totes))}" if line.totes else ""
        found.append(Reason("picked", f"{_units(line.picked)} picked{where}: waits for packing"))
    if line.packed:
        found.append(Reason("packed", f"{_units(line.packed)} packed: waits for the carrier"))
    for sent in line.at_supplier:
        found += _sent(order, sent, day, now_us)
    return tuple(found)


def _sent(order: OrderStands, sent: AtSupplier, day: Callable[[int], str], now_us: int) -> list[Reason]:
    """Why units that a supplier sends have not been sent."""
    found = []
    if sent.units > sent.asked_back:
        units = _units(sent.units - sent.asked_back)
        comes = f"{units} that {sent.supplier} sends, purchase order {sent.purchase_order}"
        if sent.stage == "proposed":
            when = f"on hold: {order.hold}" if order.hold else "waits for a yes"
        else:
            when = f"was expected on {day(sent.due_us)} and is overdue"
            when = when if sent.due_us <= now_us else f"expected on {day(sent.due_us)}"
        found.append(Reason("at_supplier", f"{comes}: {when}"))
    if sent.asked_back:
        words = f"{_units(sent.asked_back)} that {sent.supplier} was asked not to send: waits for its answer"
        found.append(Reason("asked_back", words))
    return found


def _short(line: LineStands, day: Callable[[int], str], now_us: int) -> list[Reason]:
    found = [Reason("short", f"stock is short by {_units(line.backordered)}")]
    if line.before.orders:
        found.append(
            Reason("before", f"{_orders(line.before)} before it for {_units(line.before.units)}: {_refs(line.before)}")
        )
    if line.have.orders:
        found.append(Reason("promised_to_others", f"{_units(line.have.units)} promised to {_refs(line.have)}"))
    if line.held_for_carts:
        found.append(Reason("carts", f"{_units(line.held_for_carts)} held for carts at checkout"))
    if line.elsewhere:
        found.append(Reason("elsewhere", f"{_units(line.elsewhere)} in the house: being counted or put away"))
    if line.to_lanes:
        found.append(Reason("to_lane", f"goes by the lane: units for it are being put into {', '.join(line.to_lanes)}"))
    if line.receipt is None:
        found.append(Reason("no_receipt", "no purchase order is open for it"))
    else:
        came, due_us, units = line.receipt
        when = f"was expected on {day(due_us)} and is overdue" if due_us <= now_us else f"is expected on {day(due_us)}"
        found.append(Reason("receipt", f"the next receipt of {_units(units)} {when}, purchase order {came}"))
    return found


def _promised(order: OrderStands, line: LineStands) -> Reason:
    have = f"{_units(line.promised)} promised"
    if order.hold:
        return Reason("hold", f"{have}, but the order is on hold: {order.hold}")
    lacks = [(number, units) for number, units in order.lacking if number != line.line]
    if order.ship_complete and lacks:
        number, units = lacks[0]
        more = f" and {len(lacks) - 1} more lines lack something" if len(lacks) > 1 else ""
        return Reason("complete", f"{have}, but it ships complete: line {number} lacks {_units(units)}{more}")
    if not line.pickable and line.in_reserve:
        return Reason(
            "in_reserve",
            f"{have}, which {'lies' if line.promised == 1 else 'lie'} in reserve: its bin is filled up first",
        )
    if not line.pickable:
        return Reason("not_pickable", f"{have}, but what there is lies in bins that are counted, or is being put away")
    if line.in_lanes:
        lanes = ", ".join(line.in_lanes)
        return Reason("lane", f"{have}: goes by the lane {lanes}, with the next cart, before routine work")
    return Reason("cart", f"{have}: waits for a cart")


def _units(units: int) -> str:
    return f"{units:,} unit" if units == 1 else f"{units:,} units"


def _orders(others: Others) -> str:
    return "1 order waits" if others.orders == 1 else f"{others.orders:,} orders wait"


def _refs(others: Others) -> str:
    return _listed(others.refs[:REFS_TOLD], others.orders)


def _listed(names: Sequence[str], total: int) -> str:
    more = total - len(names)
    return ", ".join(names) + (f" and {more:,} more" if more > 0 else "")

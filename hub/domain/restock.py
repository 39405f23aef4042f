"""How much to order of an SKU from its supplier, and why: in packs, at the best price break, above the minimum.

At a review, when the inventory position has fallen to the reorder point, it is ordered up to the order-up-to level
(R, s, S), never in parts of a pack. Nobody pays more for fewer: if the next price break makes the whole line cheaper,
the line is raised to it. An order below the supplier's minimum value is filled up with what runs out first.

Source: Silver, Pyke and Thomas (2017), chapters 4.4 (all-units discounts) and 6.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from hub.domain.safety_stock import Cover

TOP_UP_PACKS_MAX = 10_000
"""A minimum that takes more packs than this to reach is not reached: the order says so."""


@dataclass(frozen=True, kw_only=True)
class Position:
    """Where an SKU stands, in units."""

    on_hand: int
    on_order: int = 0
    promised: int = 0
    backordered: int = 0

    @property
    def units(self) -> int:
        """Inventory position = on hand + on order - promised - backordered."""
        return self.on_hand + self.on_order - self.promised - self.backordered

    @property
    def words(self) -> str:
        """It and its parts."""
        return (
            f"position {self.units} (on hand {self.on_hand}, on order {self.on_order}, promised {self.promised},"
            f" backordered {self.backordered})"
        )


@dataclass(frozen=True, kw_only=True)
class Terms:
    """How a supplier sells an SKU."""

    pack_units: int = 1
    """Only whole packs are sold."""
    order_units_min: int = 1
    prices: tuple[tuple[int, int], ...] = ((1, 0),)
    """(from so many units, price of one in minor units) by rising units; it holds for all units of the line."""

    def __post_init__(self) -> None:
        froms = [units for units, _ in self.prices]
        if self.pack_units < 1 or self.order_units_min < 1:
            raise ValueError(
                f"Expected a pack and a minimum of 1 or more, got {self.pack_units}, {self.order_units_min}."
            )
        if not froms or froms[0] != 1 or froms != sorted(set(froms)) or min(price for _, price in self.prices) < 0:
            raise ValueError(f"Expected prices from 1 unit on, by rising units, none below 0, got {self.prices}.")

    def whole_packs(self, units: int) -> int:
        """The fewest units that can be bought and are enough."""
        return -(-max(units, self.order_units_min) // self.pack_units) * self.pack_units

    def cost_minor(self, units: int) -> int:
        """What so many units cost."""
        return units * next(price for start, price in reversed(self.prices) if units >= start)


def prices_of(cost_minor: int, price_breaks: str) -> tuple[tuple[int, int], ...]:
    """(from so many units, price of one) by rising units, of what one costs and a catalogue's cell of price breaks.

    >>> prices_of(300, "24:260 144:240"), prices_of(300, "")
    (((1, 300), (24, 260), (144, 240)), ((1, 300),))
    """
    pairs = (pair.split(":") for pair in price_breaks.split())
    return ((1, cost_minor), *((int(units), int(price)) for units, price in pairs))


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """One line to order."""

    sku: str
    units: int
    cost_minor: int
    because: str
    """The reckoning in words, for who approves the order."""
    terms: Terms
    lasts_days: float
    """How long position and order together last."""
    daily_units: float
    units_max: int | None = None
    """More would spoil before it is sold; None: it keeps."""


def propose(
    sku: str,
    position: Position,
    cover: Cover,
    terms: Terms,
    *,
    review_days: int,
    shelf_life_days: int | None = None,
) -> Proposal | None:
    """What to order of an SKU now; None if its position is still above the reorder point.

    Args:
        cover: what must be there until the order after this one could come; it names the reorder point.
        review_days: demand of so many days is ordered beyond the reorder point, so that not every review orders.
        shelf_life_days: so long the goods keep: never more is ordered than what is asked for in that time, but what
            customers wait for is.
    """
    if position.units > cover.enough_units:
        return None
    daily = cover.expected_units / cover.days
    up_to = cover.enough_units + round(daily * review_days)
    keeps = None
    if shelf_life_days is not None:
        keeps = max(math.floor(daily * shelf_life_days), 0)
        up_to = min(up_to, keeps)
    missing = max(up_to, 0) - position.units
    if missing <= 0:
        return None
    units = terms.whole_packs(missing)
    most = None if keeps is None else keeps - position.units
    if most is not None and units > most and position.units >= 0:
        units = most // terms.pack_units * terms.pack_units
        if units < max(terms.order_units_min, 1):
            return None
    why = [
        f"{position.words} is at or below the reorder point"
        f" {cover.enough_units} ({cover.expected_units} expected in {cover.days} days and {cover.safety_units} safety"
        f" stock for {cover.level:.0%})",
        f"{missing} are missing up to {max(up_to, 0)}",
    ]
    if keeps is not None and up_to == keeps:
        why.append(f"no more than the {keeps} that are asked for in the {shelf_life_days} days that it keeps")
    if units != missing:
        why.append(f"{units} in packs of {terms.pack_units}, at least {terms.order_units_min}")
    for start, price in terms.prices:
        more = terms.whole_packs(start)
        if more > units and terms.cost_minor(more) <= terms.cost_minor(units) and (most is None or more <= most):
            why.append(f"{more} at {price} cost no more than {units}")
            units = more
    return Proposal(
        sku=sku,
        units=units,
        cost_minor=terms.cost_minor(units),
        because=f"ordered {units} because " + "; ".join(why),
        terms=terms,
        lasts_days=(position.units + units) / daily if daily else float("inf"),
        daily_units=daily,
        units_max=most,
    )


def propose_fixed(
    sku: str, position: Position, terms: Terms, *, reorder_point_units: int, reorder_units: int
) -> Proposal | None:
    """What to order of an SKU whose reorder point the catalogue names; None while the position is above it."""
    if position.units > reorder_point_units:
        return None
    below = max(0, reorder_point_units - position.units)
    missing = below + max(1, reorder_units)
    units = terms.whole_packs(missing)
    why = [
        f"{position.words} is at or below the catalogue's reorder point {reorder_point_units}",
        f"{below} are missing up to it, and {missing - below} beyond are the catalogue's",
    ]
    if units != missing:
        why.append(f"{units} in packs of {terms.pack_units}, at least {terms.order_units_min}")
    return Proposal(
        sku=sku,
        units=units,
        cost_minor=terms.cost_minor(units),
        because=f"ordered {units} because " + "; ".join(why),
        terms=terms,
        lasts_days=float("inf"),
        daily_units=0.0,
    )


def _may_grow(line: Proposal) -> bool:
    """Whether a pack more of a line would be sold, and is worth something."""
    keeps = line.units_max is None or line.units + line.terms.pack_units <= line.units_max
    return bool(line.daily_units and line.terms.prices[-1][1] and keeps)


def top_up(lines: Sequence[Proposal], minimum_minor: int) -> tuple[Proposal, ...]:
    """Lines of one supplier, raised pack by pack until they are worth its minimum; what runs out first is raised first.

    Lines that would last for ever are left; the order stays below the minimum if nothing else is there, and the caller
    decides whether to send it.
    """
    raised = list(lines)
    for _ in range(TOP_UP_PACKS_MAX):
        if sum(line.cost_minor for line in raised) >= minimum_minor:
            break
        can = [n for n, line in enumerate(raised) if _may_grow(line)]
        if not can:
            break
        first = min(can, key=lambda n: (raised[n].lasts_days, raised[n].sku))
        line = raised[first]
        units = line.units + line.terms.pack_units
        raised[first] = replace(
            line,
            units=units,
            cost_minor=line.terms.cost_minor(units),
            lasts_days=line.lasts_days + line.terms.pack_units / line.daily_units,
        )
    return tuple(
        line
        if line.units == before.units
        else replace(
            line,
            because=line.because.replace(f"ordered {before.units} ", f"ordered {line.units} ", 1)
            + f"; {line.units - before.units} more for the supplier's minimum of {minimum_minor}",
        )
        for before, line in zip(lines, raised, strict=True)
    )

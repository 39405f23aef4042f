"""Who gets what is scarce: free units against the order lines that wait for them.

Orders come in classes: by priority, and within a priority by the time until which they were promised to leave. A class
is served before the next one is looked at, so that nothing of a later class costs one of an earlier. Within a class
all are equals, and so many of them as possible are made complete; of two ways to complete as many, the one that
completes the older. What is left then goes to the others, the oldest first, as far as it goes; an order that ships
complete takes no part of it, for what it took would stand still while another could leave.

Which orders of a class are completed is a choice among many (a knapsack with a side for each SKU). It is made by
:func:`choose_quickly` here, or by the solver of :mod:`hub.domain.allocation_solver`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

SWAPS_TRIED_MAX = 5_000
"""So often an older order is tried in a younger one's place; with as many orders as wait for one SKU, it is enough."""
NEVER_US = 2**62
"""An order to which no time was promised comes after those that have one."""

Needs = Mapping[int, int]
"""Units by SKU that complete an order."""
Choose = Callable[[Sequence[Needs], Needs], frozenset[int]]
"""Which orders (by index, the oldest is 0) are completed out of what is free; each alone can be."""


@dataclass(frozen=True, kw_only=True)
class WaitingLine:
    """An order line that waits for units."""

    line_id: int
    order_id: int
    sku_id: int
    units: int
    priority: int = 0
    """Of the order; the greater goes first."""
    ship_by_us: int | None = None
    """Until when the order was promised to leave; None: nothing was said."""
    placed_us: int = 0
    ship_complete: bool = False
    """Whether nothing of the order leaves before everything can."""

    @property
    def urgency(self) -> tuple[int, int]:
        """The class of its order: the smaller goes first."""
        return -self.priority, NEVER_US if self.ship_by_us is None else self.ship_by_us

    @property
    def turn(self) -> tuple[int, int, int, int]:
        """When it is its order's turn, where not all can be served."""
        return *self.urgency, self.placed_us, self.order_id


def allocate(lines: Sequence[WaitingLine], free: Needs, choose: Choose | None = None) -> dict[int, int]:
    """Units for each line, by the line's id; a line that gets none is not named.

    Args:
        lines: Everything that the orders wait for: an order one line of which is not told is not known to lack it.
        free: Units by SKU. Never more than these are given.
        choose: Which orders of a class are completed; :func:`choose_quickly` by default.

    >>> old = WaitingLine(line_id=1, order_id=1, sku_id=7, units=6, placed_us=1)
    >>> two = [WaitingLine(line_id=n, order_id=n, sku_id=7, units=2, placed_us=n) for n in (2, 3)]
    >>> allocate([old, *two], {7: 5})  # two complete orders rather than none, and the rest to the oldest
    {2: 2, 3: 2, 1: 1}
    """
    choose = choose_quickly if choose is None else choose
    left = dict(free)
    given: dict[int, int] = {}
    orders = _by_order(lines)
    for _, equals in groupby(orders, key=lambda of_order: of_order[0].urgency):
        _serve(list(equals), left, given, choose)
    return given


def _by_order(lines: Sequence[WaitingLine]) -> list[list[WaitingLine]]:
    """The lines of each order, whose turn it is first."""
    waiting = sorted((line for line in lines if line.units > 0), key=lambda line: (line.turn, line.line_id))
    return [list(group) for _, group in groupby(waiting, key=lambda line: line.turn)]


def _serve(equals: list[list[WaitingLine]], left: dict[int, int], given: dict[int, int], choose: Choose) -> None:
    """Give the orders of one class what they get; it leaves ``left``."""
    needs = [_needs(order) for order in equals]
    can = [n for n, wanted in enumerate(needs) if fits(wanted, left)]
    whole = {can[n] for n in choose([needs[n] for n in can], left)} if can else set()
    for part in (False, True):  # the complete ones first, then what is left
        for number, order in enumerate(equals):
            if (number in whole) == part or (part and order[0].ship_complete):
                continue
            for line in order:
                units = min(line.units, left.get(line.sku_id, 0))
                if units > 0:
                    given[line.line_id] = units
                    left[line.sku_id] -= units


def _needs(order: Sequence[WaitingLine]) -> dict[int, int]:
    needs: dict[int, int] = {}
    for line in order:
        needs[line.sku_id] = needs.get(line.sku_id, 0) + line.units
    return needs


def fits(needs: Needs, free: Needs) -> bool:
    """Whether everything that is needed is free."""
    return all(units <= free.get(sku, 0) for sku, units in needs.items())


def scarce(needs: Sequence[Needs], free: Needs) -> frozenset[int]:
    """SKUs of which not all orders can have what they need."""
    total: dict[int, int] = {}
    for wanted in needs:
        for sku, units in wanted.items():
            total[sku] = total.get(sku, 0) + units
    return frozenset(sku for sku, units in total.items() if units > free.get(sku, 0))


def score(chosen: frozenset[int], orders: int) -> tuple[int, int]:
    """How good a choice is: how many orders are complete, then how old they are. The greater is the better."""
    return len(chosen), sum(orders - number for number in chosen)


def choose_quickly(needs: Sequence[Needs], free: Needs) -> frozenset[int]:
    """A good choice at once: the best of three greedy ones, in which older orders then take younger ones' places.

    It tries the oldest first, the least part of what is scarce first, and the least of its scarcest SKU first. Where
    one SKU alone is scarce, no choice completes more orders than the second does.
    """
    short = scarce(needs, free)
    if not short:
        return frozenset(range(len(needs)))
    # of what is not scarce there is enough for all: it decides nothing
    bound = [{sku: units for sku, units in wanted.items() if sku in short} for wanted in needs]
    there = {sku: free.get(sku, 0) for sku in short}
    parts = [[units / there[sku] for sku, units in wanted.items()] for wanted in bound]
    oldest = range(len(needs))
    ways = (oldest, sorted(oldest, key=lambda n: sum(parts[n])), sorted(oldest, key=lambda n: max(parts[n], default=0)))
    best = max((_take(way, bound, there) for way in ways), key=lambda chosen: score(chosen, len(needs)))
    return _older(best, bound, there)


def _take(way: Sequence[int], needs: Sequence[Needs], free: Needs) -> frozenset[int]:
    left = dict(free)
    taken = set()
    for number in way:
        if fits(needs[number], left):
            taken.add(number)
            _add(left, needs[number], -1)
    return frozenset(taken)


def _older(chosen: frozenset[int], needs: Sequence[Needs], free: Needs) -> frozenset[int]:
    """As many orders, older ones in the places of younger where that is possible."""
    taken = set(chosen)
    left = dict(free)
    for number in taken:
        _add(left, needs[number], -1)
    tries = 0
    for number in range(len(needs)):
        if number in taken:
            continue
        for younger in sorted((other for other in taken if other > number), reverse=True):
            tries += 1
            if tries > SWAPS_TRIED_MAX:
                return frozenset(taken)
            _add(left, needs[younger], 1)
            if fits(needs[number], left):
                _add(left, needs[number], -1)
                taken = (taken - {younger}) | {number}
                break
            _add(left, needs[younger], -1)
    return frozenset(taken)


def _add(left: dict[int, int], needs: Needs, sign: int) -> None:
    for sku, units in needs.items():
        left[sku] = left.get(sku, 0) + sign * units

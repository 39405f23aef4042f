"""Few units, one by one: each goes where it fits best among the corners that those before it make.

A unit is tried at every x and y at which another one ends (and at the walls), turned in every way it may be, and let
down from above. Which place is best, and in which order units go in, is a strategy; several are tried.
Source: extreme points, T. G. Crainic, G. Perboli and R. Tadei, "Extreme point-based heuristics for three-dimensional
bin packing", INFORMS Journal on Computing 20(3), 2008; here every crossing of two edges counts, for units are few.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import count
from random import Random

from hub.domain.packing.filling import Box, Filling
from hub.domain.packing.goods import Goods, Sides
from hub.domain.packing.packed import Packing

Liking = Callable[[Box], tuple[int, ...]]
"""How much a place is liked: the least is best."""


def _lowest(b: Box) -> tuple[int, ...]:
    return b[2], b[1], b[0], -(b[3] - b[0]) * (b[4] - b[1])


def _low_and_compact(b: Box) -> tuple[int, ...]:
    return b[2], b[3] * b[4], b[5]


def _flattest(b: Box) -> tuple[int, ...]:
    return b[5], b[4], b[0]


def _compact(b: Box) -> tuple[int, ...]:
    return b[3] * b[4] * b[5], b[2]


def _nearest_end(b: Box) -> tuple[int, ...]:
    return b[3], b[4], b[2]


def _nearest_side(b: Box) -> tuple[int, ...]:
    return b[4], b[2], b[0]


LIKINGS: tuple[Liking, ...] = (_lowest, _low_and_compact, _flattest, _compact, _nearest_end, _nearest_side)
"""Deep and in the corner; deep and close together; with a low top; close together; wall by wall, in two ways."""
ORDERS = 3
"""Orders to begin with: by volume, by the longest side, by the largest face. Those after them are shuffled."""
PLAIN_TRIES = ORDERS * len(LIKINGS)
"""Tries until each order has met each liking."""
SWAPS = 2
"""Units that a shuffle exchanges."""


def tries(sides_mm: Sides, load_max_mg: int, goods: Sequence[Goods], *, whole: bool, rng: Random) -> Iterator[Packing]:
    """Packings by one strategy after the other, without end.

    Args:
        whole: Give a packing up as soon as a unit does not go in: what comes then is what lay in it so far.
        rng: Shuffles the orders once the plain ones are through.
    """
    kinds = [kind for kind, one in enumerate(goods) for _ in range(one.units)]
    orders = [sorted(kinds, key=lambda kind: _last_first(goods[kind], by)) for by in range(ORDERS)]
    for number in count():
        order = orders[number % ORDERS]
        if number >= PLAIN_TRIES:
            order = _shuffled(order, rng)
        yield _fill(sides_mm, load_max_mg, goods, order, LIKINGS[number // ORDERS % len(LIKINGS)], whole)


def _last_first(one: Goods, by: int) -> tuple[int, ...]:
    """A key by which the sturdy and large come first."""
    a, b, c = sorted(one.sides_mm, reverse=True)
    large = ((a * b * c, a), (a, a * b * c), (a * b, c))[by]
    frail = 0 if one.bears_mg is None else 1
    return frail, *(-size for size in large), -one.unit_mg


def _shuffled(order: Sequence[int], rng: Random) -> list[int]:
    after = list(order)
    for _ in range(SWAPS):
        a, b = rng.randrange(len(after)), rng.randrange(len(after))
        after[a], after[b] = after[b], after[a]
    return after


def _fill(
    sides_mm: Sides, load_max_mg: int, goods: Sequence[Goods], order: Sequence[int], liking: Liking, whole: bool
) -> Packing:
    filling = Filling(sides_mm, goods)
    xs, ys = [0], [0]
    spare_mg = load_max_mg
    refused = set()
    for kind in order:
        if kind in refused:
            continue
        spot = _best_spot(filling, kind, goods[kind], xs, ys, liking) if goods[kind].unit_mg <= spare_mg else None
        if spot is None:
            if whole:
                break
            refused.add(kind)
            continue
        spare_mg -= goods[kind].unit_mg
        filling.put(kind, spot)
        for edges, edge in ((xs, spot[3]), (ys, spot[4])):
            if edge not in edges:
                edges.append(edge)
    return filling.packing()


def _best_spot(
    filling: Filling, kind: int, one: Goods, xs: Sequence[int], ys: Sequence[int], liking: Liking
) -> Box | None:
    length, width, height = filling.sides_mm
    best: Box | None = None
    least: tuple[int, ...] = ()
    for dx, dy, dz in one.turns():
        for x in xs:
            x2 = x + dx
            if x2 > length:
                continue
            for y in ys:
                y2 = y + dy
                if y2 > width:
                    continue
                z = filling.rest_mm(x, y, x2, y2)
                z2 = z + dz
                if z2 > height:
                    continue
                box = (x, y, z, x2, y2, z2)
                liked = liking(box)
                if (best is None or liked < least) and filling.holds(kind, box):
                    best, least = box, liked
    return best

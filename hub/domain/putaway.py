"""Into which bins goods go: their own first, then free ones that they may lie in, by how often they are picked; what
orders wait for goes into lanes.

An SKU's own bin with units of the same lot is filled first, then its other bins in the order in which they were made,
each up to its most units; its reserve comes after those that orders are picked from. What does not fit there goes to
free bins, reserve before the others: those that hold at least a unit by size and by weight, allow dangerous goods if
these are, and lie where their class belongs: A nearest to where tours begin, C farthest from there, so that the near
bins stay free for those that are picked often, and B in between.

Source: class-based storage, R. de Koster, T. Le-Duc and K. J. Roodbergen, "Design and control of warehouse order
picking", European Journal of Operational Research 182, 2007, section 4.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

FILL_PERCENT = 85
"""Of a bin's volume: goods of one kind leave so much air at least, beside hands that have to get in."""
A_PERCENT, B_PERCENT = 80, 95
"""The SKUs with the most picks that make up so much of all picks are of class A, those up to this much of class B."""

Class = Literal["A", "B", "C"]


@dataclass(frozen=True, kw_only=True)
class Goods:
    """Units of one SKU and lot that are to be put away."""

    units: int
    unit_mg: int
    unit_mm3: int
    dangerous: bool
    by_picks: Class


@dataclass(frozen=True, kw_only=True)
class Bin:
    """A bin that they may go to."""

    id: int
    name: str
    is_own: bool
    """The SKU is at home there; else the bin is free."""
    same_lot: bool = False
    """Units of this lot lie there."""
    units: int = 0
    """Units of the SKU that lie there or are on their way."""
    volume_mm3: int | None = None
    load_max_mg: int | None = None
    dangerous: bool = False
    """Dangerous goods may lie there."""
    far_mm: int | None = None
    """From where tours begin; None: nobody knows."""
    reserve: bool = False
    """No order is picked there."""
    max_units: int | None = None
    """It is kept from reserve, and filled no further."""


@dataclass(frozen=True, kw_only=True)
class Put:
    """Units for one bin, and why it."""

    bin: Bin
    units: int
    because: str


def room(goods: Goods, place: Bin) -> int | None:
    """How many more units a bin takes; None: nobody said how large it is, so any number.

    >>> crate = Bin(id=1, name="bay-01/01", is_own=True, units=2, volume_mm3=100_000, load_max_mg=9_000)
    >>> room(Goods(units=9, unit_mg=1_000, unit_mm3=10_000, dangerous=False, by_picks="A"), crate)
    6
    """
    limits = [] if place.max_units is None else [place.max_units]
    if place.volume_mm3 is not None:
        limits.append(place.volume_mm3 * FILL_PERCENT // 100 // goods.unit_mm3)
    if place.load_max_mg is not None:
        limits.append(place.load_max_mg // goods.unit_mg)
    return max(0, min(limits) - place.units) if limits else None


def may_lie(goods: Goods, place: Bin) -> bool:
    """Whether goods of this hazard may lie in a bin: what the site's files gave them as their own they may."""
    return place.is_own or place.dangerous or not goods.dangerous


def choose(goods: Goods, own: Sequence[Bin], free: Sequence[Bin]) -> tuple[tuple[Put, ...], int]:
    """The bins of some goods, and how many units no bin has room for.

    Free reserve is for an SKU that has a bin to be picked from: it takes what does not fit there, before other free
    bins. Who has none needs one first.

    Args:
        goods: What is to be put away.
        own: The SKU's bins, in the order in which they were made.
        free: Bins of nobody, in any order.
    """
    left = goods.units
    puts = []
    has_pick_bin = any(not place.reserve for place in own)
    ranked = _by_class(goods, [place for place in free if has_pick_bin or not place.reserve])
    ranked.sort(key=lambda place: not place.reserve)
    for place in (*sorted(own, key=lambda place: (place.reserve, not place.same_lot)), *ranked):
        if not left:
            break
        if not may_lie(goods, place):
            continue
        fits = room(goods, place)
        units = left if fits is None else min(left, fits)
        if units:
            puts.append(Put(bin=place, units=units, because=_because(goods, place, fits)))
            left -= units
    return tuple(puts), left


def past_max(goods: Goods, own: Sequence[Bin], puts: Sequence[Put]) -> tuple[tuple[Put, ...], int]:
    """The bins of goods that neither reserve nor a free bin has room for: those that are kept from reserve take more
    than their most, as far as they are large enough.

    Args:
        goods: What is left.
        own: The SKU's bins, before ``puts``.
        puts: What was chosen already.
    """
    chosen = {put.bin.id: put.units for put in puts}
    larger = [replace(b, max_units=None, units=b.units + chosen.get(b.id, 0)) for b in own if b.max_units is not None]
    return choose(goods, larger, ())


def choose_lanes(goods: Goods, lanes: Sequence[Bin], *, units: int, orders: int) -> tuple[Put, ...]:
    """Lanes for those units of some goods that orders wait for; what they have no room for goes to the shelf.

    Args:
        lanes: Free ones, in the order in which they are to be taken.
        units: That are waited for.
        orders: How many orders wait for them.

    >>> red = Goods(units=9, unit_mg=1_000, unit_mm3=10_000, dangerous=False, by_picks="A")
    >>> lanes = [Bin(id=n, name=f"lane-1/0{n}", is_own=False, load_max_mg=4_000) for n in (1, 2)]
    >>> [(put.units, put.because) for put in choose_lanes(red, lanes, units=5, orders=2)]
    [(4, 'lane-1/01 by the lane: 2 orders wait for it'), (1, 'lane-1/02 by the lane: 2 orders wait for it')]
    """
    left = units
    puts = []
    for place in lanes:
        fits = room(goods, place)
        part = left if fits is None else min(left, fits)
        if part and may_lie(goods, place):
            waits = "1 order waits" if orders == 1 else f"{orders} orders wait"
            puts.append(Put(bin=place, units=part, because=f"{place.name} by the lane: {waits} for it"))
            left -= part
    return tuple(puts)


def _by_class(goods: Goods, free: Sequence[Bin]) -> list[Bin]:
    ranked = sorted(free, key=lambda place: (place.far_mm or 0, place.name))
    if goods.by_picks == "C":
        return sorted(free, key=lambda place: (-(place.far_mm or 0), place.name))
    if goods.by_picks == "B" and ranked:
        middle_mm = ranked[len(ranked) // 2].far_mm or 0
        return sorted(ranked, key=lambda place: (abs((place.far_mm or 0) - middle_mm), place.name))
    return ranked


def _because(goods: Goods, place: Bin, fits: int | None) -> str:
    has_room = "" if fits is None else f", with room for {fits} more"
    if place.is_own:
        why = "units of the same lot lie there" if place.same_lot else "it is the SKU's own"
        why += " reserve" if place.reserve and not place.same_lot else ""
    else:
        where = {"A": "nearest", "B": "of middle distance", "C": "farthest, so that near ones stay free"}[
            goods.by_picks
        ]
        far = "" if place.far_mm is None else f" ({place.far_mm / 1000:.0f} m)"
        hazard = ", and allows dangerous goods" if goods.dangerous else ""
        why = f"it is free, and of the free ones the {where}{far}, for class {goods.by_picks} by picks{hazard}"
    return f"{place.name} because {why}{has_room}"


def class_of(picks: Mapping[int, int], sku_id: int) -> Class:
    """An SKU's class by how often each SKU was picked; one that was not is of class C.

    >>> [class_of({1: 80, 2: 15, 3: 5}, sku) for sku in (1, 2, 3, 4)]
    ['A', 'B', 'C', 'C']
    """
    if not picks.get(sku_id):
        return "C"
    before = sum(n for other, n in picks.items() if (n, -other) > (picks[sku_id], -sku_id))
    percent = 100 * before / sum(picks.values())
    return "A" if percent < A_PERCENT else "B" if percent < B_PERCENT else "C"

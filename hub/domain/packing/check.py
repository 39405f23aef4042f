"""Whether a packing is right, judged from the placements alone: it shares no step with what packs."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from hub.domain.packing.goods import Goods
from hub.domain.packing.packed import SUPPORT_PERCENT, Packing, Placement


def faults(packing: Packing, goods: Sequence[Goods], *, load_max_mg: int) -> list[str]:
    """What is wrong with a packing of these goods; empty: it is valid.

    Checked: every unit is placed or left exactly once; each lies inside the carton, turned as it may be, overlapping no
    other; each can be let down straight from above when its turn comes; at least :data:`SUPPORT_PERCENT` of its base
    lies on the floor or on units that went in before; the whole weighs no more than the carton carries; and no unit
    bears more than it may, where a unit hands its own weight and what it bears down to what it lies on, by area.
    """
    if unknown := [f"there is no kind {p.kind}." for p in packing.placements if not 0 <= p.kind < len(goods)]:
        return unknown
    return [
        *_counted(packing, goods),
        *_inside(packing, goods),
        *_apart(packing.placements),
        *_supported(packing.placements),
        *_weight(packing, goods, load_max_mg),
        *_borne(packing.placements, goods),
    ]


def _counted(packing: Packing, goods: Sequence[Goods]) -> Iterator[str]:
    if len(packing.left) != len(goods):
        yield f"{len(goods)} kinds of goods, but {len(packing.left)} counts of what is left."
        return
    for kind, (one, left) in enumerate(zip(goods, packing.left, strict=True)):
        placed = sum(p.kind == kind for p in packing.placements)
        if left < 0 or placed + left != one.units:
            yield f"kind {kind}: {one.units} units, but {placed} placed and {left} left."


def _inside(packing: Packing, goods: Sequence[Goods]) -> Iterator[str]:
    for number, p in enumerate(packing.placements):
        for at, size, side in zip(p.at_mm, p.size_mm, packing.sides_mm, strict=True):
            if at < 0 or size <= 0 or at + size > side:
                yield f"placement {number}: from {at} to {at + size} mm of {side} mm."
        one = goods[p.kind]
        flat = sorted(one.sides_mm) == sorted(p.size_mm)
        if not (
            flat and any(may and side == p.size_mm[2] for may, side in zip(one.upright, one.sides_mm, strict=True))
        ):
            yield f"placement {number}: {one.sides_mm} may not lie as {p.size_mm}."


def _shared(a: Placement, b: Placement, axis: int) -> int:
    """How far two units run side by side along an axis; 0 or less: they do not."""
    far = min(a.at_mm[axis] + a.size_mm[axis], b.at_mm[axis] + b.size_mm[axis])
    return far - max(a.at_mm[axis], b.at_mm[axis])


def _area(a: Placement, b: Placement) -> int:
    """By how much two units lie one above the other, seen from above, in mm2."""
    return max(0, _shared(a, b, 0)) * max(0, _shared(a, b, 1))


def _top(p: Placement) -> int:
    return p.at_mm[2] + p.size_mm[2]


def _apart(placements: Sequence[Placement]) -> Iterator[str]:
    for later, p in enumerate(placements):
        for before, other in enumerate(placements[:later]):
            if not _area(p, other):
                continue
            if _shared(p, other, 2) > 0:
                yield f"placements {before} and {later} overlap."
            elif other.at_mm[2] >= _top(p):
                yield f"placement {later} would have to go in under placement {before}."


def _supports(placements: Sequence[Placement], number: int) -> list[tuple[int, int]]:
    """(placement, area) of what a unit lies on."""
    p = placements[number]
    below = [(n, _area(p, other)) for n, other in enumerate(placements[:number]) if _top(other) == p.at_mm[2]]
    return [(n, area) for n, area in below if area]


def _supported(placements: Sequence[Placement]) -> Iterator[str]:
    for number, p in enumerate(placements):
        base = p.size_mm[0] * p.size_mm[1]
        borne = base if p.at_mm[2] == 0 else sum(area for _, area in _supports(placements, number))
        if borne * 100 < base * SUPPORT_PERCENT:
            yield f"placement {number}: {borne} of {base} mm2 of its base are supported."


def _weight(packing: Packing, goods: Sequence[Goods], load_max_mg: int) -> Iterator[str]:
    load_mg = sum(goods[p.kind].unit_mg for p in packing.placements)
    if load_mg > load_max_mg:
        yield f"the goods weigh {load_mg} mg, the carton carries {load_max_mg}."


def _borne(placements: Sequence[Placement], goods: Sequence[Goods]) -> Iterator[str]:
    if all(one.bears_mg is None for one in goods):
        return
    borne = [Fraction(0)] * len(placements)
    for number in reversed(range(len(placements))):  # what went in later lies above
        one = goods[placements[number].kind]
        if one.bears_mg is not None and borne[number] > one.bears_mg:
            yield f"placement {number} bears {float(borne[number]):.0f} mg of {one.bears_mg}."
        below = _supports(placements, number)
        whole = sum(area for _, area in below)
        for n, area in below:
            borne[n] += (borne[number] + one.unit_mg) * Fraction(area, whole)

"""Packs goods into one carton: few units corner by corner, many block by block, as hard as it is asked to try.

What comes out depends on the arguments alone, unless the time that is allowed ends first.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, islice
from random import Random

from hub.domain.packing import corners
from hub.domain.packing.blocks import NEXT, BlockPacker
from hub.domain.packing.goods import Goods, Sides, volume_mm3
from hub.domain.packing.packed import Packing

CORNERS_UNITS_MAX = 12
"""Up to so many units go corner by corner; that takes time by the fourth power of their number."""

BRANCHES = 4
"""Blocks tried at each step."""


def _never() -> bool:
    return False


@dataclass(frozen=True, kw_only=True)
class Effort:
    """How hard to try with one carton."""

    tries: int = 24
    """How many ways to fill it are tried at most, if the units are few."""
    block_tries: int = 12
    """How many, if they are many: that takes longer."""
    seed: int = 1
    """Of the shuffles: the same seed gives the same packing."""
    out_of_time: Callable[[], bool] = _never
    """Asked after each way; the best so far counts then, and there always is one."""


def pack_whole(sides_mm: Sides, load_max_mg: int, goods: Sequence[Goods], effort: Effort) -> Packing | None:
    """A packing of all the goods in one carton, or None if none was found.

    Args:
        sides_mm: The carton's inner sides; the last is its height.
        load_max_mg: What it carries.
        goods: The goods, by kind.
        effort: How hard to try.
    """
    if not _may_hold(sides_mm, load_max_mg, goods):
        return None
    for number, packing in enumerate(_ways(sides_mm, load_max_mg, goods, effort, whole=True)):
        if packing.is_whole:
            return packing
        if number == 0 and _are_few(goods) and not _holds_each_two(sides_mm, goods):
            return None
    return None


def pack_most(sides_mm: Sides, load_max_mg: int, goods: Sequence[Goods], effort: Effort) -> Packing:
    """The packing with the largest volume of goods that was found. Arguments as of :func:`pack_whole`."""
    return max(_ways(sides_mm, load_max_mg, goods, effort, whole=False), key=lambda packing: packing.goods_mm3)


def _are_few(goods: Sequence[Goods]) -> bool:
    return sum(one.units for one in goods) <= CORNERS_UNITS_MAX


def _ways(
    sides_mm: Sides, load_max_mg: int, goods: Sequence[Goods], effort: Effort, *, whole: bool
) -> Iterator[Packing]:
    if _are_few(goods):
        tried = corners.tries(sides_mm, load_max_mg, goods, whole=whole, rng=Random(effort.seed))
        ways = islice(tried, effort.tries)
    else:
        ways = islice(_by_blocks(sides_mm, load_max_mg, goods), effort.block_tries)
    for packing in ways:
        yield packing
        if effort.out_of_time():
            return


def _by_blocks(sides_mm: Sides, load_max_mg: int, goods: Sequence[Goods]) -> Iterator[Packing]:
    packers = [BlockPacker(sides_mm, load_max_mg, goods, following) for following in NEXT]
    for packer in packers:
        yield packer.greedy()
    for packer in packers:
        yield from packer.packings(width=1, branches=BRANCHES)


def _may_hold(sides_mm: Sides, load_max_mg: int, goods: Sequence[Goods]) -> bool:
    """Whether volume, weight and each unit by itself allow it."""
    if sum(one.units * one.unit_mm3 for one in goods) > volume_mm3(sides_mm):
        return False
    if sum(one.units * one.unit_mg for one in goods) > load_max_mg:
        return False
    return all(any(_in(turn, sides_mm) for turn in one.turns()) for one in goods if one.units)


def _in(turn: Sides, sides_mm: Sides) -> bool:
    return all(size <= side for size, side in zip(turn, sides_mm, strict=True))


def _holds_each_two(sides_mm: Sides, goods: Sequence[Goods]) -> bool:
    """Whether any two units go in together: a plane parts them, so their sides add up along one axis."""
    there = [one for one in goods if one.units]
    twins = [(one, one) for one in there if one.units > 1]
    return all(_holds_two(sides_mm, a, b) for a, b in [*twins, *combinations(there, 2)])


def _holds_two(sides_mm: Sides, a: Goods, b: Goods) -> bool:
    first = [turn for turn in a.turns() if _in(turn, sides_mm)]
    second = [turn for turn in b.turns() if _in(turn, sides_mm)]
    return any(one[axis] + two[axis] <= sides_mm[axis] for one in first for two in second for axis in range(3))

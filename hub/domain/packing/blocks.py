"""Many units, block by block: each block is units of one kind, turned alike, side by side and one on the other.

A block goes into the near corner of a free floor and lies on it with its whole base. Which block is best there is
found by trying: the likeliest few are put, the rest of the carton is filled greedily after each, and the few that came
out best are gone on with.
Source: blocks of one kind on borne floors, E. E. Bischoff and M. S. W. Ratcliff, "Issues in the development of
approaches to container loading", Omega 23(4), 1995; a beam of greedy completions, I. Araya and M.-C. Riff, "A beam
search approach to the container loading problem", Computers & Operations Research 43, 2014.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import permutations, product
from typing import NamedTuple

from hub.domain.packing.floors import Floor, Floors
from hub.domain.packing.goods import Goods, Sides, volume_mm3
from hub.domain.packing.packed import Packing, Placement

AXES = tuple(permutations(range(3)))
"""Along which axis a block grows first, next and last."""
SHAPES_KEPT = 100_000
"""Shapes of blocks that are remembered: the same numbers come again and again."""
LOSS_WEIGHT = 7
GAIN_WEIGHT = 10
"""A litre that a block makes useless, against a litre that it fills. Tried on three instances of each of BR1 to BR7."""


def _nearest(f: Floor) -> tuple[int, ...]:
    low, middle, high = sorted(f[:3])
    return low, middle, high


def _deepest(f: Floor) -> tuple[int, ...]:
    return f[2], f[0], f[1]


def _wall_by_wall(f: Floor) -> tuple[int, ...]:
    return f[0], f[1], f[2]


NEXT: tuple[Callable[[Floor], tuple[int, ...]], ...] = (_nearest, _deepest, _wall_by_wall)
"""Which floor is filled next, the one with the least: along the carton's edges; layer by layer; wall by wall."""


class Block(NamedTuple):
    """Units of one kind: how they are turned, and how many along each axis."""

    kind: int
    turn: Sides
    times: Sides

    @property
    def units(self) -> int:
        """How many they are."""
        return self.times[0] * self.times[1] * self.times[2]

    @property
    def size_mm(self) -> Sides:
        """The extent of the whole."""
        return self.turn[0] * self.times[0], self.turn[1] * self.times[1], self.turn[2] * self.times[2]


class _Filled:
    """A carton filled block by block so far."""

    def __init__(self, carton: "BlockPacker") -> None:
        self.carton = carton
        self.floors = Floors(carton.sides_mm[0], carton.sides_mm[1])
        self.left = [one.units for one in carton.goods]
        self.spare_mg = carton.load_max_mg
        self.blocks: list[tuple[Block, Floor]] = []
        self.mm3 = 0

    def copy(self) -> "_Filled":
        after = _Filled(self.carton)
        after.floors = self.floors.copy()
        after.left = list(self.left)
        after.spare_mg, after.mm3 = self.spare_mg, self.mm3
        after.blocks = list(self.blocks)
        return after

    def choices(self) -> tuple[Floor, list[Block]] | None:
        """The floor to be filled next and the blocks that go there, the likeliest first; None: nothing goes in."""
        while waiting := self.floors.open():
            floor = min(waiting, key=self.carton.following)
            room, least = self._room(floor), self._least()
            blocks = [block for kind in range(len(self.left)) for block in self._blocks(kind, room)]
            if blocks:
                sturdy = self.carton.is_sturdy
                return floor, sorted(
                    blocks, key=lambda block: (sturdy[block.kind], _worth(block, room, least)), reverse=True
                )
            self.floors.close(floor)
        return None

    def likeliest(self) -> tuple[Floor, Block] | None:
        """The first of :meth:`choices`, found sooner; of those alike it may be another."""
        while waiting := self.floors.open():
            floor = min(waiting, key=self.carton.following)
            room, least = self._room(floor), self._least()
            best, most = None, 0
            for sturdy, volume, kind in self._likely_kinds() if min(room) >= least else ():
                if best is not None and (volume * GAIN_WEIGHT <= most or sturdy < self.carton.is_sturdy[best.kind]):
                    break  # all of it could not be worth more, or something sturdier goes there
                for block in self._blocks(kind, room):
                    worth = _worth(block, room, least)
                    if best is None or worth > most:
                        best, most = block, worth
            if best is not None:
                return floor, best
            self.floors.close(floor)
        return None

    def put(self, block: Block, floor: Floor) -> None:
        """Put a block into the near corner of a floor."""
        one = self.carton.goods[block.kind]
        self.left[block.kind] -= block.units
        self.spare_mg -= block.units * one.unit_mg
        self.mm3 += volume_mm3(block.size_mm)
        x, y, z = floor[:3]
        dx, dy, dz = block.size_mm
        self.floors.take((x, y, z, x + dx, y + dy, z + dz), bears=one.bears_mg is None)
        self.blocks.append((block, floor))

    def filled_up(self) -> "_Filled":
        """The same carton with the likeliest block put again and again until nothing goes in."""
        after = self.copy()
        while (found := after.likeliest()) is not None:
            floor, block = found
            after.put(block, floor)
        return after

    def _likely_kinds(self) -> list[tuple[bool, int, int]]:
        """(whether it is sturdy, volume of all that is left of it, kind), the likeliest first."""
        mm3, sturdy = self.carton.unit_mm3, self.carton.is_sturdy
        kinds = ((sturdy[kind], units * mm3[kind], kind) for kind, units in enumerate(self.left) if units)
        return sorted(kinds, reverse=True)

    def _room(self, floor: Floor) -> Sides:
        return floor[3] - floor[0], floor[4] - floor[1], self.carton.sides_mm[2] - floor[2]

    def _least(self) -> int:
        """The shortest side of all that is left."""
        return min((side for side, units in zip(self.carton.shortest_mm, self.left, strict=True) if units), default=0)

    def _blocks(self, kind: int, room: Sides) -> Iterator[Block]:
        one, units = self.carton.goods[kind], self.left[kind]
        if one.unit_mg:
            units = min(units, self.spare_mg // one.unit_mg)
        if units < 1:
            return
        length, width, height = room
        stack = height
        if one.bears_mg is not None:  # a stack bears itself; nothing else is put on it
            stack = 1 + one.bears_mg // max(1, one.unit_mg)
        for turn in self.carton.turns[kind]:
            dx, dy, dz = turn
            if dx <= length and dy <= width and dz <= height:
                for times in _shapes(units, length // dx, width // dy, min(stack, height // dz)):
                    yield Block(kind, turn, times)


@lru_cache(maxsize=SHAPES_KEPT)
def _shapes(units: int, along: int, across: int, up: int) -> tuple[Sides, ...]:
    """How many along each axis: as many as go in along one, then along the next, then along the last.

    >>> _shapes(5, 2, 3, 4)
    ((1, 1, 4), (1, 3, 1), (2, 1, 2), (2, 2, 1))
    """
    found = set()
    for order in AXES:
        most, rest = [along, across, up], units
        for axis in order:
            most[axis] = min(most[axis], rest)
            rest //= most[axis]
        found.add((most[0], most[1], most[2]))
    return tuple(sorted(found))


def _worth(block: Block, room: Sides, least: int) -> int:
    """What a block is worth there: what it fills, less what it makes useless.

    Useless is what is left beside it along an axis, if that is narrower than anything (``least``).
    """
    (a, b, c), (na, nb, nc) = block.turn, block.times
    x, y, z = a * na, b * nb, c * nc
    filled = x * y * z
    length, width, height = room
    x = length if length - x < least else x
    y = width if width - y < least else y
    z = height if height - z < least else z
    return (GAIN_WEIGHT + LOSS_WEIGHT) * filled - LOSS_WEIGHT * x * y * z


class BlockPacker:
    """Packs goods into one carton, block by block.

    Args:
        sides_mm: The carton's inner sides; the last is its height.
        load_max_mg: What it carries.
        goods: What is to go in, by kind.
        following: Which floor is filled next (:data:`NEXT`).
    """

    def __init__(
        self,
        sides_mm: Sides,
        load_max_mg: int,
        goods: Sequence[Goods],
        following: Callable[[Floor], tuple[int, ...]] = NEXT[0],
    ) -> None:
        self.sides_mm = sides_mm
        self.load_max_mg = load_max_mg
        self.goods = goods
        self.following = following
        self.shortest_mm = tuple(min(one.sides_mm) for one in goods)
        self.turns = tuple(one.turns() for one in goods)
        self.unit_mm3 = tuple(one.unit_mm3 for one in goods)
        self.is_sturdy = tuple(one.bears_mg is None for one in goods)
        """What bears only so much goes where nothing sturdy goes: nothing can be put on it."""

    def greedy(self) -> Packing:
        """The packing with the likeliest block at each step."""
        return _packing(_Filled(self).filled_up())

    def packings(self, *, width: int, branches: int) -> Iterator[Packing]:
        """The best packing so far after each way to fill the carton; it ends when it is full in all that are followed.

        Args:
            width: How many ways are followed at once.
            branches: How many blocks are tried at each step of a way.
        """
        ways = [_Filled(self)]
        best, most = _packing(ways[0]), 0
        while ways:
            tried: dict[tuple[object, ...], tuple[int, _Filled]] = {}
            for way in ways:
                found = way.choices()
                if found is None:
                    continue
                floor, blocks = found
                for block in blocks[:branches]:
                    step = way.copy()
                    step.put(block, floor)
                    full = step.filled_up()
                    tried.setdefault((full.mm3, step.mm3, *step.left), (full.mm3, step))
                    if full.mm3 > most:
                        best, most = _packing(full), full.mm3
                    yield best
            ranked = sorted(tried.values(), key=lambda found: found[0], reverse=True)
            ways = [step for _, step in ranked[:width]]
        yield best


def _packing(filled: _Filled) -> Packing:
    placements = []
    for block, (x, y, z, _, _) in filled.blocks:
        (dx, dy, dz), (nx, ny, nz) = block.turn, block.times
        for k, j, i in product(range(nz), range(ny), range(nx)):
            at = (x + i * dx, y + j * dy, z + k * dz)
            placements.append(Placement(kind=block.kind, at_mm=at, size_mm=block.turn))
    return Packing(sides_mm=filled.carton.sides_mm, placements=tuple(placements), left=tuple(filled.left))

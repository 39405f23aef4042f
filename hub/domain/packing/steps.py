"""The steps in which a carton is packed: a few units of one kind at a time, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from hub.domain.packing.packed import Packing, Placement

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, kw_only=True)
class Step:
    """What goes in next."""

    first: int
    """The place of its first unit in the packing's order."""
    placements: tuple[Placement, ...]
    """One kind, turned alike, at one height."""
    words: str

    @property
    def end(self) -> int:
        """The place after its last unit."""
        return self.first + len(self.placements)


def steps(packing: Packing, names: Sequence[str]) -> tuple[Step, ...]:
    """The steps of a packing, in order.

    Args:
        packing: The packing.
        names: What each kind is called.
    """
    found = []
    first = 0
    for _, group in groupby(packing.placements, key=lambda p: (p.kind, p.size_mm, p.at_mm[2])):
        placements = tuple(group)
        found.append(Step(first=first, placements=placements, words=_words(placements, names)))
        first += len(placements)
    return tuple(found)


def letter(kind: int) -> str:
    """How a kind is marked in the picture.

    >>> [letter(0), letter(25), letter(26), letter(52)]
    ['A', 'Z', 'A2', 'A3']
    """
    turn, place = divmod(kind, len(LETTERS))
    return LETTERS[place] if turn == 0 else f"{LETTERS[place]}{turn + 1}"


def _words(placements: Sequence[Placement], names: Sequence[str]) -> str:
    one = placements[0]
    length, width, height = one.size_mm
    where = "on the floor" if one.at_mm[2] == 0 else f"{one.at_mm[2]} mm up"
    return (
        f"{letter(one.kind)}: {len(placements)} x {names[one.kind]}, {where}; {length} mm along the length,"
        f" {width} along the width, {height} high"
    )

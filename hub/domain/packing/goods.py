"""What is to be packed: units of an SKU as boxes, how they may be turned, and what they bear."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import permutations

Sides = tuple[int, int, int]
"""Length, width, height in millimetres."""
TURNS_KEPT = 50_000
"""Boxes whose turns are remembered."""


@dataclass(frozen=True, kw_only=True)
class Goods:
    """Units of one SKU to pack."""

    units: int
    unit_mg: int
    sides_mm: Sides
    upright: tuple[bool, bool, bool] = (True, True, True)
    """Which of the sides may stand upright. ``(False, False, True)``: this side up."""
    bears_mg: int | None = None
    """What may lie on one unit in all. 0: nothing, it is fragile; None: whatever fits."""

    @property
    def unit_mm3(self) -> int:
        """The volume of one unit."""
        return self.sides_mm[0] * self.sides_mm[1] * self.sides_mm[2]

    def turns(self) -> tuple[Sides, ...]:
        """The ways in which a unit may lie, each as its extent along the carton's length, width and height."""
        return _turns(self.sides_mm, self.upright)


@lru_cache(maxsize=TURNS_KEPT)
def _turns(sides_mm: Sides, upright: tuple[bool, bool, bool]) -> tuple[Sides, ...]:
    found = {(sides_mm[a], sides_mm[b], sides_mm[c]) for a, b, c in permutations(range(3)) if upright[c]}
    return tuple(sorted(found))


def volume_mm3(sides_mm: Sides) -> int:
    """The volume of a box."""
    return sides_mm[0] * sides_mm[1] * sides_mm[2]

"""A carton as it is packed: which unit lies where, in the order in which they go in."""

from dataclasses import dataclass, replace

from hub.domain.packing.goods import Goods, Sides

SUPPORT_PERCENT = 70
"""How much of a unit's base lies on the floor or on other units, at least. From more than half on its middle is above
what bears it, on whichever side that is; the rest is for boxes that are not quite what the catalogue says."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Placement:
    """One unit in a carton."""

    kind: int
    """Its place in the list of goods."""
    at_mm: Sides
    """Its corner nearest to the carton's own corner, along length, width and height."""
    size_mm: Sides
    """Its extent along them: how it is turned."""


@dataclass(frozen=True, kw_only=True)
class Packing:
    """What lies in a carton of these inner sides."""

    sides_mm: Sides
    placements: tuple[Placement, ...]
    """In the order in which they go in, each straight down from above."""
    left: tuple[int, ...]
    """Units of each kind that are not in it."""

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left over."""
        return not any(self.left)

    @property
    def goods_mm3(self) -> int:
        """The volume of what lies in it."""
        return sum(p.size_mm[0] * p.size_mm[1] * p.size_mm[2] for p in self.placements)

    @property
    def fill(self) -> float:
        """Share of the carton's volume that goods take."""
        return self.goods_mm3 / (self.sides_mm[0] * self.sides_mm[1] * self.sides_mm[2])


def remaining(goods: tuple[Goods, ...], packing: Packing) -> tuple[Goods, ...]:
    """The same goods with the units that a packing left over, in the same order."""
    return tuple(replace(one, units=left) for one, left in zip(goods, packing.left, strict=True))

"""Choosing the carton: the cheapest of the boxes in stock whose volume, sides and load limit suffice.

The goods are loose gift ware: a carton counts as full at :data:`FILL` of its volume, the rest is dunnage.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

FILL = 0.75
"""Share of a carton's volume that goods fill; what is left takes dunnage."""


@dataclass(frozen=True, kw_only=True)
class Carton:
    """A kind of carton: inner sides in millimetres, weight when empty and how far it strays, and limits."""

    name: str
    length_mm: int
    width_mm: int
    height_mm: int
    tare_mg: int
    tare_spread_mg: int
    load_max_mg: int
    cost_minor: int

    @property
    def sides_mm(self) -> tuple[int, int, int]:
        """Its sides."""
        return self.length_mm, self.width_mm, self.height_mm

    @property
    def volume_mm3(self) -> int:
        """Its volume."""
        return self.length_mm * self.width_mm * self.height_mm


@dataclass(frozen=True, kw_only=True)
class Goods:
    """Units of one SKU to pack."""

    units: int
    unit_mg: int
    sides_mm: tuple[int, int, int]


def choose_carton(cartons: Sequence[Carton], goods: Iterable[Goods]) -> Carton:
    """The cheapest carton that takes the goods; the largest if none does (the rest is the packer's judgement)."""
    listed = list(goods)
    load_mg = sum(g.units * g.unit_mg for g in listed)
    volume = sum(g.units * g.sides_mm[0] * g.sides_mm[1] * g.sides_mm[2] for g in listed)

    def holds(carton: Carton) -> bool:
        inner = sorted(carton.sides_mm)
        fits = all(a <= b for g in listed for a, b in zip(sorted(g.sides_mm), inner, strict=True))
        return fits and volume <= carton.volume_mm3 * FILL and load_mg <= carton.load_max_mg

    suited = [carton for carton in cartons if holds(carton)]
    if suited:
        return min(suited, key=lambda c: (c.cost_minor, c.volume_mm3))
    return max(cartons, key=lambda c: (c.volume_mm3, c.load_max_mg))

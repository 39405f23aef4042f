"""Which units go into which tote: a tote holds a bounded volume and weight, and one order only."""

from collections.abc import Iterable
from dataclasses import dataclass, field

UNITS_PER_TASK_MAX = 999
"""A display shows three digits."""
FILL = 0.8
"""Share of a tote's volume that loose goods can fill."""


@dataclass(frozen=True, kw_only=True)
class Want:
    """Units of one order line to pick."""

    line_id: int
    sku_id: int
    units: int
    unit_mg: int
    unit_mm3: int


@dataclass(kw_only=True)
class Load:
    """What is planned into one tote."""

    mg: int = 0
    mm3: int = 0
    wants: list[Want] = field(default_factory=list)


def fill_totes(wants: Iterable[Want], *, tote_mm3: int, tote_mg: int) -> list[Load]:
    """Spread an order's units over as few totes as first fit finds; a unit larger than a tote rides alone.

    >>> big = Want(line_id=1, sku_id=1, units=5, unit_mg=400, unit_mm3=10)
    >>> [sum(w.units for w in load.wants) for load in fill_totes([big], tote_mm3=1000, tote_mg=1000)]
    [2, 2, 1]
    """
    loads: list[Load] = []
    room_mm3 = int(tote_mm3 * FILL)
    for want in wants:
        left = want.units
        for load in loads:
            left -= _put(load, want, left, room_mm3, tote_mg)
        while left:
            load = Load()
            loads.append(load)
            placed = _put(load, want, left, room_mm3, tote_mg)
            if placed == 0:
                load.wants.append(_part(want, 1))
                load.mg, load.mm3 = tote_mg, room_mm3
                placed = 1
            left -= placed
    return loads


def _put(load: Load, want: Want, units: int, room_mm3: int, room_mg: int) -> int:
    by_volume = (room_mm3 - load.mm3) // max(1, want.unit_mm3)
    by_weight = (room_mg - load.mg) // max(1, want.unit_mg)
    fits = max(0, min(units, by_volume, by_weight))
    if fits:
        load.wants.append(_part(want, fits))
        load.mg += fits * want.unit_mg
        load.mm3 += fits * want.unit_mm3
    return fits


def _part(want: Want, units: int) -> Want:
    return Want(line_id=want.line_id, sku_id=want.sku_id, units=units, unit_mg=want.unit_mg, unit_mm3=want.unit_mm3)

"""A site's floor as routes need it: its aisles, and where somebody stands for each bin."""

from collections.abc import Mapping
from dataclasses import dataclass

from hub.domain.aisles import Aisles, Stop


@dataclass(frozen=True, kw_only=True)
class FloorStops:
    """The aisles, and the stop of each bin by its name."""

    aisles: Aisles
    stops: Mapping[str, Stop]


def nearest(positions_mm: tuple[int, ...], at_mm: int) -> int:
    """The index of the position that is nearest; of two that are as near, the first.

    >>> nearest((0, 3_600), 1_800), nearest((0, 3_600), 1_801)
    (0, 1)
    """
    return min(range(len(positions_mm)), key=lambda i: abs(positions_mm[i] - at_mm))

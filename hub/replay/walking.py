"""How far a cart's tour is on the replay's floor: the shortest route against the S-shape rule.

The bays of the made site stand along aisles; here each aisle has a cross-aisle at both ends, and tours begin and end at
the first aisle's bench end, where the totes and the packers are.
"""

from collections.abc import Iterable

from edge.contract.site import Site
from hub.demo.floor_plan import AISLE_FIRST_X_MM, AISLE_FIRST_Y_MM, AISLE_PITCH_MM, BAY_PITCH_MM, BAYS_PER_SIDE
from hub.domain.aisles import Aisles, Stop
from hub.domain.route import shortest_route
from hub.domain.s_shape import s_shape_route

CROSS_OFF_MM = 800
"""From the end of an aisle's racks to the middle of the cross-aisle."""


class Walking:
    """What was walked for all tours until now, by both rules (millimetres)."""

    def __init__(self, site: Site) -> None:
        self._stop_of = {b.name: _stop(b.x_mm, b.y_mm) for s in site.stations.values() if s.is_bay for b in s.bins}
        aisles = max(stop.aisle for stop in self._stop_of.values()) + 1
        near = AISLE_FIRST_X_MM - CROSS_OFF_MM
        self._aisles = Aisles(
            across_mm=tuple(AISLE_FIRST_Y_MM + n * AISLE_PITCH_MM for n in range(aisles)),
            cross_mm=(near, AISLE_FIRST_X_MM + BAYS_PER_SIDE * BAY_PITCH_MM + CROSS_OFF_MM),
            depot=Stop(0, near),
        )
        self.tours = 0
        self.shortest_mm = 0
        self.s_shape_mm = 0

    def tour(self, bins: Iterable[str]) -> None:
        """Count one cart's tour past these bins."""
        stops = {self._stop_of[name] for name in bins}
        self.tours += 1
        self.shortest_mm += shortest_route(self._aisles, stops).length_mm
        self.s_shape_mm += s_shape_route(self._aisles, stops).length_mm


def _stop(x_mm: int, y_mm: int) -> Stop:
    return Stop(round((y_mm - AISLE_FIRST_Y_MM) / AISLE_PITCH_MM), x_mm)

"""The S-shape rule, which many warehouses pick by: the floor that better routes are compared with.

Every aisle with a stop is walked through from end to end, up one, down the next; the last of an odd number is walked
into as far as its last stop, and back. Where aisles are dead ends each is walked into and back.

Source: R. W. Hall, "Distance approximations for routing manual pickers in a warehouse", IIE Transactions 25(4), 1993
(there: traversal strategy).
"""

from collections.abc import Iterable
from itertools import groupby

from hub.domain.aisles import Aisles, Stop
from hub.domain.route import Route


def s_shape_route(aisles: Aisles, stops: Iterable[Stop]) -> Route:
    """The tour by the S-shape rule, between the outermost cross-aisles; middle ones are not used.

    Aisles are visited from the lowest index to the highest.

    Raises:
        ValueError: a stop is in an aisle that does not exist, or the depot or a stop is beyond the cross-aisles.
    """
    wanted = sorted(set(stops))
    aisles.check(wanted)
    lowest, highest = aisles.cross_mm[0], aisles.cross_mm[-1]
    if len(aisles.cross_mm) > 1 and any(not lowest <= s.along_mm <= highest for s in (aisles.depot, *wanted)):
        raise ValueError(f"Expected the depot and all stops from {lowest} to {highest} mm along, got one beyond.")
    if not wanted:
        return Route(length_mm=0, stops=())
    near = min(lowest, highest, key=lambda at: abs(at - aisles.depot.along_mm))
    far = lowest + highest - near
    visited = [list(group) for _, group in groupby(wanted, key=lambda stop: stop.aisle)]
    walked, order = [aisles.depot], []
    at = near
    for number, group in enumerate(visited):
        aisle = group[0].aisle
        inward = sorted(group, key=lambda stop: abs(stop.along_mm - at))
        back = near == far or (number == len(visited) - 1 and at == near)
        leave = at if back else near + far - at
        walked += [Stop(aisle, at), *inward, Stop(aisle, leave)]
        order += inward
        at = leave
    return Route(length_mm=aisles.tour_mm(walked[1:]), stops=tuple(order))

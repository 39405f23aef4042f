"""What doing counts and put-aways on the way saves: the same tasks on the walks of carts, and on walks of their own.

Tasks arise at bins drawn by a seed, one for every :data:`LINES_A_TASK` stops that are picked. On the way: each cart
takes what :mod:`hub.domain.on_the_way` lets it take of the tasks that are open when it leaves; what is left at the end
of the day is walked for. On walks of their own: all of them, the oldest first, :data:`TASKS_A_WALK` a walk, by shortest
routes.
"""

from collections.abc import Sequence
from typing import TypedDict

import numpy as np

from hub.domain.aisles import Aisles, Stop
from hub.domain.on_the_way import LOOKED_AT_MAX, Interleave, on_the_way
from hub.domain.route import shortest_route

LINES_A_TASK = 10
TASKS_A_WALK = 8
RULE = Interleave(kinds=("count",))
"""As many and as far as a site allows that says no more than which."""


class WayFigures(TypedDict):
    """What was walked for other tasks on one day, millimetres."""

    way_tasks: int
    """How many arose."""
    way_done: int
    """Of which on the way."""
    way_longer_mm: int
    """By so much they made the walks of the carts longer."""
    way_left_mm: int
    """Walks of their own for what was left."""
    way_separate_mm: int
    """Walks of their own for all of them."""


def interleave(aisles: Aisles, carts: Sequence[frozenset[Stop]], bins: Sequence[Stop], seed: int) -> WayFigures:
    """Play one day's carts, in the order in which they left."""
    rng = np.random.default_rng(seed)
    waiting: list[Stop] = []
    all_tasks: list[Stop] = []
    picked = done = longer_mm = 0
    for cart in carts:
        picked += len(cart)
        while len(all_tasks) < picked // LINES_A_TASK:
            stop = bins[int(rng.integers(len(bins)))]
            waiting.append(stop)
            all_tasks.append(stop)
        near = {stop.aisle for stop in cart}
        tried = sorted(waiting, key=lambda stop: (stop not in cart, stop.aisle not in near))[:LOOKED_AT_MAX]
        way = on_the_way(aisles, cart, tried, RULE)
        for number in way.taken:
            waiting.remove(tried[number])
        done += len(way.taken)
        longer_mm += way.longer_mm
    return WayFigures(
        way_tasks=len(all_tasks),
        way_done=done,
        way_longer_mm=longer_mm,
        way_left_mm=_walks_mm(aisles, waiting),
        way_separate_mm=_walks_mm(aisles, all_tasks),
    )


def _walks_mm(aisles: Aisles, tasks: Sequence[Stop]) -> int:
    return sum(
        shortest_route(aisles, tasks[start : start + TASKS_A_WALK]).length_mm
        for start in range(0, len(tasks), TASKS_A_WALK)
    )

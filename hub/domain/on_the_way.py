"""Tasks on the way: which counts and put-aways are done on the walk of a cart, and where in it."""

from collections.abc import Sequence
from dataclasses import dataclass

from hub.domain.aisles import Aisles, Stop
from hub.domain.route import shortest_route

KINDS = ("put_away", "put_back", "count")
"""In the order in which they are done at one stop: what is put away may be picked, and a count comes after all else."""
LOOKED_AT_MAX = 20
"""So many tasks are tried on a walk: each is a route to be found while a picker's cart is loaded."""


@dataclass(frozen=True, kw_only=True)
class Interleave:
    """How much else is done on a cart's walk."""

    kinds: tuple[str, ...] = ()
    """Of :data:`KINDS`; none: nothing is."""
    tasks_max: int = 4
    """A walk."""
    detour_mm: int = 10_000
    """By so much they may make a walk longer, all together."""


NOTHING_ELSE = Interleave()


@dataclass(frozen=True, kw_only=True)
class Way:
    """A walk with other tasks on it."""

    taken: tuple[int, ...]
    """Numbers of the tasks that are done on it."""
    stops: tuple[Stop, ...]
    """All its stops in walking order."""
    length_mm: int
    longer_mm: int
    """Than the walk without them."""


def on_the_way(aisles: Aisles, picks: frozenset[Stop], others: Sequence[Stop], rule: Interleave) -> Way:
    """Which of other tasks to do on a walk: those that make it longest least, within the rule's bounds.

    A task behind the walk's last pick is left: its cart is done by then. A tour may be walked either way round, so the
    way that leaves fewer is taken.

    Args:
        aisles: The floor.
        picks: Where the cart is picked, at least one stop.
        others: Where the other tasks are, the more pressing first; at most :data:`LOOKED_AT_MAX` are tried.
        rule: The bounds.
    """
    plain = shortest_route(aisles, picks)
    lengths: dict[Stop, int] = {}
    for stop in others[:LOOKED_AT_MAX]:
        if stop not in lengths:
            lengths[stop] = plain.length_mm if stop in picks else shortest_route(aisles, picks | {stop}).length_mm
    tried = sorted(range(len(others[:LOOKED_AT_MAX])), key=lambda n: (lengths[others[n]], n))
    taken: list[int] = []
    route = plain
    for number in tried:
        if len(taken) >= rule.tasks_max:
            break
        if lengths[others[number]] - plain.length_mm > rule.detour_mm:
            continue
        longer = shortest_route(aisles, picks | {others[n] for n in taken} | {others[number]})
        if longer.length_mm - plain.length_mm <= rule.detour_mm:
            taken.append(number)
            route = longer
    while True:
        stops, before_the_last = _round(route.stops, picks, [others[number] for number in taken])
        if all(before_the_last):
            break
        taken = [number for number, in_time in zip(taken, before_the_last, strict=True) if in_time]
        route = shortest_route(aisles, picks | {others[number] for number in taken})
    return Way(
        taken=tuple(sorted(taken)), stops=stops, length_mm=route.length_mm, longer_mm=route.length_mm - plain.length_mm
    )


def _round(
    stops: Sequence[Stop], picks: frozenset[Stop], others: Sequence[Stop]
) -> tuple[tuple[Stop, ...], list[bool]]:
    """The way round that leaves fewer tasks behind the last pick; for each whether it is before it."""
    ways = []
    for way in (tuple(stops), tuple(reversed(stops))):
        at = {stop: number for number, stop in enumerate(way)}
        last = max(at[stop] for stop in picks)
        ways.append((way, [at[stop] <= last for stop in others]))
    return max(ways, key=lambda one: sum(one[1]))

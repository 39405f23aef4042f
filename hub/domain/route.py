"""The shortest route through the aisles: exact, for any number of cross-aisles.

A shortest tour is a set of stretches, each walked once or twice, that touches every stop, is connected, and has an
even degree everywhere. The floor is swept aisle by aisle. What is left of it matters only through what holds at the
ends of the blocks in the aisle just swept: touched or not, of odd or even degree, and which of them are connected to
one another. Of all ways to the same state only the shortest is kept.

In one aisle of one block six ways can be part of a shortest tour: not at all, through it once or twice, from its near
end and back, from its far end and back, and from both ends with the largest gap between stops left out.

Source: H. D. Ratliff and A. S. Rosenthal, "Order-picking in a rectangular warehouse: a solvable case of the traveling
salesman problem", Operations Research 31(3), 1983, for one block; K. J. Roodbergen and R. de Koster, "Routing order
pickers in a warehouse with a middle aisle", European Journal of Operational Research 133, 2001, for two. The states
are made as they are met here, so the number of blocks is not built in; they multiply with each cross-aisle.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise, product
from typing import NamedTuple

from hub.domain.aisles import Aisles, Stop
from hub.domain.closed_walk import Stretch, closed_walk

UNTOUCHED = -1
TRANSITIONS_MAX = 10_000
"""So many changes of state are remembered; one block has a few dozen."""


@dataclass(frozen=True, kw_only=True)
class Route:
    """A tour from the depot through all stops and back."""

    length_mm: int
    stops: tuple[Stop, ...]
    """In walking order, each once; the depot only if it is a stop as well."""


class _Ends(NamedTuple):
    """What holds at one aisle's crossings: each one's component (:data:`UNTOUCHED`: none), and whether its degree is
    odd. Components are numbered in the order in which they appear."""

    component: tuple[int, ...]
    odd: tuple[bool, ...]


class _Way(NamedTuple):
    """The shortest way found to a state, and the one that it continues."""

    length_mm: int
    before: "_Way | None"
    stretches: tuple[Stretch, ...]


_States = dict[_Ends, _Way]


def shortest_route(aisles: Aisles, stops: Iterable[Stop]) -> Route:
    """The shortest tour from the depot through the stops and back.

    Raises:
        ValueError: a stop is in an aisle that does not exist.
    """
    wanted = set(stops)
    aisles.check(wanted)
    places = wanted | {aisles.depot}
    if len(places) == 1:
        return Route(length_mm=0, stops=tuple(wanted))
    first, last = min(places).aisle, max(places).aisle
    if first == last:  # no crossing need be reached
        stretches = list(_there_and_back(first, sorted(place.along_mm for place in places)))
    else:
        stretches = _shortest_stretches(aisles, places, first, last)
    walked = closed_walk(aisles.depot, stretches)
    order = tuple(dict.fromkeys(place for place in walked if place in wanted))
    return Route(length_mm=sum(stretch.length_mm for stretch in stretches), stops=order)


def _shortest_stretches(aisles: Aisles, places: set[Stop], first: int, last: int) -> list[Stretch]:
    """What is walked in a shortest tour of places in two aisles or more."""
    rows = len(aisles.cross_mm)
    states: _States = {_Ends((UNTOUCHED,) * rows, (False,) * rows): _Way(0, None, ())}
    for aisle in range(first, last + 1):
        if aisle > first:
            states = _cross(states, aisles, aisle)
        states = _sweep(states, aisles, aisle, sorted(p.along_mm for p in places if p.aisle == aisle))
    ways = [way for ends, way in states.items() if set(ends.component) <= {UNTOUCHED, 0} and not any(ends.odd)]
    return _stretches(min(ways, key=lambda way: way.length_mm))


def _sweep(states: _States, aisles: Aisles, aisle: int, along_mm: list[int]) -> _States:
    """All states after one aisle's stretches were chosen, block by block."""
    cross = aisles.cross_mm
    below = [at for at in along_mm if at < cross[0]]
    if below:
        states = _choose(states, [_touch(_there_and_back(aisle, [*below, cross[0]]), 0)])
    for row, (near, far) in enumerate(pairwise(cross)):
        inside = [at for at in along_mm if near < at < far]
        states = _choose(states, _block_choices(aisle, row, [near, *inside, far]))
    beyond = [at for at in along_mm if at > cross[-1]]
    if beyond:
        states = _choose(states, [_touch(_there_and_back(aisle, [cross[-1], *beyond]), len(cross) - 1)])
    for row, at in enumerate(cross):
        if at in along_mm:  # nothing need be walked in this aisle for it, but no tour may leave it out
            states = _choose(states, [((), lambda ends, row=row: _touched(ends, row))])  # type: ignore[misc]
    return states


_Choice = tuple[tuple[Stretch, ...], Callable[[_Ends], _Ends]]


def _block_choices(aisle: int, row: int, at_mm: list[int]) -> Iterator[_Choice]:
    """The ways through one aisle of one block; ``at_mm``: its near end, its stops, its far end."""
    through = tuple(Stretch(Stop(aisle, a), Stop(aisle, b)) for a, b in pairwise(at_mm))
    yield through, lambda ends: _joined(ends, row, odd=True)
    yield through + through, lambda ends: _joined(ends, row, odd=False)
    if len(at_mm) == 2:
        yield (), lambda ends: ends
        return
    yield _touch(_there_and_back(aisle, at_mm[:-1]), row)
    yield _touch(_there_and_back(aisle, at_mm[1:]), row + 1)
    if len(at_mm) > 3:
        gap = max(range(1, len(at_mm) - 2), key=lambda i: at_mm[i + 1] - at_mm[i])
        both = _there_and_back(aisle, at_mm[: gap + 1]) + _there_and_back(aisle, at_mm[gap + 1 :])
        yield both, lambda ends: _touched(_touched(ends, row), row + 1)


def _there_and_back(aisle: int, at_mm: list[int]) -> tuple[Stretch, ...]:
    return tuple(Stretch(Stop(aisle, a), Stop(aisle, b)) for a, b in pairwise(at_mm)) * 2


def _touch(stretches: tuple[Stretch, ...], row: int) -> _Choice:
    return stretches, lambda ends: _touched(ends, row)


def _choose(states: _States, choices: Iterable[_Choice]) -> _States:
    after: _States = {}
    for stretches, change in choices:
        length_mm = sum(abs(one.along_mm - other.along_mm) for one, other, _ in stretches)
        for ends, way in states.items():
            _keep(after, change(ends), _Way(way.length_mm + length_mm, way, stretches))
    return after


def _keep(states: _States, ends: _Ends, way: _Way) -> None:
    known = states.get(ends)
    if known is None or way.length_mm < known.length_mm:
        states[ends] = way


def _cross(states: _States, aisles: Aisles, aisle: int) -> _States:
    """All states after each cross-aisle was walked 0, 1 or 2 times from the aisle before to this one."""
    over_mm = aisles.across_mm[aisle] - aisles.across_mm[aisle - 1]
    row_stretches = [Stretch(Stop(aisle - 1, at), Stop(aisle, at), over_mm) for at in aisles.cross_mm]
    after: _States = {}
    for ends, way in states.items():
        for walks, moved in _crossings(ends):
            stretches = tuple(s for s, n in zip(row_stretches, walks, strict=True) for _ in range(n))
            _keep(after, moved, _Way(way.length_mm + over_mm * len(stretches), way, stretches))
    return after


@lru_cache(TRANSITIONS_MAX)
def _crossings(ends: _Ends) -> tuple[tuple[tuple[int, ...], _Ends], ...]:
    """How often each cross-aisle may be walked on from here, and what holds then at the next aisle.

    An odd degree becomes even by one walk. No component may be left behind: the last aisle has a stop.
    """
    found = []
    # a crossing that was not touched is a component of its own if a walk begins there
    own = tuple(c if c != UNTOUCHED else len(ends.component) + row for row, c in enumerate(ends.component))
    for walks in product(*((1,) if odd else (0, 2) for odd in ends.odd)):
        component = tuple(c if n else UNTOUCHED for c, n in zip(own, walks, strict=True))
        if set(component) >= set(ends.component) - {UNTOUCHED}:
            found.append((walks, _Ends(_numbered(component), tuple(n == 1 for n in walks))))
    return tuple(found)


@lru_cache(TRANSITIONS_MAX)
def _touched(ends: _Ends, row: int) -> _Ends:
    if ends.component[row] != UNTOUCHED:
        return ends
    component = list(ends.component)
    component[row] = max(component) + 1
    return _Ends(_numbered(tuple(component)), ends.odd)


@lru_cache(TRANSITIONS_MAX)
def _joined(ends: _Ends, row: int, *, odd: bool) -> _Ends:
    """The two ends of a block are connected, by one walk (their degrees change) or two."""
    both = _touched(_touched(ends, row), row + 1)
    one, other = both.component[row], both.component[row + 1]
    component = tuple(one if c == other else c for c in both.component)
    flipped = tuple(was != (odd and at in (row, row + 1)) for at, was in enumerate(both.odd))
    return _Ends(_numbered(component), flipped)


def _numbered(component: tuple[int, ...]) -> tuple[int, ...]:
    seen = {UNTOUCHED: UNTOUCHED}
    return tuple(seen.setdefault(c, len(seen) - 1) for c in component)


def _stretches(way: _Way) -> list[Stretch]:
    found: list[Stretch] = []
    at: _Way | None = way
    while at is not None:
        found += at.stretches
        at = at.before
    return found

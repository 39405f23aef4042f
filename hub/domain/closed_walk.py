"""From the stretches of a tour to the order in which they are walked."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from hub.domain.aisles import Stop


class Stretch(NamedTuple):
    """A piece of a tour, walked once in either direction, between two places with nothing between them."""

    one: Stop
    other: Stop
    over_mm: int = 0
    """How far it leads across the floor; along an aisle it is 0."""

    @property
    def length_mm(self) -> int:
        """How long it is."""
        return self.over_mm + abs(self.one.along_mm - self.other.along_mm)


def closed_walk(start: Stop, stretches: Iterable[Stretch]) -> list[Stop]:
    """The places of a walk that uses each stretch once and ends where it starts.

    The stretches must be connected and meet in an even number everywhere: then there is one.

    Source: C. Hierholzer, "Ueber die Möglichkeit, einen Linienzug ohne Wiederholung und ohne Unterbrechung zu
    umfahren", Mathematische Annalen 6, 1873.

    >>> a, b = Stop(0, 0), Stop(0, 5)
    >>> [stop.along_mm for stop in closed_walk(a, [Stretch(a, b), Stretch(a, b)])]
    [0, 5, 0]
    """
    ways: dict[Stop, list[tuple[int, Stop]]] = defaultdict(list)
    count = 0
    for number, stretch in enumerate(stretches):
        ways[stretch.one].append((number, stretch.other))
        ways[stretch.other].append((number, stretch.one))
        count += 1
    walked: set[int] = set()
    path, circuit = [start], []
    while path:
        here = ways[path[-1]]
        while here and here[-1][0] in walked:
            here.pop()
        if here:
            number, there = here.pop()
            walked.add(number)
            path.append(there)
        else:
            circuit.append(path.pop())
    assert len(circuit) == count + 1, "the stretches of a tour are connected and of even degree"
    return circuit

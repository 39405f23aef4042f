"""Which sort bench leads which put-to-light wall."""

from collections.abc import Iterator, Mapping
from typing import Any

from edge.contract.shape import twice


def wall_faults(stations: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What is wrong between walls and the benches that lead them, as (station, sentence).

    A wall's items are told apart at its one bench: two benches would light the same cell for two items.

    Args:
        stations: The site's :class:`edge.contract.site.Station` by name.
    """
    walls = sorted(name for name, station in stations.items() if station.kind == "wall")
    led = [(station.wall, name) for name, station in stations.items() if station.kind == "sort"]
    for name, station in stations.items():
        if station.kind == "sort" and station.wall not in walls:
            yield name, f"wall: expected a wall station ({', '.join(walls) or 'there is none'}), got {station.wall!r}."
        if station.kind != "sort" and station.wall is not None:
            yield name, f"wall: only a sort station has one, this is a {station.kind} station."
    for wall, benches in twice(led):
        yield str(wall), f"kind: expected one sort station a wall, got {benches} for this one."
    for wall in sorted(set(walls) - {wall for wall, _ in led}):
        yield wall, "kind: expected a sort station whose file names this wall, there is none."

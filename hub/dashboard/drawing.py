"""The floor as a drawing: where each station's panel goes and which bins it has. Made once from the site's files."""

from collections.abc import Iterable
from itertools import pairwise
from typing import TypedDict

from edge.contract.site import Site, Station

GRID_COLUMNS = 6
GRID_X_MM = 1_500
GRID_Y_MM = 1_600
"""The grid that bays are drawn in when the site does not say where they stand."""
BENCH_X_MM = 1_200
BAYS_X_MM = 4_600


class Panel(TypedDict):
    """One station on the drawing: its middle in millimetres, its bins or cells as (name, column, level)."""

    name: str
    kind: str
    x: int
    y: int
    columns: int
    levels: int
    bins: list[tuple[str, int, int]]


class Drawing(TypedDict):
    """The whole drawing: panels, and how far apart bays stand along and across."""

    along: int
    across: int
    columns: int
    panels: list[Panel]


def draw_floor(site: Site) -> Drawing:
    """The drawing of a site. Stations without a place of their own are drawn in a plain grid."""
    columns = max((_columns(s) for s in site.stations.values() if s.is_bay), default=1)
    panels = [_panel(station, columns) for station in site.stations.values()]
    places = [(p["x"], p["y"]) for p in panels]
    if len(set(places)) < len(places):
        _grid(panels)
    bays = [p for p in panels if p["bins"]]
    rows = {y: [p["x"] for p in bays if p["y"] == y] for y in {p["y"] for p in bays}}
    return Drawing(
        along=min((gap for gap in map(_gap, rows.values()) if gap), default=GRID_X_MM),
        across=_gap(rows) or GRID_Y_MM,
        columns=columns,
        panels=panels,
    )


def _panel(station: Station, columns: int) -> Panel:
    return Panel(
        name=station.name,
        kind=station.kind,
        x=station.x_mm + _indent_mm(station, columns),
        y=station.y_mm,
        columns=_columns(station),
        levels=max((b.level for b in station.bins), default=0) + 1,
        bins=[(b.name, b.column, b.level) for b in station.bins],
    )


def _columns(station: Station) -> int:
    return max((b.column for b in station.bins), default=0) + 1


def _indent_mm(station: Station, columns: int) -> int:
    """A bay narrower than its neighbours starts where they start: its panel's middle is the middle of a full one."""
    own = _columns(station)
    if not station.is_bay or own < 2 or own == columns:
        return 0
    xs = sorted({b.x_mm for b in station.bins})
    return (columns - own) * (xs[-1] - xs[0]) // (own - 1) // 2


def _gap(values: Iterable[int]) -> int:
    """The smallest distance between different values; 0 if there are not two.

    >>> _gap([4, 1, 9, 1])
    3
    """
    distinct = sorted(set(values))
    return min((b - a for a, b in pairwise(distinct)), default=0)


def _grid(panels: list[Panel]) -> None:
    bays = benches = 0
    for panel in panels:
        if panel["bins"]:
            row, column = divmod(bays, GRID_COLUMNS)
            panel["x"], panel["y"] = BAYS_X_MM + column * GRID_X_MM, row * GRID_Y_MM
            bays += 1
        else:
            panel["x"], panel["y"] = BENCH_X_MM, benches * GRID_Y_MM
            benches += 1

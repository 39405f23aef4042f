"""From ``[aisles]`` of a site's file and the places of its bins to the floor that routes are found on."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from edge.contract.aisles import WalkedAisles
from edge.contract.site import BadSite, Site
from hub.domain.aisles import Aisles, Stop
from hub.domain.floor_stops import FloorStops, nearest

CROSSINGS_MAX = 4
"""With each cross-aisle a route takes several times as long to find, and the floor's facts wait for it meanwhile."""


def floor_of(site: Site) -> FloorStops | None:
    """The floor of a site; None if its file states no aisles. Raises: BadSite, it states them wrong."""
    stated = site.file.aisles
    if stated is None:
        return None
    for fault in aisle_faults(Path(), site):
        raise BadSite(fault)
    depot = _depot(site, stated)
    aisle = nearest(stated.middles_mm, _across(stated, *depot))
    crossing = nearest(stated.crossings_mm, _along(stated, *depot))
    bins = (bin_ for station in site.stations.values() if station.kind == "bay" for bin_ in station.bins)
    return FloorStops(
        aisles=Aisles(
            across_mm=stated.middles_mm,
            cross_mm=stated.crossings_mm,
            depot=Stop(aisle, stated.crossings_mm[crossing]),
        ),
        stops={
            bin_.name: Stop(
                nearest(stated.middles_mm, _across(stated, bin_.x_mm, bin_.y_mm)), _along(stated, bin_.x_mm, bin_.y_mm)
            )
            for bin_ in bins
        },
    )


def aisle_faults(directory: Path, site: Site) -> Iterator[str]:
    """What ``[aisles]`` says that cannot be, one sentence each."""
    stated = site.file.aisles
    if stated is None:
        return
    where = f"{directory / 'site.toml'}: aisles"
    for key, positions in (("middles_mm", stated.middles_mm), ("crossings_mm", stated.crossings_mm)):
        if not positions or any(a >= b for a, b in pairwise(positions)):
            yield f"{where}.{key}: expected one or more positions that increase, got {list(positions)}."
            return
    if len(stated.crossings_mm) > CROSSINGS_MAX:
        yield f"{where}.crossings_mm: expected at most {CROSSINGS_MAX}, the main ones, got {len(stated.crossings_mm)}."
    if stated.depot and stated.depot not in site.stations:
        yield f"{where}.depot: expected a station of this site, got '{stated.depot}'."
    if not stated.depot and not any(station.kind == "induct" for station in site.stations.values()):
        yield f"{where}.depot: expected the station where tours begin, for there is no induct station."
    first, last = stated.crossings_mm[0], stated.crossings_mm[-1]
    for station in site.stations.values():
        for bin_ in station.bins if station.kind == "bay" else ():
            at_mm = _along(stated, bin_.x_mm, bin_.y_mm)
            if at_mm < first or (len(stated.crossings_mm) > 1 and at_mm > last):
                yield (
                    f"{where}.crossings_mm: expected every bin between the outermost cross-aisles ({first} to {last};"
                    f" of one alone, beyond it), got {bin_.name} at {at_mm} mm along: state the cross-aisle that lies"
                    " before it, or mend the bin's place."
                )
                return


def _depot(site: Site, stated: WalkedAisles) -> tuple[int, int]:
    stations = site.stations.values()
    station = site.station(stated.depot) if stated.depot else next(s for s in stations if s.kind == "induct")
    return station.x_mm, station.y_mm


def _along(stated: WalkedAisles, x_mm: int, y_mm: int) -> int:
    return x_mm if stated.along == "x" else y_mm


def _across(stated: WalkedAisles, x_mm: int, y_mm: int) -> int:
    return y_mm if stated.along == "x" else x_mm

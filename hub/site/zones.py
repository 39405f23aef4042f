"""From ``zones`` and ``interleave`` of a site's file to the rules of picking."""

from collections.abc import Iterator
from pathlib import Path

from edge.contract.site import Site, Station
from edge.contract.zones import StatedZone
from hub.domain.on_the_way import Interleave
from hub.domain.zones import LABEL, Zones


def zones_of(site: Site) -> Zones | None:
    """The zones of a site; None if its file states none: whoever has a cart walks all of its route."""
    if not site.file.zones:
        return None
    return Zones(
        mode=site.file.zone_mode,
        names=tuple(stated.name for stated in site.file.zones),
        of_bay={bay: stated.name for stated in site.file.zones for bay in _bays_of(site, stated)},
        of_bench={stated.bench: stated.name for stated in site.file.zones if stated.bench},
    )


def interleave_of(site: Site) -> Interleave:
    """What else is done on a cart's walk."""
    stated = site.file.interleave
    return Interleave(kinds=stated.kinds, tasks_max=stated.tasks_max, detour_mm=stated.detour_m * 1000)


def zone_labels(site: Site, station: Station) -> list[str]:
    """The symbols of the zones whose pickers sign on at an induct station: a zone that names no bench, at each."""
    if station.kind != "induct":
        return []
    return [LABEL + stated.name for stated in site.file.zones if stated.bench in ("", station.name)]


def interleave_faults(directory: Path, site: Site) -> Iterator[str]:
    """What ``interleave`` says that cannot be, one sentence each."""
    if site.file.interleave.kinds and site.file.aisles is None:
        where = f"{directory / 'site.toml'}: interleave.kinds"
        yield f"{where}: expected [aisles], for nobody knows what lies on a walk without them, got none."


def zone_faults(directory: Path, site: Site) -> Iterator[str]:
    """What ``zones`` says that cannot be, one sentence each."""
    if not site.file.zones:
        return
    where = f"{directory / 'site.toml'}: zones"
    bays = [station.name for station in site.stations.values() if station.kind == "bay"]
    zone_of: dict[str, str] = {}
    for number, stated in enumerate(site.file.zones):
        here = f"{where}: {stated.name}"
        if stated.name in [other.name for other in site.file.zones[:number]]:
            yield f"{here}: expected each zone's name once, got it again."
            continue
        yield from _names_unknown(here, site, stated)
        for bay in _bays_of(site, stated):
            if bay in zone_of:
                yield f"{here}: expected each bay in one zone, got {bay} in {zone_of[bay]} too."
            zone_of.setdefault(bay, stated.name)
        if stated.bench and stated.bench in [other.bench for other in site.file.zones[:number]]:
            yield f"{here}: bench: expected one zone a bench, got {stated.bench} in another zone, too."
    if left := [bay for bay in bays if bay not in zone_of]:
        yield f"{where}: expected every bay in a zone, got none for {', '.join(left)}."
    if site.file.zone_mode == "parallel":
        yield from _walls_missing(directory, site)


def _names_unknown(here: str, site: Site, stated: StatedZone) -> Iterator[str]:
    """What a zone names that the site does not have."""
    bays = [station for station in site.stations.values() if station.kind == "bay"]
    aisles = sorted({station.aisle for station in bays if station.aisle})
    for bay in stated.bays:
        if bay not in [station.name for station in bays]:
            yield f"{here}: bays: expected bays of this site, got '{bay}'."
    for aisle in stated.aisles:
        if aisle not in aisles:
            known = ", ".join(aisles) or "none: no bay says one"
            yield f"{here}: aisles: expected aisles that bays name ({known}), got '{aisle}'."
    if not _bays_of(site, stated):
        yield f"{here}: expected at least one bay, got none."
    if stated.bench and (stated.bench not in site.stations or site.stations[stated.bench].kind != "induct"):
        yield f"{here}: bench: expected an induct station of this site, got '{stated.bench}'."


def _walls_missing(directory: Path, site: Site) -> Iterator[str]:
    """Parts of an order come together in a cell; totes of other orders need cells beside those."""
    where = f"{directory / 'site.toml'}: zone_mode"
    walls = [station for station in site.stations.values() if station.kind == "wall"]
    if not walls:
        yield f"{where}: expected a wall station, where the parts of an order are brought together, got none."
    for wall in walls if site.file.wall_order_units_max else ():
        if len(wall.bins) <= site.file.wall_tote_orders_max:
            yield (
                f"{where}: expected more cells in {wall.name} than the {site.file.wall_tote_orders_max} orders that"
                f" share a tote (wall_tote_orders_max), so that some hold parts of orders, got {len(wall.bins)}."
            )


def _bays_of(site: Site, stated: StatedZone) -> list[str]:
    return [
        station.name
        for station in site.stations.values()
        if station.kind == "bay" and (station.name in stated.bays or station.aisle in stated.aisles)
    ]

"""Judging a site before it works: what is wrong in its files, and what its scales, totes and cartons cannot do."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from edge.contract.site import BadSite, Bin, Site, Station, load_site
from hub.domain.certainty import is_sure
from hub.site.aisles import aisle_faults
from hub.site.catalogue import BinStock, Catalogue, Item, Role, faults_between, read_catalogue
from hub.site.waves import wave_faults
from hub.site.wiring import wiring_doubts, wiring_faults
from hub.site.zones import interleave_faults, zone_faults

Level = Literal["error", "warning"]

ROLES_NEEDED: tuple[Role, ...] = ("picker", "packer", "receiver")
STATIONS_NEEDED = ("bay", "induct", "pack", "dock")


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that a site's owner should know. An error keeps the site from working; a warning does not."""

    level: Level
    text: str

    def __str__(self) -> str:
        return f"{self.level}: {self.text}"


def check_site(directory: Path) -> tuple[Finding, ...]:
    """Everything found in a site's directory, errors first; empty if all is well. Faulty files are findings."""
    findings: list[Finding] = []
    site: Site | None = None
    catalogue: Catalogue | None = None
    try:
        site = load_site(directory)
    except BadSite as error:
        findings.append(_error(str(error)))
        if not directory.is_dir():
            return tuple(findings)
    try:
        catalogue = read_catalogue(directory)
    except BadSite as error:
        findings.append(_error(str(error)))
    if site is not None:
        findings += (_error(fault) for fault in wiring_faults(directory, site))
        findings += (_warning(doubt) for doubt in wiring_doubts(directory, site))
        findings += (_error(fault) for fault in aisle_faults(directory, site))
        findings += (_error(fault) for fault in zone_faults(directory, site))
        findings += (_error(fault) for fault in interleave_faults(directory, site))
    if site is not None and catalogue is not None:
        findings += (_error(fault) for fault in faults_between(directory, catalogue, site))
        findings += (_error(fault) for fault in wave_faults(directory, catalogue, site))
        findings += _missing(directory, catalogue, site)
        findings += _shipping(directory, catalogue, site)
        findings += _stock(catalogue, site)
        findings += _sizes(catalogue, site)
        findings += _buying(catalogue, site)
    return tuple(sorted(findings, key=lambda f: f.level != "error"))


def has_errors(findings: tuple[Finding, ...]) -> bool:
    """Whether the site cannot work."""
    return any(finding.level == "error" for finding in findings)


def _error(text: str) -> Finding:
    return Finding(level="error", text=text)


def _warning(text: str) -> Finding:
    return Finding(level="warning", text=text)


def _missing(directory: Path, catalogue: Catalogue, site: Site) -> Iterator[Finding]:
    """What a floor needs at least one of."""
    kinds = {station.kind for station in site.stations.values()}
    for kind in STATIONS_NEEDED:
        if kind not in kinds:
            yield _error(f"{directory / 'stations'}: expected at least one {kind} station, there is none.")
    for role in ROLES_NEEDED:
        if not catalogue.with_role(role):
            yield _error(f"{directory / 'people.toml'}: expected at least one {role}, there is none.")
    if not catalogue.services:
        yield _error(f"{directory / 'carriers'}: expected a file with at least one service, there is none.")
    if site.file.wall_order_units_max and "wall" not in kinds:
        yield _error(
            f"{directory / 'site.toml'}: wall_order_units_max: expected 0, for there is no wall station to sort shared"
            f" totes at, got {site.file.wall_order_units_max}."
        )
    if not site.file.wall_order_units_max and "wall" in kinds:
        yield _warning(
            f"{directory / 'site.toml'}: wall_order_units_max: none, so no totes are shared and no wall has work."
        )
    if catalogue.totes.tote_count < site.file.cart_totes:
        yield _error(
            f"{directory / 'totes.toml'}: tote_count: expected at least the {site.file.cart_totes} of one cart"
            f" (cart_totes of site.toml), got {catalogue.totes.tote_count}."
        )


def _shipping(directory: Path, catalogue: Catalogue, site: Site) -> Iterator[Finding]:
    """Whether carriers take what is packed: a tote becomes one parcel, in one carton."""
    if not catalogue.services:
        return
    most_mg = max(service.weight_max_mg for service in catalogue.services)
    limit = f"the {_kilograms(most_mg)} that the strongest service of carriers/ takes"
    if site.file.tote_weight_mg > most_mg:
        yield _error(
            f"{directory / 'site.toml'}: tote_weight_mg: expected at most {limit}, got"
            f" {_kilograms(site.file.tote_weight_mg)}."
        )
    for carton in catalogue.cartons:
        full_mg = carton.load_max_mg + carton.tare_mg
        if full_mg > most_mg:
            yield _error(
                f"{directory / 'cartons.toml'}: cartons: {carton.name}: load_max_mg: expected at most {limit},"
                f" got {_kilograms(full_mg)} with its tare_mg."
            )
    if all(service.countries for service in catalogue.services):
        yield _warning(
            f"{directory / 'carriers'}: no service takes every country (one without countries does):"
            " a parcel to a country that none names goes to the problem lane."
        )


def _stock(catalogue: Catalogue, site: Site) -> Iterator[Finding]:
    """What each bin's scale can do with what lies in it."""
    places: dict[str, tuple[Station, Bin]] = {b.name: (s, b) for s in site.stations.values() for b in s.bins}
    stowed = set()
    for stock in catalogue.bins:
        item = catalogue.items.get(stock.key)
        place = places.get(stock.bin)
        stowed.add(stock.key)
        if item is not None and place is not None:
            yield from _weighed(stock, item, *place)
    for sku, item in catalogue.items.items():
        if sku not in stowed and item.sent_by_supplier != "always":
            yield _warning(f"SKU {sku}: no bin of bins.csv is its own: what is delivered of it cannot be put away.")


def _weighed(stock: BinStock, item: Item, station: Station, place: Bin) -> Iterator[Finding]:
    scale = station.scale
    if scale is None or place.channel is None:
        yield _warning(f"SKU {item.sku}: bin {stock.bin} has no scale: picks there are proven by button only.")
        return
    if not is_sure(unit_mg=item.unit_mg, spread_mg=item.spread_mg, division_mg=scale.division_mg, units=1):
        yield _warning(
            f"SKU {item.sku}: one unit weighs {_grams(item.unit_mg)} ± {_grams(item.spread_mg)}; the scale of bin"
            f" {stock.bin} (division {_grams(scale.division_mg)}) cannot tell one from two: picks there are proven"
            " by button only."
        )
    load_mg = stock.units * item.unit_mg
    if load_mg > scale.capacity_mg:
        fits = scale.capacity_mg // item.unit_mg
        yield _warning(
            f"SKU {item.sku}: {stock.units} units weigh {load_mg / 1e6:.1f} kg; the scale of bin {stock.bin} carries"
            f" {scale.capacity_mg / 1e6:.1f} kg, which is {fits} units: it cannot weigh until the rest is gone."
        )


def _sizes(catalogue: Catalogue, site: Site) -> Iterator[Finding]:
    """Whether one unit of each SKU goes into a tote and a carton, and each carton with a carrier."""
    tote_mm3 = site.file.tote_volume_ml * 1_000
    for item in catalogue.items.values():
        if item.volume_mm3 > tote_mm3 or item.unit_mg > site.file.tote_weight_mg:
            yield _warning(
                f"SKU {item.sku}: one unit ({_sides(item.sides_mm)} mm, {item.unit_mg / 1e6:.1f} kg) is too much for"
                f" a tote ({site.file.tote_volume_ml / 1000:.0f} l, {site.file.tote_weight_mg / 1e6:.1f} kg)."
            )
        sides = sorted(item.sides_mm)
        if not any(
            all(a <= b for a, b in zip(sides, sorted((c.length_mm, c.width_mm, c.height_mm)), strict=True))
            and item.unit_mg <= c.load_max_mg
            for c in catalogue.cartons
        ):
            yield _warning(
                f"SKU {item.sku}: one unit ({_sides(item.sides_mm)} mm) goes into no carton of cartons.toml."
            )
    for carton in catalogue.cartons:
        inner = (carton.length_mm, carton.width_mm, carton.height_mm)
        girth_mm = max(inner) + 2 * (sum(inner) - max(inner))
        if not any(max(inner) <= s.side_max_mm and girth_mm <= s.girth_max_mm for s in catalogue.services):
            yield _warning(f"Carton {carton.name} ({_sides(inner)} mm, girth {girth_mm} mm): no carrier takes it.")


def _buying(catalogue: Catalogue, site: Site) -> Iterator[Finding]:
    """Whether something says when each SKU is ordered."""
    if site.file.restock != "fixed":
        return
    for item in catalogue.items.values():
        if item.reorder_point_units is None and not item.stop_sell and item.sent_by_supplier != "always":
            yield _warning(
                f"SKU {item.sku}: it has no reorder point, and restock of site.toml is fixed: it is ordered only when"
                " customers wait for it."
            )


def _sides(sides_mm: tuple[int, int, int]) -> str:
    return " x ".join(str(side) for side in sides_mm)


def _kilograms(weight_mg: int) -> str:
    return f"{weight_mg / 1e6:.2f} kg"


def _grams(weight_mg: int) -> str:
    """Milligrams as grams, as short as they are exact to a hundredth.

    >>> _grams(300), _grams(1_000), _grams(12_345), _grams(4)
    ('0.3 g', '1 g', '12.35 g', '0.004 g')
    """
    grams = f"{weight_mg / 1000:.2f}" if weight_mg >= 10 else f"{weight_mg / 1000:.3f}"
    return f"{grams.rstrip('0').rstrip('.')} g"

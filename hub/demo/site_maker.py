"""Makes a whole site directory from a day's orders: floor, items, opening stock. What the file does not tell is
simulated by seeded rules (:mod:`hub.demo.simulated_items`, :mod:`hub.demo.opening_stock`)."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import msgspec

from edge.contract.site import BadSite, Bin, Broker, SiteFile, Station
from hub.demo.day_demand import Demand, demand_of
from hub.demo.floor_plan import BAY_CAPACITY_MG, bins_by_nearness, plan_aisles, plan_floor
from hub.demo.opening_stock import Stock, plan_stock
from hub.demo.simulated_items import simulate_items
from hub.demo.toml_text import toml_text
from hub.domain.order_file import FileOrder
from hub.site.catalogue import BinStock, Item, parse_suppliers

TEMPLATES = ("cartons.toml", "people.toml", "shipping.toml", "suppliers.toml", "totes.toml")
"""Files of a site that do not depend on the day: taken as they are."""
CARRIERS = "carriers"
"""So are the files of this directory, one a carrier."""
SKUS_MAX = 20_000
"""More SKUs than this make no floor that one machine could simulate."""


def make_site(
    orders: Sequence[FileOrder],
    *,
    seed: int,
    broker_host: str,
    broker_port: int,
    templates: Mapping[str, str],
    name: str = "demo",
    client: str = "demo",
    timezone: str = "Europe/London",
    printer_host: str = "127.0.0.1",
    printer_port: int = 9100,
) -> dict[str, str]:
    """The files of a site that can serve these orders: path in the site's directory -> text.

    The same orders and seed give the same files.

    Raises:
        BadSite: no orders, more SKUs than :data:`SKUS_MAX`, or a template that is missing or wrong.
    """
    missing = [t for t in TEMPLATES if t not in templates]
    if missing:
        raise BadSite(f"Expected the templates {', '.join(TEMPLATES)}; {', '.join(missing)} not among them.")
    carriers = [t for t in templates if t.startswith(f"{CARRIERS}/")]
    if not carriers:
        raise BadSite(f"Expected a template of a carrier in {CARRIERS}/, there is none.")
    demands = demand_of(orders)
    if not 1 <= len(demands) <= SKUS_MAX:
        raise BadSite(f"Expected orders of 1 to {SKUS_MAX} SKUs to make a site from, got {len(demands)} SKUs.")
    suppliers = [s.name for s in parse_suppliers(templates["suppliers.toml"])]
    if not suppliers:
        raise BadSite("suppliers.toml: suppliers: expected at least one, got none.")
    stations = plan_floor(len(demands), printer_host=printer_host, printer_port=printer_port)
    stocks = plan_stock(demands, seed)
    items = simulate_items(demands, stocks, suppliers, capacity_mg=BAY_CAPACITY_MG, seed=seed)
    site = SiteFile(
        name=name,
        client=client,
        timezone=timezone,
        broker=Broker(host=broker_host, port=broker_port),
        aisles=plan_aisles(len(demands)),
    )
    heading = f"Made by the demo, seed {seed}."
    files = {"site.toml": toml_text(site, heading)}
    files |= {f"stations/{s.name}.toml": toml_text(s, heading) for s in stations}
    files |= {t: templates[t] for t in (*TEMPLATES, *carriers)}
    files["items.csv"] = table(Item, items)
    files["bins.csv"] = table(BinStock, stow(demands, stocks, stations))
    return files


def read_templates(directory: Path) -> dict[str, str]:
    """The templates of a directory such as ``config/demo``. Raises: BadSite, naming the file that is missing."""
    texts = {}
    carriers = [f"{CARRIERS}/{path.name}" for path in sorted((directory / CARRIERS).glob("*.toml"))]
    for name in (*TEMPLATES, *carriers):
        try:
            texts[name] = (directory / name).read_text("utf-8")
        except OSError as error:
            raise BadSite(f"{directory / name}: expected a template of the demo, got: {error.strerror}.") from error
    return texts


def write_site(directory: Path, files: Mapping[str, str]) -> None:
    """Write a site's files, over those of the same name.

    Raises:
        BadSite: the directory has stations or carriers of another site, which would become part of this one.
    """
    for folder in ("stations", CARRIERS):
        strays = sorted(
            path.name for path in (directory / folder).glob("*.toml") if f"{folder}/{path.name}" not in files
        )
        if strays:
            raise BadSite(
                f"{directory / folder}: expected no other {folder} than those to be written, found"
                f" {', '.join(strays[:5])}{', ...' if len(strays) > 5 else ''}: name an empty directory."
            )
        (directory / folder).mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (directory / name).write_text(text, "utf-8")


def stow(demands: Sequence[Demand], stocks: Mapping[str, Stock], stations: tuple[Station, ...]) -> list[BinStock]:
    """Which SKU lies where: the most popular nearest to packing, in two bins as long as there are bins to spare."""
    bins = bins_by_nearness(stations)
    doubled = min(len(demands), len(bins) - len(demands))
    homes: list[tuple[Bin, str, int]] = []
    free = iter(bins)
    for rank, demand in enumerate(demands):
        units = stocks[demand.sku].opening_units
        if rank < doubled:
            homes.append((next(free), demand.sku, units - units // 2))
            units //= 2
        homes.append((next(free), demand.sku, units))
    homes.sort(key=lambda home: home[0].name)
    return [BinStock(bin=place.name, sku=sku, units=units) for place, sku, units in homes]


def table(shape: type[msgspec.Struct], rows: Iterable[msgspec.Struct]) -> str:
    """Structs as the text of a CSV file: the fields that are required, and those that any of them gives."""
    rows = list(rows)
    columns = [
        field.name
        for field in sorted(msgspec.structs.fields(shape), key=lambda field: not field.required)
        if field.required or any(getattr(row, field.name) != field.default for row in rows)
    ]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([getattr(row, column) for column in columns] for row in rows)
    return text.getvalue()

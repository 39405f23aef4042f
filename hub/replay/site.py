"""Simulated: the site of a replay. The order file knows what was ordered and nothing of the house, so floor, items,
opening stock and reorder points are made here by seeded rules.

What is "known" on the first morning are the trading days that :data:`KNOWN_DAYS` counts: stock, reorder points and the
place of each SKU are made of them alone. An SKU that sells only later begins with :data:`NEW_UNITS`.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, tzinfo

import msgspec

from edge.contract.site import Broker, SiteFile, StationKind
from hub.demo.day_demand import Demand, demand_of
from hub.demo.floor_plan import plan_floor
from hub.demo.opening_stock import Stock
from hub.demo.simulated_items import simulate_items
from hub.demo.site_maker import CARRIERS, TEMPLATES, stow, table
from hub.demo.toml_text import toml_text
from hub.domain.order_file import FileOrder
from hub.handlers.policy import RestockBy
from hub.site.catalogue import BinStock, Item, Operator, PeopleFile, Supplier, ToteFleet, parse_suppliers

SITE = "replay"
TIMEZONE = "Europe/London"
KNOWN_DAYS = 20
"""So many trading days of the file are known when the replay begins: about four weeks."""
LINE_UNITS_KNOWN_MAX = 600
"""More units than this in one line say nothing of what an SKU sells: a wholesaler's one order, or a typing error."""
OPENING_DAYS = 10
"""Opening stock beyond the reorder point, in trading days of known demand."""
SAFETY_DAYS = 4
"""The reorder point: demand over the lead time and so many trading days."""
REORDER_DAYS = 10
"""What is ordered beyond the reorder point, in trading days of demand."""
NEW_UNITS = 24
"""What there is of an SKU that has not been sold in the known days; its reorder point is a quarter of it."""
CASE_UNITS = 6
"""Suppliers sell in whole cases."""
BUSINESS_HOURS_A_DAY = 8
SPARE_SHARE = 0.08
"""Bins beyond one for each SKU: the best sellers have two."""
BIN_CAPACITY_MG = 30_000_000
"""With :data:`BIN_UNITS` it bounds what one unit may weigh."""
BIN_UNITS = 12
PICKERS = (("Ana", "blue"), ("Ben", "green"), ("Chloe", "magenta"), ("Dan", "cyan"))
PACKS = 32
TOTES = 160
BENCH_COUNTS: dict[StationKind, int] = {"induct": 1, "pack": PACKS, "dock": 2}
BENCHES: tuple[tuple[str, StationKind], ...] = tuple(
    (f"{kind}-{n}", kind) for kind, count in BENCH_COUNTS.items() for n in range(1, count + 1)
)


def by_day(orders: Sequence[FileOrder], zone: tzinfo) -> dict[date, list[FileOrder]]:
    """Orders by the local day that they were placed on, in their order."""
    days: dict[date, list[FileOrder]] = {}
    for order in orders:
        days.setdefault(datetime.fromtimestamp(order.placed_us // 1_000_000, zone).date(), []).append(order)
    return days


def replay_site(
    orders: Sequence[FileOrder],
    *,
    zone: tzinfo,
    seed: int,
    templates: Mapping[str, str],
    known_days: int = KNOWN_DAYS,
    restock: RestockBy = "forecast",
) -> dict[str, str]:
    """The files of the site: path in its directory -> text. The same orders and seed give the same files.

    ``restock``: what the hub orders by. Only with "fixed" the items name their reorder points.
    """
    known_orders = [one for _, day in sorted(by_day(orders, zone).items())[:known_days] for one in day]
    days = max(1, min(known_days, len(by_day(known_orders, zone))))
    demands = known_demands(orders, known_orders)
    suppliers = {s.name: s for s in parse_suppliers(templates["suppliers.toml"])}
    plain = {
        d.sku: Stock(opening_units=0, reorder_point_units=0, reorder_units=1, bin_units_max=BIN_UNITS) for d in demands
    }
    daily = {d.sku: d.units / days for d in demands}
    made = simulate_items(demands, plain, list(suppliers), capacity_mg=BIN_CAPACITY_MG, seed=seed)
    items = tuple(_with_reorder(item, suppliers[item.supplier], daily[item.sku]) for item in made)
    stocks = {i.sku: replace(plain[i.sku], opening_units=_opening(i, daily[i.sku])) for i in items}
    if restock != "fixed":
        items = tuple(_by_forecast(item) for item in items)
    bins = len(demands) + math.ceil(len(demands) * SPARE_SHARE)
    stations = plan_floor(bins, printer_host="127.0.0.1", printer_port=9100, benches=BENCHES)
    heading = f"Made by the replay, seed {seed}."
    site = SiteFile(name=SITE, client=SITE, timezone=TIMEZONE, broker=Broker(host="127.0.0.1", port=1), restock=restock)
    files = {"site.toml": toml_text(site, heading)}
    files |= {f"stations/{s.name}.toml": toml_text(s, heading) for s in stations}
    files |= {name: text for name, text in templates.items() if name in TEMPLATES or name.startswith(f"{CARRIERS}/")}
    files["people.toml"] = toml_text(PeopleFile(people=tuple(_people())), heading)
    files["totes.toml"] = toml_text(ToteFleet(tote_count=TOTES, cart_count=len(PICKERS)), heading)
    files["items.csv"] = table(Item, items)
    files["bins.csv"] = table(BinStock, stow(demands, stocks, stations))
    return files


def known_demands(orders: Sequence[FileOrder], known: Sequence[FileOrder]) -> tuple[Demand, ...]:
    """Every SKU of the file with its demand in the known days only, the most popular in them first."""
    before = {demand.sku: demand for demand in demand_of([_bounded(order) for order in known])}
    demands = [
        before.get(sku, Demand(sku=sku, description=later.description, units=0, lines=0, price_minor=later.price_minor))
        for sku, later in ((demand.sku, demand) for demand in demand_of(orders))
    ]
    return tuple(sorted(demands, key=lambda d: (-d.lines, -d.units, d.sku)))


def _bounded(order: FileOrder) -> FileOrder:
    return replace(order, lines=tuple(replace(li, units=min(li.units, LINE_UNITS_KNOWN_MAX)) for li in order.lines))


def _with_reorder(item: Item, supplier: Supplier, daily_units: float) -> Item:
    lead_days = supplier.lead_business_hours / BUSINESS_HOURS_A_DAY
    if not daily_units:
        return msgspec.structs.replace(item, reorder_point_units=NEW_UNITS // 4, reorder_units=NEW_UNITS)
    cases = math.ceil(daily_units * REORDER_DAYS / CASE_UNITS)
    return msgspec.structs.replace(
        item,
        reorder_point_units=math.ceil(daily_units * (lead_days + 1 + SAFETY_DAYS)),
        reorder_units=cases * CASE_UNITS,
    )


def _by_forecast(item: Item) -> Item:
    return msgspec.structs.replace(item, reorder_point_units=None, reorder_units=None, pack_units=CASE_UNITS)


def _opening(item: Item, daily_units: float) -> int:
    if not daily_units:
        return NEW_UNITS
    return (item.reorder_point_units or 0) + math.ceil(daily_units * OPENING_DAYS)


def _people() -> list[Operator]:
    pickers = [Operator(badge=badge_of(name), name=name, role="picker", colour=colour) for name, colour in PICKERS]  # type: ignore[arg-type]
    packers = [Operator(badge=f"BADGE-pack-{n}", name=f"Packer {n}", role="packer") for n in range(1, PACKS + 1)]
    return [*pickers, *packers, Operator(badge="BADGE-finn", name="Finn", role="receiver")]


def badge_of(name: str) -> str:
    """A picker's badge.

    >>> badge_of("Ana")
    'BADGE-ana'
    """
    return f"BADGE-{name.lower()}"

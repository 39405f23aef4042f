"""The shop of a policy trial: the days, the stock and the suppliers of the replay with the same seed."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import numpy as np

from hub.demo.site_maker import read_templates, write_site
from hub.domain.lead_time import CLOSES, delivery_us
from hub.domain.learned_lead import catalogue_days
from hub.domain.order_file import FileOrder
from hub.replay.policy_trial import Shop, Vendor
from hub.replay.replay import TEMPLATES
from hub.replay.site import CASE_UNITS, KNOWN_DAYS, TIMEZONE, by_day, replay_site
from hub.site.catalogue import Catalogue, Supplier, load_catalogue

HOUR_US = 3_600_000_000


def shop_of(orders: Sequence[FileOrder], *, days: int = 0, seed: int = 1, known_days: int = KNOWN_DAYS) -> Shop:
    """The shop of these orders. ``days``: only the first so many trading days; 0: all."""
    zone = ZoneInfo(TIMEZONE)
    templates = read_templates(TEMPLATES)
    with TemporaryDirectory(prefix="shelflight-") as directory:
        write_site(
            Path(directory), replay_site(orders, zone=zone, seed=seed, templates=templates, known_days=known_days)
        )
        catalogue = load_catalogue(Path(directory))
    trading = sorted(by_day(orders, zone).items())
    trading = trading[:days] if days else trading
    first, last = trading[0][0], trading[-1][0]
    column = {sku: number for number, sku in enumerate(catalogue.items)}
    coming = dict(trading)
    calendar = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    names = sorted(catalogue.suppliers)
    return Shop(
        skus=tuple(catalogue.items),
        dates=np.datetime64(first, "D") + np.arange(len(calendar)),
        orders=tuple(
            tuple(tuple((column[li.sku], li.units) for li in order.lines) for order in coming.get(day, ()))
            for day in calendar
        ),
        opening_units=_opening(catalogue, column),
        cost_minor=tuple(item.cost_minor for item in catalogue.items.values()),
        vendors=tuple(_vendor(catalogue.suppliers[name], first, zone) for name in names),
        vendor_of=tuple(names.index(item.supplier) for item in catalogue.items.values()),
        case_units=CASE_UNITS,
        scored_from=calendar.index(trading[min(known_days, len(trading) - 1)][0]),
        seed=seed,
    )


def _opening(catalogue: Catalogue, column: dict[str, int]) -> tuple[int, ...]:
    units = [0] * len(column)
    for stock in catalogue.bins:
        units[column[stock.sku]] += stock.units
    return tuple(units)


def _vendor(supplier: Supplier, first: date, zone: ZoneInfo) -> Vendor:
    lead_us = supplier.lead_business_hours * HOUR_US

    def evening_us(day: int) -> int:
        at = datetime.combine(first + timedelta(days=day), CLOSES, tzinfo=zone)
        return round(at.timestamp()) * 1_000_000

    def due_day(day: int) -> int:
        due_us = delivery_us(evening_us(day), lead_us=lead_us, cutoff=_cutoff(supplier), zone=zone)
        return (datetime.fromtimestamp(due_us / 1e6, zone).date() - first).days

    monday = next(day for day in range(7) if (first + timedelta(days=day)).weekday() == 0)
    lead = catalogue_days(evening_us(monday), lead_us=lead_us, cutoff=_cutoff(supplier), zone=zone)
    return Vendor(lead_days=lead, due_day=_remembered(due_day))


def _cutoff(supplier: Supplier) -> time | None:
    return time.fromisoformat(supplier.cutoff) if supplier.cutoff else None


def _remembered(due_day: Callable[[int], int]) -> Callable[[int], int]:
    known: dict[int, int] = {}

    def asked(day: int) -> int:
        if day not in known:
            known[day] = due_day(day)
        return known[day]

    return asked

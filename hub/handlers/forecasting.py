"""Counting demand as business days end, and forecasting it: the count in the writer, the reckoning outside it."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection

from hub.domain.business_day import date_of, day_of, starts_us
from hub.domain.croston import croston
from hub.domain.demand import CANCELLED_WITHIN
from hub.domain.forecast import HISTORY_DAYS_MAX, Array, Coming
from hub.domain.learned_lead import LeadTime
from hub.domain.safety_stock import Class, classes, cover
from hub.handlers.policy import Policy
from hub.storage import buying, demand, forecasts
from hub.storage.forecasts import Forecast, Traded
from hub.storage.transaction import Tx

RECOUNTED_DAYS = CANCELLED_WITHIN.days
"""A day is counted again on so many days more: what was cancelled by then was never wanted."""
TURNOVER_DAYS = 182
"""Classes are by the turnover of the last half year."""
LEAD_DAYS_MAX = 365
"""A longer lead time is taken for this."""


def count_demand(tx: Tx, policy: Policy) -> bool:
    """Count the days that have ended and those of order lines that are new; whether more lines wait to be looked at.

    Orders of long ago (an imported file, a database from before there was a count) are counted on their own days.
    """
    known = demand.progress(tx.connection, tx.site_id)
    today = day_of(tx.now_us, policy.zone)
    lines = demand.lines_after(tx, known.line_id)
    days = {day for day in (day_of(placed_us, policy.zone) for _, placed_us in lines) if day < today}
    if known.counted_day < today - 1:
        counted = known.counted_day or today - 1
        days |= set(range(max(counted + 1 - RECOUNTED_DAYS, today - HISTORY_DAYS_MAX), today))
    elif not lines:
        return False
    for day in sorted(days):
        demand.count_day(tx, day, starts_us(day, policy.zone), starts_us(day + 1, policy.zone))
    newest = lines[-1][0] if lines else known.line_id
    demand.set_progress(tx, replace(known, line_id=newest, counted_day=today - 1))
    return len(lines) == demand.LINES_A_TIME


def is_forecast(connection: Connection, site_id: int, policy: Policy, now_us: int) -> bool:
    """Whether today's forecast has been made, by the site's rule."""
    known = demand.progress(connection, site_id)
    return known.forecast_day == day_of(now_us, policy.zone) and known.forecast_by == policy.restock


def make_forecasts(
    connection: Connection, site_id: int, policy: Policy, now_us: int
) -> tuple[list[Forecast], dict[int, LeadTime]]:
    """Every SKU's forecast from the days before today, and each supplier's learned lead time. It only reads."""
    leads = buying.learned_leads(connection, now_us)
    if policy.restock == "fixed":
        return [], leads
    today = day_of(now_us, policy.zone)
    first_day = today - HISTORY_DAYS_MAX
    rows = demand.between(connection, site_id, first_day, today - 1)
    if not rows:
        return [], leads
    first_day = min(day for day, _, _ in rows)
    skus = forecasts.traded(connection)
    column = {sku.sku_id: number for number, sku in enumerate(skus)}
    units = np.zeros((today - first_day, len(skus)))
    for day, sku_id, asked in rows:
        if sku_id in column:
            units[day - first_day, column[sku_id]] = asked
    dates = np.datetime64(date_of(first_day), "D") + np.arange(len(units))
    suppliers = {
        supplier.id: leads.get(supplier.id) or buying.lead_of(supplier, now_us, dict(policy.cutoffs), policy.zone)
        for supplier in buying.suppliers(connection).values()
    }
    made = []
    for client_id in sorted({sku.client_id for sku in skus}):  # what others sell tells nothing of a client's trade
        own = [number for number, sku in enumerate(skus) if sku.client_id == client_id]
        made += _forecasts(units[:, own], dates, [skus[number] for number in own], suppliers, policy)
    return made, leads


def _forecasts(
    units: Array, dates: npt.NDArray[np.datetime64], skus: Sequence[Traded], leads: dict[int, LeadTime], policy: Policy
) -> list[Forecast]:
    """One reckoning for each pair of days to cover and level; each learns from all SKUs, which are one client's."""
    recent = units[-TURNOVER_DAYS:].sum(axis=0)
    by_turnover = classes({sku.code: int(recent[n]) * sku.price_minor for n, sku in enumerate(skus)})
    percents = dict(policy.service_percent)
    kinds: dict[tuple[int, Class], list[int]] = {}
    for number, sku in enumerate(skus):
        of_class: Class = sku.service_class or by_turnover[sku.code]  # type: ignore[assignment]
        lead_days = min(leads[sku.supplier_id].days, LEAD_DAYS_MAX)
        kinds.setdefault((policy.review_days + max(1, round(lead_days)), of_class), []).append(number)
    found = []
    coming: dict[int, Coming] = {}
    for (days, of_class), numbers in sorted(kinds.items()):
        level = percents[of_class] / 100
        if policy.restock == "croston":
            mean, quantile = croston(units, days, level)
        else:
            if days not in coming:
                coming[days] = Coming(units, days, dates)
            mean, quantile = coming[days].at(level)
        for number in numbers:
            sku = skus[number]
            reach = cover(
                float(mean[number]),
                float(quantile[number]),
                level=level,
                days=days,
                lead_spread_days=leads[sku.supplier_id].spread_days,
            )
            found.append(
                Forecast(
                    sku_id=sku.sku_id,
                    method=policy.restock,
                    service_class=of_class,
                    level_percent=percents[of_class],
                    cover_days=days,
                    expected_units=reach.expected_units,
                    enough_units=reach.enough_units,
                )
            )
    return found


def put_forecasts(tx: Tx, policy: Policy, made: list[Forecast], leads: dict[int, LeadTime], day_us: int) -> None:
    """Write down forecasts that were made of the day of ``day_us``, and what was learned of suppliers."""
    forecasts.put_all(tx, made)
    buying.set_leads(tx, leads)
    known = demand.progress(tx.connection, tx.site_id)
    demand.set_progress(tx, replace(known, forecast_day=day_of(day_us, policy.zone), forecast_by=policy.restock))

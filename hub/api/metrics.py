"""The figures of a period: all of them with their parts, or one row a day for a spreadsheet."""

import csv
import io
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Response

from hub.domain.business_day import date_of, day_of
from hub.domain.metric_definitions import DEFINITIONS
from hub.hub import Hub
from hub.measuring import BadPeriod, Figures, figures_of, period_of

UNPROCESSABLE = 422
LAST_DAYS = 7
"""Without dates: today and the six days before."""
Day = Annotated[date | None, Query()]


def add_metrics(api: APIRouter, hub: Hub) -> None:
    """The calls that ask for figures."""

    @api.get("/metrics")
    def get_metrics(first: Annotated[date | None, Query(alias="from")] = None, to: Day = None) -> dict[str, Any]:
        """The figures of the days from one to another, both in it: what each means, its formula, its parts, its days.

        Without ``to`` until today, without ``from`` seven days. A value is null where nothing is to divide by.
        """
        return told(read_figures(hub, first, to))

    @api.get("/metrics.csv", response_class=Response)
    def get_metrics_csv(first: Annotated[date | None, Query(alias="from")] = None, to: Day = None) -> Response:
        """The same, a row a day and a column a figure; empty where it is not known by day."""
        return Response(csv_of(read_figures(hub, first, to)), media_type="text/csv; charset=utf-8")


def read_figures(hub: Hub, first: date | None, last: date | None) -> Figures:
    """The figures between two dates. Raises: HTTPException, they are no period."""
    zone, now_us = hub.policy.zone, hub.now_us()
    until = last or date_of(day_of(now_us, zone))
    begin = first or date_of(max(0, (until - date_of(0)).days - LAST_DAYS + 1))
    try:
        period = period_of(begin, until, zone)
    except BadPeriod as error:
        raise HTTPException(UNPROCESSABLE, str(error)) from error
    with hub.engine.begin() as connection:
        return figures_of(connection, hub.policy, period, now_us)


def told(figures: Figures) -> dict[str, Any]:
    """The figures as JSON says them."""
    period = figures.period
    days = [date_of(day).isoformat() for day in period.days]
    metrics = []
    for one in DEFINITIONS:
        found = figures.metrics[one.key]
        metrics.append(
            {
                "key": one.key,
                "name": one.name,
                "meaning": one.meaning,
                "formula": one.formula,
                "unit": one.unit,
                "value": found.value,
                "numerator": found.total.above,
                "numerator_is": one.parts[0],
                "numerator_unit": one.part_units[0],
                "denominator": found.total.below,
                "denominator_is": one.parts[1],
                "denominator_unit": one.part_units[1],
                "by_day": dict(zip(days, found.by_day, strict=True)) if found.by_day else {},
            }
        )
    return {
        "from": days[0],
        "to": days[-1],
        "metrics": metrics,
        "cycle_steps": [
            {"step": step.step, "median_us": step.median_us, "p90_us": step.p90_us} for step in figures.steps
        ],
        "backorder_ages": dict(figures.backorder_ages),
        "pickers": {who: {"lines": share.above, "with_cart_us": share.below} for who, share in figures.pickers.items()},
        "lost_units": dict(figures.lost),
        "dead_stock": list(figures.dead),
        "fill_kept_since_us": figures.kept_since_us,
    }


def csv_of(figures: Figures) -> str:
    """A row a day; a figure that is known by day has a column."""
    known = [one.key for one in DEFINITIONS if figures.metrics[one.key].by_day]
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\n")
    table.writerow(["day", *known])
    table.writerows(_rows(figures, known))
    return written.getvalue()


def _rows(figures: Figures, keys: list[str]) -> Iterator[list[str]]:
    for n, day in enumerate(figures.period.days):
        values = [figures.metrics[key].by_day[n] for key in keys]
        yield [date_of(day).isoformat(), *("" if value is None else f"{value:.6g}" for value in values)]

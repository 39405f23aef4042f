"""The page of the house's figures over a period: each a tile with its value, its parts, its line and its formula."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Annotated, Any

from fastapi import FastAPI, Query, Request
from fastapi.responses import HTMLResponse

from hub.api.metrics import LAST_DAYS, read_figures
from hub.dashboard.figure_pictures import age_bars, day_line, step_bars
from hub.dashboard.figure_words import NOT_KNOWN, parts_text, span_text, value_text
from hub.dashboard.wording import day_text, money_text
from hub.domain.business_day import date_of, day_of, starts_us
from hub.domain.metric_definitions import BY_KEY
from hub.hub import Hub
from hub.measuring import DAYS_MAX, DEAD_DAYS, HOUR_US, MINUTE_US, Figures

GROUPS = (
    (
        "Service",
        ("order_fill_rate", "line_fill_rate", "unit_fill_rate", "on_time_rate", "perfect_order_rate", "return_rate"),
    ),
    ("Speed", ("cycle_time", "pick_rate", "backorder_age")),
    ("Accuracy", ("pick_accuracy", "inventory_accuracy", "count_accuracy", "shrinkage", "shrinkage_cost")),
    ("Stock", ("turns", "days_of_cover", "dead_stock")),
    (
        "Cost",
        ("freight_per_order", "freight_per_line", "cartons_per_order", "cartons_per_line", "carton_cost_per_order"),
    ),
)
"""Which figures stand together."""
CHOICES = ((1, "Today"), (7, "7 days"), (30, "30 days"))


def add_figures(app: FastAPI, hub: Hub, page: Callable[..., HTMLResponse]) -> None:
    """Add the page.

    Args:
        app: The web server.
        hub: Its hub.
        page: Renders a template.
    """

    @app.get("/figures", response_class=HTMLResponse, include_in_schema=False)
    def figures(
        request: Request,
        days: Annotated[int, Query(ge=1, le=DAYS_MAX)] = LAST_DAYS,
        first: Annotated[date | None, Query(alias="from")] = None,
        to: Annotated[date | None, Query()] = None,
    ) -> HTMLResponse:
        if first is None:
            last = to or date_of(day_of(hub.now_us(), hub.policy.zone))
            found = read_figures(hub, last - timedelta(days=days - 1), last)
        else:
            found = read_figures(hub, first, to)
        chosen = days if first is None and to is None else 0
        return page(request, "figures.html", "/figures", chosen=chosen, choices=CHOICES, **shown(found, hub))


def shown(figures: Figures, hub: Hub) -> dict[str, Any]:
    """What the page shows."""
    period, zone, currency = figures.period, hub.policy.zone, hub.policy.currency
    days = [day_text(starts_us(day, zone), zone) for day in period.days]
    since_us = figures.kept_since_us
    step_words = partial(_span, MINUTE_US)
    return {
        "first": date_of(period.first).isoformat(),
        "last": date_of(period.last).isoformat(),
        "words": days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}",
        "groups": [(name, [_tile(key, figures, days, currency) for key in keys]) for name, keys in GROUPS],
        "steps": [(one.step, step_words(one.median_us), step_words(one.p90_us)) for one in figures.steps],
        "step_bars": step_bars(figures.steps, step_words),
        "age_bars": age_bars(figures.backorder_ages),
        "pickers": [
            (who or "nobody known", f"{share.above:,.0f}", f"{share.below / HOUR_US:.1f}", _an_hour(share.value))
            for who, share in figures.pickers.items()
        ],
        "lost": [(reason.replace("_", " "), units) for reason, units in figures.lost.items() if units],
        "dead": [
            row
            | {"cost": money_text(row["cost_minor"], currency)}
            | {"asked": "never" if row["asked_day"] is None else date_of(row["asked_day"]).isoformat()}
            for row in figures.dead
        ],
        "dead_days": DEAD_DAYS,
        "kept_since": "" if since_us is None else day_text(since_us, zone),
        "is_kept": since_us is not None and since_us <= period.starts[0],
    }


def _tile(key: str, figures: Figures, days: list[str], currency: str) -> dict[str, Any]:
    one, found = BY_KEY[key], figures.metrics[key]

    def words(value: float) -> str:
        return value_text(value, one.unit, currency)

    return {
        "definition": one,
        "value": value_text(found.value, one.unit, currency),
        "parts": parts_text(one, found, currency),
        "line": day_line(one.name, days[: len(found.by_day)], found.by_day, words),
    }


def _span(unit_us: int, us: float) -> str:
    return span_text(us / unit_us)


def _an_hour(lines_a_us: float | None) -> str:
    return NOT_KNOWN if lines_a_us is None else f"{lines_a_us * HOUR_US:.0f}"

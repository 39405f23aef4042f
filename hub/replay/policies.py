"""Fill rate against average stock: what the hub reached in a replay, beside other ways of ordering on the same days."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from typing import Any

from hub.domain.order_file import FileOrder
from hub.replay.policy_shop import shop_of
from hub.replay.policy_trial import at_equal_stock, between_levels, compare
from hub.replay.replay import Replay
from hub.replay.report import END_US, filled_shares, mean_stock
from hub.storage import metric_figures

Points = dict[str, list[dict[str, float]]]


def compared(
    orders: Sequence[FileOrder], *, days: int, seed: int, progress: Callable[[str, float], None]
) -> dict[str, Any]:
    """Every way of ordering at each of its levels, and all of them at the stock of each of the forecast's.

    Args:
        orders: the file's.
        days: only the first so many trading days; 0: all.
        seed: of the site and of late deliveries.
        progress: told (way, level) before each.
    """
    shop = shop_of(orders, days=days, seed=seed)
    points = compare(shop, progress)
    return {
        "first_day": str(shop.dates[0]),
        "last_day": str(shop.dates[-1]),
        "scored_from": str(shop.dates[min(shop.scored_from, len(shop.dates) - 1)]),
        "skus": len(shop.skus),
        "points": points,
        "unit_fill_at_equal_cost": at_equal_stock(points),
        "line_fill_at_equal_cost": at_equal_stock(points, fill="line_fill_rate"),
        "unit_fill_at_equal_units": at_equal_stock(points, stock="mean_units"),
    }


def beside_the_hub(replay: Replay, progress: Callable[[str, float], None]) -> dict[str, Any]:
    """:func:`compared` over the days that were played, with what the hub itself reached over the days that are scored,
    and what every way fills at the stock that the hub held."""
    options = replay.options
    found = compared(options.orders.orders, days=len(replay.done), seed=options.seed, progress=progress)
    since = date.fromisoformat(found["scored_from"])
    since_us = round(datetime.combine(since, time(), tzinfo=replay.zone).timestamp()) * 1_000_000
    with replay.hub.engine.begin() as connection:
        [filled] = metric_figures.filled_at_once(connection, [since_us, END_US])
    hub = {**filled_shares(filled), **mean_stock([day for day in replay.done if day.day >= since])}
    at_its_stock = {
        fill: between_levels(found["points"], hub["mean_cost_minor"], fill=fill)
        for fill in ("line_fill_rate", "unit_fill_rate")
    }
    return {"ordered_by": options.restock, "hub": hub, "at_the_hubs_stock": at_its_stock, **found}


def rows(found: dict[str, Any]) -> list[tuple[str, str, str, str, str, str]]:
    """What :func:`beside_the_hub` found, as lines of a table: way, level, orders, lines, units, stock at cost."""
    table = [("the hub", "by class", *_shares(found["hub"]))]
    for way, points in found["points"].items():
        table += [(way.replace("_", ", "), str(point["level"]), *_shares(point)) for point in points]
    return table


def _shares(point: dict[str, float]) -> tuple[str, str, str, str]:
    orders, lines, units = (f"{point[f'{what}_fill_rate']:.1%}" for what in ("order", "line", "unit"))
    return orders, lines, units, f"{point['mean_cost_minor'] / 100:,.0f}"

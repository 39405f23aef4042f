"""The figures of a period, as :mod:`hub.domain.metric_definitions` defines them, read in one snapshot."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo
from typing import Any

from sqlalchemy import Connection

from hub.domain.business_day import date_of, day_of, starts_us
from hub.domain.metrics import (
    STEPS,
    Measured,
    Share,
    StepTime,
    ages,
    days_of_cover,
    measured,
    of_share,
    step_times,
    stock_by_day,
    turns,
)
from hub.domain.on_time import judged
from hub.handlers.policy import Policy
from hub.storage import metric_figures, service_figures, stock_figures
from hub.storage.stock_figures import Crossing

DAYS_MAX = 400
"""A period has at most so many days."""
DEAD_DAYS = 90
DEAD_MAX = 50
"""So many SKUs of dead stock are listed, the dearest; all of them are counted."""
DAY_US = 86_400_000_000
HOUR_US = 3_600_000_000
MINUTE_US = 60_000_000


@dataclass(frozen=True, kw_only=True)
class Period:
    """Local days, the last one among them, as numbers (days since 1970-01-01)."""

    first: int
    last: int
    zone: tzinfo

    @property
    def days(self) -> range:
        """The days."""
        return range(self.first, self.last + 1)

    @property
    def starts(self) -> list[int]:
        """When each day begins, and when the last one ends, UTC microseconds."""
        return [starts_us(day, self.zone) for day in range(self.first, self.last + 2)]


class BadPeriod(ValueError):
    """Days that are no period: what was expected, what came."""


def period_of(first: date, last: date, zone: tzinfo) -> Period:
    """The period from one date to another, both in it.

    Raises:
        BadPeriod: the last is before the first, or they are more than :data:`DAYS_MAX` days.
    """
    epoch = date_of(0)
    made = Period(first=(first - epoch).days, last=(last - epoch).days, zone=zone)
    if not 1 <= len(made.days) <= DAYS_MAX:
        raise BadPeriod(f"Expected 1 to {DAYS_MAX} days, the first one first, got {first} to {last}.")
    return made


@dataclass(frozen=True, kw_only=True)
class Figures:
    """All figures of a period."""

    period: Period
    metrics: Mapping[str, Measured]
    """By key, in the definitions' order."""
    steps: Sequence[StepTime]
    backorder_ages: Mapping[str, int]
    """Lines that wait now, by how long."""
    pickers: Mapping[str, Share]
    """Lines over microseconds with a cart, by person."""
    lost: Mapping[str, int]
    """Units lost less found, by reason."""
    dead: Sequence[dict[str, Any]]
    kept_since_us: int | None
    """Since when it is kept what stock stood for; 0: it always was; None: of no order yet."""


def figures_of(connection: Connection, policy: Policy, period: Period, now_us: int) -> Figures:
    """Every figure of a period.

    Args:
        connection: Of one snapshot.
        policy: What the site says of cartons and of its clock.
        period: The days.
        now_us: Until when things have happened, UTC microseconds of business time.
    """
    starts = period.starts
    until_now = [*starts, now_us + 1] if now_us >= starts[-1] else starts  # the stock is known as it is now
    crossed = stock_figures.crossings(connection, until_now)
    times, steps = _cycle(connection, period)
    waiting = [(now_us - placed_us) / DAY_US for placed_us, _ in service_figures.backorders_waiting(connection)]
    tours = metric_figures.cart_tours(connection, starts)
    dead = stock_figures.dead_stock(connection, now_us - DEAD_DAYS * DAY_US, now_us)
    _, stock_minor = service_figures.stock_inside(connection)
    found = [
        *_service(connection, period, now_us),
        times,
        of_share("backorder_age", Share(sum(waiting), len(waiting))),
        _pick_rate(tours, len(period.days)),
        *_accuracy(connection, starts, now_us),
        *_lost(crossed, len(period.days)),
        _returned(crossed, len(period.days)),
        *_stock(crossed, len(until_now) - 1, period, now_us, stock_minor),
        of_share("dead_stock", Share(sum(row["cost_minor"] for row in dead), stock_minor)),
        *_sent(connection, policy, starts),
    ]
    return Figures(
        period=period,
        metrics={one.key: one for one in found},
        steps=steps,
        backorder_ages=ages(waiting),
        pickers=_pickers(tours),
        lost=_lost_by_reason(crossed, len(period.days)),
        dead=dead[:DEAD_MAX],
        kept_since_us=metric_figures.kept_since_us(connection),
    )


def _service(connection: Connection, period: Period, now_us: int) -> Iterable[Measured]:
    starts = period.starts
    filled = metric_figures.filled_at_once(connection, starts)
    yield measured("order_fill_rate", [Share(day.full_orders, day.orders) for day in filled])
    yield measured("line_fill_rate", [Share(day.full_lines, day.lines) for day in filled])
    yield measured("unit_fill_rate", [Share(day.units - day.lacking, day.units) for day in filled])
    on_time, perfect = ([Share(0, 0)] * len(period.days) for _ in range(2))
    for one in judged(metric_figures.orders_served(connection, starts[0], starts[-1]), period.zone, now_us):
        day = bisect_right(starts, one.placed_us) - 1
        on_time[day] += Share(one.on_time, 1)
        if one.perfect is not None:
            perfect[day] += Share(one.perfect, 1)
    yield measured("on_time_rate", on_time)
    yield measured("perfect_order_rate", perfect)


def _cycle(connection: Connection, period: Period) -> tuple[Measured, list[StepTime]]:
    """The whole way of the orders that left in the period, and its steps."""
    starts = period.starts
    by_day: list[list[Sequence[int]]] = [[] for _ in period.days]
    orders = metric_figures.order_times(connection, starts[0], starts[-1])
    for stamps in orders:
        known = [at_us for at_us in stamps if at_us is not None]
        if len(known) == len(STEPS) + 1:
            by_day[bisect_right(starts, known[-1]) - 1].append(known)
    steps = step_times([one for day in by_day for one in day])
    medians = [None if not day else step_times(day)[-1].median_us / MINUTE_US for day in by_day]
    share = Share(sum(len(day) for day in by_day), len(orders))
    value = steps[-1].median_us / MINUTE_US if steps else None
    return Measured(key="cycle_time", total=share, value=value, by_day=tuple(medians)), steps


def _pick_rate(tours: Iterable[metric_figures.CartTour], days: int) -> Measured:
    by_day = [Share(0, 0)] * days
    for tour in tours:
        by_day[tour.day] += Share(tour.lines, tour.out_us)
    return measured("pick_rate", by_day, scale=HOUR_US)


def _pickers(tours: Iterable[metric_figures.CartTour]) -> dict[str, Share]:
    found: dict[str, Share] = {}
    for tour in tours:
        found[tour.who] = found.get(tour.who, Share(0, 0)) + Share(tour.lines, tour.out_us)
    return dict(sorted(found.items()))


def _accuracy(connection: Connection, starts: Sequence[int], now_us: int) -> Iterable[Measured]:
    begun = sum(start <= now_us for start in starts[:-1])  # days to come have no bins that agree

    def right(done: Sequence[int], wrong: Sequence[int]) -> list[Share]:
        return [Share(max(0, all_ - bad), all_) for all_, bad in zip(done, wrong, strict=True)]

    picks = metric_figures.tasks_done(connection, starts, "pick")
    yield measured("pick_accuracy", right(picks, stock_figures.pick_corrections(connection, starts)))
    bins = [stock_figures.bins(connection)] * begun + [0] * (len(starts) - 1 - begun)
    yield measured("inventory_accuracy", right(bins, stock_figures.bins_put_right(connection, starts)))
    counts = metric_figures.tasks_done(connection, starts, "count")
    yield measured("count_accuracy", right(counts, stock_figures.counts_that_changed(connection, starts)))


def _lost(crossed: Iterable[Crossing], days: int) -> Iterable[Measured]:
    worth: dict[str, Callable[[Crossing], int]] = {
        "shrinkage": lambda one: one.units,
        "shrinkage_cost": lambda one: one.cost_minor,
    }
    rows = [one for one in crossed if one.day < days]
    for key, of in worth.items():
        by_day = [Share(0, 0)] * days
        for one in rows:
            traded = one.outside in ("supplier", "customer")
            by_day[one.day] += Share(of(one) * one.lost, of(one) * traded)
        yield measured(key, by_day)


def _returned(crossed: Iterable[Crossing], days: int) -> Measured:
    traded = stock_figures.trade_by_day(crossed, days)
    return measured("return_rate", [Share(day.returned, day.shipped) for day in traded])


def _lost_by_reason(crossed: Iterable[Crossing], days: int) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in crossed:
        if one.day < days and one.lost:
            found[one.reason] = found.get(one.reason, 0) + one.units * one.lost
    return dict(sorted(found.items()))


def _stock(
    crossed: Iterable[Crossing], spans: int, period: Period, now_us: int, stock_minor: int
) -> Iterable[Measured]:
    """Turns and cover of the days that have begun by now."""
    shipped, changed = [0] * spans, [0] * spans
    for one in crossed:
        changed[one.day] += one.cost_minor if one.inward else -one.cost_minor
        if one.outside == "customer":
            shipped[one.day] += -one.cost_minor if one.inward else one.cost_minor
    begun = min(len(period.days), max(0, day_of(now_us, period.zone) - period.first + 1))
    stock = stock_by_day(stock_minor, changed)[:begun]
    yield turns(shipped[:begun], stock)
    yield days_of_cover(shipped[:begun], stock)


def _sent(connection: Connection, policy: Policy, starts: Sequence[int]) -> Iterable[Measured]:
    costs = {carton.name: carton.cost_minor for carton in policy.cartons}
    sent = metric_figures.orders_sent(connection, starts, costs)
    yield measured("freight_per_order", [Share(day.freight_minor, day.orders) for day in sent])
    yield measured("freight_per_line", [Share(day.freight_minor, day.lines) for day in sent])
    yield measured("cartons_per_order", [Share(day.parcels, day.orders) for day in sent])
    yield measured("cartons_per_line", [Share(day.parcels, day.lines) for day in sent])
    yield measured("carton_cost_per_order", [Share(day.cartons_minor, day.orders) for day in sent])

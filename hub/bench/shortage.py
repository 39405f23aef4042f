"""How many orders are complete when stock is short: days of real orders against stock that is short of them.

The orders of some days wait together. Of some of their SKUs there is only a part of what is asked for, of the others
enough. All orders are equals, so that what differs is the choice alone.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from hub.domain.allocation import Choose, WaitingLine, allocate, choose_quickly
from hub.domain.allocation_solver import choose_by_solver
from hub.domain.demand import SoldLine

SCENES = ((0.05, 0.5), (0.2, 0.5), (0.2, 0.8), (0.5, 0.8), (1.0, 0.9))
"""(share of the SKUs that are short, what there is of their demand)."""


class WrongAllocation(AssertionError):
    """More was given than there is, or a line was given more than it asks for."""


@dataclass(frozen=True, kw_only=True)
class Shortage:
    """Orders that wait, and the stock for them."""

    day: str
    """The first of theirs."""
    lines: tuple[WaitingLine, ...]
    free: dict[int, int]


def waits(sold: Sequence[SoldLine], days: int) -> list[tuple[str, list[WaitingLine]]]:
    """The lines of so many trading days at a time, by the first of them; an SKU is a number. Days left over are not
    told."""
    placed = sorted(sold, key=lambda line: line.placed_at)
    by_day = [(day, list(lines)) for day, lines in groupby(placed, key=lambda line: line.placed_at.date().isoformat())]
    skus: dict[str, int] = {}
    found = []
    for first in range(0, len(by_day) - days + 1, days):
        orders: dict[str, int] = {}
        lines = [line for _, lines in by_day[first : first + days] for line in lines]
        waiting = [
            WaitingLine(
                line_id=number,
                order_id=orders.setdefault(line.order, len(orders)),
                sku_id=skus.setdefault(line.sku, len(skus)),
                units=line.units,
                placed_us=orders[line.order],
            )
            for number, line in enumerate(lines)
        ]
        found.append((by_day[first][0], waiting))
    return found


def shorten(day: str, lines: Sequence[WaitingLine], short: float, there: float, rng: random.Random) -> Shortage:
    """A share of the SKUs is ``short``: ``there`` of their demand can be had, rounded down."""
    asked: Counter[int] = Counter()
    for line in lines:
        asked[line.sku_id] += line.units
    chosen = set(rng.sample(sorted(asked), round(short * len(asked))))
    free = {sku: int(units * there) if sku in chosen else units for sku, units in asked.items()}
    return Shortage(day=day, lines=tuple(lines), free=free)


def first_come(shortage: Shortage) -> dict[int, int]:
    """What each line gets if the orders are served as they came, each as far as stock goes."""
    left = dict(shortage.free)
    given = {}
    for line in shortage.lines:
        units = min(line.units, left[line.sku_id])
        left[line.sku_id] -= units
        given[line.line_id] = units
    return given


def complete_orders(shortage: Shortage, given: dict[int, int]) -> int:
    """Orders that lack nothing. Raises: WrongAllocation."""
    taken: Counter[int] = Counter()
    lacking = set()
    for line in shortage.lines:
        units = given.get(line.line_id, 0)
        if not 0 <= units <= line.units:
            raise WrongAllocation(f"{shortage.day}: line {line.line_id}: expected 0 to {line.units}, got {units}.")
        taken[line.sku_id] += units
        if units < line.units:
            lacking.add(line.order_id)
    for sku, units in taken.items():
        if units > shortage.free[sku]:
            raise WrongAllocation(f"{shortage.day}: SKU {sku}: expected at most {shortage.free[sku]}, got {units}.")
    return len({line.order_id for line in shortage.lines} - lacking)


def measure(
    sold: Sequence[SoldLine],
    *,
    seconds: float,
    seed: int,
    now_s: Callable[[], float],
    days: int = 5,
    every: int = 1,
    track: Callable[[list[Shortage]], Iterable[Shortage]] = iter,
) -> dict[str, Any]:
    """Complete orders and seconds by method, for each of :data:`SCENES`.

    Args:
        sold: Real order lines.
        seconds: The solver's limit for one shortage.
        seed: Of which SKUs are short.
        now_s: Seconds that never go back.
        days: So many trading days' orders wait together.
        every: Only each so many-th shortage.
        track: Shows how far it is.

    Raises:
        WrongAllocation: a method gave what is not there.
    """
    chosen = waits(sold, days)[::every]
    scenes = []
    for short, there in SCENES:
        rng = random.Random(seed)
        shortages = [shorten(day, lines, short, there, rng) for day, lines in chosen]
        scenes.append({"short_skus": short, "stock_of_demand": there, **_scene(shortages, seconds, now_s, track)})
    return {"shortages": len(chosen), "days": days, "seconds_each": seconds, "seed": seed, "scenes": scenes}


def _scene(
    shortages: list[Shortage],
    seconds: float,
    now_s: Callable[[], float],
    track: Callable[[list[Shortage]], Iterable[Shortage]],
) -> dict[str, Any]:
    def by(make: Callable[[], Choose]) -> Callable[[Shortage], dict[int, int]]:
        return lambda shortage: allocate(shortage.lines, shortage.free, make())

    methods = {
        "first_come": first_come,
        "greedy": by(lambda: choose_quickly),
        "solver": by(lambda: choose_by_solver(seconds, now_s)),
    }
    figures: dict[str, Any] = {name: {"complete": 0, "seconds": 0.0, "slowest_s": 0.0} for name in methods}
    better = 0
    for shortage in track(shortages):
        complete = {}
        for name, method in methods.items():
            began_s = now_s()
            given = method(shortage)
            took_s = now_s() - began_s
            complete[name] = complete_orders(shortage, given)
            figures[name]["complete"] += complete[name]
            figures[name]["seconds"] += took_s
            figures[name]["slowest_s"] = max(figures[name]["slowest_s"], took_s)
        better += complete["solver"] > complete["greedy"]
    orders = sum(len({line.order_id for line in shortage.lines}) for shortage in shortages)
    return {"orders": orders, "solver_is_better": better, **figures}

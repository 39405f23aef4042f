"""How far people walk for a day's real orders: today's release against the oldest orders first.

A floor as the demo's is made for all SKUs of a file, the most popular nearest to packing, one bin each. Each day is
played cart by cart: whoever is free takes what release gives of the orders that have come by then, by its own code
(:mod:`hub.domain.next_carts`, :mod:`hub.handlers.cart_proposals`), within its own time budget. Stock never runs short.
"""

import gzip
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TypedDict

import msgspec
import numpy as np

from edge.contract.site import Site, SiteFile
from hub.bench.interleaved import WayFigures, interleave
from hub.demo.day_demand import demand_of
from hub.demo.floor import REACH_S, SCAN_S, WALK_M_PER_S
from hub.demo.floor_plan import (
    AISLE_FIRST_X_MM,
    BAY_CAPACITY_MG,
    BAY_PITCH_MM,
    BAYS_PER_SIDE,
    bins_by_nearness,
    plan_aisles,
    plan_floor,
)
from hub.demo.opening_stock import plan_stock
from hub.demo.simulated_items import simulate_items
from hub.domain.aisles import Stop
from hub.domain.batching import after_seconds
from hub.domain.floor_stops import FloorStops
from hub.domain.loading import Want, fill_totes
from hub.domain.next_carts import WaitingOrder, next_carts
from hub.domain.order_file import FileOrder, NotAnOrderFile, OrderFile, parse_orders
from hub.domain.route import shortest_route
from hub.domain.s_shape import s_shape_route
from hub.handlers.cart_proposals import Proposals
from hub.handlers.policy import Policy
from hub.handlers.urgency import ORDERS_LOOKED_AT_MAX
from hub.order_import import BadOrderFile
from hub.planning import SEARCH_S
from hub.site.aisles import floor_of

GZIP_MAGIC = b"\x1f\x8b"
PICK_S = 6.0
"""At each stop: reach, read, press, put down."""
EQUAL = (0,)
"""The file's orders have no priority and no date."""
POLICY = Policy(site="bench")


class DayFigures(WayFigures):
    """What was walked on one day, millimetres over all carts."""

    day: str
    orders: int
    lines: int
    oldest_s_shape_mm: int
    """The oldest first, by the S-shape rule."""
    oldest_mm: int
    """The oldest first, by the shortest routes."""
    release_mm: int
    """As release chooses, by the shortest routes."""
    oldest_carts: int
    release_carts: int
    wait_longest_oldest_min: float
    wait_longest_release_min: float
    """From an order's coming to the cart that takes the first of it."""


class Figures(TypedDict):
    """What was walked on one kind of floor, with orders that come in one way."""

    crossings: int
    backlog: bool
    """Whether all of a day's orders wait when work begins; else they come when they came."""
    pickers: int
    skus: int
    aisles: int
    saved_by_routes: float
    """By shortest routes of the same carts, a part of the S-shape's walk."""
    saved_by_choice: float
    """By the choice of orders, a part of the walk by shortest routes."""
    saved: float
    """By both."""
    days: list[DayFigures]


@dataclass
class _Asked:
    """An order that is not picked yet: the stops of each tote it still needs."""

    number: int
    placed_s: float
    totes: list[frozenset[Stop]]


@dataclass
class _Walked:
    carts: list[frozenset[Stop]] = field(default_factory=list)
    wait_longest_s: float = 0.0


Choose = Callable[[Sequence[_Asked]], Sequence[int]]
"""Of the orders that wait, the oldest first: in which order a cart looks at them, by number."""


def read_day_orders(file: Path) -> OrderFile:
    """Parse a file of order lines, plain or packed by gzip. Raises: BadOrderFile."""
    try:
        with file.open("rb") as plain:
            zipped = plain.read(len(GZIP_MAGIC)) == GZIP_MAGIC
        if zipped:
            with gzip.open(file, "rt", encoding="utf-8", newline="") as lines:
                return parse_orders(lines)
        with file.open(encoding="utf-8", newline="") as lines:
            return parse_orders(lines)
    except (OSError, EOFError, UnicodeDecodeError, NotAnOrderFile) as error:
        raise BadOrderFile(f"{file}: expected a CSV file of order lines, plain or .gz, got: {error}.") from error


def measure(
    orders: Sequence[FileOrder],
    *,
    every: int,
    pickers: int,
    crossings: int,
    backlog: bool,
    seed: int,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> Figures:
    """Play every so many-th day of a file."""
    floor, bins, sizes = _floor(orders, crossings, seed)
    days: dict[str, list[FileOrder]] = {}
    for order in orders:
        days.setdefault(f"{datetime.fromtimestamp(order.placed_us / 1e6, UTC):%Y-%m-%d}", []).append(order)
    chosen = sorted(days)[::every]
    played = []
    for number, day in enumerate(chosen):
        progress(number, len(chosen))
        played.append(_day(day, days[day], floor, bins, sizes, pickers=pickers, backlog=backlog, seed=seed))
    progress(len(chosen), len(chosen))
    s_shape, oldest, release = (
        sum(day[key] for day in played) for key in ("oldest_s_shape_mm", "oldest_mm", "release_mm")
    )
    return Figures(
        crossings=crossings,
        backlog=backlog,
        pickers=pickers,
        skus=len(bins),
        aisles=len(floor.aisles.across_mm),
        saved_by_routes=1 - oldest / s_shape,
        saved_by_choice=1 - release / oldest,
        saved=1 - release / s_shape,
        days=played,
    )


def _floor(
    orders: Sequence[FileOrder], crossings: int, seed: int
) -> tuple[FloorStops, dict[str, str], dict[str, tuple[int, int]]]:
    """The floor; each SKU's bin; each SKU's (weight, volume)."""
    demands = demand_of(orders)
    stations = plan_floor(len(demands), printer_host="127.0.0.1", printer_port=9100)
    aisles = plan_aisles(len(demands))
    if crossings > 1:
        far_mm = AISLE_FIRST_X_MM + BAYS_PER_SIDE * BAY_PITCH_MM
        aisles = msgspec.structs.replace(aisles, crossings_mm=(AISLE_FIRST_X_MM, far_mm))
    floor = floor_of(
        Site(file=SiteFile(name="bench", client="bench", aisles=aisles), stations={s.name: s for s in stations})
    )
    assert floor is not None
    items = simulate_items(demands, plan_stock(demands, seed), ["bench"], capacity_mg=BAY_CAPACITY_MG, seed=seed)
    bins = {demand.sku: place.name for demand, place in zip(demands, bins_by_nearness(stations), strict=False)}
    return floor, bins, {item.sku: (item.unit_mg, item.volume_mm3) for item in items}


def floor_of_all(orders: Sequence[FileOrder], crossings: int = 1) -> tuple[FloorStops, dict[str, str]]:
    """A floor for every SKU of some orders, and a bin for each: the SKU of most units has the nearest, and so on."""
    floor, bins, _ = _floor(orders, crossings, 1)
    return floor, bins


def _day(
    day: str,
    orders: Sequence[FileOrder],
    floor: FloorStops,
    bins: dict[str, str],
    sizes: dict[str, tuple[int, int]],
    *,
    pickers: int,
    backlog: bool,
    seed: int,
) -> DayFigures:
    first_us = min(order.placed_us for order in orders)

    def asked() -> list[_Asked]:
        found = []
        for number, order in enumerate(sorted(orders, key=lambda one: one.placed_us)):
            wants = [
                Want(line_id=n, sku_id=n, units=line.units, unit_mg=sizes[line.sku][0], unit_mm3=sizes[line.sku][1])
                for n, line in enumerate(order.lines)
            ]
            loads = fill_totes(wants, tote_mm3=POLICY.tote_mm3, tote_mg=POLICY.tote_mg)
            totes = [frozenset(floor.stops[bins[order.lines[w.line_id].sku]] for w in load.wants) for load in loads]
            placed_s = 0.0 if backlog else (order.placed_us - first_us) / 1e6
            found.append(_Asked(number, placed_s, totes))
        return found

    rng = np.random.default_rng(seed)
    oldest = _play(asked(), floor, pickers, lambda waiting: [one.number for one in waiting])
    release = _play(asked(), floor, pickers, lambda waiting: _as_release(waiting, floor, rng))
    way = interleave(floor.aisles, release.carts, sorted({floor.stops[name] for name in bins.values()}), seed)
    return DayFigures(
        **way,
        day=day,
        orders=len(orders),
        lines=sum(len(order.lines) for order in orders),
        oldest_s_shape_mm=sum(s_shape_route(floor.aisles, cart).length_mm for cart in oldest.carts),
        oldest_mm=sum(shortest_route(floor.aisles, cart).length_mm for cart in oldest.carts),
        release_mm=sum(shortest_route(floor.aisles, cart).length_mm for cart in release.carts),
        oldest_carts=len(oldest.carts),
        release_carts=len(release.carts),
        wait_longest_oldest_min=oldest.wait_longest_s / 60,
        wait_longest_release_min=release.wait_longest_s / 60,
    )


def _as_release(waiting: Sequence[_Asked], floor: FloorStops, rng: np.random.Generator) -> Sequence[int]:
    """As the product does it: proposals from what waits, then the cart's own look at them."""
    ready = [one.number for one in waiting]
    orders = [
        WaitingOrder(
            order_id=one.number,
            urgency=EQUAL,
            stops=frozenset().union(*one.totes),
            size=min(len(one.totes), POLICY.cart_totes),
        )
        for one in waiting[:ORDERS_LOOKED_AT_MAX]
    ]
    proposals = Proposals()
    if sum(order.size for order in orders) > POLICY.cart_totes:
        spent = after_seconds(SEARCH_S, time.thread_time)
        proposals.put(next_carts(floor.aisles, orders, POLICY.cart_totes, spent=spent, rng=rng))
    return proposals.preferred(ready)


def _play(orders: list[_Asked], floor: FloorStops, pickers: int, choose: Choose) -> _Walked:
    """One day: whoever is free first takes the next cart."""
    walked = _Walked()
    free_s = [0.0] * pickers
    while orders:
        who = min(range(pickers), key=free_s.__getitem__)
        now_s = max(free_s[who], orders[0].placed_s)
        waiting = {one.number: one for one in orders if one.placed_s <= now_s}
        room = POLICY.cart_totes
        stops: set[Stop] = set()
        for number in choose(list(waiting.values())):
            if not room:
                break
            one = waiting[number]
            taken, one.totes = one.totes[:room], one.totes[room:]
            room -= len(taken)
            stops.update(*taken)
            walked.wait_longest_s = max(walked.wait_longest_s, now_s - one.placed_s)
        orders = [one for one in orders if one.totes]
        walked.carts.append(frozenset(stops))
        far_mm = shortest_route(floor.aisles, stops).length_mm
        totes_s = (POLICY.cart_totes - room) * SCAN_S
        free_s[who] = now_s + far_mm / 1000 / WALK_M_PER_S + len(stops) * (REACH_S + PICK_S) + totes_s
    return walked

"""What a way of ordering would have come to: the demand of a replay once more, with purchase orders, lead times,
receipts and backorders, and no picking.

Every way meets the same orders, opening stock, suppliers, draws of lateness and turns, and is run at several levels of
caution. An evening: what came in is given to those who wait, then each supplier whose turn it is (every
:data:`TURN_DAYS` days, or at once if an SKU of it has run out) is ordered from by the rules of
:mod:`hub.domain.restock`: nothing while something is on order, whole cases. What lacks is a backorder, not a lost sale.
A level is the same for all SKUs; levels are looked at anew each week, from the days before alone.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from hub.domain.croston import Smoothed
from hub.domain.forecast import Coming
from hub.domain.minimum_maximum import minimum_maximum
from hub.domain.restock import Position, Proposal, Terms, propose, propose_fixed
from hub.domain.safety_stock import Cover, cover

LEVELS: Mapping[str, tuple[float, ...]] = {
    "forecast": (0.5, 0.8, 0.9, 0.95, 0.98),
    "croston": (0.5, 0.8, 0.95, 0.99),
    "min_max": (0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99),
}
"""How cautious: the service levels that each way is run at. Below a half nothing changes: no reorder point is less
than what is expected."""
TURN_DAYS = 7
LOOK_DAYS = 7
"""Levels are reckoned anew after so many days."""
LATE_SHARE = 0.2
LATE_DAYS_MAX = 3
"""So many orders come later than they were promised, and at most by so many days: as in the replay."""

Array = npt.NDArray[np.float64]
Pair = tuple[Array, Array]
Lines = tuple[tuple[int, int], ...]
"""(column of the SKU, units) of each line of an order."""


@dataclass(frozen=True, kw_only=True)
class Vendor:
    """A supplier."""

    lead_days: float
    """Calendar days from order to delivery, by the catalogue."""
    due_day: Callable[[int], int]
    """On which day, by its number in the trial, an order of the evening of a day comes if it is not late."""


@dataclass(frozen=True, kw_only=True)
class Shop:
    """What came, and what there was; SKUs by column, days by number from the first."""

    skus: tuple[str, ...]
    dates: npt.NDArray[np.datetime64]
    orders: tuple[tuple[Lines, ...], ...]
    """The orders of each calendar day, in their order."""
    opening_units: tuple[int, ...]
    cost_minor: tuple[int, ...]
    vendors: tuple[Vendor, ...]
    vendor_of: tuple[int, ...]
    case_units: int
    scored_from: int
    """The first day that is scored: what is known on the first morning teaches the stock, and does not judge it."""
    seed: int

    @property
    def demand(self) -> Array:
        """[days, SKUs] units asked for."""
        units = np.zeros((len(self.dates), len(self.skus)))
        for day, orders in enumerate(self.orders):
            for lines in orders:
                for sku, asked in lines:
                    units[day, sku] += asked
        return units


@dataclass(frozen=True, kw_only=True)
class Reach:
    """What one way wants of each SKU from a day on: its reorder point, and what it expects or orders up to."""

    level: float
    cover_days: Sequence[int]
    expected_units: Sequence[int]
    enough_units: Sequence[int]
    up_to_units: Sequence[int] | None = None
    """Of a minimum and a maximum: the maximum."""

    def asks(self, shop: Shop, sku: int, position: Position) -> Proposal | None:
        """What to order of an SKU in a position."""
        terms = Terms(pack_units=shop.case_units, prices=((1, shop.cost_minor[sku]),))
        point = self.enough_units[sku]
        if self.up_to_units is not None:
            beyond = max(1, self.up_to_units[sku] - point)
            return propose_fixed(shop.skus[sku], position, terms, reorder_point_units=point, reorder_units=beyond)
        days = self.cover_days[sku]
        reach = Cover(level=self.level, days=days, expected_units=self.expected_units[sku], enough_units=point)
        return propose(shop.skus[sku], position, reach, terms, review_days=max(TURN_DAYS, days - TURN_DAYS))


@dataclass(kw_only=True)
class Outcome:
    """What came of one way at one level, over the scored days."""

    level: float
    orders: int = 0
    lines: int = 0
    units: int = 0
    full_orders: int = 0
    full_lines: int = 0
    filled_units: int = 0
    days: int = 0
    stock_units: int = 0
    stock_cost_minor: int = 0
    """Both summed over the evenings of the days."""
    purchase_lines: int = 0
    waiting_units: int = 0
    """At the end."""

    def figures(self) -> dict[str, float]:
        """Rates, and the mean stock of an evening."""
        return {
            "level": self.level,
            "order_fill_rate": self.full_orders / max(1, self.orders),
            "line_fill_rate": self.full_lines / max(1, self.lines),
            "unit_fill_rate": self.filled_units / max(1, self.units),
            "mean_units": round(self.stock_units / max(1, self.days)),
            "mean_cost_minor": round(self.stock_cost_minor / max(1, self.days)),
            "purchase_lines": self.purchase_lines,
            "waiting_units": self.waiting_units,
        }


def reaches(shop: Shop, way: str) -> list[dict[float, Reach]]:
    """What a way wants at each of its levels from each look on, the first on the second day; each knows the days
    before it alone."""
    levels = LEVELS[way]
    demand = shop.demand
    days_of = [TURN_DAYS + max(1, round(vendor.lead_days)) for vendor in shop.vendors]
    cover_days = [days_of[vendor] for vendor in shop.vendor_of]
    columns = {days: np.array([n for n, own in enumerate(cover_days) if own == days]) for days in set(cover_days)}
    found = []
    for day in range(1, len(shop.dates), LOOK_DAYS):
        known, dates = demand[:day], shop.dates[:day]
        expected = {level: np.zeros(len(shop.skus), dtype=np.int64) for level in levels}
        enough = {level: np.zeros(len(shop.skus), dtype=np.int64) for level in levels}
        up_to = {level: np.zeros(len(shop.skus), dtype=np.int64) for level in levels}
        asked = _asked(way, known, dates)
        for days, own in columns.items():
            at = asked(days)
            for level in levels:
                low, high = at(level)
                if way == "min_max":
                    enough[level][own], up_to[level][own] = np.ceil(low[own]), np.ceil(high[own])
                    continue
                for sku in own:
                    reach = cover(float(low[sku]), float(high[sku]), level=level, days=days)
                    expected[level][sku], enough[level][sku] = reach.expected_units, reach.enough_units
        found.append(
            {
                level: Reach(
                    level=level,
                    cover_days=cover_days,
                    expected_units=expected[level].tolist(),
                    enough_units=enough[level].tolist(),
                    up_to_units=up_to[level].tolist() if way == "min_max" else None,
                )
                for level in levels
            }
        )
    return found


def _asked(way: str, known: Array, dates: npt.NDArray[np.datetime64]) -> Callable[[int], Callable[[float], Pair]]:
    """By days to cover and level: (mean, quantile) of the demand; of a minimum and a maximum: these two."""
    if way == "forecast":
        return lambda days: Coming(known, days, dates).at
    if way == "croston":
        smoothed = Smoothed(known)
        return lambda days: lambda level: smoothed.at(days, level)
    return lambda days: lambda level: minimum_maximum(known, days, level, TURN_DAYS)


def run(shop: Shop, looks: Sequence[Reach]) -> Outcome:
    """Let the orders come, ordering by what was wanted at each look."""
    house = _House(shop)
    outcome = Outcome(level=looks[0].level if looks else 0.0)
    for day, orders in enumerate(shop.orders):
        for lines in orders:
            house.sell(lines, outcome if day >= shop.scored_from else None)
        house.receive(day)
        if day:
            outcome.purchase_lines += house.order(day, looks[(day - 1) // LOOK_DAYS])
        if day >= shop.scored_from and orders:
            outcome.days += 1
            outcome.stock_units += sum(house.on_hand)
            outcome.stock_cost_minor += sum(map(int.__mul__, house.on_hand, shop.cost_minor))
    outcome.waiting_units = sum(house.waiting)
    return outcome


@dataclass
class _House:
    """Stock, what waits for it, and what is on its way."""

    shop: Shop
    on_hand: list[int] = field(init=False)
    waiting: list[int] = field(init=False)
    is_ordered: list[bool] = field(init=False)
    coming: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    ordered_on: dict[int, int] = field(default_factory=dict)
    """The last day that a supplier was ordered from."""

    def __post_init__(self) -> None:
        self.on_hand = list(self.shop.opening_units)
        self.waiting = [0] * len(self.on_hand)
        self.is_ordered = [False] * len(self.on_hand)

    def sell(self, lines: Lines, scored: Outcome | None) -> None:
        """One order: each line gets what there is, and waits for the rest."""
        full = 0
        for sku, asked in lines:
            have = min(asked, self.on_hand[sku])
            self.on_hand[sku] -= have
            self.waiting[sku] += asked - have
            full += have == asked
            if scored is not None:
                scored.units += asked
                scored.filled_units += have
        if scored is not None:
            scored.orders += 1
            scored.lines += len(lines)
            scored.full_lines += full
            scored.full_orders += full == len(lines)

    def receive(self, day: int) -> None:
        """What comes on a day goes to those who wait, then to the bins."""
        for sku, units in self.coming.pop(day, ()):
            given = min(units, self.waiting[sku])
            self.waiting[sku] -= given
            self.on_hand[sku] += units - given
            self.is_ordered[sku] = False

    def order(self, day: int, reach: Reach) -> int:
        """Order from the suppliers whose turn it is; how many lines."""
        shop = self.shop
        position = np.array(self.on_hand) - np.array(self.waiting)
        low = ~np.array(self.is_ordered) & (position <= np.array(reach.enough_units))
        vendor_of = np.array(shop.vendor_of)
        out = set(vendor_of[low & (position <= 0) & (np.array(reach.enough_units) > 0)].tolist())
        lines = 0
        for vendor, supplier in enumerate(shop.vendors):
            if vendor not in out and day - self.ordered_on.get(vendor, -TURN_DAYS) < TURN_DAYS:
                continue
            due = supplier.due_day(day) + _late_days(shop.seed, vendor, day)
            for sku in np.flatnonzero(low & (vendor_of == vendor)).tolist():
                at = Position(on_hand=self.on_hand[sku], backordered=self.waiting[sku])
                proposal = reach.asks(shop, sku, at)
                if proposal is None:
                    continue
                self.is_ordered[sku] = True
                self.coming.setdefault(max(due, day + 1), []).append((sku, proposal.units))
                self.ordered_on[vendor] = day
                lines += 1
        return lines


def _late_days(seed: int, vendor: int, day: int) -> int:
    rng = random.Random(f"{seed}/late/{vendor}/{day}")
    return rng.randint(1, LATE_DAYS_MAX) if rng.random() < LATE_SHARE else 0


def compare(shop: Shop, progress: Callable[[str, float], None]) -> dict[str, list[dict[str, float]]]:
    """Every way at every level: its points by rising level. ``progress``: told (way, level) before each."""
    found: dict[str, list[dict[str, float]]] = {}
    for way, levels in LEVELS.items():
        looks = reaches(shop, way)
        found[way] = []
        for level in levels:
            progress(way, level)
            found[way].append(run(shop, [look[level] for look in looks]).figures())
    return found


def at_equal_stock(
    points: Mapping[str, Sequence[Mapping[str, float]]], stock: str = "mean_cost_minor", fill: str = "unit_fill_rate"
) -> list[dict[str, float | None]]:
    """At the stock of each of the forecast's points: every way's fill rate there, between its levels in a straight
    line; None beyond them.

    >>> ours = [{"mean_cost_minor": 10, "unit_fill_rate": 0.9}]
    >>> other = [{"mean_cost_minor": 5, "unit_fill_rate": 0.6}, {"mean_cost_minor": 15, "unit_fill_rate": 0.8}]
    >>> [round(one["min_max"], 3) for one in at_equal_stock({"forecast": ours, "min_max": other})]
    [0.7]
    """
    return [{stock: point[stock], **between_levels(points, point[stock], stock, fill)} for point in points["forecast"]]


def between_levels(
    points: Mapping[str, Sequence[Mapping[str, float]]],
    at: float,
    stock: str = "mean_cost_minor",
    fill: str = "unit_fill_rate",
) -> dict[str, float | None]:
    """Every way's fill rate at a stock, between its levels in a straight line; None beyond them."""
    return {way: _between(sorted((one[stock], one[fill]) for one in levels), at) for way, levels in points.items()}


def _between(curve: Sequence[tuple[float, float]], at: float) -> float | None:
    for (left, low), (right, high) in pairwise(curve):
        if left <= at <= right:
            return low + (high - low) * (at - left) / (right - left) if right > left else high
    return None

"""Simulated: how much of each SKU lies in the bins when the demo's day begins, and when more is ordered.

Most SKUs have the day's demand and some more; a seeded few have less, so that backorders occur.
"""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

from hub.demo.day_demand import Demand

SHORT_SHARE = 0.04
"""Share of the SKUs that have less than the day asks."""
SURPLUS = (0.25, 1.5)
"""What the others have beyond the day's demand, as a share of it."""
SPARE_UNITS = (1, 6)
"""And some units more, so that an SKU that sells one is not empty after it."""
REORDER_POINT_SHARE = 0.35
"""The reorder point, as a share of the day's demand."""
REORDER_SHARE = 0.8
"""What is ordered beyond the reorder point, as a share of the day's demand."""
CASE_UNITS = 6
"""Orders go out in whole cases of this many."""
DEMAND_STOCKED_MAX = 600
"""More than this of an SKU a day is not stocked: a bin could not carry it, and it may be a typing error."""


@dataclass(frozen=True, kw_only=True)
class Stock:
    """One SKU's stock."""

    opening_units: int
    reorder_point_units: int
    reorder_units: int
    bin_units_max: int
    """The most units that a day can bring together in one bin."""


def plan_stock(demands: Sequence[Demand], seed: int) -> dict[str, Stock]:
    """Each SKU's stock by a seeded rule; an SKU's own draw does not depend on the others."""
    codes = sorted(d.sku for d in demands)
    short_count = max(1, round(len(codes) * SHORT_SHARE))
    short = set(random.Random(f"{seed}/short").sample(codes, min(short_count, len(codes))))
    return {d.sku: _stock(d, seed, is_short=d.sku in short) for d in demands}


def _stock(demand: Demand, seed: int, *, is_short: bool) -> Stock:
    rng = random.Random(f"{seed}/stock/{demand.sku}")
    asked = min(demand.units, DEMAND_STOCKED_MAX)
    if is_short:
        opening = math.floor(asked * rng.uniform(0.0, 0.8))
    else:
        opening = asked + math.ceil(asked * rng.uniform(*SURPLUS)) + rng.randint(*SPARE_UNITS)
    point = math.ceil(asked * REORDER_POINT_SHARE)
    reorder = max(1, math.ceil(asked * REORDER_SHARE / CASE_UNITS)) * CASE_UNITS
    return Stock(
        opening_units=opening,
        reorder_point_units=point,
        reorder_units=reorder,
        bin_units_max=max(opening, asked + point) + reorder,
    )

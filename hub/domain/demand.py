"""From order lines to demand: what customers really wanted, day by day.

Not demand: what comes back, what moves no goods, and a sale that the customer cancelled at once (a typing error, as the
74,215 units that a real shop once sold for 16 minutes). A one-off bulk order is demand, but not the beginning of more
of it: forecasts see it cut to what the SKU has shown before or since.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
import numpy.typing as npt

CANCELLED_WITHIN = timedelta(days=2)
"""A full return of a sale within this time is its cancellation; a later one is a return."""
BULK_TIMES = 2.0
"""A day above this many times the SKU's second largest is a one-off."""
BULK_UNITS_MIN = 12.0
"""Smaller days are never one-offs: a dozen."""

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class SoldLine:
    """One line of an order, or of a return."""

    order: str
    line: str
    sku: str
    customer: str
    """Empty for guests, who are taken for one customer."""
    placed_at: datetime
    """Local time."""
    units: int
    """Units asked for, or brought back; positive."""


@dataclass(frozen=True, kw_only=True)
class DailyDemand:
    """Units asked for, by day and SKU."""

    dates: npt.NDArray[np.datetime64]
    """[T] every calendar day from the first sale to the last."""
    skus: tuple[str, ...]
    """[n] in alphabetical order."""
    units: Array
    """[T, n]"""
    cancelled: int
    """Sale lines left out because they were cancelled."""


def cancelled(sales: Sequence[SoldLine], returns: Iterable[SoldLine]) -> set[tuple[str, str]]:
    """(order, line) of the sales that their customer returned in full within :data:`CANCELLED_WITHIN`.

    A return names no sale: it is matched by customer, SKU and units. One return may match several equal sales.
    """
    came_back: dict[tuple[str, str, int], list[datetime]] = defaultdict(list)
    for line in returns:
        came_back[line.sku, line.customer, line.units].append(line.placed_at)
    for moments in came_back.values():
        moments.sort()
    found = set()
    for sale in sales:
        moments = came_back.get((sale.sku, sale.customer, sale.units), [])
        first = bisect_left(moments, sale.placed_at)
        if first < len(moments) and moments[first] - sale.placed_at <= CANCELLED_WITHIN:
            found.add((sale.order, sale.line))
    return found


def daily_demand(sales: Sequence[SoldLine], returns: Iterable[SoldLine]) -> DailyDemand:
    """Units asked for by day and SKU, cancelled sales left out.

    Raises:
        ValueError: no sale is left.
    """
    dead = cancelled(sales, returns)
    kept = [sale for sale in sales if (sale.order, sale.line) not in dead]
    if not kept:
        raise ValueError("Expected at least one sale that was not cancelled, got none.")
    skus = sorted({sale.sku for sale in kept})
    column = {sku: number for number, sku in enumerate(skus)}
    first = min(sale.placed_at for sale in kept).date()
    last = max(sale.placed_at for sale in kept).date()
    units = np.zeros(((last - first).days + 1, len(skus)))
    for sale in kept:
        units[(sale.placed_at.date() - first).days, column[sale.sku]] += sale.units
    return DailyDemand(dates=_days(first, len(units)), skus=tuple(skus), units=units, cancelled=len(sales) - len(kept))


def without_one_off_bulk(units: Array) -> Array:
    """Daily demand [T, n] with each SKU's largest day cut to :data:`BULK_TIMES` its second largest.

    A day that came twice is no one-off and stays.

    >>> without_one_off_bulk(np.array([[5.0], [20.0], [600.0]])).ravel().tolist()
    [5.0, 20.0, 40.0]
    """
    if len(units) < 2:
        return np.minimum(units, BULK_UNITS_MIN)
    second = np.partition(units, len(units) - 2, axis=0)[-2]
    cut: Array = np.minimum(units, np.maximum(BULK_TIMES * second, BULK_UNITS_MIN))
    return cut


def _days(first: date, count: int) -> npt.NDArray[np.datetime64]:
    return np.datetime64(first, "D") + np.arange(count)

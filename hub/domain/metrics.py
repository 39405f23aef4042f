"""The figures a house is led by: what each means, its formula, and its value as one number over another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import ceil, floor
from typing import Literal

PartUnit = Literal["count", "minor", "us", "days"]
"""What the numbers of a share are: things, minor units of money, microseconds, days."""
Unit = Literal["percent", "number", "money", "days", "minutes", "per_hour", "turns"]


@dataclass(frozen=True, kw_only=True)
class Definition:
    """What a figure is."""

    key: str
    name: str
    meaning: str
    """In one plain sentence."""
    formula: str
    parts: tuple[str, str]
    """What is above the line and what is below it."""
    unit: Unit
    tables: tuple[str, ...]
    """Where it is read."""
    part_units: tuple[PartUnit, PartUnit] = ("count", "count")
    source: str = ""
    """The standard or book that defines it; empty: ours."""


@dataclass(frozen=True)
class Share:
    """One number over another: units, lines, minor units of money or microseconds, as the figure's parts say.

    >>> Share(611, 664).value, Share(0, 0).value
    (0.9201807228915663, None)
    """

    above: float
    below: float

    @property
    def value(self) -> float | None:
        """None where nothing is to divide by."""
        return self.above / self.below if self.below else None

    def __add__(self, other: "Share") -> "Share":
        return Share(self.above + other.above, self.below + other.below)


NOTHING = Share(0, 0)


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A figure over a period, as a whole and by its days."""

    key: str
    total: Share
    value: float | None
    """In the definition's unit; a share of 1 is 100 percent."""
    by_day: tuple[float | None, ...] = ()
    """For each day of the period; empty: it is known for one moment only."""


def measured(key: str, by_day: Sequence[Share], *, scale: float = 1.0) -> Measured:
    """A figure whose parts are counted by day and add up.

    >>> measured("line_fill_rate", [Share(1, 2), Share(0, 0), Share(2, 2)]).value
    0.75
    """
    total = sum(by_day, NOTHING)
    return of_share(key, total, scale=scale, by_day=[_scaled(share.value, scale) for share in by_day])


def of_share(key: str, total: Share, *, scale: float = 1.0, by_day: Sequence[float | None] = ()) -> Measured:
    """A figure whose whole is not the sum of its days."""
    return Measured(key=key, total=total, value=_scaled(total.value, scale), by_day=tuple(by_day))


def _scaled(value: float | None, scale: float) -> float | None:
    return None if value is None else value * scale


# -- cycle times -------------------------------------------------------------------------------------------------

STEPS = ("to the cart", "picking", "packing", "to the door")
"""From placed to on a cart, to picked, to packed, to shipped."""


@dataclass(frozen=True, kw_only=True)
class StepTime:
    """How long a step took: half of the orders at most so long, nine of ten at most so long, microseconds."""

    step: str
    median_us: int
    p90_us: int


def step_times(orders: Sequence[Sequence[int]]) -> list[StepTime]:
    """The steps and, at the end, the whole way, of orders with the times of all of them (UTC microseconds, as
    :data:`STEPS`: five times an order). A step begins when all before it have ended.

    >>> [(one.step, one.median_us) for one in step_times([(0, 2, 3, 3, 9), (0, 4, 4, 6, 7)])]
    [('to the cart', 2), ('picking', 0), ('packing', 0), ('to the door', 1), ('all', 7)]
    """
    if not orders:
        return []
    ways = [list(accumulate(times, max)) for times in orders]
    spans = [sorted(way[n + 1] - way[n] for way in ways) for n in range(len(STEPS))]
    spans.append(sorted(way[-1] - way[0] for way in ways))
    return [
        StepTime(step=step, median_us=quantile(span, 0.5), p90_us=quantile(span, 0.9))
        for step, span in zip((*STEPS, "all"), spans, strict=True)
    ]


def quantile(ascending: Sequence[int], level: float) -> int:
    """The smallest of the values that at least ``level`` of them do not exceed.

    Source: Hyndman and Fan, Sample Quantiles in Statistical Packages, The American Statistician 50 (1996), type 1.

    >>> [quantile([1, 2, 3, 4], level) for level in (0.5, 0.9)]
    [2, 4]
    """
    return ascending[max(0, ceil(level * len(ascending)) - 1)]


# -- ages --------------------------------------------------------------------------------------------------------

AGES = ((1, "today"), (3, "1-2 days"), (7, "3-6 days"), (14, "1-2 weeks"), (30, "2-4 weeks"), (None, "longer"))
"""(below so many days, what it is called)."""


def ages(days: Sequence[float]) -> Mapping[str, int]:
    """How many have waited how long.

    >>> ages([0.5, 1.0, 40])["today"], ages([0.5, 1.0, 40])["longer"]
    (1, 1)
    """
    found = {words: 0 for _, words in AGES}
    for waited in days:
        found[next(words for below, words in AGES if below is None or floor(waited) < below)] += 1
    return found


# -- stock -------------------------------------------------------------------------------------------------------

YEAR_DAYS = 365


def stock_by_day(now: int, changes: Sequence[int]) -> list[int]:
    """Stock at the end of each day, from what is there now and by how much each day changed it, the last day's
    until now.

    >>> stock_by_day(10, [5, -2, 3])
    [9, 7, 10]
    """
    ends = list(accumulate(reversed(changes), lambda left, change: left - change, initial=now))
    return ends[-2::-1] if len(ends) > 1 else []


def turns(shipped: Sequence[int], stock: Sequence[int]) -> Measured:
    """How often in a year the stock would be sold, from what goods cost by day: shipped, and there at its end."""
    return measured("turns", [Share(sold * YEAR_DAYS, there) for sold, there in zip(shipped, stock, strict=True)])


def days_of_cover(shipped: Sequence[int], stock: Sequence[int]) -> Measured:
    """For how many days the stock at the end would last, if as much were shipped a day as in the period."""
    if not shipped:
        return of_share("days_of_cover", NOTHING)
    a_day = sum(shipped) / len(shipped)
    return of_share("days_of_cover", Share(stock[-1], a_day), by_day=[Share(there, a_day).value for there in stock])

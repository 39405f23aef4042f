"""How well the shipped restocking serves real orders at equal stock, beside plain methods in the same run."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from hub.bench.order_lines import BadHistory, read_lines
from hub.bench.plain_methods import exponential_smoothing, minimum_and_maximum, shipped
from hub.bench.stock_trial import LEVELS, SCORED_LEVEL, Method, Score, Trial, run
from hub.domain.demand import daily_demand

SOLD_DAYS_MIN = 8
"""An SKU is tried if it was sold on so many days of the last :data:`RECENT_DAYS` before the first review."""
RECENT_DAYS = 180
HISTORY_SPANS_MIN = 3
"""The history must be so many times as long as the days to cover."""
STOCK_DAYS = (20, 30)
METHODS: tuple[tuple[str, Method], ...] = (
    ("shipped", shipped),
    ("exponential_smoothing", exponential_smoothing),
    ("min_max", minimum_and_maximum),
)
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """A trial made of two files."""

    trial: Trial
    skus: tuple[str, ...]
    """[n] those that are tried."""
    cancelled: int
    """Sale lines left out because they were cancelled."""


def load(history: Path, future: Path, lead_days: int) -> Loaded:
    """Read what was known and what came.

    Raises:
        BadHistory: a file cannot be read, the future does not follow the history, or one is too short.
    """
    sales, returns = read_lines(history)
    later_sales, later_returns = read_lines(future)
    began = min(line.placed_at for line in [*later_sales, *later_returns]).date()
    if (last := max(line.placed_at for line in sales).date()) >= began:
        raise BadHistory(f"{future}: expected lines after {history}'s last day {last}, got one of {began}.")
    demand = daily_demand(sales + later_sales, returns + later_returns)
    known_days = int(np.searchsorted(demand.dates, np.datetime64(began, "D")))
    recent = demand.units[max(0, known_days - RECENT_DAYS) : known_days]
    tried = (recent > 0).sum(axis=0) >= SOLD_DAYS_MIN
    trial = Trial(units=demand.units[:, tried], dates=demand.dates, known_days=known_days, lead_days=lead_days)
    if known_days < HISTORY_SPANS_MIN * trial.cover_days:
        needed = HISTORY_SPANS_MIN * trial.cover_days
        raise BadHistory(f"{history}: expected at least {needed} days of sales for lead {lead_days}, got {known_days}.")
    if len(demand.dates) - known_days < trial.cover_days:
        came = len(demand.dates) - known_days
        raise BadHistory(f"{future}: expected at least {trial.cover_days} days of sales, got {came}.")
    if not tried.any():
        raise BadHistory(
            f"{history}: expected an SKU sold on {SOLD_DAYS_MIN} of the last {RECENT_DAYS} days, got none."
        )
    skus = tuple(sku for sku, is_tried in zip(demand.skus, tried, strict=True) if is_tried)
    return Loaded(trial=trial, skus=skus, cancelled=demand.cancelled)


def measure(loaded: Loaded, *, now_s: Callable[[], float], progress: Progress) -> dict[str, Any]:
    """Score every method.

    Returns:
        The shipped policy's ``fill_at_20d``, ``fill_at_30d`` (None where its curve does not reach), ``pinball95``,
        ``cover95``, ``sec_per_1000``, ``curve``; ``beside``: the same of the plain methods; what was tried on.
    """
    scores = {
        name: figures(run(method, loaded.trial, now_s=now_s, progress=lambda done, of, n=name: progress(n, done, of)))  # type: ignore[misc]
        for name, method in METHODS
    }
    trial = loaded.trial
    return {
        **scores.pop(METHODS[0][0]),
        "beside": scores,
        "skus": len(loaded.skus),
        "cancelled_lines": loaded.cancelled,
        "first_day": str(trial.dates[0]),
        "first_review": str(trial.dates[trial.known_days]),
        "last_day": str(trial.dates[-1]),
        "lead_days": trial.lead_days,
        "reviews": len(trial.reviews),
        "levels": list(LEVELS),
    }


def figures(score: Score) -> dict[str, Any]:
    """A score as it is written to a file."""
    point = next(point for point in score.curve if point.level == SCORED_LEVEL)
    return {
        **{f"fill_at_{days}d": score.fill_at(days) for days in STOCK_DAYS},
        "pinball95": score.pinball95,
        "cover95": score.cover95,
        "sec_per_1000": score.sec_per_1000,
        "fill95": point.fill,
        "stock_days95": point.stock_days,
        "curve": [{"level": p.level, "fill": p.fill, "stock_days": p.stock_days} for p in score.curve],
    }

"""Order batching on benchmark instances: distance against the best known, and against the S-shape rule."""

from collections.abc import Callable, Sequence
from typing import TypedDict

import numpy as np

from hub.bench.batching_instances import MM, BatchingTask, Instance, Known
from hub.bench.walked import TOLERANCE, WrongAnswer, check_partition, walked
from hub.domain.batching import Batching, after_seconds, batch_orders
from hub.domain.route import shortest_route
from hub.domain.s_shape import s_shape_route

ROUTES_S = 0.0008
"""Kept back for each order: at the end the routes are written down."""


class BatchFigures(TypedDict):
    """One tour: its orders by index, and its picks in walking order."""

    orders: list[int]
    picks: list[list[int]]


class InstanceFigures(TypedDict):
    """What was reached on one instance; gaps are parts of one, negative below what was known."""

    set: str
    name: str
    orders: int
    distance: float
    best_known: float | None
    gap: float | None
    proven: bool
    bound: float | None
    gap_to_bound: float | None
    s_shape: float
    """The distance of the same batches by the S-shape rule."""
    seconds: float
    tried: int
    batches: list[BatchFigures]


class Figures(TypedDict):
    """What was reached on all of them; means are None where nothing is known."""

    mean_gap: float | None
    mean_gap_proven: float | None
    mean_gap_to_bound: float | None
    mean_s_shape_saved: float
    with_best_known: int
    without_best_known: int
    seconds_each: float
    seed: int
    instances: list[InstanceFigures]


def solve(instance: Instance, seconds: float, seed: int, clock_s: Callable[[], float]) -> InstanceFigures:
    """Batch one instance's orders and check the answer from its picks.

    Raises:
        BadInstance: it is not one that the product's batching takes.
        WrongAnswer: the answer breaks a rule of the instance, or is not as long as it says.
    """
    begun_s = clock_s()
    task = BatchingTask(instance)
    search_s = max(0.0, seconds - ROUTES_S * len(task.orders))
    found = batch_orders(
        task.aisles,
        task.orders,
        task.capacity,
        spent=after_seconds(search_s, clock_s),
        rng=np.random.default_rng(seed),
    )
    took_s = clock_s() - begun_s
    batches = [
        BatchFigures(orders=list(batch.orders), picks=[list(task.cell(stop)) for stop in batch.route.stops])
        for batch in found.batches
    ]
    distance = _checked(instance, found, batches)
    known = _believable(instance, task)
    return InstanceFigures(
        set=instance.of_set,
        name=instance.name,
        orders=len(instance.orders),
        distance=distance,
        best_known=known.ub if known else None,
        gap=distance / known.ub - 1 if known else None,
        proven=known is not None and known.optimal,
        bound=known.lb if known else None,
        gap_to_bound=distance / known.lb - 1 if known and known.lb > 0 else None,
        s_shape=_s_shape(task, instance, found),
        seconds=took_s,
        tried=found.tried,
        batches=batches,
    )


def summary(solved: Sequence[InstanceFigures], seconds: float, seed: int) -> Figures:
    """The figures of a run."""
    gaps = [one["gap"] for one in solved if one["gap"] is not None]
    return Figures(
        mean_gap=_mean(gaps),
        mean_gap_proven=_mean([one["gap"] for one in solved if one["gap"] is not None and one["proven"]]),
        mean_gap_to_bound=_mean([one["gap_to_bound"] for one in solved if one["gap_to_bound"] is not None]),
        mean_s_shape_saved=_mean([1 - one["distance"] / one["s_shape"] for one in solved]) or 0.0,
        with_best_known=len(gaps),
        without_best_known=len(solved) - len(gaps),
        seconds_each=seconds,
        seed=seed,
        instances=list(solved),
    )


def _believable(instance: Instance, task: BatchingTask) -> Known | None:
    """What is known, unless one order alone is farther than the best distance: thousands written as ones, for one."""
    known = instance.known
    longest_mm = max(shortest_route(task.aisles, order.stops).length_mm for order in task.orders)
    return None if known is None or known.ub < longest_mm / MM else known


def _checked(instance: Instance, found: Batching, batches: Sequence[BatchFigures]) -> float:
    check_partition(instance, [batch["orders"] for batch in batches])
    total = sum(walked(instance, batch["orders"], [(a, c) for a, c in batch["picks"]]) for batch in batches)
    said = found.length_mm / MM + 2 * instance.d_depot * len(batches)
    if abs(total - said) > TOLERANCE * max(1.0, said):
        raise WrongAnswer(f"{instance.name}: the routes are {total} long, not {said}.")
    return said


def _s_shape(task: BatchingTask, instance: Instance, found: Batching) -> float:
    routes = [s_shape_route(task.aisles, batch.route.stops) for batch in found.batches]
    return sum(route.length_mm for route in routes) / MM + 2 * instance.d_depot * len(routes)


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None

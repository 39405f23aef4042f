"""Checks an answer to a batching instance from its picks alone.

Nothing here is shared with the product's routes: distances are walked pick by pick from the instance's own figures.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from hub.bench.batching_instances import Cell, Instance

TOLERANCE = 1e-6


class WrongAnswer(Exception):
    """Batches or routes break a rule of the instance."""


def walked(instance: Instance, orders: Sequence[int], picks: Sequence[Cell]) -> float:
    """How far a tour is: from the depot to the picks in this order and back, each way the shortest.

    Raises:
        WrongAnswer: the orders are more than the capacity, or the picks are not just where their articles lie.
    """
    size = sum(instance.size_of(order) for order in orders)
    if size > instance.capacity + TOLERANCE:
        raise WrongAnswer(f"{instance.name}: orders {orders} are {size}, the capacity is {instance.capacity}.")
    needed = {cell for order in orders for cell in instance.cells_of(order)}
    if Counter(picks) != Counter(needed):
        raise WrongAnswer(f"{instance.name}: orders {orders} are picked at {sorted(needed)}, not at {sorted(picks)}.")
    depot = (instance.depot_aisle, 0.0 if instance.depot == "bottom" else instance.aisle_length)
    places = [(aisle, instance.along(cell)) for aisle, cell in picks]
    return 2 * instance.d_depot + sum(_between(instance, a, b) for a, b in pairwise((depot, *places, depot)))


def check_partition(instance: Instance, batches: Sequence[Sequence[int]]) -> None:
    """Raises: WrongAnswer, an order is in no batch or in more than one."""
    if sorted(order for batch in batches for order in batch) != list(range(len(instance.orders))):
        raise WrongAnswer(f"{instance.name}: expected each of {len(instance.orders)} orders once, got {batches}.")


def _between(instance: Instance, one: tuple[int, float], other: tuple[int, float]) -> float:
    if one[0] == other[0]:
        return abs(one[1] - other[1])
    by_bottom = one[1] + other[1]
    by_top = 2 * instance.aisle_length - by_bottom
    return abs(one[0] - other[0]) * instance.d_aisle + min(by_bottom, by_top)

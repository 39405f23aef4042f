"""Order batching: which orders are picked together on one tour, so that all tours are short.

Orders are not split and a tour takes a bounded size. The problem is hard even with tours given (batches of three
orders or more); a search begins with savings, or with well filled carts where those need fewer tours, and goes on as
long as it is let. Every length that is compared is that of a shortest tour.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from hub.domain.aisles import Aisles, Stop
from hub.domain.batch_lengths import BatchLengths
from hub.domain.batch_search import BatchSearch, Spent
from hub.domain.first_batches import filled_batches, savings_batches
from hub.domain.route import Route, shortest_route


@dataclass(frozen=True, kw_only=True)
class PickOrder:
    """An order as batching sees it."""

    stops: frozenset[Stop]
    size: int
    """What it takes of a cart's capacity, at least 1: articles, totes or litres."""


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Orders that are picked together, by their index, and the tour."""

    orders: tuple[int, ...]
    route: Route


@dataclass(frozen=True, kw_only=True)
class Batching:
    """All orders in batches."""

    batches: tuple[Batch, ...]
    tried: int
    """How many exchanges the search worked out."""

    @property
    def length_mm(self) -> int:
        """The length of all tours."""
        return sum(batch.route.length_mm for batch in self.batches)


def after_tries(tries: int) -> Spent:
    """An effort of so many exchanges worked out: the same orders and seed give the same batches."""
    return lambda tried: tried / tries if tries else 1.0


def after_seconds(seconds: float, clock_s: Callable[[], float]) -> Spent:
    """An effort of so many seconds of a clock, from now on."""
    begun_s = clock_s()
    return lambda _tried: (clock_s() - begun_s) / seconds if seconds else 1.0


def batch_orders(
    aisles: Aisles, orders: Sequence[PickOrder], capacity: int, *, spent: Spent, rng: np.random.Generator
) -> Batching:
    """Batches of whole orders within the capacity, with short tours.

    The search sees the floor between its outermost cross-aisles; the tours use those in the middle, too.

    Args:
        aisles: The floor; the depot is on its first or last cross-aisle.
        orders: What is to be picked.
        capacity: Of one tour.
        spent: When to stop; see :func:`after_tries` and :func:`after_seconds`.
        rng: Its seed makes the search repeatable.

    Raises:
        ValueError: an order is larger than the capacity or smaller than 1, or the floor is not one that
            :class:`hub.domain.batch_lengths.BatchLengths` takes.
    """
    sizes = [order.size for order in orders]
    for number, size in enumerate(sizes):
        if not 1 <= size <= capacity:
            raise ValueError(f"Expected orders of size 1 to {capacity}, got {size} (order {number}).")
    outer = tuple(dict.fromkeys((aisles.cross_mm[0], aisles.cross_mm[-1])))
    block = Aisles(across_mm=aisles.across_mm, cross_mm=outer, depot=aisles.depot)
    lengths = BatchLengths(block, [order.stops for order in orders])
    first = savings_batches(lengths, sizes, capacity)
    filled = filled_batches(sizes, capacity)
    search = BatchSearch(lengths, sizes, capacity, first if len(first) <= len(filled) else filled, rng)
    search.run(spent)
    batches = tuple(_batch(aisles, orders, batch) for batch in search.best)
    return Batching(batches=batches, tried=search.tried)


def _batch(aisles: Aisles, orders: Sequence[PickOrder], members: Iterable[int]) -> Batch:
    numbers = tuple(sorted(members))
    stops = frozenset[Stop]().union(*(orders[number].stops for number in numbers))
    return Batch(orders=numbers, route=shortest_route(aisles, stops))

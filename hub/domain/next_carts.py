"""Which waiting orders go on which cart: the urgent ones first, and among equals those that make the tours short.

Orders come in classes. An order of a class is left behind for one of a later class only where it does not fit. Within
a class the orders are batched (:mod:`hub.domain.batching`); what room is left on a cart is given to orders of the next
class, each time to the one that adds least to the walk. Carts go out by the most urgent order on them, so the n-th
most urgent order leaves with the n-th cart at the latest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from hub.domain.aisles import Aisles, Stop
from hub.domain.batch_lengths import BatchLengths
from hub.domain.batch_search import Spent
from hub.domain.batching import PickOrder, after_tries, batch_orders
from hub.domain.first_batches import padded

Urgency = tuple[int, ...]
"""Of an order: the smaller goes first; orders of the same are equals."""


@dataclass(frozen=True, kw_only=True)
class WaitingOrder:
    """An order that may be picked."""

    order_id: int
    urgency: Urgency
    stops: frozenset[Stop]
    size: int
    """What it takes of a cart's capacity, at least 1 and at most all of it."""


def next_carts(
    aisles: Aisles, waiting: Sequence[WaitingOrder], capacity: int, *, spent: Spent, rng: np.random.Generator
) -> list[list[int]]:
    """The orders of each cart by id, the next cart first.

    Args:
        aisles: The floor.
        waiting: The most urgent first; among equals the oldest first.
        capacity: Of a cart.
        spent: When the search stops. Only the first class that fills more than one cart is searched; the others stay
            as savings leave them, for they are planned again before their turn.
        rng: Its seed makes the search repeatable.

    Raises:
        ValueError: an order is larger than the capacity or smaller than 1, or a stop is not on the floor.
    """
    if not waiting:
        return []
    outer = tuple(dict.fromkeys((aisles.cross_mm[0], aisles.cross_mm[-1])))
    lengths = BatchLengths(
        Aisles(across_mm=aisles.across_mm, cross_mm=outer, depot=aisles.depot), [one.stops for one in waiting]
    )
    carts: list[list[int]] = []
    searched = False
    for _, group in groupby(range(len(waiting)), key=lambda number: waiting[number].urgency):
        equals = list(group)
        for cart in carts:
            _fill_up(lengths, waiting, cart, equals, capacity)
        if not equals:
            continue
        picked = [PickOrder(stops=waiting[n].stops, size=waiting[n].size) for n in equals]
        many = not searched and sum(order.size for order in picked) > capacity
        found = batch_orders(aisles, picked, capacity, spent=spent if many else after_tries(0), rng=rng)
        searched = searched or many
        carts += sorted(sorted(equals[n] for n in batch.orders) for batch in found.batches)
    return [[waiting[number].order_id for number in cart] for cart in carts]


def _fill_up(
    lengths: BatchLengths, waiting: Sequence[WaitingOrder], cart: list[int], equals: list[int], capacity: int
) -> None:
    """Put on a cart what of the next class fits, each time what adds least to the walk; it leaves ``equals``."""
    room = capacity - sum(waiting[number].size for number in cart)
    while fitting := [number for number in equals if waiting[number].size <= room]:
        tours_mm = lengths.lengths_mm(padded(([*cart, number] for number in fitting), lengths.none))
        chosen = fitting[int(tours_mm.argmin())]
        cart.append(chosen)
        equals.remove(chosen)
        room -= waiting[chosen].size

"""Proposals: which orders should go together, worked out beside the writer, and taken by it only as far as they hold.

A proposal says in which order carts should look at orders, and no more: what is free, reserved and fits a tote is
decided when the cart is loaded, in the one transaction that books it. So an old proposal costs walking, never stock.
"""

from collections.abc import Sequence

import numpy as np
from sqlalchemy import Connection

from hub.domain.aisles import Stop
from hub.domain.batch_search import Spent
from hub.domain.floor_stops import FloorStops
from hub.domain.loading import Want, fill_totes
from hub.domain.next_carts import WaitingOrder, next_carts
from hub.handlers.policy import Policy
from hub.handlers.urgency import ready_orders
from hub.storage import waiting
from hub.storage.waiting import WantRow


class Proposals:
    """The carts that were proposed last. Written by the planner's thread, read by the writer's; each swaps or reads one
    reference."""

    def __init__(self) -> None:
        self._carts: tuple[tuple[int, ...], ...] = ()

    def put(self, carts: Sequence[Sequence[int]]) -> None:
        """Propose carts of orders by id, in place of those before."""
        self._carts = tuple(tuple(cart) for cart in carts)

    def preferred(self, ready: Sequence[int]) -> list[int]:
        """Orders that may go now, in the order in which a cart should look at them.

        Those of the proposed cart with the most urgent of them come first, the rest as they stood. Nothing changes if
        that order is in no proposal: it came since, and waits for none.

        >>> proposals = Proposals()
        >>> proposals.put([[1, 4], [2, 3]])
        >>> proposals.preferred([2, 3, 4, 5]), proposals.preferred([5, 1, 4])
        ([2, 3, 4, 5], [5, 1, 4])
        >>> proposals.preferred([1, 2, 3, 4])
        [1, 4, 2, 3]
        """
        if not ready:
            return []
        cart = next((cart for cart in self._carts if ready[0] in cart), (ready[0],))
        there = set(ready)
        together = [order_id for order_id in cart if order_id in there]
        return together + [order_id for order_id in ready if order_id not in cart]


def propose(
    policy: Policy, floor: FloorStops, orders: Sequence[WaitingOrder], *, spent: Spent, rng: np.random.Generator
) -> list[list[int]]:
    """Work out the next carts; none if one cart takes all that waits."""
    capacity = cart_capacity(policy)
    if sum(order.size for order in orders) <= capacity:
        return []
    return next_carts(floor.aisles, orders, capacity, spent=spent, rng=rng)


def cart_capacity(policy: Policy) -> int:
    """What a cart carries, in the parts that a small order takes of a tote."""
    return policy.cart_totes * _parts_of_a_tote(policy)


def waiting_orders(
    connection: Connection,
    policy: Policy,
    floor: FloorStops,
    *,
    site_id: int,
    now_us: int,
    known: Sequence[int] | None = None,
) -> list[WaitingOrder] | None:
    """The orders that may go now with their stops, the most urgent first; None if they are those that are known."""
    ready = ready_orders(connection, policy, now_us)
    if [order.order_id for order in ready] == known:
        return None
    if not ready:
        return []
    wants = waiting.wants(connection, [order.order_id for order in ready])
    bins = waiting.bins_of_skus(connection, site_id, {want.sku_id for rows in wants.values() for want in rows}, now_us)
    return [
        WaitingOrder(
            order_id=order.order_id,
            urgency=order.urgency,
            stops=frozenset(_stops(wants[order.order_id], bins, floor)),
            size=size_on_cart(policy, wants[order.order_id]),
        )
        for order in ready
    ]


def size_on_cart(policy: Policy, wants: Sequence[WantRow]) -> int:
    """What an order takes of a cart's capacity: its totes, or a part of one that it shares."""
    loads = fill_totes(
        [
            Want(line_id=w.line_id, sku_id=w.sku_id, units=w.units, unit_mg=w.unit_mg, unit_mm3=w.unit_mm3)
            for w in wants
        ],
        tote_mm3=policy.tote_mm3,
        tote_mg=policy.tote_mg,
    )
    if len(loads) == 1 and sum(want.units for want in wants) <= policy.wall_order_units_max:
        return 1
    return min(len(loads), policy.cart_totes) * _parts_of_a_tote(policy)


def _parts_of_a_tote(policy: Policy) -> int:
    return policy.wall_tote_orders_max if policy.wall_order_units_max else 1


def _stops(wants: Sequence[WantRow], bins: dict[int, list[tuple[str, int]]], floor: FloorStops) -> set[Stop]:
    """Where an order is picked, as if it were alone: the bins that release would reserve."""
    stops = set()
    for want in wants:
        left = want.units
        for name, free in bins.get(want.sku_id, ()):
            if left <= 0:
                break
            left -= free
            if name in floor.stops:
                stops.add(floor.stops[name])
    return stops

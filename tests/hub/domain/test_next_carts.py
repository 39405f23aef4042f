"""The next carts: every order on one, none too full, the urgent first, and short tours among equals."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.domain.aisles import Aisles, Stop
from hub.domain.batching import after_tries
from hub.domain.next_carts import WaitingOrder, next_carts
from hub.domain.route import shortest_route
from tests.hub.domain.floors import blocks

CAPACITY = 4
TWO_AISLES = Aisles(across_mm=(0, 5_000), cross_mm=(0,), depot=Stop(0, 0))


@st.composite
def floor_and_orders(draw: st.DrawFn) -> tuple[Aisles, list[WaitingOrder]]:
    aisles, stops = draw(blocks())
    waiting = [
        WaitingOrder(
            order_id=100 + n, urgency=(draw(st.integers(0, 2)),), stops=places, size=draw(st.integers(1, CAPACITY))
        )
        for n, places in enumerate(stops * 2)
    ]
    return aisles, sorted(waiting, key=lambda order: order.urgency)


def carts_of(aisles: Aisles, waiting: list[WaitingOrder], tries: int = 0) -> list[list[int]]:
    return next_carts(aisles, waiting, CAPACITY, spent=after_tries(tries), rng=np.random.default_rng(1))


@settings(max_examples=60, deadline=None)
@given(floor_and_orders(), st.sampled_from([0, 300]))
def test_every_order_is_on_one_cart_and_no_cart_is_too_full(
    made: tuple[Aisles, list[WaitingOrder]], tries: int
) -> None:
    aisles, waiting = made
    carts = carts_of(aisles, waiting, tries)
    sizes = {order.order_id: order.size for order in waiting}
    assert sorted(order for cart in carts for order in cart) == sorted(sizes)
    assert all(0 < sum(sizes[order] for order in cart) <= CAPACITY for cart in carts)


@settings(max_examples=60, deadline=None)
@given(floor_and_orders())
def test_carts_go_out_by_the_most_urgent_order_on_them(made: tuple[Aisles, list[WaitingOrder]]) -> None:
    aisles, waiting = made
    place = {order.order_id: number for number, order in enumerate(waiting)}
    first = [min(place[order] for order in cart) for cart in carts_of(aisles, waiting)]
    assert all(a < b for a, b in pairwise(first))


@settings(max_examples=60, deadline=None)
@given(floor_and_orders())
def test_a_later_class_goes_before_an_earlier_one_only_where_that_does_not_fit(
    made: tuple[Aisles, list[WaitingOrder]],
) -> None:
    aisles, waiting = made
    by_id = {order.order_id: order for order in waiting}
    carts = carts_of(aisles, waiting)
    for number, cart in enumerate(carts):
        room = CAPACITY - sum(by_id[order].size for order in cart)
        classes = {by_id[order].urgency for order in cart}
        best = min(classes)
        for later in carts[number + 1 :]:
            for order in later:
                if best < by_id[order].urgency < max(classes):  # passed over for one of a later class still
                    less_urgent = sum(
                        by_id[other].size for other in cart if by_id[other].urgency > by_id[order].urgency
                    )
                    assert by_id[order].size > room + less_urgent


def test_among_equals_those_that_lie_together_go_together() -> None:
    waiting = [
        WaitingOrder(order_id=n, urgency=(0,), stops=frozenset({Stop(n % 2, 9_000 + n)}), size=1) for n in range(8)
    ]
    carts = carts_of(TWO_AISLES, waiting)
    assert [sorted(cart) for cart in carts] == [[0, 2, 4, 6], [1, 3, 5, 7]]
    walked_mm = sum(shortest_route(TWO_AISLES, {s for n in cart for s in waiting[n].stops}).length_mm for cart in carts)
    oldest_first_mm = sum(
        shortest_route(TWO_AISLES, {s for n in cart for s in waiting[n].stops}).length_mm
        for cart in ([0, 1, 2, 3], [4, 5, 6, 7])
    )
    assert walked_mm < oldest_first_mm


def test_room_is_given_to_what_lies_on_the_way() -> None:
    urgent = WaitingOrder(order_id=1, urgency=(0,), stops=frozenset({Stop(1, 9_000)}), size=3)
    elsewhere = WaitingOrder(order_id=2, urgency=(1,), stops=frozenset({Stop(0, 9_000)}), size=1)
    on_the_way = WaitingOrder(order_id=3, urgency=(1,), stops=frozenset({Stop(1, 4_000)}), size=1)
    assert carts_of(TWO_AISLES, [urgent, elsewhere, on_the_way]) == [[1, 3], [2]]


def test_nothing_that_waits_is_no_cart() -> None:
    assert carts_of(TWO_AISLES, []) == []


def test_an_order_larger_than_a_cart_is_refused() -> None:
    with pytest.raises(ValueError, match="size 1 to 4, got 5"):
        carts_of(TWO_AISLES, [WaitingOrder(order_id=1, urgency=(0,), stops=frozenset({Stop(0, 1)}), size=5)])

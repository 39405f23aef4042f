"""Order batching: whole orders, within the capacity, on short tours, repeatably."""

from itertools import count

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.domain.aisles import Aisles, Stop
from hub.domain.batch_lengths import BatchLengths
from hub.domain.batching import Batching, PickOrder, after_seconds, after_tries, batch_orders
from hub.domain.first_batches import padded, savings_batches
from hub.domain.route import shortest_route
from tests.hub.domain.floors import blocks

BLOCK = Aisles(across_mm=tuple(range(0, 40_000, 4_000)), cross_mm=(0, 20_000), depot=Stop(0, 0))


def random_orders(number: int, seed: int) -> list[PickOrder]:
    rng = np.random.default_rng(seed)
    orders = []
    for _ in range(number):
        lines = int(rng.integers(1, 10))
        stops = zip(rng.integers(0, 10, lines), rng.integers(1, 20, lines) * 1_000, strict=True)
        orders.append(PickOrder(stops=frozenset(Stop(int(a), int(b)) for a, b in stops), size=lines))
    return orders


def batched(orders: list[PickOrder], capacity: int, tries: int, seed: int = 1, aisles: Aisles = BLOCK) -> Batching:
    return batch_orders(aisles, orders, capacity, spent=after_tries(tries), rng=np.random.default_rng(seed))


def check(aisles: Aisles, orders: list[PickOrder], capacity: int, found: Batching) -> None:
    assert sorted(number for batch in found.batches for number in batch.orders) == list(range(len(orders)))
    for batch in found.batches:
        assert sum(orders[number].size for number in batch.orders) <= capacity
        assert set(batch.route.stops) == frozenset[Stop]().union(*(orders[number].stops for number in batch.orders))
        assert aisles.tour_mm(batch.route.stops) == batch.route.length_mm


def partitions(numbers: list[int]) -> list[list[list[int]]]:
    if not numbers:
        return [[]]
    first, *rest = numbers
    found = []
    for smaller in partitions(rest):
        found.append([[first], *smaller])
        found += [[*smaller[:i], [first, *smaller[i]], *smaller[i + 1 :]] for i in range(len(smaller))]
    return found


@settings(max_examples=40)
@given(blocks(), st.lists(st.integers(1, 6), min_size=5, max_size=5), st.integers(6, 14))
def test_of_few_orders_no_partition_is_shorter(
    floor: tuple[Aisles, list[frozenset[Stop]]], sizes: list[int], capacity: int
) -> None:
    aisles, stops = floor
    orders = [PickOrder(stops=s, size=size) for s, size in zip(stops, sizes, strict=False)]
    found = batched(orders, capacity, 3_000, aisles=aisles)
    check(aisles, orders, capacity, found)
    shortest_mm = min(
        sum(shortest_route(aisles, frozenset[Stop]().union(*(orders[o].stops for o in b))).length_mm for b in batches)
        for batches in partitions(list(range(len(orders))))
        if all(sum(orders[o].size for o in b) <= capacity for b in batches)
    )
    assert found.length_mm == shortest_mm


def test_the_search_makes_tours_shorter_than_savings_do() -> None:
    orders = random_orders(40, seed=3)
    found = batched(orders, 24, 20_000)
    check(BLOCK, orders, 24, found)
    lengths = BatchLengths(BLOCK, [order.stops for order in orders])
    by_savings = savings_batches(lengths, [order.size for order in orders], 24)
    assert found.length_mm < lengths.lengths_mm(padded(by_savings, lengths.none)).sum()


def test_more_tries_of_a_seed_are_the_same_each_time_and_another_seed_goes_another_way() -> None:
    orders = random_orders(25, seed=4)
    one, again, other = (batched(orders, 20, 2_000, seed) for seed in (7, 7, 8))
    assert one == again
    assert one.batches != other.batches


def test_no_tries_are_the_batches_a_search_begins_with() -> None:
    orders = random_orders(12, seed=5)
    found = batched(orders, 20, 0)
    check(BLOCK, orders, 20, found)
    assert found.tried == 0


def test_the_clock_that_is_given_ends_the_search() -> None:
    ticks = count()
    found = batch_orders(
        BLOCK,
        random_orders(12, seed=6),
        20,
        spent=after_seconds(10, lambda: float(next(ticks))),
        rng=np.random.default_rng(1),
    )
    assert found.tried > 0
    assert next(ticks) == 11


def test_middle_cross_aisles_are_used_by_the_tours() -> None:
    halved = Aisles(across_mm=BLOCK.across_mm, cross_mm=(0, 10_000, 20_000), depot=BLOCK.depot)
    orders = random_orders(10, seed=7)
    found = batched(orders, 20, 500, aisles=halved)
    check(halved, orders, 20, found)
    assert found.length_mm < batched(orders, 20, 500).length_mm


def test_none_or_one_order_need_no_search() -> None:
    assert batched([], 5, 100).batches == ()
    [batch] = batched(random_orders(1, seed=1), 20, 100).batches
    assert batch.orders == (0,)


@pytest.mark.parametrize("size", [0, 6])
def test_an_order_that_fits_no_tour_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match=rf"Expected orders of size 1 to 5, got {size} \(order 0\)\."):
        batched([PickOrder(stops=frozenset({Stop(0, 1)}), size=size)], 5, 10)

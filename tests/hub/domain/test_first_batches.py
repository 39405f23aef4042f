"""The batches a search begins with."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.aisles import Aisles, Stop
from hub.domain.batch_lengths import BatchLengths
from hub.domain.first_batches import filled_batches, padded, savings_batches
from tests.hub.domain.floors import blocks

BLOCK = Aisles(across_mm=(0, 5_000), cross_mm=(0, 20_000), depot=Stop(0, 0))
SIZES = st.lists(st.integers(1, 9), min_size=5, max_size=5)


def is_partition(batches: list[list[int]], sizes: list[int], capacity: int) -> bool:
    fits = all(sum(sizes[order] for order in batch) <= capacity for batch in batches)
    return fits and sorted(order for batch in batches for order in batch) == list(range(len(sizes)))


@given(blocks(), SIZES, st.integers(9, 20))
def test_savings_keep_the_capacity_and_make_nothing_longer(
    floor: tuple[Aisles, list[frozenset[Stop]]], sizes: list[int], capacity: int
) -> None:
    aisles, orders = floor
    sizes = sizes[: len(orders)]
    lengths = BatchLengths(aisles, orders)
    batches = savings_batches(lengths, sizes, capacity)
    assert is_partition(batches, sizes, capacity)
    alone_mm = lengths.lengths_mm(np.arange(len(orders))[:, None]).sum()
    assert lengths.lengths_mm(padded(batches, lengths.none)).sum() <= alone_mm


def test_neighbours_are_joined_first() -> None:
    orders = [[Stop(0, 19_000)], [Stop(1, 2_000)], [Stop(0, 18_000)], [Stop(1, 1_000)]]
    batches = savings_batches(BatchLengths(BLOCK, orders), [1, 1, 1, 1], 2)
    assert sorted(map(sorted, batches)) == [[0, 2], [1, 3]]


def test_orders_that_do_not_fit_together_stay_alone() -> None:
    orders = [[Stop(0, 19_000)], [Stop(0, 19_000)]]
    assert savings_batches(BatchLengths(BLOCK, orders), [2, 2], 3) == [[0], [1]]


def test_no_orders_are_no_batches() -> None:
    assert savings_batches(BatchLengths(BLOCK, []), [], 3) == []
    assert filled_batches([], 3) == []


@given(st.lists(st.integers(1, 30), max_size=20), st.integers(30, 60))
def test_filled_carts_keep_the_capacity_and_only_one_is_half_empty(sizes: list[int], capacity: int) -> None:
    batches = filled_batches(sizes, capacity)
    assert is_partition(batches, sizes, capacity)
    assert sum(2 * sum(sizes[order] for order in batch) <= capacity for batch in batches) <= 1


def test_carts_are_filled_to_the_brim_where_orders_allow() -> None:
    assert len(filled_batches([6, 5, 5, 4, 4, 4, 2], 10)) == 3

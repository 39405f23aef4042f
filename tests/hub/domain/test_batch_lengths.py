"""Lengths of many batches at once: those of the routes, one by one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.aisles import Aisles, Stop
from hub.domain.batch_lengths import BatchLengths
from hub.domain.route import shortest_route
from tests.hub.domain.floors import blocks

BLOCK = Aisles(across_mm=(0, 5_000), cross_mm=(0, 20_000), depot=Stop(0, 0))


@given(blocks(), st.data())
def test_each_batch_is_as_long_as_its_shortest_route(
    floor: tuple[Aisles, list[frozenset[Stop]]], data: st.DataObject
) -> None:
    aisles, orders = floor
    lengths = BatchLengths(aisles, orders)
    batches = data.draw(st.lists(st.lists(st.integers(0, lengths.none), min_size=3, max_size=3), min_size=1))
    joined = [frozenset[Stop]().union(*(orders[o] for o in batch if o != lengths.none)) for batch in batches]
    expected = [shortest_route(aisles, stops).length_mm for stops in joined]
    assert lengths.lengths_mm(np.array(batches, np.intp)).tolist() == expected


def test_more_places_than_one_table_holds_are_told_apart() -> None:
    places = [Stop(aisle, at) for aisle in (0, 1) for at in range(250, 20_000, 500)]
    lengths = BatchLengths(BLOCK, [[place] for place in places])
    rng = np.random.default_rng(5)
    batches = rng.integers(0, len(places), (40, 5))
    expected = [shortest_route(BLOCK, [places[order] for order in batch]).length_mm for batch in batches]
    assert lengths.lengths_mm(batches).tolist() == expected


def test_stops_at_the_mouths_of_dead_ends_are_walked_to() -> None:
    mouths = Aisles(across_mm=(0, 5_000), cross_mm=(0,), depot=Stop(0, 0))
    assert BatchLengths(mouths, [[Stop(1, 0)]]).lengths_mm(np.array([[0]])).tolist() == [10_000]


def test_no_order_is_no_walk() -> None:
    lengths = BatchLengths(BLOCK, [[Stop(0, 1)]])
    assert lengths.lengths_mm(np.array([[lengths.none, lengths.none]])).tolist() == [0]


@pytest.mark.parametrize(
    ("cross", "depot", "stop", "message"),
    [
        ((0, 10, 20), Stop(0, 0), Stop(0, 1), "Expected one or two cross-aisles, got 3."),
        ((0, 20), Stop(0, 1), Stop(0, 1), "Expected the depot on a cross-aisle"),
        ((0, 20), Stop(0, 0), Stop(0, 21), "Expected stops from 0 to 20 mm, got 0 to 21."),
        ((5,), Stop(0, 5), Stop(0, 4), "Expected stops from 5 to 5 mm, got 4 to 5."),
        ((0, 2**30), Stop(0, 0), Stop(0, 4), "Expected tours of at most 536870912 mm, got a floor where"),
        ((0, 20), Stop(0, 0), Stop(7, 4), "Expected an aisle from 0 to 1, got 7."),
    ],
)
def test_a_floor_it_cannot_reckon_on_is_refused(cross: tuple[int, ...], depot: Stop, stop: Stop, message: str) -> None:
    aisles = Aisles(across_mm=(0, 5), cross_mm=cross, depot=depot)
    with pytest.raises(ValueError) as refused:
        BatchLengths(aisles, [[stop]])
    assert str(refused.value).startswith(message)

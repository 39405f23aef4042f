"""The S-shape rule: what is walked by it, and that it is never shorter than the shortest."""

import pytest
from hypothesis import given

from hub.domain.aisles import Aisles, Stop
from hub.domain.route import shortest_route
from hub.domain.s_shape import s_shape_route
from tests.hub.domain.floors import blocks

BLOCK = Aisles(across_mm=(0, 5_000, 10_000), cross_mm=(0, 20_000), depot=Stop(0, 0))


def test_two_aisles_are_walked_up_and_down() -> None:
    route = s_shape_route(BLOCK, [Stop(0, 3_000), Stop(2, 2_000), Stop(2, 4_000)])
    assert route.stops == (Stop(0, 3_000), Stop(2, 4_000), Stop(2, 2_000))
    assert route.length_mm == 2 * 20_000 + 2 * 10_000


def test_the_last_of_an_odd_number_is_walked_into_and_back() -> None:
    route = s_shape_route(BLOCK, [Stop(0, 3_000), Stop(1, 2_000), Stop(2, 4_000), Stop(2, 1_000)])
    assert route.stops == (Stop(0, 3_000), Stop(1, 2_000), Stop(2, 1_000), Stop(2, 4_000))
    assert route.length_mm == 2 * 20_000 + 2 * 4_000 + 2 * 10_000


def test_dead_ends_are_walked_into_and_back() -> None:
    dead_ends = Aisles(across_mm=(0, 5_000), cross_mm=(0,), depot=Stop(0, 0))
    assert s_shape_route(dead_ends, [Stop(0, 3_000), Stop(1, 7_000)]).length_mm == 2 * 3_000 + 2 * 7_000 + 2 * 5_000


def test_nothing_to_pick_is_no_walk() -> None:
    assert s_shape_route(BLOCK, ()).length_mm == 0


def test_a_stop_beyond_the_cross_aisles_is_refused() -> None:
    with pytest.raises(ValueError, match="Expected the depot and all stops from 0 to 20000 mm along, got one beyond"):
        s_shape_route(BLOCK, [Stop(0, 20_001)])


@given(blocks())
def test_it_visits_all_and_is_never_shorter_than_the_shortest(floor: tuple[Aisles, list[frozenset[Stop]]]) -> None:
    aisles, orders = floor
    stops = frozenset[Stop]().union(*orders)
    route = s_shape_route(aisles, stops)
    assert sorted(route.stops) == sorted(stops)
    assert route.length_mm >= shortest_route(aisles, stops).length_mm

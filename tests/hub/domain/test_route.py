"""The shortest route: no order of the stops is shorter, on any floor."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.aisles import Aisles, Stop
from hub.domain.route import shortest_route
from hub.domain.s_shape import s_shape_route
from tests.hub.domain.floors import floors, shortest_by_trying, stops_on

BLOCK = Aisles(across_mm=(0, 5_000, 10_000), cross_mm=(0, 20_000), depot=Stop(0, 0))


@given(st.data())
def test_no_order_of_the_stops_is_shorter(data: st.DataObject) -> None:
    aisles = data.draw(floors())
    stops = data.draw(stops_on(aisles))
    route = shortest_route(aisles, stops)
    assert route.length_mm == shortest_by_trying(aisles, stops)


@given(st.data())
def test_each_stop_is_walked_to_once_in_an_order_of_that_length(data: st.DataObject) -> None:
    aisles = data.draw(floors())
    stops = data.draw(stops_on(aisles, 12))
    route = shortest_route(aisles, stops)
    assert sorted(route.stops) == sorted(stops)
    assert aisles.tour_mm(route.stops) == route.length_mm


@given(st.data())
def test_the_floor_seen_in_a_mirror_has_routes_of_the_same_length(data: st.DataObject) -> None:
    aisles = data.draw(floors())
    stops = data.draw(stops_on(aisles, 12))
    count, width, length = len(aisles.across_mm), aisles.across_mm[-1], max(13, aisles.cross_mm[-1])

    def left_to_right(stop: Stop) -> Stop:
        return Stop(count - 1 - stop.aisle, stop.along_mm)

    def end_to_end(stop: Stop) -> Stop:
        return Stop(stop.aisle, length - stop.along_mm)

    mirrored = Aisles(
        across_mm=tuple(width - at for at in reversed(aisles.across_mm)),
        cross_mm=aisles.cross_mm,
        depot=left_to_right(aisles.depot),
    )
    turned = Aisles(
        across_mm=aisles.across_mm,
        cross_mm=tuple(length - at for at in reversed(aisles.cross_mm)),
        depot=end_to_end(aisles.depot),
    )
    here = shortest_route(aisles, stops).length_mm
    assert shortest_route(mirrored, map(left_to_right, stops)).length_mm == here
    assert shortest_route(turned, map(end_to_end, stops)).length_mm == here


@given(st.data())
def test_another_stop_makes_no_route_shorter_and_another_cross_aisle_none_longer(data: st.DataObject) -> None:
    aisles = data.draw(floors(crossings_max=3))
    stops = data.draw(stops_on(aisles, 8))
    more = data.draw(stops_on(aisles, 2))
    here = shortest_route(aisles, stops).length_mm
    assert shortest_route(aisles, stops | more).length_mm >= here
    cross = tuple(sorted({*aisles.cross_mm, data.draw(st.integers(0, 13))}))
    opened = Aisles(across_mm=aisles.across_mm, cross_mm=cross, depot=aisles.depot)
    assert shortest_route(opened, stops).length_mm <= here


def test_nothing_to_pick_is_no_walk() -> None:
    assert shortest_route(BLOCK, ()).stops == ()
    assert shortest_route(BLOCK, ()).length_mm == 0
    assert shortest_route(BLOCK, (Stop(0, 0),)).length_mm == 0


def test_one_aisle_is_walked_into_and_back() -> None:
    route = shortest_route(BLOCK, [Stop(1, 3_000), Stop(1, 12_000)])
    assert (route.length_mm, route.stops) == (2 * (5_000 + 12_000), (Stop(1, 3_000), Stop(1, 12_000)))


def test_full_aisles_are_walked_through() -> None:
    route = shortest_route(BLOCK, [Stop(aisle, at) for aisle in (0, 1) for at in range(1_000, 20_000, 1_000)])
    assert route.length_mm == 2 * 20_000 + 2 * 5_000


def test_the_largest_gap_is_left_out() -> None:
    stops = [Stop(1, 1_000), Stop(1, 19_000), *(Stop(aisle, 10_000) for aisle in (0, 2))]
    assert shortest_route(BLOCK, stops).length_mm == 2 * 20_000 + 2 * 10_000 + 2 * 1_000 + 2 * 1_000


def test_a_middle_cross_aisle_shortens_the_way() -> None:
    halved = Aisles(across_mm=(0, 5_000), cross_mm=(0, 10_000, 20_000), depot=Stop(0, 0))
    stops = [Stop(0, 9_000), Stop(1, 11_000)]
    assert shortest_route(halved, stops).length_mm == 2 * 11_000 + 2 * 5_000


def test_a_stop_in_no_aisle_is_refused() -> None:
    with pytest.raises(ValueError, match=r"Expected an aisle from 0 to 2, got 3\."):
        shortest_route(BLOCK, [Stop(3, 0)])


def test_a_full_cart_of_a_large_floor_is_routed_and_the_s_shape_is_longer() -> None:
    rng = random.Random(3)
    aisles = Aisles(across_mm=tuple(range(0, 60_000, 3_000)), cross_mm=(0, 15_000, 30_000), depot=Stop(10, 0))
    stops = {Stop(rng.randrange(20), rng.randrange(500, 29_500, 500)) for _ in range(60)}
    exact, by_rule = shortest_route(aisles, stops), s_shape_route(aisles, stops)
    assert aisles.tour_mm(exact.stops) == exact.length_mm < by_rule.length_mm

"""Which tasks are done on a walk: never more or further than is allowed, and none behind the last pick."""

from hypothesis import given
from hypothesis import strategies as st

from hub.domain.aisles import Aisles, Stop
from hub.domain.on_the_way import Interleave, on_the_way
from hub.domain.route import shortest_route

FLOOR = Aisles(across_mm=(0, 4_000, 8_000), cross_mm=(0, 20_000), depot=Stop(0, 0))
STOPS = st.builds(Stop, st.integers(0, 2), st.integers(0, 20).map(lambda at: at * 1_000))


def test_what_lies_on_the_walk_costs_nothing() -> None:
    way = on_the_way(FLOOR, frozenset({Stop(0, 8_000)}), [Stop(0, 4_000)], Interleave(detour_mm=0))
    assert (way.taken, way.longer_mm) == ((0,), 0)


def test_a_dead_end_is_not_walked_further_than_allowed() -> None:
    floor = Aisles(across_mm=(0,), cross_mm=(0,), depot=Stop(0, 0))
    for detour_mm, taken in ((3_999, ()), (4_000, (0,))):
        way = on_the_way(floor, frozenset({Stop(0, 8_000)}), [Stop(0, 10_000)], Interleave(detour_mm=detour_mm))
        assert way.taken == taken


@given(
    st.frozensets(STOPS, min_size=1, max_size=6),
    st.lists(STOPS, max_size=6),
    st.integers(1, 4),
    st.integers(0, 30).map(lambda m: m * 1_000),
)
def test_the_bounds_hold_and_every_task_is_before_the_last_pick(
    picks: frozenset[Stop], others: list[Stop], tasks_max: int, detour_mm: int
) -> None:
    way = on_the_way(FLOOR, picks, others, Interleave(tasks_max=tasks_max, detour_mm=detour_mm))
    assert len(way.taken) <= tasks_max and len(set(way.taken)) == len(way.taken)
    assert 0 <= way.longer_mm <= detour_mm
    assert set(way.stops) == picks | {others[number] for number in way.taken}
    assert FLOOR.tour_mm(way.stops) == way.length_mm == shortest_route(FLOOR, way.stops).length_mm
    last = max(way.stops.index(stop) for stop in picks)
    assert all(way.stops.index(others[number]) <= last for number in way.taken)

"""Walking on a floor of aisles and cross-aisles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.aisles import Aisles, Stop
from tests.hub.domain.floors import floors, stop_on

FLOOR = Aisles(across_mm=(0, 5_000, 10_000), cross_mm=(0, 20_000, 40_000), depot=Stop(0, 0))


def test_within_an_aisle_one_walks_along_it() -> None:
    assert FLOOR.between_mm(Stop(1, 3_000), Stop(1, 30_000)) == 27_000


def test_to_another_aisle_one_takes_the_best_cross_aisle() -> None:
    assert FLOOR.between_mm(Stop(0, 19_000), Stop(1, 22_000)) == 5_000 + 1_000 + 2_000
    assert FLOOR.between_mm(Stop(0, 39_000), Stop(2, 38_000)) == 10_000 + 1_000 + 2_000


def test_a_tour_begins_and_ends_at_the_depot() -> None:
    assert FLOOR.tour_mm([]) == 0
    assert FLOOR.tour_mm([Stop(0, 1_000), Stop(1, 0)]) == 1_000 + 6_000 + 5_000


@pytest.mark.parametrize(
    ("across", "cross", "depot", "message"),
    [
        ((), (0,), Stop(0, 0), "Expected one or more aisles at increasing positions, got ()."),
        ((5, 5), (0,), Stop(0, 0), "Expected one or more aisles at increasing positions, got (5, 5)."),
        ((0,), (), Stop(0, 0), "Expected one or more cross-aisles at increasing positions, got ()."),
        ((0,), (9, 2), Stop(0, 0), "Expected one or more cross-aisles at increasing positions, got (9, 2)."),
        ((0, 1), (0,), Stop(2, 0), "Expected an aisle from 0 to 1, got 2."),
    ],
)
def test_a_floor_that_cannot_be_is_refused(
    across: tuple[int, ...], cross: tuple[int, ...], depot: Stop, message: str
) -> None:
    with pytest.raises(ValueError) as refused:
        Aisles(across_mm=across, cross_mm=cross, depot=depot)
    assert str(refused.value) == message


@given(st.data())
def test_ways_are_as_long_back_and_no_detour_is_shorter(data: st.DataObject) -> None:
    aisles = data.draw(floors())
    one, other, third = (data.draw(stop_on(aisles)) for _ in range(3))
    assert aisles.between_mm(one, other) == aisles.between_mm(other, one)
    assert aisles.between_mm(one, other) <= aisles.between_mm(one, third) + aisles.between_mm(third, other)
    assert (aisles.between_mm(one, other) == 0) == (one == other)

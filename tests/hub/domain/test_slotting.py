"""Exchanges of bins: each saves what it says, on the tours that were learned from."""

from hypothesis import given
from hypothesis import strategies as st

from hub.domain.aisles import Aisles, Stop
from hub.domain.floor_stops import FloorStops
from hub.domain.slotting import moved, plan_moves, walked_mm

FLOOR = FloorStops(
    aisles=Aisles(across_mm=(0, 4_000), cross_mm=(0,), depot=Stop(0, 0)),
    stops={f"{aisle}{place}": Stop(aisle, place * 2_000) for aisle in (0, 1) for place in range(1, 5)},
)
BINS = sorted(FLOOR.stops)
SKUS = "ABCDEFGH"
LIES = dict(zip(SKUS, BINS, strict=True))


def tours(*lists: str) -> list[frozenset[str]]:
    return [frozenset(one) for one in lists]


def test_what_is_picked_often_and_lies_far_goes_near_in_exchange_for_what_is_not_picked() -> None:
    plan = plan_moves(FLOOR, LIES, tours("H", "H", "H", "A"))
    [move] = plan.moves
    assert (move.sku, move.from_bin, move.to_bin, move.picks) == ("H", "14", "02", 3)
    assert move.other == "B", "A lies nearer still, and is on a tour: less would be saved"
    assert move.saved_mm == 3 * 2 * (4_000 + 8_000 - 4_000)
    assert (plan.before_mm - plan.after_mm, move.moved) == (move.saved_mm, 2)
    assert move.because == "H is on 3 tours: 14 to 02, where B lies, on 0 tours"


def test_a_free_bin_needs_one_carrying_only() -> None:
    plan = plan_moves(FLOOR, {"H": "14", "B": "02"}, tours("H"), free=["01", "03"])
    [move] = plan.moves
    assert (move.to_bin, move.other, move.moved) == ("01", None, 1)


def test_what_does_not_fit_is_not_moved() -> None:
    assert plan_moves(FLOOR, LIES, tours("H"), fits=lambda sku, _bin: sku != "H").moves == ()


def test_where_all_lie_well_nothing_is_moved_and_time_that_is_over_ends_the_search() -> None:
    assert plan_moves(FLOOR, LIES, tours("A", "A", "AB")).moves == ()
    assert plan_moves(FLOOR, LIES, tours("H"), spent=lambda: True).moves == ()


@given(
    st.lists(st.frozensets(st.sampled_from(SKUS), min_size=1), max_size=8),
    st.permutations(BINS),
    st.integers(0, 5),
    st.sets(st.sampled_from(BINS), max_size=3),
)
def test_all_moves_together_save_what_each_says_and_every_sku_has_a_bin_of_its_own(
    walked: list[frozenset[str]], order: list[str], moves_max: int, free: set[str]
) -> None:
    lies = {sku: name for sku, name in zip(SKUS, order, strict=True) if name not in free}
    plan = plan_moves(FLOOR, lies, walked, free=free, moves_max=moves_max)
    after = moved(lies, plan.moves)
    assert len(plan.moves) <= moves_max
    assert len(set(after.values())) == len(after) == len(lies)
    assert plan.before_mm == walked_mm(FLOOR, lies, walked)
    assert plan.after_mm == walked_mm(FLOOR, after, walked)
    assert plan.before_mm - plan.after_mm == sum(move.saved_mm for move in plan.moves)
    assert all(move.saved_mm > 0 for move in plan.moves)
    assert list(plan.moves) == sorted(plan.moves, key=lambda move: -move.saved_a_move_mm)

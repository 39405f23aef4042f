"""Totes: nothing is lost between them, none is overfull, and an order takes as few as first fit finds."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from hub.domain.loading import FILL, Want, fill_totes

TOTE_MM3 = 1_000
TOTE_MG = 1_000
ROOM_MM3 = int(TOTE_MM3 * FILL)


def want(units: int, *, mg: int = 1, mm3: int = 1, line: int = 1) -> Want:
    return Want(line_id=line, sku_id=line, units=units, unit_mg=mg, unit_mm3=mm3)


def totes(*wants: Want) -> list[list[tuple[int, int]]]:
    """(line, units) in each tote."""
    return [
        [(w.line_id, w.units) for w in load.wants] for load in fill_totes(wants, tote_mm3=TOTE_MM3, tote_mg=TOTE_MG)
    ]


def test_what_fits_goes_into_one_tote() -> None:
    assert totes(want(3), want(4, line=2)) == [[(1, 3), (2, 4)]]
    assert totes() == []


def test_a_tote_takes_its_weight_and_not_a_milligram_more() -> None:
    assert totes(want(2, mg=500)) == [[(1, 2)]]
    assert totes(want(2, mg=501)) == [[(1, 1)], [(1, 1)]]


def test_a_tote_is_full_at_its_share_of_volume() -> None:
    assert totes(want(2, mm3=ROOM_MM3 // 2)) == [[(1, 2)]]
    assert totes(want(2, mm3=ROOM_MM3 // 2 + 1)) == [[(1, 1)], [(1, 1)]]


def test_a_later_line_fills_what_an_earlier_one_left() -> None:
    assert totes(want(3, mg=400), want(1, mg=200, line=2)) == [[(1, 2), (2, 1)], [(1, 1)]]


def test_a_unit_larger_than_a_tote_rides_alone() -> None:
    assert totes(want(2, mm3=5_000), want(1, line=2)) == [[(1, 1)], [(1, 1)], [(2, 1)]]
    assert totes(want(1, mg=5_000), want(1, line=2)) == [[(1, 1)], [(2, 1)]]


def test_units_without_weight_or_volume_do_not_divide_by_nothing() -> None:
    assert totes(want(5, mg=0, mm3=0)) == [[(1, 5)]]


WANTS = st.lists(
    st.builds(want, st.integers(1, 40), mg=st.integers(1, 1_500), mm3=st.integers(1, 1_500), line=st.integers(1, 6)),
    max_size=8,
)


@given(WANTS)
def test_no_unit_is_lost_or_doubled_and_no_tote_is_overfull(wants: list[Want]) -> None:
    loads = fill_totes(wants, tote_mm3=TOTE_MM3, tote_mg=TOTE_MG)
    asked: Counter[int] = Counter()
    for w in wants:
        asked[w.line_id] += w.units
    planned: Counter[int] = Counter()
    for load in loads:
        assert load.wants
        for w in load.wants:
            planned[w.line_id] += w.units
        if sum(w.units for w in load.wants) > 1:
            assert sum(w.units * w.unit_mg for w in load.wants) <= TOTE_MG
            assert sum(w.units * w.unit_mm3 for w in load.wants) <= ROOM_MM3
    assert planned == asked

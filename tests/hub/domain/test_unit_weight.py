"""A unit's weight is learned from what was confirmed, outliers move nothing, and a new lot is believed in time."""

from math import sqrt
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from hub.domain.unit_weight import DOUBTS_MAX, LOT_SHARE, Movement, UnitWeight, from_catalogue, observe

UNIT_MG = 100_000
SPREAD_MG = 1_000
DIVISION_MG = 1_000


def movement(weight_mg: float, units: int, *, new_lot: bool = False) -> Movement:
    return Movement(
        units=units, weight_mg=round(weight_mg), spread_mg=SPREAD_MG, division_mg=DIVISION_MG, new_lot=new_lot
    )


def drawn(rng: Random, mean_mg: float, units: int) -> Movement:
    """A movement as a scale sees it."""
    scale_mg = rng.gauss(0, DIVISION_MG * sqrt(2 * (1 / 12 + 0.25)))
    return movement(sum(rng.gauss(mean_mg, SPREAD_MG) for _ in range(units)) + scale_mg, units)


def learn(known: UnitWeight, rng: Random, mean_mg: float, movements: int) -> UnitWeight:
    for _ in range(movements):
        known = observe(known, drawn(rng, mean_mg, rng.randint(2, 12)))
    return known


def test_what_is_learned_comes_close_to_what_is_true_and_says_how_close() -> None:
    within = 0
    for seed in range(300):
        rng = Random(seed)
        true_mg = rng.gauss(UNIT_MG, LOT_SHARE * UNIT_MG)
        known = learn(from_catalogue(UNIT_MG), rng, true_mg, 30)
        assert known.error_mg < LOT_SHARE * UNIT_MG
        within += abs(known.unit_mg - true_mg) <= 2 * known.error_mg
    assert within >= 285


def test_the_first_movement_moves_what_is_known_a_little_and_the_error_shrinks() -> None:
    before = from_catalogue(UNIT_MG)
    after = observe(before, movement(10 * 100_300, 10))
    assert UNIT_MG < after.unit_mg < 100_300
    assert after.error_mg < before.error_mg


def test_one_outlier_moves_nothing() -> None:
    known = learn(from_catalogue(UNIT_MG), Random(1), UNIT_MG, 20)
    for wrong_mg in (5 * UNIT_MG + 60_000, 4 * UNIT_MG, 6 * UNIT_MG):
        after = observe(known, movement(wrong_mg, 5))
        assert (after.unit_mg, after.error_mg) == (known.unit_mg, known.error_mg)


def test_outliers_that_do_not_agree_are_never_believed() -> None:
    known = learn(from_catalogue(UNIT_MG), Random(2), UNIT_MG, 20)
    before_mg = known.unit_mg
    for turn in range(12):
        known = observe(known, movement(5 * UNIT_MG * (1.08 if turn % 2 else 0.93), 5))
    assert known.unit_mg == before_mg


def test_a_right_movement_between_outliers_forgets_them() -> None:
    known = learn(from_catalogue(UNIT_MG), Random(3), UNIT_MG, 20)
    for _ in range(8):
        known = observe(known, movement(5 * 108_000, 5))
        known = observe(known, movement(5 * known.unit_mg, 5))
    assert abs(known.unit_mg - UNIT_MG) < 300


def test_a_catalogue_that_was_wrong_is_corrected_after_three_movements_that_agree() -> None:
    known = from_catalogue(UNIT_MG)
    for _ in range(DOUBTS_MAX):
        known = observe(known, movement(5 * 109_000, 5))
    assert abs(known.unit_mg - 109_000) < 1
    assert known.error_mg > LOT_SHARE * UNIT_MG


def test_a_new_lot_within_its_usual_deviation_is_followed() -> None:
    rng = Random(4)
    known = learn(from_catalogue(UNIT_MG), rng, UNIT_MG, 30)
    heavier_mg = UNIT_MG * (1 + 2 * LOT_SHARE)
    known = observe(known, movement(20 * heavier_mg, 20, new_lot=True))
    known = learn(known, rng, heavier_mg, 15)
    assert abs(known.unit_mg - heavier_mg) <= 2 * known.error_mg < heavier_mg - UNIT_MG


def test_a_put_away_makes_what_is_known_less_certain_than_a_pick_does() -> None:
    known = learn(from_catalogue(UNIT_MG), Random(5), UNIT_MG, 30)
    picked = observe(known, movement(UNIT_MG, 1))
    put = observe(known, movement(UNIT_MG, 1, new_lot=True))
    assert put.error_mg > picked.error_mg


@given(st.lists(st.tuples(st.integers(1, 100), st.floats(0.1, 5.0), st.booleans()), max_size=40))
def test_whatever_is_confirmed_a_weight_and_its_error_stay_sensible(said: list[tuple[int, float, bool]]) -> None:
    known = from_catalogue(UNIT_MG)
    for units, factor, new_lot in said:
        known = observe(known, movement(max(1.0, units * UNIT_MG * factor), units, new_lot=new_lot))
        assert known.unit_mg > 0
        assert 0 < known.error_mg < 0.05 * known.unit_mg
        assert 0 <= known.doubts < DOUBTS_MAX

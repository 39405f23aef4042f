"""A baseline that follows creep stays with the weight, whatever strays from it for a moment."""

from random import Random

import pytest

from edge.logic.settling import CREPT_DIVISIONS, Settling

DIVISION_MG = 1_000
LOAD_MG = 500_000


def wandered_divisions(rng: Random, strays: tuple[int, ...], readings: int = 20_000) -> float:
    """How far a baseline that follows ends from the load, which never changed."""
    settling = Settling(DIVISION_MG)
    baseline_mg = LOAD_MG
    settling.take("stable", LOAD_MG, 0)
    for at in range(1, readings):
        now_us = at * 250_000
        if rng.random() < 0.02:
            settling.take("motion", None, now_us)
            continue
        off = rng.gauss(0, 0.5) + (rng.choice(strays) if strays and rng.random() < 0.01 else 0)
        baseline_mg += settling.take("stable", LOAD_MG + round(off) * DIVISION_MG, now_us)
    return abs(baseline_mg - LOAD_MG) / DIVISION_MG


@pytest.mark.parametrize("strays", [(), (3,), (-3, 4), (-6,), (4, 5, 40)])
def test_noise_trucks_and_readings_that_stray_leave_a_baseline_where_the_load_is(strays: tuple[int, ...]) -> None:
    seed = Random().randrange(1_000_000)
    print("seed", seed)
    assert wandered_divisions(Random(seed), strays) <= CREPT_DIVISIONS


def test_a_creep_is_followed_to_its_end() -> None:
    settling = Settling(DIVISION_MG)
    settling.take("stable", LOAD_MG, 0)
    followed = sum(settling.take("stable", LOAD_MG + step * DIVISION_MG, step * 6_000_000) for step in range(1, 101))
    assert followed == 100 * DIVISION_MG


def test_a_movement_is_not_followed_and_neither_is_its_way_back() -> None:
    settling = Settling(DIVISION_MG)
    settling.take("stable", LOAD_MG, 0)
    for at, weight_mg in enumerate((LOAD_MG - 60_000, LOAD_MG - 59_000, LOAD_MG + 1_000), 1):
        followed = settling.take("stable", weight_mg, at * 1_000_000)
        assert followed == (0 if at == 1 else DIVISION_MG if at == 2 else 0), at

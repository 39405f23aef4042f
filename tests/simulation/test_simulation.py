"""The seeded simulator in the test run: 30 seeds hold, a seed replays exactly, and each mutant is found."""

import logging
import random
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

import pytest
import structlog

from hub.domain.drift import ADJUST_MINOR_MAX, ADJUST_UNITS_MAX
from tests.simulation.__main__ import attempt
from tests.simulation.month import Outcome, play_month
from tests.simulation.simulator import MUTANTS, Violation, run_seed

SEEDS_AT_ONCE = 10
FIRST_SEEDS = range(1, 31, SEEDS_AT_ONCE)
"""Forty seeds, in parts that run side by side where the tests do; ``make simulate`` plays 200, ``make soak`` 2,000."""
SOAK_SEEDS = 2_000
MUTANT_SEEDS = range(1, 201)


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.reset_defaults()


@pytest.mark.parametrize("first", FIRST_SEEDS)
def test_thirty_seeds_hold_every_invariant(first: int) -> None:
    tried = [attempt(seed, "") for seed in range(first, first + SEEDS_AT_ONCE)]
    failures = [failure for failure in tried if failure is not None]
    assert not failures, "\n\n".join(failures[:2])


@pytest.mark.soak
def test_two_thousand_other_seeds_hold_every_invariant() -> None:
    first = random.SystemRandom().randrange(10**3, 10**9)
    print(f"seeds {first}..{first + SOAK_SEEDS - 1}")
    seeds = range(first, first + SOAK_SEEDS)
    with ProcessPoolExecutor(2) as pool:
        failures = [failure for failure in pool.map(attempt, seeds, [""] * len(seeds)) if failure is not None]
    assert not failures, "\n\n".join(failures[:2])


def test_a_seed_replays_exactly() -> None:
    assert run_seed(7) == run_seed(7)
    assert run_seed(7) != run_seed(8)


@pytest.mark.parametrize("mutant", MUTANTS)
def test_each_mutant_breaks_an_invariant(mutant: str) -> None:
    for seed in MUTANT_SEEDS:
        try:
            run_seed(seed, mutant)
        except Violation as found:
            print(str(found).splitlines()[0])
            return
    pytest.fail(f"{mutant}: no violation in {len(MUTANT_SEEDS)} seeds: the simulator does not see what it should")


def judge_month(scales: Outcome, none: Outcome) -> None:
    assert not scales.broken and not none.broken
    assert scales.mispicks and scales.stolen and scales.misplaced, "there was something to notice"
    assert scales.right_pct >= 99.9
    assert none.right_pct < scales.right_pct
    assert all(one["why"] != "count" or one["by"] == "weight" for one in scales.adjustments)
    drift = [one for one in scales.adjustments if one["why"] == "drift"]
    assert all(abs(one["units"]) <= ADJUST_UNITS_MAX and one["cost_minor"] <= ADJUST_MINOR_MAX for one in drift)


def test_a_week_in_which_nobody_counts_and_much_goes_wrong_leaves_the_book_of_what_scales_can_count_right() -> None:
    scales, none = (play_month(11, bins=10, days=7, scales=has, trouble=8) for has in (True, False))
    judge_month(scales, none)


@pytest.mark.soak
def test_a_month_in_which_nobody_counts_leaves_the_book_of_what_scales_can_count_right() -> None:
    seed = random.SystemRandom().randrange(10**3, 10**9)
    print(f"seed {seed}")
    scales, none = (play_month(seed, bins=100, days=30, scales=has) for has in (True, False))
    judge_month(scales, none)

"""The count of a weight, how probable it is, and up to where one unit is certain."""

from math import sqrt
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.logic.counting import (
    SIGMAS_APART,
    WRONG_MAX,
    Weighing,
    certain_up_to,
    count_units,
    nearest_units,
    tells_apart,
)

WEIGHINGS = st.builds(
    Weighing,
    unit_mg=st.integers(500, 3_000_000).map(float),
    spread_mg=st.integers(0, 30_000).map(float),
    mean_error_mg=st.integers(0, 5_000).map(float),
    division_mg=st.integers(1, 10_000).map(float),
    noise_mg=st.integers(0, 10_000).map(float),
)


def weighing(*, unit_mg: float = 100_000, spread_mg: float = 1_000, mean_error_mg: float = 0) -> Weighing:
    return Weighing(unit_mg=unit_mg, spread_mg=spread_mg, mean_error_mg=mean_error_mg, division_mg=1_000, noise_mg=500)


@given(WEIGHINGS, st.integers(-300, 300))
def test_the_mean_weight_of_some_units_is_that_many_or_not_certain(scale: Weighing, units: int) -> None:
    count = count_units(round(units * scale.unit_mg), scale)
    assert count.fits
    assert 0 < count.probability <= 1
    assert count.units == units or not count.certain


@given(WEIGHINGS, st.integers(-(10**9), 10**9))
def test_taking_and_putting_are_counted_alike(scale: Weighing, weight_mg: int) -> None:
    one, other = count_units(weight_mg, scale), count_units(-weight_mg, scale)
    assert one.certain == other.certain
    assert not one.certain or one.units == -other.units


@given(WEIGHINGS)
def test_one_unit_is_certain_up_to_a_number_and_not_beyond(scale: Weighing) -> None:
    most = certain_up_to(scale)
    if most:
        assert tells_apart(scale, max(1, most - 1))
    assert not tells_apart(scale, most + 2)


def test_what_is_not_known_of_the_mean_grows_with_the_count_and_the_spread_with_its_root() -> None:
    of_spread = weighing()
    of_mean = weighing(spread_mg=0, mean_error_mg=1_000)
    scale_mg = of_spread.sigma_mg(0)
    for units in (4, 100, 900):
        assert sqrt(of_spread.sigma_mg(units) ** 2 - scale_mg**2) == pytest.approx(
            sqrt(units * 1_000**2 + (units * 20) ** 2)
        )
        assert sqrt(of_mean.sigma_mg(units) ** 2 - scale_mg**2) == pytest.approx(units * sqrt(1_000**2 + 20**2))


def test_a_weight_half_way_between_two_counts_is_neither() -> None:
    count = count_units(21_000, weighing(unit_mg=6_000, spread_mg=0))
    assert count.probability == pytest.approx(0.5, abs=0.05)
    assert not count.certain


def test_a_weight_far_from_every_count_is_something_else() -> None:
    count = count_units(330_000, weighing())
    assert count.units == 3 and count.probability > 1 - WRONG_MAX
    assert not count.fits and not count.certain


def test_a_wrong_count_is_certain_less_often_than_once_in_the_stated_number() -> None:
    """At the worst place, a unit of six sigma: nearest counting errs 270 times in 100,000."""
    rng = Random(4)
    scale = Weighing(unit_mg=60_000, spread_mg=0, mean_error_mg=0, division_mg=1, noise_mg=10_000 / sqrt(2))
    nearest_wrong = certain_wrong = certain = 0
    for _ in range(50_000):
        weight_mg = round(rng.gauss(5 * 60_000, 10_000))
        count = count_units(weight_mg, scale)
        nearest_wrong += nearest_units(weight_mg, 60_000) != 5
        certain += count.certain
        certain_wrong += count.certain and count.units != 5
    assert nearest_wrong > 50
    assert certain_wrong == 0
    assert certain > 15_000


def test_at_the_largest_certain_count_ninety_nine_of_a_hundred_weighings_are_certain() -> None:
    rng = Random(5)
    scale = weighing(unit_mg=60_000, spread_mg=600, mean_error_mg=120)
    units = certain_up_to(scale)
    assert SIGMAS_APART * scale.sigma_mg(units) <= 60_000 < SIGMAS_APART * scale.sigma_mg(units + 1)
    weights = [round(rng.gauss(units * 60_000, scale.sigma_mg(units))) for _ in range(5_000)]
    counts = [count_units(weight_mg, scale) for weight_mg in weights]
    assert sum(count.certain for count in counts) >= 0.985 * len(counts)
    assert all(count.units == units for count in counts if count.certain)

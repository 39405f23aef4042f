"""The forecast: what it learns from a history, and that no history leads it astray."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from hub.domain.forecast import AGE_MIN, predict, prior, smooth

MONDAY = np.datetime64("2011-01-03")
Array = npt.NDArray[np.float64]


def days(count: int) -> npt.NDArray[np.datetime64]:
    return MONDAY + np.arange(count)


def shop(rates: Array, count: int, seed: int = 1, shut: tuple[int, ...] = ()) -> Array:
    """Poisson demand of SKUs with these daily rates; on these weekdays (0: Monday) the shop is shut."""
    units = np.random.default_rng(seed).poisson(rates, (count, len(rates))).astype(float)
    units[np.isin(np.arange(count) % 7, shut)] = 0
    return units


RATES = np.geomspace(0.1, 30, 60)


@pytest.mark.parametrize("level", [0.8, 0.95])
def test_what_comes_stays_within_the_quantile_as_often_as_it_says(level: float) -> None:
    units = shop(np.tile(RATES, 4), 240)
    within = []
    for row in range(140, 226, 14):
        _, quantile = predict(units[:row], 14, level, days(row))
        within.append(units[row : row + 14].sum(axis=0) <= quantile)
    assert abs(np.mean(within) - level) < 0.04


def test_the_mean_is_what_comes_in_all() -> None:
    units = shop(RATES, 200)
    mean, _ = predict(units, 14, 0.95, days(200))
    assert mean.sum() == pytest.approx(RATES.sum() * 14, rel=0.05)


def test_skus_that_sell_more_are_given_more() -> None:
    units = shop(RATES, 200)
    mean, quantile = predict(units, 14, 0.95, days(200))
    assert np.corrcoef(mean, RATES)[0, 1] > 0.98
    assert quantile[-1] > 14 * RATES[-1]
    assert quantile[0] < 20


def test_demand_of_unequal_orders_asks_for_more_stock_than_steady_demand() -> None:
    steady = shop(RATES, 200)
    wild = steady * (np.random.default_rng(2).pareto(1.5, steady.shape) + 0.3)
    _, quantile = predict(steady, 14, 0.95, days(200))
    mean, wilder = predict(np.floor(wild), 14, 0.95, days(200))
    assert np.median(wilder / np.maximum(mean, 1)) > np.median(quantile / (14 * RATES))


def test_a_day_on_which_the_shop_is_always_shut_is_not_waited_for() -> None:
    units = shop(RATES, 203, shut=(5,))  # ends on a Sunday: the coming days are Monday to Friday
    mean, _ = predict(units, 5, 0.95, days(203))
    assert mean.sum() == pytest.approx(RATES.sum() * 5, rel=0.06)
    mean, _ = predict(units, 7, 0.95, days(203))
    assert mean.sum() == pytest.approx(RATES.sum() * 6, rel=0.06)


def test_holidays_are_no_sign_of_less_demand() -> None:
    units = shop(RATES, 210, shut=(5,))
    before, enough = predict(units[:196], 14, 0.95, days(196))
    units[196:206] = 0  # closed over the new year
    after, still = predict(units[:206], 14, 0.95, days(206))
    assert after.sum() == pytest.approx(before.sum(), rel=0.05)
    assert still.sum() == pytest.approx(enough.sum(), rel=0.1)


def test_a_typing_error_that_nobody_cancelled_changes_its_own_sku_only_and_that_little() -> None:
    units = shop(RATES, 200)
    wrong = units.copy()
    wrong[150, 30] = 74_215
    mean, quantile = predict(units, 14, 0.95, days(200))
    mean_after, quantile_after = predict(wrong, 14, 0.95, days(200))
    others = np.arange(len(RATES)) != 30
    assert np.allclose(quantile_after[others], quantile[others], rtol=0.25, atol=1)
    assert quantile_after[30] < 2 * quantile[30]
    assert mean_after[30] < 2.5 * mean[30]


def test_an_sku_that_fades_away_is_given_less_and_less() -> None:
    units = shop(RATES, 380)
    units[180:, -1] = 0
    given_at = [predict(units[:row], 14, 0.95, days(row))[1][-1] for row in (180, 220, 280, 380)]
    assert given_at == sorted(given_at, reverse=True)
    assert given_at[-1] < given_at[0] / 4


def test_an_sku_that_was_never_asked_for_gets_nothing() -> None:
    units = np.hstack([shop(RATES, 120), np.zeros((120, 1))])
    mean, quantile = predict(units, 14, 0.95, days(120))
    assert (mean[-1], quantile[-1]) == (0, 0)


@pytest.mark.parametrize("count", [1, 2, 6, 13, 14, 27, 29, 43, 50])
def test_a_short_history_is_enough_for_an_answer(count: int) -> None:
    mean, quantile = predict(shop(RATES + 3, count), 14, 0.95, days(count))
    assert np.isfinite(mean).all()
    assert (quantile[RATES > 5] > mean[RATES > 5]).all()


def test_a_shop_without_any_demand_needs_nothing() -> None:
    mean, quantile = predict(np.zeros((90, 5)), 14, 0.95, days(90))
    assert not mean.any()
    assert not quantile.any()


def test_days_of_two_years_ago_change_nothing() -> None:
    units = shop(RATES, 800)
    other = units.copy()
    other[:350] = other[:350] * 3 + 1
    assert np.array_equal(predict(units, 14, 0.9, days(800)), predict(other, 14, 0.9, days(800)))


def test_the_same_question_has_the_same_answer() -> None:
    units = shop(RATES, 150)
    assert np.array_equal(predict(units, 14, 0.95, days(150)), predict(units.copy(), 14, 0.95, days(150)))


def test_the_order_of_skus_does_not_matter() -> None:
    units = shop(RATES, 150)
    shuffled = np.random.default_rng(3).permutation(len(RATES))
    _, quantile = predict(units, 14, 0.95, days(150))
    _, other = predict(units[:, shuffled], 14, 0.95, days(150))
    assert np.allclose(other, quantile[shuffled], rtol=1e-3)


@settings(max_examples=40, deadline=None)
@given(
    hnp.arrays(np.int64, st.tuples(st.integers(1, 90), st.integers(1, 4)), elements=st.integers(0, 100_000)),
    st.integers(1, 40),
    st.floats(0.01, 0.999),
)
def test_whatever_was_asked_for_the_answer_is_a_number_of_units(units: Any, horizon: int, level: float) -> None:
    before = units.copy()
    mean, quantile = predict(units, horizon, level, days(len(units)))
    assert mean.shape == quantile.shape == units.shape[1:]
    for answer in (mean, quantile):
        assert np.isfinite(answer).all()
        assert (answer >= 0).all()
    never = ~(units > 0).any(axis=0)
    assert not quantile[never].any()
    assert np.array_equal(units, before), "what is passed in is not changed"


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000), st.sampled_from([7, 14, 21]))
def test_a_higher_level_never_asks_for_less_where_there_is_history(seed: int, horizon: int) -> None:
    units = shop(np.tile(RATES, 4), 150, seed)
    quantiles = [predict(units, horizon, level, days(150))[1] for level in (0.5, 0.8, 0.95)]
    assert (np.diff(quantiles, axis=0) >= -0.5).all()


def test_the_prior_margin_grows_with_the_level() -> None:
    size = np.log1p(np.array([1.0, 20.0, 400.0]))
    asked = [prior(level)[0] + prior(level)[1] * size for level in (0.5, 0.8, 0.9, 0.95, 0.99)]
    assert (np.diff(asked, axis=0) > 0).all()


def test_smoothing_takes_days_by_half_lives_and_leaves_closed_days_out() -> None:
    values = np.array([[8.0], [99.0], [0.0]])
    traded = np.array([True, False, True])
    smoothed = smooth(values, traded, half_life=1.0)
    assert smoothed.ravel().tolist() == pytest.approx([0, 8, 8, 8 / 3])  # weights 1/4 and 1/2


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"demand": np.array([[1.0], [np.nan]])}, "no number"),
        ({"demand": np.array([[1.0], [np.inf]])}, "no number"),
        ({"demand": np.array([[1.0], [-1.0]])}, "negative"),
        ({"demand": np.zeros((0, 3)), "dates": days(0)}, "at least one day"),
        ({"demand": np.zeros(2)}, r"shape \(2,\)"),
        ({"horizon_days": 0}, "at least 1 day, got 0"),
        ({"level": 1.0}, "between 0 and 1, got 1.0"),
        ({"level": float("nan")}, "between 0 and 1"),
        ({"dates": days(3)}, "2 dates"),
        ({"dates": days(4)[::2]}, "a gap"),
    ],
)
def test_what_makes_no_sense_is_refused(changed: dict[str, Any], words: str) -> None:
    asked: dict[str, Any] = {"demand": np.ones((2, 1)), "horizon_days": 7, "level": 0.9, "dates": days(2)}
    with pytest.raises(ValueError, match=words):
        predict(**(asked | changed))


def test_young_skus_teach_nothing_but_are_forecast() -> None:
    units = shop(RATES, 150)
    units[: 150 - AGE_MIN + 2, 40] = 0
    mean, quantile = predict(units, 14, 0.95, days(150))
    assert 0 < mean[40] < quantile[40]

"""Quantile regression: the line that a given share of observations stay under."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.domain.quantile_regression import fit, weighted_quantile

PRIOR = np.array([0.0, 1.0])


def observed(seed: int, rows: int = 4000) -> tuple[np.ndarray, np.ndarray]:  # type: ignore[type-arg]
    """y = 2 + 0.5 x + (1 + x) e, with e uniform in 0 to 1: the quantile q is 2 + q + (0.5 + q) x."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(0, 4, rows)
    return np.stack([np.ones(rows), x], axis=1), 2 + 0.5 * x + (1 + x) * rng.uniform(0, 1, rows)


@pytest.mark.parametrize("level", [0.1, 0.5, 0.9])
def test_a_line_whose_quantiles_are_known_is_found(level: float) -> None:
    x, y = observed(1)
    b = fit(x, y, weight=np.ones(len(y)), level=level, prior=PRIOR, prior_weight=1.0)
    assert b == pytest.approx([2 + level, 0.5 + level], abs=0.12)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.05, 0.95))
def test_the_share_below_is_the_level_whatever_the_steps_left_undone(seed: int, level: float) -> None:
    x, y = observed(seed, 800)
    b = fit(x, y, weight=np.ones(len(y)), level=level, prior=PRIOR, prior_weight=1.0)
    assert abs(float((y <= x @ b + 1e-12).mean()) - level) <= 2 / 800


def test_without_observations_the_prior_stays() -> None:
    b = fit(np.zeros((0, 2)), np.zeros(0), weight=np.zeros(0), level=0.9, prior=PRIOR, prior_weight=10.0)
    assert b.tolist() == PRIOR.tolist()


def test_few_observations_move_the_prior_little_and_many_do() -> None:
    x, y = observed(2)
    moved = []
    for rows in (2, 20, 4000):
        b = fit(x[:rows], y[:rows], weight=np.ones(rows), level=0.5, prior=PRIOR, prior_weight=100.0)
        moved.append(float(np.abs(b - PRIOR).max()))
    assert moved[0] < 0.3 < moved[1] < moved[2]


def test_heavy_observations_count_more() -> None:
    x = np.ones((200, 1))
    y = np.r_[np.zeros(150), np.ones(50)]
    weight = np.r_[np.ones(150), np.full(50, 9.0)]
    b = fit(x, y, weight=weight, level=0.5, prior=np.zeros(1), prior_weight=0.01)
    assert b == pytest.approx([1.0])


@given(st.lists(st.integers(-50, 50), min_size=1, max_size=30), st.floats(0.0, 1.0))
def test_the_weighted_quantile_of_equal_weights_has_the_share_below_it(values: list[int], level: float) -> None:
    array = np.array(values, dtype=float)
    found = weighted_quantile(array, np.ones(len(values)), level)
    assert (array <= found).sum() >= level * len(values) - 1e-9
    assert (array < found).sum() <= level * len(values) + 1e-9

"""Croston's method as published: sizes and intervals apart."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.croston import SMOOTHING, croston


def column(*units: float) -> "np.typing.NDArray[np.float64]":
    return np.array(units, dtype=float)[:, None]


def test_a_steady_demand_every_third_day_is_its_size_over_three() -> None:
    mean, quantile = croston(column(*(0, 0, 6) * 20), 30, 0.5)
    assert mean[0] == pytest.approx(60.0)
    assert quantile[0] == pytest.approx(60.0), "half of the time it is enough"


def test_the_first_demands_are_smoothed_as_by_hand() -> None:
    mean, _ = croston(column(0, 4, 0, 0, 0, 8), 1, 0.9)
    size = 4 + SMOOTHING * (8 - 4)
    interval = 2 + SMOOTHING * (4 - 2)
    assert mean[0] == pytest.approx(size / interval)


def test_what_was_never_asked_for_is_not_expected() -> None:
    assert [float(values[0]) for values in croston(column(0, 0, 0), 7, 0.95)] == [0.0, 0.0]


@given(
    st.lists(st.integers(0, 50), min_size=1, max_size=60), st.integers(1, 40), st.sampled_from((0.5, 0.9, 0.95, 0.99))
)
def test_more_certainty_takes_more_and_nothing_is_negative(units: list[int], days: int, level: float) -> None:
    mean, quantile = croston(column(*units), days, level)
    _, surer = croston(column(*units), days, 0.995)
    assert 0 <= mean[0] <= max(units) * days + 1e-6
    assert mean[0] - 1e-6 <= quantile[0] <= surer[0] + 1e-6

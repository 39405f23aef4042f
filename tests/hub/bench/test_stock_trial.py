"""The stock trial: reckoned by hand on a few days."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.bench.plain_methods import exponential_smoothing, minimum_and_maximum, shipped
from hub.bench.stock_trial import LEVELS, Array, Days, Point, Score, Trial, mean_demand, run, simulate

DAYS = np.datetime64("2011-01-03") + np.arange(200)


def column(*units: float) -> Array:
    return np.array(units, dtype=float)[:, None]


def test_what_is_not_there_is_lost_and_what_is_ordered_comes_after_the_lead_time() -> None:
    up_to = np.array([10.0])
    demand = column(4, 4, 4, 4, 0, 0, 0, 3, 3, 3)
    served, stock = simulate(demand, [(up_to, up_to)] * 2, lead_days=2)
    # day 0 begins with 10 and orders nothing: 6, 2, 0 (2 lost), 0 (4 lost), 0, 0, 0
    # day 7 orders 10: nothing to give on days 7 and 8, on day 9 they come: 7 are left
    assert served.tolist() == [4 + 4 + 2 + 3]
    assert stock.tolist() == [(6 + 2 + 7) / 10]


def test_what_is_on_order_is_not_ordered_again() -> None:
    up_to = np.array([10.0])
    demand = column(*[10.0] + [0.0] * 29)
    _, stock = simulate(demand, [(up_to, up_to)] * 5, lead_days=14)
    # the review of day 7 orders 10, that of day 14 none, they come on day 21
    assert stock.tolist() == [10 * 9 / 30]


def test_nothing_is_ordered_above_the_reorder_point() -> None:
    demand = column(*[1.0] * 16)
    orders = [(np.array([4.0]), np.array([12.0]))] * 3
    served, stock = simulate(demand, orders, lead_days=1)
    # 12 at first, 5 on day 7 (no order), none on day 12; 12 are ordered on day 14 and come on day 15
    assert served.tolist() == [13]
    assert stock.tolist() == [(sum(range(12)) + 11) / 16]


def test_parts_of_a_unit_are_ordered_whole() -> None:
    up_to = np.array([2.2])
    served, _ = simulate(column(5), [(up_to, up_to)], lead_days=1)
    assert served.tolist() == [3]


def test_the_fill_rate_is_read_off_between_two_levels_and_not_beyond_them() -> None:
    curve = tuple(Point(level=0.5, fill=fill, stock_days=days) for days, fill in ((30, 0.9), (10, 0.7), (20, 0.84)))
    score = Score(curve=curve, pinball95=0, cover95=0, sec_per_1000=0)
    assert score.fill_at(25) == pytest.approx(0.87)
    assert score.fill_at(10) == 0.7
    assert score.fill_at(31) is None
    assert score.fill_at(9) is None


def test_mean_demand_counts_from_the_first_sale() -> None:
    history = np.zeros((60, 2))
    history[:, 0] = 2
    history[30:, 1] = 2
    assert mean_demand(history, 5).tolist() == [10, 10]
    history[50:, 1] = 4
    assert mean_demand(history, 5)[1] == pytest.approx((11 * 10 + 12 + 14 + 16 + 18 + 6 * 20) / 21)
    assert mean_demand(np.zeros((60, 1)), 5).tolist() == [0.1]


def trial(seed: int = 1) -> Trial:
    units = np.random.default_rng(seed).poisson(np.geomspace(0.3, 20, 20), (200, 20)).astype(float)
    return Trial(units=units, dates=DAYS, known_days=130, lead_days=7)


@pytest.mark.parametrize("method", [shipped, exponential_smoothing, minimum_and_maximum])
def test_more_caution_holds_more_and_serves_more(method) -> None:  # type: ignore[no-untyped-def]
    told = []
    score = run(method, trial(), now_s=iter(range(1000)).__next__, progress=lambda done, of: told.append((done, of)))
    assert [point.level for point in score.curve] == list(LEVELS)
    assert all(a.stock_days < b.stock_days for a, b in zip(score.curve, score.curve[1:], strict=False))
    assert all(a.fill <= b.fill + 0.002 for a, b in zip(score.curve, score.curve[1:], strict=False))
    assert told == [(n, 10) for n in range(1, 11)]
    assert score.sec_per_1000 == pytest.approx(1 / 20 * 1000), "one tick of the clock a review"


def test_a_method_is_shown_nothing_of_the_future() -> None:
    seen = []

    def method(demand: Array, cover_days: int, _level: float, dates: Days) -> tuple[Array, Array, Array]:
        assert cover_days == 14
        seen.append((len(demand), len(dates)))
        order = demand.sum(axis=0)
        return order, order, order

    run(method, trial(), now_s=lambda: 0, progress=lambda _done, _of: None)
    assert sorted(set(seen)) == [(row, row) for row in range(130, 200, 7)]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 500), st.integers(1, 20))
def test_nobody_is_served_what_was_not_there(seed: int, lead_days: int) -> None:
    rng = np.random.default_rng(seed)
    demand = rng.poisson(3.0, (35, 3)).astype(float)
    orders = [(up_to, up_to) for up_to in rng.uniform(0, 60, (5, 3))]
    served, stock = simulate(demand, orders, lead_days)
    assert (served <= demand.sum(axis=0)).all()
    assert (stock >= 0).all()
    plenty = np.full(3, demand.sum())
    assert simulate(demand, [(plenty, plenty)] * 5, lead_days)[0].tolist() == demand.sum(axis=0).tolist()

"""The arithmetic of the figures."""

from hypothesis import given
from hypothesis import strategies as st

from hub.domain.metric_definitions import BY_KEY, DEFINITIONS
from hub.domain.metrics import AGES, Share, ages, days_of_cover, measured, quantile, step_times, stock_by_day, turns

NUMBERS = st.integers(0, 10**12)
PARTS_OF_WHOLES = st.lists(st.integers(0, 1000).flatmap(lambda all_: st.tuples(st.integers(0, all_), st.just(all_))))


@given(PARTS_OF_WHOLES)
def test_a_rate_stays_within_0_and_1_and_is_never_the_mean_of_its_days(days: list[tuple[int, int]]) -> None:
    found = measured("line_fill_rate", [Share(*day) for day in days])
    below = sum(all_ for _, all_ in days)
    assert (found.value is None) == (below == 0)
    if found.value is not None:
        assert 0 <= found.value <= 1
        assert (
            found.value * below == sum(part for part, _ in days) or abs(found.value * below - found.total.above) < 1e-6
        )
    assert all(day is None or 0 <= day <= 1 for day in found.by_day)


@given(st.lists(st.lists(NUMBERS, min_size=5, max_size=5), min_size=1))
def test_steps_are_never_negative_and_of_one_order_they_add_up(orders: list[list[int]]) -> None:
    assert all(0 <= one.median_us <= one.p90_us for one in step_times(orders))
    *steps, whole = step_times(orders[:1])
    assert sum(one.median_us for one in steps) == whole.median_us == max(orders[0]) - orders[0][0]


@given(st.lists(NUMBERS, min_size=1), st.floats(0.01, 1))
def test_a_quantile_is_one_of_the_values_and_so_many_do_not_exceed_it(values: list[int], level: float) -> None:
    found = quantile(sorted(values), level)
    assert found in values
    assert sum(value <= found for value in values) >= level * len(values) - 1e-9


@given(st.integers(-1000, 1000), st.lists(st.integers(-1000, 1000), min_size=1))
def test_the_stock_of_each_day_is_that_of_the_day_before_and_what_changed(now: int, changes: list[int]) -> None:
    stock = stock_by_day(now, changes)
    assert len(stock) == len(changes) and stock[-1] == now
    assert [one + change for one, change in zip(stock, changes[1:], strict=False)] == stock[1:]


@given(st.lists(st.floats(0, 10_000)))
def test_every_age_is_counted_once(days: list[float]) -> None:
    assert sum(ages(days).values()) == len(days)
    assert list(ages(days)) == [words for _, words in AGES]


def test_an_age_of_a_whole_day_is_no_more_of_today() -> None:
    assert [name for name, n in ages([1.0]).items() if n] == ["1-2 days"]


def test_turns_and_cover_of_a_steady_trade_are_a_year_of_each_other() -> None:
    shipped, stock = [10] * 30, [200] * 30
    assert turns(shipped, stock).value == 365 * 10 / 200
    assert days_of_cover(shipped, stock).value == 200 / 10
    assert days_of_cover([], []).value is None


def test_each_definition_has_its_own_key_one_sentence_and_a_formula_of_two_parts() -> None:
    assert len(BY_KEY) == len(DEFINITIONS)
    for one in DEFINITIONS:
        assert one.meaning.endswith(".") and one.meaning.count(". ") == 0, one.key
        assert one.tables and one.formula and all(one.parts), one.key

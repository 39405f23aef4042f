"""Classes by turnover, and the stock that a level of service takes."""

from hypothesis import given
from hypothesis import strategies as st

from hub.domain.safety_stock import SERVICE_LEVELS, classes, cover


def test_the_sku_that_reaches_the_share_still_belongs_to_the_class() -> None:
    assert classes({"a": 500, "b": 290, "c": 100, "d": 80, "e": 30}) == {
        "a": "A",
        "b": "A",
        "c": "A",
        "d": "B",
        "e": "C",
    }


def test_one_sku_alone_is_of_class_a_and_one_without_turnover_of_class_c() -> None:
    assert classes({"x": 7}) == {"x": "A"}
    assert classes({"x": 0}) == {"x": "C"}
    assert classes({}) == {}


@given(st.dictionaries(st.text(min_size=1, max_size=3), st.integers(0, 10**9), max_size=20))
def test_who_turns_over_more_is_never_served_less(turnover: dict[str, int]) -> None:
    found = classes(turnover)
    assert found.keys() == turnover.keys()
    by_turnover = sorted(turnover, key=lambda sku: -turnover[sku])
    levels = [SERVICE_LEVELS[found[sku]] for sku in by_turnover]
    assert levels == sorted(levels, reverse=True)


@given(st.floats(0, 1e6), st.floats(0, 1e6))
def test_safety_stock_is_never_negative_and_covers_the_quantile(mean: float, quantile: float) -> None:
    found = cover(mean, quantile, level=0.95, days=14)
    assert found.safety_units >= 0
    assert found.enough_units >= max(mean, quantile)
    assert found.enough_units <= max(mean, quantile) + 1

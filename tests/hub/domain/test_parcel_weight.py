"""What a parcel should weigh: means add up, and spreads add up as variances do."""

import math

from hypothesis import given
from hypothesis import strategies as st

from hub.domain.parcel_weight import SIGMAS, Content, expected_weight


def test_an_empty_carton_weighs_its_tare_and_strays_by_its_own_spread() -> None:
    assert expected_weight([], tare_mg=140_000, tare_spread_mg=1_000) == (140_000, 4_000)


def test_spreads_add_up_as_variances_do() -> None:
    # 4 sigma of the root of 1000^2 + 9 * 1000^2 + 4 * 1500^2
    contents = [
        Content(units=9, unit_mg=50_000, spread_mg=1_000),
        Content(units=4, unit_mg=75_000, spread_mg=1_500),
    ]
    assert expected_weight(contents, tare_mg=100_000, tare_spread_mg=1_000) == (
        850_000,
        round(4 * math.sqrt(1_000**2 + 9 * 1_000**2 + 4 * 1_500**2)),
    )


def test_goods_without_spread_leave_no_tolerance_but_the_scales() -> None:
    assert expected_weight([Content(units=7, unit_mg=3, spread_mg=0)], tare_mg=1, tare_spread_mg=0) == (22, 0)


CONTENTS = st.lists(
    st.builds(Content, units=st.integers(0, 999), unit_mg=st.integers(1, 5_000_000), spread_mg=st.integers(0, 100_000)),
    max_size=6,
)


@given(CONTENTS, st.integers(0, 10**6), st.integers(0, 10_000))
def test_the_order_of_the_goods_changes_nothing(contents: list[Content], tare_mg: int, tare_spread_mg: int) -> None:
    one = expected_weight(contents, tare_mg=tare_mg, tare_spread_mg=tare_spread_mg)
    assert one == expected_weight(contents[::-1], tare_mg=tare_mg, tare_spread_mg=tare_spread_mg)
    assert one == expected_weight(iter(contents), tare_mg=tare_mg, tare_spread_mg=tare_spread_mg)


@given(CONTENTS, st.integers(0, 10**6), st.integers(0, 10_000))
def test_more_goods_never_have_less_tolerance(contents: list[Content], tare_mg: int, tare_spread_mg: int) -> None:
    for n in range(len(contents)):
        fewer = expected_weight(contents[:n], tare_mg=tare_mg, tare_spread_mg=tare_spread_mg)
        more = expected_weight(contents[: n + 1], tare_mg=tare_mg, tare_spread_mg=tare_spread_mg)
        assert fewer[0] <= more[0] and fewer[1] <= more[1]


@given(st.integers(1, 10_000), st.integers(0, 50_000))
def test_the_tolerance_grows_as_the_root_of_the_units(units: int, spread_mg: int) -> None:
    _, tolerance = expected_weight([Content(units=units, unit_mg=1, spread_mg=spread_mg)], tare_mg=0, tare_spread_mg=0)
    assert abs(tolerance - SIGMAS * spread_mg * math.sqrt(units)) <= 0.5

"""The bin by rules: own bins first, then free ones by size, weight, hazard and class."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from hub.domain.putaway import Bin, Goods, choose, may_lie, past_max, room

GOODS = Goods(units=10, unit_mg=1_000, unit_mm3=1_000, dangerous=False, by_picks="C")
OWN = Bin(id=1, name="bay-01/01", is_own=True)


def free(id_: int, far_mm: int, **more: object) -> Bin:
    return replace(Bin(id=id_, name=f"bay-02/{id_:02d}", is_own=False, far_mm=far_mm), **more)  # type: ignore[arg-type]


FREE = [free(1, 30_000), free(2, 10_000), free(3, 20_000)]


def test_goods_go_to_their_own_bin() -> None:
    [put], left = choose(GOODS, [OWN], FREE)
    assert (put.bin, put.units, put.because, left) == (OWN, 10, "bay-01/01 because it is the SKU's own", 0)


def test_the_bin_with_the_same_lot_comes_before_those_made_earlier() -> None:
    other = Bin(id=2, name="bay-01/02", is_own=True, same_lot=True)
    [put], _ = choose(GOODS, [OWN, other], ())
    assert (put.bin, put.because) == (other, "bay-01/02 because units of the same lot lie there")


def test_what_does_not_fit_by_volume_or_weight_goes_to_a_free_bin() -> None:
    by_volume = replace(OWN, units=2, volume_mm3=10_000)  # 85 % hold 8 units
    puts, left = choose(GOODS, [by_volume], FREE)
    assert [(put.bin.id, put.units) for put in puts] == [(1, 6), (1, 4)]
    assert puts[0].because == "bay-01/01 because it is the SKU's own, with room for 6 more"
    by_weight = replace(OWN, units=2, volume_mm3=10_000, load_max_mg=5_000)
    puts, left = choose(GOODS, [by_weight], ())
    assert ([put.units for put in puts], left) == ([3], 7)


def test_class_a_gets_the_nearest_class_c_the_farthest_and_class_b_the_middle() -> None:
    nearest = {by: choose(replace(GOODS, by_picks=by), [], FREE)[0][0].bin.far_mm for by in ("A", "B", "C")}
    assert nearest == {"A": 10_000, "B": 20_000, "C": 30_000}
    [put], _ = choose(replace(GOODS, by_picks="A"), [], FREE)
    assert put.because == (
        "bay-02/02 because it is free, and of the free ones the nearest (10 m), for class A by picks"
    )


def test_dangerous_goods_go_only_where_a_bin_allows_them() -> None:
    dangerous = replace(GOODS, dangerous=True)
    assert choose(dangerous, [], FREE) == ((), 10)
    allows = free(9, 40_000, dangerous=True)
    [put], left = choose(dangerous, [], [*FREE, allows])
    assert (put.bin, left) == (allows, 0)
    assert choose(dangerous, [OWN], FREE)[0][0].bin == OWN, "the site's files made it their own"


bins = st.builds(
    Bin,
    id=st.integers(1, 1_000),
    name=st.text("abc", min_size=1, max_size=3),
    is_own=st.just(False),
    units=st.integers(0, 20),
    volume_mm3=st.none() | st.integers(0, 40_000),
    load_max_mg=st.none() | st.integers(0, 40_000),
    dangerous=st.booleans(),
    far_mm=st.none() | st.integers(0, 50_000),
)


@given(
    st.builds(
        Goods,
        units=st.integers(1, 200),
        unit_mg=st.integers(1, 3_000),
        unit_mm3=st.integers(1, 3_000),
        dangerous=st.booleans(),
        by_picks=st.sampled_from(("A", "B", "C")),
    ),
    st.lists(bins, max_size=5),
    st.lists(bins, max_size=5),
)
def test_no_unit_is_lost_and_no_bin_gets_more_than_it_holds(goods: Goods, own: list[Bin], others: list[Bin]) -> None:
    mine = [replace(place, is_own=True) for place in own]
    puts, left = choose(goods, mine, others)
    assert sum(put.units for put in puts) + left == goods.units
    for put in puts:
        fits = room(goods, put.bin)
        assert put.units > 0
        assert fits is None or put.units <= fits
        assert may_lie(goods, put.bin)
    if left:
        assert all(room(goods, place) is not None for place in mine), "a bin of any size takes what there is"


def test_a_bin_is_filled_to_its_most_then_reserve_then_free_reserve_then_any_free_bin() -> None:
    goods = Goods(units=30, unit_mg=1, unit_mm3=1, dangerous=False, by_picks="A")
    pick = Bin(id=1, name="pick", is_own=True, units=3, max_units=10)
    own = Bin(id=2, name="own reserve", is_own=True, same_lot=True, reserve=True, load_max_mg=5)
    spare = Bin(id=3, name="free reserve", is_own=False, reserve=True, load_max_mg=5, far_mm=9)
    plain = Bin(id=4, name="free", is_own=False, load_max_mg=5, far_mm=1)
    puts, left = choose(goods, (own, pick), (plain, spare))
    assert [(put.bin.name, put.units) for put in puts] == [
        ("pick", 7),
        ("own reserve", 5),
        ("free reserve", 5),
        ("free", 5),
    ]
    assert left == 8
    more, left = past_max(replace(goods, units=left), (own, pick), puts)
    assert ([(put.bin.name, put.units) for put in more], left) == ([("pick", 8)], 0)


def test_an_sku_without_a_bin_to_be_picked_from_gets_no_free_reserve() -> None:
    goods = Goods(units=3, unit_mg=1, unit_mm3=1, dangerous=False, by_picks="A")
    spare = Bin(id=3, name="free reserve", is_own=False, reserve=True)
    assert choose(goods, (), (spare,)) == ((), 3)

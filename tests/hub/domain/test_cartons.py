"""The carton for a parcel: the goods go into it, and none that costs less was found to take them."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.billed_weight import billed_mg
from hub.domain.cartons import Carton, PackedCarton, Parcels, Prices, choose_carton, pack_parcels
from hub.domain.packing.check import faults
from hub.domain.packing.goods import Goods
from hub.domain.packing.packed import remaining
from hub.domain.packing.packer import Effort, pack_whole


def carton(name: str, sides: tuple[int, int, int], *, load_max_mg: int = 5_000_000, cost: int = 10) -> Carton:
    return Carton(
        name=name,
        length_mm=sides[0],
        width_mm=sides[1],
        height_mm=sides[2],
        tare_mg=100_000,
        tare_spread_mg=1_000,
        load_max_mg=load_max_mg,
        cost_minor=cost,
    )


SMALL = carton("S", (200, 100, 100), load_max_mg=1_000_000, cost=10)
LARGE = carton("L", (400, 400, 400), load_max_mg=10_000_000, cost=50)
POSTER = carton("P", (900, 60, 60), load_max_mg=1_000_000, cost=60)
ALL = (LARGE, POSTER, SMALL)
CUBE = Goods(units=1, unit_mg=100, sides_mm=(50, 50, 50))


def chosen(
    units: int = 1, sides_mm: tuple[int, int, int] = (50, 50, 50), unit_mg: int = 100, of: tuple[Carton, ...] = ALL
) -> str:
    return choose_carton(of, [Goods(units=units, unit_mg=unit_mg, sides_mm=sides_mm)]).name


def test_the_cheapest_that_holds_the_goods_is_taken() -> None:
    assert chosen() == "S"


def test_a_carton_is_full_when_nothing_more_goes_in() -> None:
    assert (chosen(units=16), chosen(units=17)) == ("S", "L")


def test_room_that_no_unit_fits_into_does_not_count() -> None:
    slab = (150, 60, 60)
    assert 0.6 * SMALL.volume_mm3 > 2 * 150 * 60 * 60
    assert (chosen(sides_mm=slab), chosen(units=2, sides_mm=slab)) == ("S", "L")


def test_a_carton_carries_its_load_and_not_a_milligram_more() -> None:
    assert (chosen(unit_mg=1_000_000), chosen(unit_mg=1_000_001)) == ("S", "L")
    assert (chosen(units=10, unit_mg=100_000), chosen(units=10, unit_mg=100_001)) == ("S", "L")


def test_goods_may_be_turned_to_fit_but_not_bent() -> None:
    assert chosen(sides_mm=(10, 10, 200)) == "S"
    assert chosen(sides_mm=(10, 10, 201)) == "L"
    assert chosen(sides_mm=(10, 10, 800)) == "P"


def test_two_skus_count_together() -> None:
    one = Goods(units=1, unit_mg=600_000, sides_mm=(50, 50, 50))
    assert choose_carton(ALL, [one]).name == "S"
    assert choose_carton(ALL, [one, one]).name == "L"


def test_the_largest_is_taken_if_none_holds_the_goods() -> None:
    assert chosen(sides_mm=(2_000, 10, 10)) == "L"
    assert chosen(units=10_000) == "L"
    assert chosen(unit_mg=99_000_000) == "L"


def test_at_the_same_cost_the_smaller_one_is_taken() -> None:
    big = carton("B", (300, 300, 300))
    assert chosen(of=(big, SMALL)) == chosen(of=(SMALL, big)) == "S"


# -- what a parcel costs -----------------------------------------------------------------------------------


def by_size(box: Carton, gross_mg: int) -> int:
    """A penny for each gram billed, five litres to the kilogram."""
    return billed_mg(gross_mg, box.sides_mm, mm3_per_kg=5_000_000) // 1_000


def test_freight_by_size_makes_a_dearer_smaller_carton_the_cheaper_parcel() -> None:
    cheap, dear = carton("cheap", (300, 200, 200), cost=1), carton("dear", (200, 100, 100), cost=90)
    assert choose_carton((cheap, dear), [CUBE]).name == "cheap"
    assert choose_carton((cheap, dear), [CUBE], prices=Prices(freight=by_size)).name == "dear"


def test_what_fills_the_room_is_part_of_the_cost() -> None:
    cheap, dear = carton("cheap", (300, 200, 200), cost=1), carton("dear", (200, 100, 100), cost=90)
    prices = Prices(dunnage_minor_per_m3=10_000)
    assert prices.cost_minor(cheap, [CUBE]) == 1 + (300 * 200 * 200 - 50**3) * 10_000 // 10**9
    assert choose_carton((cheap, dear), [CUBE], prices=prices).name == "dear"


def test_the_carrier_is_asked_for_the_goods_with_their_carton() -> None:
    asked = []

    def freight(box: Carton, gross_mg: int) -> int:
        asked.append((box.name, gross_mg))
        return 7

    found = pack_parcels([SMALL], [replace(CUBE, units=3)], prices=Prices(freight=freight))
    assert found.cost_minor == SMALL.cost_minor + 7
    assert set(asked) == {("S", SMALL.tare_mg + 300)}


def test_a_carton_that_no_carrier_takes_is_not_chosen() -> None:
    prices = Prices(freight=lambda box, _: None if box.name == "S" else 1)
    assert choose_carton(ALL, [CUBE], prices=prices).name == "L"


def test_a_carton_that_nobody_takes_is_still_better_than_none() -> None:
    assert choose_carton(ALL, [CUBE], prices=Prices(freight=lambda _box, _mg: None)).name == "L"


# -- several cartons ---------------------------------------------------------------------------------------


def names(parcels: Parcels) -> list[str]:
    return [one.carton.name for one in parcels.cartons]


def test_what_goes_into_one_carton_goes_into_one() -> None:
    found = pack_parcels(ALL, [CUBE])
    assert (names(found), found.unpacked, found.cost_minor) == (["S"], (0,), 10)


def test_two_cartons_are_the_cheapest_two_that_were_found() -> None:
    long = Goods(units=1, unit_mg=100, sides_mm=(850, 50, 50))
    found = pack_parcels(ALL, [long, CUBE, replace(CUBE, units=2)])
    assert sorted(names(found)) == ["P", "S"]
    assert found.unpacked == (0, 0, 0)
    assert found.cost_minor == POSTER.cost_minor + SMALL.cost_minor


def test_as_many_cartons_are_taken_as_are_needed() -> None:
    found = pack_parcels([SMALL], [Goods(units=70, unit_mg=100, sides_mm=(50, 50, 50))])
    assert [len(one.packing.placements) for one in found.cartons] == [16, 16, 16, 16, 6]
    assert found.unpacked == (0,)


def test_weight_alone_splits_an_order() -> None:
    found = pack_parcels([SMALL], [Goods(units=5, unit_mg=400_000, sides_mm=(20, 20, 20))])
    assert [len(one.packing.placements) for one in found.cartons] == [2, 2, 1]


def test_what_goes_into_no_carton_is_named_and_the_rest_is_packed() -> None:
    found = pack_parcels(ALL, [Goods(units=2, unit_mg=100, sides_mm=(2_000, 10, 10)), CUBE])
    assert (names(found), found.unpacked) == (["S"], (2, 0))


@pytest.mark.parametrize("cartons", [(), ALL])
def test_nothing_to_pack_needs_no_carton(cartons: Sequence[Carton]) -> None:
    found = pack_parcels(cartons, [])
    assert (found.cartons, found.unpacked, found.cost_minor) == ((), (), 0)


GOODS = st.builds(
    Goods,
    units=st.integers(1, 20),
    unit_mg=st.integers(1, 500_000),
    sides_mm=st.tuples(*[st.integers(5, 450)] * 3),
    bears_mg=st.one_of(st.none(), st.integers(0, 500_000)),
)
QUICK = Effort(tries=4, block_tries=3)


@given(st.lists(GOODS, min_size=1, max_size=4), st.booleans())
def test_every_unit_lies_validly_in_one_carton_or_goes_into_none(goods: list[Goods], by_the_size: bool) -> None:
    prices = Prices(freight=by_size) if by_the_size else Prices()
    found = pack_parcels(ALL, goods, prices=prices, effort=QUICK)
    left = tuple(goods)
    for one in found.cartons:
        check_one(one, left, prices)
        left = remaining(left, one.packing)
    assert tuple(one.units for one in left) == found.unpacked
    for one in left:
        if one.units:
            alone = [replace(one, units=1)]
            assert all(pack_whole(box.sides_mm, box.load_max_mg, alone, QUICK) is None for box in ALL)


def check_one(one: PackedCarton, left: tuple[Goods, ...], prices: Prices) -> None:
    assert one.packing.placements
    assert one.packing.sides_mm == one.carton.sides_mm
    assert faults(one.packing, left, load_max_mg=one.carton.load_max_mg) == []
    inside = [replace(g, units=g.units - n) for g, n in zip(left, one.packing.left, strict=True)]
    assert one.cost_minor == prices.cost_minor(one.carton, inside)


@given(st.lists(GOODS, min_size=1, max_size=4))
def test_no_cheaper_carton_takes_the_goods(goods: list[Goods]) -> None:
    found = choose_carton(ALL, goods, effort=QUICK)
    takes = [box for box in ALL if pack_whole(box.sides_mm, box.load_max_mg, goods, QUICK) is not None]
    if takes:
        assert found in takes
        assert found.cost_minor == min(box.cost_minor for box in takes)
    else:
        assert found is LARGE

"""Every packing is valid, nothing is lost, and what plainly goes in is put in."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from hub.domain.packing.blocks import NEXT, BlockPacker
from hub.domain.packing.check import faults
from hub.domain.packing.goods import Goods, Sides
from hub.domain.packing.packed import Packing
from hub.domain.packing.packer import CORNERS_UNITS_MAX, Effort, pack_most, pack_whole

QUICK = Effort(tries=8, block_tries=5)
SIDE = st.integers(1, 60)
UPRIGHT = st.sampled_from([(True, True, True), (False, False, True), (False, True, True), (True, False, False)])
BEARS = st.one_of(st.none(), st.integers(0, 3_000))
CARTON = st.tuples(*[st.integers(20, 120)] * 3)


def goods_strategy(units_max: int) -> st.SearchStrategy[tuple[Goods, ...]]:
    one = st.builds(
        Goods,
        units=st.integers(0, units_max),
        unit_mg=st.integers(0, 1_000),
        sides_mm=st.tuples(SIDE, SIDE, SIDE),
        upright=UPRIGHT,
        bears_mg=BEARS,
    )
    return st.lists(one, min_size=1, max_size=6).map(tuple)


FEW = goods_strategy(2)
MANY = goods_strategy(20)
LOAD = st.integers(0, 20_000)


@given(CARTON, LOAD, FEW)
def test_few_units_as_many_as_go_in_are_packed_validly_and_none_is_lost(
    sides: Sides, load_max_mg: int, goods: tuple[Goods, ...]
) -> None:
    assert sum(one.units for one in goods) <= CORNERS_UNITS_MAX
    packing = pack_most(sides, load_max_mg, goods, QUICK)
    assert faults(packing, goods, load_max_mg=load_max_mg) == []


@given(CARTON, LOAD, MANY)
def test_many_units_as_many_as_go_in_are_packed_validly_and_none_is_lost(
    sides: Sides, load_max_mg: int, goods: tuple[Goods, ...]
) -> None:
    packing = pack_most(sides, load_max_mg, goods, QUICK)
    assert faults(packing, goods, load_max_mg=load_max_mg) == []


@given(CARTON, LOAD, MANY, st.sampled_from(NEXT), st.integers(1, 3), st.integers(1, 4))
def test_blocks_are_packed_validly_by_every_strategy_and_search(
    sides: Sides, load_max_mg: int, goods: tuple[Goods, ...], following: object, width: int, branches: int
) -> None:
    packer = BlockPacker(sides, load_max_mg, goods, following)  # type: ignore[arg-type]
    *_, best = packer.packings(width=width, branches=branches)
    for packing in (best, packer.greedy()):
        assert faults(packing, goods, load_max_mg=load_max_mg) == []
    assert best.goods_mm3 >= packer.greedy().goods_mm3 or branches < 2


@given(CARTON, LOAD, FEW | MANY)
def test_a_whole_packing_is_valid_and_leaves_nothing(sides: Sides, load_max_mg: int, goods: tuple[Goods, ...]) -> None:
    packing = pack_whole(sides, load_max_mg, goods, QUICK)
    if packing is not None:
        assert packing.is_whole
        assert faults(packing, goods, load_max_mg=load_max_mg) == []


@given(CARTON, st.tuples(SIDE, SIDE, SIDE), UPRIGHT)
def test_a_single_unit_goes_in_exactly_if_a_turn_of_it_does(
    sides: Sides, unit: Sides, upright: tuple[bool, bool, bool]
) -> None:
    one = Goods(units=1, unit_mg=1, sides_mm=unit, upright=upright)
    fits = any(all(a <= b for a, b in zip(turn, sides, strict=True)) for turn in one.turns())
    assert (pack_whole(sides, 1, [one], QUICK) is not None) == fits
    assert bool(pack_most(sides, 1, [one], QUICK).placements) == fits


@given(st.tuples(SIDE, SIDE, SIDE), st.tuples(*[st.integers(1, 4)] * 3))
def test_a_carton_that_is_a_grid_of_units_is_filled_to_the_last(unit: Sides, times: Sides) -> None:
    carton = (unit[0] * times[0], unit[1] * times[1], unit[2] * times[2])
    units = times[0] * times[1] * times[2]
    one = Goods(units=units, unit_mg=1, sides_mm=unit, upright=(False, False, True))
    packing = pack_whole(carton, units, [one], Effort())
    assert packing is not None
    assert packing.fill == 1
    assert faults(packing, [one], load_max_mg=units) == []


@given(FEW | MANY)
def test_the_same_goods_are_packed_the_same_way_again(goods: tuple[Goods, ...]) -> None:
    def once() -> Packing:
        return pack_most((90, 80, 70), 20_000, goods, QUICK)

    assert once() == once()


def test_a_box_that_must_stand_upright_stands_upright() -> None:
    bottle = Goods(units=3, unit_mg=1, sides_mm=(30, 30, 90), upright=(False, False, True))
    assert pack_whole((90, 30, 89), 10, [bottle], QUICK) is None
    packing = pack_whole((90, 30, 90), 10, [bottle], QUICK)
    assert packing is not None
    assert {p.size_mm for p in packing.placements} == {(30, 30, 90)}


def test_the_fragile_lies_on_the_heavy_and_never_the_other_way() -> None:
    glass = Goods(units=1, unit_mg=100, sides_mm=(50, 50, 50), bears_mg=0)
    brick = Goods(units=1, unit_mg=5_000, sides_mm=(50, 50, 40))
    packing = pack_whole((50, 50, 90), 9_000, [glass, brick], QUICK)
    assert packing is not None
    assert [p.kind for p in packing.placements] == [1, 0]
    assert pack_whole((50, 50, 90), 9_000, [glass, replace(brick, bears_mg=99)], QUICK) is None


def test_a_stack_of_one_kind_bears_itself_as_far_as_it_can() -> None:
    tray = Goods(units=CORNERS_UNITS_MAX + 1, unit_mg=100, sides_mm=(50, 50, 10), bears_mg=250)
    packing = pack_most((50, 50, 500), 9_000, [replace(tray, upright=(False, False, True))], QUICK)
    assert len(packing.placements) == 3
    few = pack_most((50, 50, 500), 9_000, [replace(tray, units=5, upright=(False, False, True))], QUICK)
    assert len(few.placements) == 3


def test_weight_bounds_what_goes_in() -> None:
    for units in (CORNERS_UNITS_MAX, 4 * CORNERS_UNITS_MAX):
        one = Goods(units=units, unit_mg=1_000, sides_mm=(10, 10, 10))
        assert pack_whole((100, 100, 100), units * 1_000 - 1, [one], QUICK) is None
        assert len(pack_most((100, 100, 100), 7_999, [one], QUICK).placements) == 7


def test_units_of_different_kinds_share_a_floor_across_tops_of_one_height() -> None:
    """Two kinds of one height bear a sheet of glass that neither would bear alone."""
    left = Goods(units=8, unit_mg=1, sides_mm=(50, 100, 20), upright=(False, False, True))
    right = Goods(units=16, unit_mg=1, sides_mm=(50, 50, 20), upright=(False, False, True))
    glass = Goods(units=1, unit_mg=1, sides_mm=(400, 200, 10), upright=(False, False, True), bears_mg=0)
    packing = pack_whole((400, 200, 30), 100, [left, right, glass], Effort())
    assert packing is not None
    assert packing.placements[-1].at_mm == (0, 0, 20)


def test_time_that_has_run_out_leaves_the_first_way_and_a_valid_one() -> None:
    asked = []

    def out_of_time() -> bool:
        asked.append(True)
        return True

    goods = [Goods(units=5, unit_mg=1, sides_mm=(70, 60, 50))]
    packing = pack_most((100, 100, 100), 10, goods, Effort(tries=50, out_of_time=out_of_time))
    assert asked == [True]
    assert packing.placements
    assert faults(packing, goods, load_max_mg=10) == []


def test_more_tries_never_pack_less() -> None:
    goods = [Goods(units=2, unit_mg=1, sides_mm=(47, 31, 22)), Goods(units=4, unit_mg=1, sides_mm=(38, 26, 15))]
    volumes = [pack_most((80, 60, 40), 99, goods, Effort(tries=tries)).goods_mm3 for tries in (1, 6, 18, 60)]
    assert volumes == sorted(volumes)


def test_nothing_to_pack_is_packed() -> None:
    for goods in ([], [Goods(units=0, unit_mg=1, sides_mm=(9, 9, 9))]):
        packing = pack_whole((10, 10, 10), 0, goods, QUICK)
        assert packing is not None
        assert (packing.placements, packing.fill) == ((), 0)

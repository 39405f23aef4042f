"""The checker finds each thing that can be wrong with a packing, by packings laid by hand."""

from dataclasses import replace

from hub.domain.packing.check import faults
from hub.domain.packing.goods import Goods
from hub.domain.packing.packed import Packing, Placement

CUBE = Goods(units=2, unit_mg=1_000, sides_mm=(100, 100, 100))
PLATE = Goods(units=1, unit_mg=500, sides_mm=(100, 80, 10), upright=(False, False, True))
GOODS = (CUBE, PLATE)
FIRST = Placement(kind=0, at_mm=(0, 0, 0), size_mm=(100, 100, 100))
SECOND = Placement(kind=0, at_mm=(100, 0, 0), size_mm=(100, 100, 100))
ON_TOP = Placement(kind=1, at_mm=(0, 0, 100), size_mm=(80, 100, 10))
RIGHT = Packing(sides_mm=(200, 120, 130), placements=(FIRST, SECOND, ON_TOP), left=(0, 0))


def found(*placements: Placement, left: tuple[int, ...] = (0, 0), goods: tuple[Goods, ...] = GOODS) -> list[str]:
    return faults(replace(RIGHT, placements=placements, left=left), goods, load_max_mg=2_500)


def test_a_right_packing_has_no_faults() -> None:
    assert found(FIRST, SECOND, ON_TOP) == []
    assert found(FIRST, left=(1, 1)) == []
    assert found(left=(2, 1)) == []


def test_a_unit_lost_or_doubled_is_found() -> None:
    assert found(FIRST, ON_TOP) == ["kind 0: 2 units, but 1 placed and 0 left."]
    assert found(FIRST, SECOND, ON_TOP, left=(0, 1)) == ["kind 1: 1 units, but 1 placed and 1 left."]
    assert found(FIRST, SECOND, ON_TOP, left=(0,)) == ["2 kinds of goods, but 1 counts of what is left."]
    assert found(replace(FIRST, kind=2), left=(2, 1)) == ["there is no kind 2."]
    assert found(replace(FIRST, kind=-1), left=(2, 1)) == ["there is no kind -1."]


def test_what_sticks_out_is_found() -> None:
    assert found(FIRST, replace(SECOND, at_mm=(101, 0, 0)), left=(0, 1)) == [
        "placement 1: from 101 to 201 mm of 200 mm."
    ]
    assert found(replace(FIRST, at_mm=(0, -1, 0)), left=(1, 1)) == ["placement 0: from -1 to 99 mm of 120 mm."]


def test_a_turn_that_is_not_allowed_is_found() -> None:
    on_edge = replace(ON_TOP, at_mm=(0, 100, 0), size_mm=(100, 10, 80))
    assert found(on_edge, left=(2, 0)) == ["placement 0: (100, 80, 10) may not lie as (100, 10, 80)."]
    assert found(on_edge, left=(2, 0), goods=(CUBE, replace(PLATE, upright=(False, True, False)))) == []
    shrunk = replace(ON_TOP, at_mm=(0, 0, 0), size_mm=(80, 99, 10))
    assert found(shrunk, left=(2, 0)) == ["placement 0: (100, 80, 10) may not lie as (80, 99, 10)."]


def test_an_overlap_of_a_millimetre_is_found() -> None:
    assert found(FIRST, replace(SECOND, at_mm=(99, 0, 0)), left=(0, 1)) == ["placements 0 and 1 overlap."]
    assert "placements 0 and 1 overlap." in found(FIRST, replace(ON_TOP, at_mm=(0, 0, 99)), left=(1, 0))


def test_a_unit_that_would_have_to_go_in_under_another_is_found() -> None:
    wide = Goods(units=1, unit_mg=0, sides_mm=(140, 100, 20))
    over = Placement(kind=1, at_mm=(0, 0, 100), size_mm=(140, 100, 20))
    under = Placement(kind=0, at_mm=(100, 0, 0), size_mm=(100, 100, 100))
    assert found(FIRST, over, under, goods=(CUBE, wide)) == ["placement 2 would have to go in under placement 1."]
    assert found(FIRST, under, over, goods=(CUBE, wide)) == []


def test_a_base_is_borne_by_seventy_hundredths_and_no_less() -> None:
    def beside(over_mm: int) -> list[str]:
        plate = replace(PLATE, sides_mm=(100, 100, 10))
        return found(FIRST, replace(ON_TOP, at_mm=(over_mm, 0, 100), size_mm=(100, 100, 10)), left=(1, 0),
                     goods=(CUBE, plate))  # fmt: skip

    assert beside(30) == []
    assert beside(31) == ["placement 1: 6900 of 10000 mm2 of its base are supported."]
    assert found(replace(FIRST, at_mm=(0, 0, 1)), left=(1, 1)) == [
        "placement 0: 0 of 10000 mm2 of its base are supported."
    ]


def test_a_load_is_carried_to_the_milligram() -> None:
    assert faults(RIGHT, GOODS, load_max_mg=2_500) == []
    assert faults(RIGHT, GOODS, load_max_mg=2_499) == ["the goods weigh 2500 mg, the carton carries 2499."]


def test_what_bears_nothing_has_nothing_on_it() -> None:
    fragile = replace(CUBE, bears_mg=0)
    assert found(FIRST, SECOND, ON_TOP, goods=(fragile, PLATE)) == ["placement 0 bears 500 mg of 0."]
    assert found(FIRST, SECOND, ON_TOP, goods=(replace(CUBE, bears_mg=500), PLATE)) == []


def test_weight_goes_down_through_what_lies_between_by_area() -> None:
    low = Goods(units=2, unit_mg=10, sides_mm=(100, 100, 10), bears_mg=150)
    board = Goods(units=1, unit_mg=100, sides_mm=(200, 100, 10))
    top = Goods(units=1, unit_mg=200, sides_mm=(50, 50, 50))
    placements = (
        Placement(kind=0, at_mm=(0, 0, 0), size_mm=(100, 100, 10)),
        Placement(kind=0, at_mm=(100, 0, 0), size_mm=(100, 100, 10)),
        Placement(kind=1, at_mm=(0, 0, 10), size_mm=(200, 100, 10)),
        Placement(kind=2, at_mm=(0, 0, 20), size_mm=(50, 50, 50)),
    )
    assert found(*placements, left=(0, 0, 0), goods=(low, board, top)) == []
    feeble = replace(low, bears_mg=149)
    assert found(*placements, left=(0, 0, 0), goods=(feeble, board, top)) == [
        "placement 1 bears 150 mg of 149.",
        "placement 0 bears 150 mg of 149.",
    ]

"""What scales teach the hub: the weight of a unit, a book that has drifted, a bin that needs eyes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from edge.contract.events import AlarmCleared, AlarmRaised, BinCounted, WeightSettled
from edge.contract.state import BinContent
from hub.domain.unit_weight import LOT_SHARE
from tests.hub.stocked_floor import UNITS_A_BIN, StockedFloor

BAY = "bay-01"
RED_BIN = "bay-01/03"


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[StockedFloor]:
    floor = StockedFloor(tmp_path)
    yield floor
    floor.close()


def picked(floor: StockedFloor, units: int = 3, tote: str = "TOTE-0001", ref: str = "A") -> dict[str, Any]:
    """Units of RED were picked from their bin; the task."""
    floor.order(ref, RED=units)
    floor.load_cart(tote)
    task = floor.the_task()
    floor.pick(task)
    return task


def settled(task: dict[str, Any], units: int, unit_mg: float, **more: Any) -> WeightSettled:
    event = WeightSettled(
        bin=task["bin"],
        cause="tasks",
        tasks=(task["public"],),
        before_mg=10_000_000,
        after_mg=round(10_000_000 - units * unit_mg),
        units_confirmed=-units,
        units_weighed=-units,
        sure=True,
        division_mg=1_000,
    )
    return replace(event, **more)


def content(floor: StockedFloor) -> BinContent:
    return next(found for found in floor.desired(BAY).bins if found.bin == RED_BIN)


def catalogue_mg(floor: StockedFloor) -> int:
    return floor.catalogue.items["RED"].unit_mg


def test_before_anything_was_weighed_a_bay_is_told_how_far_a_lot_may_be_off(floor: StockedFloor) -> None:
    told = content(floor)
    assert told.unit_mg == catalogue_mg(floor)
    assert told.mean_error_mg == pytest.approx(LOT_SHARE * told.unit_mg, abs=1)


def test_a_confirmed_pick_teaches_what_a_unit_weighs_and_the_bay_is_told(floor: StockedFloor) -> None:
    before = content(floor)
    heavier_mg = before.unit_mg * (1 + 1.5 * LOT_SHARE)
    floor.tell(BAY, settled(picked(floor, 10), 10, heavier_mg))
    after = content(floor)
    assert before.unit_mg <= after.unit_mg < heavier_mg
    assert after.mean_error_mg < before.mean_error_mg
    [row] = floor.rows("SELECT movements FROM unit_weight")
    assert row["movements"] == 1


@pytest.mark.parametrize("why", [{"sure": False}, {"after_mg": 11_000_000}, {"division_mg": 0}])
def test_a_weight_that_does_not_agree_or_cannot_teaches_nothing(floor: StockedFloor, why: dict[str, Any]) -> None:
    floor.tell(BAY, replace(settled(picked(floor), 3, catalogue_mg(floor)), **why))
    assert floor.rows("SELECT * FROM unit_weight") == []


def test_a_unit_too_many_is_no_lesson_and_a_catalogue_that_is_wrong_is_corrected_by_the_third(
    floor: StockedFloor,
) -> None:
    before = content(floor)
    heavy_mg = before.unit_mg * 1.2
    task = picked(floor, 5)
    for _ in range(3):
        assert content(floor).unit_mg == before.unit_mg
        floor.tell(BAY, settled(task, 5, heavy_mg, units_weighed=-6))
    assert content(floor).unit_mg == pytest.approx(heavy_mg, rel=1e-3)


def test_a_new_catalogue_weight_begins_anew(floor: StockedFloor) -> None:
    floor.tell(BAY, settled(picked(floor, 10), 10, catalogue_mg(floor)))
    learned = content(floor)

    def correct(tx: Any) -> None:
        tx.connection.exec_driver_sql("UPDATE sku SET unit_mg = unit_mg + 5000 WHERE code = 'RED'")

    floor.call(correct)
    again = content(floor)
    assert again.unit_mg == catalogue_mg(floor) + 5_000
    assert again.mean_error_mg > learned.mean_error_mg


def test_a_bin_whose_scale_is_certain_of_one_fewer_is_set_right_at_once(floor: StockedFloor) -> None:
    task = picked(floor)
    left = UNITS_A_BIN - 3
    make_cheap(floor)
    floor.tell(BAY, settled(task, 3, catalogue_mg(floor), units_inside=left - 1))
    assert floor.at(RED_BIN) == {"RED": left - 1}
    assert floor.moves("drift") == [("RED", 1, RED_BIN, "adjustment")]
    assert not floor.held(RED_BIN)
    assert floor.sound()


def test_a_bin_whose_scale_is_certain_of_one_more_is_set_right_at_once(floor: StockedFloor) -> None:
    task = picked(floor)
    left = UNITS_A_BIN - 3
    make_cheap(floor)
    floor.tell(BAY, settled(task, 3, catalogue_mg(floor), units_inside=left + 1))
    assert floor.at(RED_BIN) == {"RED": left + 1}
    assert floor.sound()


def test_a_larger_or_dearer_difference_is_counted_by_light_and_the_book_waits(floor: StockedFloor) -> None:
    task = picked(floor)
    left = UNITS_A_BIN - 3
    make_cheap(floor)
    floor.tell(BAY, settled(task, 3, catalogue_mg(floor), units_inside=left - 5))
    assert floor.at(RED_BIN) == {"RED": left}
    assert floor.held(RED_BIN)
    count = floor.the_task("count")
    assert count["bin"] == RED_BIN
    floor.tell(BAY, BinCounted(task=count["public"], bin=RED_BIN, units=left - 5, by="weight"))
    assert floor.at(RED_BIN) == {"RED": left - 5}
    assert floor.sound()


def test_a_book_that_is_right_is_left_alone(floor: StockedFloor) -> None:
    task = picked(floor)
    floor.tell(BAY, settled(task, 3, catalogue_mg(floor), units_inside=UNITS_A_BIN - 3))
    assert floor.moves("drift") == []
    assert not floor.held(RED_BIN)


def test_a_held_bin_is_left_to_its_count(floor: StockedFloor) -> None:
    task = picked(floor)
    make_cheap(floor)
    floor.tell(BAY, replace(settled(task, 3, 1), cause="unlit", tasks=(), units_confirmed=0, sure=False))
    assert floor.held(RED_BIN)
    floor.tell(BAY, settled(task, 3, catalogue_mg(floor), units_inside=UNITS_A_BIN - 4))
    assert floor.moves("drift") == []


def test_a_change_that_is_no_whole_number_of_units_holds_the_bin_for_a_count(floor: StockedFloor) -> None:
    task = picked(floor)
    floor.tell(BAY, settled(task, 3, catalogue_mg(floor) * 0.8, sure=False, odd=True))
    assert floor.held(RED_BIN)
    assert floor.the_task("count")["bin"] == RED_BIN
    assert floor.at(RED_BIN) == {"RED": UNITS_A_BIN - 3}, "the confirmation stands"


def unlit(floor: StockedFloor, units: int) -> None:
    """Units went into the dark bin or out of it, and an alarm was left as it was."""
    weighed = WeightSettled(
        bin=RED_BIN,
        cause="unlit",
        tasks=(),
        before_mg=0,
        after_mg=0,
        units_confirmed=0,
        units_weighed=units,
        sure=True,
    )
    floor.tell(BAY, weighed)
    alarm = f"unlit {units} {floor.clock_us}"
    floor.tell(BAY, AlarmRaised(alarm=alarm, kind="wrong_bin", place=RED_BIN, units=-units))
    floor.tell(BAY, AlarmCleared(alarm=alarm, kind="wrong_bin", place=RED_BIN, by="accepted", units=max(0, units)))


def test_what_came_into_a_dark_bin_is_no_units_unless_a_hand_is_known_to_have_had_them(floor: StockedFloor) -> None:
    unlit(floor, 10)
    assert floor.at(RED_BIN) == {"RED": UNITS_A_BIN} and floor.held(RED_BIN)
    unlit(floor, -3)
    assert floor.at(RED_BIN) == {"RED": UNITS_A_BIN - 3}
    unlit(floor, 5)  # three of them are astray
    assert floor.at(RED_BIN) == {"RED": UNITS_A_BIN}
    assert floor.at("astray") == {}


def test_what_lies_there_beyond_before_after_a_pick_is_no_units_where_it_was_left(floor: StockedFloor) -> None:
    task = picked(floor)
    floor.tell(BAY, settled(task, 3, 1, units_weighed=10))
    assert floor.at(RED_BIN) == {"RED": UNITS_A_BIN + 10}, "while the light is red the book follows the scale"
    floor.tell(BAY, AlarmRaised(alarm="a", kind="under_pick", place=RED_BIN, units=-13))
    floor.tell(BAY, AlarmCleared(alarm="a", kind="under_pick", place=RED_BIN, by="accepted", units=10))
    assert floor.at(RED_BIN) == {"RED": UNITS_A_BIN} and floor.held(RED_BIN)


def test_a_pick_that_was_left_one_short_takes_no_more_off_the_book(floor: StockedFloor) -> None:
    task = picked(floor)
    floor.tell(BAY, settled(task, 3, 1, units_weighed=-2))
    floor.tell(BAY, AlarmRaised(alarm="a", kind="under_pick", place=RED_BIN, units=-1))
    floor.tell(BAY, AlarmCleared(alarm="a", kind="under_pick", place=RED_BIN, by="accepted"))
    assert floor.at(RED_BIN) == {"RED": UNITS_A_BIN - 2} and not floor.held(RED_BIN)


def test_exchanged_bins_are_held_and_counted_and_the_alarm_ends_with_them(floor: StockedFloor) -> None:
    for number, place in enumerate((RED_BIN, "bay-01/06")):
        floor.tell(BAY, AlarmRaised(alarm=f"x{number}", kind="swapped_bin", place=place))
    assert floor.held(RED_BIN) and floor.held("bay-01/06")
    assert "swapped_bin" in floor.exceptions()
    for number, place in enumerate((RED_BIN, "bay-01/06")):
        floor.tell(BAY, AlarmCleared(alarm=f"x{number}", kind="swapped_bin", place=place, by="mended"))
    assert "swapped_bin" not in floor.exceptions()


def make_cheap(floor: StockedFloor) -> None:
    def go(tx: Any) -> None:
        tx.connection.exec_driver_sql("UPDATE sku SET cost_minor = 100")

    floor.call(go)

"""What passes for units by its weight: left in a dark bin, beside units, or while the bin waits for a person."""

from edge.contract.events import AlarmCleared, BinCounted
from tests.edge.logic.bay_floor import A_BIN, UNIT_MG, Floor, content, count_task, pick, put
from tests.edge.logic.test_doubtful_weights import FULL_MG, lay, raised, settled

LIKE_TEN_MG = 10 * UNIT_MG - 100
"""A thing that no scale tells from ten units."""


def test_a_thing_like_units_that_is_left_in_a_dark_bin_is_counted_by_no_scale_until_as_much_has_gone() -> None:
    floor = Floor()
    floor.desire()
    lay(floor, FULL_MG + LIKE_TEN_MG)
    assert [(event.sure, event.units_weighed, event.units_inside) for event in settled(floor)] == [(True, 10, 30)]
    floor.press()
    [cleared] = [event for event in floor.outbox if isinstance(event, AlarmCleared)]
    assert (cleared.kind, cleared.by, cleared.units) == ("wrong_bin", "accepted", 10)
    floor.start()
    floor.desire(count_task())
    floor.later(5)
    assert "BinCounted" not in floor.kinds()
    lay(floor, FULL_MG)
    floor.later(3)
    gone = settled(floor)[-1]
    assert (gone.sure, gone.odd, gone.units_weighed) == (False, True, 0), "the hub was not told of ten units' coming"
    [counted] = [event for event in floor.outbox if isinstance(event, BinCounted)]
    assert (counted.units, counted.by) == (20, "weight")


def test_units_that_come_back_to_the_dark_bin_they_went_out_of_are_counted_by_its_scale() -> None:
    floor = Floor()
    floor.desire()
    lay(floor, FULL_MG - 2 * UNIT_MG)
    floor.press()
    lay(floor, FULL_MG)
    floor.press()
    assert [(event.units_weighed, event.units_inside) for event in settled(floor)] == [(-2, 18), (2, 20)]
    floor.desire(count_task(units=20))
    floor.later(8)
    [counted] = [event for event in floor.outbox if isinstance(event, BinCounted)]
    assert (counted.units, counted.by) == (20, "weight")


def test_a_thing_like_units_that_is_taken_out_while_picking_is_no_pick() -> None:
    floor = Floor()
    floor.desire()
    lay(floor, FULL_MG + LIKE_TEN_MG)
    floor.press()
    floor.desire(pick())
    floor.later(2)
    lay(floor, FULL_MG - 5 * UNIT_MG)
    floor.press()
    floor.later(3)
    last = settled(floor)[-1]
    assert (last.cause, last.sure, last.odd, last.units_weighed) == ("tasks", False, True, -5)
    assert raised(floor) == [("wrong_bin", A_BIN)]


def test_a_thing_like_units_that_comes_while_a_pick_is_lit_is_no_units_either() -> None:
    floor = Floor()
    floor.desire(pick())
    floor.later(2)
    lay(floor, FULL_MG + LIKE_TEN_MG)
    floor.press()
    floor.later(3)
    assert raised(floor) == [("under_pick", A_BIN)]
    floor.press()
    [cleared] = [event for event in floor.outbox if isinstance(event, AlarmCleared)]
    assert (cleared.by, cleared.units) == ("accepted", 10)
    floor.desire(count_task())
    floor.later(8)
    assert "BinCounted" not in floor.kinds()
    lay(floor, FULL_MG)
    floor.later(8)
    [counted] = [event for event in floor.outbox if isinstance(event, BinCounted)]
    assert (counted.units, counted.by) == (20, "weight")


def test_a_thing_that_passed_for_units_beside_units_is_told_when_it_is_taken_out_of_the_red_bin() -> None:
    spread = content(spread_mg=2_500)
    floor = Floor(units=5)
    floor.desire(put(units=22), bins=(spread,))
    floor.later(2)
    lay(floor, 27 * UNIT_MG + 175_000)  # told from two units by nothing, among twenty-two
    floor.press()
    floor.later(3)
    assert raised(floor) == [("over_put", A_BIN)]
    assert settled(floor)[-1].units_weighed == 24
    lay(floor, 27 * UNIT_MG)
    told = settled(floor)[-1]
    assert (told.cause, told.sure, told.units_weighed, told.units_inside) == ("correction", True, -2, 27)
    assert [(e.kind, e.by) for e in floor.outbox if isinstance(e, AlarmCleared)] == [("over_put", "mended")]


def test_what_comes_into_a_bin_that_waits_for_a_person_is_told_as_no_number() -> None:
    floor = Floor()
    floor.desire()
    lay(floor, FULL_MG + 137_000)
    floor.desire(count_task())
    floor.later(3)
    lay(floor, FULL_MG + 137_000 + 2 * UNIT_MG)
    floor.later(62)
    told = settled(floor)[-1]
    assert (told.cause, told.sure, told.odd, told.units_weighed) == ("unlit", False, True, 0)
    lay(floor, FULL_MG)
    floor.later(3)
    [counted] = [event for event in floor.outbox if isinstance(event, BinCounted)]
    assert (counted.units, counted.by) == (20, "weight")


def test_a_wrong_pick_beside_a_small_thing_is_counted_once_the_thing_has_gone() -> None:
    floor = Floor()
    floor.desire()
    lay(floor, FULL_MG + 28_000)  # too little to be told
    floor.desire(pick(units=5))
    floor.later(2)
    lay(floor, FULL_MG + 28_000 - 4 * UNIT_MG)
    floor.press()
    floor.later(3)
    assert [(e.odd, e.units_weighed, e.units_inside) for e in settled(floor)] == [(True, -5, None)]
    floor.desire(count_task(units=15))
    floor.later(3)
    assert "BinCounted" not in floor.kinds()
    lay(floor, FULL_MG - 4 * UNIT_MG)
    floor.later(5)
    [counted] = [event for event in floor.outbox if isinstance(event, BinCounted)]
    assert (counted.units, counted.by) == (16, "weight")

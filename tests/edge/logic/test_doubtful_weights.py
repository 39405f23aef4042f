"""Weights that tempt to count wrongly: things that are no units, bins exchanged, zeros that moved, slow hands."""

from msgspec.structs import replace

from edge.contract.events import AlarmCleared, AlarmRaised, BinCounted, UnitsPicked, WeightSettled
from tests.edge.logic.bay_floor import A_BIN, DIVISION_MG, UNIT_MG, Floor, content, count_task, pick

B_BIN = "bay-01/02"
FULL_MG = 20 * UNIT_MG


def settled(floor: Floor) -> list[WeightSettled]:
    return [event for event in floor.outbox if isinstance(event, WeightSettled)]


def raised(floor: Floor) -> list[tuple[str, str]]:
    return [(event.kind, event.place) for event in floor.outbox if isinstance(event, AlarmRaised)]


def lay(floor: Floor, weight_mg: int, channel: int = 0) -> None:
    """A hand is seen at work, then the scale rests at this weight."""
    floor.move(channel)
    floor.later(0.2)
    floor.load(weight_mg, channel)
    floor.later(1)


def test_a_thing_that_is_no_unit_laid_into_a_dark_bin_is_told_as_odd_and_never_as_a_number() -> None:
    floor = Floor()
    floor.desire()
    lay(floor, FULL_MG + 137_000)
    told = settled(floor)
    assert [(event.cause, event.sure, event.odd, event.units_weighed) for event in told] == [("unlit", False, True, 0)]
    assert told[0].units_inside is None
    assert raised(floor) == []


def test_a_thing_that_is_taken_out_again_is_told_before_the_scale_counts_the_bin() -> None:
    floor = Floor()
    floor.desire()
    lay(floor, FULL_MG + 137_000)
    floor.desire(count_task())
    floor.later(3)
    assert "BinCounted" not in floor.kinds()
    lay(floor, FULL_MG)
    floor.later(3)
    assert floor.kinds() == ["WeightSettled", "WeightSettled", "BinCounted"]
    assert sum(event.after_mg - event.before_mg for event in settled(floor)) == 0


NEARLY_A_UNIT_MG = 107_000
"""Seen as no unit as it comes, for a change is weighed well; with all that lies there it would pass for one."""


def test_a_thing_that_nearly_weighs_a_unit_is_not_counted_for_one_by_the_whole_weight() -> None:
    floor = Floor()
    floor.desire()
    lay(floor, FULL_MG + NEARLY_A_UNIT_MG)
    assert [(event.odd, event.units_inside) for event in settled(floor)] == [(True, None)]
    floor.start()
    floor.desire(count_task())
    floor.later(5)
    assert "BinCounted" not in floor.kinds()
    lay(floor, FULL_MG)
    floor.later(3)
    [counted] = [event for event in floor.outbox if isinstance(event, BinCounted)]
    assert (counted.units, counted.by) == (20, "weight")


def test_units_that_go_while_a_bin_waits_for_a_person_are_told_once_nobody_can_be_counting_them() -> None:
    floor = Floor()
    floor.desire()
    lay(floor, FULL_MG + NEARLY_A_UNIT_MG)
    floor.desire(count_task())
    lay(floor, FULL_MG + NEARLY_A_UNIT_MG - 3 * UNIT_MG)
    floor.later(58)
    assert len(settled(floor)) == 1
    floor.later(3)
    told = settled(floor)[1:]
    assert [(event.cause, event.sure, event.units_weighed, event.units_inside) for event in told] == [
        ("unlit", True, -3, None)
    ]
    assert raised(floor) == []
    lay(floor, FULL_MG - 3 * UNIT_MG)
    floor.later(3)
    [counted] = [event for event in floor.outbox if isinstance(event, BinCounted)]
    assert (counted.units, counted.by) == (17, "weight")


def test_a_person_who_has_counted_says_that_nothing_else_lies_there() -> None:
    floor = Floor()
    floor.desire()
    lay(floor, FULL_MG + NEARLY_A_UNIT_MG)
    floor.desire(count_task(units=21))
    floor.later(1)
    floor.press()
    [counted] = [event for event in floor.outbox if isinstance(event, BinCounted)]
    assert (counted.units, counted.by) == (21, "button")
    floor.desire(pick())
    floor.later(2)
    lay(floor, FULL_MG + NEARLY_A_UNIT_MG - 5 * UNIT_MG)
    floor.press()
    floor.later(3)
    assert settled(floor)[-1].units_inside == 16


def test_a_thing_left_behind_while_picking_makes_the_pick_odd_and_no_difference() -> None:
    floor = Floor()
    floor.desire(pick())
    lay(floor, FULL_MG - 5 * UNIT_MG + 60_000)
    floor.press()
    floor.later(3)
    told = settled(floor)
    assert [(event.cause, event.sure, event.odd, event.units_weighed) for event in told] == [("tasks", False, True, -5)]
    assert raised(floor) == []


def test_a_right_pick_says_how_many_are_left() -> None:
    floor = Floor()
    floor.desire(pick())
    lay(floor, FULL_MG - 5 * UNIT_MG)
    floor.press()
    floor.later(3)
    assert [(event.sure, event.odd, event.units_inside) for event in settled(floor)] == [(True, False, 15)]


def test_many_units_of_an_item_whose_mean_is_not_known_well_are_not_counted_by_weight() -> None:
    floor = Floor(units=200)
    floor.desire(pick(units=100), bins=(replace(content(spread_mg=100), mean_error_mg=1_000),))
    lay(floor, 100 * UNIT_MG)
    floor.press()
    floor.later(3)
    told = settled(floor)
    assert [(event.sure, event.odd, event.units_weighed) for event in told] == [(False, False, -100)]


def swap(floor: Floor) -> None:
    """Bin 1 (20 units) and bin 2 (7 units and a bit) are lifted off and put back in each other's place."""
    lay(floor, -300_000, 0)
    lay(floor, -300_000, 1)
    lay(floor, 733_000, 0)
    lay(floor, FULL_MG, 1)


def two_bins() -> Floor:
    floor = Floor()
    floor.load(733_000, 1)
    floor.desire(bins=(content(), content(B_BIN, unit_mg=104_700, sku="SKU-2")))
    floor.later(1)
    return floor


def test_bins_that_have_changed_places_are_both_red_and_no_count_is_answered_by_their_weight() -> None:
    floor = two_bins()
    swap(floor)
    assert set(raised(floor)[-2:]) == {("swapped_bin", B_BIN), ("swapped_bin", A_BIN)}
    assert (floor.text(), floor.text(B_BIN)) == ("SWAP", "SWAP")
    floor.desire(count_task(), bins=(content(), content(B_BIN, unit_mg=104_700, sku="SKU-2")))
    floor.later(5)
    assert "BinCounted" not in floor.kinds()


def test_bins_that_are_put_back_where_they_belong_end_the_alarm_and_add_up_to_nothing() -> None:
    floor = two_bins()
    swap(floor)
    lay(floor, -300_000, 0)
    lay(floor, -300_000, 1)
    lay(floor, FULL_MG, 0)
    lay(floor, 733_000, 1)
    floor.later(3)
    ended = {event.alarm for event in floor.outbox if isinstance(event, AlarmCleared) and event.by == "mended"}
    swapped = {e.alarm for e in floor.outbox if isinstance(e, AlarmRaised) and e.kind == "swapped_bin"}
    assert swapped and swapped <= ended
    for name in (A_BIN, B_BIN):
        assert sum(event.after_mg - event.before_mg for event in settled(floor) if event.bin == name) == 0


def test_a_swap_outlives_a_restart_and_is_accepted_by_the_button() -> None:
    floor = two_bins()
    swap(floor)
    floor.start()
    floor.load(733_000, 0)
    floor.load(FULL_MG, 1)
    floor.later(1)
    assert (floor.text(), floor.text(B_BIN)) == ("SWAP", "SWAP")
    floor.press(f"confirm {A_BIN}")
    floor.press(f"confirm {B_BIN}")
    floor.later(1)
    assert (floor.text(), floor.text(B_BIN)) == (None, None)
    assert floor.logic.alarms() == ()


def test_bins_exchanged_while_the_power_was_out_are_seen_when_it_is_back() -> None:
    floor = two_bins()
    floor.start()
    floor.load(733_000, 0)
    floor.load(FULL_MG, 1)
    floor.later(3)
    assert [event.cause for event in settled(floor)] == ["outage", "outage"]
    assert {kind for kind, _ in raised(floor)} == {"swapped_bin"}


def zero_all(floor: Floor) -> None:
    """The power fails, and when it is back the indicator takes what lies in its bins for nothing."""
    floor.start()
    floor.load(0, 0)
    floor.load(0, 1)


def test_a_bin_of_unknown_content_that_shows_its_load_proves_the_zero_as_well() -> None:
    floor = Floor()
    floor.desire(bins=(content(),))
    floor.later(1)
    floor.start()
    floor.load(0, 0)
    floor.load(FULL_MG, 1)
    floor.later(3)
    floor.desire(count_task(), bins=(content(),))
    floor.later(3)
    counted = [(event.units, event.by) for event in floor.outbox if isinstance(event, BinCounted)]
    assert counted == [(0, "weight")]


def test_units_that_go_from_one_bin_into_another_are_no_swap_even_if_the_weights_end_up_exchanged() -> None:
    floor = Floor()
    floor.load(17 * UNIT_MG, 1)
    floor.desire()
    floor.later(2)
    lay(floor, 17 * UNIT_MG, 0)
    lay(floor, 20 * UNIT_MG, 1)
    floor.later(3)
    assert {kind for kind, _ in raised(floor)} == {"wrong_bin"}


def test_bins_of_like_items_that_were_lifted_and_exchanged_are_seen() -> None:
    floor = Floor()
    floor.load(17 * UNIT_MG, 1)
    floor.desire()
    floor.later(2)
    for channel in (0, 1):
        floor.commit(floor.logic.on_reading(channel, "under", None, floor.now_us))
        floor.later(1)
    lay(floor, 17 * UNIT_MG, 0)
    lay(floor, 20 * UNIT_MG, 1)
    assert (floor.text(), floor.text(B_BIN)) == ("SWAP", "SWAP")


def test_a_scale_that_zeroed_itself_under_its_load_does_not_count_its_bin_as_empty() -> None:
    floor = Floor()
    floor.desire()
    floor.later(1)
    zero_all(floor)
    floor.later(3)
    assert {(event.cause, event.units_inside) for event in settled(floor)} == {("outage", None)}
    floor.desire(count_task())
    floor.later(10)
    assert "BinCounted" not in floor.kinds()
    floor.press()
    counted = [event for event in floor.outbox if isinstance(event, BinCounted)]
    assert [(event.units, event.by) for event in counted] == [(20, "button")]


def test_a_zeroed_scale_still_weighs_picks_and_confirms_none_that_its_zero_made_up() -> None:
    floor = Floor(units=5)
    floor.desire(pick())
    floor.later(1)
    zero_all(floor)
    floor.later(10)
    assert not [event for event in floor.outbox if isinstance(event, UnitsPicked)]
    floor.desire(pick("T2", 2))
    floor.later(1)
    lay(floor, -2 * UNIT_MG)
    floor.press()
    floor.later(3)
    last = settled(floor)[-1]
    assert (last.cause, last.units_weighed, last.sure, last.units_inside) == ("tasks", -2, True, None)


def test_a_bin_that_really_is_empty_is_trusted_again_once_a_person_has_counted_it() -> None:
    floor = Floor()
    floor.desire()
    floor.later(1)
    zero_all(floor)
    floor.later(3)
    floor.desire(count_task(units=0))
    floor.press()
    floor.later(1)
    floor.desire(count_task("C2", units=0))
    floor.later(3)
    counted = [(event.units, event.by) for event in floor.outbox if isinstance(event, BinCounted)]
    assert counted == [(0, "button"), (0, "weight")]


def test_one_bin_found_empty_among_full_ones_was_emptied_and_is_counted_by_its_scale() -> None:
    for first in (0, 1):
        floor = Floor()
        floor.desire()
        floor.later(1)
        floor.start()
        floor.load(0 if first == 0 else FULL_MG, first)
        floor.later(0.5)
        floor.load(FULL_MG if first == 0 else 0, 1 - first)
        floor.later(3)
        empty = A_BIN
        floor.desire(count_task(units=20, bin_name=empty))
        floor.later(3)
        counted = [(event.units, event.by) for event in floor.outbox if isinstance(event, BinCounted)]
        assert counted == [(0, "weight")]


def test_a_slow_hand_in_a_dark_bin_is_not_followed_as_a_creep() -> None:
    floor = Floor()
    floor.desire(bins=(content(unit_mg=20_000, spread_mg=100),))
    floor.later(2)
    for step in range(1, 11):
        floor.load(FULL_MG - 2 * step * DIVISION_MG)
        floor.later(0.5)
    floor.later(2)
    first = settled(floor)[0]
    assert (first.cause, first.sure, first.odd) == ("unlit", False, True)


def test_a_weight_that_changed_across_an_outage_is_a_count_and_never_a_movement() -> None:
    floor = Floor()
    floor.desire()
    floor.later(1)
    floor.start()
    floor.load(FULL_MG - 3 * UNIT_MG)
    floor.later(3)
    assert floor.kinds() == ["WeightSettled"]
    assert [(event.cause, event.units_weighed) for event in settled(floor)] == [("outage", -3)]

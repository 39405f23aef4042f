"""One platform under several bins: a change is told of the bin whose hand is known, or of none for certain."""

from edge.contract.events import BinCounted, UnitsPicked
from tests.edge.logic.level_floor import DIVISION_MG, MUGS, PENS, TINS, LevelFloor, content, task

PLATFORM = f"{MUGS} to {PENS}"
SAME = {MUGS: 300_000, TINS: 300_000, PENS: 175_000}


def test_a_pick_confirmed_at_one_bin_is_weighed_there() -> None:
    floor = LevelFloor()
    floor.ask(task("T1", MUGS, 5))
    floor.reach(mugs=-5)
    floor.confirm(MUGS)
    floor.later(1)
    assert floor.told() == [(MUGS, "tasks", -5, -5, True)]
    assert floor.raised() == []
    [told] = floor.settled
    assert told.tasks == ("T1",)
    assert told.after_mg - told.before_mg == -1_500_000
    assert told.division_mg == DIVISION_MG
    assert told.units_inside is None


def test_confirmations_at_two_bins_are_reconciled_with_their_sum() -> None:
    floor = LevelFloor()
    floor.ask(task("T1", MUGS, 2), task("T2", TINS, 3))
    floor.reach(mugs=-2)
    floor.later(0.2)
    floor.confirm(MUGS)
    floor.reach(tins=-3)
    floor.later(0.2)
    floor.confirm(TINS)
    floor.later(2.5)
    assert floor.told() == [(MUGS, "tasks", -2, -2, True), (TINS, "tasks", -3, -3, True)]
    first, second = floor.settled
    assert second.after_mg - first.before_mg == -1_830_000
    assert first.after_mg == second.before_mg
    assert (first.division_mg, second.division_mg) == (0, 0), "a share of a weight teaches nothing of one item"


def test_a_pick_is_not_told_while_the_next_bin_is_being_picked_from() -> None:
    floor = LevelFloor()
    floor.ask(task("T1", MUGS, 2), task("T2", TINS, 3))
    floor.reach(mugs=-2, tins=-1)
    floor.confirm(MUGS)
    floor.later(5)
    assert floor.told() == []
    floor.reach(tins=-2)
    floor.confirm(TINS)
    floor.later(1)
    assert floor.told() == [(MUGS, "tasks", -2, -2, True), (TINS, "tasks", -3, -3, True)]


def test_one_too_many_is_shown_at_its_bin_and_mended_there() -> None:
    floor = LevelFloor()
    floor.ask(task("T1", MUGS, 5))
    floor.reach(mugs=-6)
    floor.confirm(MUGS)
    floor.later(2.5)
    assert floor.raised() == [("over_pick", MUGS, 1)]
    assert floor.text(MUGS) == "A -1"
    floor.reach(mugs=1)
    floor.later(1)
    assert floor.told() == [(MUGS, "tasks", -5, -6, True), (MUGS, "correction", 0, 1, True)]
    assert floor.cleared() == [("over_pick", MUGS, "mended")]


def test_a_hand_in_the_dark_bin_beside_the_lit_one_is_caught() -> None:
    floor = LevelFloor()
    floor.ask(task("T1", MUGS, 1))
    floor.reach(tins=-1)
    floor.later(0.6)
    assert floor.told() == [(TINS, "unlit", 0, -1, True)]
    assert floor.raised() == [("wrong_bin", TINS, 1)]
    assert floor.text(TINS) == "!-1"
    assert floor.text(MUGS) == "A  1"


def test_a_pick_from_the_neighbour_that_was_confirmed_at_the_light_is_told_of_both() -> None:
    floor = LevelFloor()
    floor.ask(task("T1", MUGS, 2))
    floor.confirm(MUGS)
    floor.reach(tins=-2)
    floor.later(2.5)
    assert floor.told() == [(MUGS, "tasks", -2, 0, True), (TINS, "unlit", 0, -2, True)]
    assert floor.raised() == [("under_pick", MUGS, -2), ("wrong_bin", TINS, 2)]


def test_where_two_bins_weigh_the_same_a_pick_is_proven_by_its_button_alone() -> None:
    floor = LevelFloor(SAME)
    floor.ask(task("T1", MUGS, 2))
    floor.reach(mugs=-2)
    floor.confirm(MUGS)
    floor.later(2.5)
    assert floor.told() == [(MUGS, "tasks", -2, -2, False)]
    assert not floor.settled[0].odd
    assert floor.raised() == []


def test_a_difference_that_two_bins_explain_is_certain_of_neither_and_both_are_counted() -> None:
    floor = LevelFloor(SAME)
    floor.ask(task("T1", MUGS, 2))
    floor.reach(mugs=-3)
    floor.confirm(MUGS)
    floor.later(2.5)
    assert floor.told() == [(MUGS, "tasks", -2, -2, False), (TINS, "unlit", 0, 0, False)]
    assert [event.odd for event in floor.settled] == [True, True]
    assert sum(event.after_mg - event.before_mg for event in floor.settled) == -900_000
    assert floor.raised() == []


def test_a_dark_hand_that_two_bins_explain_is_an_alarm_of_the_platform_until_it_puts_back() -> None:
    floor = LevelFloor(SAME)
    floor.ask()
    floor.reach(tins=-1)
    floor.later(0.6)
    assert floor.told() == [(MUGS, "unlit", 0, 0, False), (TINS, "unlit", 0, 0, False)]
    assert floor.raised() == [("wrong_bin", PLATFORM, 0)]
    assert (floor.text(MUGS), floor.text(TINS), floor.text(PENS)) == ("BACK", "BACK", None)
    assert len(floor.logic.alarms()) == 1
    floor.reach(tins=1)
    floor.later(0.6)
    assert floor.cleared() == [("wrong_bin", PLATFORM, "mended")]
    assert floor.light(MUGS) is None
    assert floor.logic.alarms() == ()


def test_the_alarm_of_a_platform_is_accepted_at_any_bin_that_shows_it() -> None:
    floor = LevelFloor(SAME)
    floor.ask()
    floor.reach(tins=-1)
    floor.later(1)
    floor.confirm(MUGS)
    assert floor.cleared() == [("wrong_bin", PLATFORM, "accepted")]
    assert floor.light(TINS) is None


def test_the_alarm_of_a_platform_survives_a_restart() -> None:
    floor = LevelFloor(SAME)
    floor.ask()
    floor.reach(tins=-1)
    floor.later(1)
    floor.start()
    floor.rest()
    floor.later(1)
    assert floor.text(MUGS) == "BACK"
    floor.reach(tins=1)
    floor.later(1)
    assert floor.cleared() == [("wrong_bin", PLATFORM, "mended")]


def test_a_thing_that_is_no_unit_of_any_bin_is_told_of_all_as_odd() -> None:
    floor = LevelFloor()
    floor.ask()
    floor.lay(52_000)
    floor.later(0.6)
    assert [(e.bin, e.sure, e.odd) for e in floor.settled] == [(n, False, True) for n in (MUGS, TINS, PENS)]
    assert floor.raised() == [("wrong_bin", PLATFORM, 0)]
    floor.lay(0)
    floor.later(0.6)
    assert floor.cleared() == [("wrong_bin", PLATFORM, "mended")]


def test_a_forgotten_button_is_missed_and_then_pressed_by_the_platform() -> None:
    floor = LevelFloor()
    floor.ask(task("T1", MUGS, 5))
    floor.reach(mugs=-5)
    floor.later(2.5)
    assert floor.raised() == [("button_missing", MUGS, 0)]
    assert floor.told() == []
    floor.later(2.5)
    [picked] = [event for event in floor.outbox if isinstance(event, UnitsPicked)]
    assert (picked.units, picked.by) == (5, "weight")
    assert floor.told() == [(MUGS, "tasks", -5, -5, True)]
    assert floor.cleared() == [("button_missing", MUGS, "mended")]


def test_where_two_bins_weigh_the_same_no_button_is_pressed_by_the_platform() -> None:
    floor = LevelFloor(SAME)
    floor.ask(task("T1", MUGS, 5))
    floor.reach(mugs=-5)
    floor.later(20)
    assert floor.outbox == []
    assert floor.text(MUGS) == "A  5"


def test_a_restart_between_pick_and_confirmation_loses_nothing() -> None:
    floor = LevelFloor()
    floor.ask(task("T1", MUGS, 5))
    floor.later(1)
    floor.reach(mugs=-5)
    floor.start()
    floor.rest()
    floor.later(1)
    assert floor.outbox == []
    floor.confirm(MUGS)
    floor.later(1)
    assert floor.told() == [(MUGS, "tasks", -5, -5, True)]


def test_a_restart_between_confirmation_and_weight_loses_nothing() -> None:
    floor = LevelFloor()
    floor.ask(task("T1", MUGS, 5), task("T2", TINS, 1))
    floor.later(1)
    floor.confirm(MUGS)
    floor.confirm(TINS)
    floor.start()
    floor.reach(mugs=-5, tins=-1)
    floor.later(3)
    assert floor.told() == [(MUGS, "tasks", -5, -5, True), (TINS, "tasks", -1, -1, True)]


def test_what_changed_while_nobody_watched_is_an_outage_of_the_whole_platform() -> None:
    floor = LevelFloor()
    floor.ask()
    floor.later(1)
    floor.commit(floor.logic.on_part("scale", False, "unplugged", floor.now_us))
    floor.units[TINS] -= 2
    floor.commit(floor.logic.on_part("scale", True, "", floor.now_us))
    floor.rest()
    floor.later(3)
    assert floor.told() == [(name, "outage", 0, 0, False) for name in (MUGS, TINS, PENS)]
    assert sum(event.after_mg - event.before_mg for event in floor.settled) == -820_000
    floor.ask(task("T1", MUGS, 1))
    floor.reach(mugs=-1)
    floor.confirm(MUGS)
    floor.later(1)
    assert floor.told(since=3) == [(MUGS, "tasks", -1, -1, True)]


def test_a_platform_that_weighs_the_same_after_an_outage_tells_nothing() -> None:
    floor = LevelFloor()
    floor.ask()
    floor.later(1)
    floor.start()
    floor.rest()
    floor.later(5)
    assert floor.outbox == []


def test_without_a_scale_confirmations_wait_and_are_reconciled_when_it_is_back() -> None:
    floor = LevelFloor()
    floor.ask(task("T1", MUGS, 5))
    floor.later(1)
    floor.commit(floor.logic.on_part("scale", False, "unplugged", floor.now_us))
    floor.units[MUGS] -= 5
    floor.confirm(MUGS)
    floor.later(30)
    assert floor.told() == []
    floor.commit(floor.logic.on_part("scale", True, "", floor.now_us))
    floor.rest()
    floor.later(3)
    assert floor.told() == [(MUGS, "tasks", -5, -5, True)]


def test_a_count_by_hand_takes_the_change_that_it_found_with_it() -> None:
    floor = LevelFloor()
    floor.ask(task("C1", TINS, 20, "count"))
    floor.reach(tins=-2)
    floor.later(1)
    assert floor.told() == []
    floor.confirm(TINS)
    floor.later(3)
    assert floor.kinds() == ["WeightSettled", "BinCounted"]
    assert floor.told() == [(TINS, "outage", 0, 0, False)]
    assert isinstance(floor.outbox[1], BinCounted)
    assert floor.raised() == []


def test_a_change_that_waits_is_told_before_the_content_of_a_bin_changes() -> None:
    floor = LevelFloor()
    floor.ask(task("T1", MUGS, 5))
    floor.reach(mugs=-2)
    floor.later(1)
    others = tuple(content(name) for name in (TINS, PENS))
    floor.desire(bins=(content(MUGS, sku="OTHER", unit_mg=90_000), *others))
    floor.later(1)
    assert {(cause, sure) for _, cause, _, _, sure in floor.told()} == {("outage", False)}
    told = len(floor.settled)
    floor.desire(task("T2", TINS, 1), bins=(content(MUGS, sku="OTHER", unit_mg=90_000), *others))
    floor.reach(tins=-1)
    floor.confirm(TINS)
    floor.later(2.5)
    assert floor.told(since=told) == [(TINS, "tasks", -1, -1, True)]


def test_a_bin_alone_on_its_channel_counts_its_content_beside_a_platform() -> None:
    floor = LevelFloor({MUGS: 300_000})
    floor.ask(task("T1", MUGS, 5))
    floor.reach(mugs=-5)
    floor.confirm(MUGS)
    floor.later(1)
    [told] = floor.settled
    assert told.units_inside == 15

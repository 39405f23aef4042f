"""A confirmation that was a mistake is taken back at the bin: its button, pressed anew and held."""

from msgspec.structs import replace

from edge.contract.events import BinCounted, ConfirmationUndone, UnitsPicked, UnitsPutAway
from edge.logic.times import SAVE_DELAY_US
from tests.edge.logic.bay_floor import A_BIN, UNIT_MG, Floor, count_task, pick, put

HELD_S = 1.2


def undone(floor: Floor) -> list[ConfirmationUndone]:
    return [event for event in floor.outbox if isinstance(event, ConfirmationUndone)]


def restart(floor: Floor) -> None:
    """The agent dies and comes back."""
    floor.start()
    floor.commit(floor.logic.on_part("scale", True, "", floor.now_us))


def confirmed_by_mistake(scale: bool = True) -> Floor:
    """A floor where a picker has pressed without taking anything."""
    floor = Floor(scale=scale)
    floor.desire(pick())
    floor.light()
    floor.later(0.5)
    floor.press()
    assert floor.light() is None
    return floor


def test_the_button_of_a_dark_bin_held_for_a_second_takes_the_confirmation_back() -> None:
    floor = confirmed_by_mistake()
    floor.later(0.7)
    floor.press(held_s=HELD_S)
    assert undone(floor) == [ConfirmationUndone(task="T1", bin=A_BIN, kind="pick", units=5)]
    assert floor.text() == "A  5"
    assert floor.logic.open_tasks() == ("T1",)
    assert floor.kinds() == ["UnitsPicked", "ConfirmationUndone"], "the fact before it stays"


def test_a_task_taken_back_is_picked_as_if_it_had_not_been_confirmed() -> None:
    floor = confirmed_by_mistake()
    floor.press(held_s=HELD_S)
    floor.hold(15)
    floor.later(0.5)
    floor.press()
    floor.later(3)
    assert floor.kinds() == ["UnitsPicked", "ConfirmationUndone", "UnitsPicked", "WeightSettled"]
    assert floor.outbox[-1].units_confirmed == floor.outbox[-1].units_weighed == -5  # type: ignore[attr-defined]
    assert floor.logic.alarms() == ()


def test_a_button_held_while_the_station_was_held_up_takes_back_as_well() -> None:
    floor = confirmed_by_mistake()
    floor.later(0.7)
    control = f"confirm {A_BIN}"
    floor.commit(floor.logic.on_button(control, True, floor.now_us))
    floor.now_us += round(HELD_S * 1_000_000)  # nobody looked at the clock meanwhile: the disk was slow
    floor.commit(floor.logic.on_button(control, False, floor.now_us))
    assert undone(floor) == [ConfirmationUndone(task="T1", bin=A_BIN, kind="pick", units=5)]
    assert floor.text() == "A  5"


def test_short_held_while_the_station_was_held_up_takes_the_number_from_the_scale() -> None:
    floor = Floor()
    floor.desire(pick())
    floor.hold(17)
    floor.later(0.5)
    control = f"short {A_BIN}"
    floor.commit(floor.logic.on_button(control, True, floor.now_us))
    floor.now_us += round(HELD_S * 1_000_000)
    floor.commit(floor.logic.on_button(control, False, floor.now_us))
    floor.press()
    assert floor.outbox[-1].units == 3  # type: ignore[attr-defined]


def test_a_press_that_is_not_held_takes_nothing_back() -> None:
    floor = confirmed_by_mistake()
    floor.press(held_s=0.9)
    floor.press(held_s=0.9)
    assert undone(floor) == []


def test_the_very_press_that_confirms_takes_nothing_back_however_long_it_is_held() -> None:
    floor = Floor(scale=False)
    floor.desire(pick())
    floor.light()
    floor.press(held_s=4)
    assert undone(floor) == []
    assert floor.logic.open_tasks() == ()


def test_a_hand_that_holds_the_button_is_waited_for_before_anything_is_judged() -> None:
    floor = confirmed_by_mistake()
    floor.later(1.8)  # two seconds after the confirmation the missing weight would be shown in red
    told = floor.press(held_s=0.9)
    assert [type(event).__name__ for event in told] == ["WeightSettled", "AlarmRaised"], "told when it came up"
    floor = confirmed_by_mistake()
    floor.later(1.8)
    floor.press(held_s=HELD_S)
    assert floor.text() == "A  5"
    assert floor.logic.alarms() == ()


def test_what_the_scale_has_judged_is_not_taken_back() -> None:
    floor = Floor()
    floor.desire(pick())
    floor.light()
    floor.hold(15)
    floor.later(0.5)
    floor.press()
    floor.later(0.4)
    assert floor.kinds() == ["UnitsPicked", "WeightSettled"]
    floor.press(held_s=HELD_S)
    assert undone(floor) == []


def test_what_the_scale_itself_confirmed_is_not_taken_back() -> None:
    floor = Floor()
    floor.desire(pick())
    floor.light()
    floor.hold(15)
    floor.later(4.4)
    assert "UnitsPicked" in floor.kinds()
    floor.press(held_s=HELD_S)
    assert undone(floor) == []


def test_a_red_light_is_answered_not_undone() -> None:
    floor = confirmed_by_mistake()
    floor.later(2.5)
    assert floor.text() == "A +5"
    floor.press(held_s=HELD_S)
    assert undone(floor) == []
    assert floor.logic.alarms() == ()


def test_without_a_scale_a_confirmation_is_taken_back_for_a_few_seconds() -> None:
    for late_s, taken in ((4.5, True), (6.0, False)):
        floor = confirmed_by_mistake(scale=False)
        floor.later(late_s)
        floor.press(held_s=HELD_S)
        assert bool(undone(floor)) == taken
        assert floor.logic.open_tasks() == (("T1",) if taken else ())


def test_the_next_light_of_the_bin_is_answered_and_not_the_one_before_it_undone() -> None:
    floor = Floor(scale=False)
    floor.desire(pick("T1", 5, order=1), pick("T2", 3, order=2, mark="B"))
    floor.light()
    floor.later(0.5)
    floor.press()
    floor.later(1)
    assert floor.text() == "B  3"
    floor.later(0.5)
    floor.press(held_s=3)
    assert undone(floor) == []
    assert floor.logic.open_tasks() == ()
    floor.press(held_s=HELD_S)
    assert floor.text() == "B  3"
    assert floor.logic.open_tasks() == ("T2",)


def test_the_next_light_waits_for_a_button_that_is_held_and_comes_after_the_task_taken_back() -> None:
    floor = Floor()
    floor.desire(pick("T1", 5, order=1), pick("T2", 3, order=2, mark="B"))
    floor.light()
    floor.later(0.5)
    floor.press()
    floor.later(1.5)
    floor.press(held_s=HELD_S)
    assert floor.text() == "A  5"
    assert floor.logic.open_tasks() == ("T1", "T2")


def test_a_short_confirmation_is_taken_back_with_what_was_asked_at_first() -> None:
    floor = Floor(scale=False)
    floor.desire(pick())
    floor.light()
    floor.later(0.5)
    floor.press(f"short {A_BIN}")
    floor.press()
    floor.press(held_s=HELD_S)
    assert undone(floor)[0].units == 4
    assert floor.text() == "A  5"


def test_a_put_away_is_taken_back() -> None:
    floor = Floor()
    floor.desire(put())
    floor.light()
    floor.later(0.5)
    floor.press()
    floor.press(held_s=HELD_S)
    assert undone(floor) == [ConfirmationUndone(task="P1", bin=A_BIN, kind="put", units=5)]
    floor.hold(25)
    floor.later(0.5)
    floor.press()
    floor.later(2)
    assert isinstance(floor.outbox[2], UnitsPutAway)
    assert floor.logic.alarms() == ()


def test_a_count_is_taken_back() -> None:
    floor = Floor(scale=False)
    floor.desire(count_task())
    floor.light()
    floor.later(0.5)
    floor.press()
    floor.press(held_s=HELD_S)
    assert undone(floor) == [ConfirmationUndone(task="C1", bin=A_BIN, kind="count", units=20)]
    assert floor.text() == "C 20"
    for _ in range(2):
        floor.press(f"short {A_BIN}")
    floor.later(0.5)
    floor.press()
    assert floor.outbox[-1] == BinCounted(task="C1", bin=A_BIN, units=18, by="button")


def test_a_zero_that_was_trusted_for_a_count_is_doubted_again_when_it_is_taken_back() -> None:
    floor = Floor(bins=1)
    floor.desire(count_task())
    state = floor.logic._bins[A_BIN]
    state.keep(zero_doubted=True)
    floor.later(0.5)
    floor.light()
    floor.press()
    assert not state.kept.zero_doubted
    floor.press(held_s=HELD_S)
    assert state.kept.zero_doubted
    assert floor.text() == "C 20"


def test_an_earlier_confirmation_still_waits_for_its_weight() -> None:
    floor = Floor()
    floor.desire(pick("T1", 5, order=1), pick("T2", 3, order=2))
    floor.light()
    floor.later(0.5)
    floor.press()
    floor.move()
    floor.later(2.5)
    floor.light()
    floor.later(0.5)
    floor.press()
    floor.press(held_s=HELD_S)
    assert [event.task for event in undone(floor)] == ["T2"]
    floor.load(15 * UNIT_MG)
    floor.later(1)
    assert floor.outbox[-1].tasks == ("T1",)  # type: ignore[attr-defined]
    assert floor.logic.open_tasks() == ("T2",)
    assert floor.logic.alarms() == ()


def test_a_task_taken_back_is_lit_whether_or_not_the_hub_has_heard_of_its_confirmation() -> None:
    floor = confirmed_by_mistake()
    floor.press(held_s=HELD_S)
    for as_of, tasks in ((0, (pick(),)), (1, ()), (2, (pick(),))):
        floor.desire(*tasks, as_of=as_of)
        assert floor.text() == "A  5", as_of
    floor.desire(as_of=2)
    assert floor.light() is None, "the hub knows of it, and asks no more"


def test_a_task_that_the_hub_had_taken_away_before_is_not_lit_again_for_it() -> None:
    floor = confirmed_by_mistake()
    floor.press(held_s=HELD_S)
    floor.desire(as_of=0)
    assert floor.light() is None


def test_a_task_taken_back_is_lit_after_a_restart_until_the_hub_has_heard_of_it() -> None:
    floor = confirmed_by_mistake()
    floor.desire(as_of=1)
    floor.later(0.6)
    floor.press(held_s=HELD_S)
    assert floor.text() == "A  5"
    restart(floor)
    assert floor.text() == "A  5"
    floor.desire(as_of=2)
    assert floor.light() is None
    floor.later(2 * SAVE_DELAY_US / 1e6)
    restart(floor)
    assert floor.light() is None
    assert not [key for key in floor.memory if key.startswith("undone/")], "what the hub knows is not kept"


def test_a_restart_while_the_button_is_held_takes_nothing_back() -> None:
    floor = confirmed_by_mistake()
    floor.commit(floor.logic.on_button(f"confirm {A_BIN}", True, floor.now_us))
    floor.later(0.5)
    floor.start()
    floor.commit(floor.logic.on_found({f"confirm {A_BIN}": True}, floor.now_us))
    floor.later(2)
    assert undone(floor) == []


def test_nothing_is_taken_back_while_nothing_can_be_recorded() -> None:
    floor = confirmed_by_mistake(scale=False)
    floor.commit(floor.logic.on_button(f"confirm {A_BIN}", True, floor.now_us))
    floor.commit(floor.logic.on_outbox_full(True, floor.now_us))
    floor.later(2)
    assert undone(floor) == []
    floor.commit(floor.logic.on_outbox_full(False, floor.now_us))
    assert floor.logic.open_tasks() == ()


def test_the_hub_s_later_word_on_a_task_taken_back_holds() -> None:
    floor = confirmed_by_mistake()
    floor.press(held_s=HELD_S)
    floor.later(0.4)
    floor.desire(replace(pick(), units=3), as_of=2)
    assert floor.text() == "A  3"
    floor.later(0.4)
    floor.hold(17)
    floor.later(0.5)
    floor.press()
    picked = [event for event in floor.outbox if isinstance(event, UnitsPicked)]
    assert picked[1:] == [UnitsPicked(task="T1", bin=A_BIN, units=3, units_asked=3, by="button")]

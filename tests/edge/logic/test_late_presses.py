"""A press that comes late was meant for the light that was there: it never answers the next one unseen."""

from tests.edge.logic.bay_floor import A_BIN, Floor, count_task, pick

TWO = (pick("T1", 5, order=1, mark="A"), pick("T2", 3, order=2, mark="B"))


def forgotten() -> Floor:
    """A floor where the scale has just confirmed the first of two picks of a bin."""
    floor = Floor()
    floor.desire(*TWO)
    floor.light()
    floor.hold(15)
    floor.later(4.4)
    assert floor.kinds() == ["AlarmRaised", "UnitsPicked", "AlarmCleared", "WeightSettled"]
    floor.light()
    return floor


def test_a_press_after_the_scale_has_confirmed_falls_on_nothing() -> None:
    floor = forgotten()
    for _ in range(15):
        floor.later(0.04)
        floor.press()
        assert floor.text() is None
    assert floor.logic.open_tasks() == ("T2",)
    floor.later(0.3)
    assert floor.text() == "B  3"
    floor.later(0.3)
    floor.press()
    assert floor.logic.open_tasks() == ()


def test_a_press_after_the_scale_has_confirmed_accepts_no_red_light_either() -> None:
    floor = forgotten()
    floor.desire()
    floor.hold(12)
    floor.later(0.5)
    assert floor.text() == "!-3"
    floor.later(0.4)
    floor.press()
    assert floor.text() == "!-3"
    floor.later(1)
    floor.press()
    assert floor.text() is None


def test_a_press_just_after_the_light_has_changed_is_no_answer_to_it() -> None:
    floor = Floor()
    floor.desire(*TWO)
    floor.light()
    floor.hold(15)
    floor.later(0.5)
    floor.press()
    floor.light()
    floor.later(0.4)
    assert floor.text() == "B  3"
    floor.later(0.2)
    floor.press()
    assert floor.logic.open_tasks() == ("T2",)
    floor.later(0.1)
    floor.press()
    assert floor.logic.open_tasks() == ()


def test_a_press_just_after_the_hub_has_changed_the_number_does_not_confirm_it() -> None:
    floor = Floor()
    floor.desire(pick(units=5))
    floor.light()
    floor.later(5)
    floor.desire(pick(units=3))
    assert floor.text() == "A  3"
    floor.later(0.2)
    floor.press()
    assert floor.logic.open_tasks() == ("T1",)


def test_a_short_press_just_after_the_light_has_changed_lowers_nothing_held_or_not() -> None:
    for held_s in (0.06, 1.2):
        floor = Floor()
        floor.desire(pick(units=5))
        floor.light()
        floor.later(5)
        floor.desire(pick(units=3))
        assert floor.text() == "A  3"
        floor.later(0.2)
        floor.press(f"short {A_BIN}", held_s)
        assert floor.text() == "A  3"
        floor.later(0.1)
        floor.press(f"short {A_BIN}")
        assert floor.text() == "A  2"


def test_the_bay_s_own_button_just_after_a_count_has_changed_raises_nothing() -> None:
    floor = Floor(scale=False)
    floor.desire(count_task("C1", 20))
    floor.light()
    floor.later(5)
    floor.desire(count_task("C2", 7))
    assert floor.text() == "C  7"
    floor.later(0.2)
    floor.press("bay")
    assert floor.text() == "C  7"
    floor.later(0.2)
    floor.press("bay")
    assert floor.text() == "C  8"


def test_a_press_before_the_light_was_drawn_does_not_answer_it() -> None:
    floor = Floor()
    floor.desire(pick())
    pressed_us, floor.now_us = floor.now_us + 500_000, floor.now_us + 3_000_000  # the card held the loop up
    floor.light()
    floor.commit(floor.logic.on_button(f"confirm {A_BIN}", True, pressed_us))
    assert floor.logic.open_tasks() == ("T1",)


def test_a_light_in_a_dark_bin_may_be_answered_at_once() -> None:
    floor = Floor()
    floor.light()
    floor.desire(pick())
    floor.light()
    floor.press()
    assert floor.logic.open_tasks() == ()

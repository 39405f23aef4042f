"""What a bay does when weight and confirmation do not agree: over, under, wrong bin, outage, no scale."""

from edge.contract.events import (
    AlarmCleared,
    AlarmRaised,
    UnitsPicked,
    UnitsPutAway,
    WeightSettled,
)
from tests.edge.logic.bay_floor import A_BIN, UNIT_MG, Floor, content, pick, put


def weighed(floor: Floor) -> list[tuple[str, int, int]]:
    """Cause, units confirmed and units weighed of each weight told."""
    return [(e.cause, e.units_confirmed, e.units_weighed) for e in floor.outbox if isinstance(e, WeightSettled)]


def raised(floor: Floor) -> list[tuple[str, int]]:
    return [(e.kind, e.units) for e in floor.outbox if isinstance(e, AlarmRaised)]


def cleared(floor: Floor) -> list[tuple[str, str]]:
    return [(e.kind, e.by) for e in floor.outbox if isinstance(e, AlarmCleared)]


def test_one_too_many_is_shown_at_once_and_mended_by_putting_it_back() -> None:
    floor = Floor()
    floor.desire(pick())
    floor.hold(14)
    floor.later(1)
    floor.press()
    floor.later(0.4)
    light = floor.light()
    assert light is not None
    assert (light.colour, light.text) == ("red", "A -1")
    floor.hold(15)
    floor.later(1)
    assert weighed(floor) == [("tasks", -5, -6), ("correction", 0, 1)]
    assert raised(floor) == [("over_pick", 1)]
    assert cleared(floor) == [("over_pick", "mended")]
    assert floor.light() is None


def test_one_too_few_is_mended_by_taking_it() -> None:
    floor = Floor()
    floor.desire(pick())
    floor.hold(16)
    floor.later(1)
    floor.press()
    floor.later(0.4)
    assert floor.text() == "A +1"
    floor.hold(15)
    floor.later(1)
    assert raised(floor) == [("under_pick", -1)]
    assert cleared(floor) == [("under_pick", "mended")]


def test_over_pick_is_mended_in_two_steps() -> None:
    floor = Floor()
    floor.desire(pick())
    floor.hold(12)
    floor.later(1)
    floor.press()
    floor.later(1)
    assert floor.text() == "A -3"
    floor.hold(13)
    floor.later(1)
    assert floor.text() == "A -2"
    floor.hold(15)
    floor.later(1)
    assert weighed(floor) == [("tasks", -5, -8), ("correction", 0, 1), ("correction", 0, 2)]
    assert cleared(floor) == [("over_pick", "mended")]


def test_a_correction_that_goes_too_far_turns_into_its_opposite() -> None:
    floor = Floor()
    floor.desire(pick())
    floor.hold(14)
    floor.later(1)
    floor.press()
    floor.later(1)
    floor.hold(17)
    floor.later(1)
    assert raised(floor) == [("over_pick", 1), ("under_pick", -2)]
    assert floor.text() == "A +2"


def test_a_difference_is_accepted_by_confirming_the_red_bin() -> None:
    floor = Floor()
    floor.desire(pick("T1"), pick("T2", 2, order=2))
    floor.hold(14)
    floor.later(1)
    floor.press()
    floor.later(1)
    assert floor.light() is not None and floor.light().task is None  # type: ignore[union-attr]
    floor.press()
    assert cleared(floor) == [("over_pick", "accepted")]
    floor.later(0.5)
    assert floor.text() == "A  2"


def test_too_many_put_in_asks_to_take_one_out() -> None:
    floor = Floor()
    floor.desire(put())
    floor.hold(26)
    floor.later(1)
    floor.press()
    floor.later(1)
    assert isinstance(floor.outbox[0], UnitsPutAway)
    assert raised(floor) == [("over_put", -1)]
    assert floor.text() == "P +1"


def test_a_hand_in_the_wrong_bin_is_caught_and_mended_when_it_puts_back() -> None:
    floor = Floor()
    floor.desire(pick())
    floor.hold(17, channel=1)
    floor.later(0.5)
    assert floor.text("bay-01/02") == "!-3"
    assert floor.text() == "A  5"
    floor.hold(20, channel=1)
    floor.later(0.5)
    assert weighed(floor) == [("unlit", 0, -3), ("correction", 0, 3)]
    assert raised(floor) == [("wrong_bin", 3)]
    assert cleared(floor) == [("wrong_bin", "mended")]


def test_a_wrong_bin_that_is_accepted_stays_as_told() -> None:
    floor = Floor()
    floor.desire()
    floor.hold(17, channel=1)
    floor.later(0.5)
    floor.press("confirm bay-01/02")
    floor.later(5)
    assert weighed(floor) == [("unlit", 0, -3)]
    assert cleared(floor) == [("wrong_bin", "accepted")]
    assert floor.logic.alarms() == ()


def test_a_forgotten_button_blinks_then_the_scale_confirms() -> None:
    floor = Floor()
    floor.desire(pick())
    floor.hold(15)
    floor.later(2.1)
    light = floor.light()
    assert light is not None and light.pattern == "fast"
    floor.later(3)
    assert floor.kinds() == ["AlarmRaised", "UnitsPicked", "AlarmCleared", "WeightSettled"]
    assert floor.outbox[1] == UnitsPicked(task="T1", bin=A_BIN, units=5, units_asked=5, by="weight")


def test_the_button_pressed_while_it_blinks_confirms_by_button() -> None:
    floor = Floor()
    floor.desire(pick())
    floor.hold(15)
    floor.later(2.5)
    floor.press()
    floor.later(1)
    assert floor.outbox[1] == UnitsPicked(task="T1", bin=A_BIN, units=5, units_asked=5, by="button")
    assert cleared(floor) == [("button_missing", "mended")]


def test_part_of_the_amount_waits_for_the_button() -> None:
    floor = Floor()
    floor.desire(pick())
    floor.hold(17)
    floor.later(30)
    assert floor.outbox == []
    assert floor.text() == "A  5"


def test_a_held_short_button_takes_the_number_from_the_scale() -> None:
    floor = Floor()
    floor.desire(pick())
    floor.hold(17)
    floor.later(1)
    floor.press(f"short {A_BIN}", held_s=1.2)
    assert floor.text() == "A  3"


def test_an_item_too_light_for_its_scale_raises_no_alarm() -> None:
    floor = Floor()
    light_item = (content(unit_mg=1_500, spread_mg=20),)
    floor.desire(pick(), bins=light_item)
    floor.move()
    floor.load(20 * UNIT_MG - 12_000)
    floor.later(1)
    floor.press()
    floor.later(3)
    assert weighed(floor) == [("tasks", -5, -5)]
    assert raised(floor) == []
    settled = floor.outbox[1]
    assert isinstance(settled, WeightSettled) and not settled.sure


def test_a_bin_without_a_scale_goes_on_by_buttons_alone() -> None:
    floor = Floor(scale=False)
    floor.desire(pick("T1"), pick("T2", 2, order=2))
    floor.press()
    floor.later(0.5)
    assert floor.text() == "A  2"
    floor.press()
    assert floor.kinds() == ["UnitsPicked", "UnitsPicked"]


def test_a_button_pressed_twice_confirms_one_task() -> None:
    floor = Floor(scale=False)
    floor.desire(pick("T1"), pick("T2", 2, order=2))
    floor.press()
    floor.press()
    assert floor.kinds() == ["UnitsPicked"]


def test_picks_made_while_the_scale_was_unplugged_explain_its_weight_when_it_is_back() -> None:
    floor = Floor()
    floor.desire(pick("T1"), pick("T2", 2, order=2))
    floor.commit(floor.logic.on_part("scale", False, "unplugged", floor.now_us))
    floor.press()
    floor.later(0.5)
    floor.press()
    floor.later(10)
    floor.commit(floor.logic.on_part("scale", True, "", floor.now_us))
    floor.load(13 * UNIT_MG)
    floor.later(5)
    assert weighed(floor) == [("tasks", -7, -7)]
    assert raised(floor) == []


def test_what_nobody_explains_when_the_scale_is_back_is_an_outage_without_an_alarm() -> None:
    floor = Floor()
    floor.desire()
    floor.commit(floor.logic.on_part("scale", False, "unplugged", floor.now_us))
    floor.later(10)
    floor.commit(floor.logic.on_part("scale", True, "", floor.now_us))
    floor.load(18 * UNIT_MG)
    floor.later(5)
    assert weighed(floor) == [("outage", 0, -2)]
    assert raised(floor) == []

"""The plain path of a pick: light, hand, button, fact, weight, next light."""

from msgspec.structs import replace

from edge.contract.events import UnitsPicked, WeightSettled
from edge.contract.state import REPLENISH_MARK
from tests.edge.logic.bay_floor import A_BIN, UNIT_MG, Floor, pick, put


def test_a_task_lights_its_bin_with_mark_and_number() -> None:
    floor = Floor()
    floor.desire(pick(units=12, mark="B"))
    light = floor.light()
    assert light is not None
    assert (light.colour, light.pattern, light.text, light.task) == ("blue", "steady", "B 12", "T1")


def test_taking_and_pressing_tells_the_pick_then_the_weight_and_the_light_goes_dark() -> None:
    floor = Floor()
    floor.desire(pick())
    floor.hold(15)
    floor.later(0.5)
    floor.press()
    assert floor.outbox == [UnitsPicked(task="T1", bin=A_BIN, units=5, units_asked=5, by="button")]
    assert floor.light() is None
    floor.later(2)
    assert floor.outbox[1:] == [
        WeightSettled(
            bin=A_BIN,
            cause="tasks",
            tasks=("T1",),
            before_mg=20 * UNIT_MG,
            after_mg=15 * UNIT_MG,
            units_confirmed=-5,
            units_weighed=-5,
            sure=True,
            units_inside=15,
            division_mg=1_000,
        )
    ]
    assert floor.logic.open_tasks() == ()


def test_pressing_before_taking_tells_the_same() -> None:
    floor = Floor()
    floor.desire(pick())
    floor.press()
    floor.later(1)
    floor.hold(15)
    floor.later(1)
    assert floor.kinds() == ["UnitsPicked", "WeightSettled"]
    assert floor.logic.alarms() == ()


def test_two_handfuls_before_the_button_are_one_pick() -> None:
    floor = Floor()
    floor.desire(pick())
    floor.hold(18)
    floor.later(1.5)
    floor.hold(15)
    floor.later(1)
    floor.press()
    floor.later(2)
    assert floor.kinds() == ["UnitsPicked", "WeightSettled"]


def test_the_next_task_of_the_bin_is_lit_once_the_weight_has_settled() -> None:
    floor = Floor()
    floor.desire(pick("T1", 5, order=1, mark="A"), pick("T2", 3, order=2, mark="B"))
    assert floor.text() == "A  5"
    floor.hold(15)
    floor.press()
    assert floor.text() is None
    floor.later(0.5)
    assert floor.text() == "B  3"
    floor.hold(12)
    floor.later(0.5)
    floor.press()
    floor.later(1)
    assert floor.kinds() == ["UnitsPicked", "WeightSettled"] * 2
    assert floor.logic.alarms() == ()


def test_a_task_finished_here_stays_dark_until_the_hub_knows() -> None:
    floor = Floor()
    floor.desire(pick())
    floor.hold(15)
    floor.press()
    floor.later(1)
    floor.desire(pick())
    assert floor.light() is None
    floor.desire(pick(), as_of=1)
    assert floor.text() == "A  5"


def test_the_short_button_lowers_the_number_and_confirms_fewer() -> None:
    floor = Floor()
    floor.desire(pick())
    floor.press(f"short {A_BIN}")
    floor.press(f"short {A_BIN}")
    assert floor.text() == "A  3"
    floor.hold(17)
    floor.later(1)
    floor.press()
    floor.later(1)
    assert floor.outbox[0] == UnitsPicked(task="T1", bin=A_BIN, units=3, units_asked=5, by="button")
    assert floor.logic.alarms() == ()


def test_a_bin_that_is_filled_up_from_reserve_shows_so_and_is_put_away_into_as_ever() -> None:
    floor = Floor()
    floor.desire(replace(put(), mark=REPLENISH_MARK))
    light = floor.light()
    assert light is not None
    assert (light.text, light.colour, light.pattern) == ("R  5", "yellow", "blink")
    floor.desire(put())
    light = floor.light()
    assert light is not None
    assert (light.text, light.pattern) == ("P  5", "steady")

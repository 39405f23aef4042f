"""What a bay does when weight and confirmation do not agree: over, under, wrong bin, outage, no scale."""

from edge.contract.events import (
    AlarmCleared,
    AlarmRaised,
    BinCounted,
    TaskReturned,
    WeightSettled,
)
from tests.edge.logic.bay_floor import A_BIN, UNIT_MG, Floor, content, count_task, pick, station


def weighed(floor: Floor) -> list[tuple[str, int, int]]:
    """Cause, units confirmed and units weighed of each weight told."""
    return [(e.cause, e.units_confirmed, e.units_weighed) for e in floor.outbox if isinstance(e, WeightSettled)]


def raised(floor: Floor) -> list[tuple[str, int]]:
    return [(e.kind, e.units) for e in floor.outbox if isinstance(e, AlarmRaised)]


def cleared(floor: Floor) -> list[tuple[str, str]]:
    return [(e.kind, e.by) for e in floor.outbox if isinstance(e, AlarmCleared)]


def test_a_change_across_a_restart_is_an_outage() -> None:
    floor = Floor()
    floor.desire()
    floor.later(1)
    floor.start()
    floor.load(23 * UNIT_MG)
    floor.later(3)
    assert weighed(floor) == [("outage", 0, 3)]
    assert raised(floor) == []


def test_a_pick_begun_before_a_restart_waits_for_its_button() -> None:
    floor = Floor()
    floor.desire(pick())
    floor.later(1)
    floor.start()
    floor.load(15 * UNIT_MG)
    floor.later(1)
    floor.press()
    floor.later(1)
    assert weighed(floor) == [("tasks", -5, -5)]


def test_a_confirmation_before_a_restart_is_reconciled_after_it() -> None:
    floor = Floor()
    floor.desire(pick())
    floor.press()
    floor.start()
    assert floor.light() is None
    floor.load(20 * UNIT_MG)
    floor.later(1)
    floor.hold(15)
    floor.later(3)
    assert weighed(floor) == [("tasks", -5, -5)]
    assert raised(floor) == []


def test_a_correction_outlives_a_restart() -> None:
    floor = Floor()
    floor.desire(pick())
    floor.hold(14)
    floor.later(1)
    floor.press()
    floor.later(1)
    alarms = floor.logic.alarms()
    floor.start()
    assert floor.logic.alarms() == alarms
    assert floor.text() == "A -1"
    floor.load(15 * UNIT_MG)
    floor.later(1)
    assert cleared(floor) == [("over_pick", "mended")]


def test_a_recalled_task_is_given_back_if_nothing_was_taken() -> None:
    floor = Floor()
    floor.desire(pick())
    floor.desire(pick(recalled=True))
    assert floor.outbox == [TaskReturned(task="T1", bin=A_BIN)]
    assert floor.light() is None


def test_a_recalled_task_that_was_begun_stays_lit_until_the_hand_puts_back() -> None:
    floor = Floor()
    floor.desire(pick())
    floor.hold(17)
    floor.later(1)
    floor.desire(pick(recalled=True))
    floor.later(20)
    assert floor.outbox == []
    assert floor.text() == "A  5"
    floor.hold(20)
    floor.later(1)
    assert floor.outbox == [TaskReturned(task="T1", bin=A_BIN)]


def test_a_recalled_task_that_was_confirmed_is_not_given_back() -> None:
    floor = Floor()
    floor.desire(pick())
    floor.hold(15)
    floor.press()
    floor.desire(pick(recalled=True))
    floor.later(3)
    assert "TaskReturned" not in floor.kinds()


def test_the_scale_answers_a_count_by_itself() -> None:
    floor = Floor()
    floor.desire(count_task(units=22))
    floor.later(1.5)
    counted = BinCounted(task="C1", bin=A_BIN, units=20, by="weight", weight_mg=20 * UNIT_MG)
    assert floor.outbox == [counted]


def test_a_count_by_hand_is_raised_by_the_bays_button_and_lowered_by_the_bins() -> None:
    floor = Floor(scale=False)
    floor.desire(count_task(units=22))
    floor.press("bay")
    floor.press("bay")
    floor.press(f"short {A_BIN}")
    assert floor.text() == "C 23"
    floor.press()
    assert floor.outbox == [BinCounted(task="C1", bin=A_BIN, units=23, by="button")]


def test_a_bin_whose_content_changes_is_counted_by_the_new_content_and_old_leftovers_are_told() -> None:
    floor = Floor()
    floor.desire(bins=(content(),))
    floor.desire(bins=(content(sku="SKU-2", unit_mg=50_000),))
    floor.hold(19)
    floor.later(1)
    assert weighed(floor) == [("unlit", 0, -2)]


def test_a_bin_of_unknown_content_is_not_judged() -> None:
    floor = Floor()
    floor.desire(bins=())
    floor.hold(3)
    floor.later(5)
    assert floor.outbox == []


def test_a_full_outbox_confirms_nothing_and_tells_the_weight_when_it_has_room() -> None:
    floor = Floor()
    floor.desire()
    floor.commit(floor.logic.on_outbox_full(True, floor.now_us))
    floor.hold(17)
    floor.later(3)
    assert floor.outbox == []
    beacon = floor.light("beacon")
    assert beacon is not None and beacon.colour == "red"
    floor.commit(floor.logic.on_outbox_full(False, floor.now_us))
    assert weighed(floor) == [("unlit", 0, -3)]


def test_a_newer_generation_that_knows_less_does_not_light_a_finished_task_again() -> None:
    floor = Floor()
    floor.desire(pick())
    floor.hold(15)
    floor.press()
    floor.later(1)
    floor.desire(as_of=2)
    floor.desire(pick(), as_of=0, generation=2)
    assert floor.light() is None


def test_a_task_put_in_front_does_not_move_the_light_under_a_hand() -> None:
    floor = Floor()
    floor.desire(pick("T2", 5, order=2))
    floor.hold(17)
    floor.later(1)
    floor.desire(pick("T1", 1, order=1), pick("T2", 5, order=2))
    assert floor.text() == "A  5"


def test_the_next_pick_begun_before_the_first_weight_settled_is_told_with_it() -> None:
    floor = Floor()
    floor.desire(pick("T1", 5), pick("T2", 3, order=2))
    floor.press()
    for _ in range(25):
        floor.move()
        floor.later(0.1)
    assert floor.text() == "A  3"
    floor.load(12 * UNIT_MG)
    floor.later(1)
    floor.press()
    floor.later(1)
    assert weighed(floor)[-1] == ("tasks", -8, -8)
    assert raised(floor) == []


def test_a_creeping_weight_is_no_hand() -> None:
    floor = Floor()
    floor.desire()
    for step in range(200):
        floor.load(20 * UNIT_MG + step * 1_000)
        floor.later(5)
    assert floor.outbox == []


def test_a_stuck_button_is_alarmed_and_cleared() -> None:
    floor = Floor()
    floor.commit(floor.logic.on_button(f"confirm {A_BIN}", True, floor.now_us))
    floor.later(21)
    assert raised(floor) == [("stuck_button", 0)]
    floor.commit(floor.logic.on_button(f"confirm {A_BIN}", False, floor.now_us))
    assert cleared(floor) == [("stuck_button", "mended")]


def test_the_alarm_of_a_stuck_button_ends_when_its_bin_is_no_more() -> None:
    floor = Floor()
    gone = "confirm bay-01/02"
    floor.commit(floor.logic.on_found({gone: True}, floor.now_us))
    assert raised(floor) == [("stuck_button", 0)]
    floor.start()
    floor.later(1)
    assert cleared(floor) == [], "nobody has looked at it"
    floor.station = station(bins=1)
    floor.start()
    floor.commit(floor.logic.tick(floor.now_us))
    assert cleared(floor) == [("stuck_button", "mended")]
    assert floor.logic.alarms() == ()


def test_a_recalled_task_of_a_light_item_goes_back_although_the_scale_trembles() -> None:
    floor = Floor()
    light_item = (content(unit_mg=1_500, spread_mg=20),)
    floor.desire(pick(), bins=light_item)
    floor.load(20 * UNIT_MG + 1_000)
    floor.later(1)
    floor.desire(pick(recalled=True), bins=light_item)
    floor.later(1)
    assert floor.outbox == [TaskReturned(task="T1", bin=A_BIN)]


def test_a_task_confirmed_before_a_restart_stays_dark_with_the_hub_away() -> None:
    floor = Floor()
    floor.desire(pick("T1"), pick("T2", 2, order=2))
    floor.later(1)
    floor.hold(15)
    floor.press()
    floor.later(1)
    floor.start()
    floor.load(15 * UNIT_MG)
    floor.later(1)
    assert floor.text() == "A  2"
    assert floor.logic.open_tasks() == ("T2",)


def test_a_forgotten_buttons_alarm_ends_with_its_task_also_while_the_scale_is_away() -> None:
    floor = Floor()
    floor.desire(pick(units=5))
    floor.hold(15)
    floor.later(2.5)
    assert [kind for kind, _ in raised(floor)] == ["button_missing"]
    floor.commit(floor.logic.on_part("scale", False, "unplugged", floor.now_us))
    floor.desire()
    assert floor.logic.alarms() == ()

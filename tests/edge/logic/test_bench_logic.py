"""A bench asks what the hub prompts and answers each question once."""

from itertools import count

from edge.contract.events import (
    ButtonPressed,
    DeviceFailed,
    DeviceRecovered,
    Event,
    LabelPrinted,
    PrintFailed,
    SymbolScanned,
    UnitsCounted,
    WeightMeasured,
)
from edge.contract.site import Rgb, Scale, Station
from edge.contract.state import Ask, BenchDesired, PrintJob, Prompt
from edge.logic.bench import BenchLogic
from edge.logic.outcome import Outcome
from edge.logic.times import LAY_THERE_US, SAVE_DELAY_US

STATION = Station(
    name="pack-1",
    kind="pack",
    scale=Scale(protocol="mt_sics", port="/dev/null", division_mg=1_000, capacity_mg=30_000_000),
    beacon=Rgb(red=1, green=2, blue=3),
)


class Bench:
    """A bench with its committed facts and memory, and a clock that the test moves."""

    def __init__(self) -> None:
        self.now_us = 1_000_000
        self.memory: dict[str, bytes] = {}
        self.outbox: list[Event] = []
        self.version = 0
        self._ids = count(1)
        self.start()
        self.commit(self.logic.on_link(True, self.now_us))

    def start(self) -> None:
        self.logic = BenchLogic(STATION, dict(self.memory), lambda: f"alarm-{next(self._ids)}")
        for seq, event in enumerate(self.outbox, 1):
            self.logic.replay(seq, event)

    def commit(self, outcome: Outcome) -> None:
        for key, value in outcome.memory.items():
            if value is None:
                self.memory.pop(key, None)
            else:
                self.memory[key] = value
        self.outbox += outcome.events

    def ask(self, step: str, ask: Ask, *, units: int = 0, jobs: tuple[PrintJob, ...] = ()) -> None:
        self.version += 1
        prompt = Prompt(step=step, ask=ask, title=step, units=units, expected=("TOTE-0001",))
        self.commit(
            self.logic.on_desired(
                BenchDesired(generation=1, version=self.version, as_of=None, prompt=prompt, jobs=jobs), self.now_us
            )
        )

    def press(self, control: str) -> None:
        self.commit(self.logic.on_button(control, True, self.now_us))
        self.later(0.06)
        self.commit(self.logic.on_button(control, False, self.now_us))

    def weigh(self, weight_mg: int) -> None:
        self.commit(self.logic.on_reading(0, "motion", None, self.now_us))
        self.later(0.1)
        self.commit(self.logic.on_reading(0, "stable", weight_mg, self.now_us))
        self.later(0.5)

    def later(self, seconds: float) -> None:
        end_us = self.now_us + round(seconds * 1_000_000)
        while (wake_us := self.logic.wake_us()) is not None and wake_us <= end_us:
            assert wake_us > self.now_us, "a wake in the past would spin the agent"
            self.now_us = wake_us
            self.commit(self.logic.tick(self.now_us))
        self.now_us = end_us


def test_a_scan_names_the_prompt_that_was_shown() -> None:
    bench = Bench()
    bench.ask("s1", "scan")
    assert bench.logic.expected() == ("TOTE-0001",)
    bench.commit(bench.logic.on_symbol("TOTE-0001", "Code128", "]C1", bench.now_us))
    assert bench.outbox == [SymbolScanned(step="s1", text="TOTE-0001", symbology="Code128", aim="]C1", source="camera")]


def test_a_scan_without_a_prompt_is_a_fact_too() -> None:
    bench = Bench()
    bench.commit(bench.logic.on_symbol("X", "Code128", "", bench.now_us))
    assert bench.outbox == [SymbolScanned(step="", text="X", symbology="Code128", aim="", source="camera")]


def test_a_count_starts_from_the_asked_units_and_is_confirmed_once() -> None:
    bench = Bench()
    bench.ask("s1", "count", units=3)
    for control in ("plus", "plus", "minus", "confirm", "confirm", "problem", "plus"):
        bench.press(control)
    assert bench.outbox == [UnitsCounted(step="s1", units=4, units_asked=3)]
    bench.start()
    bench.press("confirm")
    assert len(bench.outbox) == 1


def test_a_count_stops_at_zero() -> None:
    bench = Bench()
    bench.ask("s1", "count", units=1)
    for _ in range(3):
        bench.press("minus")
    assert bench.logic.screen().count_shown == 0


def test_the_same_step_in_a_newer_state_keeps_the_number_shown() -> None:
    bench = Bench()
    bench.ask("s1", "count", units=3)
    bench.press("plus")
    bench.ask("s1", "count", units=3)
    assert bench.logic.screen().count_shown == 4
    bench.ask("s2", "count", units=7)
    assert bench.logic.screen().count_shown == 7


def test_a_press_is_told_once_and_confirm_means_nothing_while_a_scan_is_asked() -> None:
    bench = Bench()
    bench.ask("s1", "scan")
    bench.press("confirm")
    assert bench.outbox == []
    bench.press("problem")
    bench.ask("s2", "press")
    bench.press("confirm")
    bench.press("confirm")
    assert bench.outbox == [ButtonPressed(step="s1", button="problem"), ButtonPressed(step="s2", button="confirm")]


def test_a_weight_is_measured_once_at_rest_and_again_when_it_differs() -> None:
    bench = Bench()
    bench.ask("s1", "weigh")
    bench.weigh(5_000)
    assert bench.outbox == []
    bench.weigh(750_000)
    bench.weigh(751_000)
    bench.weigh(753_000)
    measured = [e.weight_mg for e in bench.outbox if isinstance(e, WeightMeasured)]
    assert measured == [750_000, 753_000]


def test_the_last_parcel_that_still_lies_there_is_not_the_next_one() -> None:
    bench = Bench()
    bench.ask("s1", "weigh")
    bench.weigh(750_000)
    bench.ask("s2", "weigh")
    bench.later(1)
    assert len(bench.outbox) == 1
    bench.weigh(210_000)
    assert bench.outbox[1:] == [WeightMeasured(step="s2", weight_mg=210_000, division_mg=1_000)]


def test_a_load_that_nobody_moves_is_weighed_again_when_asked_again() -> None:
    bench = Bench()
    bench.ask("s1", "weigh")
    bench.weigh(750_000)
    bench.ask("s2", "weigh")
    bench.later(2)
    assert bench.outbox[1:] == [WeightMeasured(step="s2", weight_mg=750_000, division_mg=1_000)]


def test_a_weight_in_motion_is_not_measured() -> None:
    bench = Bench()
    bench.ask("s1", "weigh")
    bench.commit(bench.logic.on_reading(0, "stable", 500_000, bench.now_us))
    bench.later(0.1)
    bench.commit(bench.logic.on_reading(0, "motion", None, bench.now_us))
    bench.later(3)
    assert bench.outbox == []


def test_an_unreadable_thing_is_alarmed_after_two_seconds_and_cleared_when_it_is_read() -> None:
    bench = Bench()
    bench.ask("s1", "scan")
    bench.commit(bench.logic.on_unreadable(True, bench.now_us))
    bench.later(1.9)
    assert bench.outbox == []
    bench.later(0.2)
    assert len(bench.logic.alarms()) == 1
    bench.start()
    assert len(bench.logic.alarms()) == 1
    bench.commit(bench.logic.on_symbol("X", "Code128", "", bench.now_us))
    assert [type(e).__name__ for e in bench.outbox] == ["AlarmRaised", "SymbolScanned", "AlarmCleared"]


def test_an_unreadable_thing_is_nobodys_business_while_a_count_is_asked() -> None:
    bench = Bench()
    bench.ask("s1", "count")
    bench.commit(bench.logic.on_unreadable(True, bench.now_us))
    bench.later(5)
    assert bench.outbox == []


def test_each_job_is_printed_once_and_only_after_its_intent_is_committed() -> None:
    bench = Bench()
    jobs = (PrintJob(job="j1", zpl="^XA^XZ"), PrintJob(job="j2", zpl="^XA^XZ"))
    bench.ask("s1", "scan", jobs=jobs)
    assert "printing/j1" in bench.memory
    assert bench.logic.to_print() == jobs[0]
    bench.commit(bench.logic.on_printed("j1", None, bench.now_us))
    assert bench.logic.to_print() == jobs[1]
    bench.commit(bench.logic.on_printed("j2", "paper out after it was sent", bench.now_us, sent=True))
    bench.commit(bench.logic.on_part("printer", True, "", bench.now_us))
    bench.ask("s1", "scan", jobs=jobs)
    assert bench.logic.to_print() is None
    failed = PrintFailed(job="j2", reason="paper out after it was sent", sent=True)
    assert bench.outbox == [LabelPrinted(job="j1"), failed]
    assert not [key for key in bench.memory if key.startswith("printing/")]


def test_a_job_interrupted_by_a_restart_fails_instead_of_printing_twice() -> None:
    bench = Bench()
    bench.ask("s1", "scan", jobs=(PrintJob(job="j1", zpl="^XA^XZ"),))
    bench.later(1)
    bench.start()
    bench.commit(bench.logic.on_link(True, bench.now_us))
    [failed] = bench.outbox
    assert isinstance(failed, PrintFailed)
    assert failed.sent, "its label may be in the tray"
    assert bench.logic.to_print() is None


def test_a_full_outbox_answers_nothing_and_tells_the_finished_label_later() -> None:
    bench = Bench()
    bench.ask("s1", "count", jobs=(PrintJob(job="j1", zpl="^XA^XZ"),))
    bench.commit(bench.logic.on_outbox_full(True, bench.now_us))
    bench.commit(bench.logic.on_printed("j1", None, bench.now_us))
    bench.press("confirm")
    assert bench.outbox == []
    assert [lit.colour for lit in bench.logic.lights(bench.now_us)] == ["red"]
    bench.commit(bench.logic.on_outbox_full(False, bench.now_us))
    assert bench.outbox == [LabelPrinted(job="j1")]


def test_an_older_state_is_ignored_even_after_a_restart() -> None:
    bench = Bench()
    bench.ask("s1", "scan")
    bench.ask("s2", "scan")
    bench.later(SAVE_DELAY_US / 1e6)
    bench.start()
    assert bench.logic.obeyed == (1, 2)
    bench.version = 0
    bench.ask("s1", "scan")
    prompt = bench.logic.screen().prompt
    assert prompt is not None
    assert prompt.step == "s2"


def test_a_failed_device_is_told_once_and_its_recovery_once_across_a_restart() -> None:
    bench = Bench()
    bench.commit(bench.logic.on_part("printer", False, "no answer", bench.now_us))
    bench.commit(bench.logic.on_part("printer", False, "no answer", bench.now_us))
    bench.start()
    bench.commit(bench.logic.on_part("printer", True, "", bench.now_us))
    assert bench.outbox == [DeviceFailed(part="printer", reason="no answer"), DeviceRecovered(part="printer")]


def test_a_button_held_for_twenty_seconds_is_stuck_until_it_comes_up() -> None:
    bench = Bench()
    bench.commit(bench.logic.on_button("plus", True, bench.now_us))
    bench.later(25)
    bench.commit(bench.logic.on_button("plus", False, bench.now_us))
    assert [type(e).__name__ for e in bench.outbox] == ["AlarmRaised", "AlarmCleared"]


def test_what_lies_before_a_camera_that_is_gone_is_unreadable_no_longer() -> None:
    bench = Bench()
    bench.ask("s1", "scan")
    bench.commit(bench.logic.on_unreadable(True, bench.now_us))
    bench.later(2.1)
    assert len(bench.logic.alarms()) == 1
    bench.commit(bench.logic.on_part("camera", False, "unplugged", bench.now_us))
    assert bench.logic.alarms() == ()


def scan(bench: Bench, text: str) -> None:
    bench.commit(bench.logic.on_symbol(text, "Code128", "", bench.now_us))


def scans(bench: Bench) -> list[str]:
    return [event.text for event in bench.outbox if isinstance(event, SymbolScanned)]


def test_a_symbol_that_lies_there_across_a_restart_is_told_once() -> None:
    bench = Bench()
    bench.ask("s1", "scan")
    scan(bench, "TOTE-0001")
    bench.ask("s2", "scan")
    bench.start()
    bench.later(3)
    scan(bench, "TOTE-0001")
    assert scans(bench) == ["TOTE-0001"]
    scan(bench, "TOTE-0001")
    assert scans(bench) == ["TOTE-0001"] * 2, "it was taken away and held there again"


def test_a_symbol_that_was_told_long_before_a_start_is_told_again_at_once_unless_the_clock_began_anew() -> None:
    bench = Bench()
    bench.later(3600)
    scan(bench, "BADGE-ana")
    bench.later(LAY_THERE_US / 1e6)
    bench.start()
    scan(bench, "BADGE-ana")
    assert scans(bench) == ["BADGE-ana"] * 2
    bench.now_us = 10_000_000  # the machine has started too
    bench.start()
    scan(bench, "BADGE-ana")
    assert scans(bench) == ["BADGE-ana"] * 2


def test_a_symbol_is_not_doubted_when_only_the_logic_began_anew() -> None:
    bench = Bench()
    scan(bench, "BADGE-ana")
    bench.start()
    bench.logic.go_on()
    scan(bench, "BADGE-ana")
    assert scans(bench) == ["BADGE-ana"] * 2


def test_what_camera_and_scanner_see_at_once_is_one_thing_and_each_pull_of_the_trigger_is_one_more() -> None:
    bench = Bench()
    by_hand = lambda: bench.commit(bench.logic.on_scan("APPLE", "EAN-13", "]E0", bench.now_us))  # noqa: E731
    scan(bench, "APPLE")
    bench.later(1)
    by_hand()
    assert scans(bench) == ["APPLE"]
    bench.later(2)
    by_hand()
    by_hand()
    assert scans(bench) == ["APPLE"] * 3
    bench.later(1)
    scan(bench, "APPLE")
    assert scans(bench) == ["APPLE"] * 3
    bench.later(2)
    scan(bench, "APPLE")
    assert scans(bench) == ["APPLE"] * 4


def test_what_the_scanner_is_pointed_at_after_a_restart_is_never_doubted() -> None:
    bench = Bench()
    scan(bench, "BADGE-ana")
    bench.start()
    bench.commit(bench.logic.on_scan("BADGE-ana", "Code128", "]C0", bench.now_us))
    assert scans(bench) == ["BADGE-ana"] * 2


def test_another_symbol_after_a_restart_is_told_at_once_and_so_is_the_old_one_then() -> None:
    bench = Bench()
    scan(bench, "A")
    bench.start()
    scan(bench, "B")
    scan(bench, "A")
    assert scans(bench) == ["A", "B", "A"]


def test_a_badge_that_was_told_last_is_heard_long_after_the_start() -> None:
    bench = Bench()
    scan(bench, "BADGE-ana")
    bench.start()
    bench.commit(bench.logic.on_link(True, bench.now_us))
    bench.later(31)
    scan(bench, "BADGE-ana")
    assert scans(bench) == ["BADGE-ana"] * 2

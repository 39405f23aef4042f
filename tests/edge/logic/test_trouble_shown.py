"""A lost hub and a station that can record nothing are seen everywhere, also where there is no beacon."""

from msgspec.structs import replace

from edge.contract.events import DeviceRecovered
from edge.contract.state import Lit
from edge.logic.bay import BayLogic
from edge.logic.showing import while_ahead
from edge.logic.trouble import LINES_MAX
from tests.edge.logic.bay_floor import A_BIN, Floor, pick, station
from tests.edge.logic.test_bench_logic import Bench


class PlainFloor(Floor):
    """A bay of two bins without a beacon."""

    def start(self) -> BayLogic:
        self.station = replace(station(), beacon=None)
        return super().start()

    def seen(self) -> list[tuple[str, str, str, str]]:
        return [(x.place, x.colour, x.pattern, x.text) for x in self.logic.lights(self.now_us)]


def test_a_bay_without_a_beacon_shows_a_lost_hub_at_a_dark_bin() -> None:
    floor = PlainFloor()
    task = (A_BIN, "blue", "steady", "A  5")
    floor.desire(pick())
    assert floor.seen() == [task, ("bay-01/02", "amber", "blink", "HUB?")]
    floor.commit(floor.logic.on_link(True, floor.now_us))
    assert floor.seen() == [task]


def test_a_bay_without_a_beacon_shows_at_a_dark_bin_that_nothing_is_taken() -> None:
    floor = PlainFloor()
    floor.desire(pick())
    floor.commit(floor.logic.on_outbox_full(True, floor.now_us))
    assert ("bay-01/02", "red", "fast", "FULL") in floor.seen()


def test_a_failed_device_blinks_the_beacon_amber_unless_something_worse_is_shown_and_a_clock_does_not() -> None:
    floor = Floor()
    floor.desire(pick())
    floor.commit(floor.logic.on_link(True, floor.now_us))

    def beacon() -> tuple[str, str]:
        [light] = [light for light in floor.logic.lights(floor.now_us) if light.place == "beacon"]
        return light.colour, light.pattern

    floor.commit(floor.logic.on_part("clock", False, "not set", floor.now_us))
    assert beacon() == ("green", "blink"), "work needs no clock"
    floor.commit(floor.logic.on_part("displays", False, "gone", floor.now_us))
    assert beacon() == ("amber", "blink")
    floor.commit(floor.logic.on_link(False, floor.now_us))
    assert beacon() == ("amber", "steady")
    floor.commit(floor.logic.on_outbox_full(True, floor.now_us))
    assert beacon() == ("red", "fast")


def test_a_part_that_the_station_has_no_more_has_not_failed_any_more() -> None:
    floor = Floor()
    for part in ("buzzer", "scale bay-01/99", "panel", f"scale {A_BIN}"):
        floor.commit(floor.logic.on_part(part, False, "gone", floor.now_us))
    floor.start()
    told = floor.commit(floor.logic.on_found({}, floor.now_us))
    assert {event.part for event in told if isinstance(event, DeviceRecovered)} == {"buzzer", "scale bay-01/99"}


def test_a_bay_without_a_beacon_shows_a_failed_device_at_a_dark_bin() -> None:
    floor = PlainFloor()
    floor.desire(pick())
    floor.commit(floor.logic.on_link(True, floor.now_us))
    floor.commit(floor.logic.on_part("scale bay-01/02", False, "gone", floor.now_us))
    assert ("bay-01/02", "amber", "blink", "DEV?") in floor.seen()
    floor.commit(floor.logic.on_part("scale bay-01/02", True, "", floor.now_us))
    assert floor.seen() == [(A_BIN, "blue", "steady", "A  5")]


def test_a_screen_with_much_trouble_says_the_worst_and_how_much_more() -> None:
    bench = Bench()
    bench.ask("s1", "scan")
    bench.commit(bench.logic.on_link(False, bench.now_us))
    for part in ("clock", "scale", "camera", "scanner", "power", "screen"):
        bench.commit(bench.logic.on_part(part, False, "gone", bench.now_us))
    lines = bench.logic.screen().trouble.splitlines()
    assert (len(lines), lines[0][:6], lines[-1]) == (LINES_MAX, "No hub", "and 3 more: see the dashboard.")


def test_lights_that_are_ahead_of_the_disk_stay_as_they_were_but_for_the_trouble() -> None:
    task = Lit(place="bay-01/01", colour="blue", text="A  5", task="T1")
    lost = Lit(place="bay-01/02", colour="amber", pattern="blink", text="HUB?")
    full = Lit(place="bay-01/02", colour="red", pattern="fast", text="FULL")
    assert while_ahead((task, lost), (full,)) == (task, full)
    assert while_ahead((task, full), ()) == (task,)
    assert while_ahead((task,), (replace(full, place="bay-01/01"),)) == (replace(full, place="bay-01/01"),)
    red = Lit(place="beacon", colour="red", pattern="fast")
    assert while_ahead((task, Lit(place="beacon", colour="green")), (red,)) == (task, red)


def test_a_press_that_is_not_taken_is_seen_at_its_bin_and_the_task_comes_back() -> None:
    floor = Floor()
    floor.desire(pick())
    floor.commit(floor.logic.on_outbox_full(True, floor.now_us))
    floor.press()
    light = floor.light()
    assert light is not None
    assert (light.colour, light.pattern, light.text, light.task) == ("red", "fast", "FULL", None)
    floor.press("confirm bay-01/02")
    assert floor.light("bay-01/02") is None, "nothing was asked there"
    floor.later(2)
    assert floor.text() == "A  5"
    floor.press()
    floor.commit(floor.logic.on_outbox_full(False, floor.now_us))
    assert floor.text() == "A  5"
    floor.press()
    assert floor.logic.open_tasks() == ()


def test_a_benchs_screen_says_that_the_hub_is_lost_and_that_nothing_is_taken() -> None:
    bench = Bench()
    bench.ask("s1", "scan")
    assert bench.logic.screen().trouble == ""
    bench.commit(bench.logic.on_link(False, bench.now_us))
    assert (bench.logic.screen().trouble[:7], bench.logic.screen().tone) == ("No hub:", "warn")
    bench.commit(bench.logic.on_outbox_full(True, bench.now_us))
    assert (bench.logic.screen().trouble[:17], bench.logic.screen().tone) == ("NOTHING IS TAKEN:", "alarm")
    prompt = bench.logic.screen().prompt
    assert prompt is not None and prompt.step == "s1", "and still what was asked"

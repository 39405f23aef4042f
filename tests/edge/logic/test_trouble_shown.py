"""A lost hub and a station that can record nothing are seen everywhere, also where there is no beacon."""

from msgspec.structs import replace

from edge.contract.state import Lit
from edge.logic.bay import BayLogic
from edge.logic.showing import while_ahead
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

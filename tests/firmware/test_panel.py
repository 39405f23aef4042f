"""Lights and buttons of whole stations, on their twins."""

import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from firmware.buttons import ButtonEdge
from firmware.errors import DeviceMissing
from firmware.expander_factory import GPPU
from firmware.lights import Shine
from firmware.panel import BEACON, Panel, Wiring
from firmware.twin.panel_twin import PanelTwin

BINS = tuple(f"bay-01/{n:02d}" for n in range(1, 41))
STRIP_BAY = Wiring(
    bins=BINS,
    expanders=(0x20, 0x21, 0x22, 0x23, 0x24, 0x25),
    displays=True,
    beacon=(17, 27, 22),
    bay_button=23,
)
STARTER_BAY = Wiring(
    bins=BINS[:6],
    displays=True,
    rgb_pins=tuple((4 + 3 * n, 5 + 3 * n, 6 + 3 * n) for n in range(6)),
    confirm_pins=(22, 23, 24, 25, 26, 27),
)
BENCH = Wiring(bench_pins={"confirm": 5, "minus": 6, "plus": 13, "problem": 19})
BLUE, AMBER = (0, 0, 255), (255, 100, 0)


class Wall:
    """A station's panel on its twin; its clock stands still until it is told to move."""

    def __init__(self, wiring: Wiring) -> None:
        self.now_us = 1_000_000
        self.edges: list[ButtonEdge] = []
        self.health: list[tuple[str, bool, str]] = []
        self.found: dict[str, bool] = {}
        self.wiring = wiring
        self.twin = PanelTwin(wiring)
        self.panel = self.open()

    def open(self) -> Panel:
        panel = Panel(self.wiring, self.twin, on_health=self.tell, now_us=lambda: self.now_us)
        panel.listen(self.edges.append, self.found.update)
        return panel

    def tell(self, part: str, ok: bool, why: str) -> None:
        self.health.append((part, ok, why))

    def poll(self, times: int = 1) -> None:
        for _ in range(times):
            self.now_us += 200_000
            self.panel.poll()

    @property
    def failed(self) -> dict[str, str]:
        """What was told last of each part that does not work, by part."""
        last = {part: (ok, why) for part, ok, why in self.health}
        return {part: why for part, (ok, why) in last.items() if not ok}

    def tap(self, control: str) -> None:
        for move in (self.twin.press, self.twin.release):
            self.now_us += 50_000
            move(control)

    @property
    def told(self) -> list[tuple[str, bool]]:
        return [(edge.control, edge.down) for edge in self.edges]


@pytest.fixture
def make() -> Iterator[Callable[[Wiring], Wall]]:
    walls: list[Wall] = []

    def make_wall(wiring: Wiring) -> Wall:
        walls.append(Wall(wiring))
        return walls[-1]

    yield make_wall
    for wall in walls:
        wall.panel.close()


WIRINGS = pytest.mark.parametrize("wiring", [STRIP_BAY, STARTER_BAY, BENCH], ids=["strip", "starter", "bench"])


def test_what_is_shown_is_what_an_eye_sees_and_the_rest_is_dark(make: Callable[[Wiring], Wall]) -> None:
    wall = make(STRIP_BAY)
    first = {BINS[0]: Shine(BLUE, "B 12"), BINS[39]: Shine((255, 255, 255), "A  1"), BEACON: Shine(AMBER)}
    wall.panel.show(first)
    assert wall.twin.seen() == first
    second = {BINS[39]: Shine((21, 8, 0), "!-3")}
    wall.panel.show(second)
    assert wall.twin.seen() == second
    wall.panel.show({})
    assert wall.twin.seen() == {}


def test_a_starter_bay_shows_colours_on_its_header_and_numbers_on_its_displays(make: Callable[[Wiring], Wall]) -> None:
    wall = make(STARTER_BAY)
    shines = {name: Shine((40 * n, 255 - n, n), f"C{n:>3}") for n, name in enumerate(STARTER_BAY.bins)}
    wall.panel.show(shines)
    assert wall.twin.seen() == shines


@WIRINGS
def test_every_button_is_told_by_its_own_name_once_down_and_once_up(
    make: Callable[[Wiring], Wall], wiring: Wiring
) -> None:
    wall = make(wiring)
    for control in wall.twin.controls:
        wall.tap(control)
    assert wall.told == [(control, down) for control in wall.twin.controls for down in (True, False)]


def test_a_strip_bay_has_two_buttons_a_bin_and_one_of_its_own_a_bench_four(make: Callable[[Wiring], Wall]) -> None:
    names = {f"{what} {name}" for what in ("confirm", "short") for name in BINS}
    assert set(make(STRIP_BAY).twin.controls) == names | {"bay"}
    assert set(make(BENCH).twin.controls) == {"confirm", "minus", "plus", "problem"}


def test_buttons_held_at_once_are_told_each(make: Callable[[Wiring], Wall]) -> None:
    wall = make(STRIP_BAY)
    held = [f"confirm {BINS[0]}", f"short {BINS[0]}", f"confirm {BINS[30]}", "bay"]
    for control in held:
        wall.twin.press(control)
    assert wall.told == [(control, True) for control in held]


def test_many_fingers_at_once_lose_no_press(make: Callable[[Wiring], Wall]) -> None:
    wall = make(STRIP_BAY)
    stop = threading.Event()

    def poll() -> None:
        while not stop.is_set():
            wall.panel.poll()

    def tap_some(bins: tuple[str, ...]) -> None:
        for name in bins:
            wall.twin.press(f"confirm {name}")

    poller = threading.Thread(target=poll)
    fingers = [threading.Thread(target=tap_some, args=(BINS[n::4],)) for n in range(4)]
    poller.start()
    for finger in fingers:
        finger.start()
    for finger in fingers:
        finger.join()
    stop.set()
    poller.join()
    wall.panel.poll()
    assert sorted(wall.told) == sorted((f"confirm {name}", True) for name in BINS)


def test_an_expander_that_does_not_answer_the_interrupt_is_told_and_presses_are_told_again_when_it_does(
    make: Callable[[Wiring], Wall],
) -> None:
    wall = make(STRIP_BAY)
    wall.twin.press(f"confirm {BINS[0]}")
    wall.twin.chips.unplug_expander(0x20)
    wall.poll()
    assert "Port expander 0x20: expected an MCP23017 to answer" in wall.failed["expanders"]
    wall.tap(f"confirm {BINS[7]}")
    wall.twin.release(f"confirm {BINS[0]}")
    wall.twin.chips.plug_expander(0x20)
    wall.poll(10)
    assert wall.failed == {}
    wall.tap(f"confirm {BINS[0]}")
    cut_off, whole = f"confirm {BINS[0]}", f"confirm {BINS[7]}"
    assert wall.told == [(c, down) for c in (cut_off, whole, cut_off) for down in (True, False)]


def test_a_button_held_while_its_expander_was_away_is_not_pressed_when_it_is_back(
    make: Callable[[Wiring], Wall],
) -> None:
    wall = make(STRIP_BAY)
    held = f"confirm {BINS[0]}"
    wall.twin.press(held)
    wall.twin.chips.unplug_expander(0x20)
    wall.poll()
    wall.twin.chips.plug_expander(0x20)
    wall.poll(10)
    assert wall.told == [(held, True), (held, False)]


@pytest.mark.parametrize("finger", [False, True], ids=["nobody presses", "someone presses"])
def test_an_expander_that_lost_its_supply_for_a_moment_is_told_and_set_up_again_and_presses_nothing_by_itself(
    make: Callable[[Wiring], Wall], *, finger: bool
) -> None:
    wall = make(STRIP_BAY)
    its_button, other = f"confirm {BINS[7]}", f"confirm {BINS[0]}"
    wall.twin.chips.lose_supply(0x21)
    if finger:  # at another expander: the interrupt reads all of them
        wall.tap(other)
    wall.poll(len(STRIP_BAY.expanders))
    why = next(why for part, ok, why in wall.health if part == "expanders" and not ok)
    assert why.startswith("Port expander 0x21: expected 0x7f in register 0x00 as it was set up, got 0xff: it lost its")
    wall.poll(6)
    assert wall.failed == {}
    wall.tap(its_button)
    pressed = [other, its_button] if finger else [its_button]
    assert wall.told == [(control, down) for control in pressed for down in (True, False)]


def test_a_quiet_expander_that_lost_its_supply_is_noticed_though_no_level_changed(
    make: Callable[[Wiring], Wall],
) -> None:
    wall = make(STRIP_BAY)
    chips = wall.twin.chips
    chips.lose_supply(0x23)
    chips.write_byte_data(0x23, GPPU, 0x7F)
    chips.write_byte_data(0x23, GPPU + 1, 0x7F)
    wall.poll(len(STRIP_BAY.expanders) + 6)
    assert [ok for part, ok, _ in wall.health if part == "expanders"] == [True, False, True]
    wall.tap(f"confirm {BINS[21]}")
    assert wall.told == [(f"confirm {BINS[21]}", True), (f"confirm {BINS[21]}", False)]


def test_every_button_is_found_as_it_is_and_those_of_a_dead_expander_when_it_answers(
    make: Callable[[Wiring], Wall],
) -> None:
    wall = make(STRIP_BAY)
    wall.panel.close()
    held, dead = f"short {BINS[0]}", f"confirm {BINS[7]}"
    wall.twin.press(held)
    wall.twin.press(dead)
    wall.twin.chips.unplug_expander(0x21)
    wall.found.clear()
    wall.panel = wall.open()
    behind_the_dead = {f"{what} {name}" for what in ("confirm", "short") for name in BINS[7:14]}
    assert wall.found.keys() == set(wall.twin.controls) - behind_the_dead
    assert [control for control, down in wall.found.items() if down] == [held]
    wall.twin.chips.plug_expander(0x21)
    wall.poll(6)
    assert wall.found.keys() == set(wall.twin.controls)
    assert [control for control, down in wall.found.items() if down] == [held, dead]
    assert wall.told == []
    wall.twin.release(dead)
    assert wall.told == [(dead, False)]


def test_a_pulled_cable_is_told_and_everything_is_back_when_it_is(make: Callable[[Wiring], Wall]) -> None:
    wall = make(STRIP_BAY)
    wall.panel.show({BINS[0]: Shine(BLUE, "A  1")})
    wall.twin.unplug()
    assert wall.twin.seen() == {BINS[0]: Shine(BLUE)}, "the strip is on another bus"
    wall.twin.press(f"confirm {BINS[1]}")
    wall.twin.release(f"confirm {BINS[1]}")
    wall.panel.show({BINS[0]: Shine(AMBER, "A  2")})
    assert wall.twin.seen() == {BINS[0]: Shine(AMBER)}
    wall.poll(2 * len(BINS))
    assert wall.failed.keys() == {"displays", "expanders"}
    assert "Display 1:" in wall.failed["displays"]
    assert "39 more like this" in wall.failed["displays"]
    wall.twin.plug()
    wall.poll(5 * 30 + 1)
    assert wall.failed == {}
    assert wall.twin.seen() == {BINS[0]: Shine(AMBER, "A  2")}
    wall.tap(f"confirm {BINS[0]}")
    assert wall.told == [(f"confirm {BINS[0]}", True), (f"confirm {BINS[0]}", False)]


def test_a_bay_opens_with_a_dead_display_a_dead_expander_and_no_strip_and_the_rest_works(
    make: Callable[[Wiring], Wall],
) -> None:
    wall = make(STRIP_BAY)
    wall.panel.close()
    wall.twin.chips.unplug_display(6)
    wall.twin.chips.unplug_expander(0x21)
    wall.twin.strip.plugged = False
    wall.panel = wall.open()
    wanted = {BINS[6]: Shine(BLUE, "A  7"), BINS[7]: Shine(BLUE, "A  8"), BEACON: Shine(AMBER)}
    wall.panel.show(wanted)
    assert wall.failed.keys() == {"displays", "expanders", "strip"}
    assert "Display 7: expected an HT16K33 at 0x71 on channel 1" in wall.failed["displays"]
    assert "Port expander 0x21" in wall.failed["expanders"]
    assert wall.twin.seen() == {BINS[7]: Shine((0, 0, 0), "A  8"), BEACON: Shine(AMBER)}
    wall.tap(f"confirm {BINS[0]}")
    assert wall.told == [(f"confirm {BINS[0]}", True), (f"confirm {BINS[0]}", False)]
    wall.twin.chips.plug_display(6)
    wall.twin.chips.plug_expander(0x21)
    wall.twin.strip.plugged = True
    wall.poll(6)
    assert wall.failed == {}
    assert wall.twin.seen() == wanted
    wall.tap(f"confirm {BINS[7]}")
    assert wall.told[2:] == [(f"confirm {BINS[7]}", True), (f"confirm {BINS[7]}", False)]


def test_a_dead_part_is_tried_ever_more_rarely_and_told_once(make: Callable[[Wiring], Wall]) -> None:
    wall = make(STRIP_BAY)
    wall.twin.chips.unplug_display(6)
    wall.poll(500)
    assert [part for part, ok, _ in wall.health if not ok] == ["displays"]
    tries: list[int] = []
    answers = wall.twin.chips.write_byte

    def counted(i2c_addr: int, value: int) -> None:
        if i2c_addr == 0x71:
            tries.append(wall.now_us)
        answers(i2c_addr, value)

    wall.twin.chips.write_byte = counted  # type: ignore[method-assign]
    wall.twin.chips.plug_display(6)
    wall.poll(151)
    assert tries
    assert wall.failed == {}


def test_a_header_that_cannot_have_a_pin_is_an_error_that_names_it() -> None:
    twice = Wiring(bins=BINS[:1], rgb_pins=((5, 6, 7),), confirm_pins=(6,))
    panel = Panel(twice, PanelTwin(twice), on_health=lambda *_: None, now_us=lambda: 0)
    with pytest.raises(
        DeviceMissing, match=r"The GPIO header: expected pin 6 for the button 'confirm bay-01/01', got:"
    ):
        panel.listen(lambda _: None, lambda _: None)
    panel.close()
    with pytest.raises(DeviceMissing, match="expected pins 5, 6, 99 for the LED of bay-01/01, got:"):
        wrong = Wiring(bins=BINS[:1], rgb_pins=((5, 6, 99),))
        Panel(wrong, PanelTwin(twice), on_health=lambda *_: None, now_us=lambda: 0)


def test_a_button_that_is_stuck_down_while_the_panel_is_opened_anew_is_not_pressed_again(
    make: Callable[[Wiring], Wall],
) -> None:
    wall = make(STRIP_BAY)
    stuck = f"confirm {BINS[7]}"
    wall.twin.press(stuck)
    wall.panel.close()
    wall.panel = wall.open()
    wall.poll()
    assert wall.told == [(stuck, True), (stuck, False)]


@WIRINGS
def test_a_closed_panel_is_dark_and_may_be_closed_again(make: Callable[[Wiring], Wall], wiring: Wiring) -> None:
    wall = make(wiring)
    wall.panel.show({name: Shine(BLUE, "A  1") for name in wiring.bins})
    wall.panel.close()
    wall.panel.close()
    assert wall.twin.seen() == {}


def test_a_light_on_the_header_is_written_only_when_it_changes(make: Callable[[Wiring], Wall]) -> None:
    wall = make(STARTER_BAY)
    wall.panel.show({BINS[0]: Shine((100, 0, 0))})
    red = wall.twin.header.pin(STARTER_BAY.rgb_pins[0][0])
    # lgpio keeps hundredths of what it was told: (100 / 255) reads back as 0.39
    red._state = 0.39
    red.clear_states()
    wall.panel.show({BINS[0]: Shine((100, 0, 0))})
    assert len(red.states) == 1


def test_on_change_is_called_for_what_an_eye_sees_and_for_nothing_else(make: Callable[[Wiring], Wall]) -> None:
    wall = make(STRIP_BAY)
    looks: list[dict[str, Shine]] = []
    wall.twin.on_change = lambda: looks.append(wall.twin.seen())
    shines = {BINS[4]: Shine(BLUE, "A  4")}
    wall.panel.show(shines)
    assert looks[-1] == shines
    count = len(looks)
    wall.panel.show(shines)
    wall.panel.poll()
    assert len(looks) == count


def test_a_finger_on_a_button_that_is_not_there_is_refused(make: Callable[[Wiring], Wall]) -> None:
    with pytest.raises(KeyError):
        make(BENCH).twin.press("bay")


def test_a_panel_starts_no_thread(make: Callable[[Wiring], Wall]) -> None:
    before = threading.active_count()
    make(STRIP_BAY)
    assert threading.active_count() == before


def test_showing_and_pressing_at_a_full_bay_cost_less_than_a_millisecond(make: Callable[[Wiring], Wall]) -> None:
    wall = make(STRIP_BAY)
    costs_s = []
    for n in range(100):
        shines = {BINS[n % 40]: Shine(BLUE, f"A{n:>3}")}
        began_s = time.perf_counter()
        wall.panel.show(shines)
        wall.tap(f"confirm {BINS[n % 40]}")
        costs_s.append(time.perf_counter() - began_s)
    assert len(wall.edges) == 200
    assert statistics.median(costs_s) < 0.001


def test_a_simulated_bay_imports_no_camera_code_and_no_library_of_real_metal() -> None:
    code = (
        "import sys, firmware.panel, firmware.metal_buses, firmware.twin.panel_twin;"
        "print([m for m in ('numpy', 'cv2', 'periphery', 'lgpio', 'smbus2') if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"

"""Lights and buttons of whole stations, on their twins."""

import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from firmware.lights import Shine
from firmware.panel import BEACON, Wiring
from tests.firmware.wall import AMBER, BENCH, BINS, BLUE, STARTER_BAY, STRIP_BAY, Wall


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

"""Buttons: each press once, whatever the contact does."""

import threading
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from firmware.buttons import DEBOUNCE_US, ButtonEdge, ButtonPanel, Debounce
from firmware.twin.panel_twin import HeaderTwin

PIN = 5


class Bench:
    """One button on a simulated header, and a clock that stands still until it is told to move."""

    def __init__(self, held: bool = False) -> None:
        self.now_us = 1_000_000
        self.edges: list[ButtonEdge] = []
        self.found: list[dict[str, bool]] = []
        self.header = HeaderTwin()
        pin = self.header.pin(PIN)
        pin.pull = "up"
        if held:
            pin.drive_low()
            # gpiozero pulls the mock pin up when it opens it; a finger would hold it down
            pin._set_pull = lambda value: None
        self.panel = self.open()

    def open(self) -> ButtonPanel:
        panel = ButtonPanel(
            {"confirm": (PIN, self.header)},
            self.edges.append,
            lambda levels: self.found.append(dict(levels)),
            lambda: self.now_us,
        )
        panel.find(["confirm"])
        return panel

    def down(self, after_us: int = 0) -> None:
        self.now_us += after_us
        self.header.pin(PIN).drive_low()

    def up(self, after_us: int = 0) -> None:
        self.now_us += after_us
        self.header.pin(PIN).drive_high()

    @property
    def told(self) -> list[bool]:
        return [edge.down for edge in self.edges]


def test_a_press_is_told_at_once_with_its_time() -> None:
    bench = Bench()
    bench.down()
    assert bench.edges == [ButtonEdge("confirm", True, 1_000_000)]
    bench.up(after_us=80_000)
    assert bench.edges[1:] == [ButtonEdge("confirm", False, 1_080_000)]


def test_a_contact_that_bounces_for_five_milliseconds_is_one_press() -> None:
    bench = Bench()
    bench.down()
    for _ in range(12):
        bench.up(after_us=200)
        bench.down(after_us=200)
    bench.up(after_us=100_000)
    for _ in range(12):
        bench.down(after_us=200)
        bench.up(after_us=200)
    bench.now_us += DEBOUNCE_US
    bench.panel.poll()
    assert bench.told == [True, False]


def test_a_release_inside_the_blind_time_is_told_by_the_next_poll() -> None:
    bench = Bench()
    bench.down()
    bench.up(after_us=3_000)
    assert bench.told == [True]
    bench.now_us += 200_000
    bench.panel.poll()
    assert bench.told == [True, False]


def test_polls_between_edges_tell_nothing_new() -> None:
    bench = Bench()
    for _ in range(5):
        bench.panel.poll()
    bench.down()
    for _ in range(5):
        bench.now_us += 200_000
        bench.panel.poll()
    assert bench.told == [True]


def test_a_finger_that_comes_while_the_levels_are_read_presses_once() -> None:
    bench = Bench()
    finger = threading.Thread(target=bench.down)

    def late_us() -> int:
        if threading.current_thread() is threading.main_thread() and not finger.ident:
            finger.start()
            finger.join(0.2)
            bench.now_us += 2 * DEBOUNCE_US
        return bench.now_us

    bench.panel._now_us = late_us
    bench.panel.poll()
    finger.join()
    bench.now_us += 200_000
    bench.panel.poll()
    assert bench.told == [True]


def test_a_button_that_is_down_when_the_panel_opens_was_not_pressed_and_is_told_as_found_down_until_it_is_up() -> None:
    bench = Bench(held=True)
    bench.panel.poll()
    assert bench.found == [{"confirm": True}]
    assert bench.told == []
    bench.up(after_us=100_000)
    bench.now_us += 200_000
    bench.panel.poll()
    assert bench.told == [False]
    bench.down(after_us=100_000)
    assert bench.told == [False, True]


def test_a_button_that_is_up_when_the_panel_opens_is_told_as_found_up() -> None:
    assert Bench().found == [{"confirm": False}]


def test_a_press_that_the_panel_does_not_live_to_see_end_is_told_as_ended() -> None:
    bench = Bench()
    bench.down()
    bench.panel.close()
    assert bench.told == [True, False]
    bench.panel.close()
    assert bench.told == [True, False]


def test_a_closed_panel_tells_nothing_and_its_pin_can_be_opened_again() -> None:
    bench = Bench()
    bench.panel.close()
    bench.down()
    bench.up(after_us=100_000)
    assert bench.told == []
    bench.panel = bench.open()
    bench.down(after_us=100_000)
    assert bench.told == [True]


@given(st.lists(st.tuples(st.integers(0, 20_000), st.booleans()), max_size=60))
def test_whatever_the_contact_does_edges_alternate_and_stand_apart(moves: list[tuple[int, bool]]) -> None:
    debounce = Debounce()
    now_us = 0
    believed: list[tuple[int, bool]] = []
    for after_us, down in moves:
        now_us += after_us
        if debounce.take(down, now_us):
            believed.append((now_us, down))
    assert [down for _, down in believed] == [n % 2 == 0 for n in range(len(believed))]
    gaps = [b[0] - a[0] for a, b in pairwise(believed)]
    assert all(gap >= DEBOUNCE_US for gap in gaps)

"""Chips of a wall that fail one by one: told, tried again, and the rest works."""

import itertools
from collections.abc import Callable, Iterator

import pytest

from firmware.errors import DeviceMissing
from firmware.expander_factory import GPPU
from firmware.faults import RETRY_MAX_US, Faults
from firmware.lights import Shine
from firmware.panel import BEACON, POLL_US, Panel, Wiring
from firmware.twin.panel_twin import PanelTwin
from tests.firmware.wall import AMBER, BINS, BLUE, STRIP_BAY, Wall


@pytest.fixture
def make() -> Iterator[Callable[[Wiring], Wall]]:
    walls: list[Wall] = []

    def make_wall(wiring: Wiring) -> Wall:
        walls.append(Wall(wiring))
        return walls[-1]

    yield make_wall
    for wall in walls:
        wall.panel.close()


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


def test_short_presses_are_told_while_an_expander_that_does_not_answer_holds_the_line_that_all_share(
    make: Callable[[Wiring], Wall],
) -> None:
    wall = make(STRIP_BAY)
    wall.twin.chips.mute_expander(0x20)
    wall.twin.press(f"confirm {BINS[0]}")  # the line goes low, and nobody can let it go
    wall.wait(POLL_US)
    assert wall.failed.keys() == {"expanders"}
    taps = [f"confirm {BINS[n]}" for n in (7, 14, 39)]
    for control in taps:
        wall.wait(30_000)
        wall.twin.press(control)
        wall.wait(50_000)
        wall.twin.release(control)
    wall.wait(POLL_US)
    assert wall.told == [(control, down) for control in taps for down in (True, False)]
    wall.twin.chips.plug_expander(0x20)
    wall.wait(2 * RETRY_MAX_US)
    assert wall.failed == {}
    assert wall.panel.poll() == POLL_US


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


def test_a_dead_display_is_told_once_and_shows_again_when_it_is_back(make: Callable[[Wiring], Wall]) -> None:
    wall = make(STRIP_BAY)
    wall.twin.chips.unplug_display(6)
    wall.poll(500)
    assert [part for part, ok, _ in wall.health if not ok] == ["displays"]
    wall.twin.chips.plug_display(6)
    wall.poll(151)
    assert wall.failed == {}


def test_a_piece_that_keeps_failing_is_tried_ever_more_rarely_but_always_again() -> None:
    now_us, tried_us = 0, []
    faults = Faults("displays", lambda *_: None, lambda: now_us)
    for _ in range(1_500):
        if faults.is_due(6):
            tried_us.append(now_us)
            faults.failed(6, "no answer")
        now_us += 100_000
    pauses = [later - sooner for sooner, later in itertools.pairwise(tried_us)]
    assert pauses[:6] == [1_000_000, 2_000_000, 4_000_000, 8_000_000, 16_000_000, RETRY_MAX_US]
    assert set(pauses[5:]) == {RETRY_MAX_US}


def test_a_stuck_button_that_came_up_while_its_expander_was_away_is_told_as_up(make: Callable[[Wiring], Wall]) -> None:
    wall = make(STRIP_BAY)
    wall.panel.close()
    stuck = f"short {BINS[0]}"
    wall.twin.press(stuck)
    wall.panel = wall.open()
    assert wall.found[stuck]
    wall.twin.chips.unplug_expander(0x20)
    wall.poll(2)
    assert wall.told == [], "nobody knows how it is"
    wall.twin.release(stuck)
    wall.twin.chips.plug_expander(0x20)
    wall.poll(10)
    assert wall.told == [(stuck, False)]
    wall.tap(stuck)
    assert wall.told == [(stuck, False), (stuck, True), (stuck, False)]


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

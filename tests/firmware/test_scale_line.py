"""The serial line of a scale on a real pseudo-terminal: unplugged, plugged in again, silent, taken by another."""

import threading
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path

import pytest
import serial

from firmware.scales import bay_line, mt_sics
from firmware.scales.codec import Codec, LineSettings
from firmware.scales.line import REOPEN_MAX_S, ScaleLine
from firmware.scales.reading import Reading
from firmware.twin.pty_port import PtyPort
from tests.firmware.cable import Cable
from tests.waiting import wait_until

STALE_AFTER_US = 12_000_000


class Clock:
    """A clock that is set."""

    def __init__(self) -> None:
        self.us = 0

    def __call__(self) -> int:
        return self.us


class Listener:
    """Keeps what a line tells."""

    def __init__(self) -> None:
        self.readings: list[Reading] = []
        self.health: list[tuple[bool, str]] = []
        self.channels: list[tuple[int, bool, str]] = []

    def hear_of(self, channel: int, ok: bool, why: str) -> None:
        """As a line's ``on_channel``."""
        self.channels.append((channel, ok, why))

    def failed_channels(self) -> dict[int, str]:
        """What was told last of each channel that does not weigh."""
        last = {channel: (ok, why) for channel, ok, why in self.channels}
        return {channel: why for channel, (ok, why) in last.items() if not ok}

    def hear(self, ok: bool, why: str) -> None:
        """As a line's ``on_health``."""
        self.health.append((ok, why))


Open = Callable[[Callable[[], Codec]], ScaleLine]


@pytest.fixture
def cable(tmp_path: Path) -> Iterator[Cable]:
    made = Cable(tmp_path / "scale")
    yield made
    made.unplug()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def told() -> Listener:
    return Listener()


@pytest.fixture
def start(cable: Cable, clock: Clock, told: Listener) -> Iterator[Open]:
    lines = []

    def started(new_codec: Callable[[], Codec]) -> ScaleLine:
        line = ScaleLine(
            str(cable.path),
            LineSettings(baud=115_200),
            new_codec,
            stale_after_us=STALE_AFTER_US,
            on_reading=told.readings.append,
            on_health=told.hear,
            now_us=clock,
            channels=(1, 2),
            on_channel=told.hear_of,
        )
        lines.append(line)
        line.start()
        return line

    yield started
    for line in lines:
        line.close()
        line.close()


def say(pty: PtyPort, told: Listener, reading: Reading) -> None:
    """Send a reading until it is heard: what is sent before the line is open is lost."""
    heard = len(told.readings)

    def sent() -> bool:
        pty.send(bay_line.encode(reading))
        return len(told.readings) > heard

    wait_until(sent, 3, "the reading")


def test_readings_carry_the_time_and_tell_that_the_scale_is_well(
    cable: Cable, clock: Clock, told: Listener, start: Open
) -> None:
    pty = cable.plug()
    clock.us = 5_000_000
    start(bay_line.Codec)
    say(pty, told, Reading(7, "stable", 1_000_000))
    assert told.readings[0] == Reading(7, "stable", 1_000_000, 5_000_000)
    assert told.health == [(True, "")]


def test_a_scale_that_is_not_there_is_told_by_its_port_and_found_when_it_comes(
    cable: Cable, told: Listener, start: Open
) -> None:
    start(bay_line.Codec)
    wait_until(lambda: told.health, 2, "the fault")
    assert told.health[0][0] is False
    assert str(cable.path) in told.health[0][1]
    say(cable.plug(), told, Reading(1, "stable", 500_000))
    assert [ok for ok, _ in told.health] == [False, True]


def test_a_cable_pulled_and_put_back_is_told_and_read_again(cable: Cable, told: Listener, start: Open) -> None:
    pty = cable.plug()
    start(bay_line.Codec)
    for turn in range(3):
        say(pty, told, Reading(1, "stable", 100_000 * turn))
        cable.unplug()
        wait_until(lambda: not told.health[-1][0], 2, "the fault")
        pty = cable.plug()
    say(pty, told, Reading(1, "stable", 900_000))
    assert [ok for ok, _ in groupby(ok for ok, _ in told.health)] == [True, False, True, False, True, False, True]
    assert told.readings[-1].weight_mg == 900_000


def test_another_reason_is_told_and_the_same_one_is_not_told_again(cable: Cable, told: Listener, start: Open) -> None:
    line = start(bay_line.Codec)
    wait_until(lambda: line._reopen_wait_s >= 0.4, 3, "two failed openings")
    assert len(told.health) == 1
    assert "No such file" in told.health[0][1]
    cable.path.write_bytes(b"no serial line")
    wait_until(lambda: len(told.health) == 2, 3, "the other reason")
    assert not told.health[1][0]
    assert "No such file" not in told.health[1][1]
    cable.path.unlink()


def test_a_line_that_was_read_is_reopened_soon_however_often_it_failed_before(
    cable: Cable, told: Listener, start: Open
) -> None:
    line = start(bay_line.Codec)
    wait_until(lambda: line._reopen_wait_s >= 4 * 0.2, 3, "some failed openings")
    pty = cable.plug()
    say(pty, told, Reading(1, "stable", 0))
    assert line._reopen_wait_s == pytest.approx(0.2)
    assert line._reopen_wait_s < REOPEN_MAX_S


def test_a_reading_cut_by_the_cable_is_not_joined_to_the_next_scale(cable: Cable, told: Listener, start: Open) -> None:
    pty = cable.plug()
    start(bay_line.Codec)
    say(pty, told, Reading(1, "stable", 100_000))
    pty.send(bay_line.encode(Reading(1, "stable", 700_000))[:-3])
    cable.unplug()
    wait_until(lambda: not told.health[-1][0], 2, "the fault")
    pty = cable.plug()
    say(pty, told, Reading(1, "stable", 200_000))
    assert 700_000 not in [reading.weight_mg for reading in told.readings]


def test_a_silent_scale_is_a_fault_and_is_asked_again(cable: Cable, clock: Clock, told: Listener, start: Open) -> None:
    pty = cable.plug()
    start(mt_sics.Codec)
    assert wait_for_command(pty) == b"SIR\r\n"
    pty.send(b"S S     100.00 g\r\n")
    wait_until(lambda: told.readings, 2, "the reading")
    clock.us += STALE_AFTER_US + 1
    wait_until(lambda: not told.health[-1][0], 2, "the fault")
    assert "silent for 12 s" in told.health[-1][1]
    # it lost its power meanwhile: only a new SIR makes it speak
    assert wait_for_command(pty) == b"SIR\r\n"
    pty.send(b"S S     200.00 g\r\n")
    wait_until(lambda: told.health[-1][0], 2, "the scale's return")
    assert told.readings[-1].weight_mg == 200_000


def test_a_channel_that_falls_silent_while_others_speak_is_not_known_any_more(
    cable: Cable, clock: Clock, told: Listener, start: Open
) -> None:
    pty = cable.plug()
    start(bay_line.Codec)
    say(pty, told, Reading(1, "stable", 100_000))
    say(pty, told, Reading(2, "stable", 200_000))
    for _ in range(4):
        clock.us += STALE_AFTER_US // 3
        say(pty, told, Reading(2, "stable", 200_000))
    wait_until(lambda: any(r.channel == 1 and r.state == "zero_error" for r in told.readings), 2, "channel 1 lost")
    assert [(r.state, r.weight_mg) for r in told.readings if r.channel == 1][-1] == ("zero_error", None)
    assert [ok for ok, _ in told.health] == [True]
    lost = [r for r in told.readings if r.state == "zero_error"]
    clock.us += STALE_AFTER_US // 3
    say(pty, told, Reading(2, "stable", 200_000))
    assert [r for r in told.readings if r.state == "zero_error"] == lost


def others_speak(pty: PtyPort, clock: Clock, told: Listener) -> None:
    """Channel 2 speaks for longer than any channel may be silent."""
    say(pty, told, Reading(2, "stable", 200_000))
    for _ in range(4):
        clock.us += STALE_AFTER_US // 3
        say(pty, told, Reading(2, "stable", 200_000))


def test_a_channel_that_was_never_heard_is_told_as_failed_and_as_well_when_it_speaks(
    cable: Cable, clock: Clock, told: Listener, start: Open
) -> None:
    pty = cable.plug()
    start(bay_line.Codec)
    others_speak(pty, clock, told)
    wait_until(lambda: 1 in told.failed_channels(), 2, "channel 1 failed")
    assert told.failed_channels() == {
        1: "Channel 01: expected a weight, got: silent for 12 s while others speak. Check its load cell and its cable."
    }
    others_speak(pty, clock, told)
    assert [channel for channel, ok, _ in told.channels if not ok] == [1], "it is told once"
    say(pty, told, Reading(1, "stable", 0))
    wait_until(lambda: told.failed_channels() == {}, 2, "channel 1 well")


def test_a_channel_whose_cell_fails_is_told(cable: Cable, told: Listener, start: Open) -> None:
    pty = cable.plug()
    start(bay_line.Codec)
    say(pty, told, Reading(1, "stable", 100_000))
    say(pty, told, Reading(1, "zero_error", None))
    assert "fault of its load cell" in told.failed_channels()[1]
    say(pty, told, Reading(1, "over", None))
    assert told.failed_channels() == {}, "too much on it is no fault of it"


def test_a_line_on_which_nobody_speaks_is_no_fault_of_its_channels(
    cable: Cable, clock: Clock, told: Listener, start: Open
) -> None:
    pty = cable.plug()
    start(bay_line.Codec)
    say(pty, told, Reading(1, "stable", 100_000))
    clock.us += STALE_AFTER_US // 2
    say(pty, told, Reading(2, "stable", 200_000))

    def line_fails() -> bool:
        clock.us += STALE_AFTER_US // 200
        return not told.health[-1][0]

    wait_until(line_fails, 10, "the line's fault")
    assert told.failed_channels() == {}


def test_garbage_on_the_line_keeps_no_scale_alive(cable: Cable, clock: Clock, told: Listener, start: Open) -> None:
    pty = cable.plug()
    start(bay_line.Codec)
    say(pty, told, Reading(1, "stable", 100_000))

    def grows_stale() -> bool:
        pty.send(b"\x02\xff\x00garbage\r\n")
        clock.us += 1_000_000
        return not told.health[-1][0]

    wait_until(grows_stale, 5, "the fault")
    assert "no valid frame: check protocol and line settings (115200 8N1)" in told.health[-1][1]
    assert {reading.weight_mg for reading in told.readings} <= {100_000, None}


def test_a_baud_that_no_line_has_is_told_and_the_thread_lives_on(cable: Cable, told: Listener) -> None:
    cable.plug()
    line = ScaleLine(
        str(cable.path),
        LineSettings(baud=-1),
        bay_line.Codec,
        stale_after_us=STALE_AFTER_US,
        on_reading=told.readings.append,
        on_health=told.hear,
        now_us=Clock(),
    )
    line.start()
    wait_until(lambda: told.health, 2, "the fault")
    wait_until(lambda: line._reopen_wait_s >= 0.4, 3, "another opening")
    line.close()
    assert [ok for ok, _ in told.health] == [False]
    assert "-1" in told.health[0][1]


def test_a_port_that_another_program_holds_is_a_fault_until_it_is_free(
    cable: Cable, told: Listener, start: Open
) -> None:
    pty = cable.plug()
    with serial.Serial(str(cable.path), 115_200, exclusive=True):
        start(bay_line.Codec)
        wait_until(lambda: told.health, 2, "the fault")
        assert told.health[0][0] is False
    say(pty, told, Reading(1, "stable", 100_000))
    assert told.health[-1] == (True, "")


def test_a_closed_line_lets_go_of_its_port_and_its_thread(cable: Cable, told: Listener, start: Open) -> None:
    pty = cable.plug()
    line = start(bay_line.Codec)
    say(pty, told, Reading(1, "stable", 100_000))
    line.close()
    assert not any(thread.name == "scale" and thread.is_alive() for thread in threading.enumerate())
    with serial.Serial(str(cable.path), 115_200, exclusive=True):
        pass


def wait_for_command(pty: PtyPort) -> bytes:
    """What the driver says next, up to the end of its line."""
    said = b""

    def whole() -> bool:
        nonlocal said
        said += pty.receive(0)
        return said.endswith(b"\r\n")

    wait_until(whole, 8, "a command")
    return said

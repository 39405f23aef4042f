"""What the line says to a scale: polls at their pace, commands in their place, answers at once, parity checked."""

import termios
from collections.abc import Callable, Iterator

import pytest

from firmware.scales import bay_line, cas_ecr, nci, toledo_8217
from firmware.scales.codec import Codec, LineSettings
from firmware.scales.line import COMMANDS_MAX, ScaleLine
from firmware.scales.reading import Reading
from firmware.twin.pty_port import PtyPort
from tests.waiting import wait_until

EIGHT_BITS = LineSettings(baud=9_600)
STALE_AFTER_US = 3_000_000


class Desk:
    """A line on a pseudo-terminal, and what was said at both ends of it."""

    def __init__(self) -> None:
        self.us = 0
        self.pty = PtyPort()
        self.said = b""
        self.readings: list[Reading] = []
        self.health: list[tuple[bool, str]] = []
        self.lines: list[ScaleLine] = []

    def open(self, new_codec: Callable[[], Codec], settings: LineSettings = EIGHT_BITS) -> ScaleLine:
        """Start the driver."""
        line = ScaleLine(
            self.pty.path,
            settings,
            new_codec,
            stale_after_us=STALE_AFTER_US,
            on_reading=self.readings.append,
            on_health=lambda ok, why: self.health.append((ok, why)),
            now_us=lambda: self.us,
        )
        self.lines.append(line)
        line.start()
        return line

    def hear(self, expected: bytes) -> None:
        """Wait until the driver has said exactly this, since it was heard last."""
        self.said = b""

        def heard() -> bool:
            self.said += self.pty.receive(0)
            return self.said == expected

        wait_until(heard, 3, f"{expected!r}")

    def hears_nothing_for(self, reads: int) -> bool:
        """Whether the driver says nothing while it gives up reading so often."""
        return all(self.pty.receive(0.1) == b"" for _ in range(reads))

    def close(self) -> None:
        """End both."""
        for line in self.lines:
            line.close()
        self.pty.close()


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk()
    yield made
    made.close()


def test_a_scale_is_asked_when_the_line_opens_and_again_when_its_interval_is_over(desk: Desk) -> None:
    desk.open(nci.Codec)
    desk.hear(b"W\r")
    desk.us += nci.Codec.poll_every_us - 1
    assert desk.hears_nothing_for(4)
    desk.us += 1
    desk.hear(b"W\r")
    desk.pty.send(b"\n0001.23kg\r\n00\r\x03")
    wait_until(lambda: desk.readings == [Reading(0, "stable", 1_230_000, desk.us)], 2, "the weight")


def test_a_scale_that_does_not_answer_is_asked_on_and_is_a_fault(desk: Desk) -> None:
    desk.open(toledo_8217.Codec)
    for _ in range(12):
        desk.hear(b"W")
        desk.us += toledo_8217.Codec.poll_every_us
    desk.us += 1
    wait_until(lambda: desk.health, 2, "the fault")
    assert desk.health == [(False, f"{desk.pty.path}: silent for 3 s")]
    desk.us += 1
    desk.hear(b"W")


@pytest.mark.parametrize("half", [b"\x0201.2", b"\x02?", b"01.234\r", b"\x02"])
def test_a_scale_that_says_half_a_frame_each_time_is_a_fault_and_no_weight(desk: Desk, half: bytes) -> None:
    desk.open(toledo_8217.Codec)
    while not desk.health:
        desk.hear(b"W")
        desk.pty.send(half)
        desk.us += toledo_8217.Codec.poll_every_us
        if desk.us > STALE_AFTER_US:
            wait_until(lambda: desk.health, 2, "the fault")
    assert "no valid frame: check protocol and line settings (9600 8N1)" in desk.health[0][1]
    assert desk.readings == []


def test_a_zero_goes_in_the_place_of_a_poll(desk: Desk) -> None:
    line = desk.open(toledo_8217.Codec)
    desk.hear(b"W")
    assert line.zero()
    assert line.tare()
    assert desk.hears_nothing_for(4)
    for said in (b"Z", b"T\r", b"W"):
        desk.us += toledo_8217.Codec.poll_every_us
        desk.hear(said)


def test_a_zero_names_its_channel_on_a_line_that_is_not_polled(desk: Desk) -> None:
    line = desk.open(bay_line.Codec)

    def is_open() -> bool:
        desk.pty.send(bay_line.encode(Reading(7, "stable", 100)))
        return bool(desk.readings)

    wait_until(is_open, 2, "that the line is open")
    assert line.zero(7)
    desk.hear(bay_line.encode_command(7, "Z"))


def test_commands_beyond_the_bound_and_those_that_a_protocol_lacks_are_refused(desk: Desk) -> None:
    line = desk.open(nci.Codec)
    desk.hear(b"W\r")
    assert [line.zero() for _ in range(COMMANDS_MAX + 1)] == [True] * COMMANDS_MAX + [False]
    register = desk.open(cas_ecr.Codec)
    assert (register.zero(), register.tare()) == (False, False)


def test_a_command_for_a_scale_that_went_away_is_not_sent_to_the_one_that_comes(desk: Desk) -> None:
    line = desk.open(toledo_8217.Codec)
    desk.hear(b"W")
    assert line.zero()
    desk.us += STALE_AFTER_US + 1
    wait_until(lambda: desk.health, 2, "the fault")
    # whatever was sent before the fault was for the old one
    desk.pty.receive(0)
    desk.us += 1
    desk.hear(b"W")
    desk.us += toledo_8217.Codec.poll_every_us
    desk.hear(b"W")


def test_a_cas_register_scale_is_led_through_its_handshake(desk: Desk) -> None:
    desk.open(cas_ecr.Codec)
    desk.hear(b"\x05")
    desk.pty.send(b"\x06")
    desk.hear(b"\x11")
    desk.pty.send(b"\x01\x02S  1.234kg\x75\x03\x04")
    wait_until(lambda: [r.weight_mg for r in desk.readings] == [1_234_000], 2, "the weight")


def test_a_line_with_parity_lets_the_kernel_check_it(desk: Desk) -> None:
    """pyserial does not: a byte of wrong parity would be taken as it came."""
    desk.open(toledo_8217.Codec, toledo_8217.SETTINGS)
    desk.hear(b"W")
    input_modes = termios.tcgetattr(desk.pty._theirs)[0]
    assert input_modes & termios.INPCK
    assert not input_modes & (termios.IGNPAR | termios.PARMRK)

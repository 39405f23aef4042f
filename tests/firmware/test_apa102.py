"""LED strips: the bytes, and what a strip makes of them."""

import pytest

from firmware.apa102 import Strip, encode
from firmware.lights import Rgb
from firmware.twin.spi_twin import SpiTwin

RED: Rgb = (255, 0, 0)
BLUE: Rgb = (0, 0, 255)
DARK: Rgb = (0, 0, 0)


class Recorder:
    """The end of a bus that writes down what comes."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.closed = False

    def transfer(self, data: bytes) -> object:
        self.sent.append(data)
        return data

    def close(self) -> None:
        self.closed = True


def test_a_frame_is_start_brightness_blue_green_red_and_zeros() -> None:
    assert encode([(1, 2, 3), (255, 0, 16)], 31).hex() == "00000000" + "ff030201" + "ff1000ff" + "00000000" + "00"


@pytest.mark.parametrize("leds", [1, 3, 16, 17, 120, 320])
def test_the_end_of_a_frame_latches_an_sk9822_and_has_half_a_clock_for_each_led(leds: int) -> None:
    end = encode([RED] * leds, 8)[4 + 4 * leds :]
    assert not any(end)
    assert 8 * len(end) >= 32 + leds / 2


def test_the_last_led_shows_its_colour_with_the_first_frame() -> None:
    bus = SpiTwin(120, lambda: None)
    Strip(bus, 120, 8).show([DARK] * 119 + [BLUE])
    assert bus.colours == [DARK] * 119 + [BLUE]


def test_an_end_of_ones_leaves_the_simulated_strip_a_frame_behind() -> None:
    bus = SpiTwin(1, lambda: None)
    bus.transfer(bytes(4) + bytes((0xE8, 0, 0, 255)) + b"\xff" * 5)
    assert bus.colours == [DARK]
    bus.transfer(bytes(4) + bytes((0xE8, 255, 0, 0)) + b"\xff" * 5)
    assert bus.colours == [RED]


def test_a_frame_for_fewer_leds_leaves_the_others_as_they_were() -> None:
    bus = SpiTwin(3, lambda: None)
    bus.transfer(encode([RED, RED, RED], 8))
    bus.transfer(encode([BLUE], 8))
    assert bus.colours == [BLUE, RED, RED]


def test_an_led_without_brightness_is_dark() -> None:
    bus = SpiTwin(1, lambda: None)
    bus.transfer(encode([RED], 0))
    assert bus.colours == [DARK]


def test_nothing_is_sent_when_nothing_changed() -> None:
    bus = Recorder()
    strip = Strip(bus, 2, 8)
    strip.show([RED, BLUE])
    strip.show([RED, BLUE])
    assert len(bus.sent) == 1
    strip.show([RED, RED])
    assert len(bus.sent) == 2


def test_a_strip_that_is_closed_is_dark_and_its_bus_let_go() -> None:
    bus = Recorder()
    strip = Strip(bus, 1, 8)
    strip.show([RED])
    strip.close()
    assert bus.sent[-1] == encode([DARK], 8)
    assert bus.closed

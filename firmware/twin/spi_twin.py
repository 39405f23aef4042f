"""A simulated SPI bus with a strip of SK9822 LEDs on it: the stricter of the two chips that our driver speaks to."""

import errno
from collections.abc import Callable

from firmware.apa102 import BRIGHTNESS_MAX, START
from firmware.lights import Rgb

LED_BYTES = 4
LED_MARK = 0xE0


class SpiTwin:
    """What a strip does with the bytes that come down its line.

    An LED takes the first frame that begins with three ones and passes the rest on, half a clock late. It shows what
    it took when 32 zero bits have followed. A transfer that is too short for that changes what the LED will show, not
    what it shows.

    Args:
        leds: How many LEDs the strip has.
        on_change: Called when an LED's light changed.
    """

    def __init__(self, leds: int, on_change: Callable[[], None]) -> None:
        self._on_change = on_change
        self.plugged = True
        """Whether the bus is there at all: a strip that is unplugged alone is not missed by it."""
        self._taken: list[Rgb] = [(0, 0, 0)] * leds
        self.colours: list[Rgb] = [(0, 0, 0)] * leds
        """What each LED shows, first LED first: as bright as its colour says, dark if its brightness is none."""

    def transfer(self, data: bytes) -> object:
        """Send bytes. Raises: OSError, while the bus is not there."""
        if not self.plugged:
            raise OSError(errno.ENODEV, "No such device")
        before = list(self.colours)
        if data[: len(START)] == START:
            self.colours = list(self._taken)
            end = self._take(data)
            if len(data) - end >= len(START) + (len(self.colours) + 15) // 16 and not any(data[end:]):
                self.colours = list(self._taken)
        if self.colours != before:
            self._on_change()
        return data

    def lose_power(self) -> None:
        """Its own supply goes off and on: all LEDs are dark until they are sent something."""
        self._taken = [(0, 0, 0)] * len(self._taken)
        self.colours = list(self._taken)
        self._on_change()

    def close(self) -> None:
        """Nothing to let go of: a strip goes on showing what it was told."""

    def _take(self, data: bytes) -> int:
        """Hand the frames to the LEDs. Returns where the first byte stands that is for none of them."""
        at = len(START)
        for n in range(len(self._taken)):
            frame = data[at : at + LED_BYTES]
            if len(frame) < LED_BYTES or frame[0] & LED_MARK != LED_MARK:
                break
            lit = frame[0] & BRIGHTNESS_MAX
            self._taken[n] = (frame[3], frame[2], frame[1]) if lit else (0, 0, 0)
            at += LED_BYTES
        return at

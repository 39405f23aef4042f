"""APA102 and SK9822 strips: a clocked line, four bytes an LED.

An SK9822 shows what it was sent only when 32 zero bits follow, an APA102 at once, and each LED passes the line on half
a clock late. So the frame ends in zeros: 32 for the SK9822, and half a clock an LED for both. With ones instead, an
SK9822 would show each change only when the next one is sent.

Source: APA102C data sheet (start frame 32 zero bits; LED frame 111 + 5 bits brightness, blue, green, red); the latch of
the SK9822 is told by those who measured it, not by its data sheet.
"""

from collections.abc import Sequence
from typing import Protocol

from firmware.lights import Rgb

BRIGHTNESS_MAX = 31
START = bytes(4)
LATCH_BYTES = 4


class SpiBus(Protocol):
    """What a strip needs of a bus; python-periphery's SPI has it, and so has the twin."""

    def transfer(self, data: bytes) -> object:
        """Send bytes."""
        ...

    def close(self) -> None:
        """Let go of the bus."""
        ...


def encode(colours: Sequence[Rgb], brightness: int) -> bytes:
    """The bytes that make a strip show these colours, first LED first.

    >>> encode([(1, 2, 3)], 8).hex()
    '00000000e80302010000000000'
    """
    out = bytearray(START)
    for red, green, blue in colours:
        out += bytes((0xE0 | brightness, blue, green, red))
    out += bytes(LATCH_BYTES + (len(colours) + 15) // 16)
    return bytes(out)


class Strip:
    """A strip of LEDs; it is written only when something changed."""

    def __init__(self, bus: SpiBus, leds: int, brightness: int) -> None:
        self._bus = bus
        self._leds = leds
        self._brightness = brightness
        self._sent = b""

    def show(self, colours: Sequence[Rgb]) -> None:
        """Show one colour an LED."""
        assert len(colours) == self._leds
        frame = encode(colours, self._brightness)
        if frame != self._sent:
            self._bus.transfer(frame)
            self._sent = frame

    def refresh(self) -> None:
        """Send again what it shows: a strip whose own supply was off has forgotten it."""
        if self._sent:
            self._bus.transfer(self._sent)

    def close(self) -> None:
        """Dark, and let go."""
        try:
            self.show([(0, 0, 0)] * self._leds)
        finally:
            self._bus.close()

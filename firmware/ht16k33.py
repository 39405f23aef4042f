"""Four-character, fourteen-segment displays on an HT16K33, behind a TCA9548A multiplexer.

Source: Holtek HT16K33 data sheet (0x21 oscillator on, 0x81 display on, 0xE0 dimming, RAM from 0x00, two bytes
a digit); TI TCA9548A data sheet (one control byte, a bit a channel).
"""

from collections.abc import Iterator
from contextlib import contextmanager

from firmware.errors import DeviceMissing
from firmware.i2c import I2cBus

OSCILLATOR_ON = 0x21
DISPLAY_ON = 0x81
DIMMING = 0xE0
CHARACTERS = 4

GLYPHS: dict[str, int] = {
    " ": 0x0000, "!": 0x4006, "+": 0x12C0, "-": 0x00C0, "*": 0x3FC0, "?": 0x5083,
    "0": 0x0C3F, "1": 0x0406, "2": 0x00DB, "3": 0x008F, "4": 0x00E6,
    "5": 0x2069, "6": 0x00FD, "7": 0x0007, "8": 0x00FF, "9": 0x00EF,
    "A": 0x00F7, "B": 0x128F, "C": 0x0039, "D": 0x120F, "E": 0x00F9, "F": 0x0071, "G": 0x00BD, "H": 0x00F6,
    "I": 0x1209, "J": 0x001E, "K": 0x2470, "L": 0x0038, "M": 0x0536, "N": 0x2136, "O": 0x003F, "P": 0x00F3,
    "Q": 0x203F, "R": 0x20F3, "S": 0x00ED, "T": 0x1201, "U": 0x003E, "V": 0x0C30, "W": 0x2836, "X": 0x2D00,
    "Y": 0x1500, "Z": 0x0C09,
}  # fmt: skip
"""Segments of each character: bits 0 to 13 are segments A to N, bit 14 the point."""


def segments(text: str) -> bytes:
    """The display RAM for up to four characters; what it cannot show is shown as a question mark.

    >>> segments("B 12").hex()
    '8f1200000604db00'
    """
    out = bytearray()
    for character in text[:CHARACTERS].ljust(CHARACTERS):
        out += GLYPHS.get(character, GLYPHS["?"]).to_bytes(2, "little")
    return bytes(out)


class DisplayRow:
    """All displays of a bay: display n sits on multiplexer channel n // 5 at address 0x70 + n % 5.

    Each is set up when it is first shown something, and again after it did not answer.
    """

    PER_CHANNEL = 5
    FIRST_ADDRESS = 0x70

    def __init__(self, bus: I2cBus, mux_address: int, displays: int, dimming: int = 7) -> None:
        self._bus = bus
        self._mux_address = mux_address
        self._channel = -1
        self._shown = [""] * displays
        self._is_set_up = [False] * displays
        self._dimming = dimming

    def refresh(self, n: int) -> None:
        """Set display ``n`` up with what it shows: one whose own supply was off has forgotten all of it.

        Raises:
            DeviceMissing: it does not answer.
        """
        with self._named(n):
            address = self._select(n)
            self._bus.write_byte(address, OSCILLATOR_ON)
            self._bus.write_i2c_block_data(address, 0, segments(self._shown[n]))
            self._bus.write_byte(address, DIMMING | self._dimming)
            self._bus.write_byte(address, DISPLAY_ON)
        self._is_set_up[n] = True

    def show(self, n: int, text: str) -> None:
        """Show up to four characters on display ``n``; nothing is sent if it shows them already.

        Raises:
            DeviceMissing: it does not answer.
        """
        if not self._is_set_up[n]:
            self._shown[n] = text
            self.refresh(n)
        elif self._shown[n] != text:
            with self._named(n):
                self._bus.write_i2c_block_data(self._select(n), 0, segments(text))
            self._shown[n] = text

    @contextmanager
    def _named(self, n: int) -> Iterator[None]:
        """The bus says that nobody answered, but not who; and who did not answer may have forgotten everything."""
        try:
            yield
        except OSError as error:
            self._is_set_up[n] = False
            self._channel = -1
            if isinstance(error, DeviceMissing):
                raise  # the bus itself is not there
            channel, address = n // self.PER_CHANNEL, self.FIRST_ADDRESS + n % self.PER_CHANNEL
            raise DeviceMissing(
                f"Display {n + 1}: expected an HT16K33 at {address:#04x} on channel {channel} of the multiplexer at"
                f" {self._mux_address:#04x}, got: {error}. Check its cable and its address jumpers."
            ) from error

    def _select(self, n: int) -> int:
        channel = n // self.PER_CHANNEL
        if channel != self._channel:
            self._bus.write_byte(self._mux_address, 1 << channel)
            self._channel = channel
        return self.FIRST_ADDRESS + n % self.PER_CHANNEL

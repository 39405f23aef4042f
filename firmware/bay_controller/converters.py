"""HX711 converters: one clock for all of them, a data pin each, read in step.

Source: Avia Semiconductor, HX711 data sheet: data low says ready; 24 bits, the highest first, in two's complement, each
valid from the rising edge of its clock pulse; a 25th pulse chooses channel A with gain 128; a clock that stays high for
60 µs powers the chip down.
"""

BITS = 24
READY_WAIT_MS = 130
"""At ten samples a second one is ready every 100 ms; what is not by then does not answer."""
SATURATED = (0x7FFFFF, -0x800000)
"""What the converter gives out of its range, as with a bridge that is broken."""


class Converters:
    """The converters of a board.

    Args:
        pins: The data pins by number, in the order of the channels.
        pulse: Makes one clock pulse, high for less than 50 µs.
        levels: All pins at once, bit n the level of pin n.
        elapsed_ms: Milliseconds since some time, rising.
    """

    def __init__(self, pins: "tuple[int, ...]", pulse, levels, elapsed_ms) -> None:  # type: ignore[no-untyped-def]
        self._pins = pins
        self._pulse = pulse
        self._levels = levels
        self._elapsed_ms = elapsed_ms
        self._all = 0
        for pin in pins:
            self._all |= 1 << pin

    def read(self) -> "list[int | None]":
        """One reading of each converter; None where there is none."""
        until_ms = self._elapsed_ms() + READY_WAIT_MS
        waiting = self._levels() & self._all
        while waiting and self._elapsed_ms() < until_ms:
            waiting = self._levels() & self._all
        seen = []
        for _ in range(BITS):
            self._pulse()
            seen.append(self._levels())
        self._pulse()
        return [None if waiting >> pin & 1 else self._value(seen, pin) for pin in self._pins]

    def _value(self, seen: "list[int]", pin: int) -> "int | None":
        value = 0
        for levels in seen:
            value = value << 1 | levels >> pin & 1
        if value & 0x800000:
            value -= 0x1000000
        return None if value in SATURATED else value

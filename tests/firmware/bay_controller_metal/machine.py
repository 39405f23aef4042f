"""MicroPython's module machine without metal: HX711 converters on the pins, what they carry in loads.json.

Runs under MicroPython's Unix port, which has no such module.
"""

import json
import time

CLOCK = 2
SAMPLE_MS = 20
"""A converter is ready again after so long."""
PINS = (3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 26, 27, 28)


class Chips:
    """Converters that are ready in time, and shift out what they carry. Those that loads.json does not name are not
    there."""

    def __init__(self) -> None:
        self.bit = 0
        self._load()
        self.ready_ms = time.ticks_ms()

    def pulse(self) -> None:
        """A whole clock pulse."""
        if self.bit == 0:
            self._load()
        self.bit += 1
        if self.bit == 25:
            self.bit = 0
            self.ready_ms = time.ticks_add(time.ticks_ms(), SAMPLE_MS)

    def _load(self) -> None:
        with open("loads.json") as file:  # replaced as a whole, never half written
            self.counts = json.load(file)

    def levels(self) -> int:
        """All pins at once."""
        is_ready = time.ticks_diff(time.ticks_ms(), self.ready_ms) >= 0
        levels = 0
        for pin in PINS:
            counts = self.counts.get(str(pin))
            if self.bit:
                high = counts is None or (counts & 0xFFFFFF) >> (24 - self.bit) & 1
            else:
                high = counts is None or not is_ready
            if high:
                levels |= 1 << pin
        return levels


CHIPS = Chips()


class Memory:
    """Registers by address."""

    def __getitem__(self, _address: int) -> int:
        return CHIPS.levels()


mem32 = Memory()


class Pin:
    """A pin; a falling edge of the clock is a pulse."""

    OUT, IN, PULL_UP = range(3)

    def __init__(self, number: int, mode: int, pull: int = 0, value: int = 0) -> None:
        self.number = number

    def __call__(self, level: int) -> None:
        if self.number == CLOCK and level == 0:
            CHIPS.pulse()


class UART:
    """A UART on which nobody speaks."""

    def __init__(self, number: int, baud: int, rxbuf: int, txbuf: int) -> None:
        pass

    def read(self) -> None:
        """Nothing."""

    def write(self, _data: bytes) -> None:
        """Nobody hears it."""


class WDT:
    """A watchdog that lies down."""

    def __init__(self, timeout: int) -> None:
        pass

    def feed(self) -> None:
        """Good."""


def disable_irq() -> int:
    """Nothing interrupts here."""
    return 0


def enable_irq(_state: int) -> None:
    """Nothing interrupts here."""

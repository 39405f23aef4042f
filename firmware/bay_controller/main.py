"""The board's program: copied to the root of the board, with the folder firmware/bay_controller beside it.

Source: MicroPython documentation, machine module; RP2040 data sheet, 2.3.1.7 (GPIO_IN of the SIO block).
"""

import json
import os
import select
import sys
import time

from firmware.bay_controller import settings
from firmware.bay_controller.controller import Controller
from firmware.bay_controller.converters import Converters
from firmware.bay_controller.frames import Lines
from firmware.bay_controller.weighing import Cell

GPIO_IN = 0xD0000004
"""The register with the level of every pin."""
KEPT = "zeros.json"
UART_BAUD = 115_200
UART_BUFFER_BYTES = 2_048
"""All channels of a board at once are some 530 bytes."""
HOST_BYTES_MAX = 64
"""What is read of the host at a time: commands of ten bytes."""
WATCHDOG_MS = 2_000


class Clock:
    """Milliseconds since power, rising for ever: the board's own ticks start over after twelve days."""

    def __init__(self) -> None:
        self._last = time.ticks_ms()  # type: ignore[attr-defined]
        self._ms = 0

    def elapsed_ms(self) -> int:
        """Milliseconds since power."""
        tick = time.ticks_ms()  # type: ignore[attr-defined]
        self._ms += time.ticks_diff(tick, self._last)  # type: ignore[attr-defined]
        self._last = tick
        return self._ms


class UsbHost:
    """The host on the board's USB, with a second board on the UART whose frames are passed on."""

    def __init__(self, uart) -> None:  # type: ignore[no-untyped-def]
        self._uart = uart
        self._from_board = Lines()
        self._usb = select.poll()
        self._usb.register(sys.stdin, select.POLLIN)

    def read(self) -> bytes:
        """What the host says, which the second board hears too."""
        said = b""
        while len(said) < HOST_BYTES_MAX and self._usb.poll(0):
            byte = sys.stdin.buffer.read(1)
            if not byte:
                break
            said += byte
        self._uart.write(said)
        return said

    def write(self, frames: "list[bytes]") -> None:
        """Frames of this board, and whole ones of the second."""
        frames = frames + self._from_board.feed(self._uart.read() or b"")
        if frames:
            sys.stdout.buffer.write(b"".join(frames))


class UartHost:
    """The host behind another board, on the UART."""

    def __init__(self, uart) -> None:  # type: ignore[no-untyped-def]
        self._uart = uart

    def read(self) -> bytes:
        """What the host says."""
        return self._uart.read() or b""

    def write(self, frames: "list[bytes]") -> None:
        """Frames of this board."""
        self._uart.write(b"".join(frames))


def _save(kept: "list[tuple[int, int]]") -> None:
    with open(KEPT, "w") as file:
        json.dump(kept, file)


def _cells() -> "list[Cell]":
    """The cells with their zeros as they were kept; those of a new board are zeroed by command."""
    count = len(settings.DATA_PINS)
    kept = [(0, 0)] * count
    if KEPT in os.listdir():
        with open(KEPT) as file:
            kept = ([(zero, tare) for zero, tare in json.load(file)] + kept)[:count]
    scales = settings.MG_PER_COUNTS
    each = [scales] * count if isinstance(scales, tuple) else scales
    return [Cell(each[n], settings.DIVISION_MG, settings.CAPACITY_MG, *kept[n]) for n in range(count)]


def main() -> None:
    """Read the cells, obey, and send, for as long as there is power."""
    from machine import UART, WDT, Pin, disable_irq, enable_irq, mem32
    from micropython import kbd_intr

    clock_pin = Pin(settings.CLOCK_PIN, Pin.OUT, value=0)
    for pin in settings.DATA_PINS:
        Pin(pin, Pin.IN, Pin.PULL_UP)  # a converter that is not there is not ready

    def pulse() -> None:
        irq = disable_irq()  # an interrupt while the clock is high would power the converters down
        clock_pin(1)
        clock_pin(0)
        enable_irq(irq)

    uart = UART(0, UART_BAUD, rxbuf=UART_BUFFER_BYTES, txbuf=UART_BUFFER_BYTES)
    host = UartHost(uart) if settings.UART_IS_UPLINK else UsbHost(uart)
    clock = Clock()
    controller = Controller(settings.FIRST_CHANNEL, _cells(), _save)
    converters = Converters(settings.DATA_PINS, pulse, lambda: mem32[GPIO_IN], clock.elapsed_ms)
    kbd_intr(-1)  # no byte of the host may stop the program
    watchdog = WDT(timeout=WATCHDOG_MS)
    while True:
        watchdog.feed()
        controller.take(converters.read())
        controller.hear(host.read())
        host.write(controller.frames(clock.elapsed_ms()))


if __name__ == "__main__":
    main()

"""A gpiozero pin factory for MCP23017 port expanders, so that a button behind I²C is a gpiozero device too.

Pin ``16 * k + b`` is input ``b`` (0 to 7 port A, 8 to 15 port B) of expander ``k``. Its pins 7 and 15 (GPA7, GPB7)
are outputs only: as inputs, a level that changes during a transfer can spoil SDA. All expanders share one interrupt
line; when it falls, :meth:`ExpanderFactory.read_all` reads the ports and tells the pins that changed. An expander that
does not answer is told as failed and tried again by itself: the others go on.

Source: Microchip MCP23017 data sheet DS20001952, revision D (IOCON.BANK = 0 register map; GPA7 and GPB7 output only).
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Any

from gpiozero import PinFixedPull, PinInvalidFunction, PinInvalidPin
from gpiozero.pins import Factory, Pin

from firmware.errors import DeviceMissing
from firmware.faults import Faults
from firmware.i2c import I2cBus

IODIR = 0x00
GPINTEN = 0x04
IOCON = 0x0A
GPPU = 0x0C
GPIO = 0x12
OLAT = 0x14
PORT_INPUTS = 0x7F
"""Of each port, the seven pins that can be inputs; the eighth drives low and is left open."""
INPUTS = 2 * 7
"""Inputs of one expander."""
ALL_HIGH = 0xFFFF
"""What is taken for the levels of an expander that does not answer: no button is down."""
IOCON_MIRROR_OPEN_DRAIN = 0x44
"""Both ports drive one interrupt pin, open drain, so that the expanders share a line."""


def input_pin(n: int) -> int:
    """The pin of the ``n``-th input (from 0), counted through the expanders in order.

    >>> [input_pin(n) for n in (0, 6, 7, 13, 14)]
    [0, 6, 8, 14, 16]
    """
    expander, place = divmod(n, INPUTS)
    return 16 * expander + place + place // 7


@dataclass(frozen=True)
class _Info:
    """What gpiozero asks of a pin's description."""

    name: int


class _Board:
    """What gpiozero asks of a board: its pins by name, so that each is reserved by one device."""

    def find_pin(self, name: int) -> Iterator[tuple[None, _Info]]:
        """The (header, pin) of a name; we have no header."""
        yield None, _Info(name)


@contextmanager
def _named(address: int) -> Iterator[None]:
    """The bus says that nobody answered, but not who."""
    try:
        yield
    except DeviceMissing:
        raise  # the bus itself is not there
    except OSError as error:
        raise DeviceMissing(
            f"Port expander {address:#04x}: expected an MCP23017 to answer, got: {error}."
            " Check its cable and its address switches."
        ) from error


class ExpanderFactory(Factory):  # type: ignore[misc]
    """Inputs behind MCP23017 expanders as gpiozero pins.

    Args:
        bus: The bus they sit on.
        addresses: Where, in the order of their inputs.
        faults: What is told of those that do not answer, and when they are tried again.

    ``on_anew`` may be set: it is called with an expander's number and a call that brings its pins to their levels,
    when these are lost (all high) or known again: such a change is no finger's.
    """

    def __init__(self, bus: I2cBus, addresses: Sequence[int], faults: Faults) -> None:
        super().__init__()
        self._bus = bus
        self._addresses = tuple(addresses)
        self._faults = faults
        self.on_anew: Callable[[int, Callable[[], None]], None] = lambda _k, change: change()
        self._pins: dict[int, ExpanderPin] = {}
        self._ports = [ALL_HIGH] * len(self._addresses)
        self._is_set_up = [False] * len(self._addresses)
        self._checked = 0
        """The expander whose registers were read back last."""
        self._reading = threading.RLock()
        """Interrupt and poll read on different threads: an older level must not overwrite a newer one."""
        self.read_all()

    def pin(self, name: int) -> "ExpanderPin":
        """The pin of this number. Raises: PinInvalidPin."""
        if not 0 <= name < 16 * len(self._addresses):
            raise PinInvalidPin(f"Expected a pin from 0 to {16 * len(self._addresses) - 1}, got {name}.")
        if name % 8 == 7:
            raise PinInvalidPin(f"Expected an input, got pin {name}: GPA7 and GPB7 of an MCP23017 are outputs only.")
        if name not in self._pins:
            self._pins[name] = ExpanderPin(self, name)
        return self._pins[name]

    def read_all(self) -> None:
        """Read every port, which also ends the interrupt, and tell the pins that changed."""
        with self._reading:
            for k in range(len(self._addresses)):
                if self._faults.is_due(k):
                    self._read(k)
            self._faults.tell()

    def check_one(self) -> None:
        """Read back the registers of one expander, of each in turn; call it some times a second.

        Nobody says that an expander lost its supply for a moment: it answers, but sees no button any more.
        """
        with self._reading:
            self._checked = k = (self._checked + 1) % len(self._addresses)
            if self._is_set_up[k]:
                self._read(k, check=True)
            self._faults.tell()

    def _read(self, k: int, *, check: bool = False) -> None:
        """Read one expander; set it up before, if that is to be done."""
        address = self._addresses[k]
        anew = not self._is_set_up[k]
        try:
            with _named(address):
                if anew:
                    self._set_up(address)
                now = self._bus.read_byte_data(address, GPIO) | self._bus.read_byte_data(address, GPIO + 1) << 8
                # without their pull-ups inputs float: no change is believed of an expander that lost its supply
                if not anew and (check or now != self._ports[k]):
                    self._expect_set_up(address)
        except DeviceMissing as error:
            self._faults.failed(k, str(error))
            if not anew:
                self._is_set_up[k] = False
                self.on_anew(k, lambda: self._levels(k, ALL_HIGH))
            return
        self._faults.works(k)
        if anew:
            self._is_set_up[k] = True
            self.on_anew(k, lambda: self._levels(k, now))
        else:
            self._levels(k, now)

    def _set_up(self, address: int) -> None:
        self._bus.write_byte_data(address, IOCON, IOCON_MIRROR_OPEN_DRAIN)
        for port in (0, 1):
            self._bus.write_byte_data(address, OLAT + port, 0)
            self._bus.write_byte_data(address, IODIR + port, PORT_INPUTS)
            self._bus.write_byte_data(address, GPPU + port, PORT_INPUTS)
            self._bus.write_byte_data(address, GPINTEN + port, PORT_INPUTS)

    def _expect_set_up(self, address: int) -> None:
        """Raises: DeviceMissing, if the registers are not as they were set up."""
        for register in (IODIR, IODIR + 1, GPINTEN, GPINTEN + 1):
            got = self._bus.read_byte_data(address, register)
            if got != PORT_INPUTS:
                raise DeviceMissing(
                    f"Port expander {address:#04x}: expected {PORT_INPUTS:#04x} in register {register:#04x} as it was"
                    f" set up, got {got:#04x}: it lost its supply and is set up again. Check its supply and its cable."
                )

    def _levels(self, k: int, now: int) -> None:
        """The levels of an expander's ports: the pins that changed are told."""
        changed = now ^ self._ports[k]
        self._ports[k] = now
        while changed:
            bit = changed.bit_length() - 1
            changed &= ~(1 << bit)
            pin = self._pins.get(16 * k + bit)
            if pin is not None:
                pin.tell(self.ticks(), bool(now >> bit & 1))

    def level(self, number: int) -> bool:
        """The level of a pin when its port was last read."""
        return bool(self._ports[number // 16] >> number % 16 & 1)

    def ticks(self) -> float:
        """Seconds of a monotonic clock."""
        return monotonic()

    def ticks_diff(self, later: float, earlier: float) -> float:
        """Seconds between two ticks."""
        return later - earlier

    def _get_board_info(self) -> _Board:
        return _Board()

    def close(self) -> None:
        """Forget the pins. May be called twice; the bus is its opener's to close."""
        for pin in list(self._pins.values()):
            pin.close()
        self._pins.clear()


class ExpanderPin(Pin):  # type: ignore[misc]
    """One input of an expander: pulled up, both edges."""

    def __init__(self, factory: ExpanderFactory, number: int) -> None:
        super().__init__()
        self._factory = factory
        self._number = number
        self._told: Callable[[float, bool], Any] | None = None

    def tell(self, ticks: float, state: bool) -> None:
        """Pass a change on to the device that listens."""
        if self._told is not None:
            self._told(ticks, state)

    def close(self) -> None:
        """Stop listening."""
        self._told = None

    def __repr__(self) -> str:
        return f"EXPANDER{self._number}"

    def _get_info(self) -> _Info:
        return _Info(self._number)

    def _get_function(self) -> str:
        return "input"

    def _set_function(self, value: str) -> None:
        if value != "input":
            raise PinInvalidFunction(f"{self!r}: expected 'input', got '{value}'.")

    def _get_state(self) -> bool:
        return self._factory.level(self._number)

    def _get_pull(self) -> str:
        return "up"

    def _set_pull(self, value: str) -> None:
        if value != "up":
            raise PinFixedPull(f"{self!r}: expected 'up', got '{value}'.")

    def _get_bounce(self) -> None:
        return None

    def _set_bounce(self, value: float | None) -> None:
        assert value is None, "debouncing is ButtonPanel's"

    def _get_edges(self) -> str:
        return "both"

    def _set_edges(self, value: str) -> None:
        assert value == "both"

    def _get_when_changed(self) -> Callable[[float, bool], Any] | None:
        return self._told

    def _set_when_changed(self, value: Callable[[float, bool], Any] | None) -> None:
        self._told = value

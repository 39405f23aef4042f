"""Putting a station's lights and buttons together: the composition root of what is on the wall."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, Protocol

from gpiozero import RGBLED, DeviceClosed, DigitalInputDevice

from firmware.apa102 import SpiBus, Strip
from firmware.buttons import ButtonEdge, ButtonPanel
from firmware.expander_factory import ExpanderFactory, input_pin
from firmware.ht16k33 import DisplayRow
from firmware.i2c import I2cBus
from firmware.lights import Rgb, Shine

BEACON = "beacon"
"""The place name of a bay's beacon."""

READS_PER_INTERRUPT_MAX = 4
"""While the line stays low another button has moved; beyond this many readings the poll catches it."""

STRIP_EVERY_POLLS = 15
"""The strip is sent its frame again this often; of the displays one is set up again with each poll."""


@dataclass(frozen=True, kw_only=True)
class Wiring:
    """How a station is wired; pins are BCM numbers."""

    bins: tuple[str, ...] = ()
    """In the order of strip, displays and expander inputs."""
    leds_per_bin: int = 3
    brightness: int = 8
    mux_address: int = 0x77
    expanders: tuple[int, ...] = ()
    interrupt_pin: int = 4
    displays: bool = False
    """Whether each bin has a four-character display behind the multiplexer."""
    beacon: tuple[int, int, int] | None = None
    bay_button: int | None = None
    rgb_pins: tuple[tuple[int, int, int], ...] = ()
    """Starter bay: one LED a bin on the header."""
    confirm_pins: tuple[int, ...] = ()
    bench_pins: Mapping[str, int] | None = None
    """Bench: the pin of confirm, minus, plus and problem."""


class Buses(Protocol):
    """The metal (or its twin) that a panel is built on."""

    @property
    def header(self) -> Any:
        """The gpiozero pin factory of the header."""
        ...

    def spi(self) -> SpiBus:
        """The strip's bus."""
        ...

    def i2c(self) -> I2cBus:
        """The bus of displays and expanders."""
        ...


class Panel:
    """Lights and buttons of one station.

    Raises: DeviceMissing or OSError, if a bus is not there or a chip does not answer.
    """

    def __init__(self, wiring: Wiring, buses: Buses) -> None:
        self._wiring = wiring
        self._buses = buses
        self._closers: list[Callable[[], None]] = []
        self._header_leds: dict[str, RGBLED] = {}
        self._header_shown: dict[str, Rgb] = {}
        self._interrupt_error: OSError | None = None
        self._polls = 0
        self._strip: Strip | None = None
        self._row: DisplayRow | None = None
        self._expanders: ExpanderFactory | None = None
        self.buttons: ButtonPanel | None = None
        opened = False
        try:
            self._open()
            opened = True
        finally:
            if not opened:
                self.close()

    def _open(self) -> None:
        wiring, buses = self._wiring, self._buses
        header = buses.header
        if wiring.expanders:
            self._strip = Strip(buses.spi(), len(wiring.bins) * wiring.leds_per_bin, wiring.brightness)
            self._closers.append(self._strip.close)
        if wiring.expanders or wiring.displays:
            i2c = buses.i2c()
            self._closers.append(i2c.close)
        if wiring.displays:
            self._row = DisplayRow(i2c, wiring.mux_address, len(wiring.bins))
        if wiring.expanders:
            self._expanders = ExpanderFactory(i2c, wiring.expanders)
            self._interrupt = DigitalInputDevice(wiring.interrupt_pin, pull_up=True, pin_factory=header)
            self._interrupt.when_activated = self._read_interrupted
            self._closers += [self._interrupt.close, self._expanders.close]
        for name, pins in zip(wiring.bins, wiring.rgb_pins, strict=False):
            self._add_led(name, pins)
        if wiring.beacon is not None:
            self._add_led(BEACON, wiring.beacon)

    def listen(self, on_edge: Callable[[ButtonEdge], None], now_us: Callable[[], int]) -> None:
        """Start to tell button edges."""
        self.buttons = ButtonPanel(self._inputs(), on_edge, now_us)

    def poll(self) -> None:
        """The slow safety net under the interrupt line.

        Raises:
            DeviceMissing: a display does not answer.
            OSError: the expanders do not answer, or did not when an interrupt came.
        """
        error, self._interrupt_error = self._interrupt_error, None
        if error is not None:
            raise error
        if self._expanders is not None:
            self._expanders.read_all()
        if self.buttons is not None:
            self.buttons.poll()
        self._refresh()

    def _refresh(self) -> None:
        """Some of the lights anew: strip and displays have a supply of their own, and nobody says that it was off."""
        self._polls += 1
        if self._strip is not None and self._polls % STRIP_EVERY_POLLS == 0:
            self._strip.refresh()
        if self._row is not None:
            self._row.refresh(self._polls % len(self._wiring.bins))

    def show(self, shines: Mapping[str, Shine]) -> None:
        """Show exactly this; places not named are dark."""
        dark = Shine((0, 0, 0))
        for n, name in enumerate(self._wiring.bins if self._row is not None else ()):
            assert self._row is not None
            self._row.show(n, shines.get(name, dark).text)
        if self._strip is not None:
            colours: list[Rgb] = []
            for name in self._wiring.bins:
                colours += [shines.get(name, dark).rgb] * self._wiring.leds_per_bin
            self._strip.show(colours)
        for name, led in self._header_leds.items():
            rgb = shines.get(name, dark).rgb
            # not compared with led.value: lgpio rounds it to hundredths, so that every call would start PWM anew
            if self._header_shown.get(name) != rgb:
                led.value = tuple(channel / 255 for channel in rgb)
                self._header_shown[name] = rgb

    def close(self) -> None:
        """Dark, and let go of everything, also of a bus that has failed. May be called twice.

        Raises: OSError, if a bus has failed; what could be let go of is let go of all the same.
        """
        with ExitStack() as stack:
            for close in self._closers:
                stack.callback(close)
            for led in self._header_leds.values():
                stack.callback(led.close)
            if self.buttons is not None:
                stack.callback(self.buttons.close)
            stack.callback(self._go_dark)
            self._closers = []

    def _read_interrupted(self) -> None:
        """Read the expanders until none asks any more.

        This runs on the header's own callback thread, which dies of an exception and takes all header buttons with
        it: a failed bus is told by the next :meth:`poll`.
        """
        assert self._expanders is not None
        try:
            for _ in range(READS_PER_INTERRUPT_MAX):
                self._expanders.read_all()
                if not self._interrupt.is_active:
                    return
        except OSError as error:
            self._interrupt_error = error
        except DeviceClosed:
            return  # this edge was on its way while the panel closed

    def _go_dark(self) -> None:
        try:
            self.show({})
        finally:
            self._header_leds = {}
            self._strip = self._row = None

    def _add_led(self, name: str, pins: tuple[int, int, int]) -> None:
        self._header_leds[name] = RGBLED(*pins, pin_factory=self._buses.header)

    def _inputs(self) -> dict[str, tuple[int, Any]]:
        wiring, header = self._wiring, self._buses.header
        inputs: dict[str, tuple[int, Any]] = {}
        if self._expanders is not None:
            for n, name in enumerate(wiring.bins):
                inputs[f"confirm {name}"] = (input_pin(2 * n), self._expanders)
                inputs[f"short {name}"] = (input_pin(2 * n + 1), self._expanders)
        for name, pin in zip(wiring.bins, wiring.confirm_pins, strict=False):
            inputs[f"confirm {name}"] = (pin, header)
        if wiring.bay_button is not None:
            inputs["bay"] = (wiring.bay_button, header)
        for control, pin in (wiring.bench_pins or {}).items():
            inputs[control] = (pin, header)
        return inputs

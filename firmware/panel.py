"""Putting a station's lights and buttons together: the composition root of what is on the wall."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from gpiozero import RGBLED, DeviceClosed, DigitalInputDevice

from firmware.apa102 import SpiBus, Strip
from firmware.buttons import ButtonEdge, ButtonPanel
from firmware.errors import DeviceMissing
from firmware.expander_factory import ExpanderFactory, input_pin
from firmware.faults import Faults
from firmware.header import on_header
from firmware.ht16k33 import DisplayRow
from firmware.i2c import I2cBus, SharedI2c
from firmware.lights import Rgb, Shine

BEACON = "beacon"
"""The place name of a bay's beacon."""
AISLE = "aisle"
"""The place name of the beacon at an aisle's end."""

READS_PER_INTERRUPT_MAX = 4
"""While the line stays low another button has moved; beyond this many readings the poll catches it."""

POLL_US = 200_000
"""How often the buttons' levels are looked at though no edge was told, and what has failed is tried again."""

POLL_SOON_US = 25_000
"""How often while the interrupt line stays low, so that no falling edge tells a press: a finger is slower."""

STRIP_EVERY_POLLS = 15
"""The strip is sent its frame again after so many of :data:`POLL_US`; of the displays one is set up again each time."""

DARK = Shine((0, 0, 0))


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
    aisle_beacon: tuple[int, int, int] | None = None
    buzzer: int | None = None
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

    Strip, displays and expanders fail each for itself, and are tried again for as long as it takes: the rest goes on.

    Args:
        wiring: What there is and where.
        buses: What it is on.
        on_health: Called with (part, healthy, why) for "strip", "displays" and "expanders" when that changes, on any
            thread; it should only queue.
        now_us: Monotonic microseconds.

    Raises: DeviceMissing, if the header is not there or cannot have one of the pins.
    """

    def __init__(
        self,
        wiring: Wiring,
        buses: Buses,
        *,
        on_health: Callable[[str, bool, str], None],
        now_us: Callable[[], int],
    ) -> None:
        self._wiring = wiring
        self._buses = buses
        self._now_us = now_us
        self._closers: list[Callable[[], None]] = []
        self._shines: Mapping[str, Shine] = {}
        self._header_leds: dict[str, RGBLED] = {}
        self._led_pins: dict[str, tuple[int, int, int]] = {}
        self._header_shown: dict[str, Rgb] = {}
        self._rounds = 0
        self._round_at_us = 0
        self._strip: Strip | None = None
        self._strip_faults = Faults("strip", on_health, now_us)
        self._row: DisplayRow | None = None
        self._display_faults = Faults("displays", on_health, now_us)
        self._expanders: ExpanderFactory | None = None
        self._expander_faults = Faults("expanders", on_health, now_us)
        self._buzzer: Any = None
        self.buttons: ButtonPanel | None = None
        opened = False
        try:
            self._open()
            opened = True
        finally:
            if not opened:
                self.close()

    def _open(self) -> None:
        wiring = self._wiring
        header = self._buses.header
        for name, pins in zip(wiring.bins, wiring.rgb_pins, strict=False):
            self._add_led(name, pins)
        if wiring.beacon is not None:
            self._add_led(BEACON, wiring.beacon)
        if wiring.aisle_beacon is not None:
            self._add_led(AISLE, wiring.aisle_beacon)
        if wiring.buzzer is not None:
            from firmware.buzzer import Buzzer

            self._buzzer = Buzzer(wiring.buzzer, header)
            self._closers.append(self._buzzer.close)
        i2c = SharedI2c(self._buses.i2c, self._now_us)
        self._closers.append(i2c.close)
        if wiring.displays:
            self._row = DisplayRow(i2c, wiring.mux_address, len(wiring.bins))
        if wiring.expanders:
            with on_header("the expanders' interrupt", wiring.interrupt_pin):
                self._interrupt = DigitalInputDevice(wiring.interrupt_pin, pull_up=True, pin_factory=header)
            self._closers.append(self._interrupt.close)
            self._expanders = ExpanderFactory(i2c, wiring.expanders, self._expander_faults)
            self._closers.append(self._expanders.close)
            self._interrupt.when_activated = self._read_interrupted

    def listen(self, on_edge: Callable[[ButtonEdge], None], on_found: Callable[[Mapping[str, bool]], None]) -> None:
        """Start to tell how buttons are found and then their edges; a button behind an expander that does not answer
        is found when it does. Raises: DeviceMissing, if the header cannot have one of the pins."""
        self.buttons = buttons = ButtonPanel(self._inputs(), on_edge, on_found, self._now_us)
        if self._expanders is not None:
            self._expanders.on_anew = partial(self._begin_anew, buttons)
            for k in range(len(self._wiring.expanders)):
                self._begin_anew(buttons, k, lambda: None)
        buttons.find(self._controls_on(None))

    def _begin_anew(self, buttons: ButtonPanel, expander: int, change: Callable[[], None]) -> None:
        """The buttons of an expander that is there for the first time, or again, or no more."""
        controls = self._controls_on(expander)
        buttons.begin_anew(controls, change)
        if not self._expander_faults.has(expander):
            buttons.find(controls)

    def poll(self) -> int:
        """The slow safety net under the interrupt line, and another try of what has failed.

        Returns: In how many microseconds to call it again. An expander that does not answer may go on holding the
        line that all share, and then the presses at the others are seen here alone.
        """
        if self._expanders is not None:
            self._expanders.read_all()
        if self.buttons is not None:
            self.buttons.poll()
        now_us = self._now_us()
        if now_us >= self._round_at_us:
            self._round_at_us = now_us + POLL_US
            self._go_round()
        return POLL_SOON_US if self._expanders is not None and self._interrupt.is_active else POLL_US

    def _go_round(self) -> None:
        """Check and set up again what may have lost its supply, a part of it each time."""
        if self._expanders is not None:
            self._expanders.check_one()
        self._rounds += 1
        self._bring_strip(again=self._rounds % STRIP_EVERY_POLLS == 0)
        self._bring_displays(again=self._rounds % max(1, len(self._wiring.bins)))

    def show(self, shines: Mapping[str, Shine]) -> None:
        """Show exactly this, now or as soon as a part that has failed works again; places not named are dark.

        Raises: DeviceMissing, if a light on the header fails.
        """
        self._shines = dict(shines)
        self._bring_displays()
        self._bring_strip()
        for name, led in self._header_leds.items():
            rgb = shines.get(name, DARK).rgb
            # not compared with led.value: lgpio rounds it to hundredths, so that every call would start PWM anew
            if self._header_shown.get(name) != rgb:
                with on_header(f"the LED of {name}", *self._led_pins[name]):
                    led.value = tuple(channel / 255 for channel in rgb)
                self._header_shown[name] = rgb

    def tone(self, hz: int) -> None:
        """Let the buzzer sound at this frequency, 0 is silence. Raises: DeviceMissing, if there is none or it fails."""
        if self._buzzer is None:
            raise DeviceMissing("Expected a buzzer, this station has none: its file has no [buzzer] section.")
        self._buzzer.tone(hz)

    def _bring_displays(self, again: int | None = None) -> None:
        """Bring every display to its text; set one up ``again``: it has a supply of its own, and nobody says that it
        was off."""
        row, faults = self._row, self._display_faults
        if row is None:
            return
        for n, name in enumerate(self._wiring.bins):
            if not faults.is_due(n):
                continue
            try:
                row.show(n, self._shines.get(name, DARK).text)
                if n == again:
                    row.refresh(n)
            except OSError as error:
                faults.failed(n, str(error))
            else:
                faults.works(n)
        faults.tell()

    def _bring_strip(self, *, again: bool = False) -> None:
        """Bring the strip to its colours, or send them ``again``: it too has a supply of its own."""
        wiring, faults = self._wiring, self._strip_faults
        if not wiring.expanders or not faults.is_due(0):
            return
        colours: list[Rgb] = []
        for name in wiring.bins:
            colours += [self._shines.get(name, DARK).rgb] * wiring.leds_per_bin
        try:
            if self._strip is None:
                self._strip = Strip(self._buses.spi(), len(colours), wiring.brightness)
            self._strip.show(colours)
            if again:
                self._strip.refresh()
        except OSError as error:
            why = str(error) if isinstance(error, DeviceMissing) else f"Strip: expected its bus to send, got: {error}."
            faults.failed(0, why)
            with suppress(OSError):
                self._close_strip()
        else:
            faults.works(0)
        faults.tell()

    def _close_strip(self) -> None:
        if self._strip is not None:
            strip, self._strip = self._strip, None
            strip.close()

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

        This runs on the header's own callback thread, which dies of an exception and takes all header buttons with it.
        """
        assert self._expanders is not None
        try:
            for _ in range(READS_PER_INTERRUPT_MAX):
                self._expanders.read_all()
                if not self._interrupt.is_active:
                    return
        except DeviceClosed:
            return  # this edge was on its way while the panel closed

    def _go_dark(self) -> None:
        try:
            self.show({})
        finally:
            self._header_leds = {}
            self._row = None
            self._close_strip()

    def _add_led(self, name: str, pins: tuple[int, int, int]) -> None:
        self._led_pins[name] = pins
        with on_header(f"the LED of {name}", *pins):
            self._header_leds[name] = RGBLED(*pins, pin_factory=self._buses.header)

    def _controls_on(self, expander: int | None) -> list[str]:
        """The buttons that an expander carries, or the header (None)."""
        inputs = self._inputs().items()
        if expander is None:
            return [control for control, (_, factory) in inputs if factory is not self._expanders]
        return [c for c, (pin, factory) in inputs if factory is self._expanders and pin // 16 == expander]

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

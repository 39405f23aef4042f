"""The twin of a station's wall: the buses that a panel is built on, hands to press, and eyes to see."""

import threading
from collections.abc import Callable
from typing import Any

from gpiozero.pins.mock import MockFactory, MockPWMPin

from firmware.apa102 import SpiBus
from firmware.errors import DeviceMissing
from firmware.expander_factory import input_pin
from firmware.ht16k33 import GLYPHS
from firmware.i2c import I2cBus
from firmware.lights import Rgb, Shine
from firmware.panel import AISLE, BEACON, Wiring
from firmware.twin.i2c_twin import I2cTwin
from firmware.twin.spi_twin import SpiTwin

PI_3B = "a02082"
"""The board that the simulated header belongs to: given, or gpiozero would read it from the environment."""

_READ = {code: character for character, code in GLYPHS.items()}


class HeaderTwin(MockFactory):  # type: ignore[misc]
    """gpiozero's simulated header, with PWM on every pin; it has the header's 28 pins and no more."""

    def __init__(self) -> None:
        super().__init__(revision=PI_3B, pin_class=MockPWMPin)


class PanelTwin:
    """Simulated buses of one station.

    ``on_change`` may be set; it is called when something that an eye sees may have changed. The ``strip`` and the I²C
    ``chips`` can be unplugged one by one.
    """

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self.on_change: Callable[[], None] = lambda: None
        self.header = HeaderTwin()
        self.strip = SpiTwin(len(wiring.bins) * wiring.leds_per_bin if wiring.expanders else 0, self._changed)
        displays = len(wiring.bins) if wiring.displays else 0
        self.chips = I2cTwin(wiring.mux_address, displays, wiring.expanders, self._changed, self._interrupt)
        self._controls = self._map_controls()
        self._lock = threading.Lock()

    def spi(self) -> SpiBus:
        """The strip's bus. Raises: DeviceMissing, while it is not there."""
        if not self.strip.plugged:
            raise DeviceMissing("The simulated SPI bus is not there: plug it in again.")
        return self.strip

    def i2c(self) -> I2cBus:
        """The bus of displays and expanders."""
        return self.chips

    def unplug(self) -> None:
        """Pull the cable of the I²C bus: displays and expanders do not answer."""
        self.chips.unplug()

    def plug(self) -> None:
        """Put it back."""
        self.chips.plug()

    def press(self, control: str) -> None:
        """Hold a button down. Raises: KeyError, there is no such control."""
        self._drive(control, high=False)

    def release(self, control: str) -> None:
        """Let a button go."""
        self._drive(control, high=True)

    @property
    def controls(self) -> tuple[str, ...]:
        """Every button there is."""
        return tuple(self._controls)

    def seen(self) -> dict[str, Shine]:
        """What an eye sees, decoded from the strip's bytes, the displays' segments and the header's pins."""
        seen: dict[str, Shine] = {}
        for n, name in enumerate(self._wiring.bins):
            rgb = self._strip_colour(n) if self._wiring.expanders else self._header_colour(self._wiring.rgb_pins[n])
            text = self._display_text(n) if self._wiring.displays else ""
            if rgb != (0, 0, 0) or text.strip():
                seen[name] = Shine(rgb, text.rstrip())
        for place, pins in ((BEACON, self._wiring.beacon), (AISLE, self._wiring.aisle_beacon)):
            if pins is not None and (rgb := self._header_colour(pins)) != (0, 0, 0):
                seen[place] = Shine(rgb)
        return seen

    @property
    def tone_hz(self) -> int:
        """What the buzzer sounds at, read off its pin; 0 while it is silent, or is not there."""
        if self._wiring.buzzer is None:
            return 0
        pin: Any = self.header.pin(self._wiring.buzzer)
        return round(pin.frequency) if pin.frequency and pin.state else 0

    def _map_controls(self) -> dict[str, tuple[str, int]]:
        wiring = self._wiring
        controls: dict[str, tuple[str, int]] = {}
        for n, name in enumerate(wiring.bins):
            if wiring.expanders:
                controls[f"confirm {name}"] = ("expander", input_pin(2 * n))
                controls[f"short {name}"] = ("expander", input_pin(2 * n + 1))
            else:
                controls[f"confirm {name}"] = ("header", wiring.confirm_pins[n])
        if wiring.bay_button is not None:
            controls["bay"] = ("header", wiring.bay_button)
        for control, pin in (wiring.bench_pins or {}).items():
            controls[control] = ("header", pin)
        return controls

    def _drive(self, control: str, *, high: bool) -> None:
        where, pin = self._controls[control]
        with self._lock:
            if where == "expander":
                self.chips.drive(pin, high)
            else:
                self._drive_header(pin, high)

    def _drive_header(self, pin: int, high: bool) -> None:
        mock: Any = self.header.pin(pin)
        if high:
            mock.drive_high()
        else:
            mock.drive_low()

    def _interrupt(self, high: bool) -> None:
        self._drive_header(self._wiring.interrupt_pin, high)

    def _changed(self) -> None:
        self.on_change()

    def _strip_colour(self, n: int) -> Rgb:
        return self.strip.colours[n * self._wiring.leds_per_bin]

    def _display_text(self, n: int) -> str:
        return "".join(_READ.get(code, "?") for code in self.chips.displays[n].segments)

    def _header_colour(self, pins: tuple[int, int, int]) -> Rgb:
        red, green, blue = (round(float(self.header.pin(pin).state) * 255) for pin in pins)
        return red, green, blue

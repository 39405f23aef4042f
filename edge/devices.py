"""What an agent works with, real or simulated: the same calls, so that it cannot tell."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from edge.contract.pins import pins_by_key
from edge.contract.platforms import platforms
from edge.contract.site import Rgb, Scale, Scanner, Station
from edge.logic.screen import Screen
from firmware.errors import DeviceMissing, PinMissing
from firmware.lights import Shine
from firmware.panel import Buses, Panel, Wiring


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """Where devices put what they see; each call only queues, from any thread."""

    button: Callable[[str, bool, int], None]
    """(control, down, monotonic microseconds at the metal)."""
    found: Callable[[Mapping[str, bool]], None]
    """How buttons are when they are first looked at: by control, whether it is down already."""
    reading: Callable[[int, str, int | None, int], None]
    """(channel, state, milligrams if stable or told in motion, monotonic microseconds at the metal)."""
    symbol: Callable[[str, str, str, bytes, str], None]
    """(text, symbology, AIM identifier, the reader's own bytes, its picture's id) of what passes the camera."""
    scan: Callable[[str, str, str], None]
    """(text, symbology, AIM identifier) of what the handheld scanner was pointed at."""
    unreadable: Callable[[bool, str], None]
    """(whether something without a readable symbol is before the camera, its picture's id)."""
    part: Callable[[str, bool, str], None]


class Devices(Protocol):
    """The devices of one station."""

    def start(self, inputs: Inputs) -> None:
        """Open everything that is there and start to listen."""
        ...

    def show(self, shines: Mapping[str, Shine]) -> None:
        """Light exactly this."""
        ...

    def reopen(self) -> None:
        """Open lights and buttons again after their header failed. Raises: FirmwareError, OSError."""
        ...

    def tone(self, hz: int) -> None:
        """Let the buzzer sound at this frequency; 0 is silence. Raises: FirmwareError, OSError."""
        ...

    def screen(self, screen: Screen) -> None:
        """Show this on the bench's screen."""
        ...

    def expect(self, texts: Collection[str]) -> None:
        """Name the symbols that would be no surprise."""
        ...

    def print(self, zpl: str) -> None:
        """Print one label. Raises: firmware.errors.FirmwareError."""
        ...

    def ask_printer(self) -> None:
        """Ask the printer whether it is ready. Raises: firmware.errors.FirmwareError, it is not, and why."""
        ...

    def poll(self) -> int:
        """Look at slow things. Returns: in how many microseconds to call it again."""
        ...

    def close(self) -> None:
        """Let go of everything. May be called twice."""
        ...


def wiring_of(station: Station) -> Wiring:
    """A station's configuration as the wiring that firmware knows."""
    starter = station.strip is None
    return Wiring(
        bins=tuple(b.name for b in station.bins),
        leds_per_bin=3 if station.strip is None else station.strip.leds_per_bin,
        brightness=8 if station.strip is None else station.strip.brightness,
        mux_address=0x77 if station.displays is None else station.displays.mux_address,
        expanders=() if station.expanders is None else station.expanders.addresses,
        displays=station.displays is not None,
        interrupt_pin=4 if station.expanders is None else station.expanders.interrupt_pin,
        beacon=_pins(station.beacon),
        aisle_beacon=_pins(station.aisle_beacon),
        buzzer=None if station.buzzer is None else station.buzzer.pin,
        bay_button=station.bay_button_pin,
        rgb_pins=tuple((b.rgb.red, b.rgb.green, b.rgb.blue) for b in station.bins if b.rgb) if starter else (),
        confirm_pins=tuple(b.confirm_pin for b in station.bins if b.confirm_pin is not None) if starter else (),
        bench_pins=None
        if station.buttons is None
        else {
            "confirm": station.buttons.confirm,
            "minus": station.buttons.minus,
            "plus": station.buttons.plus,
            "problem": station.buttons.problem,
        },
    )


def _pins(rgb: Rgb | None) -> tuple[int, int, int] | None:
    return None if rgb is None else (rgb.red, rgb.green, rgb.blue)


def open_panel(station: Station, buses: Buses, inputs: Inputs, now_us: Callable[[], int]) -> Panel:
    """A station's lights and buttons, listening.

    Raises: DeviceMissing, if the header is not there or cannot have a pin; the text says by which key it is named.
    """
    panel: Panel | None = None
    try:
        panel = Panel(wiring_of(station), buses, on_health=inputs.part, now_us=now_us)
        panel.listen(lambda e: inputs.button(e.control, e.down, e.at_us), inputs.found)
    except PinMissing as error:
        if panel is not None:
            panel.close()
        keys = [f"{key} = {pin}" for key, pin in pins_by_key(station) if pin in error.pins]
        raise DeviceMissing(f"{error}. The file of {station.name} says {', '.join(keys)}.") from error
    return panel


def scale_line(station: Station, scale: Scale, port: str, inputs: Inputs, now_us: Callable[[], int]) -> Any:
    """The driver of a station's scale; imported only where there is one.

    Each channel is a part of its own by what lies on it, as is the load cell of a bench's scale: ``scale BIN``,
    ``scale BIN to BIN`` (a platform under several bins), ``scale cell``.
    """
    from firmware.scales.line import ScaleLine
    from firmware.scales.protocols import PROTOCOLS

    cells = platforms((bin_.channel, bin_.name) for bin_ in station.bins)
    if not station.is_bay:
        cells = {0: "cell"}
    protocol = PROTOCOLS[scale.protocol]
    own = {key: getattr(scale, key) for key in ("baud", "data_bits", "parity", "stop_bits")}
    return ScaleLine(
        port,
        replace(protocol.settings, **{key: value for key, value in own.items() if value is not None}),
        protocol.new_codec,
        stale_after_us=protocol.stale_after_us,
        on_reading=lambda r: inputs.reading(r.channel, r.state, r.weight_mg, r.at_us),
        on_health=lambda ok, why: inputs.part("scale", ok, why),
        now_us=now_us,
        channels=cells.keys(),
        on_channel=lambda channel, ok, why: inputs.part(f"scale {cells[channel]}", ok, why),
    )


def hand_scanner(
    scanner: Scanner, port: str, take: Callable[[int], None], inputs: Inputs, now_us: Callable[[], int]
) -> Any:
    """The driver of a station's handheld scanner at ``port``; ``take`` takes an input device for ourselves alone."""
    from firmware.scanners import keys, lines
    from firmware.scanners.ports import InputPort, SerialPort
    from firmware.scanners.scanner import HandScanner

    types = scanner.kind == "keyboard"
    return HandScanner(
        port,
        (lambda: InputPort(port, take)) if types else (lambda: SerialPort(port, scanner.baud)),
        keys.Codec if types else lines.Codec,
        on_scan=lambda s: inputs.scan(s.text, s.symbology, s.aim),
        on_health=lambda ok, why: inputs.part("scanner", ok, why),
        now_us=now_us,
    )


def symbol_watcher(
    open_source: Callable[[], Any],
    inputs: Inputs,
    now_us: Callable[[], int],
    keep: Any = None,
    idle_pause_s: float = 0.0,
) -> Any:
    """The driver of a station's camera; OpenCV is imported only where there is one. ``keep`` takes its pictures."""
    import cv2

    from firmware.camera.exhibits import keep_nothing
    from firmware.camera.watcher import SymbolWatcher

    cv2.setNumThreads(1)
    return SymbolWatcher(
        open_source,
        on_symbol=lambda s, picture: inputs.symbol(s.text, s.symbology, s.aim, s.raw, picture),
        on_unreadable=inputs.unreadable,
        on_health=lambda ok, why: inputs.part("camera", ok, why),
        now_us=now_us,
        keep=keep or keep_nothing,
        idle_pause_s=idle_pause_s,
    )

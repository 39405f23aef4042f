"""The devices of a station on simulated metal: the same drivers, on the twins' buses, lines and frames."""

import random
import threading
from collections.abc import Callable, Collection, Mapping
from typing import Any

from msgspec import structs

from edge.contract.hands import Seen, SeenLight, Shown, There
from edge.contract.site import Station
from edge.contract.state import Colour
from edge.devices import Inputs, hand_scanner, open_panel, scale_line, symbol_watcher, wiring_of
from edge.ears import Ear
from edge.eyes import Eye
from edge.logic.screen import Screen
from edge.showing import colour_seen
from firmware.board import Board
from firmware.errors import FirmwareError
from firmware.lights import Shine
from firmware.panel import AISLE, BEACON, POLL_US, Panel
from firmware.printer.zpl import LabelPrinter, network_printer, usb_printer
from firmware.twin.label_printer import LabelPrinterTwin, PrintedLabel
from firmware.twin.panel_twin import PanelTwin
from firmware.twin.scale_twin import BenchScaleTwin, IndicatorTwin
from firmware.twin.supply_twin import SupplyTwin

BENCH = "bench"
"""The name of a bench's scale, for hands."""
LABELS_TAKEN_MAX = 1_000
"""Of the labels that hands have taken, the oldest beyond this many are thrown away."""


class SimulatedDevices:
    """A station's devices on their twins, with the handles that hands take hold of."""

    def __init__(
        self,
        station: Station,
        now_us: Callable[[], int],
        rng: random.Random,
        cable: Callable[[str, str], str] = lambda _part, port: port,
        keep: Any = None,
        watch: Callable[..., Any] = symbol_watcher,
    ) -> None:
        self._station = station
        self._watch = watch
        self._keep = keep
        self._now_us = now_us
        self._rng = rng
        self._cable = cable
        """Lays a cable to a "scale" or "scanner" from its twin's port: what the driver opens."""
        self.clock_is_set = True
        self.on_change: Callable[[], None] = lambda: None
        self.wall = PanelTwin(wiring_of(station))
        self._panel: Panel | None = None
        self._scale: Any = None
        self.scale_twin: IndicatorTwin | BenchScaleTwin | None = None
        self._channels: dict[str, int] = {}
        self._masses: dict[str, int] = {}
        """What lies in each bin; a platform carries all of its own."""
        self._loaded: set[str] = set()
        self._supply = SupplyTwin()
        self._board: Board | None = None
        self.scanner_twin: Any = None
        self._scanner: Any = None
        self.camera_twin: Any = None
        self._watcher: Any = None
        self.printer_twin: LabelPrinterTwin | None = None
        self._taken: dict[str, PrintedLabel] = {}
        self._ear = Ear()
        self._eye = Eye()
        self._eye_lock = threading.Lock()
        self._at_bins: dict[str, tuple[Colour, str]] = {}
        """What is lit at each bin; a light that blinks does not change."""
        self._lights_since_us = 0
        self._screen = Screen(prompt=None, count_shown=0, board=())

    def start(self, inputs: Inputs) -> None:
        """Open the drivers on their twins."""
        station = self._station
        self.wall.on_change = self._changed
        self._inputs = inputs
        self._board = Board(
            flags=self._supply.flags, clock_set=lambda: self.clock_is_set, on_health=inputs.part, now_us=self._now_us
        )
        self.reopen()
        self._start_scale(inputs)
        if station.scanner is not None:
            from firmware.twin.scanner_twin import ScannerTwin

            self.scanner_twin = ScannerTwin(keyboard=station.scanner.kind == "keyboard")
            # a pseudo-terminal cannot be grabbed, and nobody else reads it
            port = self._cable("scanner", self.scanner_twin.port)
            self._scanner = hand_scanner(station.scanner, port, lambda _: None, inputs, self._now_us)
            self._scanner.start()
        if station.camera is not None:
            from firmware.twin.camera_twin import CameraTwin

            camera = station.camera
            size = camera.width_px, camera.height_px
            self.camera_twin = CameraTwin(*size, camera.frames_per_s, self._rng, self._now_us)
            self._watcher = self._watch(lambda: self.camera_twin, inputs, self._now_us, self._keep)
            self._watcher.start()
        if station.printer is not None:
            self.printer_twin = LabelPrinterTwin()

    def _start_scale(self, inputs: Inputs) -> None:
        scale = self._station.scale
        if scale is None:
            return
        self._channels = {b.name: b.channel for b in self._station.bins if b.channel is not None}
        if scale.protocol == "bay_line":
            # an indicator whose loads nobody has told yet says nothing: a scale in the dark is not an empty one
            self.scale_twin = IndicatorTwin(
                dict.fromkeys(self._channels.values()),
                division_mg=scale.division_mg,
                capacity_mg=scale.capacity_mg,
                rng=self._rng,
                now_us=self._now_us,
                plugged=False,
            )
        else:
            self.scale_twin = BenchScaleTwin(
                protocol=scale.protocol,
                division_mg=scale.division_mg,
                capacity_mg=scale.capacity_mg,
                rng=self._rng,
                now_us=self._now_us,
                plugged=not self._station.is_bay,  # likewise
            )
            if not self._station.is_bay:
                self._channels = {BENCH: 0}
                self._loaded.add(BENCH)
        # a pseudo-terminal has eight bits and no parity, and cannot be opened twice with any other
        eight_bits = structs.replace(scale, data_bits=8, parity="none")
        port = self._cable("scale", self.scale_twin.port)
        self._scale = scale_line(self._station, eight_bits, port, inputs, self._now_us)
        self._scale.start()

    def show(self, shines: Mapping[str, Shine]) -> None:
        """Light exactly this."""
        if self._panel is not None:
            self._panel.show(shines)
            at_bins = {
                place: (colour_seen(shine.rgb)[0], shine.text)
                for place, shine in shines.items()
                if place not in (BEACON, AISLE)
            }
            if at_bins != self._at_bins:
                self._at_bins, self._lights_since_us = at_bins, self._now_us()
            self._look()
            self.on_change()

    def tone(self, hz: int) -> None:
        """Let the buzzer sound at this frequency; 0 is silence. Raises: FirmwareError, OSError."""
        if self._panel is not None:
            self._panel.tone(hz)
            self._ear.hear(self.wall.tone_hz)
            self.on_change()

    def screen(self, screen: Screen) -> None:
        """Show this on the bench's screen."""
        if screen != self._screen:
            self._screen = screen
            self.on_change()

    def reopen(self) -> None:
        """Lights and buttons from the start."""
        if self._panel is not None:
            self._panel.close()
        self._panel = open_panel(self._station, self.wall, self._inputs, self._now_us)

    def expect(self, texts: Collection[str]) -> None:
        """Name the symbols that would be no surprise."""
        if self._watcher is not None:
            self._watcher.expect(texts)

    def print(self, zpl: str) -> None:
        """Print one label into the twin's tray, over the line that the station's file names. Raises: FirmwareError."""
        self._label_printer().print(zpl)
        self.on_change()

    def ask_printer(self) -> None:
        """Ask the twin whether it is ready. Raises: FirmwareError, it is not, and why."""
        self._label_printer().ready()

    def _label_printer(self) -> LabelPrinter:
        wired, twin = self._station.printer, self.printer_twin
        if wired is None or twin is None:
            raise FirmwareError(f"{self._station.name} has no [printer] section, and was asked for a label.")
        return network_printer("127.0.0.1", twin.port) if wired.device is None else usb_printer(twin.device)

    def zero(self, channel: int) -> bool:
        """Let the scale make what lies on a channel its zero; whether it can be told so."""
        return self._scale is not None and bool(self._scale.zero(channel))

    def poll(self) -> int:
        """The safety net under the interrupt line. Returns: in how many microseconds again."""
        if self._board is not None:
            self._board.poll()
        return POLL_US if self._panel is None else self._panel.poll()

    def close(self) -> None:
        """Let go of everything. May be called twice."""
        drivers = (self._watcher, self._scanner, self._scale, self._panel)
        for device in (*drivers, self.scanner_twin, self.scale_twin, self.printer_twin):
            if device is not None:
                device.close()
        self._watcher = self._scanner = self._scale = self._panel = None
        self.scanner_twin = self.scale_twin = self.printer_twin = None

    def _changed(self) -> None:
        self.on_change()

    # -- what hands do -------------------------------------------------------------------------------------

    def place(self, scale: str, mass_mg: int) -> None:
        """Let a scale carry this much, beside what the other bins of its platform hold.

        Raises: KeyError, there is no such scale.
        """
        channel = self._channels[scale]
        assert self.scale_twin is not None
        self._masses[scale] = mass_mg
        on_it = [self._masses.get(name, 0) for name, at in self._channels.items() if at == channel]
        self.scale_twin.place(channel, sum(on_it))
        if scale not in self._loaded:
            self._loaded.add(scale)
            if self.scales_loaded:
                self.scale_twin.plug()
            self.on_change()

    @property
    def scales_loaded(self) -> bool:
        """Whether every scale was told its load."""
        return len(self._loaded) >= len(self._channels)

    def hold(self, symbols: tuple[Shown, ...], label: str | None, hidden: bool) -> None:
        """Hold a thing before the camera. Raises: KeyError, there is no such label, or no camera."""
        if self.camera_twin is None:
            raise KeyError("camera")
        if label is not None:
            from firmware.twin.label_drawing import draw_symbol

            self.camera_twin.show_image(draw_symbol(self._taken[label].zpl))
        elif hidden:
            self.camera_twin.hide_symbol()
        elif symbols:
            self.camera_twin.show([(shown.text, shown.symbology) for shown in symbols])
        else:
            self.camera_twin.clear()

    def scan(self, text: str, aim: str) -> None:
        """Pull the scanner's trigger. Raises: KeyError, there is no scanner; ValueError, no key types that."""
        if self.scanner_twin is None:
            raise KeyError("scanner")
        self.scanner_twin.scan(text, aim)

    def take_label(self) -> tuple[str, str] | None:
        """(id, ZPL) of the oldest label in the tray, or None."""
        label = None if self.printer_twin is None else self.printer_twin.take()
        if label is None:
            return None
        name = f"{self._station.name}-{label.number}"
        self._taken[name] = label
        if len(self._taken) > LABELS_TAKEN_MAX:
            del self._taken[next(iter(self._taken))]
        self.on_change()
        return name, label.zpl

    def set_plugged(self, part: str, plugged: bool) -> None:
        """Pull a plug or put it back. Raises: KeyError, there is no such device."""
        device = self._twins()[part]
        if plugged:
            device.plug()
        else:
            device.unplug()

    def there(self) -> There:
        """What hands can take hold of."""
        return There(
            station=self._station.name,
            controls=tuple(self.wall.controls),
            scales=tuple(self._channels),
            parts=tuple(self._twins()),
        )

    def _twins(self) -> dict[str, Any]:
        twins = {
            "scale": self.scale_twin,
            "camera": self.camera_twin,
            "scanner": self.scanner_twin,
            "printer": self.printer_twin,
            "supply": self._supply,
        }
        return {part: twin for part, twin in twins.items() if twin is not None}

    def seen(self) -> Seen:
        """What an eye sees: lights off the LEDs' bytes, text off the displays', the screen of a bench."""
        return Seen(
            station=self._station.name,
            lights=self._look(),
            lights_since_us=self._lights_since_us,
            prompt=self._screen.prompt,
            count_shown=self._screen.count_shown,
            labels_waiting=0 if self.printer_twin is None else self.printer_twin.waiting,
            board=self._screen.board,
            trouble=self._screen.trouble,
            scales_loaded=self.scales_loaded,
            heard=self._ear.last or "",
            heard_times=self._ear.times,
        )

    def _look(self) -> tuple[SeenLight, ...]:
        """What the eye makes of the lamps now; it looks whenever they change, to tell blinking from steady."""
        with self._eye_lock:
            return self._eye.look(self.wall.seen(), self._now_us())

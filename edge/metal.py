"""The devices of a station on real metal."""

from collections.abc import Callable, Collection, Mapping
from contextlib import ExitStack
from functools import partial
from typing import Any

from edge.contract.site import Station
from edge.devices import Inputs, hand_scanner, open_panel, scale_line, symbol_watcher
from edge.logic.screen import Screen
from edge.screen import ConsoleScreen, KeptScreen
from firmware.board import Board, is_clock_set, read_flags
from firmware.errors import FirmwareError
from firmware.lights import Shine
from firmware.metal_buses import MetalBuses
from firmware.panel import POLL_US, Panel
from firmware.printer.zpl import LabelPrinter, network_printer, usb_printer

CAMERA_IDLE_S = 0.15
"""Over an empty table a frame is asked for some six times a second: a person's hand is slower, and a core rests."""


class MetalDevices:
    """A station's own lights, buttons, scale, camera and printer."""

    def __init__(self, station: Station, now_us: Callable[[], int], keep: Any = None) -> None:
        self._station = station
        self._keep = keep
        self._now_us = now_us
        spi = "/dev/spidev0.0" if station.strip is None else station.strip.spi_device
        chips = station.expanders or station.displays
        i2c = 1 if chips is None else chips.i2c_bus
        self._buses = MetalBuses(spi, i2c)
        self._panel: Panel | None = None
        self._scale: Any = None
        self._board: Board | None = None
        self._scanner: Any = None
        self._watcher: Any = None
        self._screen: KeptScreen | None = None

    def start(self, inputs: Inputs) -> None:
        """Open everything. Raises: DeviceMissing, if the header is not there; what else fails is tried again."""
        station = self._station
        self._inputs = inputs
        self._board = Board(flags=read_flags, clock_set=is_clock_set, on_health=inputs.part, now_us=self._now_us)
        self.reopen()
        if not station.is_bay:
            on_health = partial(inputs.part, "screen")
            self._screen = KeptScreen(ConsoleScreen, on_health, self._now_us)
        if station.scale is not None:
            self._scale = scale_line(station, station.scale, station.scale.port, inputs, self._now_us)
            self._scale.start()
        if station.scanner is not None:
            from firmware.scanners.ports import grab

            self._scanner = hand_scanner(station.scanner, station.scanner.port, grab, inputs, self._now_us)
            self._scanner.start()
        if station.camera is not None:
            self._watcher = symbol_watcher(self._open_camera, inputs, self._now_us, self._keep, CAMERA_IDLE_S)
            self._watcher.start()

    def reopen(self) -> None:
        """Lights and buttons from the start. Raises: DeviceMissing, if the header fails."""
        if self._panel is not None:
            panel, self._panel = self._panel, None
            panel.close()
        self._panel = open_panel(self._station, self._buses, self._inputs, self._now_us)

    def show(self, shines: Mapping[str, Shine]) -> None:
        """Light exactly this."""
        if self._panel is not None:
            self._panel.show(shines)

    def tone(self, hz: int) -> None:
        """Let the buzzer sound at this frequency; 0 is silence. Raises: FirmwareError, OSError."""
        if self._panel is not None:
            self._panel.tone(hz)

    def screen(self, screen: Screen) -> None:
        """Show this on the bench's monitor."""
        if self._screen is not None:
            self._screen.show(screen)

    def expect(self, texts: Collection[str]) -> None:
        """Name the symbols that would be no surprise."""
        if self._watcher is not None:
            self._watcher.expect(texts)

    def print(self, zpl: str) -> None:
        """Print one label. Raises: FirmwareError."""
        self._printer().print(zpl)

    def ask_printer(self) -> None:
        """Ask the printer whether it is ready. Raises: FirmwareError, it is not, and why."""
        self._printer().ready()

    def _printer(self) -> LabelPrinter:
        printer = self._station.printer
        if printer is None:
            raise FirmwareError(f"{self._station.name} has no [printer] section, and was asked for a label.")
        if printer.device is not None:
            return usb_printer(printer.device)
        assert printer.host is not None, "the site's check lets no printer be neither"
        return network_printer(printer.host, printer.port)

    def zero(self, channel: int) -> bool:
        """Let the scale make what lies on a channel its zero; whether it can be told so."""
        return self._scale is not None and bool(self._scale.zero(channel))

    def poll(self) -> int:
        """The safety net under interrupt line, screen and board. Returns: in how many microseconds again."""
        if self._screen is not None:
            self._screen.poll()
        if self._board is not None:
            self._board.poll()
        return POLL_US if self._panel is None else self._panel.poll()

    def close(self) -> None:
        """Let go of everything. May be called twice."""
        with ExitStack() as stack:
            for device in (self._panel, self._screen, self._scale, self._scanner, self._watcher):
                if device is not None:
                    stack.callback(device.close)
        self._watcher = self._scanner = self._scale = self._screen = self._panel = None

    def _open_camera(self) -> Any:
        from firmware.camera.capture import CaptureProcess

        camera = self._station.camera
        assert camera is not None
        return CaptureProcess(camera.device, camera.width_px, camera.height_px, camera.frames_per_s)

"""A handheld scanner, read on a thread of its own and opened again when it was unplugged."""

import termios
import threading
from collections.abc import Callable
from contextlib import closing
from typing import Protocol

from firmware.scanners.ports import Port
from firmware.scanners.scan import Scan

REOPEN_FIRST_S = 0.2
REOPEN_MAX_S = 5.0
"""Opening is tried again after 0.2 s, then twice as late each time, at most every 5 s, for as long as it takes."""


class Codec(Protocol):
    """How a scanner tells its symbols."""

    def feed(self, data: bytes, now_us: int) -> list[Scan]:
        """Bytes in, scans out."""
        ...


class HandScanner:
    """Reads a scanner until it is closed.

    A scanner says nothing by itself: it is taken for well while its port is open.

    Args:
        name: What to call it in an error: its port.
        open_port: Opens the port; called again after a failure. Raises: OSError, ValueError.
        new_codec: Makes a fresh codec each time the port opens.
        on_scan: Called on the scanner's thread with each symbol.
        on_health: Called on the scanner's thread with (True, "") or (False, why) when that, or the reason, changes.
        now_us: Monotonic microseconds.
    """

    def __init__(
        self,
        name: str,
        open_port: Callable[[], Port],
        new_codec: Callable[[], Codec],
        *,
        on_scan: Callable[[Scan], None],
        on_health: Callable[[bool, str], None],
        now_us: Callable[[], int],
    ) -> None:
        self._name = name
        self._open_port = open_port
        self._new_codec = new_codec
        self._on_scan = on_scan
        self._on_health = on_health
        self._now_us = now_us
        self._stop = threading.Event()
        self._told: tuple[bool, str] | None = None
        self._reopen_wait_s = REOPEN_FIRST_S
        self._thread = threading.Thread(target=self._run, name="scanner", daemon=True)

    def start(self) -> None:
        """Start reading."""
        self._thread.start()

    def close(self) -> None:
        """Stop. May be called twice."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(3)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                with closing(self._open_port()) as port:
                    self._read(port)
            except (OSError, termios.error) as error:
                self._tell(False, f"{self._name}: expected a scanner, got: {error}. Check its plug and its cable.")
            except Exception as error:  # noqa: BLE001 - a dead thread is told by nobody
                # pyserial says ValueError to a setting that it cannot take, such as a negative baud
                self._tell(
                    False, f"{self._name}: expected a scan, got {type(error).__name__}: {error}: opening it again."
                )
            self._stop.wait(self._reopen_wait_s)
            self._reopen_wait_s = min(2 * self._reopen_wait_s, REOPEN_MAX_S)

    def _read(self, port: Port) -> None:
        codec = self._new_codec()
        self._tell(True, "")
        while not self._stop.is_set():
            for scan in codec.feed(port.read(), self._now_us()):
                self._reopen_wait_s = REOPEN_FIRST_S
                self._on_scan(scan)

    def _tell(self, healthy: bool, why: str) -> None:
        if (healthy, why) != self._told:
            self._told = (healthy, why)
            self._on_health(healthy, why)

"""Watching a camera: an empty table costs little, a thing on it is read, a thing that cannot be read is told."""

import threading
from collections.abc import Callable, Collection

import numpy as np

from firmware.barcode import Frame, Symbol, read_fast, read_symbols
from firmware.camera.source import FrameSource
from firmware.camera.voting import Voting
from firmware.errors import FirmwareError

REOPEN_FIRST_S = 0.2
REOPEN_MAX_S = 5.0
FRAME_WAIT_S = 0.5
STALE_AFTER_US = 3_000_000
"""A camera that gives no frame for this long is taken for dead and opened again."""
UNREADABLE_AFTER_US = 2_000_000
THOROUGH_EVERY = 8
"""Of the frames with a thing on them but nothing read, one in this many is read by both readers."""
CHANGE_MIN = 12.0
"""Mean difference of grey levels from the empty table, on a grid of points, that counts as a thing."""
GRID_STEP_PX = 8


class SymbolWatcher:
    """Reads symbols off a camera until it is closed.

    Args:
        open_source: Opens the camera; called again after a failure.
        on_symbol: A symbol, once for each passing.
        on_unreadable: True when a thing lies there for 2 s unread, False when it was read or is gone.
        on_health: (True, "") or (False, why) when that changes.
        now_us: Monotonic microseconds.

    All are called on the watcher's own thread.
    """

    def __init__(
        self,
        open_source: Callable[[], FrameSource],
        *,
        on_symbol: Callable[[Symbol], None],
        on_unreadable: Callable[[bool], None],
        on_health: Callable[[bool, str], None],
        now_us: Callable[[], int],
    ) -> None:
        self._open_source = open_source
        self._on_symbol = on_symbol
        self._on_unreadable = on_unreadable
        self._on_health = on_health
        self._now_us = now_us
        self._expected: frozenset[str] = frozenset()
        self._voting = Voting()
        self._empty: Frame | None = None
        self._unread_since_us: int | None = None
        self._unread_frames = 0
        self._unreadable = False
        self._healthy: bool | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="camera", daemon=True)

    def expect(self, texts: Collection[str]) -> None:
        """Name the texts that would be no surprise."""
        self._expected = frozenset(texts)

    def start(self) -> None:
        """Start watching."""
        self._thread.start()

    def close(self) -> None:
        """Stop. May be called twice."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(3)

    def _run(self) -> None:
        wait_s = REOPEN_FIRST_S
        while not self._stop.is_set():
            try:
                source = self._open_source()
                try:
                    self._watch(source)
                    wait_s = REOPEN_FIRST_S
                finally:
                    source.close()
            except FirmwareError as error:
                self._tell(False, str(error))
            self._stop.wait(wait_s)
            wait_s = min(2 * wait_s, REOPEN_MAX_S)

    def _watch(self, source: FrameSource) -> None:
        heard_us = self._now_us()
        while not self._stop.is_set():
            picture = source.read(FRAME_WAIT_S)
            now_us = self._now_us()
            if picture is None:
                if now_us - heard_us > STALE_AFTER_US:
                    self._tell(False, "the camera gives no frames")
                    return
                continue
            heard_us = now_us
            self._tell(True, "")
            self.look(picture.frame, now_us)

    def look(self, frame: Frame, now_us: int) -> None:
        """Take one frame."""
        if self._is_empty(frame):
            self._voting.emptied()
            self._set_unread(None, now_us)
            return
        symbols = read_fast(frame)
        if not symbols:
            self._unread_frames += 1
            if self._unread_frames % THOROUGH_EVERY == 0:
                symbols = read_symbols(frame)
        for symbol in self._voting.take(symbols, self._expected, now_us):
            self._on_symbol(symbol)
        self._set_unread(None if symbols else now_us, now_us)

    def _is_empty(self, frame: Frame) -> bool:
        grid = frame[::GRID_STEP_PX, ::GRID_STEP_PX].astype(np.int16)
        if self._empty is None:
            self._empty = np.asarray(frame[::GRID_STEP_PX, ::GRID_STEP_PX], np.uint8).copy()
            return not read_fast(frame)
        return float(np.abs(grid - self._empty).mean()) < CHANGE_MIN

    def _set_unread(self, seen_us: int | None, now_us: int) -> None:
        if seen_us is None:
            self._unread_since_us = None
            self._unread_frames = 0
        elif self._unread_since_us is None:
            self._unread_since_us = seen_us
        unreadable = self._unread_since_us is not None and now_us - self._unread_since_us >= UNREADABLE_AFTER_US
        if unreadable != self._unreadable:
            self._unreadable = unreadable
            self._on_unreadable(unreadable)

    def _tell(self, healthy: bool, why: str) -> None:
        if healthy != self._healthy:
            self._healthy = healthy
            self._on_health(healthy, why)

"""Looking through a station's camera as it is aimed: the newest frame, what is read on it, and how well it is seen."""

import threading
from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from firmware.camera.sight import ReadRate, Sight, look
from firmware.camera.source import FrameSource, Picture
from firmware.errors import FirmwareError

WINDOW_US = 5_000_000
"""The read rate is that of the last five seconds."""
FRAME_WAIT_S = 0.5
REOPEN_S = 1.0
LOOK_PAUSE_S = 0.02
"""Between two looks: aiming must not take all of a small board's processor."""
SHOWN_PX_MAX = 1280
GOOD, POOR = (80, 200, 60), (40, 40, 230)
"""Outlines of symbols that are large enough, and that are not: blue, green, red."""


@dataclass(frozen=True)
class Seen:
    """What is seen now."""

    number: int
    """Of the frame; 0: none came yet."""
    size: tuple[int, int]
    """Width and height of the frame."""
    sight: Sight | None
    read_share: float | None
    """The share of the last seconds' frames with print on which something was read; None: none had any."""
    frames_per_s: float
    trouble: str
    """Why there is no picture; empty if there is."""


class Aimer:
    """Reads a camera until it is closed. It stands in for a station's watcher, and tells nobody what it reads.

    Args:
        open_source: Opens the camera, again after a failure.
        now_us: Monotonic microseconds.
    """

    def __init__(self, open_source: Callable[[], FrameSource], now_us: Callable[[], int]) -> None:
        cv2.setNumThreads(1)  # as a station's watcher has it: what is aimed is what will read
        self._open_source = open_source
        self._now_us = now_us
        self._lock = threading.Lock()
        self._rate = ReadRate(WINDOW_US)
        self._came: deque[int] = deque()
        self._frame: Any = None
        self._seen = Seen(0, (0, 0), None, None, 0.0, "No frame has come yet.")
        self.was_read = False
        """Whether anything was ever read."""
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="aiming", daemon=True)

    def expect(self, texts: Collection[str]) -> None:
        """Nothing is expected of a camera that is aimed."""

    def start(self) -> None:
        """Start to look."""
        self._thread.start()

    def close(self) -> None:
        """Stop. May be called twice."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(3)

    def seen(self) -> Seen:
        """What is seen now."""
        with self._lock:
            return self._seen

    def jpeg(self) -> bytes | None:
        """The newest frame as a JPEG with the symbols outlined; None if there is none."""
        with self._lock:
            frame, seen = self._frame, self._seen
        if frame is None or seen.sight is None or seen.trouble:
            return None
        drawn = frame.copy() if frame.ndim == 3 else cv2.cvtColor(frame, cv2.COLOR_GRAY2BGR)
        for read in seen.sight.reads:
            corners = np.array(read.symbol.corners, np.int32).reshape(-1, 1, 2)
            cv2.polylines(drawn, [corners], True, GOOD if read.is_large_enough else POOR, 3, cv2.LINE_AA)
        if drawn.shape[1] > SHOWN_PX_MAX:
            scale = SHOWN_PX_MAX / drawn.shape[1]
            drawn = cv2.resize(drawn, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        return bytes(cv2.imencode(".jpg", drawn)[1].tobytes())

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                source = self._open_source()
                try:
                    self._look_on(source)
                finally:
                    source.close()
            except FirmwareError as error:
                self._fail(str(error))
            except Exception as error:  # noqa: BLE001 - a reader may raise anything; a dead thread is told by nobody
                self._fail(f"Expected a frame that can be read, got {type(error).__name__}: {error}.")
            self._stop.wait(REOPEN_S)

    def _look_on(self, source: FrameSource) -> None:
        taken_us: int | None = None
        while not self._stop.wait(LOOK_PAUSE_S):
            picture = source.read(FRAME_WAIT_S)
            if picture is not None and picture.at_us != taken_us:
                taken_us = picture.at_us
                self._take(picture)

    def _take(self, picture: Picture) -> None:
        sight, now_us = look(picture.frame), self._now_us()
        self._rate.add(sight, now_us)
        self.was_read = self.was_read or bool(sight.reads)
        self._came.append(now_us)
        while self._came[0] <= now_us - WINDOW_US:
            self._came.popleft()
        span_us = now_us - self._came[0]
        rate = 0.0 if not span_us else 1e6 * (len(self._came) - 1) / span_us
        height, width = picture.frame.shape[:2]
        with self._lock:
            self._frame = picture.frame
            self._seen = Seen(self._seen.number + 1, (width, height), sight, self._rate.share, rate, "")

    def _fail(self, why: str) -> None:
        with self._lock:
            self._frame = None
            self._seen = Seen(self._seen.number, (0, 0), None, None, 0.0, why)


def words_of(seen: Seen) -> str:
    """What is seen, in one line for a terminal."""
    if seen.trouble or seen.sight is None:
        return seen.trouble
    share = "-" if seen.read_share is None else f"{100 * seen.read_share:.0f} %"
    told = [f"read {share} of {WINDOW_US / 1e6:.0f} s, {seen.frames_per_s:.1f} frames/s"]
    for read in seen.sight.reads:
        text = "".join(c if c.isprintable() else "|" for c in read.symbol.text)
        told.append(f"{read.symbol.symbology} {text} {read.module_px:.1f} px/module (needs {read.needed_px:g})")
    told += seen.sight.hints or ("good",)
    return "; ".join(told)

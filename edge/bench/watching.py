"""What a camera costs: over an empty table, and to read a small label, at 640 x 480 and at 1920 x 1080.

The table is a film of motion JPEG with a sensor's noise, read as a station reads its camera: the capture process, its
pipe, the watcher. Processor time is that of both processes, from /proc. Labels are drawn by the camera's twin.
"""

import os
import random
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np

from firmware.barcode import read_fast
from firmware.camera.capture import CaptureProcess
from firmware.camera.reading import read_frame
from firmware.camera.source import Picture
from firmware.camera.watcher import SymbolWatcher
from firmware.readers import Frame
from firmware.twin.camera_twin import CameraTwin

SIZES = ((640, 480), (1920, 1080))
TABLE_GREY, NOISE_GREY = 40, 3.0
FRAMES_DRAWN = 8
"""Different frames of the table; the film repeats them."""
JPEG_QUALITY = 85
FRAME_US = 50_000
FILM_FRAMES = 6
SMEAR_PX_MAX, DIM, HARD_NOISE_GREY = 4, (0.5, 0.9), 5.0
"""What makes a film hard: motion blur up to so many pixels, so much of the light, so much more noise."""
START_S = 1.0
"""Before the measuring begins: the table is learned."""
LABELS = (("EAN-13", "4006381333931"), ("Code128", "TOTE-0001"), ("QRCode", "PARCEL/1"), ("DataMatrix", "PARCEL/1"))


@dataclass(frozen=True)
class Idle:
    """What watching an empty table costs."""

    width_px: int
    height_px: int
    frames_per_s: float
    """Asked for and looked at."""
    watcher_pct: float
    """Of one core: the station's process."""
    capture_pct: float
    """Of one core: the process that reads the camera."""


@dataclass(frozen=True)
class Reading:
    """What reading a label costs."""

    symbology: str
    hard: bool
    """Whether its films are blurred, dim and noisy."""
    width_px: int
    height_px: int
    frames: int
    read_pct: float
    cpu_ms: float
    """A frame, as a station reads it."""
    whole_read_pct: float
    whole_cpu_ms: float
    """A frame, if all of it is read."""


def idle_cost(width_px: int, height_px: int, seconds: float, frames_per_s: int, idle_pause_s: float) -> Idle:
    """Watch an empty table for so long."""
    with TemporaryDirectory() as directory:
        film = _table_film(Path(directory), width_px, height_px, round((seconds + 3 * START_S) * frames_per_s) + 10)
        source = _Paced(CaptureProcess(film, width_px, height_px, frames_per_s), 1 / frames_per_s)
        watcher = SymbolWatcher(
            lambda: source,
            on_symbol=lambda symbol, picture: None,
            on_unreadable=lambda present, picture: None,
            on_health=lambda ok, why: None,
            now_us=_now_us,
            idle_pause_s=idle_pause_s,
        )
        watcher.start()
        try:
            source.wait_read(START_S, frames_per_s)
            before = _cpu_s("self"), _cpu_s(str(source.pid)), source.frames, time.monotonic()
            threading.Event().wait(seconds)
            after = _cpu_s("self"), _cpu_s(str(source.pid)), source.frames, time.monotonic()
        finally:
            watcher.close()
            source.end()
    ours, child, frames, took_s = (late - early for early, late in zip(before, after, strict=True))
    return Idle(width_px, height_px, frames / took_s, 100 * ours / took_s, 100 * child / took_s)


def reading_cost(
    symbology: str, text: str, width_px: int, height_px: int, films: int, *, hard: bool = False
) -> Reading:
    """Read films of a label that lies somewhere on the table; hard: blurred along its way, dim, by a noisy sensor."""
    cv2.setNumThreads(1)
    frames = read = whole_read = 0
    cpu_s = whole_s = 0.0
    for seed in range(films):
        noise = np.random.default_rng(seed)
        for plain in _label_film(symbology, text, width_px, height_px, seed):
            frame = _made_hard(plain, noise) if hard else plain
            frames += 1
            began_s = time.process_time()
            found = read_frame(frame)
            between_s = time.process_time()
            whole = read_fast(frame)
            whole_s += time.process_time() - between_s
            cpu_s += between_s - began_s
            read += [symbol.text for symbol in found] == [text]
            whole_read += [symbol.text for symbol in whole] == [text]
    return Reading(
        symbology=symbology,
        hard=hard,
        width_px=width_px,
        height_px=height_px,
        frames=frames,
        read_pct=100 * read / frames,
        cpu_ms=1e3 * cpu_s / frames,
        whole_read_pct=100 * whole_read / frames,
        whole_cpu_ms=1e3 * whole_s / frames,
    )


class _Paced:
    """A film that is given no faster than a camera would."""

    def __init__(self, source: CaptureProcess, frame_s: float) -> None:
        self._source = source
        self._frame_s = frame_s
        self._due_s = time.monotonic()
        self.pid = source.pid
        self.frames = 0

    def read(self, timeout_s: float) -> Picture | None:
        time.sleep(max(0.0, self._due_s - time.monotonic()))
        self._due_s = max(self._due_s + self._frame_s, time.monotonic())
        self.frames += 1
        return self._source.read(timeout_s)

    def close(self) -> None:
        """It is ended by :meth:`end`: a watcher that opens it again must not begin the film anew."""

    def end(self) -> None:
        self._source.close()

    def wait_read(self, seconds: float, frames_per_s: int) -> None:
        """Wait until so much of the film was looked at."""
        until_s = time.monotonic() + 10 * seconds + 10
        while self.frames < seconds * frames_per_s and time.monotonic() < until_s:
            time.sleep(0.05)


def _table_film(directory: Path, width_px: int, height_px: int, frames: int) -> str:
    rng = np.random.default_rng(1)
    drawn = []
    for _ in range(FRAMES_DRAWN):
        grey = np.clip(TABLE_GREY + rng.normal(0, NOISE_GREY, (height_px, width_px)), 0, 255).astype(np.uint8)
        drawn.append(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR))
    path = str(directory / "table.avi")
    writer = cv2.VideoWriter(path, cv2.VideoWriter.fourcc(*"MJPG"), 20, (width_px, height_px))
    writer.set(cv2.VIDEOWRITER_PROP_QUALITY, JPEG_QUALITY)
    for n in range(frames):
        writer.write(drawn[n % FRAMES_DRAWN])
    writer.release()
    return path


def _label_film(symbology: str, text: str, width_px: int, height_px: int, seed: int) -> Iterator[Frame]:
    clock_us = [1_000_000]
    camera = CameraTwin(width_px, height_px, 20, random.Random(seed), lambda: clock_us[0])
    camera.show([(text, symbology)])
    rng = random.Random(seed)
    large = width_px > SIZES[0][0]  # on a small frame a label has no room to lie elsewhere
    away = [rng.randrange(-side // 3, side // 3) if large else 0 for side in (height_px, width_px)]
    for _ in range(FILM_FRAMES):
        clock_us[0] += FRAME_US
        picture = camera.read(0)
        assert picture is not None, "the twin always has a frame"
        yield np.ascontiguousarray(np.roll(picture.frame, away, (0, 1)))


def _made_hard(frame: Frame, rng: np.random.Generator) -> Frame:
    smeared = cv2.blur(frame, (int(rng.integers(1, SMEAR_PX_MAX + 1)), 1)).astype(np.float32)
    dimmed = smeared * rng.uniform(*DIM)
    noisy = dimmed + rng.normal(0, HARD_NOISE_GREY, dimmed.shape)
    return np.asarray(np.clip(noisy, 0, 255), np.uint8)


def _cpu_s(process: str) -> float:
    """Processor time of a process and its threads. Source: Linux, proc(5), /proc/PID/stat fields 14 and 15."""
    fields = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _now_us() -> int:
    return time.monotonic_ns() // 1000

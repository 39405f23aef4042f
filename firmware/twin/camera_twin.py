"""The twin of a camera: a dark table, and on it what hands hold there, printed, skewed, blurred and noisy.

What is rendered must be read by the real reader. While nothing changes on an empty table, the same array comes
again; while a thing is held there, every frame is drawn anew with its own noise.
"""

import random
import threading
from collections.abc import Callable, Sequence
from functools import lru_cache

import cv2
import numpy as np
import zxingcpp

from firmware.barcode import Frame
from firmware.camera.source import Picture
from firmware.errors import DeviceMissing

FORMATS = {
    "EAN-13": zxingcpp.BarcodeFormat.EAN13,
    "Code128": zxingcpp.BarcodeFormat.Code128,
    "QRCode": zxingcpp.BarcodeFormat.QRCode,
    "DataMatrix": zxingcpp.BarcodeFormat.DataMatrix,
}
IDLE_FRAME_S = 0.4
"""An empty table is looked at less often."""
TABLE_GREY = 40
PAPER_GREY = 225
SKEW_DEGREES = 8.0
_NOISE_TILES = 4


@lru_cache(maxsize=256)
def printed(text: str, symbology: str) -> Frame:
    """A symbol printed on paper, with its quiet zone: grey, about 1.9 pixels a module for an EAN-13."""
    symbol = zxingcpp.create_barcode(text, FORMATS[symbology])
    flat = np.array(zxingcpp.write_barcode_to_image(symbol, scale=6 if symbology in ("QRCode", "DataMatrix") else 3))
    flat = np.where(flat > 127, PAPER_GREY, 25).astype(np.uint8)
    if symbology in ("EAN-13", "Code128"):
        flat = np.repeat(flat[:1] if flat.shape[0] < 2 else flat[flat.shape[0] // 3 : flat.shape[0] // 3 + 1], 150, 0)
    return np.pad(flat, 24, constant_values=PAPER_GREY)


class CameraTwin:
    """A simulated camera that is also a frame source."""

    def __init__(
        self, width_px: int, height_px: int, frames_per_s: int, rng: random.Random, now_us: Callable[[], int]
    ) -> None:
        self._size = (width_px, height_px)
        self._frame_s = 1 / frames_per_s
        self._rng = rng
        self._now_us = now_us
        noise = np.random.default_rng(rng.getrandbits(32))
        self._noise = [noise.normal(0, 3, (height_px, width_px)).astype(np.int16) for _ in range(_NOISE_TILES)]
        self._table = np.clip(TABLE_GREY + self._noise[0], 0, 255).astype(np.uint8)
        self._wake = threading.Condition()
        self._thing: Frame | None = None
        self._pose: Frame | None = None
        self._fresh = True
        self._plugged = True

    def show(self, symbols: Sequence[tuple[str, str]]) -> None:
        """Hold a thing with these printed symbols (text, symbology) before the camera."""
        papers = [printed(text, symbology) for text, symbology in symbols]
        width = max(paper.shape[1] for paper in papers)
        rows = [np.pad(p, ((0, 0), (0, width - p.shape[1])), constant_values=PAPER_GREY) for p in papers]
        self._hold(np.vstack(rows))

    def show_image(self, image: Frame) -> None:
        """Hold a printed sheet, such as a shipping label, before the camera."""
        self._hold(image)

    def hide_symbol(self) -> None:
        """Hold a thing whose symbol is covered by a thumb."""
        self._hold(np.full((150, 330), PAPER_GREY, np.uint8))

    def clear(self) -> None:
        """Take the thing away."""
        self._hold(None)

    def unplug(self) -> None:
        """Pull the plug."""
        with self._wake:
            self._plugged = False
            self._wake.notify_all()

    def plug(self) -> None:
        """Put it back."""
        with self._wake:
            self._plugged = True

    def read(self, timeout_s: float) -> Picture | None:
        """The next frame. Raises: DeviceMissing, while it is unplugged."""
        with self._wake:
            if not self._fresh and self._plugged:
                self._wake.wait(self._frame_s if self._thing is not None else min(timeout_s, IDLE_FRAME_S))
            self._fresh = False
            if not self._plugged:
                raise DeviceMissing("The simulated camera is unplugged.")
            pose = self._pose
        return Picture(self._table if pose is None else self._drawn(pose), self._now_us())

    def close(self) -> None:
        """Nothing to let go of: the twin outlives its watcher's reopening."""

    def _hold(self, thing: Frame | None) -> None:
        pose = None if thing is None else self._posed(thing)
        with self._wake:
            self._thing = thing
            self._pose = pose
            self._fresh = True
            self._wake.notify_all()

    def _posed(self, thing: Frame) -> Frame:
        """The thing as it lies: turned a little, in perspective, unevenly lit, blurred by the lens."""
        width, height = self._size
        rows, columns = thing.shape
        scale = min(1.0, 0.92 * width / columns, 0.92 * height / rows)
        turn = self._rng.uniform(-SKEW_DEGREES, SKEW_DEGREES)
        middle = (width / 2 + self._rng.uniform(-15, 15), height / 2 + self._rng.uniform(-15, 15))
        matrix = np.vstack([cv2.getRotationMatrix2D((columns / 2, rows / 2), turn, scale), [0, 0, 1]])
        matrix[0, 2] += middle[0] - columns / 2
        matrix[1, 2] += middle[1] - rows / 2
        tilt = np.eye(3)
        tilt[2, 0] = self._rng.uniform(-1e-4, 1e-4)
        tilt[2, 1] = self._rng.uniform(-1e-4, 1e-4)
        lying = cv2.warpPerspective(
            thing,
            tilt @ matrix,
            self._size,
            flags=cv2.INTER_AREA,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=TABLE_GREY,
        )
        light = np.linspace(1.0, self._rng.uniform(0.8, 1.0), width, dtype=np.float32)
        blurred = cv2.GaussianBlur(lying, (3, 3), self._rng.uniform(0.4, 0.8))
        return np.asarray(blurred * light, np.uint8)

    def _drawn(self, pose: Frame) -> Frame:
        noise = self._noise[self._rng.randrange(_NOISE_TILES)]
        return np.asarray(np.clip(pose + noise, 0, 255), np.uint8)

"""The twin of a camera: a dark table, and before it what hands hold there, printed, skewed, blurred and noisy.

What is rendered must be read by the real reader. An empty table is the same array again and again; a thing is
drawn anew for every frame, as the hand that brings it shakes and then lies still.
"""

import math
import random
import threading
from collections.abc import Callable, Sequence

import cv2
import numpy as np
import numpy.typing as npt

from firmware.barcode import Frame
from firmware.camera.source import Picture
from firmware.errors import DeviceMissing
from firmware.twin.label_print import around_symbols, printed, printed_thing, under_thumb

IDLE_FRAME_S = 0.4
"""An empty table is looked at less often: its frames are all the same. A thing shown is looked at at once."""
REST_AFTER_US = 1_500_000
REST_FRAME_S = 0.2
"""A thing that lies there for long is drawn less often: a twin must not cost a floor's worth of processor."""
SHAKE_US = 400_000
"""A hand shakes for this long, then the thing lies."""
SHAKE_PX, SHAKE_DEGREES = 1.5, 0.6
LYING_PX = 0.25

TABLE_GREY = 40
NOISE_GREY = 3.0
NOISE_MARGIN_PX = 64
SKEW_DEGREES = 10.0
UPSIDE_DOWN_SHARE = 0.2
OFF_CENTRE_PX = 15.0
TILT = 1.2e-4
"""Perspective: at 1e-4 the far edge of a 640 pixel picture is 6 % smaller than the middle."""
NEAREST, FARTHEST = 1.0, 0.75
"""How large a thing appears: an EAN-13 of three dots a module has 2.25 pixels a module at the farthest."""
FILL_SHARE = 0.9
DIMMEST = 0.6
"""Light falls off over the picture down to this share."""
BLUR_MIN_PX, BLUR_MAX_PX = 0.4, 1.1

Matrix = npt.NDArray[np.float64]
_SAMPLE = ("4006381333931", "EAN-13")
"""What is printed on a thing whose symbol is hidden from the start."""


class CameraTwin:
    """A simulated camera that is also a frame source.

    Args:
        width_px: Size of its frames.
        height_px: Likewise.
        frames_per_s: While something is held before it.
        rng: Poses, light, blur and noise come out of it.
        now_us: Monotonic microseconds.
    """

    def __init__(
        self, width_px: int, height_px: int, frames_per_s: int, rng: random.Random, now_us: Callable[[], int]
    ) -> None:
        self._size = (width_px, height_px)
        self._frame_s = 1 / frames_per_s
        self._rng = rng
        self._now_us = now_us
        noise = np.random.default_rng(rng.getrandbits(32))
        tile = (height_px + NOISE_MARGIN_PX, width_px + NOISE_MARGIN_PX)
        self._noise = noise.standard_normal(tile, np.float32)
        self._noise = (self._noise * NOISE_GREY).astype(np.int8)
        self._table = self._noisy(np.full((height_px, width_px), TABLE_GREY, np.uint8))
        self._wake = threading.Condition()
        self._thing: Frame | None = None
        self._pose: _Pose | None = None
        self._fresh = True
        self._plugged = True
        self._last: Picture | None = None
        self._frozen: Picture | None = None
        self._covered = False
        self._black = self._noisy(np.zeros((height_px, width_px), np.uint8))

    def show(self, symbols: Sequence[tuple[str, str]]) -> None:
        """Hold a thing with these printed symbols (text, symbology) before the camera.

        Raises: ValueError, there is none or one that cannot be printed.
        """
        self._hold(printed_thing(symbols))

    def show_image(self, image: Frame) -> None:
        """Hold a printed sheet, such as a shipping label at 203 dots an inch, so near that its symbol fills the
        picture."""
        self._hold(around_symbols(image))

    def hide_symbol(self) -> None:
        """Cover the symbol of what is held there with a thumb; a thing is brought if there is none."""
        thing = self._thing
        self._hold(under_thumb(printed(*_SAMPLE) if thing is None else thing), keep=thing)

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
            self._wake.notify_all()

    def cover(self) -> None:
        """Put a cap on its lens: it sees nothing but its own noise."""
        with self._wake:
            self._covered = self._fresh = True
            self._wake.notify_all()

    def uncover(self) -> None:
        """Take it off."""
        with self._wake:
            self._covered = False
            self._fresh = True
            self._wake.notify_all()

    def freeze(self) -> None:
        """Let it hang as a driver may: it gives its last frame again and again, and calls that success."""
        with self._wake:
            self._frozen = self._last

    def thaw(self) -> None:
        """Let it go on."""
        with self._wake:
            self._frozen = None

    def read(self, timeout_s: float) -> Picture | None:
        """The next frame. Raises: DeviceMissing, while it is unplugged."""
        with self._wake:
            if not self._fresh and self._plugged:
                self._wake.wait(min(timeout_s, self._period_s()))
            self._fresh = False
            if not self._plugged:
                raise DeviceMissing("The simulated camera is unplugged: plug it in again.")
            if self._frozen is not None:
                return self._frozen
            pose, covered = self._pose, self._covered
        at_us = self._now_us()
        if covered:
            self._last = Picture(self._black, at_us)
            return self._last
        self._last = Picture(self._table if pose is None else self._drawn(pose, at_us), at_us)
        return self._last

    def close(self) -> None:
        """Nothing to let go of: the twin outlives its watcher's reopening."""

    def _period_s(self) -> float:
        if self._pose is None:
            return IDLE_FRAME_S
        return self._frame_s if self._now_us() - self._pose.since_us < REST_AFTER_US else REST_FRAME_S

    def _hold(self, picture: Frame | None, keep: Frame | None = None) -> None:
        pose = None if picture is None else _Pose(picture, self._size, self._rng, self._now_us())
        with self._wake:
            self._thing = picture if keep is None else keep
            self._pose = pose
            self._fresh = True
            self._wake.notify_all()

    def _drawn(self, pose: "_Pose", at_us: int) -> Frame:
        lying = cv2.warpPerspective(
            pose.picture,
            pose.matrix(self._rng, shaking=at_us - pose.since_us < SHAKE_US),
            self._size,
            flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=TABLE_GREY,
        )
        blurred = cv2.GaussianBlur(lying, (5, 5), pose.blur_px)
        return self._noisy(cv2.multiply(blurred, pose.light, scale=1 / 255))

    def _noisy(self, picture: Frame) -> Frame:
        x, y = self._rng.randrange(NOISE_MARGIN_PX), self._rng.randrange(NOISE_MARGIN_PX)
        height, width = picture.shape
        return np.asarray(cv2.add(picture, self._noise[y : y + height, x : x + width], dtype=cv2.CV_8U), np.uint8)


class _Pose:
    """How a thing lies before the camera: turned, in perspective, unevenly lit, out of focus."""

    def __init__(self, picture: Frame, size: tuple[int, int], rng: random.Random, since_us: int) -> None:
        width, height = size
        rows, columns = picture.shape
        fitting = FILL_SHARE * min(width / columns, height / rows)
        scale = min(fitting, rng.uniform(FARTHEST, NEAREST))
        if scale < 0.6:
            # The lens averages over what one pixel sees; a bare warp would alias the bars.
            picture = np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
            rows, columns = picture.shape
            scale = 1.0
        self.picture = picture
        self.since_us = since_us
        self.blur_px = rng.uniform(BLUR_MIN_PX, BLUR_MAX_PX)
        self.light = _light(size, rng)
        self._middle = (columns / 2, rows / 2)
        self._scale = scale
        self._degrees = rng.uniform(-SKEW_DEGREES, SKEW_DEGREES) + (180 if rng.random() < UPSIDE_DOWN_SHARE else 0)
        self._x_px = width / 2 + rng.uniform(-OFF_CENTRE_PX, OFF_CENTRE_PX)
        self._y_px = height / 2 + rng.uniform(-OFF_CENTRE_PX, OFF_CENTRE_PX)
        self._tilt = (rng.uniform(-TILT, TILT), rng.uniform(-TILT, TILT))

    def matrix(self, rng: random.Random, *, shaking: bool) -> Matrix:
        """From the printed thing to the frame, this once."""
        px = SHAKE_PX if shaking else LYING_PX
        degrees = self._degrees + (rng.uniform(-SHAKE_DEGREES, SHAKE_DEGREES) if shaking else 0.0)
        turn = cv2.getRotationMatrix2D(self._middle, degrees, self._scale)
        turn[0, 2] -= self._middle[0]
        turn[1, 2] -= self._middle[1]
        tilted = np.eye(3)
        tilted[2, :2] = self._tilt
        placed = np.eye(3)
        placed[0, 2] = self._x_px + rng.uniform(-px, px)
        placed[1, 2] = self._y_px + rng.uniform(-px, px)
        return np.asarray(placed @ tilted @ np.vstack([turn, [0, 0, 1]]), np.float64)


def _light(size: tuple[int, int], rng: random.Random) -> Frame:
    """Light that falls off towards one side: 255 is full light."""
    width, height = size
    towards = rng.uniform(0, 2 * math.pi)
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :] * math.cos(towards)
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None] * math.sin(towards)
    loss = rng.uniform(0, 1 - DIMMEST) / 2
    fallen = x + y
    return np.asarray(255 * (1 - loss + loss * fallen / float(np.abs(fallen).max())), np.uint8)

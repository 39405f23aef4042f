"""Where frames come from."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import cv2
import numpy as np
import numpy.typing as npt

from firmware.camera.pixels import MJPG, OtherFormat, grey_of
from firmware.errors import DeviceMissing

if TYPE_CHECKING:  # the process that only reads a camera needs no barcode readers
    from firmware.barcode import Frame

STALE_FRAME_US = 250_000
"""A frame older than this shows what was, not what is: it is thrown away for the next one."""
STALE_FRAMES_MAX = 8
"""So many old frames in a row are thrown away at most: then the driver's own times are not to be trusted."""
NO_STAMP_US = 0
"""What a driver that stamps nothing says, or less."""
CLOCK_TRUST_US = 60_000_000
"""A driver's time further than this from ours is of another clock."""
SMALL_PX = 640 * 480
"""More pixels than this are asked for as JPEG: as they are, USB 2 carries only a few such frames a second."""
BROKEN_MAX = 5
"""After so many broken frames in a row what is raw is left to OpenCV to decode."""


@dataclass(frozen=True)
class Picture:
    """One frame and when it was taken (monotonic microseconds)."""

    frame: "Frame"
    at_us: int


class FrameSource(Protocol):
    """A camera."""

    def read(self, timeout_s: float) -> Picture | None:
        """The next frame, or None if none came in time. The same array again means: nothing has changed; the same
        time again means: it is no new frame.

        Raises: DeviceMissing.
        """
        ...

    def close(self) -> None:
        """Let go of the camera. May be called twice."""
        ...


def _monotonic_us() -> int:
    return time.monotonic_ns() // 1000


class OpenCvSource:
    """A camera through OpenCV, the newest frame always, grey, none kept waiting.

    Args:
        device: A V4L2 device such as ``/dev/video0`` (or by id, ``/dev/v4l/by-id/...``), or anything else that
            OpenCV opens: the address of a network camera, a recorded film.
        width_px: What to ask the camera for; it may give another size.
        height_px: Likewise.
        frames_per_s: Likewise.
        now_us: Monotonic microseconds, the clock that V4L2 stamps its frames with.

    A frame that the driver gives again (under the stamp of the last one; where it stamps nothing, the same bit for bit,
    which a sensor's noise never is) is given again with its old time.

    Raises: DeviceMissing.
    """

    def __init__(
        self,
        device: str,
        width_px: int,
        height_px: int,
        frames_per_s: int,
        now_us: Callable[[], int] = _monotonic_us,
    ) -> None:
        self._device = device
        self._now_us = now_us
        self._stamp_us = NO_STAMP_US
        self._last: Picture | None = None
        self._broken = 0
        backend = cv2.CAP_V4L2 if device.startswith("/dev/") else cv2.CAP_ANY
        self._capture = cv2.VideoCapture(device, backend)
        if not self._capture.isOpened():
            self._capture.release()
            raise DeviceMissing(f"{device}: expected a camera, got none (v4l2-ctl --list-devices names them).")
        if device.startswith("/dev/"):
            if width_px * height_px > SMALL_PX:
                self._capture.set(cv2.CAP_PROP_FOURCC, MJPG)
            self._capture.set(cv2.CAP_PROP_CONVERT_RGB, 0)
        self._capture.set(cv2.CAP_PROP_FRAME_WIDTH, width_px)
        self._capture.set(cv2.CAP_PROP_FRAME_HEIGHT, height_px)
        self._capture.set(cv2.CAP_PROP_FPS, frames_per_s)
        self._capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)

    def read(self, timeout_s: float) -> Picture | None:
        """The next frame that is not stale; None if all that came were. Raises: DeviceMissing."""
        deadline_us = self._now_us() + round(timeout_s * 1e6)
        for _ in range(STALE_FRAMES_MAX):
            try:
                grabbed = self._capture.grab()
            except cv2.error as error:
                raise DeviceMissing(f"{self._device}: expected a frame, OpenCV said: {error}.") from error
            if not grabbed:
                raise DeviceMissing(f"{self._device}: expected a frame, got none: is the camera still plugged in?")
            now_us = self._now_us()
            stamp_us = round(self._capture.get(cv2.CAP_PROP_POS_MSEC) * 1000)
            if stamp_us == self._stamp_us > NO_STAMP_US and self._last is not None:
                return self._last
            self._stamp_us = stamp_us
            at_us = stamp_us if 0 <= now_us - stamp_us < CLOCK_TRUST_US else now_us
            if now_us - at_us <= STALE_FRAME_US:
                return self._decoded(at_us)
            if now_us > deadline_us:
                return None
        return self._decoded(self._now_us())

    def close(self) -> None:
        """Let go of the camera. May be called twice."""
        self._capture.release()

    def _decoded(self, at_us: int) -> Picture | None:
        # A frame that was broken on its way (a half JPEG) is no reason to give up the camera.
        try:
            decoded, frame = self._capture.retrieve()
        except cv2.error as error:
            raise DeviceMissing(f"{self._device}: expected a frame, OpenCV said: {error}.") from error
        grey = self._grey(frame) if decoded else None
        if grey is None:
            return None
        picture = Picture(grey, at_us)
        if self._stamp_us <= NO_STAMP_US and self._last is not None and np.array_equal(picture.frame, self._last.frame):
            return self._last
        self._last = picture
        return picture

    def _grey(self, frame: "npt.NDArray[Any]") -> "Frame | None":
        """The frame without colour; None if it is broken. What we cannot decode, OpenCV is to decode from now on."""
        try:
            grey = grey_of(frame, round(self._capture.get(cv2.CAP_PROP_FOURCC)))
        except OtherFormat:
            grey, self._broken = None, BROKEN_MAX
        self._broken = 0 if grey is not None else self._broken + 1
        if self._broken >= BROKEN_MAX:
            self._capture.set(cv2.CAP_PROP_CONVERT_RGB, 1)
        return grey

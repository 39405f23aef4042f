"""Where frames come from."""

from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np

from firmware.barcode import Frame
from firmware.errors import DeviceMissing


@dataclass(frozen=True)
class Picture:
    """One frame and when it was taken (monotonic microseconds)."""

    frame: Frame
    at_us: int


class FrameSource(Protocol):
    """A camera."""

    def read(self, timeout_s: float) -> Picture | None:
        """The next frame, or None if none came in time. The same array again means: nothing has changed.

        Raises: DeviceMissing.
        """
        ...

    def close(self) -> None:
        """Let go of the camera."""
        ...


class OpenCvSource:
    """A camera through OpenCV (V4L2 on a Pi), the newest frame always, none kept waiting."""

    def __init__(self, device: str, width_px: int, height_px: int, frames_per_s: int) -> None:
        self._device = device
        self._capture = cv2.VideoCapture(device, cv2.CAP_V4L2)
        if not self._capture.isOpened():
            raise DeviceMissing(f"{device}: expected a camera, got none (v4l2-ctl --list-devices names them).")
        self._capture.set(cv2.CAP_PROP_FRAME_WIDTH, width_px)
        self._capture.set(cv2.CAP_PROP_FRAME_HEIGHT, height_px)
        self._capture.set(cv2.CAP_PROP_FPS, frames_per_s)
        self._capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)

    def read(self, timeout_s: float) -> Picture | None:
        """The next frame. Raises: DeviceMissing."""
        taken, frame = self._capture.read()
        if not taken:
            raise DeviceMissing(f"{self._device}: expected a frame, got none: is the camera still plugged in?")
        at_us = int(self._capture.get(cv2.CAP_PROP_POS_MSEC) * 1000)
        return Picture(np.asarray(frame, np.uint8), at_us)

    def close(self) -> None:
        """Let go of the camera."""
        self._capture.release()

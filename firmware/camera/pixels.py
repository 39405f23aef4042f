"""From what a driver gives to a grey frame, at the least cost: of a JPEG only the brightness is decoded."""

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

MJPG = cv2.VideoWriter.fourcc(*"MJPG")
YUYV = cv2.VideoWriter.fourcc(*"YUYV")
JPEG_START = b"\xff\xd8"
"""Source: ITU-T T.81, B.1.1.3 (start of image)."""


class OtherFormat(ValueError):
    """Pixels in a format that is not known here."""


def grey_of(came: npt.NDArray[Any], fourcc: int) -> npt.NDArray[np.uint8] | None:
    """A frame without colour; None if it was broken on its way (half a JPEG).

    Args:
        came: Height x width (grey) or height x width x 3 (blue, green, red), as OpenCV decodes; or raw: one row of a
            JPEG's bytes, maybe with old bytes behind, or height x width x 2 (YUYV: brightness first).
        fourcc: What the driver calls the format of what is raw.

    Raises: OtherFormat, it is none of these.
    """
    if came.dtype != np.uint8:
        raise OtherFormat(f"Expected bytes from the camera, got {came.dtype}.")
    if came.ndim == 3 and came.shape[2] == 3:
        return np.asarray(cv2.cvtColor(came, cv2.COLOR_BGR2GRAY), np.uint8)
    if came.ndim == 3 and came.shape[2] == 2 and fourcc == YUYV:
        return np.ascontiguousarray(came[:, :, 0])
    flat = came.ravel()
    if min(came.shape[:2]) == 1 and flat[:2].tobytes() == JPEG_START:
        decoded = cv2.imdecode(flat, cv2.IMREAD_GRAYSCALE)
        return None if decoded is None else np.asarray(decoded, np.uint8)
    if came.ndim == 2 and min(came.shape) > 1:
        return came
    raise OtherFormat(f"Expected grey, colour, YUYV or JPEG from the camera, got {came.shape} of format {fourcc:#x}.")

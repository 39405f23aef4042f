"""From a camera's frame to the JPEG that is kept: what is around the symbol; else all of it, smaller."""

import cv2
import numpy as np

from edge.contract.commands import PICTURE_BYTES_MAX
from edge.evidence.note import NOTE_BYTES_MAX
from firmware.readers import Frame
from firmware.symbol import Symbol

SIDE_PX_MAX = 640
"""No kept picture is longer than this in either direction."""
MARGIN_SHARE = 0.5
"""Around a symbol so much of its longer side is kept too: the thing that it is on."""
MARGIN_PX_MIN = 40
QUALITIES = (75, 50, 25, 10)
"""JPEG qualities, the first that gives few enough bytes; measured: a symbol can be read again at 50."""
BYTES_MAX = PICTURE_BYTES_MAX - NOTE_BYTES_MAX - 16


def jpeg_of(frame: Frame, symbol: Symbol | None) -> bytes:
    """A grey frame as the JPEG to be kept."""
    part = frame if symbol is None else _around(frame, symbol)
    longest = max(part.shape[:2])
    if longest > SIDE_PX_MAX:
        scale = SIDE_PX_MAX / longest
        part = np.asarray(cv2.resize(part, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    drawn = b""
    for quality in QUALITIES:
        encoded, found = cv2.imencode(".jpg", part, [cv2.IMWRITE_JPEG_QUALITY, quality])
        assert encoded, "a frame that has pixels can be encoded"
        drawn = found.tobytes()
        if len(drawn) <= BYTES_MAX:
            break
    assert len(drawn) <= BYTES_MAX, "640 x 640 pixels of quality 10 are fewer bytes"
    return drawn


def _around(frame: Frame, symbol: Symbol) -> Frame:
    left, top, right, bottom = symbol.box
    margin = max(MARGIN_PX_MIN, int(MARGIN_SHARE * max(right - left, bottom - top)))
    return frame[max(0, top - margin) : bottom + margin, max(0, left - margin) : right + margin]

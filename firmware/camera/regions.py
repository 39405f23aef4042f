"""Where in a large frame a symbol may be: where there is print, and where something lies that the table has not.

A 1080p frame has seven times the pixels of a 640 x 480 one, and a symbol on it is no larger in pixels than there: only
the parts that may hold one are read. Measured against reading all of it: docs/performance.md.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from firmware.readers import Frame
from firmware.symbol import Box

LARGE_PX = 2 * 640 * 480
"""A frame with more pixels is read in parts."""
CELL_PX = 32
STEP_PX = 2
"""Neighbours this far apart are compared: a bar of 1.75 pixels has its other colour beside it."""
ROWS_EVERY = 4
"""Every fourth row is looked at: a symbol is higher than that."""
PRINT_GREY, PRINT_GREY_MAX = 9, 18
"""A cell whose neighbouring pixels differ by so much in the mean may have print on it ..."""
NOISE_TIMES = 2
"""... or by so many times the frame's median, as far as that is noise: a good sensor's is 3 to 5."""
JOIN_CELLS = 3
"""Cells with print no further apart are of one symbol: between the bars of a large one lies blank paper."""
CELLS_MIN = 2
MARGIN_PX = 24
"""Around a region: its quiet zone, which a reader wants to see."""
REGIONS_MAX = 6
"""With more regions all of the frame is read: which of them holds the symbol cannot be told."""
WHOLE_SHARE = 0.5
"""If the regions are more of the frame than this, all of it is read: in parts it would cost as much."""

Cells = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Region:
    """A part of a frame."""

    box: Box
    frame: Frame


def regions(grey: Frame) -> list[Region] | None:
    """The parts of a large frame that may hold a symbol; None: read all of it."""
    if grey.size <= LARGE_PX:
        return None
    printed = _printed(grey)
    joined = cv2.morphologyEx(printed, cv2.MORPH_CLOSE, np.ones((JOIN_CELLS, JOIN_CELLS), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    found = [stats[n] for n in range(1, count) if stats[n][cv2.CC_STAT_AREA] >= CELLS_MIN]
    if len(found) > REGIONS_MAX:
        return None
    boxes = [_box(stat, grey.shape) for stat in found]
    share = sum((right - left) * (bottom - top) for left, top, right, bottom in boxes) / grey.size
    if share > WHOLE_SHARE:
        return None
    return [Region(box, np.ascontiguousarray(grey[box[1] : box[3], box[0] : box[2]])) for box in boxes]


def _printed(grey: Frame) -> Cells:
    """The cells with print: 1, the others 0. A step along either axis counts, so that it may be turned as it likes."""
    rows = grey[::ROWS_EVERY]
    along = _means(cv2.absdiff(rows[:, STEP_PX:], rows[:, :-STEP_PX]), grey.shape)
    across = _means(cv2.absdiff(grey[STEP_PX::ROWS_EVERY], grey[:-STEP_PX:ROWS_EVERY]), grey.shape)
    steps = np.maximum(along, across)
    least = min(max(NOISE_TIMES * float(np.median(steps)), PRINT_GREY), PRINT_GREY_MAX)
    return np.asarray(steps > least, np.uint8)


def _means(steps: Frame, shape: tuple[int, ...]) -> Frame:
    """The mean step of each cell of a frame of this shape. Halved again and again, which is the fastest mean there is
    as long as the sides are even."""
    high, wide = -(-shape[0] // CELL_PX), -(-shape[1] // CELL_PX)
    whole = np.zeros((high * CELL_PX // ROWS_EVERY, wide * CELL_PX), np.uint8)
    whole[: steps.shape[0], : steps.shape[1]] = steps
    while whole.shape[0] > high:
        half = whole.shape[1] // 2, whole.shape[0] // 2
        whole = np.asarray(cv2.resize(whole, half, interpolation=cv2.INTER_AREA), np.uint8)
    return np.asarray(cv2.resize(whole, (wide, high), interpolation=cv2.INTER_AREA), np.uint8)


def _box(stat: npt.NDArray[np.int32], shape: tuple[int, ...]) -> Box:
    left, top, width, height = (int(stat[key]) * CELL_PX for key in range(4))
    right, bottom = left + width + MARGIN_PX, top + height + MARGIN_PX
    return max(0, left - MARGIN_PX), max(0, top - MARGIN_PX), min(shape[1], right), min(shape[0], bottom)

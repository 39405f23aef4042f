"""Whether something lies before the camera, and whether it moves: told from a thumbnail, at little cost.

A cell of the thumbnail is the mean of a 16 x 16 patch: noise and the stripes of a barcode vanish in it, a hand or
a parcel does not. What an empty table looks like is learned: it follows the daylight slowly, and a picture that
stayed the same for long without a symbol on it is taken for a table too (a camera that was moved).
"""

from collections import deque
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from firmware.barcode import Frame

CELL_PX = 16
HALVED = 2
"""So often a frame is halved before its cells' means are taken."""
CELL_CHANGED_GREY = 14.0
"""A cell whose mean grey differs by more has changed."""
CHANGED_CELLS_MIN = 8
"""So many changed cells are a thing (of 1,200 at 640 x 480): some 4 x 4 cm where the frame spans half a metre."""
GAIN_MIN, GAIN_MAX = 0.6, 1.6
"""Light that changed over the whole picture by a factor within these is light, not a thing."""
DAYLIGHT_SHARE = 1 / 32
"""How much of each empty frame goes into what the table is known to look like."""
STILL_SHARE = 1 / 4
"""How much of each frame goes into what a still picture is taken to look like: a tremble averages out."""
TABLES_MAX = 4
"""So many looks of the table are remembered; the oldest is forgotten."""
RELEARN_AFTER_US = 60_000_000
"""A picture unchanged for this long, in which nothing was read, is a table."""

Thumbnail = npt.NDArray[np.float32]


@dataclass(frozen=True)
class View:
    """What one frame shows."""

    empty: bool
    moved: bool
    """Whether it differs from the frames just before."""


class Scene:
    """Looks at every frame; gives it back as empty or not, moved or not."""

    def __init__(self) -> None:
        self._tables: deque[Thumbnail] = deque(maxlen=TABLES_MAX)
        self._anchor: Thumbnail | None = None
        self._still_since_us = 0
        self.is_new_table = False
        """Whether the last frame was just learned as a table, on no better ground than that it was the first."""

    def look(self, grey: Frame, now_us: int) -> View:
        """Take a frame. The first one ever is taken for the empty table, unless :meth:`occupied` objects."""
        cells = _thumbnail(grey)
        moved = self._anchor is None or self._anchor.shape != cells.shape or _changed(cells, self._anchor)
        if moved or self._anchor is None:
            self._anchor = cells.copy()
            self._still_since_us = now_us
        else:
            self._anchor += (cells - self._anchor) * STILL_SHARE
        self.is_new_table = not self._tables
        if self.is_new_table:
            self._tables.append(cells.copy())
        empty = self._is_table(cells)
        if not empty and now_us - self._still_since_us > RELEARN_AFTER_US:
            self._tables.append(cells.copy())
            empty = True
        return View(empty=empty, moved=moved)

    def occupied(self, now_us: int) -> None:
        """Something was read in the last frame: whatever it looks like, it is no empty table."""
        self._still_since_us = now_us
        if self._anchor is not None:
            kept = [table for table in self._tables if _changed(self._anchor, table)]
            self._tables = deque(kept, maxlen=TABLES_MAX)

    def _is_table(self, cells: Thumbnail) -> bool:
        for table in self._tables:
            if table.shape == cells.shape and not _changed(cells, table * _gain(cells, table)):
                np.add(table, (cells - table) * DAYLIGHT_SHARE, out=table)
                return True
        return False


def _thumbnail(grey: Frame) -> Thumbnail:
    size = (max(1, grey.shape[1] // CELL_PX), max(1, grey.shape[0] // CELL_PX))
    for _ in range(HALVED):  # measured: six times as fast as the mean of 16 x 16 at once, and the same within a grey
        if grey.shape[0] % 2 or grey.shape[1] % 2:
            break
        half = grey.shape[1] // 2, grey.shape[0] // 2
        grey = np.asarray(cv2.resize(grey, half, interpolation=cv2.INTER_AREA), np.uint8)
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.float32)


def _changed(cells: Thumbnail, known: Thumbnail) -> bool:
    return int(np.count_nonzero(np.abs(cells - known) > CELL_CHANGED_GREY)) >= CHANGED_CELLS_MIN


def _gain(cells: Thumbnail, table: Thumbnail) -> float:
    """How much lighter the whole picture is than the table was. The median leaves a thing on half of it out."""
    return float(np.clip(np.median(cells / np.maximum(table, 1.0)), GAIN_MIN, GAIN_MAX))

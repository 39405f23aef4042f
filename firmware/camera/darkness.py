"""Whether a camera sees anything at all: a cap on its lens and a lamp that is off look the same to it."""

import numpy as np

from firmware.barcode import Frame

DARK_GREY = 12.0
"""A picture whose brightest tenth is darker than this shows nothing that could be read: a dark matt table in a lit room
has some 40."""
BRIGHT_SHARE_PCT = 90
EVERY_PX = 16
"""One pixel of so many in each direction is looked at."""
DARK_AFTER_US = 3_000_000
"""A lens that somebody reaches over is no fault."""
WHY = "Expected to see the table, got a black picture: is the lens covered, is the light off?"


class Darkness:
    """Watches for pictures that are black."""

    def __init__(self) -> None:
        self._since_us: int | None = None

    def sees_nothing(self, frame: Frame, now_us: int) -> bool:
        """Whether this frame is black."""
        few = frame[::EVERY_PX, ::EVERY_PX]
        black = float(np.percentile(few, BRIGHT_SHARE_PCT)) < DARK_GREY
        if not black:
            self._since_us = None
        elif self._since_us is None:
            self._since_us = now_us
        return black

    def is_lasting(self, now_us: int) -> bool:
        """Whether they have been black for :data:`DARK_AFTER_US`."""
        return self._since_us is not None and now_us - self._since_us >= DARK_AFTER_US

"""Films of small labels on a large table, as a camera with many pixels sees them."""

import random
from collections.abc import Iterator

import numpy as np

from firmware.barcode import Frame
from firmware.twin.camera_twin import CameraTwin

WIDE, HIGH = 1920, 1080
FRAME_US = 50_000


def film(symbols: list[tuple[str, str]], seed: int, frames: int = 6) -> Iterator[Frame]:
    """A label that lies somewhere on the table, of 2.2 to 3 pixels a module: an eighth of the picture's width."""
    clock_us = [1_000_000]
    camera = CameraTwin(WIDE, HIGH, 20, random.Random(seed), lambda: clock_us[0])
    camera.show(symbols)
    rng = random.Random(seed)
    away = rng.randrange(-HIGH // 3, HIGH // 3), rng.randrange(-WIDE // 3, WIDE // 3)
    for _ in range(frames):
        clock_us[0] += FRAME_US
        picture = camera.read(0)
        assert picture is not None
        yield np.ascontiguousarray(np.roll(picture.frame, away, (0, 1)))

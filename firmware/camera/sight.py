"""How well a camera sees, frame by frame: what was read, how large its modules are, whether it is sharp and lit.

For whoever aims a camera; what a station reads is :mod:`firmware.camera.watcher`'s.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
import zxingcpp

from firmware.barcode import Frame, Symbol, as_grey, read_fast, read_symbols
from firmware.symbology import LINEAR

LINEAR_MODULE_PX = 1.75
MATRIX_MODULE_PX = 2.5
"""So many pixels a module are needed; measured (docs/hardware/camera.md)."""
ROOMY = 1.2
"""A module this many times the least is good; between, it is only just enough."""
DARK_GREY = 90
"""Paper is white: where even the lightest part of a symbol's spot is darker, there is too little light."""
GLARE_GREY = 250
GLARE_SHARE = 0.05
"""So much of a spot at the end of the scale is glare, or too much light."""
CONTRAST_GREY = 60
"""Between ink and paper there must be at least so much."""
EDGE_PX_MAX = 3.0
"""An edge that takes more pixels from ink to paper is blurred: out of focus, or it moved."""
PATCH_PX = 32
BUSY_GREY = 6.0
"""A patch whose neighbouring pixels differ by more in the mean has print on it."""
BUSY_PATCHES_MIN = 4
ENLARGED = 2
FORMATS = {
    "Code128": zxingcpp.BarcodeFormat.Code128,
    "QRCode": zxingcpp.BarcodeFormat.QRCode,
    "DataMatrix": zxingcpp.BarcodeFormat.DataMatrix,
}
EAN_13_MODULES, EAN_8_MODULES = 95, 67
"""Source: GS1 General Specifications, section 5.2.2."""
THING_GREY = 40
"""A frame whose lightest and darkest parts differ by more shows a thing, if it is no print that is sharp."""

Hint = str


@dataclass(frozen=True)
class Read:
    """One symbol that was read."""

    symbol: Symbol
    module_px: float
    """Pixels a module, estimated from its length."""
    needed_px: float

    @property
    def is_large_enough(self) -> bool:
        """Whether a station reads it with confidence."""
        return self.module_px >= self.needed_px


@dataclass(frozen=True)
class Sight:
    """What one frame shows."""

    reads: tuple[Read, ...]
    is_printed: bool
    """Whether there is print before the camera, read or not."""
    edge_px: float
    """How many pixels an edge takes from dark to light, where the print is; 0 if there is none."""
    light_grey: int
    """How light paper is there, 0 to 255."""
    contrast_grey: int
    hints: tuple[Hint, ...]
    """What to do, the most important first; none if all is well."""


def look(frame: Frame) -> Sight:
    """Look at one frame as a station does, and at what it is like."""
    grey = as_grey(frame)
    symbols = read_fast(grey)
    reads = tuple(Read(symbol, *_module_px(symbol)) for symbol in symbols)
    spots = [_cut(grey, symbol.box) for symbol in symbols]
    busy = _busiest(grey) if not spots else None
    if busy is not None:
        spots = [busy]
    if not spots:
        return _without_print(grey)
    light, dark = (int(np.percentile(np.concatenate([s.ravel() for s in spots]), share)) for share in (95, 5))
    edge_px = max(_edge_px(spot) for spot in spots)
    glare = max(float(np.mean(spot >= GLARE_GREY)) for spot in spots)
    hints = (*_light_hints(light, light - dark, glare), *_focus_hints(edge_px), *_size_hints(grey, reads))
    if not reads and not hints:
        share = 100 * LINEAR_MODULE_PX * EAN_13_MODULES / grey.shape[1]
        hints = (
            "Print is there, and no symbol is read: uncover it, turn it towards the camera, bring it nearer (an EAN-13"
            f" must fill {share:.0f} % of the picture's width).",
        )
    return Sight(reads, True, edge_px, light, light - dark, hints)


def _without_print(grey: Frame) -> Sight:
    light, dark = (int(np.percentile(grey, share)) for share in (99, 5))
    hint = "Nothing is before the camera: lay a label on the table."
    if light - dark > THING_GREY:
        hint = "A thing is there, and no print on it is sharp: turn the lens, or lay a label on the table."
    return Sight((), False, 0.0, light, light - dark, (hint,))


def _light_hints(light: int, contrast: int, glare: float) -> list[Hint]:
    if light < DARK_GREY:
        return [f"Too dark: paper is {light} of 255, at least {DARK_GREY} is needed. More light on the table."]
    if glare > GLARE_SHARE:
        return [f"Glare: {100 * glare:.0f} % of the label is white without a trace. Tilt the light, or dim it."]
    if contrast < CONTRAST_GREY:
        return [f"Little contrast: ink and paper are {contrast} apart, at least {CONTRAST_GREY} are needed."]
    return []


def _focus_hints(edge_px: float) -> list[Hint]:
    if edge_px <= EDGE_PX_MAX:
        return []
    return [f"Out of focus: an edge takes {edge_px:.1f} pixels, at most {EDGE_PX_MAX:g} are good. Turn the lens."]


def _size_hints(grey: Frame, reads: Sequence[Read]) -> list[Hint]:
    small = [read for read in reads if read.module_px < read.needed_px * ROOMY]
    if small:
        worst = min(small, key=lambda read: read.module_px / read.needed_px)
        words = "Too far" if not worst.is_large_enough else "Only just near enough"
        return [
            f"{words}: {worst.symbol.symbology} has {worst.module_px:.1f} pixels a module, {worst.needed_px:g} are"
            " needed. Nearer, or a camera with more pixels."
        ]
    if not reads:
        larger = cv2.resize(grey, None, fx=ENLARGED, fy=ENLARGED, interpolation=cv2.INTER_CUBIC)
        if read_symbols(np.asarray(larger, np.uint8)):
            return ["Too far: it is only read when the picture is enlarged. Nearer, or a camera with more pixels."]
    return []


def _module_px(symbol: Symbol) -> tuple[float, float]:
    """(pixels a module, how many are needed)."""
    top_left, top_right, bottom_right, bottom_left = (np.array(corner, float) for corner in symbol.corners)
    long = max(float(np.linalg.norm(top_right - top_left)), float(np.linalg.norm(bottom_right - bottom_left)))
    if symbol.symbology in LINEAR:
        return long / _modules(symbol.text, symbol.symbology), LINEAR_MODULE_PX
    return long / _modules(symbol.text, symbol.symbology), MATRIX_MODULE_PX


@lru_cache(maxsize=256)
def _modules(text: str, symbology: str) -> int:
    """How many modules wide a symbol of this text is; of a matrix symbol, if it is as small as it can be."""
    if symbology in ("EAN-13", "EAN-8"):
        return EAN_13_MODULES if symbology == "EAN-13" else EAN_8_MODULES
    try:
        made = zxingcpp.create_barcode(text, FORMATS[symbology])
    except ValueError:  # a text that our writer cannot spell: it is about as long as this
        return EAN_13_MODULES
    drawn = np.array(zxingcpp.write_barcode_to_image(made, scale=1, add_quiet_zones=False))
    return int(drawn.shape[1])


def _cut(grey: Frame, box: tuple[int, int, int, int]) -> Frame:
    left, top, right, bottom = box
    return grey[max(0, top) : bottom + 1, max(0, left) : right + 1]


def _busiest(grey: Frame) -> Frame | None:
    """The part of a frame that has print on it: where neighbouring pixels differ; None if there is none."""
    steps = cv2.absdiff(grey[:, 1:], grey[:, :-1])
    size = (max(1, steps.shape[1] // PATCH_PX), max(1, steps.shape[0] // PATCH_PX))
    busy = np.argwhere(cv2.resize(steps, size, interpolation=cv2.INTER_AREA) > BUSY_GREY)
    if len(busy) < BUSY_PATCHES_MIN:
        return None
    (top, left), (bottom, right) = busy.min(0) * PATCH_PX, (busy.max(0) + 1) * PATCH_PX
    return grey[top:bottom, left:right]


def _edge_px(spot: Frame) -> float:
    """How many pixels an edge takes from dark to light: the contrast over the steepest steps."""
    steps = [cv2.absdiff(spot[:, 1:], spot[:, :-1]), cv2.absdiff(spot[1:], spot[:-1])]
    steepest = max(float(np.percentile(step, 99)) for step in steps if step.size)
    contrast = float(np.percentile(spot, 95) - np.percentile(spot, 5))
    return contrast / max(steepest, 1.0)


class ReadRate:
    """The share of frames with print before the camera on which something was read, over the last seconds.

    Args:
        window_us: How long a frame counts.
    """

    def __init__(self, window_us: int) -> None:
        self._window_us = window_us
        self._frames: deque[tuple[int, bool, bool]] = deque()

    def add(self, sight: Sight, now_us: int) -> None:
        """Count a frame."""
        self._frames.append((now_us, sight.is_printed, bool(sight.reads)))
        while self._frames[0][0] <= now_us - self._window_us:
            self._frames.popleft()

    @property
    def frames(self) -> int:
        """Frames in the window."""
        return len(self._frames)

    @property
    def share(self) -> float | None:
        """Of those with print, the share that was read; None if there were none."""
        printed = [read for _, there, read in self._frames if there]
        return sum(printed) / len(printed) if printed else None

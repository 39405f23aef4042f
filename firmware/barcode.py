"""Reading symbols out of a picture: zxing-cpp and ZBar, each where it is the better one.

The fast path (:func:`read_fast`, every frame of a video) is zxing-cpp with its cheap settings. The full path
(:func:`read_symbols`, stills) asks both: two readers that agree are believed, a lone linear symbol is confirmed on
its own crop, and two that contradict each other on one spot are both dropped.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
import zxingcpp
from pyzbar import pyzbar

Frame = npt.NDArray[np.uint8]
"""Height x width (grey) or height x width x 3 (blue, green, red), 0 to 255."""

Corner = tuple[int, int]

_FORMATS = [
    zxingcpp.BarcodeFormat.EAN13,
    zxingcpp.BarcodeFormat.EAN8,
    zxingcpp.BarcodeFormat.UPCA,
    zxingcpp.BarcodeFormat.Code128,
    zxingcpp.BarcodeFormat.QRCode,
    zxingcpp.BarcodeFormat.DataMatrix,
]
_NAMES = {
    "EAN-13": "EAN-13",
    "EAN-8": "EAN-8",
    "UPC-A": "EAN-13",
    "Code 128": "Code128",
    "QR Code": "QRCode",
    "Data Matrix": "DataMatrix",
}
_ZBAR_NAMES = {"EAN13": "EAN-13", "EAN8": "EAN-8", "CODE128": "Code128"}
_ZBAR_SYMBOLS = [pyzbar.ZBarSymbol.EAN13, pyzbar.ZBarSymbol.EAN8, pyzbar.ZBarSymbol.CODE128]
LINEAR = frozenset({"EAN-13", "EAN-8", "Code128"})
"""Symbologies without error correction: a read of theirs wants a second opinion."""
CROP_MARGIN_PX = 20


@dataclass(frozen=True)
class Symbol:
    """One symbol that was read."""

    text: str
    symbology: str
    """EAN-13, EAN-8, Code128, QRCode, DataMatrix; a UPC-A is an EAN-13 with a leading 0."""
    corners: tuple[Corner, ...]
    aim: str = ""
    """AIM symbology identifier, such as "]E0", where known.

    Source: ISO/IEC 15424.
    """


def read_fast(frame: Frame) -> list[Symbol]:
    """What one cheap look finds; meant for voting over frames."""
    return _zxing(frame, thorough=False)


def read_symbols(frame: Frame) -> list[Symbol]:
    """Everything that can be read in one picture, with as few misreads as two readers allow."""
    grey = frame if frame.ndim == 2 else np.asarray(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY), np.uint8)
    found = _both(grey)
    if not found:
        lifted = cv2.createCLAHE(clipLimit=3.0, tileGridSize=(8, 8)).apply(grey)
        found = _both(np.asarray(lifted, np.uint8))
    return found


def _both(grey: Frame) -> list[Symbol]:
    ours = _zxing(grey, thorough=True)
    theirs = _zbar(grey)
    believed: list[Symbol] = []
    for symbol in ours + theirs:
        if any(symbol.text == known.text for known in believed):
            continue
        others = [other for other in ours + theirs if other is not symbol and _same_spot(symbol, other)]
        agreed = any(other.text == symbol.text for other in others) or symbol.symbology not in LINEAR
        if agreed or (not others and _confirmed(grey, symbol)):
            believed.append(symbol)
    return believed


def _confirmed(grey: Frame, symbol: Symbol) -> bool:
    """Whether a lone linear read is seen again on its own, enlarged crop."""
    xs, ys = zip(*symbol.corners, strict=True)
    top, left = max(0, min(ys) - CROP_MARGIN_PX), max(0, min(xs) - CROP_MARGIN_PX)
    crop = grey[top : max(ys) + CROP_MARGIN_PX, left : max(xs) + CROP_MARGIN_PX]
    if crop.size == 0:
        return False
    double = np.asarray(cv2.resize(crop, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), np.uint8)
    again = _zbar(crop) + _zbar(double) + _zxing(double, thorough=True)
    return any(other.text == symbol.text for other in again) and all(
        other.text == symbol.text for other in again if other.symbology in LINEAR
    )


def _same_spot(one: Symbol, other: Symbol) -> bool:
    (ax, ay), (bx, by) = _middle(one), _middle(other)
    return abs(ax - bx) < 60 and abs(ay - by) < 60


def _middle(symbol: Symbol) -> tuple[float, float]:
    xs, ys = zip(*symbol.corners, strict=True)
    return sum(xs) / len(xs), sum(ys) / len(ys)


def _zxing(frame: Frame, *, thorough: bool) -> list[Symbol]:
    symbols = []
    for result in zxingcpp.read_barcodes(
        frame,
        formats=_FORMATS,
        try_rotate=True,
        try_downscale=thorough,
        try_invert=thorough,
        text_mode=zxingcpp.TextMode.Plain,
    ):
        spot = result.position
        corners = tuple((p.x, p.y) for p in (spot.top_left, spot.top_right, spot.bottom_right, spot.bottom_left))
        name = _NAMES.get(str(result.format))
        if name is None:
            continue
        text = result.text.zfill(13) if name == "EAN-13" else result.text
        symbols.append(Symbol(text, name, corners, result.symbology_identifier))
    return symbols


def _zbar(grey: Frame) -> list[Symbol]:
    symbols = []
    for result in pyzbar.decode(grey, symbols=_ZBAR_SYMBOLS):
        box = result.rect
        corners = (
            (box.left, box.top),
            (box.left + box.width, box.top),
            (box.left + box.width, box.top + box.height),
            (box.left, box.top + box.height),
        )
        name = _ZBAR_NAMES.get(result.type)
        if name is not None:
            symbols.append(Symbol(result.data.decode("utf-8", "replace"), name, corners))
    return symbols

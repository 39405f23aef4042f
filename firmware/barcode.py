"""Reading symbols out of a picture: zxing-cpp and ZBar, each where it is the better one.

The fast path (:func:`read_fast`, every frame of a video) is zxing-cpp with its cheap settings; its reads are voted
over frames. The full path (:func:`read_symbols`, stills) asks both readers: two that agree are believed, a lone
linear symbol is confirmed on its own crop, two that contradict each other on one spot are both dropped.
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
import numpy.typing as npt
import zxingcpp
from pyzbar import pyzbar

from firmware.symbology import DEFAULT, EVERY, LINEAR, expand_upc_e, plausible

Frame = npt.NDArray[np.uint8]
"""Height x width (grey) or height x width x 3 (blue, green, red), 0 to 255."""

Corner = tuple[int, int]
Box = tuple[int, int, int, int]
"""Left, top, right, bottom."""

_ZXING = {
    "EAN-13": (zxingcpp.BarcodeFormat.EAN13, zxingcpp.BarcodeFormat.UPCA),
    "EAN-8": (zxingcpp.BarcodeFormat.EAN8,),
    "UPC-E": (zxingcpp.BarcodeFormat.UPCE,),
    "Code128": (zxingcpp.BarcodeFormat.Code128,),
    "Code39": (zxingcpp.BarcodeFormat.Code39,),
    "ITF": (zxingcpp.BarcodeFormat.ITF,),
    "QRCode": (zxingcpp.BarcodeFormat.QRCode,),
    "DataMatrix": (zxingcpp.BarcodeFormat.DataMatrix,),
    "PDF417": (zxingcpp.BarcodeFormat.PDF417,),
}
_ZXING_NAMES = {
    "EAN-13": "EAN-13",
    "EAN-8": "EAN-8",
    "UPC-A": "EAN-13",
    "UPC-E": "UPC-E",
    "Code 128": "Code128",
    "Code 39": "Code39",
    "Code 39 Standard": "Code39",
    "ITF": "ITF",
    "QR Code": "QRCode",
    "QR Code Model 1": "QRCode",
    "QR Code Model 2": "QRCode",
    "Data Matrix": "DataMatrix",
    "PDF417": "PDF417",
}
# ZBar reads linear symbols only for us: it knows no Data Matrix and garbles the character sets of QR codes.
_ZBAR = {"EAN-13": "EAN13", "EAN-8": "EAN8", "UPC-E": "UPCE", "Code128": "CODE128", "Code39": "CODE39", "ITF": "I25"}
_ZBAR_NAMES = {name: ours for ours, name in _ZBAR.items()}

CROP_MARGIN_SHARE = 0.25
CROP_MARGIN_PX = 12
CROP_MIN_PX = 8
CLAHE_LIMIT = 2.0
CLAHE_TILES = (8, 8)


@dataclass(frozen=True)
class Symbol:
    """One symbol that was read."""

    text: str
    symbology: str
    """EAN-13, EAN-8, Code128, QRCode, DataMatrix and the opt-in ones; a UPC-A and a UPC-E are EAN-13."""
    corners: tuple[Corner, ...]
    """In pixels of the frame, clockwise from the symbol's own top left."""
    aim: str = ""
    """AIM symbology identifier, such as "]E0", where known.

    Source: ISO/IEC 15424.
    """


def read_fast(frame: Frame) -> list[Symbol]:
    """What one cheap look finds; meant for voting over frames."""
    return _zxing(frame, DEFAULT, thorough=False)


def read_symbols(frame: Frame, symbologies: Collection[str] = DEFAULT) -> list[Symbol]:
    """Everything that can be read in one picture, with as few misreads as two readers allow."""
    wanted = frozenset(symbologies)
    assert wanted <= EVERY, f"Expected symbologies of {sorted(EVERY)}, got {sorted(wanted)}."
    grey = as_grey(frame)
    found = _both(grey, wanted)
    if not found:
        lifted = cv2.createCLAHE(clipLimit=CLAHE_LIMIT, tileGridSize=CLAHE_TILES).apply(grey)
        found = _both(np.asarray(lifted, np.uint8), wanted)
    return found


def read_every(frame: Frame) -> list[Symbol]:
    """As :func:`read_symbols`, of every symbology that we know."""
    return read_symbols(frame, EVERY)


def second_opinion(frame: Frame, symbol: Symbol) -> bool | None:
    """What ZBar says of a symbol that zxing-cpp read: the same (True), another (False), nothing (None).

    A symbology with error correction needs no second opinion: always True.
    """
    if symbol.symbology not in LINEAR:
        return True
    crop = _crop(as_grey(frame), symbol)
    if min(crop.shape) < CROP_MIN_PX:
        return None
    texts = {other.text for other in _zbar(crop, DEFAULT)}
    return None if not texts else texts == {symbol.text}


def as_grey(frame: Frame) -> Frame:
    """The frame without colour; itself if it has none."""
    return frame if frame.ndim == 2 else np.asarray(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY), np.uint8)


def _both(grey: Frame, wanted: frozenset[str]) -> list[Symbol]:
    ours = _zxing(grey, wanted, thorough=True)
    theirs = _zbar(grey, wanted)
    believed = {symbol.text: symbol for symbol in ours if symbol.symbology not in LINEAR}
    linear = [(symbol, True) for symbol in ours if symbol.symbology in LINEAR] + [(s, False) for s in theirs]
    agreed = {s.text for s, by_zxing in linear if by_zxing} & {s.text for s, by_zxing in linear if not by_zxing}
    for symbol, by_zxing in linear:
        if symbol.text in believed or any(
            other.text != symbol.text and _touch(_box(other), _box(symbol)) for other, _ in linear
        ):
            continue
        if symbol.text in agreed or _confirmed(grey, symbol, wanted, by_zxing=by_zxing):
            believed[symbol.text] = symbol
    return list(believed.values())


def _confirmed(grey: Frame, symbol: Symbol, wanted: frozenset[str], *, by_zxing: bool) -> bool:
    """Whether a lone linear read is read again on its own crop: by the other reader, at its size and at twice,
    then by the same one at twice. The first that reads anything decides."""
    crop = _crop(grey, symbol)
    if min(crop.shape) < CROP_MIN_PX:
        return False
    double = np.asarray(cv2.resize(crop, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), np.uint8)
    for picture, with_zxing in ((crop, not by_zxing), (double, not by_zxing), (double, by_zxing)):
        found = _zxing(picture, wanted, thorough=False) if with_zxing else _zbar(picture, wanted)
        texts = {other.text for other in found if other.symbology in LINEAR}
        if texts:
            return texts == {symbol.text}
    return False


def _crop(grey: Frame, symbol: Symbol) -> Frame:
    left, top, right, bottom = _box(symbol)
    margin = int(CROP_MARGIN_SHARE * max(right - left, bottom - top)) + CROP_MARGIN_PX
    part = grey[max(0, top - margin) : bottom + margin, max(0, left - margin) : right + margin]
    return np.ascontiguousarray(part)


def _box(symbol: Symbol) -> Box:
    xs, ys = zip(*symbol.corners, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _touch(a: Box, b: Box) -> bool:
    return a[0] <= b[2] and b[0] <= a[2] and a[1] <= b[3] and b[1] <= a[3]


@cache
def _zxing_formats(wanted: frozenset[str]) -> list[zxingcpp.BarcodeFormat]:
    return [one for name in sorted(wanted) for one in _ZXING[name]]


@cache
def _zbar_symbols(wanted: frozenset[str]) -> list[pyzbar.ZBarSymbol]:
    # UPC-E is always on, or ZBar passes one off as an EAN-13.
    return [pyzbar.ZBarSymbol[_ZBAR[name]] for name in sorted(wanted | {"UPC-E"}) if name in _ZBAR]


def _zxing(frame: Frame, wanted: frozenset[str], *, thorough: bool) -> list[Symbol]:
    symbols: list[Symbol] = []
    for result in zxingcpp.read_barcodes(
        frame,
        formats=_zxing_formats(wanted),
        try_rotate=True,
        try_downscale=thorough,
        try_invert=thorough,
        text_mode=zxingcpp.TextMode.Plain,
    ):
        spot = result.position
        corners = tuple((p.x, p.y) for p in (spot.top_left, spot.top_right, spot.bottom_right, spot.bottom_left))
        name = _ZXING_NAMES.get(str(result.format))
        if name is not None:
            _add(symbols, result.text, name, corners, result.symbology_identifier)
    return symbols


def _zbar(grey: Frame, wanted: frozenset[str]) -> list[Symbol]:
    symbols: list[Symbol] = []
    for result in pyzbar.decode(grey, symbols=_zbar_symbols(wanted)):
        box = result.rect
        right, bottom = box.left + box.width, box.top + box.height
        corners = ((box.left, box.top), (right, box.top), (right, bottom), (box.left, bottom))
        name = _ZBAR_NAMES.get(result.type, "")
        if name in wanted:
            _add(symbols, result.data.decode("utf-8", "replace"), name, corners, "")
    return symbols


def _add(symbols: list[Symbol], text: str, name: str, corners: tuple[Corner, ...], aim: str) -> None:
    """Spell product codes one way, and leave out what cannot be."""
    if name == "UPC-E" and len(text) == 8 and text.isdigit():
        text, name = expand_upc_e(text), "EAN-13"
    elif name in {"EAN-13", "UPC-E"}:
        text, name = text.zfill(13), "EAN-13"
    if plausible(text, name):
        symbols.append(Symbol(text, name, corners, aim))

"""Printed things for a camera to look at: symbols on paper with their text below, whole or under a thumb."""

from collections.abc import Sequence
from functools import lru_cache

import cv2
import numpy as np
import zxingcpp

from firmware.barcode import Frame, Symbol, read_fast
from firmware.symbology import LINEAR

FORMATS = {
    "EAN-13": zxingcpp.BarcodeFormat.EAN13,
    "Code128": zxingcpp.BarcodeFormat.Code128,
    "QRCode": zxingcpp.BarcodeFormat.QRCode,
    "DataMatrix": zxingcpp.BarcodeFormat.DataMatrix,
}
PAPER_GREY = 225
INK_GREY = 25
THUMB_GREY = 150
LINEAR_MODULE_DOTS = 3
MATRIX_MODULE_DOTS = 6
BAR_HEIGHT_DOTS = 110
MARGIN_DOTS = 20
"""Paper around a symbol, beyond its own quiet zone."""
TEXT_HEIGHT_DOTS = 34
THUMB_SHARE = 0.62
"""How much of the paper's width a thumb covers: more than any error correction makes good."""
SHEET_MARGIN_SHARE = 0.12
PRINTS_KEPT = 256
"""Symbols kept drawn, of some 60 kB each: a station shows the same items again."""


@lru_cache(maxsize=PRINTS_KEPT)
def printed(text: str, symbology: str) -> Frame:
    """A symbol printed on paper with its quiet zone and its text below, grey. Not to be written to.

    Raises: ValueError, the text cannot stand in this symbology or there is no such symbology.
    """
    if symbology not in FORMATS:
        raise ValueError(f"Expected a symbology of {', '.join(FORMATS)}, got '{symbology}'.")
    symbol = zxingcpp.create_barcode(text, FORMATS[symbology])
    scale = LINEAR_MODULE_DOTS if symbology in LINEAR else MATRIX_MODULE_DOTS
    bits = np.array(zxingcpp.write_barcode_to_image(symbol, scale=scale))
    if symbology in LINEAR:
        bits = np.repeat(bits[bits.shape[0] // 3][None, :], BAR_HEIGHT_DOTS, 0)
    ink = np.where(bits > 127, PAPER_GREY, INK_GREY).astype(np.uint8)
    paper = np.pad(ink, MARGIN_DOTS, constant_values=PAPER_GREY)
    paper = np.pad(paper, ((0, TEXT_HEIGHT_DOTS), (0, 0)), constant_values=PAPER_GREY)
    _write(paper, text)
    paper.flags.writeable = False
    return paper


def printed_thing(symbols: Sequence[tuple[str, str]]) -> Frame:
    """A thing with these symbols (text, symbology) one below the other.

    Raises: ValueError, as :func:`printed`, or there is not one symbol.
    """
    if not symbols:
        raise ValueError("Expected at least one symbol to show, got none: clear() takes a thing away.")
    papers = [printed(text, symbology) for text, symbology in symbols]
    width = max(paper.shape[1] for paper in papers)
    return np.vstack([_centred(paper, width) for paper in papers])


def under_thumb(thing: Frame) -> Frame:
    """The same thing, its symbols covered by a thumb from top to bottom."""
    covered = thing.copy()
    height, width = covered.shape
    half = int(THUMB_SHARE * width / 2)
    covered[:, width // 2 - half : width // 2 + half] = THUMB_GREY
    cv2.ellipse(covered, (width // 2, height // 3), (half // 2, height // 4), 0, 0, 360, THUMB_GREY + 25, -1)
    return covered


def around_symbols(sheet: Frame) -> Frame:
    """The part of a printed sheet around its symbols, as a person holds it before a camera; all of it if it has
    none that can be read."""
    symbols = read_fast(sheet)
    if not symbols:
        return sheet
    left, top, right, bottom = _bounds(symbols)
    margin = int(SHEET_MARGIN_SHARE * (right - left)) + MARGIN_DOTS
    return sheet[max(0, top - margin) : bottom + margin, max(0, left - margin) : right + margin]


def _bounds(symbols: Sequence[Symbol]) -> tuple[int, int, int, int]:
    xs = [x for symbol in symbols for x, _ in symbol.corners]
    ys = [y for symbol in symbols for _, y in symbol.corners]
    return min(xs), min(ys), max(xs), max(ys)


def _centred(paper: Frame, width: int) -> Frame:
    spare = width - paper.shape[1]
    return np.pad(paper, ((0, 0), (spare // 2, spare - spare // 2)), constant_values=PAPER_GREY)


def _write(paper: Frame, text: str) -> None:
    shown = text.encode("ascii", "replace").decode()
    (long, high), _ = cv2.getTextSize(shown, cv2.FONT_HERSHEY_SIMPLEX, 1.0, 2)
    scale = min(0.9, (paper.shape[1] - 2 * MARGIN_DOTS) / max(long, 1))
    start = (int((paper.shape[1] - scale * long) / 2), paper.shape[0] - MARGIN_DOTS + int(scale * high) - 10)
    cv2.putText(paper, shown, start, cv2.FONT_HERSHEY_SIMPLEX, scale, INK_GREY, 2, cv2.LINE_AA)

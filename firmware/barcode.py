"""Reading symbols out of a picture: zxing-cpp and ZBar, each where it is the better one.

The fast path (:func:`read_fast`, every frame of a video) is zxing-cpp with its cheap settings; its reads are voted
over frames. The full path (:func:`read_symbols`, stills) asks both readers: two that agree are believed, a lone
linear symbol is confirmed on its own crop, two that contradict each other on one spot are both dropped. A picture
that gives nothing is tried once more with its contrast lifted.
"""

from collections.abc import Collection
from dataclasses import replace

import cv2
import numpy as np

from firmware.readers import ZBAR_READS, Frame, zbar_reads, zxing_reads
from firmware.symbol import Symbol
from firmware.symbology import DEFAULT, EVERY, LINEAR, Wanted, full_ascii, is_bare_gtin

__all__ = ["Frame", "Symbol", "as_grey", "read_every", "read_fast", "read_symbols", "second_opinion"]

CROP_MARGIN_SHARE = 0.25
CROP_MARGIN_PX = 12
CROP_MIN_PX = 8
SHARPEN_SIGMA_PX = 2.0
CLAHE_LIMIT = 2.0
CLAHE_TILES = (8, 8)

_FAST = Wanted()


def read_fast(frame: Frame) -> list[Symbol]:
    """What one cheap look finds; meant for voting over frames."""
    return zxing_reads(frame, _FAST, thorough=False)


def read_symbols(frame: Frame, symbologies: Collection[str] = DEFAULT, *, itf_any_length: bool = False) -> list[Symbol]:
    """Everything that can be read in one picture, with as few misreads as two readers allow.

    Args:
        frame: Grey, or blue, green and red.
        symbologies: Which to look for, of ``firmware.symbology.EVERY``.
        itf_any_length: Whether an ITF may be other than a GTIN-14. It has no start and end worth the name: left open,
            parts of other symbols are read as short ones.
    """
    wanted = Wanted(frozenset(symbologies), itf_any_length)
    unknown = wanted.symbologies - EVERY
    assert not unknown, f"Expected symbologies of {sorted(EVERY)}, got {sorted(unknown)}."
    assert wanted.symbologies, "Expected at least one symbology, got none: a reader would take that for all."
    grey = as_grey(frame)
    found = _both(grey, wanted, thorough=True)
    if not found:
        lifted = cv2.createCLAHE(clipLimit=CLAHE_LIMIT, tileGridSize=CLAHE_TILES).apply(grey)
        # Measured on 347 pictures that came this far: the cheap settings read as much in them as the thorough ones.
        found = _both(np.asarray(lifted, np.uint8), wanted, thorough=False)
    return found


def read_every(frame: Frame) -> list[Symbol]:
    """As :func:`read_symbols`, of every symbology that we know, an ITF of any length."""
    return read_symbols(frame, EVERY, itf_any_length=True)


def second_opinion(frame: Frame, symbol: Symbol) -> bool | None:
    """What ZBar says of a symbol that zxing-cpp read: the same (True), another (False), nothing (None).

    A symbology with error correction needs no second opinion: always True.
    """
    if symbol.symbology not in LINEAR:
        return True
    crop = _crop(as_grey(frame), symbol)
    texts = {other.text for other in zbar_reads(crop, _FAST)}
    return None if not texts else texts == {symbol.text}


def as_grey(frame: Frame) -> Frame:
    """The frame without colour; itself if it has none."""
    return frame if frame.ndim == 2 else np.asarray(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY), np.uint8)


def _both(grey: Frame, wanted: Wanted, *, thorough: bool) -> list[Symbol]:
    by_zxing = zxing_reads(grey, wanted, thorough=thorough)
    believed = {symbol.text: symbol for symbol in by_zxing if symbol.symbology not in LINEAR}
    ours = [symbol for symbol in by_zxing if symbol.symbology in LINEAR]
    theirs = [_spelt_alike(symbol, ours) for symbol in zbar_reads(grey, wanted)]
    agreed = {symbol.text for symbol in ours} & {symbol.text for symbol in theirs}
    for symbol in ours + theirs:
        if symbol.text in believed or any(o.text != symbol.text and o.touches(symbol) for o in ours + theirs):
            continue
        if symbol.text in agreed or (symbol.symbology == "DataBar" and not is_bare_gtin(symbol.text)):
            believed[symbol.text] = symbol
            continue
        confirmed = _confirmed(grey, symbol, wanted, by_zxing=symbol in ours)
        if confirmed is not None:
            believed[symbol.text] = confirmed
    return list(believed.values())


def _spelt_alike(symbol: Symbol, ours: list[Symbol]) -> Symbol:
    """A Code 39 of ZBar's, which knows no pairs, spelt as zxing-cpp spelt it."""
    if symbol.symbology == "Code39":
        whole = full_ascii(symbol.text)
        if whole != symbol.text and any(other.aim == "]A4" and other.text == whole for other in ours):
            return replace(symbol, text=whole)
    return symbol


def _confirmed(grey: Frame, symbol: Symbol, wanted: Wanted, *, by_zxing: bool) -> Symbol | None:
    """A lone linear read, if it is read again on its own crop: by the other reader, at its size and at twice, then by
    the same one at twice. The first that reads anything decides."""
    crop = _crop(grey, symbol)
    looks = [(False, True)] if symbol.symbology not in ZBAR_READS else [(False, False), (True, False), (True, True)]
    for doubled, by_itself in looks:
        picture = _doubled(crop) if doubled else crop
        with_zxing = by_zxing == by_itself
        found = _linear(picture, wanted, with_zxing=with_zxing)
        if not found:
            continue
        if {other.text for other in found} != {symbol.text}:
            return None
        if by_itself and not with_zxing and not _zbar_is_sure(picture, symbol, wanted):
            return None
        return replace(symbol, aim=symbol.aim or found[0].aim)
    return None


def _linear(picture: Frame, wanted: Wanted, *, with_zxing: bool) -> list[Symbol]:
    if with_zxing:
        return zxing_reads(picture, wanted, thorough=False, linear_only=True)
    return zbar_reads(picture, wanted)


def _zbar_is_sure(doubled: Frame, symbol: Symbol, wanted: Wanted) -> bool:
    """Whether ZBar, the only one to read this, reads it on a sharpened picture too.

    Measured: of what it read in a blurred photo, and again at twice its size, more was wrong than right where the
    sharpened one gave nothing. An ITF has no check of its own: ZBar's lone word is not enough for it.
    """
    if symbol.symbology == "ITF":
        return False
    soft = cv2.GaussianBlur(doubled, (0, 0), SHARPEN_SIGMA_PX)
    sharp = np.asarray(cv2.addWeighted(doubled, 2.0, soft, -1.0, 0), np.uint8)
    return {other.text for other in zbar_reads(sharp, wanted)} == {symbol.text}


def _doubled(crop: Frame) -> Frame:
    return np.asarray(cv2.resize(crop, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), np.uint8)


def _crop(grey: Frame, symbol: Symbol) -> Frame:
    left, top, right, bottom = symbol.box
    margin = int(CROP_MARGIN_SHARE * max(right - left, bottom - top)) + CROP_MARGIN_PX
    part = grey[max(0, top - margin) : bottom + margin, max(0, left - margin) : right + margin]
    thin = max(0, CROP_MIN_PX - part.shape[0]), max(0, CROP_MIN_PX - part.shape[1])
    if any(thin):
        return np.asarray(cv2.copyMakeBorder(part, thin[0], 0, thin[1], 0, cv2.BORDER_REPLICATE), np.uint8)
    return np.ascontiguousarray(part)

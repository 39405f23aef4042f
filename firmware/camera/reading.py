"""Reading a frame of any size: one that is large is read where a symbol may be."""

from dataclasses import replace

from firmware.barcode import Frame, Symbol, read_fast, read_symbols
from firmware.camera.regions import Region, regions


def read_frame(grey: Frame) -> list[Symbol]:
    """What one cheap look finds; meant for voting over frames."""
    parts = regions(grey)
    if parts is None:
        return read_fast(grey)
    return [_in_frame(symbol, part) for part in parts for symbol in read_fast(part.frame)]


def read_frame_thoroughly(grey: Frame, *, whole: bool) -> list[Symbol]:
    """What both readers find; ``whole``: in all of a large frame too, for what no part of it held."""
    parts = None if whole else regions(grey)
    if parts is None:
        return read_symbols(grey)
    return [_in_frame(symbol, part) for part in parts for symbol in read_symbols(part.frame)]


def _in_frame(symbol: Symbol, part: Region) -> Symbol:
    """A symbol that was read in a part, where it lies in the frame."""
    left, top, _, _ = part.box
    return replace(symbol, corners=tuple((x + left, y + top) for x, y in symbol.corners))

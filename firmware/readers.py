"""The two readers, each told what is wanted and each giving our own symbols: zxing-cpp and ZBar.

ZBar reads linear symbols only for us: it knows no Data Matrix and no PDF417, garbles the character sets of QR codes,
and breaks assertions on DataBar.
"""

from functools import cache

import numpy as np
import numpy.typing as npt
import zxingcpp
from pyzbar import pyzbar

from firmware.symbol import Symbol
from firmware.symbology import LINEAR, Wanted, expand_upc_e, plausible

Frame = npt.NDArray[np.uint8]
"""Height x width (grey) or height x width x 3 (blue, green, red), 0 to 255."""

_FORMAT = zxingcpp.BarcodeFormat
_ZXING = {
    "EAN-13": (_FORMAT.EAN13, _FORMAT.UPCA),
    "EAN-8": (_FORMAT.EAN8,),
    "UPC-E": (_FORMAT.UPCE,),
    "Code128": (_FORMAT.Code128,),
    "Code39": (_FORMAT.Code39Std,),
    "Code39Ext": (_FORMAT.Code39,),
    "ITF": (_FORMAT.ITF,),
    "DataBar": (_FORMAT.DataBar,),
    "QRCode": (_FORMAT.QRCode,),
    "DataMatrix": (_FORMAT.DataMatrix,),
    "PDF417": (_FORMAT.PDF417,),
}
_ZXING_NAMES = {
    "EAN-13": "EAN-13",
    "EAN-8": "EAN-8",
    "UPC-A": "EAN-13",
    "UPC-E": "UPC-E",
    "Code 128": "Code128",
    "Code 39": "Code39",
    "Code 39 Standard": "Code39",
    "Code 39 Extended": "Code39",
    "ITF": "ITF",
    "ITF-14": "ITF",
    "QR Code": "QRCode",
    "QR Code Model 1": "QRCode",
    "QR Code Model 2": "QRCode",
    "Data Matrix": "DataMatrix",
    "PDF417": "PDF417",
    "DataBar": "DataBar",
    "DataBar Omni": "DataBar",
    "DataBar Stacked": "DataBar",
    "DataBar Stacked Omni": "DataBar",
    "DataBar Limited": "DataBar",
    "DataBar Expanded": "DataBar",
    "DataBar Expanded Stacked": "DataBar",
}
_ZBAR = {
    "EAN-13": "EAN13",
    "EAN-8": "EAN8",
    "UPC-E": "UPCE",
    "Code128": "CODE128",
    "Code39": "CODE39",
    "Code39Ext": "CODE39",
    "ITF": "I25",
}
_ZBAR_NAMES = {"EAN13": "EAN-13", "EAN8": "EAN-8", "UPCE": "UPC-E", "CODE128": "Code128", "CODE39": "Code39"} | {
    "I25": "ITF"
}
ZBAR_READS = frozenset(_ZBAR_NAMES.values())
_ZBAR_AIM = {"EAN-13": "]E0", "EAN-8": "]E4", "UPC-E": "]E0", "Code39": "]A0", "ITF": "]I0"}
"""What ZBar's reads would be called. Not of Code 128: it hides whether there was a leading FNC1 (]C1) or not (]C0)."""


def zxing_reads(frame: Frame, wanted: Wanted, *, thorough: bool, linear_only: bool = False) -> list[Symbol]:
    """What zxing-cpp reads: in small and in inverted too if it is to be thorough."""
    symbols: list[Symbol] = []
    for result in zxingcpp.read_barcodes(
        frame,
        formats=_zxing_formats(wanted.symbologies & LINEAR if linear_only else wanted.symbologies),
        try_rotate=True,
        try_downscale=thorough,
        try_invert=thorough,
        text_mode=zxingcpp.TextMode.Plain,
    ):
        spot = result.position
        corners = tuple((p.x, p.y) for p in (spot.top_left, spot.top_right, spot.bottom_right, spot.bottom_left))
        name = _ZXING_NAMES.get(str(result.format))
        if name is not None:
            _add(symbols, Symbol(result.text, name, corners, result.symbology_identifier, result.bytes), wanted)
    return symbols


def zbar_reads(grey: Frame, wanted: Wanted) -> list[Symbol]:
    """What ZBar reads."""
    symbols: list[Symbol] = []
    for result in pyzbar.decode(grey, symbols=_zbar_symbols(wanted.symbologies)):
        box = result.rect
        right, bottom = box.left + box.width, box.top + box.height
        corners = ((box.left, box.top), (right, box.top), (right, bottom), (box.left, bottom))
        name = _ZBAR_NAMES.get(result.type, "")
        if name in wanted.symbologies or (name == "Code39" and "Code39Ext" in wanted.symbologies):
            text = result.data.decode("utf-8", "replace")
            _add(symbols, Symbol(text, name, corners, _ZBAR_AIM.get(name, ""), result.data), wanted)
    return symbols


@cache
def _zxing_formats(symbologies: frozenset[str]) -> list[zxingcpp.BarcodeFormat]:
    return [one for name in sorted(symbologies) for one in _ZXING[name]]


@cache
def _zbar_symbols(symbologies: frozenset[str]) -> list[pyzbar.ZBarSymbol]:
    # UPC-E is always on, or ZBar passes one off as an EAN-13.
    names = {_ZBAR[name] for name in symbologies | {"UPC-E"} if name in _ZBAR}
    return [pyzbar.ZBarSymbol[name] for name in sorted(names)]


def _add(symbols: list[Symbol], read: Symbol, wanted: Wanted) -> None:
    """Spell product codes one way, and leave out what cannot be."""
    text, name = read.text, read.symbology
    if name == "UPC-E" and len(text) == 8 and text.isdigit():
        text, name = expand_upc_e(text), "EAN-13"
    elif name in {"EAN-13", "UPC-E"}:
        text, name = text.zfill(13), "EAN-13"
    if plausible(text, name, itf_any_length=wanted.itf_any_length):
        symbols.append(Symbol(text, name, read.corners, read.aim, read.raw))

"""Draws a printed label: the subset of ZPL that we send, at 203 dots an inch, as a grey picture.

Source: Zebra, ZPL II Programming Guide (^FO, ^A0, ^BY, ^BC, ^GB, ^FH, ^FD).
"""

import re

import cv2
import numpy as np
import zxingcpp

from firmware.barcode import Frame

WIDTH_DOTS = 812
HEIGHT_DOTS = 1218
_FIELD = re.compile(r"\^FO(\d+),(\d+)(.*?)\^FS", re.DOTALL)
_HEX = re.compile(r"_([0-9A-F]{2})")


def draw(zpl: str) -> Frame:
    """The label as it comes out of the printer, black on white."""
    paper = np.full((HEIGHT_DOTS, WIDTH_DOTS), 240, np.uint8)
    for x, y, body in _FIELD.findall(zpl):
        _draw_field(paper, int(x), int(y), body)
    return paper


def draw_symbol(zpl: str) -> Frame:
    """Only the part of the label around its symbol, as a person holds it before a camera."""
    for x, y, body in _FIELD.findall(zpl):
        if "^BC" in body:
            paper = draw(zpl)
            top = max(0, int(y) - 60)
            return paper[top : int(y) + 320, max(0, int(x) - 60) :]
    return draw(zpl)


def _draw_field(paper: Frame, x: int, y: int, body: str) -> None:
    box = re.search(r"\^GB(\d+),(\d+)", body)
    if box:
        cv2.rectangle(paper, (x, y), (x + int(box[1]), y + int(box[2])), 20, -1)
    text = _HEX.sub(lambda m: chr(int(m[1], 16)), body.partition("^FD")[2])
    font = re.search(r"\^A0N,(\d+)", body)
    code = re.search(r"\^BCN,(\d+)", body)
    if code:
        bar = re.search(r"\^BY(\d+)", body)
        gs1 = re.search(r"\^BCN,\d+,\w,\w,\w,D", body) is not None
        _draw_symbol(paper, x, y, int(code[1]), int(bar[1]) if bar else 2, text, gs1=gs1)
    elif font:
        cv2.putText(paper, text, (x, y + int(font[1])), cv2.FONT_HERSHEY_SIMPLEX, int(font[1]) / 40, 20, 2)


def _draw_symbol(paper: Frame, x: int, y: int, height: int, module: int, text: str, *, gs1: bool) -> None:
    symbol = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.Code128, gs1=gs1)
    flat = np.array(zxingcpp.write_barcode_to_image(symbol, scale=1, add_quiet_zones=False))
    row = np.repeat(np.where(flat[flat.shape[0] // 2] > 127, 240, 20).astype(np.uint8), module)
    width = min(row.size, paper.shape[1] - x)
    paper[y : y + height, x : x + width] = row[:width]
    cv2.putText(paper, text, (x, y + height + 36), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 20, 2)

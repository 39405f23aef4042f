"""Labels on A4 sheets as a PDF: 24 to a sheet, 70 by 37 mm, as they are sold everywhere (3 by 8, no gaps).

Written by hand: bars are rectangles and text is a font that every reader has, so that no library is needed, and bars
are as sharp as the printer.

Source: ISO 32000-1 (PDF 1.7): 7.5 file structure, 8.5 path construction, 9.6.2.2 standard fonts.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from hub.domain.code_128 import QUIET_MODULES, code_128

POINTS_A_MM = 72 / 25.4
SHEET_MM = (210.0, 297.0)
COLUMNS, ROWS = 3, 8
LABEL_MM = (70.0, 37.0)
TOP_MM = 0.5
BARS_MM = 16.0
MODULE_MAX_MM = 0.5
SIDE_MM = 4.0
"""Of white paper beside the symbol and its quiet zones: printers feed askew."""
TEXT_PT = 26.0
SMALL_PT = 9.0
DIGIT_EM = 0.556
"""The width of a digit of Helvetica, in ems: near enough to centre a name."""


@dataclass(frozen=True)
class StickOn:
    """One label: its text, large and as Code 128, and a line in small print."""

    text: str
    small: str = ""


def sheets(labels: Sequence[StickOn]) -> bytes:
    """The labels as a PDF. Raises: ValueError, a text cannot stand in a Code 128."""
    each = COLUMNS * ROWS
    pages = [_page(labels[n : n + each]) for n in range(0, len(labels), each)]
    objects = ["<< /Type /Catalog /Pages 2 0 R >>"]
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(pages)))
    objects.append(f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>")
    objects.append("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>")
    width, height = (f"{side * POINTS_A_MM:.2f}" for side in SHEET_MM)
    for n, drawn in enumerate(pages):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width} {height}] /Contents {5 + 2 * n} 0 R"
            " /Resources << /Font << /F 3 0 R >> >> >>"
        )
        objects.append(f"<< /Length {len(drawn)} >>\nstream\n{drawn}endstream")
    return _file(objects)


def _file(objects: Sequence[str]) -> bytes:
    out, offsets = "%PDF-1.4\n", []
    for n, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{n} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    tail = f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    return (out + f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n" + table + tail).encode("latin-1")


def _page(labels: Sequence[StickOn]) -> str:
    drawn = []
    for n, label in enumerate(labels):
        left = (n % COLUMNS) * LABEL_MM[0]
        top = SHEET_MM[1] - TOP_MM - (n // COLUMNS) * LABEL_MM[1]
        drawn.append(_label(label, left, top))
    return "".join(drawn)


def _label(label: StickOn, left_mm: float, top_mm: float) -> str:
    widths = code_128(label.text)
    modules = sum(widths) + 2 * QUIET_MODULES
    module_mm = min(MODULE_MAX_MM, (LABEL_MM[0] - 2 * SIDE_MM) / modules)
    x = left_mm + (LABEL_MM[0] - modules * module_mm) / 2 + QUIET_MODULES * module_mm
    bars = []
    for place, width in enumerate(widths):
        if place % 2 == 0:
            bars.append(_box(x, top_mm - 4 - BARS_MM, width * module_mm, BARS_MM))
        x += width * module_mm
    size = min(TEXT_PT, (LABEL_MM[0] - 2 * SIDE_MM) * POINTS_A_MM / (DIGIT_EM * 1.15 * len(label.text)))
    wide_mm = len(label.text) * DIGIT_EM * size / POINTS_A_MM
    words = _text(left_mm + max(SIDE_MM, (LABEL_MM[0] - wide_mm) / 2), top_mm - 29.5, size, label.text)
    small = _text(left_mm + SIDE_MM, top_mm - 34, SMALL_PT, label.small) if label.small else ""
    return "".join(bars) + words + small


def _box(x_mm: float, y_mm: float, width_mm: float, height_mm: float) -> str:
    x, y, width, height = (value * POINTS_A_MM for value in (x_mm, y_mm, width_mm, height_mm))
    return f"{x:.3f} {y:.3f} {width:.3f} {height:.3f} re f\n"


def _text(x_mm: float, y_mm: float, size_pt: float, text: str) -> str:
    escaped = "".join(f"\\{c}" if c in "()\\" else c if " " <= c <= "~" else "?" for c in text)
    return f"BT /F {size_pt:.1f} Tf {x_mm * POINTS_A_MM:.2f} {y_mm * POINTS_A_MM:.2f} Td ({escaped}) Tj ET\n"

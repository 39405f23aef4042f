"""A page that is written from the top down, in millimetres, and goes on to the next when it is full."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from hub.documents.fonts import Weight, fitted, runs, width, wrapped
from hub.domain.code_128 import code_128

A4_MM = (210.0, 297.0)
MARGIN_MM = 18.0
LEADING = 1.3
"""Height of a line over the size of its letters."""
CELL_LINES_MAX = 4
CELL_GAP_MM = 3.0
PAGE_NUMBER_PT = 8


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of a table; a number stands to the right, whole: its digits get smaller rather than break."""

    title: str
    width_mm: float
    right: bool = False


class Sheet:
    """A document under way.

    Args:
        title: What the document is called, in its metadata and on each further page.
        size_mm: Width and height of a page.
        margin_mm: White on every side.
    """

    def __init__(self, title: str, size_mm: tuple[float, float] = A4_MM, margin_mm: float = MARGIN_MM) -> None:
        self._file = BytesIO()
        self._canvas = Canvas(self._file, pagesize=(size_mm[0] * mm, size_mm[1] * mm), invariant=True)
        self._canvas.setTitle(title)
        self._canvas.setCreator("Shelflight")
        self.title = title
        self.size_mm = size_mm
        self.margin_mm = margin_mm
        self.y_mm = margin_mm
        """How far from the top the next line begins."""
        self.pages = 1
        self._drawn: list[dict[str, Any]] = []
        """The canvas as it was at the end of each page: how many there are is known when the last one is written."""

    @property
    def room_mm(self) -> float:
        """Width between the margins."""
        return self.size_mm[0] - 2 * self.margin_mm

    def bytes(self) -> bytes:
        """The finished PDF."""
        self._drawn.append(dict(vars(self._canvas)))
        for number, drawn in enumerate(self._drawn, 1):
            vars(self._canvas).update(drawn)
            self._page_number(number)
            self._canvas.showPage()
        self._canvas.save()
        return self._file.getvalue()

    def write(self, x_mm: float, y_mm: float, text: str, size: float, weight: Weight = "plain") -> None:
        """A text whose letters stand on ``y_mm`` from the top; size in points."""
        at = x_mm * mm
        for font, part in runs(text, weight):
            self._canvas.setFont(font, size)
            self._canvas.drawString(at, (self.size_mm[1] - y_mm) * mm, part)
            at += self._canvas.stringWidth(part, font, size)

    def fitted(self, x_mm: float, y_mm: float, text: str, size: float, room_mm: float) -> None:
        """A text of one line, cut off where there is no room."""
        self.write(x_mm, y_mm, fitted(text, size, room_mm * mm), size)

    def line(
        self, text: str, size: float = 10, weight: Weight = "plain", *, lines_max: int = 3, x_mm: float | None = None
    ) -> None:
        """The next line, or lines if it is long."""
        x_mm = self.margin_mm if x_mm is None else x_mm
        room = (self.size_mm[0] - self.margin_mm - x_mm) * mm
        for part in wrapped(text, size, room, lines_max, weight):
            self.need(size * LEADING / mm)
            self.y_mm += size * LEADING / mm
            self.write(x_mm, self.y_mm, part, size, weight)

    def height_mm(self, texts: Sequence[str], size: float, lines_max: int) -> float:
        """How much room lines take, each in as many as it needs."""
        lines = sum(len(wrapped(text, size, self.room_mm * mm, lines_max, "bold")) for text in texts)
        return float(lines * size * LEADING / mm)

    def right(self, text: str, size: float = 10, weight: Weight = "plain") -> None:
        """The next line, at the right margin."""
        self.need(size * LEADING / mm)
        self.y_mm += size * LEADING / mm
        shown = fitted(text, size, self.room_mm * mm, weight)
        x_mm = self.size_mm[0] - self.margin_mm - width(shown, size, weight) / mm
        self.write(x_mm, self.y_mm, shown, size, weight)

    def gap(self, height_mm: float) -> None:
        """Leave some room."""
        self.y_mm += height_mm

    def rule(self) -> None:
        """A line from margin to margin."""
        self.y_mm += 1.5
        y = (self.size_mm[1] - self.y_mm) * mm
        self._canvas.setLineWidth(0.6)
        self._canvas.line(self.margin_mm * mm, y, (self.size_mm[0] - self.margin_mm) * mm, y)
        self.y_mm += 1.5

    def box(self, x_mm: float, y_mm: float, width_mm: float, height_mm: float) -> None:
        """A frame; its upper left corner at ``x_mm``, ``y_mm`` from the top."""
        self._canvas.setLineWidth(0.5)
        self._canvas.rect(x_mm * mm, (self.size_mm[1] - y_mm - height_mm) * mm, width_mm * mm, height_mm * mm)

    def need(self, height_mm: float) -> bool:
        """Go on to the next page if there is not so much room on this one; whether it did."""
        if self.y_mm + height_mm <= self.size_mm[1] - self.margin_mm:
            return False
        self._drawn.append(dict(vars(self._canvas)))
        self._canvas._startPage()
        self.pages += 1
        self.y_mm = self.margin_mm
        self.line(f"{self.title}, continued", 8, lines_max=1)
        self.gap(3)
        return True

    def table(self, columns: Sequence[Column], rows: Sequence[Sequence[str]], size: float = 9) -> None:
        """Rows under titles, which stand on each page again; a long cell takes several lines, and no row is said."""
        self._titles(columns, size)
        height_mm = size * LEADING / mm
        if not rows:
            self.line("None.", size)
        for row in rows:
            cells = [
                [text] if column.right else wrapped(text, size, (column.width_mm - CELL_GAP_MM) * mm, CELL_LINES_MAX)
                for text, column in zip(row, columns, strict=True)
            ]
            tall = max(1, *(len(cell) for cell in cells))
            if self.need(tall * height_mm + 1):
                self._titles(columns, size)
            x_mm = self.margin_mm
            for cell, column in zip(cells, columns, strict=True):
                for n, part in enumerate(cell, 1):
                    self._cell(column, x_mm, self.y_mm + n * height_mm, part, size)
                x_mm += column.width_mm
            self.y_mm += tall * height_mm + 1

    def barcode(self, x_mm: float, y_mm: float, height_mm: float, widths: Sequence[int], module_mm: float) -> None:
        """Bars and spaces, a bar first; its upper left corner at ``x_mm``, ``y_mm`` from the top."""
        at = x_mm
        for n, wide in enumerate(widths):
            if n % 2 == 0:
                self._canvas.rect(
                    at * mm,
                    (self.size_mm[1] - y_mm - height_mm) * mm,
                    wide * module_mm * mm,
                    height_mm * mm,
                    stroke=0,
                    fill=1,
                )
            at += wide * module_mm

    def code_128(self, x_mm: float, y_mm: float, height_mm: float, text: str, room_mm: float) -> None:
        """A text as Code 128, as wide as there is room, at most half a millimetre a module."""
        widths = code_128(text)
        self.barcode(x_mm, y_mm, height_mm, widths, min(0.5, room_mm / sum(widths)))

    def _titles(self, columns: Sequence[Column], size: float) -> None:
        self.need(3 * size * LEADING / mm)
        self.y_mm += size * LEADING / mm
        x_mm = self.margin_mm
        for column in columns:
            self._cell(column, x_mm, self.y_mm, column.title, size, "bold")
            x_mm += column.width_mm
        self.rule()

    def _cell(self, column: Column, x_mm: float, y_mm: float, text: str, size: float, weight: Weight = "plain") -> None:
        edge_mm = self.size_mm[0] - self.margin_mm
        is_last = x_mm + column.width_mm > edge_mm - CELL_GAP_MM
        room_mm = (
            (edge_mm - x_mm) if is_last else column.width_mm - CELL_GAP_MM
        )  # the last one ends where the rule does
        if not column.right:
            self.write(x_mm, y_mm, fitted(text, size, room_mm * mm, weight), size, weight)
            return
        wide = width(text, size, weight)
        size = min(size, size * room_mm * mm / wide) if wide else size
        self.write(x_mm + room_mm - width(text, size, weight) / mm, y_mm, text, size, weight)

    def _page_number(self, number: int) -> None:
        if self.size_mm == A4_MM:
            shown = f"Page {number} of {self.pages}"
            x_mm = self.size_mm[0] - self.margin_mm - width(shown, PAGE_NUMBER_PT) / mm
            self.write(x_mm, self.size_mm[1] - 8, shown, PAGE_NUMBER_PT)

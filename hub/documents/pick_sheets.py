"""Paper pick lists as a PDF: what a cart's lights would say, in walking order, with a barcode and a box a pick."""

from collections.abc import Sequence
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from hub.documents.fonts import Weight, fitted, runs, width
from hub.domain.code_128 import code_128
from hub.storage.paper import PaperCart, PaperPick

MARGIN = 12 * mm
ROW = 15 * mm
HEAD = 34 * mm
FOOT = 24 * mm
FONT, BOLD = "Helvetica", "Helvetica-Bold"
MODULE = 0.3 * mm
"""Of a barcode: a handheld scanner reads it from an ordinary printer."""
BAR = 8 * mm
COLUMNS = (("#", 0), ("Bin", 9), ("SKU and item", 38), ("Tote", 101), ("Units", 124), ("Taken", 140), ("Pick", 157))
"""Heading, and where it begins: millimetres from the left margin."""
ITEM_WIDTH = 61 * mm
UNITS_END = 137 * mm
SMALL_WIDTH = 90 * mm
GAP = 4 * mm
JUST_LESS = 0.999
"""Of the size that fits exactly: what is rounded must not cut it."""


def pick_sheets(carts: Sequence[PaperCart], *, site: str, printed: str) -> bytes:
    """The lists of carts, each on pages of its own, as one PDF; one page that says so if no cart is out.

    Args:
        carts: What is out.
        site: What the site is called.
        printed: When this is printed, in words.
    """
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4, pageCompression=1, invariant=1)
    canvas.setTitle(f"Pick lists of {site}")
    rows = int((A4[1] - 2 * MARGIN - HEAD - FOOT) // ROW)
    for cart in carts:
        pages = [cart.picks[start : start + rows] for start in range(0, len(cart.picks), rows)] or [()]
        for number, picks in enumerate(pages, 1):
            _head(canvas, cart, f"page {number} of {len(pages)} · printed {printed} · {site}")
            first = rows * (number - 1) + 1
            for row, pick in enumerate(picks):
                _row(canvas, first + row, pick, A4[1] - MARGIN - HEAD - row * ROW)
            _foot(canvas)
            canvas.showPage()
    if not carts:
        _letters(canvas, MARGIN, A4[1] - MARGIN - 16, f"{site}: no cart is out.", 16, "bold")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _head(canvas: Canvas, cart: PaperCart, small: str) -> None:
    top = A4[1] - MARGIN
    small = fitted(small, 9, SMALL_WIDTH)
    _letters(canvas, A4[0] - MARGIN - width(small, 9), top - 12, small, 9)
    room = A4[0] - 2 * MARGIN - width(small, 9) - GAP
    _shrunk(canvas, MARGIN, top - 20, f"{cart.cart} · {cart.picker}", (20, 10), room)
    totes = {pick.mark: pick.tote for pick in cart.picks}
    words = "   ".join(f"{mark} {tote}" for mark, tote in sorted(totes.items()))
    _shrunk(canvas, MARGIN, top - 36, f"Totes: {words}", (9, 6), A4[0] - 2 * MARGIN, "plain")
    canvas.setFont(FONT, 9)
    canvas.drawString(
        MARGIN,
        top - 50,
        "Go by the numbers. Write what you took into the box, 0 if there was nothing. Key it in later.",
    )
    canvas.setFont(BOLD, 9)
    for name, left in COLUMNS:
        if name == "Units":  # over the numbers, which stand to the right
            canvas.drawRightString(MARGIN + UNITS_END, top - HEAD + 4, name)
        else:
            canvas.drawString(MARGIN + left * mm, top - HEAD + 4, name)
    canvas.setLineWidth(1)
    canvas.line(MARGIN, top - HEAD, A4[0] - MARGIN, top - HEAD)


def _row(canvas: Canvas, number: int, pick: PaperPick, top: float) -> None:
    lefts = dict(COLUMNS)
    middle = top - ROW / 2 - 4

    def at(name: str) -> float:
        return float(MARGIN + lefts[name] * mm)

    canvas.setFont(FONT, 9)
    canvas.drawString(at("#"), middle, str(number))
    _shrunk(canvas, at("Bin"), middle, pick.bin, (12, 6), 28 * mm)
    _shrunk(canvas, at("SKU and item"), middle + 6, pick.sku, (10, 6), ITEM_WIDTH)
    _letters(canvas, at("SKU and item"), middle - 6, fitted(pick.description, 9, ITEM_WIDTH), 9)
    canvas.setFont(BOLD, 14)
    canvas.drawString(at("Tote"), middle, pick.mark)
    canvas.setFont(FONT, 7)
    canvas.drawString(at("Tote") + 5 * mm, middle, pick.tote)
    canvas.setFont(BOLD, 16)
    canvas.drawRightString(MARGIN + UNITS_END, middle, str(pick.units))
    canvas.setLineWidth(0.8)
    canvas.rect(at("Taken"), top - ROW + 2.5 * mm, 13 * mm, ROW - 5 * mm)
    _barcode(canvas, f"T{pick.number}", at("Pick"), top - 2 * mm - BAR)
    canvas.setLineWidth(0.3)
    canvas.line(MARGIN, top - ROW, A4[0] - MARGIN, top - ROW)


def _shrunk(
    canvas: Canvas,
    left: float,
    bottom: float,
    text: str,
    sizes: tuple[float, float],
    room: float,
    weight: Weight = "bold",
) -> None:
    """A text whole, in the largest letters between two sizes that have room; cut if it is longer than that."""
    largest, smallest = sizes
    wide = width(text, largest, weight)
    size = largest if wide <= room else max(smallest, largest * room / wide * JUST_LESS)
    _letters(canvas, left, bottom, fitted(text, size, room, weight), size, weight)


def _letters(canvas: Canvas, left: float, bottom: float, text: str, size: float, weight: Weight = "plain") -> None:
    """A text in letters of whatever script it has."""
    for font, part in runs(text, weight):
        canvas.setFont(font, size)
        canvas.drawString(left, bottom, part)
        left += stringWidth(part, font, size)


def _barcode(canvas: Canvas, text: str, left: float, bottom: float) -> None:
    x = left
    for place, modules in enumerate(code_128(text)):
        if place % 2 == 0:
            canvas.rect(x, bottom, modules * MODULE, BAR, stroke=0, fill=1)
        x += modules * MODULE
    canvas.setFont(FONT, 8)
    canvas.drawCentredString((left + x) / 2, bottom - 9, text)


def _foot(canvas: Canvas) -> None:
    canvas.setFont(FONT, 10)
    bottom = MARGIN + 4
    canvas.drawString(MARGIN, bottom, "Picked by ______________________    Time ____________")
    canvas.drawRightString(A4[0] - MARGIN, bottom, "Keyed in by ______________________    [  ]")

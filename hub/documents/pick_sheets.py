"""Paper pick lists as a PDF: what a cart's lights would say, in walking order, with a barcode and a box a pick."""

from collections.abc import Sequence
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from hub.documents.fonts import fitted, runs
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
            _head(canvas, cart, f"{site} · printed {printed} · page {number} of {len(pages)}")
            first = rows * (number - 1) + 1
            for row, pick in enumerate(picks):
                _row(canvas, first + row, pick, A4[1] - MARGIN - HEAD - row * ROW)
            _foot(canvas)
            canvas.showPage()
    if not carts:
        canvas.setFont(BOLD, 16)
        canvas.drawString(MARGIN, A4[1] - MARGIN - 16, f"{site}: no cart is out.")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _head(canvas: Canvas, cart: PaperCart, small: str) -> None:
    top = A4[1] - MARGIN
    canvas.setFont(BOLD, 20)
    canvas.drawString(MARGIN, top - 20, f"{cart.cart} · {cart.picker}")
    canvas.setFont(FONT, 9)
    canvas.drawRightString(A4[0] - MARGIN, top - 12, small)
    totes = {pick.mark: pick.tote for pick in cart.picks}
    words = "   ".join(f"{mark} {tote}" for mark, tote in sorted(totes.items()))
    canvas.drawString(MARGIN, top - 36, _short(f"Totes: {words}", FONT, 9, A4[0] - 2 * MARGIN))
    canvas.drawString(
        MARGIN,
        top - 50,
        "Go by the numbers. Write what you took into the box, 0 if there was nothing. Key it in later.",
    )
    canvas.setFont(BOLD, 9)
    for name, left in COLUMNS:
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
    canvas.setFont(BOLD, 12)
    canvas.drawString(at("Bin"), middle, _short(pick.bin, BOLD, 12, 28 * mm))
    canvas.setFont(BOLD, 10)
    canvas.drawString(at("SKU and item"), middle + 6, _short(pick.sku, BOLD, 10, ITEM_WIDTH))
    _letters(canvas, at("SKU and item"), middle - 6, fitted(pick.description, 9, ITEM_WIDTH), 9)
    canvas.setFont(BOLD, 14)
    canvas.drawString(at("Tote"), middle, pick.mark)
    canvas.setFont(FONT, 7)
    canvas.drawString(at("Tote") + 5 * mm, middle, pick.tote)
    canvas.setFont(BOLD, 16)
    canvas.drawRightString(at("Taken") - 3 * mm, middle, str(pick.units))
    canvas.setLineWidth(0.8)
    canvas.rect(at("Taken"), top - ROW + 2.5 * mm, 13 * mm, ROW - 5 * mm)
    _barcode(canvas, f"T{pick.number}", at("Pick"), top - 2 * mm - BAR)
    canvas.setLineWidth(0.3)
    canvas.line(MARGIN, top - ROW, A4[0] - MARGIN, top - ROW)


def _letters(canvas: Canvas, left: float, bottom: float, text: str, size: float) -> None:
    """A text in letters of whatever script it has."""
    for font, part in runs(text):
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


def _short(text: str, font: str, size: float, width: float) -> str:
    """A text cut so that it fits."""
    if stringWidth(text, font, size) <= width:
        return text
    while text and stringWidth(text + "...", font, size) > width:
        text = text[:-1]
    return text + "..."

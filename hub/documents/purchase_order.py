"""A purchase order as its supplier gets it: a table for its computer (CSV), a sheet for its people (PDF), and words.

The PDF carries the order's number as a Code 128 symbol: the dock scans it from the delivery note.
"""

import csv
import io
from datetime import UTC, datetime, timedelta, tzinfo

from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib import colors
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from hub.documents.fonts import Weight, marked
from hub.storage.proposals import Kind
from hub.storage.purchase_papers import PurchasePaper

COLUMNS = ("purchase_order", "line", "sku", "gtin", "description", "units", "line_cost_minor", "currency", "due")
INK, SOFT, RULE = colors.HexColor("#17242b"), colors.HexColor("#55646c"), colors.HexColor("#dcdad2")
WIDTHS_MM = (10, 28, 34, 62, 18, 24)
_PLAIN = ParagraphStyle("plain", fontName="Helvetica", fontSize=9, leading=12, textColor=INK)
_SOFT = ParagraphStyle("soft", parent=_PLAIN, textColor=SOFT)
_TITLE = ParagraphStyle("title", parent=_PLAIN, fontSize=18, leading=22)
_RIGHT = ParagraphStyle("right", parent=_PLAIN, alignment=TA_RIGHT)
DESCRIPTION_MAX = 500
"""Characters of a description that are set: a cell higher than a sheet could not be."""


def order_csv(paper: PurchasePaper, *, currency: str, zone: tzinfo) -> str:
    """The order as a CSV file, a line a row; money in minor units."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    due = _day(paper.due_us, zone)
    for number, line in enumerate(paper.lines, 1):
        row = (paper.number, number, line.sku, line.gtin, line.description, line.units, line.cost_minor, currency, due)
        writer.writerow([_safe(cell) for cell in row])
    return text.getvalue()


def _safe(cell: str | int) -> str | int:
    """A text that a spreadsheet would take for a formula is marked as text.

    Source: OWASP, "CSV Injection".
    """
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def order_pdf(paper: PurchasePaper, *, currency: str, zone: tzinfo) -> bytes:
    """The order as a PDF of A4 sheets."""
    file = io.BytesIO()
    sheet = SimpleDocTemplate(
        file,
        pagesize=A4,
        leftMargin=17 * mm,
        rightMargin=17 * mm,
        topMargin=16 * mm,
        bottomMargin=18 * mm,
        title=f"Purchase order {paper.number}",
        author=paper.client,
        invariant=1,  # the same order is the same file
    )
    symbol = Code128(paper.number, barHeight=12 * mm, barWidth=0.33 * mm, humanReadable=False)
    head = Table(
        [[_words("Purchase order", _TITLE, "bold"), symbol], [_words(paper.number), ""]],
        colWidths=(96 * mm, 80 * mm),
        style=TableStyle([("ALIGN", (1, 0), (1, -1), "RIGHT"), ("VALIGN", (0, 0), (-1, -1), "TOP")]),
    )
    facts = (
        f"{marked('To ')}{marked(paper.supplier, 'bold')}<br/>{marked(f'From {paper.client}, site {paper.site}')}<br/>"
        + marked(f"Ordered {_day(paper.ordered_us, zone)}, expected {_day(paper.due_us, zone)}")
    )
    note = "Please put the number above on the delivery note, as a symbol if you can, and tell us of another date."
    parts: list[Flowable] = [head, Spacer(1, 4 * mm), Paragraph(facts, _PLAIN), Spacer(1, 6 * mm)]
    parts += [_lines(paper, currency), Spacer(1, 6 * mm), _words(note, _SOFT)]
    sheet.build(parts)
    return file.getvalue()


def _lines(paper: PurchasePaper, currency: str) -> Table:
    heading = ("", "SKU", "GTIN", "Item", "Units", currency)
    rows: list[list[object]] = [[_words(cell, _RIGHT if n > 3 else _PLAIN, "bold") for n, cell in enumerate(heading)]]
    for number, line in enumerate(paper.lines, 1):
        texts = (_words(cell) for cell in (str(number), line.sku, line.gtin, line.description[:DESCRIPTION_MAX]))
        figures = (f"{line.units:,}", f"{line.cost_minor / 100:,.2f}")
        rows.append([*texts, *(_words(cell, _RIGHT) for cell in figures)])
    sums = (f"{sum(line.units for line in paper.lines):,}", f"{paper.value_minor / 100:,.2f}")
    rows.append(["", "", "", _words("Total", weight="bold"), *(_words(cell, _RIGHT, "bold") for cell in sums)])
    style = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, -2), 0.5, RULE),
        ("LINEABOVE", (0, -1), (-1, -1), 1, INK),
    ]
    return Table(rows, colWidths=[width * mm for width in WIDTHS_MM], repeatRows=1, style=TableStyle(style))


def message_words(kind: Kind, paper: PurchasePaper, zone: tzinfo) -> tuple[str, str]:
    """(subject, text) of what a supplier is told of an order."""
    lines = "\n".join(f"  {line.units:>6} x {line.sku}  {line.description}" for line in paper.lines)
    due = _day(paper.due_us, zone)
    if kind == "chase":
        subject = f"{paper.number}: when does it come?"
        text = f"we expected your delivery of {paper.number} on {due}, and it has not come:\n\n{lines}\n\nWhen can we"
        text += " expect it?"
    elif kind == "cancel":
        subject = f"{paper.number} is cancelled"
        text = f"please do not deliver {paper.number} any more:\n\n{lines}\n\nIf it has left already, tell us."
    else:
        subject = f"Purchase order {paper.number} of {paper.client}"
        text = f"please deliver by {due}:\n\n{lines}\n\nThe order is attached as PDF and as CSV."
    return subject, f"Dear {paper.supplier},\n\n{text}\n\n{paper.client}\n"


def _day(at_us: int, zone: tzinfo) -> str:
    return (datetime.fromtimestamp(0, UTC) + timedelta(microseconds=at_us)).astimezone(zone).strftime("%Y-%m-%d")


def _words(text: str, style: ParagraphStyle = _PLAIN, weight: Weight = "plain") -> Paragraph:
    return Paragraph(marked(text, weight), style)

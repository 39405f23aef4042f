"""A purchase order as its supplier gets it: a table for its computer (CSV), a sheet for its people (PDF), and words.

The PDF carries the order's number as a Code 128 symbol: the dock scans it from the delivery note.
"""

import csv
import io
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial

from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib import colors
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from hub.documents.fonts import Weight, marked
from hub.storage.proposals import Kind
from hub.storage.purchase_papers import PurchasePaper
from hub.storage.recipients import Recipient

COLUMNS = ("purchase_order", "line", "sku", "gtin", "description", "units", "line_cost_minor", "currency", "due")
SHIP_TO_COLUMNS = (
    *("order", "ship_to_name", "ship_to_street", "ship_to_more", "ship_to_postcode", "ship_to_city"),
    *("ship_to_region", "ship_to_country", "ship_to_phone", "gift_note"),
)
"""Further columns of an order that goes to a customer: its order as the shop calls it, and where it goes."""
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
    to = _ship_to(paper.ship_to)
    writer.writerow((*COLUMNS, *to))
    due = _day(paper.due_us, zone)
    for number, line in enumerate(paper.lines, 1):
        row: list[str | int] = [paper.number, number, line.sku, line.gtin, line.description, line.units]
        row += [line.cost_minor, currency, due, *to.values()]
        writer.writerow([_safe(cell) for cell in row])
    return text.getvalue()


def _ship_to(recipient: Recipient | None) -> dict[str, str]:
    """Where an order goes, by column; nothing if it comes to us."""
    if recipient is None:
        return {}
    party = recipient.party
    address = (party.name, party.street, party.more, party.postcode, party.city, party.region, party.country)
    cells = (recipient.order_ref, *address, party.phone, recipient.gift_note)
    return dict(zip(SHIP_TO_COLUMNS, cells, strict=True))


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
    if paper.ship_to is not None:
        note = "Please send it to our customer, without prices, and tell us carrier and tracking number of each parcel."
        parts += [_address(paper.ship_to), Spacer(1, 6 * mm)]
    parts += [_lines(paper, currency), Spacer(1, 6 * mm), _words(note, _SOFT)]
    sheet.build(parts, onLaterPages=partial(_later_page, paper.number))
    return file.getvalue()


def _later_page(number: str, canvas: Canvas, document: SimpleDocTemplate) -> None:
    """What a sheet after the first one says above its lines: of which order it is, and which sheet."""
    canvas.setFont("Helvetica", 8)
    canvas.setFillColor(SOFT)
    top = A4[1] - 11 * mm
    canvas.drawString(document.leftMargin, top, f"Purchase order {number}, continued")
    canvas.drawRightString(A4[0] - document.rightMargin, top, f"Page {canvas.getPageNumber()}")


def _address(recipient: Recipient) -> Paragraph:
    """To whom it goes, and what is to be said to him."""
    words = [marked("Send to", "bold"), *(marked(line) for line in recipient.party.lines)]
    if recipient.party.phone:
        words.append(marked(f"Telephone {recipient.party.phone}"))
    words.append(marked(f"Order {recipient.order_ref}"))
    if recipient.gift_note:
        words += [marked("Gift note", "bold"), *(marked(line) for line in recipient.gift_note.split("\n"))]
    return Paragraph("<br/>".join(words), _PLAIN)


def _lines(paper: PurchasePaper, currency: str) -> Table:
    heading = ("", "SKU", "GTIN", "Item", "Units", f"Sum {currency}")
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
    if paper.ship_to is not None:
        subject, text = _customer_words(kind, paper, paper.ship_to, due)
    elif kind == "chase":
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


def _customer_words(kind: Kind, paper: PurchasePaper, to: Recipient, due: str) -> tuple[str, str]:
    """(subject, text without greeting) of what goes to a customer of ours."""
    of_line = {"order": "units", "chase": "waiting", "cancel": "asked_back"}[kind]
    pairs = [(getattr(line, of_line), line) for line in paper.lines if getattr(line, of_line)]
    lines = "\n".join(f"  {count:>6} x {line.sku}  {line.description}" for count, line in pairs)
    if kind == "chase":
        text = f"we expected you to send of {paper.number} by {due} to our customer:\n\n{lines}\n\nWhen do you send it?"
        return f"{paper.number}: when do you send it?", text
    if kind == "cancel":
        text = f"please do not send of {paper.number} any more:\n\n{lines}\n\n"
        return (
            f"{paper.number}: please do not send",
            text + "Tell us whether you keep it, or whether it has left already.",
        )
    address = "\n".join(f"  {line}" for line in to.party.lines)
    note = f"\n\nGift note:\n{to.gift_note}" if to.gift_note else ""
    text = f"please send by {due} to our customer (order {to.order_ref}):\n\n{lines}\n\nTo:\n{address}{note}\n\n"
    text += "Send no prices along, and tell us carrier and tracking number. The order is attached as PDF and as CSV."
    return f"Purchase order {paper.number} of {paper.client}, to our customer", text


def _day(at_us: int, zone: tzinfo) -> str:
    return (datetime.fromtimestamp(0, UTC) + timedelta(microseconds=at_us)).astimezone(zone).strftime("%Y-%m-%d")


def _words(text: str, style: ParagraphStyle = _PLAIN, weight: Weight = "plain") -> Paragraph:
    return Paragraph(marked(text, weight), style)

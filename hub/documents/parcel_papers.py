"""The papers of a parcel as PDF: its label, its packing slip, its invoice and its customs form.

Source: UPU Convention, form CN 23 (what a customs declaration states); GS1 Logistic Label Guideline, section 4 (SSCC at
the bottom of the label, its digits below the bars).
"""

from collections.abc import Sequence

from reportlab.lib.units import mm

from hub.documents.content import Line, ParcelContent, kilograms
from hub.documents.fonts import wrapped
from hub.documents.sheet import LEADING, Column, Sheet
from hub.domain.gs1_128 import gs1_128
from hub.domain.parties import Party
from hub.domain.sscc import element_string

LABEL_MM = (100.0, 150.0)
LABEL_ADDRESS_END_MM = 74.0
"""An address ends here: what is below it has its place."""
ADDRESS_SIZES = (13.0, 12.0, 11.0, 10.0, 9.0, 8.0, 7.0)
"""In points: the first in which all of it fits is taken."""
LINES_UNCUT = 9
"""No part of an address is so long that it takes more."""
GIFT_NOTE_LINES_MAX = 12
GIFT_NOTE_BLANK_MM = 12 * LEADING / mm
"""The height of a line of a gift note."""
PARTY_PT, PARTY_LINES_MAX = 9, 9
"""Of sender and addressee on a customs form."""
CATEGORIES = "Sale of goods"


def label(parcel: ParcelContent) -> bytes:
    """The label of a parcel, 100 by 150 mm, for a printer that takes no ZPL."""
    sheet = Sheet(f"Label {parcel.tracking}", LABEL_MM, 5.0)
    sheet.line(parcel.service, 18, "bold", lines_max=1)
    if parcel.carrier and parcel.carrier != parcel.service:
        sheet.line(parcel.carrier, 9, lines_max=1)
    sheet.rule()
    if parcel.sender is not None:
        sheet.line(f"From: {', '.join(parcel.sender.lines)}", 7, lines_max=2)
        sheet.gap(2)
    _address(sheet, parcel.recipient)
    sheet.y_mm = LABEL_ADDRESS_END_MM
    what = f"Order {parcel.order} · parcel {parcel.number} · {kilograms(parcel.weight_mg)}"
    sheet.fitted(sheet.margin_mm, sheet.y_mm + 3.5, what, 9, sheet.room_mm)
    sheet.y_mm += 4
    sheet.rule()
    sheet.code_128(10.0, sheet.y_mm + 1, 24.0, parcel.tracking, 80.0)
    sheet.write(10.0, sheet.y_mm + 29.5, parcel.tracking, 11, "bold")
    if parcel.sscc:
        sheet.y_mm += 32
        sheet.rule()
        widths = gs1_128(element_string(parcel.sscc))
        sheet.barcode(10.0, sheet.y_mm + 1, 22.0, widths, 80.0 / sum(widths))
        sheet.write(10.0, sheet.y_mm + 27, f"(00) {parcel.sscc}", 9)
    return sheet.bytes()


def _address(sheet: Sheet, to: Party) -> None:
    """A recipient as large as all of it has room; only what is too long for the smallest letters is cut."""
    texts = [*to.lines, *([to.phone] if to.phone else [])]
    room_mm = LABEL_ADDRESS_END_MM - sheet.y_mm
    whole = [(size, lines_max) for lines_max in (2, 3) for size in ADDRESS_SIZES]
    for size, lines_max in [*whole, (ADDRESS_SIZES[-1], 2), (ADDRESS_SIZES[-1], 1)]:
        is_cut = sheet.height_mm(texts, size, LINES_UNCUT) != sheet.height_mm(texts, size, lines_max)
        if sheet.height_mm(texts, size, lines_max) > room_mm or (is_cut and (size, lines_max) in whole[:-1]):
            continue
        for n, text in enumerate(texts):
            sheet.line(text, size, "bold" if n == 0 else "plain", lines_max=lines_max)
        return
    raise AssertionError(f"an address of {len(texts)} lines has no room on a label")


def packing_slip(parcel: ParcelContent) -> bytes:
    """What is in the parcel and what follows. A gift's says who thinks of whom, and no price."""
    sheet = Sheet(f"Packing slip, order {parcel.order}, parcel {parcel.number}")
    _head(sheet, "Packing slip", parcel)
    if parcel.is_gift:
        _gift_note(sheet, parcel.gift_note)
    _goods(sheet, parcel.lines, parcel, prices=False)
    if parcel.left:
        sheet.gap(6)
        sheet.need(25)
        sheet.line("Not in this parcel, it follows:", 10, "bold")
        sheet.gap(1)
        _goods(sheet, parcel.left, parcel, prices=False)
    return sheet.bytes()


def _gift_note(sheet: Sheet, note: str) -> None:
    """The note in the lines in which it was written, as many as there is room for."""
    left = GIFT_NOTE_LINES_MAX
    for line in note.splitlines():
        before_mm = sheet.y_mm
        sheet.line(line or " ", 12, lines_max=left)
        if sheet.y_mm == before_mm:
            sheet.gap(GIFT_NOTE_BLANK_MM)
        left -= max(1, round((sheet.y_mm - before_mm) / GIFT_NOTE_BLANK_MM))
        if left < 1:
            break
    sheet.gap(6)


def invoice(parcel: ParcelContent) -> bytes:
    """What the parcel's goods cost. Prices are as ordered; what tax is in them the shop's own invoice says."""
    sheet = Sheet(f"Invoice {parcel.order}-{parcel.number}")
    _head(sheet, f"Invoice {parcel.order}-{parcel.number}", parcel)
    sheet.line(f"To {parcel.customer or parcel.recipient.name}", 10)
    sheet.gap(4)
    _goods(sheet, parcel.lines, parcel, prices=True)
    sheet.need(12)
    sheet.rule()
    total = sum(line.units * line.price_minor for line in parcel.lines)
    sheet.right(f"Total {parcel.money(total)}", 11, "bold")
    return sheet.bytes()


def customs_form(parcel: ParcelContent) -> bytes:
    """What customs ask, as the form CN 23 does: contents with value, weight, tariff number and origin."""
    sheet = Sheet(f"Customs declaration {parcel.tracking}")
    sheet.line("Customs declaration (CN 23)", 16, "bold")
    sheet.gap(1.5)
    sheet.line(f"Parcel {parcel.tracking} · order {parcel.order} · {parcel.packed_on}", 9)
    sheet.gap(3)
    top_mm = sheet.y_mm
    _party(sheet, "Sender", parcel.sender, sheet.margin_mm, top_mm)
    _party(sheet, "Addressee", parcel.recipient, sheet.margin_mm + sheet.room_mm / 2 + 2, top_mm)
    sheet.y_mm = top_mm + 52
    sheet.line(f"Category: {'Gift' if parcel.is_gift else CATEGORIES}", 10)
    sheet.gap(2)
    columns = (
        Column(title="Description", width_mm=62),
        Column(title="Units", width_mm=18, right=True),
        Column(title="Net kg", width_mm=22, right=True),
        Column(title=f"Value {parcel.currency}", width_mm=26, right=True),
        Column(title="HS code", width_mm=26, right=True),
        Column(title="Origin", width_mm=18, right=True),
    )
    rows = [
        (
            line.description,
            f"{line.units:,}",
            f"{line.units * line.unit_mg / 1e6:,.3f}",
            parcel.amount(line.units * line.value_minor),
            line.hs_code or "not stated",
            line.origin or "–",
        )
        for line in parcel.lines
    ]
    sheet.table(columns, rows)
    sheet.need(45)
    sheet.rule()
    value = sum(line.units * line.value_minor for line in parcel.lines)
    sheet.line(f"Total value {parcel.money(value)} · gross weight {kilograms(parcel.weight_mg)}", 10, "bold")
    sheet.gap(4)
    sheet.line(
        "I certify that the particulars given in this declaration are correct and that this item does not contain any"
        " dangerous article prohibited by legislation or by postal or customs regulations.",
        8,
        lines_max=4,
    )
    sheet.gap(10)
    sheet.line("Date and sender's signature: ________________________________", 9)
    return sheet.bytes()


def _head(sheet: Sheet, title: str, parcel: ParcelContent) -> None:
    if parcel.sender is not None:
        sheet.line(" · ".join(parcel.sender.lines), 8, lines_max=2)
        if parcel.sender.tax_id:
            sheet.line(f"Tax number {parcel.sender.tax_id}", 8, lines_max=1)
        sheet.rule()
    sheet.gap(3)
    for line in parcel.recipient.lines:
        sheet.line(line, 11, lines_max=3)
    sheet.gap(8)
    sheet.line(title, 18, "bold", lines_max=2)
    sheet.gap(1.5)
    what = f"Order {parcel.order} · parcel {parcel.number} · packed {parcel.packed_on}"
    sheet.line(f"{what} · {parcel.service} {parcel.tracking}", 9, lines_max=2)
    sheet.gap(4)


def _goods(sheet: Sheet, lines: Sequence[Line], parcel: ParcelContent, *, prices: bool) -> None:
    columns: tuple[Column, ...]
    if prices:
        columns = (
            Column(title="Units", width_mm=16, right=True),
            Column(title="Item", width_mm=32),
            Column(title="Description", width_mm=74),
            Column(title=f"Each {parcel.currency}", width_mm=24, right=True),
            Column(title=f"Sum {parcel.currency}", width_mm=28, right=True),
        )
    else:
        columns = (
            Column(title="Units", width_mm=16, right=True),
            Column(title="Item", width_mm=38),
            Column(title="Description", width_mm=120),
        )
    rows = []
    for line in lines:
        row = [f"{line.units:,}", line.code, line.description]
        if prices:
            row += [parcel.amount(line.price_minor), parcel.amount(line.units * line.price_minor)]
        rows.append(row)
    sheet.table(columns, rows)


def _party(sheet: Sheet, what: str, party: Party | None, x_mm: float, y_mm: float) -> None:
    width_mm = sheet.room_mm / 2 - 2
    sheet.box(x_mm, y_mm, width_mm, 48)
    sheet.write(x_mm + 2, y_mm + 4, what, 8, "bold")
    if party is None:
        return
    lines = [*party.lines, party.phone, party.email]
    lines += [f"{name} {number}" for name, number in (("Tax", party.tax_id), ("EORI", party.eori)) if number]
    lines = [line for line in lines if line][:PARTY_LINES_MAX]
    room, lines_max = (width_mm - 4) * mm, dict.fromkeys(lines, 1)
    for line in lines:  # the first ones, which name and find the person, get the lines that are left
        while sum(lines_max[one] for one in lines) < PARTY_LINES_MAX:
            if len(wrapped(line, PARTY_PT, room, LINES_UNCUT)) <= lines_max[line]:
                break
            lines_max[line] += 1
    parts = [part for line in lines for part in wrapped(line, PARTY_PT, room, lines_max[line])]
    for n, part in enumerate(parts):
        sheet.write(x_mm + 2, y_mm + 9 + 4.3 * n, part, PARTY_PT)

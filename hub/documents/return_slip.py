"""The slip that goes into the parcel of a return: its number as a barcode for the dock, what may come, and where to."""

from collections.abc import Sequence
from dataclasses import dataclass

from hub.documents.sheet import Column, Sheet

BARCODE_MM = 22.0
WANTED = {
    "refund": "You get your money back when we have looked at it.",
    "exchange": "You get something else instead, as an order of its own.",
}


@dataclass(frozen=True, kw_only=True)
class SlipLine:
    """Units that may come back."""

    sku: str
    description: str
    reason: str
    units: int


@dataclass(frozen=True, kw_only=True)
class ReturnSlip:
    """What the slip says."""

    number: str
    order: str
    customer: str
    until: str
    wanted: str
    tracking: str
    service: str
    address: tuple[str, ...]
    lines: tuple[SlipLine, ...]


def return_slip(slip: ReturnSlip) -> bytes:
    """The slip as a PDF of one A4 page, or more if there are many lines."""
    sheet = Sheet(f"Return {slip.number}")
    sheet.line(f"Return {slip.number}", 20, "bold")
    sheet.gap(3)
    sheet.code_128(sheet.margin_mm, sheet.y_mm, BARCODE_MM, slip.number, 90)
    sheet.gap(BARCODE_MM + 4)
    sheet.line(f"Of order {slip.order}, {slip.customer}" if slip.order else "Of an unknown order")
    sheet.line(f"Send it until {slip.until}. {WANTED.get(slip.wanted, '')}".rstrip())
    if slip.tracking:
        sheet.line(f"Label {slip.tracking} ({slip.service}): stick it on the parcel.")
    sheet.gap(4)
    _address(sheet, slip.address)
    sheet.gap(4)
    columns = (
        Column(title="Units", width_mm=18, right=True),
        Column(title="Item", width_mm=84),
        Column(title="SKU", width_mm=30),
        Column(title="Why", width_mm=42),
    )
    sheet.table(columns, [(f"{one.units:,}", one.description, one.sku, one.reason) for one in slip.lines])
    sheet.gap(6)
    sheet.line("Put this page into the parcel: whoever opens it scans the number above and finds your order.", 9)
    return sheet.bytes()


def _address(sheet: Sheet, address: Sequence[str]) -> None:
    if not address:
        sheet.line("Send it to where it came from.", 10, "bold")
        return
    sheet.line("Send it to:", 10, "bold")
    for part in address:
        sheet.line(part)

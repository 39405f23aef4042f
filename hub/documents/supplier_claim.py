"""A claim on a supplier: what goes back to it and why, as a sheet for its people (PDF) and a table (CSV)."""

import csv
import io
from dataclasses import dataclass

from hub.documents.sheet import Column, Sheet

COLUMNS = ("claim", "return", "sku", "description", "lot", "units", "reason", "note", "cost_minor", "currency")
BARCODE_MM = 14.0


@dataclass(frozen=True, kw_only=True)
class ClaimLine:
    """Units that go back."""

    number: str
    """Of the return."""
    sku: str
    description: str
    lot: str
    units: int
    reason: str
    note: str
    cost_minor: int
    """Of all of them."""


@dataclass(frozen=True, kw_only=True)
class SupplierClaim:
    """What the documents say."""

    number: str
    supplier: str
    site: str
    state: str
    """In words."""
    currency: str
    lines: tuple[ClaimLine, ...]


def claim_pdf(claim: SupplierClaim) -> bytes:
    """The claim as a PDF of A4 sheets."""
    sheet = Sheet(f"Claim {claim.number}")
    sheet.line(f"Goods back to {claim.supplier}", 18, "bold")
    sheet.gap(1.5)
    sheet.line(f"{claim.number} of {claim.site}, {claim.state}")
    sheet.gap(3)
    sheet.code_128(sheet.margin_mm, sheet.y_mm, BARCODE_MM, claim.number, 80)
    sheet.gap(BARCODE_MM + 6)
    columns = (
        Column(title="Units", width_mm=15, right=True),
        Column(title="Item", width_mm=58),
        Column(title="SKU", width_mm=26),
        Column(title="Why", width_mm=49),
        Column(title=claim.currency, width_mm=26, right=True),
    )
    rows = [
        (f"{one.units:,}", one.description, one.sku, _why(one), f"{one.cost_minor / 100:,.2f}") for one in claim.lines
    ]
    sheet.table(columns, rows)
    sheet.need(12)
    sheet.rule()
    units, total = (sum(getattr(one, name) for one in claim.lines) for name in ("units", "cost_minor"))
    sheet.right(f"Total {units:,} units, {claim.currency} {total / 100:,.2f}", 11, "bold")
    sheet.gap(14)
    sheet.line("Handed over to ______________________    Date ____________    Signature ______________________")
    return sheet.bytes()


def _why(one: ClaimLine) -> str:
    return ", ".join(part for part in (one.reason, one.note, f"lot {one.lot}" if one.lot else "") if part)


def claim_csv(claim: SupplierClaim) -> str:
    """The claim as a CSV file, a line a row; money in minor units."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for one in claim.lines:
        row = (claim.number, one.number, one.sku, one.description, one.lot, one.units, one.reason, one.note)
        writer.writerow([_safe(cell) for cell in (*row, one.cost_minor, claim.currency)])
    return text.getvalue()


def _safe(cell: str | int) -> str | int:
    """A text that a spreadsheet would take for a formula is marked as text.

    Source: OWASP, "CSV Injection".
    """
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell

"""A carrier's manifest: what it gets at one collection, as PDF and as CSV."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO

from hub.documents.content import kilograms
from hub.documents.sheet import Column, Sheet


@dataclass(frozen=True, kw_only=True)
class ManifestParcel:
    """A parcel on a manifest."""

    tracking: str
    sscc: str
    service: str
    order: str
    name: str
    postcode: str
    country: str
    weight_mg: int
    handed: str
    """When it was scanned into the carrier's hands; empty: it was not."""


def manifest_csv(parcels: Sequence[ManifestParcel]) -> str:
    """The manifest as a table for the carrier's own programs; weights in grams, rounded up."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(("tracking", "sscc", "service", "order", "name", "postcode", "country", "weight_g"))
    for one in parcels:
        # what begins like a formula is not one: spreadsheets would calculate it
        cells = (one.tracking, one.sscc, one.service, one.order, one.name, one.postcode, one.country)
        writer.writerow([*(f"'{c}" if c[:1] in ("=", "+", "-", "@") else c for c in cells), -(-one.weight_mg // 1000)])
    return text.getvalue()


def manifest_pdf(number: str, carrier: str, site: str, closed: str, parcels: Sequence[ManifestParcel]) -> bytes:
    """The manifest as the driver signs it."""
    sheet = Sheet(f"Manifest {number}")
    sheet.line(f"Manifest {number}", 18, "bold")
    sheet.gap(1.5)
    total = kilograms(sum(one.weight_mg for one in parcels))
    count = "1 parcel" if len(parcels) == 1 else f"{len(parcels):,} parcels"
    sheet.line(f"{carrier} · from {site} · closed {closed} · {count} · {total}", 10)
    sheet.gap(4)
    columns = (
        Column(title="Tracking", width_mm=38),
        Column(title="Service", width_mm=34),
        Column(title="Order", width_mm=26),
        Column(title="To", width_mm=54),
        Column(title="kg", width_mm=22, right=True),
    )
    rows = [
        (
            one.tracking,
            one.service,
            one.order,
            ", ".join(part for part in (one.name, one.postcode, one.country) if part),
            f"{one.weight_mg / 1e6:.3f}",
        )
        for one in parcels
    ]
    sheet.table(columns, rows, 8)
    sheet.need(30)
    sheet.gap(14)
    sheet.line("Received, date and driver's signature: ________________________________", 10)
    return sheet.bytes()

"""A delivery as its supplier announces it (advance shipping notice), as REST or a CSV file says it.

Source: GS1 EANCOM / DESADV, which says the same of a despatch: shipping units by SSCC, and what each holds.
"""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from hub.domain.gtin import check_digit

ROWS_MAX = 5_000
UNITS_MAX = 1_000_000
COLUMNS = ("ref", "supplier", "expected_at", "sku", "units")
OPTIONAL = ("purchase_order", "door", "slot_min", "sscc", "gross_g", "lot", "expiry")
SLOT_MIN = 60
"""How long a door is given where nothing is said."""
SLOT_MIN_MAX = 24 * 60
SSCC_DIGITS = 18
CODE_CHARS_MAX = 80
_WHOLE = re.compile(r"[0-9]{1,7}\Z")


class NotAnnounced(ValueError):
    """The text announces no delivery: the line and the column that are wrong."""


@dataclass(frozen=True, kw_only=True)
class Content:
    """Units of one SKU in a carton, or loose."""

    sku: str
    units: int
    lot: str = ""
    expiry: str = ""
    """The last good day, as YYYY-MM-DD; empty: none is said."""


@dataclass(frozen=True, kw_only=True)
class Carton:
    """A carton or pallet with its number."""

    sscc: str
    gross_mg: int | None = None
    contents: tuple[Content, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Announced:
    """A delivery on its way. ``expected_local``: when, by the site's clock."""

    ref: str
    supplier: str
    expected_local: datetime
    purchase_order: str = ""
    door: str = ""
    slot_min: int = SLOT_MIN
    cartons: tuple[Carton, ...] = ()
    loose: tuple[Content, ...] = field(default=())

    @property
    def contents(self) -> tuple[Content, ...]:
        """All that it brings."""
        return (*(content for carton in self.cartons for content in carton.contents), *self.loose)


def sscc_of(text: str) -> str:
    """The 18 digits of a shipping unit.

    >>> sscc_of("006141411234567890")
    '006141411234567890'

    Raises:
        ValueError: something else, or a wrong check digit.
    """
    if len(text) != SSCC_DIGITS or not text.isdecimal() or not text.isascii():
        raise ValueError(f"expected the {SSCC_DIGITS} digits of an SSCC, got '{text[:CODE_CHARS_MAX]}'")
    if check_digit(text[:-1]) != text[-1]:
        raise ValueError(f"expected check digit {check_digit(text[:-1])} of the SSCC, got '{text}'")
    return text


def day_of(text: str) -> str:
    """A day as YYYY-MM-DD, or nothing. Raises: ValueError."""
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        raise ValueError(f"expected a day as 2011-12-31, got '{text[:CODE_CHARS_MAX]}'") from None


def check_deliveries(deliveries: Iterable[Announced]) -> None:
    """Raises: NotAnnounced, an SSCC stands twice, or a delivery brings nothing."""
    seen: set[str] = set()
    for delivery in deliveries:
        if not delivery.contents:
            raise NotAnnounced(f"{delivery.ref}: expected a delivery that brings something, got no units.")
        for carton in delivery.cartons:
            if carton.sscc in seen:
                raise NotAnnounced(f"{delivery.ref}: expected each SSCC once, got {carton.sscc} again.")
            seen.add(carton.sscc)


def parse_announced(text: str) -> tuple[Announced, ...]:
    """The deliveries of a CSV file: a row for each SKU and lot of each carton, in any order.

    Raises:
        NotAnnounced: line and column that are wrong, what was expected there and what came.
    """
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    names = rows.fieldnames or ()
    known = (*COLUMNS, *OPTIONAL)
    if len(set(names)) < len(names) or not set(COLUMNS) <= set(names) <= set(known):
        came = ",".join(names)[:CODE_CHARS_MAX]
        may = ", ".join(OPTIONAL)
        raise NotAnnounced(
            f"Line 1: expected the columns {', '.join(COLUMNS)} (and, where wanted, {may}), got '{came}'."
        )
    heads: dict[str, Announced] = {}
    cartons: dict[str, dict[str, Carton]] = {}
    loose: dict[str, list[Content]] = {}
    try:
        for row in rows:
            if rows.line_num > ROWS_MAX + 1:
                raise NotAnnounced(f"Expected at most {ROWS_MAX} rows: split the file.")
            try:
                _row(row, heads, cartons, loose)
            except ValueError as error:
                raise NotAnnounced(f"Line {rows.line_num}: {error}.") from None
    except csv.Error as error:
        raise NotAnnounced(f"Line {rows.line_num}: expected CSV, got: {error}.") from error
    found = tuple(
        Announced(
            ref=ref,
            supplier=head.supplier,
            expected_local=head.expected_local,
            purchase_order=head.purchase_order,
            door=head.door,
            slot_min=head.slot_min,
            cartons=tuple(cartons[ref].values()),
            loose=tuple(loose[ref]),
        )
        for ref, head in heads.items()
    )
    check_deliveries(found)
    return found


def _row(
    row: dict[str, str],
    heads: dict[str, Announced],
    cartons: dict[str, dict[str, Carton]],
    loose: dict[str, list[Content]],
) -> None:
    if None in row or None in row.values():
        raise ValueError("expected as many cells as there are columns")
    cells = {name: (row.get(name) or "").strip() for name in (*COLUMNS, *OPTIONAL)}
    ref = cells["ref"]
    if not 1 <= len(ref) <= CODE_CHARS_MAX:
        raise ValueError(f"ref: expected 1 to {CODE_CHARS_MAX} characters, got '{ref[:CODE_CHARS_MAX]}'")
    head = Announced(
        ref=ref,
        supplier=cells["supplier"],
        expected_local=_moment(cells["expected_at"]),
        purchase_order=cells["purchase_order"],
        door=cells["door"],
        slot_min=_whole("slot_min", cells["slot_min"], SLOT_MIN_MAX) if cells["slot_min"] else SLOT_MIN,
    )
    if heads.setdefault(ref, head) != head:
        raise ValueError(f"expected the same supplier, order, time and door in all rows of '{ref}'")
    content = Content(
        sku=cells["sku"],
        units=_whole("units", cells["units"], UNITS_MAX),
        lot=cells["lot"][:CODE_CHARS_MAX],
        expiry=day_of(cells["expiry"]),
    )
    own, others = cartons.setdefault(ref, {}), loose.setdefault(ref, [])
    if not cells["sscc"]:
        others.append(content)
        return
    sscc = sscc_of(cells["sscc"])
    gross_mg = _whole("gross_g", cells["gross_g"], 9_999_999) * 1000 if cells["gross_g"] else None
    before = own.get(sscc, Carton(sscc=sscc, gross_mg=gross_mg))
    if before.gross_mg != gross_mg:
        raise ValueError(f"gross_g: expected the same in all rows of {sscc}, got '{cells['gross_g']}'")
    own[sscc] = Carton(sscc=sscc, gross_mg=gross_mg, contents=(*before.contents, content))


def _whole(name: str, text: str, most: int) -> int:
    if not _WHOLE.match(text) or not 1 <= int(text) <= most:
        raise ValueError(f"{name}: expected a whole number from 1 to {most}, got '{text[:CODE_CHARS_MAX]}'")
    return int(text)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        is_local = moment.tzinfo is None
    except ValueError:
        is_local = False
    if not is_local:
        came = text[:CODE_CHARS_MAX]
        raise ValueError(f"expected_at: expected the site's day and time as 2011-12-31T08:30, got '{came}'")
    return moment

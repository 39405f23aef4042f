"""Order lines as a shop writes them into a CSV file: sale lines become orders, in their order of arrival.

One text line is one order line (no line breaks inside quotes), so that a broken quote spoils its own line only.
What cannot be read is collected, never guessed and never fatal; only a file that is no order file at all is.
"""

import csv
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from decimal import ROUND_HALF_EVEN, Decimal

COLUMNS = (
    "order_id",
    "line",
    "placed_at",
    "kind",
    "sku",
    "description",
    "quantity",
    "unit_price",
    "customer_id",
    "country",
)
"""The columns, by name; their order in the file does not matter."""
SALE = "sale"
KINDS_SKIPPED = ("return", "service", "adjustment", "free")
"""Kinds of line that ask for no goods; they are counted and left out."""
UNITS_MAX = 1_000_000
"""More units in one line than this are taken for a broken line; 74,215 once came from a real shop."""
PRICE_MINOR_MAX = 1_000_000_000
LINE_CHARS_MAX = 2_000
"""A longer line is broken; it keeps a file that is no CSV from filling the memory."""
LINES_MAX = 2_000_000
"""A file of more lines than this is refused: split it."""
BAD_LINES_MAX = 1_000
"""Bad lines that are described; further ones are counted only."""
CAME_CHARS_MAX = 80
"""How much of what came an error repeats."""

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,39}\Z")
_COUNT = re.compile(r"[0-9]{1,9}\Z")
_PRICE = re.compile(r"[0-9]{1,9}(\.[0-9]{1,4})?\Z")
_MINUTE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?\Z")


class NotAnOrderFile(ValueError):
    """The text is no order file: its columns are wrong, or it is too long."""


@dataclass(frozen=True, kw_only=True)
class FileLine:
    """One sale line."""

    number: int
    """The line's number in the file, the header being line 1."""
    sku: str
    description: str
    """As it came, runs of spaces collapsed; the SKU if there is none."""
    units: int
    price_minor: int
    """Price of one unit, in minor units of the shop's currency; fractions of one are rounded to even."""


@dataclass(frozen=True, kw_only=True)
class FileOrder:
    """One order: its sale lines in the order of the file. The same SKU may stand in several lines."""

    ref: str
    """The shop's own number."""
    placed_us: int
    """When its first line was placed, microseconds UTC."""
    customer: str
    """The shop's number of the customer; empty for a guest."""
    country: str
    lines: tuple[FileLine, ...]

    @property
    def units(self) -> int:
        """Units over all lines."""
        return sum(line.units for line in self.lines)


@dataclass(frozen=True, kw_only=True)
class BadLine:
    """A line that could not be read."""

    number: int
    expected: str
    came: str
    ref: str = ""
    """The order that it belongs to; empty if that cannot be told."""
    field: str = ""
    """The column that is wrong; empty if it is the line itself."""

    def __str__(self) -> str:
        return f"line {self.number}: expected {self.expected}, got '{self.came}'"


@dataclass(frozen=True, kw_only=True)
class OrderFile:
    """What an order file holds."""

    orders: tuple[FileOrder, ...]
    """By the minute they were placed, then as they stand in the file."""
    skipped: Mapping[str, int]
    """Lines that ask for no goods, by kind."""
    bad: tuple[BadLine, ...]
    """The first :data:`BAD_LINES_MAX` lines that could not be read."""
    bad_lines: int
    """All lines that could not be read."""

    @property
    def lines(self) -> int:
        """Sale lines over all orders."""
        return sum(len(order.lines) for order in self.orders)

    @property
    def units(self) -> int:
        """Units over all orders."""
        return sum(order.units for order in self.orders)


class _Unreadable(Exception):
    def __init__(self, expected: str, came: str, column: str = "") -> None:
        super().__init__(expected)
        self.expected = expected
        self.came = came[:CAME_CHARS_MAX]
        self.column = column


@dataclass
class _Draft:
    placed_us: int
    customer: str
    country: str
    lines: list[FileLine] = field(default_factory=list)


def parse_orders(source: str | Iterable[str], timezone: tzinfo = UTC) -> OrderFile:
    """Read an order file.

    Args:
        source: the whole text, or its lines one by one (an open file); header first.
        timezone: of ``placed_at``, which is local time.

    Raises:
        NotAnOrderFile: a column is missing, unknown or doubled, or there are more than :data:`LINES_MAX` lines.
    """
    rows = iter(source.split("\n") if isinstance(source, str) else source)
    columns = _columns(next(rows, ""))
    drafts: dict[str, _Draft] = {}
    skipped: dict[str, int] = {}
    bad: list[BadLine] = []
    bad_lines = 0
    for number, row in _numbered(rows):
        try:
            cells = _cells(row, columns)
            kind = cells["kind"]
            if kind in KINDS_SKIPPED:
                skipped[kind] = skipped.get(kind, 0) + 1
            else:
                _take(drafts, number, cells, timezone)
        except _Unreadable as error:
            bad_lines += 1
            if len(bad) < BAD_LINES_MAX:
                ref = _likely_ref(row, columns)
                bad.append(
                    BadLine(number=number, expected=error.expected, came=error.came, ref=ref, field=error.column)
                )
    return OrderFile(orders=_in_order(drafts), skipped=skipped, bad=tuple(bad), bad_lines=bad_lines)


def _numbered(rows: Iterable[str]) -> Iterator[tuple[int, str]]:
    for number, row in enumerate(rows, 2):
        if number > LINES_MAX:
            raise NotAnOrderFile(f"Expected at most {LINES_MAX} lines, got more: split the file.")
        if row.strip():
            yield number, row.rstrip("\r\n")


def _columns(header: str) -> tuple[str, ...]:
    header = header.removeprefix("\ufeff").rstrip("\r\n")
    names = tuple(name.strip() for name in header[:LINE_CHARS_MAX].split(","))
    if sorted(names) != sorted(COLUMNS):
        expected = ", ".join(COLUMNS)
        raise NotAnOrderFile(f"Line 1: expected the columns {expected}, got '{header[:CAME_CHARS_MAX]}'.")
    return names


def _cells(row: str, columns: tuple[str, ...]) -> dict[str, str]:
    if len(row) > LINE_CHARS_MAX:
        raise _Unreadable(f"at most {LINE_CHARS_MAX} characters", row)
    try:
        [cells] = csv.reader([row], strict=True)
    except csv.Error as error:
        raise _Unreadable(f"a line of CSV ({error})", row) from None
    if len(cells) != len(columns):
        raise _Unreadable(f"{len(columns)} columns, not {len(cells)}", row)
    return {name: cell.strip() for name, cell in zip(columns, cells, strict=True)}


def _likely_ref(row: str, columns: tuple[str, ...]) -> str:
    """The order of a line that cannot be read, if the cell of its order can."""
    cells = row[:LINE_CHARS_MAX].split(",")
    before = columns[: columns.index("order_id")]
    if len(cells) <= len(before) or any('"' in cell for cell in cells[: len(before) + 1]):
        return ""  # a quote before or in it: the comma may be part of a text
    ref = cells[len(before)].strip()
    return ref if _CODE.match(ref) else ""


def _take(drafts: dict[str, _Draft], number: int, cells: dict[str, str], timezone: tzinfo) -> None:
    if cells["kind"] != SALE:
        raise _Unreadable(f"kind {SALE}, {', '.join(KINDS_SKIPPED[:-1])} or {KINDS_SKIPPED[-1]}", cells["kind"], "kind")
    ref = _match(_CODE, cells, "order_id", "order_id of up to 40 letters and digits")
    _match(_COUNT, cells, "line", "line as a whole number")
    placed_us = _moment(cells, timezone)
    sku = _match(_CODE, cells, "sku", "sku of up to 40 letters and digits").upper()
    line = FileLine(
        number=number,
        sku=sku,
        description=" ".join(cells["description"].split()) or sku,
        units=_bounded(_COUNT, cells, "quantity", int, 1, UNITS_MAX, "quantity"),
        price_minor=_bounded(_PRICE, cells, "unit_price", _minor, 0, PRICE_MINOR_MAX, "unit_price in minor units"),
    )
    draft = drafts.get(ref)
    if draft is None:
        draft = drafts[ref] = _Draft(placed_us, cells["customer_id"], cells["country"])
    elif (draft.customer, draft.country) != (cells["customer_id"], cells["country"]):
        expected = f"customer '{draft.customer}' in '{draft.country}', as on the first line of order {ref}"
        raise _Unreadable(expected, f"{cells['customer_id']}, {cells['country']}", "customer_id")
    draft.placed_us = min(draft.placed_us, placed_us)
    draft.lines.append(line)


def _match(pattern: re.Pattern[str], cells: Mapping[str, str], column: str, expected: str) -> str:
    if not pattern.match(cells[column]):
        raise _Unreadable(expected, cells[column], column)
    return cells[column]


def _bounded(
    pattern: re.Pattern[str],
    cells: Mapping[str, str],
    column: str,
    read: Callable[[str], int],
    least: int,
    most: int,
    what: str,
) -> int:
    expected = f"{what} from {least} to {most}"
    value = read(_match(pattern, cells, column, expected))
    if not least <= value <= most:
        raise _Unreadable(expected, cells[column], column)
    return value


def _minor(cell: str) -> int:
    return int((Decimal(cell) * 100).to_integral_value(ROUND_HALF_EVEN))


def _moment(cells: Mapping[str, str], timezone: tzinfo) -> int:
    expected = "placed_at as YYYY-MM-DDTHH:MM"
    cell = _match(_MINUTE, cells, "placed_at", expected)
    try:
        return math.floor(datetime.fromisoformat(cell).replace(tzinfo=timezone).timestamp()) * 1_000_000
    except (ValueError, OverflowError):
        raise _Unreadable(expected, cell, "placed_at") from None


def _in_order(drafts: Mapping[str, _Draft]) -> tuple[FileOrder, ...]:
    orders = [
        FileOrder(
            ref=ref,
            placed_us=draft.placed_us,
            customer=draft.customer,
            country=draft.country,
            lines=tuple(draft.lines),
        )
        for ref, draft in drafts.items()
    ]
    return tuple(sorted(orders, key=lambda order: order.placed_us))

"""Orders from a file of order lines (the columns of the Online Retail set), in their order of arrival.

Sale lines become orders; other kinds are counted and left out; a bad line is told with its number and loses no other.
"""

import csv
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

COLUMNS = (
    "order_id", "line", "placed_at", "kind", "sku", "description", "quantity", "unit_price", "customer_id", "country",
)  # fmt: skip
UNITS_MAX = 100_000
PRICE_MAX = 1_000_000.0


@dataclass(frozen=True, kw_only=True)
class FileLine:
    """One sale line."""

    number: int
    """Its line in the file."""
    sku: str
    description: str
    units: int
    price_minor: int


@dataclass(frozen=True, kw_only=True)
class FileOrder:
    """One order."""

    ref: str
    placed_us: int
    customer: str
    country: str
    lines: tuple[FileLine, ...]


@dataclass(frozen=True, kw_only=True)
class BadLine:
    """A line that could not be understood."""

    number: int
    expected: str
    came: str

    def __str__(self) -> str:
        return f"line {self.number}: expected {self.expected}, got '{self.came}'"


@dataclass(frozen=True, kw_only=True)
class OrderFile:
    """What a file holds."""

    orders: tuple[FileOrder, ...]
    skipped: dict[str, int]
    """Lines of other kinds, by kind."""
    bad: tuple[BadLine, ...]


class NotAnOrderFile(ValueError):
    """The file has other columns."""


def parse_orders(lines: Iterable[str]) -> OrderFile:
    """Read the lines of a file.

    Raises:
        NotAnOrderFile: its first line does not name the columns.
    """
    reader = csv.DictReader(lines)
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        came = ",".join(reader.fieldnames or ())
        raise NotAnOrderFile(f"Expected the columns {','.join(COLUMNS)}, got '{came[:200]}'.")
    orders: dict[str, tuple[int, str, str, list[FileLine]]] = {}
    skipped: Counter[str] = Counter()
    bad: list[BadLine] = []
    for row in reader:
        if row["kind"] != "sale":
            skipped[row["kind"] or "?"] += 1
            continue
        parsed = _sale(row, reader.line_num)
        if isinstance(parsed, BadLine):
            bad.append(parsed)
            continue
        placed_us, line = parsed
        order = orders.setdefault(row["order_id"], (placed_us, row["customer_id"] or "", row["country"] or "", []))
        order[3].append(line)
    listed = [
        FileOrder(ref=ref, placed_us=placed, customer=customer, country=country, lines=tuple(found))
        for ref, (placed, customer, country, found) in orders.items()
    ]
    listed.sort(key=lambda order: order.placed_us)
    return OrderFile(orders=tuple(listed), skipped=dict(skipped), bad=tuple(bad))


def _sale(row: dict[str, str], number: int) -> tuple[int, FileLine] | BadLine:
    if not row["order_id"] or not row["sku"]:
        return BadLine(number=number, expected="an order_id and a sku", came=f"{row['order_id']},{row['sku']}")
    try:
        placed = datetime.fromisoformat(row["placed_at"]).replace(tzinfo=UTC)
    except (TypeError, ValueError):
        return BadLine(number=number, expected="placed_at as YYYY-MM-DD HH:MM", came=str(row["placed_at"]))
    try:
        units = int(row["quantity"])
        price = float(row["unit_price"])
    except (TypeError, ValueError):
        came = f"{row['quantity']},{row['unit_price']}"
        return BadLine(number=number, expected="quantity and unit_price as numbers", came=came)
    if not 1 <= units <= UNITS_MAX or not 0 <= price <= PRICE_MAX:
        expected = f"1 to {UNITS_MAX} units at a price of 0 to {PRICE_MAX:.0f}"
        return BadLine(number=number, expected=expected, came=f"{units} at {price}")
    line = FileLine(
        number=number,
        sku=row["sku"],
        description=row["description"] or row["sku"],
        units=units,
        price_minor=round(price * 100),
    )
    return round(placed.timestamp() * 1_000_000), line

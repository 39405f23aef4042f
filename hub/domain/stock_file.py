"""What lies in bins, as a CSV file says it: for a site that goes live, or that was counted on paper."""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass

COLUMNS = ("bin", "sku", "units")
"""As in ``bins.csv``; their order in the file does not matter."""
ROWS_MAX = 2_000
"""Of one file: it is written in one transaction, and the floor waits meanwhile."""
UNITS_MAX = 1_000_000
CAME_CHARS_MAX = 80
_UNITS = re.compile(r"[0-9]{1,7}\Z")


class NotAStockFile(ValueError):
    """The text is no file of stock: its columns are wrong, or it is too long."""


@dataclass(frozen=True, kw_only=True)
class StockRow:
    """What lies in one bin."""

    line: int
    """The row's number in the file, the header being line 1."""
    bin: str
    sku: str
    units: int


@dataclass(frozen=True, kw_only=True)
class BadRow:
    """A row that cannot be taken; ``field`` is empty if it is the row itself."""

    line: int
    field: str
    expected: str
    got: str


def parse_stock(text: str) -> tuple[tuple[StockRow, ...], tuple[BadRow, ...]]:
    """The rows of a file, and those that cannot be read; a bin may stand in it once.

    Raises:
        NotAStockFile: a column is missing, unknown or doubled, or there are more than :data:`ROWS_MAX` rows.

    >>> parse_stock("bin,sku,units\\nbay-01/01,A,5\\nbay-01/02,A,many\\n")[1][0].expected
    'units from 0 to 1000000'
    """
    lines = text.removeprefix("\ufeff").splitlines()
    header = tuple(name.strip() for name in (lines[0] if lines else "").split(","))
    if sorted(header) != sorted(COLUMNS):
        came = ",".join(header)[:CAME_CHARS_MAX]
        raise NotAStockFile(f"Line 1: expected the columns {', '.join(COLUMNS)}, got '{came}'.")
    if len(lines) - 1 > ROWS_MAX:
        raise NotAStockFile(f"Expected at most {ROWS_MAX} rows, got {len(lines) - 1}: split the file.")
    rows: list[StockRow] = []
    bad: list[BadRow] = []
    for number, line in enumerate(lines[1:], 2):
        if line.strip():
            found = _row(number, line, header)
            (rows if isinstance(found, StockRow) else bad).append(found)  # type: ignore[arg-type]
    return tuple(rows), (*bad, *_twice(rows))


def _row(number: int, line: str, header: tuple[str, ...]) -> StockRow | BadRow:
    try:
        [cells] = csv.reader([line], strict=True)
    except csv.Error:
        cells = []
    if len(cells) != len(header):
        return BadRow(line=number, field="", expected=f"{len(header)} columns of CSV", got=line[:CAME_CHARS_MAX])
    row = {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
    if not _UNITS.match(row["units"]) or int(row["units"]) > UNITS_MAX:
        expected = f"units from 0 to {UNITS_MAX}"
        return BadRow(line=number, field="units", expected=expected, got=row["units"][:CAME_CHARS_MAX])
    return StockRow(line=number, bin=row["bin"], sku=row["sku"], units=int(row["units"]))


def _twice(rows: Iterable[StockRow]) -> Iterable[BadRow]:
    seen: set[str] = set()
    for row in rows:
        if row.bin in seen:
            yield BadRow(line=row.line, field="bin", expected="each bin once", got=row.bin[:CAME_CHARS_MAX])
        seen.add(row.bin)

"""Files of order lines for the restock benchmark: CSV or CSV.gz, in the columns of an order file."""

import csv
import gzip
import zlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TextIO

from hub.domain.demand import SoldLine
from hub.domain.order_file import CAME_CHARS_MAX, COLUMNS, KINDS_SKIPPED, LINES_MAX, SALE

RETURN = "return"
UNITS_MAX = 1_000_000
GZIP_MAGIC = b"\x1f\x8b"


class BadHistory(ValueError):
    """The file is no file of order lines, or two of them do not follow one another."""


def read_lines(file: Path) -> tuple[list[SoldLine], list[SoldLine]]:
    """(sales, returns) of a file; lines of other kinds move no goods that were asked for.

    Raises:
        BadHistory: the file cannot be read, a column is missing, or a line is wrong: figures of half a file mean
            nothing.
    """
    sales: list[SoldLine] = []
    returns: list[SoldLine] = []
    try:
        for line, kind in _lines(file):
            if kind == SALE:
                sales.append(line)
            elif kind == RETURN:
                returns.append(line)
    except FileNotFoundError:
        raise BadHistory(f"{file}: expected a CSV file of order lines, there is none.") from None
    except (OSError, EOFError, zlib.error, UnicodeDecodeError, csv.Error) as error:
        raise BadHistory(f"{file}: expected a CSV file of order lines, plain or .gz, got: {error}.") from error
    if not sales:
        raise BadHistory(f"{file}: expected at least one line of kind '{SALE}', got none.")
    return sales, returns


def _lines(file: Path) -> Iterator[tuple[SoldLine, str]]:
    with _opened(file) as text:
        rows = csv.DictReader(text)
        if missing := [name for name in COLUMNS if name not in (rows.fieldnames or ())]:
            came = ",".join(rows.fieldnames or ())[:CAME_CHARS_MAX]
            raise BadHistory(f"{file}: expected the columns {', '.join(COLUMNS)}; '{missing[0]}' is not in '{came}'.")
        for number, row in enumerate(rows, 2):
            if number > LINES_MAX:
                raise BadHistory(f"{file}: expected at most {LINES_MAX} lines, got more: split the file.")
            try:
                yield _line(row)
            except ValueError as error:
                raise BadHistory(f"{file}: line {number}: {error}") from None


def _opened(file: Path) -> TextIO:
    with file.open("rb") as plain:
        zipped = plain.read(len(GZIP_MAGIC)) == GZIP_MAGIC
    if zipped:
        return gzip.open(file, "rt", encoding="utf-8-sig", newline="")
    return file.open(encoding="utf-8-sig", newline="")


def _line(row: dict[str, str]) -> tuple[SoldLine, str]:
    kind = row["kind"]
    if any(row[name] is None for name in COLUMNS):
        raise ValueError(f"expected {len(COLUMNS)} columns, got fewer.")
    if kind not in (SALE, *KINDS_SKIPPED):
        raise ValueError(f"expected kind {SALE}, {', '.join(KINDS_SKIPPED)}, got '{str(kind)[:CAME_CHARS_MAX]}'.")
    units = int(row["quantity"])
    if abs(units) > UNITS_MAX or (kind == SALE and units < 1) or (kind == RETURN and units > -1):
        least = "1" if kind == SALE else "-1 or less" if kind == RETURN else f"-{UNITS_MAX}"
        raise ValueError(f"expected quantity of a {kind} from {least}, at most {UNITS_MAX}, got {units}.")
    line = SoldLine(
        order=row["order_id"],
        line=row["line"],
        sku=row["sku"].strip().upper(),
        customer=row["customer_id"],
        placed_at=datetime.fromisoformat(row["placed_at"]),
        units=abs(units),
    )
    return line, kind

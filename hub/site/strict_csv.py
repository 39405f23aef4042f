"""Business tables as CSV files, decoded strictly: every cell is checked, every fault names file, line and column."""

import csv
import io
import re
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

import msgspec

from edge.contract.shape import CAME_CHARS_MAX, faults
from edge.contract.site import BadSite
from edge.contract.strict import Strict

ROWS_MAX = 1_000_000
"""More rows in one table than this are refused."""
S = TypeVar("S", bound=Strict)
_WHOLE = re.compile(r"-?[0-9]{1,15}\Z")


def read_text(path: Path) -> str:
    """A file's text, a byte order mark left out.

    Raises:
        BadSite: there is no such file, or it is not UTF-8.
    """
    try:
        return path.read_text("utf-8-sig")
    except OSError as error:
        raise BadSite(f"{path}: expected a file that can be read, got: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise BadSite(
            f"{path}: expected UTF-8 text, got byte {error.object[error.start]:#04x} at {error.start}."
        ) from error


def read_table(path: Path, shape: type[S]) -> tuple[tuple[int, S], ...]:
    """Read a CSV file whose columns are the fields of ``shape``: (line number, row) for each row.

    The header names the columns in any order; those of fields that have defaults may be left out. An ``int`` field
    takes whole numbers only.

    Raises:
        BadSite: file, line and column that are wrong, what was expected there and what came.
    """
    fields = {f.encode_name: f.required for f in msgspec.structs.fields(shape)}
    whole = {name for name, kind in get_type_hints(shape).items() if kind is int}
    reader = csv.reader(io.StringIO(read_text(path), newline=""), strict=True)
    rows: list[tuple[int, S]] = []
    try:
        header = next(reader, [])
        needed = {name for name, required in fields.items() if required}
        if len(set(header)) != len(header) or not needed <= set(header) <= fields.keys():
            may = [name for name in fields if name not in needed]
            raise BadSite(
                f"{path}, line 1: expected the columns {', '.join(name for name in fields if name in needed)}"
                f"{' (and, if you like, ' + ', '.join(may) + ')' if may else ''}, got '{_short(','.join(header))}'."
            )
        for cells in reader:
            if not cells:
                continue
            if len(cells) != len(header):
                came = f"{len(cells)}: '{_short(','.join(cells))}'"
                raise BadSite(f"{path}, line {reader.line_num}: expected {len(header)} columns, got {came}.")
            if len(rows) == ROWS_MAX:
                raise BadSite(f"{path}, line {reader.line_num}: expected at most {ROWS_MAX} rows.")
            row = dict(zip(header, cells, strict=True))
            rows.append((reader.line_num, _convert(path, reader.line_num, row, shape, whole)))
    except csv.Error as error:
        raise BadSite(f"{path}, line {reader.line_num}: expected CSV, got: {error}.") from error
    return tuple(rows)


def _convert(path: Path, line: int, row: dict[str, str], shape: type[S], whole: set[str]) -> S:
    values: dict[str, Any] = {}
    for column, cell in row.items():
        if column in whole:
            if not _WHOLE.match(cell):
                raise BadSite(f"{path}, line {line}: {column}: expected a whole number, got '{_short(cell)}'.")
            values[column] = int(cell)
        else:
            values[column] = cell
    try:
        return msgspec.convert(values, shape)
    except msgspec.ValidationError as error:
        fault = next(faults(values, shape))
        came = _short(row[fault.place])
        raise BadSite(f"{path}, line {line}: {fault.place}: expected {fault.expected}, got '{came}'.") from error


def _short(text: str) -> str:
    return text if len(text) <= CAME_CHARS_MAX else text[:CAME_CHARS_MAX] + "..."

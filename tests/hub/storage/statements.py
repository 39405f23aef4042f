"""What a hub really asks its database: every statement of some work, and how SQLite means to answer it."""

import re
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

_NAMED = re.compile(r"(?:FROM|JOIN|UPDATE|INTO)\s+(\w+)(?:\s+(?:AS\s+)?(\w+))?", re.IGNORECASE)
_STEP = re.compile(r"^(SCAN|SEARCH) (\w+)(?: USING (?:COVERING )?INDEX (\w+)(?: \((.*)\))?)?")
_BY_WHAT = re.compile(r"(\w+)[=<>]")
_LONG = {"site_id", "client_id", "sku_id", "lot_id", "bin_id", "kind", "from_id", "to_id"}
"""Columns one value of which stands in ever more rows, year by year."""
_WHOLE = {"site_id", "client_id", "kind"}
_BY_LONG = {"balance", "order_line", "task", "transfer", "customer_order"}
"""Tables that hold the years of a site, an SKU, a bin. (Its bins an SKU has once, and a site its bins.)"""
_ON_BEHALF = (
    *("/hub/storage/writer.py", "/hub/handlers/desired.py", "/hub/storage/figures.py"),
    *("/hub/storage/metric_figures.py", "/hub/storage/stock_figures.py"),
)
_VALUE = re.compile(r"'(?:[^']|'')*'|\bx'[0-9a-f]*'|\b\d+\b")


@contextmanager
def recorded() -> Iterator[list[str]]:
    """Every different statement that the writer, the lights or the figures run on any connection opened meanwhile.

    They are known once it ends, with their values in them.
    """
    found: dict[str, str] = {}

    def note(sql: str) -> None:
        if sql.lstrip().split(" ", 1)[0].upper() not in ("SELECT", "INSERT", "UPDATE", "DELETE"):
            return
        shape = _VALUE.sub("?", sql)
        if shape not in found and _asked_by_the_hub():
            found[shape] = sql

    def connected(db: sqlite3.Connection, _record: Any) -> None:
        db.set_trace_callback(note)

    statements: list[str] = []
    event.listen(Engine, "connect", connected)
    try:
        yield statements
    finally:
        event.remove(Engine, "connect", connected)
        statements += found.values()


def _asked_by_the_hub() -> bool:
    frame = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_filename.endswith(_ON_BEHALF):
            return True
        frame = frame.f_back  # type: ignore[assignment]
    return False


def whole_scans(db: sqlite3.Connection, sql: str) -> set[str]:
    """The tables that SQLite would read from one end to the other, or years of, to answer a statement.

    Reading one whole index is that too, unless the index is partial: it holds only what is open. The newest row
    of a table (``ORDER BY id DESC LIMIT 1``) is no scan, though SQLite calls it one.
    """
    if re.search(r"FROM \w+ ORDER BY id DESC LIMIT 1$", sql):
        return set()
    aliases: dict[str, str] = {}
    for table, alias in _NAMED.findall(sql):
        aliases |= {table: table, alias or table: table}
    found = set()
    rows: list[tuple[Any, ...]] = db.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()
    for *_, detail in rows:
        step = _STEP.match(detail)
        if step is None or (step[3] and _is_partial(db, step[3])):
            continue
        table = aliases.get(step[2], step[2])
        by = set(_BY_WHAT.findall(step[4] or ""))
        if step[1] == "SCAN" or (by and by <= (_LONG if table in _BY_LONG else _WHOLE)):
            found.add(table)
    return found


def _is_partial(db: sqlite3.Connection, index: str) -> bool:
    row = db.execute("SELECT sql FROM sqlite_master WHERE type = 'index' AND name = ?", (index,)).fetchone()
    return row is not None and row[0] is not None and " WHERE " in row[0]

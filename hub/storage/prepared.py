"""Statements of the hot path: prepared once, run by the driver itself.

One fact costs some thirty statements. Through SQLAlchemy's execution each takes about 0.08 ms of this program's own
time, through the driver 0.01 ms; SQLite needs less than either. What is asked seldom goes through SQLAlchemy.
"""

import sqlite3
from collections import namedtuple
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

NOTHING: Mapping[str, Any] = {}


class RolledBack(Exception):
    """The database itself gave up the whole transaction (a full disk does that): nothing that was done in it stands."""


class Rows:
    """What a statement gave: its rows, with columns by name."""

    __slots__ = ("_rows", "lastrowid", "rowcount")

    def __init__(self, rows: list[Any], rowcount: int, lastrowid: int) -> None:
        self._rows = rows
        self.rowcount = rowcount
        """Rows that were written; -1 for a question."""
        self.lastrowid = lastrowid
        """The id of the row that was inserted last."""

    def __iter__(self) -> Iterator[Any]:
        return iter(self._rows)

    def one_or_none(self) -> Any:
        """The first row, or None."""
        return self._rows[0] if self._rows else None

    def one(self) -> Any:
        """The only row. Raises: LookupError, there is none."""
        if not self._rows:
            raise LookupError("Expected one row, got none.")
        return self._rows[0]

    def scalar(self) -> Any:
        """The first column of the first row, or None."""
        return self._rows[0][0] if self._rows else None


def _row_type(columns: tuple[str, ...]) -> Any:
    """A named tuple of a statement's columns; one that is no name is called by its number, ``_0``."""
    return namedtuple("Row", columns, rename=True)


class Prepared:
    """One statement with named parameters (``:name``), within whatever transaction its connection is in."""

    def __init__(self, sql: str) -> None:
        self._sql = sql
        self._row: Any = None

    def __call__(self, connection: Connection, values: Mapping[str, Any] = NOTHING) -> Rows:
        """Run it.

        Raises:
            sqlalchemy.exc.IntegrityError: a constraint of the database forbids it.
        """
        try:
            cursor = driver(connection).execute(self._sql, values)
        except sqlite3.IntegrityError as error:
            raise IntegrityError(self._sql, values, error) from error
        if cursor.description is None:
            return Rows([], cursor.rowcount, cursor.lastrowid or 0)
        if self._row is None:
            self._row = _row_type(tuple(column[0] for column in cursor.description))
        return Rows([self._row._make(row) for row in cursor], -1, 0)


@contextmanager
def savepoint(connection: Connection, name: str) -> Iterator[None]:
    """What is done within is undone if it raises, and what stood before stands.

    Raises:
        RolledBack: the database has undone what stood before as well.

    Source: SQLite documentation, "Transactions", 2.3 "Response To Errors Within A Transaction".
    """
    db = driver(connection)
    db.execute(f"SAVEPOINT {name}")
    try:
        yield
    except BaseException as error:
        if not db.in_transaction:
            why = str(error).partition("\n")[0]
            raise RolledBack(f"The database gave up the whole transaction: {why}.") from error
        db.execute(f"ROLLBACK TO {name}")
        db.execute(f"RELEASE {name}")
        raise
    if not db.in_transaction:
        raise RolledBack("The database gave up the whole transaction: expected it open, got none.")
    db.execute(f"RELEASE {name}")


def driver(connection: Connection) -> sqlite3.Connection:
    """The driver's own connection under SQLAlchemy's."""
    found: Any = connection.connection.driver_connection
    return found  # type: ignore[no-any-return]

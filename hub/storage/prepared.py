"""Statements of the hot path: prepared once, run by the driver itself.

One fact costs some thirty statements. Through SQLAlchemy's execution each takes about 0.08 ms of this program's own
time, through the driver 0.01 ms; SQLite needs less than either. What is asked seldom goes through SQLAlchemy.

The drivers are ``sqlite3`` and psycopg 3. They differ in how a parameter is written, and in whether an error leaves a
transaction as it was: SQLite's does, PostgreSQL's until the savepoint before it is rolled back.
"""

import re
import sqlite3
from collections import namedtuple
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import chain
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

NOTHING: Mapping[str, Any] = {}
_PARAMETER = re.compile(r"(?<!:):([a-z]\w*)")


class RolledBack(Exception):
    """The database itself gave up the whole transaction (a full disk does that): nothing that was done in it stands."""


class Rows:
    """What a statement gave: its rows, with columns by name."""

    __slots__ = ("_rows", "rowcount")

    def __init__(self, rows: list[Any], rowcount: int) -> None:
        self._rows = rows
        self.rowcount = rowcount
        """Rows that were written; -1 for a statement that gives rows."""

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
    """What makes a named tuple of a row; a column that is no name is called by its number, ``_0``."""
    return partial(tuple.__new__, namedtuple("Row", columns, rename=True))


class Prepared:
    """One statement with named parameters (``:name``), within whatever transaction its connection is in."""

    def __init__(self, sql: str) -> None:
        self._sql = sql
        self._sql_of_psycopg = _PARAMETER.sub(r"%(\1)s", sql.replace("%", "%%"))
        self._row: Any = None

    def __call__(self, connection: Connection, values: Mapping[str, Any] = NOTHING) -> Rows:
        """Run it.

        Raises:
            sqlalchemy.exc.IntegrityError: a constraint of the database forbids it.
        """
        db = driver(connection)
        sql = self._sql if type(db) is sqlite3.Connection else self._sql_of_psycopg
        try:
            cursor = db.execute(sql, values)
        except _integrity(connection) as error:
            raise IntegrityError(self._sql, values, error) from error
        if cursor.description is None:
            return Rows([], cursor.rowcount)
        if self._row is None:
            self._row = _row_type(tuple(column[0] for column in cursor.description))
        return Rows(list(map(self._row, cursor.fetchall())), -1)


class PreparedRows:
    """A statement that writes many rows in one go. It reads their values from a table ``rows``, as
    ``INSERT INTO t (a, b) SELECT rows.a, rows.b FROM rows`` and ``UPDATE t SET a = rows.a FROM rows WHERE b = rows.b``.

    Args:
        columns: What the columns of ``rows`` are called, in the order of the values.
        sql: The statement.
        kind: The type of every value: bigint (and never null), or text.
    """

    def __init__(self, columns: Sequence[str], sql: str, kind: str = "bigint") -> None:
        self._sql = sql
        self._rows = f"rows({', '.join(columns)})"
        self._marks = f"({', '.join('?' * len(columns))})"
        self._array = _array if kind == "bigint" else list
        arrays = ", ".join([f"%s::{kind}[]"] * len(columns))
        self._sql_of_psycopg = f"WITH {self._rows} AS (SELECT * FROM unnest({arrays})) {sql.replace('%', '%%')}"
        self._of_size: dict[int, str] = {}

    def __call__(self, connection: Connection, rows: Sequence[Sequence[Any]]) -> int:
        """Run it; how many rows were written.

        Raises:
            sqlalchemy.exc.IntegrityError: a constraint of the database forbids one of them.
        """
        db = driver(connection)
        try:
            if type(db) is not sqlite3.Connection:
                arrays = [self._array(column) for column in zip(*rows, strict=True)]
                return int(db.execute(self._sql_of_psycopg, arrays).rowcount)
            before, begin = db.total_changes, 0
            while begin < len(rows):  # a statement for each power of two
                size = 1 << min(len(rows) - begin, _ROWS_MAX).bit_length() - 1
                db.execute(self._sized(size), [*chain.from_iterable(rows[begin : begin + size])])
                begin += size
            return int(db.total_changes - before)
        except _integrity(connection) as error:
            raise IntegrityError(self._sql, list(rows), error) from error

    def _sized(self, size: int) -> str:
        if size not in self._of_size:
            self._of_size[size] = f"WITH {self._rows} AS (VALUES {', '.join([self._marks] * size)}) {self._sql}"
        return self._of_size[size]


_ROWS_MAX = 64
"""Rows in one statement of SQLite."""


def _array(numbers: Sequence[int]) -> str:
    """Whole numbers as PostgreSQL writes an array; psycopg, given a list, would look for the type of each."""
    return f"{{{','.join(map(str, numbers))}}}"


class PreparedSet:
    """A statement that asks about a set: ``:NAME`` stands for its members, as in ``id IN (:ids)``.

    PostgreSQL takes them as an array. For SQLite there is a statement for each power of two; a set between two of them
    has its last member asked again.

    Args:
        sql: The statement, with ``IN (:NAME)`` once or more.
        name: Which parameter is the set.
    """

    def __init__(self, sql: str, name: str) -> None:
        self._sql = sql
        self._name = name
        self._of_array = Prepared(sql.replace(f"IN (:{name})", f"= ANY(:{name})"))
        self._of_size: dict[int, tuple[list[str], Prepared]] = {}

    def __call__(self, connection: Connection, members: Collection[Any], values: Mapping[str, Any] = NOTHING) -> Rows:
        """Run it for these members (none: for a set of nothing)."""
        listed = list(members)
        if type(driver(connection)) is not sqlite3.Connection:
            return self._of_array(connection, {**values, self._name: listed})
        listed = listed or [None]
        size = 1 << (len(listed) - 1).bit_length()
        if size not in self._of_size:
            names = [f"{self._name}_{n}" for n in range(size)]
            written = ", ".join(f":{name}" for name in names)
            self._of_size[size] = names, Prepared(self._sql.replace(f"(:{self._name})", f"({written})"))
        names, prepared = self._of_size[size]
        listed += listed[-1:] * (size - len(listed))
        return prepared(connection, {**values, **dict(zip(names, listed, strict=True))})


@contextmanager
def savepoint(connection: Connection, name: str) -> Iterator[None]:
    """What is done within is undone if it raises, and what stood before stands.

    Raises:
        RolledBack: the database has undone what stood before as well.

    Source: SQLite documentation, "Transactions", 2.3 "Response To Errors Within A Transaction"; PostgreSQL
    documentation, "ROLLBACK TO SAVEPOINT".
    """
    db = driver(connection)
    db.execute(f"SAVEPOINT {name}")
    try:
        with unbroken(connection):
            yield
    except RolledBack:
        raise
    except BaseException:
        db.execute(f"ROLLBACK TO {name}")
        db.execute(f"RELEASE {name}")
        raise
    db.execute(f"RELEASE {name}")


@contextmanager
def unbroken(connection: Connection) -> Iterator[None]:
    """What is done within leaves its transaction open; if it raises, whoever began that undoes it.

    Raises:
        RolledBack: the database has undone the transaction already.
    """
    db = driver(connection)
    try:
        yield
        if _is_failed(db):
            raise RuntimeError("Expected a statement that fails to end its job, got one that was passed by.")
    except BaseException as error:
        if not (_is_open(db) or _is_failed(db)):
            why = str(error).partition("\n")[0]
            raise RolledBack(f"The database gave up the whole transaction: {why}.") from error
        raise
    if not _is_open(db):
        raise RolledBack("The database gave up the whole transaction: expected it open, got none.")


def is_open(connection: Connection) -> bool:
    """Whether the transaction can be gone on with and committed."""
    return not connection.invalidated and _is_open(driver(connection))


def _is_open(db: Any) -> bool:
    return bool(db.in_transaction) if type(db) is sqlite3.Connection else db.info.transaction_status == _IN_TRANSACTION


def _is_failed(db: Any) -> bool:
    """Whether a statement failed, so that PostgreSQL takes none until a savepoint is rolled back; what was done before
    it stands until then. A commit of such a transaction undoes it without a word."""
    return type(db) is not sqlite3.Connection and db.info.transaction_status == _IN_ERROR


def driver(connection: Connection) -> Any:
    """The driver's own connection under SQLAlchemy's: of ``sqlite3``, or of psycopg."""
    return connection.connection.dbapi_connection  # of these two drivers the same, and sooner had


def _integrity(connection: Connection) -> Any:
    """What the connection's driver raises where a constraint forbids something."""
    return connection.dialect.loaded_dbapi.IntegrityError


_IN_TRANSACTION, _IN_ERROR = 2, 3
"""libpq's PQTRANS_INTRANS and PQTRANS_INERROR. Source: PostgreSQL documentation, libpq, PQtransactionStatus."""

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
    """A statement that writes many rows in one go: SQLite runs it for each, PostgreSQL once over all of them.

    ``FROM rows`` stands where a row's parameters (``:name``) come from, as in
    ``INSERT INTO t (a, b) SELECT :a, :b FROM rows`` or ``UPDATE t SET a = :a FROM rows WHERE b = :b``.

    Args:
        sql: The statement, with ``FROM rows`` once.
        kind: PostgreSQL's type of every parameter.
    """

    def __init__(self, sql: str, kind: str = "bigint") -> None:
        assert sql.count(_FROM_ROWS) == 1, sql
        self._names = tuple(dict.fromkeys(_PARAMETER.findall(sql)))
        self._sql = sql.replace(_FROM_ROWS, "")
        arrays = ", ".join(f"%({name})s::{kind}[]" for name in self._names)
        called = ", ".join(f'"{name}"' for name in self._names)
        self._sql_of_psycopg = _PARAMETER.sub(r'rows."\1"', sql.replace("%", "%%")).replace(
            _FROM_ROWS, f" FROM unnest({arrays}) AS rows({called})"
        )

    def __call__(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> int:
        """Run it; how many rows were written.

        Raises:
            sqlalchemy.exc.IntegrityError: a constraint of the database forbids one of them.
        """
        db = driver(connection)
        try:
            if type(db) is sqlite3.Connection:
                return int(db.executemany(self._sql, rows).rowcount)
            arrays = {name: [row[name] for row in rows] for name in self._names}
            return int(db.execute(self._sql_of_psycopg, arrays).rowcount)
        except _integrity(connection) as error:
            raise IntegrityError(self._sql, list(rows), error) from error


_FROM_ROWS = " FROM rows"


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
        self._of_size: dict[int, Prepared] = {}

    def __call__(self, connection: Connection, members: Collection[Any], values: Mapping[str, Any] = NOTHING) -> Rows:
        """Run it for these members (none: for a set of nothing)."""
        listed = list(members)
        if type(driver(connection)) is not sqlite3.Connection:
            return self._of_array(connection, {**values, self._name: listed})
        listed = listed or [None]
        size = 1 << (len(listed) - 1).bit_length()
        names = [f"{self._name}_{n}" for n in range(size)]
        if size not in self._of_size:
            written = ", ".join(f":{name}" for name in names)
            self._of_size[size] = Prepared(self._sql.replace(f"(:{self._name})", f"({written})"))
        listed += listed[-1:] * (size - len(listed))
        return self._of_size[size](connection, {**values, **dict(zip(names, listed, strict=True))})


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

"""Opening the database: a file of SQLite in write-ahead mode with full synchrony, or a database of PostgreSQL."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event
from sqlalchemy.exc import DatabaseError, OperationalError

from hub.storage import postgres
from hub.storage.prepared import driver
from hub.storage.versions import BadDatabase, check_version, migrate, version_of

__all__ = ["BadDatabase", "migrate", "open_database", "open_in_memory", "open_readers", "read_existing"]

Where = Path | URL
"""Where a database is: a file of SQLite, or a database of PostgreSQL."""
FILE = "hub.db"
"""What the file is called in the directory of a hub's data."""
READERS_MAX = 8
"""Connections that read at once; the web server has more threads than that, they take turns."""
READ_WAIT_S = 20.0
"""How long a reader waits for its turn before it gives up."""
_MEND = "Put back a copy of the hub's, or name another directory with --data."


def open_database(where: Where) -> Engine:
    """The engine over one database, migrated to the newest tables: one connection, the writer's.

    Of a file: every commit is on the disk before it returns (``synchronous=FULL``); readers see snapshots and never
    wait for the writer. Transactions begin where SQLAlchemy begins them, not where the driver guesses.

    Raises:
        BadDatabase: it is no hub's, or a newer version of this program has written it.

    Source: SQLAlchemy documentation, SQLite dialect, "Serializable isolation / Savepoints".
    """
    if isinstance(where, URL):
        return postgres.open_writer(where)
    path = where
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        found, tables = _found(_looking(path, "rw"), path)
        if found is None and tables:
            raise BadDatabase(f"{path}: expected a hub's database, got one without a version. {_MEND}")
    engine = _engine(path, 1)
    migrate(engine)
    return engine


def open_readers(where: Where, connections: int = READERS_MAX) -> Engine:
    """An engine that only reads a database which is open already, on connections of its own.

    Who finds all of them busy waits for one, at most :data:`READ_WAIT_S`.
    """
    if isinstance(where, URL):
        return postgres.open_readers(where, connections, READ_WAIT_S)
    return _engine(where, connections, query_only=True)


def read_existing(where: Where) -> AbstractContextManager[Connection]:
    """One reading transaction on a database which must be there; nothing is changed, and a hub may be running on it.

    Raises:
        FileNotFoundError: the file is not there.
        BadDatabase: it is no hub's, or of another version than this program's; or it cannot be read.
    """
    return postgres.read_existing(where) if isinstance(where, URL) else _read_file(where)


@contextmanager
def _read_file(path: Path) -> Iterator[Connection]:
    """One reading transaction on a database which must be there; nothing is changed, and a hub may be running on it.

    It needs no right to write in the directory: what a hub has open is read beside it, and what nobody has open is
    read as a file that stays as it is.

    Raises:
        FileNotFoundError: it is not there.
        BadDatabase: it is no hub's, or of another version than this program's; it cannot be read; or a hub began to
            change it while it was read.

    Source: SQLite documentation, "Write-Ahead Logging", read-only databases; "URI filenames", immutable.
    """
    try:
        before = _state_of(path)
    except (FileNotFoundError, NotADirectoryError):
        raise FileNotFoundError(
            f"{path}: expected a database, there is none. Name its directory with --data."
        ) from None
    except PermissionError as error:
        raise BadDatabase(_not_allowed(path, error)) from error
    still = _nobody_has_it_open(path)
    engine = _looking(path, "ro", still=still)
    check_version(_found(engine, path)[0], path, _MEND)
    try:
        with engine.begin() as connection:
            yield connection
    except DatabaseError as error:
        if not still or _state_of(path) == before:
            raise
        raise BadDatabase(_changed(path)) from error
    if still and _state_of(path) != before:
        raise BadDatabase(_changed(path))


def _state_of(path: Path) -> tuple[int, int, int]:
    """What differs when a file is written."""
    stat = path.stat()
    return stat.st_ino, stat.st_size, stat.st_mtime_ns


def _nobody_has_it_open(path: Path) -> bool:
    """Whether a database may be read as a file that stays as it is, because SQLite could not read it otherwise: it
    would make the files of its write-ahead log, which stand beside it as long as somebody has it open."""
    beside = (path.with_name(path.name + end) for end in ("-wal", "-shm"))
    return not os.access(path.parent, os.W_OK) and not any(file.exists() for file in beside)


def _changed(path: Path) -> str:
    return f"{path}: expected that nobody changes it while it is read, a hub did. Run this again."


def _not_allowed(path: Path, error: object) -> str:
    try:
        who = path.parent.owner()
    except (KeyError, OSError):
        who = "the user that the hub runs as"
    return (
        f"{path}: expected to read it, and {path.name}-wal and {path.name}-shm where they are, got: {error}."
        f" Run this as {who}, whose directory it is."
    )


def _looking(path: Path, mode: str, *, still: bool = False) -> Engine:
    """An engine that changes nothing by being opened: a file that is not ours stays as it is."""
    where = f"{path.absolute().as_uri()}?mode={mode}{'&immutable=1' if still else ''}"
    engine = create_engine(
        "sqlite://", poolclass=NullPool, creator=lambda: sqlite3.connect(where, uri=True, timeout=30)
    )
    _begin_as_told(engine)
    return engine


def _found(engine: Engine, path: Path) -> tuple[str | None, bool]:
    """A database's version, and whether it has tables. Raises: BadDatabase, it cannot be read."""
    try:
        with engine.begin() as connection:
            return version_of(connection)
    except DatabaseError as error:
        if isinstance(error, OperationalError) and not os.access(path.parent, os.W_OK):
            raise BadDatabase(_not_allowed(path, error.orig)) from error
        raise BadDatabase(f"{path}: expected a hub's database that can be read, got: {error.orig}. {_MEND}") from error


def open_in_memory(begin_with: bytes | None = None) -> Engine:
    """A database that ends with its engine: one connection, for the simulator and unit tests.

    ``begin_with``: one that was migrated already, serialized; for migrating takes most of a second.
    """
    from sqlalchemy.pool import StaticPool

    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    _set_up(engine, "OFF")
    if begin_with is None:
        migrate(engine)
        return engine
    raw = engine.raw_connection()
    raw.driver_connection.deserialize(begin_with)  # type: ignore[union-attr]
    raw.close()
    return engine


def _engine(path: Path, connections: int, *, query_only: bool = False) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}",
        connect_args={"timeout": 30, "check_same_thread": False},
        pool_size=connections,
        max_overflow=0,
        pool_timeout=READ_WAIT_S,
    )
    _set_up(engine, "FULL", query_only=query_only)
    return engine


def _set_up(engine: Engine, synchronous: str, *, query_only: bool = False) -> None:
    @event.listens_for(engine, "connect")
    def connected(dbapi: Any, _record: Any) -> None:
        dbapi.execute("PRAGMA journal_mode=WAL")
        dbapi.execute(f"PRAGMA synchronous={synchronous}")
        dbapi.execute("PRAGMA foreign_keys=ON")
        # what a savepoint may undo outgrows 64 KiB with one pick, and would go to a file made for it
        dbapi.execute("PRAGMA temp_store=MEMORY")
        if query_only:
            dbapi.execute("PRAGMA query_only=ON")

    _begin_as_told(engine)


def _begin_as_told(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def connected(dbapi: Any, _record: Any) -> None:
        dbapi.isolation_level = None

    @event.listens_for(engine, "begin")
    def begun(connection: Any) -> None:
        driver(connection).execute("BEGIN")

"""Opening the database: SQLite in write-ahead mode with full synchrony, and its migrations."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, NullPool, create_engine, event, inspect
from sqlalchemy.exc import DatabaseError, OperationalError

MIGRATIONS = Path(__file__).parent / "migrations"
READERS_MAX = 8
"""Connections that read at once; the web server has more threads than that, they take turns."""
READ_WAIT_S = 20.0
"""How long a reader waits for its turn before it gives up."""
_MEND = "Put back a copy of the hub's, or name another directory with --data."


class BadDatabase(ValueError):
    """A file is no hub's database, or of another version than this program's; the text says which, and what to do."""


def open_database(path: Path) -> Engine:
    """The engine over one SQLite file, migrated to the newest tables: one connection, the writer's.

    Every commit is on the disk before it returns (``synchronous=FULL``); readers see snapshots and never
    wait for the writer. Transactions begin where SQLAlchemy begins them, not where the driver guesses.

    Raises:
        BadDatabase: it is no hub's, or a newer version of this program has written it.

    Source: SQLAlchemy documentation, SQLite dialect, "Serializable isolation / Savepoints".
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        found, tables = _found(_looking(path, "rw"), path)
        if found is None and tables:
            raise BadDatabase(f"{path}: expected a hub's database, got one without a version. {_MEND}")
    engine = _engine(path, 1)
    migrate(engine)
    return engine


def open_readers(path: Path, connections: int = READERS_MAX) -> Engine:
    """An engine that only reads a database which is open already, on connections of its own.

    Who finds all of them busy waits for one, at most :data:`READ_WAIT_S`.
    """
    return _engine(path, connections, query_only=True)


@contextmanager
def read_existing(path: Path) -> Iterator[Connection]:
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
    _check_version(engine, path)
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


def _check_version(engine: Engine, path: Path) -> None:
    newest = _versions()[-1]
    found, _ = _found(engine, path)
    if found is None:
        raise BadDatabase(f"{path}: expected a hub's database, got one without a version. {_MEND}")
    _check_not_newer(found, path)
    if found != newest:
        raise BadDatabase(
            f"{path}: expected version {newest}, this program's, got the older version {found}."
            " Start the hub on it once, which brings it up to date; make a copy of it first."
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
            tables = set(inspect(connection).get_table_names()) - {"alembic_version"}
            return MigrationContext.configure(connection).get_current_revision(), bool(tables)
    except DatabaseError as error:
        if isinstance(error, OperationalError) and not os.access(path.parent, os.W_OK):
            raise BadDatabase(_not_allowed(path, error.orig)) from error
        raise BadDatabase(f"{path}: expected a hub's database that can be read, got: {error.orig}. {_MEND}") from error


def open_in_memory() -> Engine:
    """A database that ends with its engine: one connection, for the simulator and unit tests."""
    from sqlalchemy.pool import StaticPool

    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    _set_up(engine, "OFF")
    migrate(engine)
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
        connection.exec_driver_sql("BEGIN")


def migrate(engine: Engine) -> None:
    """Bring the tables to the newest version. Raises: BadDatabase, they are of a newer one than this program's."""
    config = _config()
    with engine.begin() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
        if found is not None:
            _check_not_newer(found, engine.url.database)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _check_not_newer(found: str, where: object) -> None:
    if found not in _versions():
        raise BadDatabase(
            f"{where}: expected at most version {_versions()[-1]}, this program's, got version {found}: a newer program"
            " has written it. Use that program, or put back the copy from before."
        )


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def _versions() -> list[str]:
    """The versions that this program knows, the oldest first."""
    return [script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()][::-1]

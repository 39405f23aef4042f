"""The databases of the tests' hubs, of the engine that pytest was told by ``--engine``: a file each, or a database each
of one PostgreSQL server that is started when the first is wanted."""

import atexit
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import URL, Connection, Engine

from hub.storage.database import Where, open_database, open_in_memory
from tests.postgres_server import PostgresServer

SQLITE, POSTGRESQL = "sqlite", "postgresql"
chosen = [SQLITE]
"""The engine that the tests' hubs run on."""
_numbers = count(1)
_made: dict[Path | int, str] = {}


def is_postgresql() -> bool:
    """Whether the tests' hubs run on PostgreSQL."""
    return chosen[0] == POSTGRESQL


@cache
def server() -> PostgresServer:
    """The tests' server; it ends with their process."""
    started = PostgresServer()
    atexit.register(started.close)
    return started


@cache
def _migrated() -> str:
    """A database with the hub's tables, for others to begin with."""
    open_database(server().create("migrated")).dispose()
    return "migrated"


def database_of(directory: Path, *, begin_with: Callable[[Where], None] | None = None) -> Where:
    """The database of a hub whose data are in ``directory``: the same at each call.

    ``begin_with``: makes the database that a new one is a copy of, once for all tests.
    """
    if not is_postgresql():
        if not (directory / "hub.db").exists():
            directory.mkdir(parents=True, exist_ok=True)
            shutil.copy(_first_file(_migrate if begin_with is None else begin_with), directory / "hub.db")
        return directory / "hub.db"
    name = _made.get(directory)
    if name is None:
        template = _migrated() if begin_with is None else _first_database(begin_with)
        name = _made[directory] = f"hub{next(_numbers)}"
        server().create(name, template)
    return server().url(name)


def open_fresh() -> Engine:
    """The writing engine of a database that nobody else uses: in memory, or one of the server's."""
    if not is_postgresql():
        return open_in_memory(_in_memory())
    number = next(_numbers)
    _made[number] = f"hub{number}"
    return open_database(server().create(_made[number], _migrated()))


def rows_of(directory: Path, sql: str) -> list[tuple[Any, ...]]:
    """What a statement finds in the database of a hub whose data are in ``directory``, on a connection of its own."""
    where = database_of(directory)
    if isinstance(where, URL):
        with psycopg.connect(host=where.query["host"], user=where.username, dbname=where.database) as db:
            return db.execute(sql).fetchall()  # type: ignore[arg-type]
    with closing(sqlite3.connect(where)) as file:
        return file.execute(sql).fetchall()


def ignore_checks(connection: Connection) -> None:
    """Let a hand past the checks of the tables, within its transaction."""
    if connection.dialect.name == SQLITE:
        connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
        return
    for drop in connection.exec_driver_sql(_DROP_CHECKS).scalars().all():
        connection.exec_driver_sql(drop)


_DROP_CHECKS = (
    "SELECT 'ALTER TABLE ' || conrelid::regclass || ' DROP CONSTRAINT ' || conname FROM pg_constraint"
    " WHERE contype = 'c' AND connamespace = 'public'::regnamespace"
)


def option(where: Where) -> list[str]:
    """How a hub's command line names a database that is not the file of its data."""
    if not isinstance(where, URL):
        return []
    return ["--database", where.set(drivername="postgresql").render_as_string()]


def drop_made_since(before: set[Path | int]) -> None:
    """End the databases that were made since :func:`made` was ``before``."""
    for key in set(_made) - before:
        server().drop(_made.pop(key))


def made() -> set[Path | int]:
    """What has been made and not ended."""
    return set(_made)


def _migrate(where: Where) -> None:
    open_database(where).dispose()


@cache
def _in_memory() -> bytes:
    made = open_in_memory()
    raw = made.raw_connection()
    found: bytes = raw.driver_connection.serialize()  # type: ignore[union-attr]
    raw.close()
    made.dispose()
    return found


@cache
def _first_file(begin_with: Callable[[Where], None]) -> Path:
    import tempfile

    home = tempfile.TemporaryDirectory()
    atexit.register(home.cleanup)
    begin_with(Path(home.name) / "hub.db")
    return Path(home.name) / "hub.db"


@cache
def _first_database(begin_with: Callable[[Where], None]) -> str:
    name = f"first{next(_numbers)}"
    begin_with(server().create(name, _migrated()))
    return name

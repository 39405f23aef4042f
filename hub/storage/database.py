"""Opening the database: SQLite in write-ahead mode with full synchrony, and its migrations."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, event

MIGRATIONS = Path(__file__).parent / "migrations"
READERS_MAX = 8
"""Connections that read at once; the web server has more threads than that, they take turns."""
READ_WAIT_S = 20.0
"""How long a reader waits for its turn before it gives up."""


def open_database(path: Path) -> Engine:
    """The engine over one SQLite file, migrated to the newest tables: one connection, the writer's.

    Every commit is on the disk before it returns (``synchronous=FULL``); readers see snapshots and never
    wait for the writer. Transactions begin where SQLAlchemy begins them, not where the driver guesses.

    Source: SQLAlchemy documentation, SQLite dialect, "Serializable isolation / Savepoints".
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    engine = _engine(path, 1)
    migrate(engine)
    return engine


def open_readers(path: Path, connections: int = READERS_MAX) -> Engine:
    """An engine that only reads a database which is open already, on connections of its own.

    Who finds all of them busy waits for one, at most :data:`READ_WAIT_S`.
    """
    return _engine(path, connections, query_only=True)


def open_existing(path: Path) -> Engine:
    """The engine over a database that must be there.

    Raises:
        FileNotFoundError: it is not.
    """
    if not path.exists():
        raise FileNotFoundError(f"{path}: expected a database, there is none. Name its directory with --data.")
    return open_database(path)


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
        dbapi.isolation_level = None
        dbapi.execute("PRAGMA journal_mode=WAL")
        dbapi.execute(f"PRAGMA synchronous={synchronous}")
        dbapi.execute("PRAGMA foreign_keys=ON")
        if query_only:
            dbapi.execute("PRAGMA query_only=ON")

    @event.listens_for(engine, "begin")
    def begun(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN")


def migrate(engine: Engine) -> None:
    """Bring the tables to the newest version."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")

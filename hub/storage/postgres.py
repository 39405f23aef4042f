"""A database of PostgreSQL: how it is named, opened, read, and written by one transaction at a time.

Whoever writes takes a lock of the whole database first and has it until it has committed, as SQLite's writers do: the
decisions of a job, the ids of changes and the two hash chains are then in the order of the commits, however many hubs
write. Why not by PostgreSQL's own isolation: docs/decisions/0021-postgresql-beside-sqlite.md.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, OperationalError

from hub.storage.prepared import driver
from hub.storage.versions import BadDatabase, check_version, migrate, version_of

WRITERS_LOCK = 0x53464C31
"""The number of the writers' lock: "SFL1"."""
LOCK_WAIT_S = 30
"""How long a writer waits for the others before it gives up."""
IDLE_MAX_S = 60
"""A transaction whose client has fallen silent for so long is ended by the server: it may have the writers' lock."""
CONNECT_WAIT_S = 10
"""How long the server may take to answer at all."""
READ_MAX_S = 300
"""How long one question may take."""
_DRIVER = "postgresql+psycopg"


def parse_url(named: str) -> URL:
    """The database that ``postgresql://[USER@][HOST[:PORT]]/[NAME][?PARAMETER=...]`` names; what is left out comes from
    libpq's own places (PGHOST and so on, ``?service=``, ~/.pgpass for the password).

    Raises:
        BadDatabase: it is another address, or has a password in it, which every user of the machine could read.
    """
    try:
        url = make_url(named)
    except ArgumentError:
        raise BadDatabase(f"--database: expected postgresql://HOST/NAME, got '{named}'.") from None
    if url.drivername not in ("postgresql", _DRIVER):
        raise BadDatabase(f"--database: expected postgresql://HOST/NAME, got one of '{url.drivername}'.")
    if url.password is not None or "password" in url.query:
        raise BadDatabase(
            "--database: expected no password, for others could read it in the list of processes; got one."
            " Put it into ~/.pgpass (or PGPASSFILE), a service file, or the environment's PGPASSWORD."
        )
    return url.set(drivername=_DRIVER)


def open_writer(url: URL) -> Engine:
    """The engine over a database, migrated to the newest tables: one connection, whose every transaction has the
    writers' lock from its beginning. Each of its statements sees what was committed before it.

    Raises:
        BadDatabase: the server does not answer, the database is no hub's, of a newer version, or not in UTF-8.
    """
    engine = _engine(url, 1, "-c default_transaction_isolation=read\\ committed")

    @event.listens_for(engine, "connect")
    def connected(db: Any, _record: Any) -> None:
        db.autocommit = True

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        driver(connection).execute(f"BEGIN; SELECT pg_advisory_xact_lock({WRITERS_LOCK})")

    with _answering(url), engine.begin() as connection:
        found, tables = version_of(connection)
        encoding = connection.execute(text("SHOW server_encoding")).scalar_one()
    if encoding != "UTF8":
        raise BadDatabase(f"{_name(url)}: expected a database in UTF8, got {encoding}. Make one with createdb -E UTF8.")
    if found is None and tables:
        raise BadDatabase(f"{_name(url)}: expected a hub's database, got one without a version. Name another one.")
    migrate(engine)
    return engine


def check_empty(url: URL) -> None:
    """Whether a database has no tables. Raises: BadDatabase, it has, or the server does not answer."""
    engine = _engine(url, 1, _READS)
    try:
        with _answering(url), engine.connect() as connection:
            found, tables = version_of(connection)
    finally:
        engine.dispose()
    if found is not None or tables:
        raise BadDatabase(f"{_name(url)}: expected an empty database, got one with tables. Make one with createdb.")


def connect_args(url: URL) -> dict[str, Any]:
    """What psycopg itself connects with."""
    named = url.translate_connect_args(username="user", database="dbname")
    return {**named, **url.query}


def open_readers(url: URL, connections: int, wait_s: float) -> Engine:
    """An engine that only reads, each transaction one snapshot; who finds all connections busy waits ``wait_s``."""
    return _engine(url, connections, _READS, wait_s)


@contextmanager
def read_existing(url: URL) -> Iterator[Connection]:
    """One reading transaction on a database which must be there; a hub may be running on it.

    Raises:
        BadDatabase: the server does not answer, it is no hub's, or of another version than this program's.
    """
    engine = _engine(url, 1, _READS)
    try:
        with _answering(url):
            connection = engine.connect()
        with connection, connection.begin():
            check_version(version_of(connection)[0], _name(url), "Name another one with --database.")
            yield connection
    finally:
        engine.dispose()


_READS = (
    "-c default_transaction_isolation=repeatable\\ read -c default_transaction_read_only=on"
    f" -c statement_timeout={READ_MAX_S * 1000}"
)


def _engine(url: URL, connections: int, settings: str, wait_s: float = LOCK_WAIT_S) -> Engine:
    settings += f" -c lock_timeout={LOCK_WAIT_S * 1000} -c idle_in_transaction_session_timeout={IDLE_MAX_S * 1000}"
    engine = create_engine(
        url,
        connect_args={
            "options": settings,
            "connect_timeout": CONNECT_WAIT_S,
            "application_name": f"shelflight {os.getpid()}",
        },
        pool_size=connections,
        max_overflow=0,
        pool_timeout=wait_s,
    )
    event.listen(engine, "connect", _as_sqlite_answers)
    event.listen(engine, "checkout", _still_there)
    return engine


def _as_sqlite_answers(db: Any, _record: Any) -> None:
    """Sums are whole numbers and means are floats, as with SQLite; whole numbers are sent in one size, so that a
    statement is prepared once and not for each size."""
    from psycopg.adapt import Loader
    from psycopg.types.numeric import Int8Dumper

    class Number(Loader):
        def load(self, data: Any) -> int | float:
            told = bytes(data)
            return float(told) if b"." in told or b"N" in told else int(told)

    db.adapters.register_loader("numeric", Number)
    db.adapters.register_dumper(int, Int8Dumper)
    db.prepared_max = PREPARED_MAX


PREPARED_MAX = 500
"""Statements that a connection keeps prepared; psycopg's own 100 are fewer than the hub has."""


def _still_there(db: Any, _record: Any, _proxy: Any) -> None:
    """A connection that the server ended is replaced before it is used again."""
    from sqlalchemy.exc import DisconnectionError

    if db.closed or db.broken:
        raise DisconnectionError("the server ended this connection")


@contextmanager
def _answering(url: URL) -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        why = str(error.orig).strip().replace("\n", " ")
        raise BadDatabase(
            f"{_name(url)}: expected a PostgreSQL server that lets the hub in, got: {why}."
            " Mend its address (--database) or the password's place (~/.pgpass)."
        ) from error


def _name(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=True)

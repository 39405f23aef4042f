"""What is PostgreSQL's own: how its database is named, who may be let in, what a lost connection costs."""

import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import URL, Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError

from hub.ids import Ids
from hub.storage import exceptions, setup
from hub.storage.database import open_database, open_readers, read_existing
from hub.storage.postgres import parse_url
from hub.storage.prepared import Prepared, RolledBack, savepoint
from hub.storage.schema import metadata
from hub.storage.transaction import Tx
from hub.storage.versions import BadDatabase
from hub.storage.writer import Actor, Writer
from tests.databases import database_of, option, server

pytestmark = pytest.mark.postgresql_only
ANA = Actor("Ana", "a test")


@pytest.fixture
def url(tmp_path: Path) -> URL:
    where = database_of(tmp_path)
    assert isinstance(where, URL)
    return where


@pytest.fixture
def engine(url: URL) -> Iterator[Engine]:
    made = open_database(url)
    yield made
    made.dispose()


@pytest.fixture
def empty() -> Iterator[URL]:
    yield server().create("empty")
    server().drop("empty")


def definitions(connection: Connection) -> set[tuple[str, str]]:
    """Every constraint and index of the hub's tables, as PostgreSQL tells it."""
    rows = connection.exec_driver_sql(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace"
        " UNION ALL SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
    )
    return {(name, what) for name, what in rows if "alembic" not in name}


def test_the_migrations_make_the_tables_that_the_code_declares(engine: Engine, empty: URL) -> None:
    declared = create_engine(empty)
    metadata.create_all(declared)
    with engine.connect() as here, declared.connect() as there:
        assert compare_metadata(MigrationContext.configure(here), metadata) == []
        assert definitions(here) == definitions(there)
        narrow = "SELECT table_name, column_name FROM information_schema.columns WHERE data_type = 'integer'"
        assert here.exec_driver_sql(narrow + " AND table_schema = 'public'").all() == []
    declared.dispose()


def test_another_programs_database_is_refused(empty: URL) -> None:
    with psycopg.connect(host=empty.query["host"], user=empty.username, dbname=empty.database) as db:
        db.execute("CREATE TABLE theirs (id INTEGER)")
    with pytest.raises(BadDatabase, match="expected a hub's database, got one without a version"):
        open_database(empty)
    with pytest.raises(BadDatabase, match="without a version"), read_existing(empty):
        pass


def test_a_server_that_does_not_answer_is_named(tmp_path: Path) -> None:
    nowhere = parse_url(f"postgresql:///hub?host={tmp_path}")
    for opening in (open_database, read_with):
        with pytest.raises(BadDatabase, match=r"hub\?host=.*: expected a PostgreSQL server that lets the hub in, got"):
            opening(nowhere)


def read_with(url: URL) -> None:
    with read_existing(url):
        pass


@pytest.mark.parametrize(
    ("named", "why"),
    [
        ("postgresql://hub:secret@db/hub", "expected no password"),
        ("postgresql:///hub?password=secret", "expected no password"),
        ("mysql://db/hub", "expected postgresql://HOST/NAME, got one of 'mysql'"),
        ("hub.db", "expected postgresql://HOST/NAME, got 'hub.db'"),
    ],
)
def test_what_does_not_name_a_database_is_refused_and_no_password_is_said(named: str, why: str) -> None:
    with pytest.raises(BadDatabase, match=why) as refused:
        parse_url(named)
    assert "secret" not in str(refused.value)


def test_a_name_without_a_host_leaves_it_to_the_environment() -> None:
    assert parse_url("postgresql://?service=floor").render_as_string() == "postgresql+psycopg://?service=floor"


def test_the_ledgers_commands_read_what_a_hub_has_open(engine: Engine, url: URL, tmp_path: Path) -> None:
    for command in (["verify"], ["export", str(tmp_path / "ledger.csv")]):
        ended = subprocess.run(
            [sys.executable, "-m", "hub.run", "ledger", *command, *option(url)],
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert (ended.returncode, ended.stderr) == (0, "")
    assert (tmp_path / "ledger.csv").read_text("utf-8").startswith("transfer_id,")


def writer_of(engine: Engine) -> Writer:
    site_id, client_id, _, _ = setup.found_site(engine, "site", "client", 0)
    return Writer(engine, now_us=lambda: 7, ids=Ids(lambda: 7, random.Random(1)), site_id=site_id, client_id=client_id)


def test_a_connection_that_the_server_ends_costs_the_jobs_of_one_commit(engine: Engine, url: URL) -> None:
    writer = writer_of(engine)

    def cut(tx: Tx) -> None:
        exceptions.open_once(tx, "note", "lost", "lost")
        mine = tx.connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
        with psycopg.connect(host=url.query["host"], user=url.username, dbname=url.database) as other:
            other.execute("SELECT pg_terminate_backend(%s, 10000)", (mine,))
        exceptions.open_once(tx, "note", "later", "later")

    before = writer.submit(ANA, lambda tx: exceptions.open_once(tx, "note", "before", "before"))
    during = writer.submit(ANA, cut)
    writer.run_queued()
    for lost in (before, during):
        with pytest.raises(RolledBack):
            lost.result(0)
    writer.call(ANA, lambda tx: exceptions.open_once(tx, "note", "after", "after"))
    readers = open_readers(url, 1)
    with readers.begin() as connection:
        assert connection.execute(text("SELECT place FROM exception")).scalars().all() == ["after"]
    readers.dispose()
    writer.close()


def test_a_connection_that_the_server_ends_between_two_jobs_costs_the_next_commit_at_most(
    engine: Engine, url: URL
) -> None:
    writer = writer_of(engine)
    mine = writer.call(ANA, lambda tx: tx.connection.execute(text("SELECT pg_backend_pid()")).scalar_one())
    with psycopg.connect(host=url.query["host"], user=url.username, dbname=url.database) as other:
        other.execute("SELECT pg_terminate_backend(%s, 10000)", (mine,))
    first = writer.submit(ANA, lambda tx: exceptions.open_once(tx, "note", "first", "first"))
    writer.run_queued()
    writer.call(ANA, lambda tx: exceptions.open_once(tx, "note", "after", "after"))
    with engine.connect() as connection:
        places = set(connection.execute(text("SELECT place FROM exception")).scalars())
    assert places == ({"after"} if first.exception(0) is not None else {"first", "after"})
    writer.close()


def test_a_job_that_passes_by_what_failed_is_refused_and_spoils_no_other(engine: Engine) -> None:
    writer = writer_of(engine)

    def careless(tx: Tx) -> None:
        with pytest.raises(psycopg.errors.UndefinedTable):
            Prepared("SELECT * FROM nowhere")(tx.connection)

    first = writer.submit(ANA, lambda tx: exceptions.open_once(tx, "note", "first", "first"))
    bad = writer.submit(ANA, careless)
    writer.run_queued()
    assert first.result(0)
    with pytest.raises(RuntimeError, match="got one that was passed by"):
        bad.result(0)
    writer.close()


def test_a_light_that_cannot_be_read_costs_no_commit(engine: Engine) -> None:
    writer = writer_of(engine)

    def broken(connection: Connection, _stations: list[str]) -> None:
        connection.execute(text("SELECT * FROM nowhere"))

    writer.before_commit = broken  # type: ignore[assignment]
    writer.call(ANA, lambda tx: exceptions.open_once(tx, "note", "kept", "kept"))
    with engine.begin() as connection:
        assert connection.execute(text("SELECT place FROM exception")).scalars().all() == ["kept"]
    writer.close()


def test_sums_are_whole_and_means_are_not(engine: Engine) -> None:
    with engine.begin() as connection:
        asked = "SELECT SUM(n), AVG(n), AVG(n) FILTER (WHERE n = 2) FROM (VALUES (1), (2)) v(n)"
        values = connection.execute(text(asked)).one()
        wide = Prepared("SELECT SUM(n) AS units FROM (VALUES (CAST(:n AS BIGINT))) v(n)")(connection, {"n": 1 << 40})
    assert [(type(value), value) for value in values] == [(int, 3), (float, 1.5), (float, 2.0)]
    assert (type(wide.scalar()), wide.scalar()) == (int, 1 << 40)


def test_a_reader_sees_one_snapshot_and_cannot_write(engine: Engine, url: URL) -> None:
    readers = open_readers(url, 1)
    with readers.begin() as reading:
        assert reading.execute(text("SELECT COUNT(*) FROM client")).scalar_one() == 0
        with engine.begin() as writing:
            writing.execute(text("INSERT INTO client (name) VALUES ('late')"))
        assert reading.execute(text("SELECT COUNT(*) FROM client")).scalar_one() == 0
    with pytest.raises(DBAPIError, match="read-only"), readers.begin() as reading:
        reading.execute(text("DELETE FROM client"))
    readers.dispose()


def test_what_a_savepoint_undoes_leaves_the_transaction_as_it_was(engine: Engine) -> None:
    with engine.begin() as connection:
        with pytest.raises(DBAPIError), savepoint(connection, "part"):
            connection.execute(text("SELECT * FROM nowhere"))
        connection.execute(text("INSERT INTO client (name) VALUES ('kept')"))
    with engine.begin() as connection:
        assert connection.execute(text("SELECT name FROM client")).scalars().all() == ["kept"]

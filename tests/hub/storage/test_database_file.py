"""The hub's one file: what is committed is on the disk, readers see whole states and never write."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as NoTurn

from hub.storage import database
from hub.storage.database import open_database, open_in_memory, open_readers, read_existing
from hub.storage.prepared import Prepared, savepoint

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "made" / "for it" / "hub.db"


@pytest.fixture
def engine(path: Path) -> Iterator[Engine]:
    opened = open_database(path)
    yield opened
    opened.dispose()


def say(connection: Connection, name: str) -> None:
    connection.execute(text("INSERT INTO client (key, name) VALUES (:name, :name)"), {"name": name})


def said(engine: Engine) -> list[str]:
    with engine.begin() as connection:
        return list(connection.execute(text("SELECT name FROM client ORDER BY id")).scalars())


def pragma(engine: Engine, name: str) -> object:
    with engine.begin() as connection:
        return connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()


def test_the_file_is_made_with_its_folders_and_every_commit_waits_for_the_disk(engine: Engine, path: Path) -> None:
    assert path.exists()
    assert pragma(engine, "journal_mode") == "wal"
    assert pragma(engine, "synchronous") == 2
    assert pragma(engine, "temp_store") == 2, "what a savepoint may undo is kept in memory"
    assert pragma(engine, "foreign_keys") == 1


def test_opening_it_again_changes_nothing(engine: Engine, path: Path) -> None:
    with engine.begin() as connection:
        say(connection, "a")
    engine.dispose()
    again = open_database(path)
    assert said(again) == ["a"]
    again.dispose()


def test_what_is_committed_is_there_for_another_process_and_what_is_not_is_not(engine: Engine, path: Path) -> None:
    with closing(sqlite3.connect(path)) as other, engine.connect() as connection:
        with connection.begin():
            say(connection, "committed")
        say(connection, "not yet")
        assert other.execute("SELECT name FROM client").fetchall() == [("committed",)]
        connection.rollback()
    assert said(engine) == ["committed"]


def test_a_reader_sees_one_state_while_the_writer_goes_on(engine: Engine, path: Path) -> None:
    readers = open_readers(path)
    with readers.begin() as reader:
        assert reader.execute(text("SELECT COUNT(*) FROM client")).scalar_one() == 0
        with engine.begin() as connection:
            say(connection, "meanwhile")
        assert reader.execute(text("SELECT COUNT(*) FROM client")).scalar_one() == 0
    assert said(readers) == ["meanwhile"]
    readers.dispose()


def test_a_reader_cannot_write(engine: Engine, path: Path) -> None:
    readers = open_readers(path)
    with pytest.raises(OperationalError, match="readonly"), readers.begin() as reader:
        say(reader, "no")
    readers.dispose()
    assert said(engine) == []


def test_one_reader_too_many_waits_for_a_bounded_time(
    engine: Engine, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "READ_WAIT_S", 0.05)
    readers = open_readers(path, 2)
    with readers.connect(), readers.connect(), pytest.raises(NoTurn):
        readers.connect()
    assert said(readers) == []
    readers.dispose()


def test_what_points_nowhere_is_refused(engine: Engine) -> None:
    with pytest.raises(IntegrityError, match="FOREIGN KEY"), engine.begin() as connection:
        connection.execute(text("INSERT INTO lot (sku_id, code) VALUES (4711, '')"))


def test_a_savepoint_undoes_its_own_part_alone(engine: Engine) -> None:
    with engine.begin() as connection:
        say(connection, "before")
        with pytest.raises(KeyError), savepoint(connection, "outer"):
            say(connection, "outer")
            with savepoint(connection, "inner"):
                say(connection, "inner")
            raise KeyError
        with savepoint(connection, "outer"):
            say(connection, "again")
            with pytest.raises(KeyError), savepoint(connection, "inner"):
                say(connection, "inner")
                raise KeyError
    assert said(engine) == ["before", "again"]


def test_a_prepared_statement_gives_rows_by_name_and_says_what_it_wrote(engine: Engine) -> None:
    insert, read = (
        Prepared("INSERT INTO client (key, name) VALUES (:name, :name)"),
        Prepared("SELECT id, name FROM client"),
    )
    count = Prepared("SELECT COUNT(*) FROM client")
    with engine.begin() as connection:
        assert read(connection).one_or_none() is None
        assert read(connection).scalar() is None
        with pytest.raises(LookupError, match="Expected one row, got none"):
            read(connection).one()
        written = insert(connection, {"name": "a"})
        assert written.rowcount == 1
        assert [(row.id, row.name) for row in read(connection)] == [(1, "a")]
        assert count(connection).scalar() == 1
        with pytest.raises(IntegrityError, match="UNIQUE"):
            insert(connection, {"name": "a"})


def tables(rows: Iterable[Any]) -> list[tuple[str, str, list[str]]]:
    """What there is; in which order a table's constraints stand says nothing."""
    return [(row.type, row.name, sorted(part.strip(" \t,") for part in row.sql.splitlines())) for row in rows]


def test_a_database_in_memory_has_the_same_tables(engine: Engine) -> None:
    sql = text("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name")
    memory = open_in_memory()
    with engine.begin() as one, memory.begin() as other:
        assert tables(one.execute(sql)) == tables(other.execute(sql))
    memory.dispose()


def test_a_database_that_must_be_there_and_is_not_is_named(tmp_path: Path) -> None:
    named = pytest.raises(FileNotFoundError, match=r"hub\.db: expected a database, there is none")
    with named, read_existing(tmp_path / "hub.db"):
        pass
    assert not (tmp_path / "hub.db").exists()

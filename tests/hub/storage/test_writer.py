"""One writer: jobs in their order, each whole or not at all, committed together, refused in words."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Engine, text

from hub.ids import Ids
from hub.storage import exceptions, setup, writer
from hub.storage.database import open_database
from hub.storage.transaction import Tx
from hub.storage.writer import Actor, Writer, WriterStopped
from tests.databases import database_of

ANA = Actor("Ana", "a test", "")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_database(database_of(tmp_path))
    yield opened
    opened.dispose()


@pytest.fixture
def desk(engine: Engine) -> Iterator[Writer]:
    """A writer with its thread."""
    site_id, client_id, _, _ = setup.found_site(engine, "site", "client", 0)
    made = Writer(engine, now_us=lambda: 7, ids=Ids(lambda: 7, Random(1)), site_id=site_id, client_id=client_id)
    made.start()
    yield made
    made.close()


def note(words: str) -> Callable[[Tx], int]:
    """A job that opens an exception."""
    return lambda tx: exceptions.open_once(tx, "note", words, words)


def notes(engine: Engine) -> list[str]:
    with engine.begin() as connection:
        return list(connection.execute(text("SELECT place FROM exception ORDER BY id")).scalars())


def test_jobs_are_done_in_the_order_in_which_they_came(desk: Writer, engine: Engine) -> None:
    words = [f"{n:03d}" for n in range(300)]
    done = [desk.submit(ANA, note(w)) for w in words]
    ids = [future.result(20) for future in done]
    assert ids == sorted(ids)
    assert notes(engine) == words


def test_a_job_that_fails_leaves_nothing_and_spoils_no_other(desk: Writer, engine: Engine) -> None:
    waiting = threading.Event()
    first = desk.submit(ANA, lambda tx: waiting.wait(10) and note("first")(tx))

    def half(tx: Tx) -> None:
        note("half")(tx)
        raise ValueError("halfway")

    bad, last = desk.submit(ANA, half), desk.submit(ANA, note("last"))
    waiting.set()
    assert first.result(10) and last.result(10)
    with pytest.raises(ValueError, match="halfway"):
        bad.result(10)
    assert notes(engine) == ["first", "last"]


def test_what_waits_while_one_commits_is_committed_together(desk: Writer) -> None:
    commits: list[None] = []
    desk.on_commit = lambda: commits.append(None)
    gate = threading.Event()
    done = [desk.submit(ANA, lambda tx: gate.wait(10))]
    done += [desk.submit(ANA, note(f"{n}")) for n in range(100)]
    gate.set()
    for future in done:
        future.result(10)
    assert 1 <= len(commits) <= 2  # the first may have been alone, or the others were there in time


def test_what_was_done_is_on_the_disk_before_it_is_told(desk: Writer, tmp_path: Path) -> None:
    desk.call(ANA, note("told"))
    other = open_database(database_of(tmp_path))
    assert notes(other) == ["told"]
    other.dispose()


def test_who_did_what_stands_in_the_audit_and_what_changed_nothing_does_not(desk: Writer, engine: Engine) -> None:
    desk.call(Actor("Ben", "looked", ""), lambda tx: None)
    desk.call(Actor("Ana", "wrote", "a ref"), note("x"))
    with engine.begin() as connection:
        rows = [tuple(row) for row in connection.execute(text("SELECT actor, action, ref FROM audit"))]
    assert ("Ana", "wrote", "a ref") in rows
    assert not any(actor == "Ben" for actor, _, _ in rows)


def test_a_closed_writer_finishes_what_it_has_and_takes_nothing_more(desk: Writer, engine: Engine) -> None:
    done = [desk.submit(ANA, note(f"{n:02d}")) for n in range(50)]
    desk.close()
    assert all(future.done() for future in done)
    assert len(notes(engine)) == 50
    with pytest.raises(WriterStopped, match="closed"):
        desk.submit(ANA, note("late"))
    desk.close()


def test_a_full_queue_refuses_in_words(desk: Writer) -> None:
    gate = threading.Event()
    try:
        desk.submit(ANA, lambda tx: gate.wait(20))
        with pytest.raises(WriterStopped, match="jobs wait for the disk"):
            for _ in range(writer.JOBS_WAITING_MAX + 300):
                desk.submit(ANA, lambda tx: None, wait_s=0.01)
    finally:
        gate.set()

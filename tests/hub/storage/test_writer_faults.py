"""What goes wrong around the writer costs at most the job that it happens to; nobody waits for ever."""

from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from pathlib import Path
from random import Random
from threading import Event, Thread

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import IntegrityError

from hub.ids import Ids
from hub.storage import exceptions, setup
from hub.storage.database import open_database, open_readers
from hub.storage.prepared import Prepared, RolledBack, driver
from hub.storage.transaction import Tx
from hub.storage.writer import JOBS_PER_COMMIT, Actor, Writer, WriterStopped
from tests.databases import database_of, is_postgresql
from tests.hub.storage.bay_facts import ANA
from tests.waiting import wait_until


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_database(database_of(tmp_path))
    yield opened
    opened.dispose()


@pytest.fixture
def desk(engine: Engine) -> Iterator[Writer]:
    """A writer without its thread."""
    site_id, client_id, _, _ = setup.found_site(engine, "site", "client", 0)
    made = Writer(engine, now_us=lambda: 7, ids=Ids(lambda: 7, Random(1)), site_id=site_id, client_id=client_id)
    yield made
    made.close()


def note(words: str) -> Callable[[Tx], int]:
    """A job that opens an exception."""
    return lambda tx: exceptions.open_once(tx, "note", words, words)


def lit(words: str) -> Callable[[Tx], int]:
    """A job that opens an exception, and after which a station shows something else."""

    def job(tx: Tx) -> int:
        tx.changed("task", station="bay-01")
        return note(words)(tx)

    return job


def notes(engine: Engine) -> list[str]:
    with engine.begin() as connection:
        return list(connection.execute(text("SELECT place FROM exception ORDER BY id")).scalars())


def test_a_job_that_nobody_waits_for_any_more_is_not_run_and_the_next_is(desk: Writer, engine: Engine) -> None:
    desk.start()
    gone, kept = cancelled_and_kept(desk)
    with pytest.raises(CancelledError):
        gone.result(10)
    assert kept.result(10)
    assert notes(engine) == ["kept"]
    desk.call(ANA, note("after"))


def cancelled_and_kept(desk: Writer) -> "tuple[Future[int], Future[int]]":
    """Two jobs behind one that is running; the first is cancelled before its turn."""
    begun, gate = Event(), Event()

    def stand(tx: Tx) -> None:
        begun.set()
        assert gate.wait(10)

    desk.submit(ANA, stand)
    assert begun.wait(10)
    gone, kept = desk.submit(ANA, note("gone")), desk.submit(ANA, note("kept"))
    assert gone.cancel()
    gate.set()
    return gone, kept


def test_a_job_that_is_running_cannot_be_cancelled(desk: Writer) -> None:
    done: list[Future[bool]] = []
    done.append(desk.submit(ANA, lambda tx: done[0].cancel()))
    desk.run_queued()
    assert done[0].result(0) is False


def test_who_cannot_be_told_of_a_commit_costs_nobody_his_result(desk: Writer, engine: Engine) -> None:
    def broken() -> None:
        raise RuntimeError("the page is gone")

    desk.on_commit = broken
    desk.start()
    assert desk.call(ANA, note("one"), 10)
    assert desk.call(ANA, note("two"), 10)
    assert notes(engine) == ["one", "two"]


def test_what_goes_out_with_a_commit_is_made_of_it_before_and_sent_after(desk: Writer, tmp_path: Path) -> None:
    seen: list[object] = []
    others = open_readers(database_of(tmp_path), 1)

    def prepare(connection: Connection, stations: list[str]) -> Callable[[], None]:
        mine = connection.execute(text("SELECT place FROM exception")).scalars().all()
        seen.append({"made of": mine, "for": stations, "others see": notes(others)})
        return lambda: seen.append({"others see": notes(others)})

    def job(tx: Tx) -> None:
        note("one")(tx)
        tx.changed("task", station="bay-01")
        tx.changed("task", station="bay-02")

    desk.before_commit = prepare
    desk.call(ANA, job)
    others.dispose()
    assert seen == [
        {"made of": ["one"], "for": ["bay-01", "bay-02"], "others see": []},
        {"others see": ["one"]},
    ]


def test_what_cannot_be_made_to_go_out_with_a_commit_costs_nobody_his_result(desk: Writer, engine: Engine) -> None:
    def broken(_connection: Connection, _stations: list[str]) -> Callable[[], None]:
        raise RuntimeError("no such station")

    desk.before_commit = broken
    assert desk.call(ANA, lit("one"))
    assert notes(engine) == ["one"]


def test_a_transaction_that_is_gone_before_its_commit_is_told_to_nobody_as_done(desk: Writer, engine: Engine) -> None:
    def given_up(connection: Connection, _stations: list[str]) -> Callable[[], None]:
        driver(connection).execute("ROLLBACK")  # as SQLite does by itself when a reading statement finds no memory
        raise OSError("disk I/O error")

    desk.before_commit = given_up
    with pytest.raises(RolledBack, match="disk I/O error"):
        desk.call(ANA, lit("lost"))
    desk.before_commit = lambda _connection, _stations: lambda: None
    assert desk.call(ANA, note("kept"))
    assert notes(engine) == ["kept"]


def test_whoever_submits_while_the_writer_closes_has_his_work_done_or_is_refused(engine: Engine, desk: Writer) -> None:
    desk.start()
    told: list[int | None] = []

    def submit(caller: int) -> None:
        for number in range(100_000):
            try:
                done = desk.submit(ANA, note(f"{caller}-{number}"))
                told.append(done.result(10))
            except WriterStopped:
                told.append(None)
                return

    callers = [Thread(target=submit, args=(caller,)) for caller in range(8)]
    for thread in callers:
        thread.start()
    wait_until(lambda: len(told) > 50, 10, "fifty jobs that were done")
    desk.close()
    for thread in callers:
        thread.join(10)
    assert told.count(None) == len(callers), "somebody waits still"
    assert len(notes(engine)) == len(told) - len(callers)


def test_a_writer_without_a_thread_finishes_what_is_queued_when_it_is_closed(desk: Writer, engine: Engine) -> None:
    done = [desk.submit(ANA, note(f"{number:03d}")) for number in range(JOBS_PER_COMMIT + 5)]
    desk.close()
    assert [future.exception(0) for future in done] == [None] * len(done)
    assert len(notes(engine)) == JOBS_PER_COMMIT + 5
    with pytest.raises(WriterStopped, match="closed"):
        desk.submit(ANA, note("late"))


def test_no_commit_has_more_jobs_than_its_bound(desk: Writer) -> None:
    for number in range(JOBS_PER_COMMIT + 5):
        desk.submit(ANA, note(f"{number}"))
    assert (desk.run_queued(), desk.run_queued(), desk.run_queued()) == (JOBS_PER_COMMIT, 5, 0)


def test_nothing_of_a_job_that_fails_at_its_end_is_left(desk: Writer, engine: Engine) -> None:
    def half(tx: Tx) -> None:
        note("half")(tx)
        tx.changed(None)  # type: ignore[arg-type]

    first, bad, last = desk.submit(ANA, note("first")), desk.submit(ANA, half), desk.submit(ANA, note("last"))
    desk.run_queued()
    assert first.result(0) and last.result(0)
    with pytest.raises(IntegrityError):
        bad.result(0)
    assert notes(engine) == ["first", "last"]


def test_nothing_of_a_job_that_fails_alone_is_left_and_the_next_is_done(desk: Writer, engine: Engine) -> None:
    def half(tx: Tx) -> None:
        note("half")(tx)
        raise ValueError("halfway")

    def passed_by(tx: Tx) -> None:
        with suppress(IntegrityError):
            _NO_STATION(tx.connection)

    with pytest.raises(ValueError, match="halfway"):
        desk.call(ANA, half)
    if is_postgresql():
        with pytest.raises(RuntimeError, match="passed by"):
            desk.call(ANA, passed_by)
    desk.call(ANA, note("after"))
    assert notes(engine) == ["after"]


_NO_STATION = Prepared("INSERT INTO change (station, what) VALUES ('', NULL)")


def test_each_job_that_changed_something_has_its_own_entry_in_the_audit_though_they_share_a_commit(
    desk: Writer, engine: Engine
) -> None:
    for name in ("Ana", "Ben", "Cas"):
        desk.submit(Actor(name, "noted", name), note(name))
    desk.run_queued()
    with engine.begin() as connection:
        rows = connection.execute(text("SELECT actor, action, ref, at_us FROM audit ORDER BY id"))
        assert [tuple(row) for row in rows] == [(name, "noted", name, 7) for name in ("Ana", "Ben", "Cas")]

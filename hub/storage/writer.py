"""The one writer: a thread that owns the only write connection of the database.

Whoever wants something written submits a job to its bounded queue and may wait for the result. It never
lingers to fill a batch: it takes what is queued, at most :data:`JOBS_PER_COMMIT`, gives each of several jobs a
savepoint, commits once, and only then tells the callers.
"""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import structlog
from sqlalchemy import Connection, Engine

from hub.ids import Ids
from hub.storage.prepared import RolledBack, is_open, savepoint, unbroken
from hub.storage.transaction import Tx

R = TypeVar("R")

BeforeCommit = Callable[[Connection, list[str]], Callable[[], None]]

JOBS_PER_COMMIT = 200
"""At most this many jobs share a commit."""
JOBS_WAITING_MAX = 10_000
"""A queue this long means that the disk does not keep up: submitting waits then."""
SUBMIT_WAIT_S = 30.0
"""How long submitting waits for room before it gives up."""

_log = structlog.get_logger("writer")


class WriterStopped(Exception):
    """The writer has been closed or has died: nothing can be written any more."""


@dataclass(frozen=True)
class Actor:
    """Who asks for a job and what it is, for the audit entry."""

    name: str
    action: str
    ref: str = ""


@dataclass
class _Job(Generic[R]):
    run: Callable[[Tx], R]
    actor: Actor
    done: "Future[R]"


class Writer:
    """Runs jobs in transactions, one after the other.

    Args:
        engine: The database.
        now_us: Business time, UTC microseconds.
        ids: Maker of public ids.
        site_id, client_id: Whose stock this writer's jobs are about.
        on_commit: Called on the writer's thread after each commit.

    Attributes:
        before_commit: Called on the writer's thread, in the transaction, with the stations that the last job changed,
            if it changed any; what it returns is called once that is committed. If it raises, the commit stands.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        now_us: Callable[[], int],
        ids: Ids,
        site_id: int,
        client_id: int,
        on_commit: Callable[[], None] = lambda: None,
    ) -> None:
        self._engine = engine
        self._now_us = now_us
        self._ids = ids
        self._site_id = site_id
        self._client_id = client_id
        self.on_commit = on_commit
        self.before_commit: BeforeCommit = lambda _connection, _stations: _nothing
        self._queue: queue.Queue[_Job[Any] | None] = queue.Queue(JOBS_WAITING_MAX)
        self._thread: threading.Thread | None = None
        self._closed = False
        self._ended = False

    def start(self) -> None:
        """Start the thread. Without it, :meth:`run_queued` drives the writer (the simulator does)."""
        self._thread = threading.Thread(target=self._loop, name="writer", daemon=True)
        self._thread.start()

    def submit(self, actor: Actor, run: Callable[[Tx], R], *, wait_s: float = SUBMIT_WAIT_S) -> "Future[R]":
        """Queue a job; the future has its result once it is committed, or its exception (nothing written).

        A job whose future was cancelled before its turn is not run.

        Raises:
            WriterStopped: the writer is closed, or its queue stayed full for ``wait_s``.
        """
        if self._closed:
            raise WriterStopped("The writer is closed.")
        job: _Job[R] = _Job(run, actor, Future())
        try:
            self._queue.put(job, timeout=wait_s)
        except queue.Full:
            raise WriterStopped(f"{JOBS_WAITING_MAX} jobs wait for the disk; none was taken for {wait_s} s.") from None
        if self._ended:  # it ended between the question above and now
            self._refuse_queued()
        return job.done

    def call(self, actor: Actor, run: Callable[[Tx], R], timeout_s: float = 30.0) -> R:
        """Submit a job and wait for its result."""
        done = self.submit(actor, run)
        if self._thread is None:
            self.run_queued()
        return done.result(timeout_s)

    def run_queued(self) -> int:
        """Run what is queued now on the caller's thread; how many jobs that were."""
        jobs: list[_Job[Any]] = []
        while len(jobs) < JOBS_PER_COMMIT:
            try:
                job = self._queue.get_nowait()
            except queue.Empty:
                break
            if job is not None:
                jobs.append(job)
        if jobs:
            self._run(jobs)
        return len(jobs)

    def close(self) -> None:
        """Finish what is queued and stop. May be called twice."""
        if self._closed:
            return
        self._closed = True
        if self._thread is None:
            while self.run_queued():
                pass
            self._end()
            return
        self._queue.put(None)
        self._thread.join(30)

    def _loop(self) -> None:
        while True:
            job = self._queue.get()
            jobs = [] if job is None else [job]
            stop = job is None
            while not stop and len(jobs) < JOBS_PER_COMMIT:
                try:
                    more = self._queue.get_nowait()
                except queue.Empty:
                    break
                if more is None:
                    stop = True
                else:
                    jobs.append(more)
            if jobs:
                self._run(jobs)
            if stop:
                self._end()
                return

    def _end(self) -> None:
        """Whoever submitted while the writer closed is told so, by this or by :meth:`submit`."""
        self._ended = True
        self._refuse_queued()

    def _refuse_queued(self) -> None:
        while True:
            try:
                job = self._queue.get_nowait()
            except queue.Empty:
                return
            if job is not None and job.done.set_running_or_notify_cancel():
                job.done.set_exception(WriterStopped("The writer is closed."))

    def _run(self, jobs: list[_Job[Any]]) -> None:
        jobs = [job for job in jobs if job.done.set_running_or_notify_cancel()]
        outcomes: list[tuple[_Job[Any], Any, BaseException | None]] = []
        changed: list[str] = []
        alone = len(jobs) == 1
        try:
            with self._engine.begin() as connection:
                for job in jobs:
                    tx = Tx(connection, self._now_us(), self._ids, self._site_id, self._client_id)
                    try:
                        with unbroken(connection) if alone else savepoint(connection, "job"):
                            result = job.run(tx)
                            tx.finish(job.actor.name, job.actor.action, job.actor.ref)
                        outcomes.append((job, result, None))
                        changed = tx.stations
                    except RolledBack:
                        raise  # the jobs before it are undone too: none may be told that it was done
                    except Exception as error:  # the caller gets it; the others' work stands
                        if alone:
                            raise  # it is undone with its transaction
                        outcomes.append((job, None, error))
                committed = self._prepare(connection, changed) if changed else _nothing
        except Exception as error:  # noqa: BLE001 - the commit itself failed, or the only job: nobody's work stands
            if outcomes or isinstance(error, RolledBack):
                _log.error("commit failed", error=str(error), jobs=len(jobs))
            for job in jobs:
                job.done.set_exception(error)
            return
        try:  # the next light waits for it; whoever asked waits a moment longer
            committed()
            self.on_commit()
        except Exception:  # noqa: BLE001 - what is committed is committed; the callers are told below
            _log.exception("the commit stands, but who waits for its changes was not woken", jobs=len(jobs))
        for job, result, failure in outcomes:
            if failure is None:
                job.done.set_result(result)
            else:
                job.done.set_exception(failure)

    def _prepare(self, connection: Connection, changed: list[str]) -> Callable[[], None]:
        """What follows the commit. Raises: RolledBack, there is nothing left to commit."""
        prepared = _nothing
        try:
            with savepoint(connection, "light"):
                prepared = self.before_commit(connection, changed)
        except RolledBack:  # a reading statement, too, may end it: out of memory, a bad disk
            raise
        except Exception:  # noqa: BLE001 - what is done stands; who waits for it hears of it a moment later
            _log.exception("what goes out with the commit was not prepared", stations=changed)
        if not is_open(connection):
            raise RolledBack("The database gave up the whole transaction: expected it open, got none.")
        return prepared


def _nothing() -> None:
    """What follows a commit that nobody waits for."""

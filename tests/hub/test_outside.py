"""Rounds of work: woken, begun anew after a failure, and ended."""

import threading
from collections.abc import Callable

from hub.outside import Rounds
from hub.storage.writer import WriterStopped

LONG_S = 3_600.0
PATIENCE_S = 20.0


class Work:
    """Counts its rounds, and does in each what the test says."""

    def __init__(self, *rounds: Callable[[], None]) -> None:
        self.rounds = list(rounds)
        self.done = threading.Semaphore(0)
        self.failures = 0

    def __call__(self) -> None:
        self.done.release()
        if self.rounds:
            self.rounds.pop(0)()

    def failed(self) -> None:
        self.failures += 1

    def one_more(self) -> bool:
        return self.done.acquire(timeout=PATIENCE_S)


def raising(error: Exception) -> Callable[[], None]:
    def fail() -> None:
        raise error

    return fail


def test_a_round_begins_when_it_is_woken_and_a_round_that_fails_is_begun_anew() -> None:
    work = Work(raising(ValueError("a database that is slow")))
    rounds = Rounds("test", work, work.failed, idle_s=LONG_S)
    rounds.start()
    try:
        rounds.wake()
        assert work.one_more()
        rounds.wake()
        assert work.one_more()
        assert work.failures == 1
    finally:
        rounds.close()
    assert rounds.stopping


def test_rounds_begin_by_themselves_and_end_when_the_writer_has_stopped() -> None:
    work = Work(lambda: None, raising(WriterStopped("it has")))
    rounds = Rounds("test", work, work.failed, idle_s=0.001)
    rounds.start()
    try:
        assert work.one_more() and work.one_more()
        assert not work.done.acquire(timeout=0.05)
        assert work.failures == 0
    finally:
        rounds.close()


def test_what_was_never_started_can_be_closed() -> None:
    work = Work()
    Rounds("test", work, work.failed, idle_s=LONG_S).close()

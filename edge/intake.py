"""What waits for a station's one thread, each with the time at which it happened."""

import threading
from collections import deque
from collections.abc import Callable
from typing import NamedTuple

import structlog

WAITING_MAX = 20_000
"""So many inputs waiting mean that the disk has stopped: what comes then is lost, and said."""
_log = structlog.get_logger("intake")

Call = Callable[[], None]
"""Something to do on the agent's thread."""


class Happened(NamedTuple):
    """One input and its time."""

    at_us: int
    call: Call


class Intake:
    """A queue into one thread, and that thread's clock.

    The clock goes by what happened, not by when somebody came to look: a loop that was held up by its disk still
    sees a short press as short. It never goes back.

    Args:
        now_us: Monotonic microseconds.
        waiting_max: How many inputs may wait.
    """

    def __init__(self, now_us: Callable[[], int], waiting_max: int = WAITING_MAX) -> None:
        self._now_us = now_us
        self._waiting_max = waiting_max
        self._waiting: deque[Happened] = deque()
        self._came = threading.Condition()
        self._lost = 0
        self._closed = False
        self.clock_us = now_us()
        """The time of what happened last."""

    def put(self, call: Call, at_us: int | None = None, *, awaited: bool = False) -> None:
        """Queue something that happened at ``at_us``, or just now; from any thread.

        Args:
            call: What is to be done about it.
            at_us: When it happened, monotonic microseconds.
            awaited: It answers what the station itself began, one thing at a time, and goes on only when it has
                come: it is taken however many wait.
        """
        happened = Happened(self._now_us() if at_us is None else at_us, call)
        with self._came:
            if self._closed:
                return
            if awaited or len(self._waiting) < self._waiting_max:
                self._waiting.append(happened)
                self._came.notify()
                return
            self._lost += 1
            first = self._lost == 1
        if first:  # how many they were is said when there is room again
            _log.error("input lost: too many wait", waiting=self._waiting_max)

    def close(self) -> None:
        """Nobody takes any more: what waits is dropped, and what comes."""
        with self._came:
            self._closed = True
            self._waiting.clear()

    def take(self, timeout_s: float = 0.0) -> Call | None:
        """What comes next, waited for so long; the clock goes on to its time. None if nothing came."""
        with self._came:
            if not self._waiting and timeout_s > 0:
                self._came.wait(timeout_s)
            if not self._waiting:
                return None
            happened = self._waiting.popleft()
            lost, self._lost = self._lost, 0
        if lost:
            _log.error("inputs were lost while too many waited", lost=lost)
        self._go_on(happened.at_us)
        return happened.call

    def pass_time(self) -> int:
        """The clock where nothing happens: now, or the time of what waits, for it was before now."""
        with self._came:
            at_us = self._waiting[0].at_us if self._waiting else self._now_us()
        return self._go_on(at_us)

    def _go_on(self, at_us: int) -> int:
        self.clock_us = max(self.clock_us, min(at_us, self._now_us()))
        return self.clock_us

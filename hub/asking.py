"""Asking a station for something, and hearing what it answers: commands out, results in.

Threads: asked from any thread; answers come on the network's.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass

from edge.contract.commands import AnyCommand, Result
from hub.link.broker import OutgoingFull

ASKED_MAX = 64
"""So many questions wait for an answer; no more are asked."""


class NotAsked(Exception):
    """A station cannot be asked now, and why."""


@dataclass(frozen=True, eq=False)
class _Question:
    station: str
    command: str
    until_s: float
    answer: "Future[Result]"


class Asking:
    """Asks stations.

    Args:
        send: Sends a command to a station, with the seconds after which it is worth nothing. Raises: OutgoingFull.
        is_there: Whether a station is connected, as far as is known.
        monotonic_s: Seconds that never go back.
    """

    def __init__(
        self,
        send: Callable[[str, AnyCommand, int], None],
        is_there: Callable[[str], bool],
        monotonic_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._send = send
        self._is_there = is_there
        self._monotonic_s = monotonic_s
        self._lock = threading.Lock()
        self._asked: list[_Question] = []

    def ask(self, station: str, command: AnyCommand, expires_s: int) -> "Future[Result]":
        """Ask; what is answered, or TimeoutError some time after ``expires_s``, when :meth:`expire` is called.

        The same command may be asked again while it is under way: one answer is for both.

        Raises:
            NotAsked: the station is away, too many questions are open, or the broker takes nothing.
        """
        if not self._is_there(station):
            raise NotAsked(f"{station} is away: it cannot be asked now.")
        self.expire()
        question = _Question(station, command.command, self._monotonic_s() + expires_s, Future())
        with self._lock:
            if len(self._asked) >= ASKED_MAX:
                raise NotAsked(f"{ASKED_MAX} questions wait for their stations already: ask again in a moment.")
            self._asked.append(question)
        try:
            self._send(station, command, expires_s)
        except OutgoingFull as error:
            self._take(lambda one: one is question)
            raise NotAsked(str(error)) from error
        return question.answer

    def wait(self, station: str, command: AnyCommand, timeout_s: float) -> Result:
        """Ask and wait. Raises: NotAsked; TimeoutError, it did not answer in time."""
        answer = self.ask(station, command, max(1, round(timeout_s)))
        try:
            return answer.result(timeout_s)
        except TimeoutError:
            raise TimeoutError(f"{station} did not answer within {timeout_s:.0f} s.") from None
        finally:
            self._take(lambda one: one.answer is answer)

    def answered(self, station: str, result: Result) -> None:
        """A station answers."""
        for question in self._take(lambda one: (one.station, one.command) == (station, result.command)):
            question.answer.set_result(result)

    def expire(self) -> None:
        """Questions whose time is over are not answered any more."""
        now_s = self._monotonic_s()
        for question in self._take(lambda one: now_s >= one.until_s):
            question.answer.set_exception(TimeoutError(f"{question.station} did not answer in time."))

    def _take(self, which: Callable[[_Question], bool]) -> list[_Question]:
        """Take these questions off the list."""
        with self._lock:
            taken = [one for one in self._asked if which(one)]
            self._asked = [one for one in self._asked if one not in taken]
        return taken

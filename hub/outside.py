"""Threads that do rounds of work: what is to be done is looked for when something was committed, and now and then.

What speaks to the outside (carriers, mail servers, shops, suppliers) does so from such threads: who is slow there holds
up nobody here. The work itself stands in the database; a round that fails loses nothing, and is done again.
"""

import threading
import time
from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

from hub.storage.writer import WriterStopped

CLOSE_WAIT_S = 5.0
"""How long closing waits for a round under way."""

SAID_CHARS_MAX = 500

Item = TypeVar("Item")


def said(why: object) -> str:
    """What others said, as every database takes it: PostgreSQL keeps no NUL."""
    return str(why).replace("\0", " ")[:SAID_CHARS_MAX]


class Rounds:
    """A thread that does one kind of work, round after round.

    Args:
        name: The thread's.
        work: One round. It should end soon once :attr:`stopping` is true.
        failed: Called within the ``except`` of a round that failed, to say so; it is tried again.
        idle_s: A round begins at least this often.
        gap_s: Between two rounds at least: commits come in bursts.
        pause_s: After a round that failed, instead.
    """

    def __init__(
        self,
        name: str,
        work: Callable[[], object],
        failed: Callable[[], None],
        *,
        idle_s: float,
        gap_s: float = 0.0,
        pause_s: float = 0.0,
    ) -> None:
        self._work = work
        self._failed = failed
        self._idle_s, self._gap_s, self._pause_s = idle_s, gap_s, pause_s
        self._stop = threading.Event()
        self._woken = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    @property
    def stopping(self) -> bool:
        """Whether the thread is to end."""
        return self._stop.is_set()

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """There may be work: do not wait on."""
        self._woken.set()

    def stop(self) -> None:
        """Begin no other round."""
        self._stop.set()
        self._woken.set()

    def close(self) -> None:
        """Stop, and wait for the round under way. May be called twice, and though it was never started."""
        self.stop()
        if self._thread.is_alive():
            self._thread.join(CLOSE_WAIT_S)

    def _run(self) -> None:
        while not self._stop.is_set():
            self._woken.wait(self._idle_s)
            self._woken.clear()
            if self._stop.is_set():
                return
            try:
                self._work()
            except WriterStopped:
                return
            except Exception:  # noqa: BLE001 - a database that is slow today must not end the work for good
                if self._stop.is_set():
                    return
                self._failed()
                self._stop.wait(self._pause_s)
            self._stop.wait(self._gap_s)


class Pauses:
    """Which things are not to be tried yet, for they were tried in vain.

    Args:
        first_s: The pause after the first try is twice this; it doubles each time.
        most_s: No pause is longer.
        monotonic_s: Seconds that never go back.
    """

    def __init__(self, first_s: float, most_s: float, monotonic_s: Callable[[], float] = time.monotonic) -> None:
        self._first_s, self._most_s = first_s, most_s
        self._monotonic_s = monotonic_s
        self._not_before_s: dict[Hashable, float] = {}

    def __len__(self) -> int:
        return len(self._not_before_s)

    def due(self, things: Iterable[Item], key: Callable[[Item], Hashable]) -> list[Item]:
        """Those that may be tried now."""
        now_s = self._monotonic_s()
        return [thing for thing in things if now_s >= self._not_before_s.get(key(thing), 0.0)]

    def after(self, key: Hashable, tries: int) -> float:
        """It was tried in vain so many times; the pause before it is tried again, in seconds.

        >>> pauses = Pauses(1.0, 60.0, lambda: 100.0)
        >>> [pauses.after("a", tries) for tries in (1, 2, 10)]
        [2.0, 4.0, 60.0]
        >>> pauses.due(["a", "b"], str)
        ['b']
        """
        pause_s: float = min(self._most_s, self._first_s * 2 ** min(tries, 10))
        self._not_before_s[key] = self._monotonic_s() + pause_s
        return pause_s

    def end(self, key: Hashable) -> None:
        """It is done with."""
        self._not_before_s.pop(key, None)

    def keep(self, keys: Iterable[Hashable]) -> None:
        """Forget all others."""
        wanted = set(keys)
        self._not_before_s = {key: at_s for key, at_s in self._not_before_s.items() if key in wanted}

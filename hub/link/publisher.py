"""Desired state out: a cursor over the change table, and the stations that are still due.

The one station that a person waits at may go out first, with the commit itself (:meth:`Publisher.first`).

A station stays due until its state is published. One that fails is tried again after a pause of its own, and holds
up no other.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog

RETRY_FIRST_S = 0.5
RETRY_MAX_S = 30.0
"""What failed is tried again after half a second, then after 1, 2, 4, ... at most 30 s."""
BREATH_S = 0.002
"""Between the most urgent station and the others."""
_log = structlog.get_logger("publisher")


@dataclass
class _Due:
    """A station whose state is to be published, not before a time (monotonic seconds)."""

    not_before_s: float = 0.0
    pause_s: float = RETRY_FIRST_S


class Publisher:
    """Publishes the desired state of every station whose tasks, prompt or board changed.

    Args:
        changed_since: (newest change, stations, the most urgent first) since a change; None means every station.
        desired: A station's desired state: its version, and it encoded.
        publish: Where it goes: (station, payload); raises if it does not go.
        monotonic_s: Seconds that never go back.
    """

    def __init__(
        self,
        *,
        changed_since: Callable[[int | None], tuple[int, Sequence[str]]],
        desired: Callable[[str], tuple[int, bytes]],
        publish: Callable[[str, bytes], None],
        monotonic_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._changed_since = changed_since
        self._desired = desired
        self._publish = publish
        self._monotonic_s = monotonic_s
        self._cursor: int | None = None
        self._again = threading.Event()
        self._due: dict[str, _Due] = {}
        self._lock = threading.Lock()
        self._published: dict[str, int] = {}
        """The version of each station that went out last. An older one must not follow it: it would be retained."""
        self._hurried = False
        self._wake = threading.Event()
        self._stop = False
        self._thread = threading.Thread(target=self._run, name="publisher", daemon=True)

    def start(self) -> None:
        """Start publishing."""
        self._thread.start()

    def wake(self) -> None:
        """Something may have changed."""
        self._wake.set()

    def again(self) -> None:
        """Publish everything again: the broker may have forgotten it."""
        self._again.set()
        self._wake.set()

    def first(self, station: str, version: int, payload: bytes) -> None:
        """Publish a state that was just committed, before all others. Any thread may call it."""
        try:
            self._send(station, version, payload)
        except Exception:  # noqa: BLE001 - said; the next step publishes it
            _log.exception("desired state did not go out with its commit", station=station)
        self._hurried = True

    def close(self) -> None:
        """Stop. May be called twice."""
        self._stop = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(5)

    def step(self) -> int:
        """Publish what is due; how many stations that were."""
        if self._again.is_set():
            self._again.clear()  # before the look: who asks during it is heard by the next step
            self._cursor = None
            with self._lock:
                self._published.clear()
        self._cursor, changed = self._changed_since(self._cursor)
        for station in changed:
            self._due.setdefault(station, _Due()).not_before_s = 0.0  # what changed may have mended it
        published = 0
        for place, station in enumerate([*changed, *sorted(self._due.keys() - set(changed))]):
            if place == 1:  # let the first go out: the network's thread and this one share an interpreter
                time.sleep(BREATH_S)
            due = self._due[station]
            if self._published.get(station, -1) >= self._cursor:
                del self._due[station]  # it went out first
                continue
            if self._monotonic_s() < due.not_before_s:
                continue
            try:
                self._send(station, *self._desired(station))
            except Exception:  # noqa: BLE001 - said, and tried again; the other stations must not wait for it
                _log.exception("desired state was not published", station=station, again_after_s=due.pause_s)
                due.not_before_s = self._monotonic_s() + due.pause_s
                due.pause_s = min(2 * due.pause_s, RETRY_MAX_S)
            else:
                del self._due[station]
                published += 1
        return published

    def _send(self, station: str, version: int, payload: bytes) -> None:
        with self._lock:
            if version >= self._published.get(station, -1):
                self._publish(station, payload)
                self._published[station] = version

    def _run(self) -> None:
        pause_s: float | None = None
        while True:
            self._wake.wait(pause_s)
            self._wake.clear()
            if self._hurried:
                self._hurried = False
                time.sleep(BREATH_S)
            if self._stop:
                return
            try:
                self.step()
                pause_s = self._until_due_s()
            except Exception:  # noqa: BLE001 - the database could not be read: said, and tried again
                _log.exception("changes were not read", again_after_s=RETRY_FIRST_S)
                pause_s = RETRY_FIRST_S

    def _until_due_s(self) -> float | None:
        """How long until a station that failed is due; None if there is none."""
        if not self._due:
            return None
        return max(0.0, min(due.not_before_s for due in self._due.values()) - self._monotonic_s())

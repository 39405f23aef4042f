"""What is true right now and is not worth a disk: which stations are there, what they show, how fast it goes."""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from edge.contract.state import Presence, Reported

SAMPLES_MAX = 20_000
"""Latency samples kept; older ones fall out."""
RATE_WINDOW_S = 5


@dataclass
class StationLive:
    """One station as last heard."""

    online: bool = False
    session: str = ""
    reported: Reported | None = None
    seen_us: int = 0
    heard_us: int = 0
    """Since when the hub knows, on its present connection, that the station is there; 0: it does not."""


@dataclass
class Live:
    """The live floor; safe to use from several threads.

    Args:
        wall_us: UTC microseconds.
    """

    wall_us: Callable[[], int]
    stations: dict[str, StationLive] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _event_to_commit_us: deque[int] = field(default_factory=lambda: deque(maxlen=SAMPLES_MAX))
    _events: deque[tuple[int, int]] = field(default_factory=lambda: deque(maxlen=SAMPLES_MAX))
    _linked_us: int = 0
    version: int = 0
    """Grows with every change, for pages that wait."""

    def on_reported(self, device: str, reported: Reported) -> None:
        """A station says what it shows."""
        with self._lock:
            station = self.stations.setdefault(device, StationLive())
            station.reported = reported
            station.seen_us = self.wall_us()
            self.version += 1

    def on_presence(self, device: str, presence: Presence) -> None:
        """A station came or went. The will of an older session says nothing about a newer one."""
        with self._lock:
            station = self.stations.setdefault(device, StationLive())
            if not presence.online and presence.session != station.session:
                return
            station.online = presence.online
            station.session = presence.session
            station.seen_us = self.wall_us()
            station.heard_us = station.seen_us if presence.online else 0
            self.version += 1

    def connected(self) -> None:
        """The hub has the broker (again); what happened before waited for it."""
        with self._lock:
            self._linked_us = self.wall_us()

    def committed(self, device: str, events: int, oldest_wall_us: int) -> None:
        """Facts of a station were committed; the oldest of them happened at ``oldest_wall_us`` by its station's clock.

        How long that took is counted only if all of the way was up when it happened: the station's connection and
        the hub's. What waited in an outbox for one of them says how long the outage was, not how fast the hub is.
        """
        now_us = self.wall_us()
        with self._lock:
            self._events.append((now_us, events))
            station = self.stations.get(device)
            heard_us = 0 if station is None else station.heard_us
            if heard_us and oldest_wall_us >= max(heard_us, self._linked_us):
                self._event_to_commit_us.append(max(0, now_us - oldest_wall_us))
            self.version += 1

    def touch(self) -> None:
        """Something was committed."""
        with self._lock:
            self.version += 1

    def events_per_s(self) -> float:
        """Facts a second over the last five."""
        since = self.wall_us() - RATE_WINDOW_S * 1_000_000
        with self._lock:
            return sum(n for at, n in self._events if at >= since) / RATE_WINDOW_S

    def latency_ms(self) -> dict[str, float]:
        """p50 and p99 of the time from a fact to its commit, of the last :data:`SAMPLES_MAX` envelopes whose oldest
        fact happened while its station and the hub were connected; ``samples`` says of how many."""
        with self._lock:
            samples = sorted(self._event_to_commit_us)
        return percentiles_ms(samples)


def percentiles_ms(sorted_us: list[int]) -> dict[str, float]:
    """p50 and p99, in milliseconds, of sorted microseconds, and how many these are; 0 if there are none.

    >>> percentiles_ms([1000, 2000, 3000])
    {'p50': 2.0, 'p99': 3.0, 'samples': 3}
    """
    if not sorted_us:
        return {"p50": 0.0, "p99": 0.0, "samples": 0}
    return {
        "p50": sorted_us[len(sorted_us) // 2] / 1000,
        "p99": sorted_us[min(len(sorted_us) - 1, len(sorted_us) * 99 // 100)] / 1000,
        "samples": len(sorted_us),
    }

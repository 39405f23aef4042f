"""Parts made of many alike pieces: each piece that fails is tried again by itself, all are told as one part."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

RETRY_FIRST_US = 1_000_000
RETRY_MAX_US = 30_000_000
"""A piece that failed is tried again after 1 s, then twice as late each time, at most every 30 s."""


@dataclass
class _Fault:
    why: str
    wait_us: int
    again_us: int


class Faults:
    """What has failed of one part, such as the displays of a bay.

    Args:
        part: Its name, as it is told.
        on_health: Called with (part, healthy, why) when that changes, on whatever thread calls :meth:`tell`.
        now_us: Monotonic microseconds.
    """

    def __init__(self, part: str, on_health: Callable[[str, bool, str], None], now_us: Callable[[], int]) -> None:
        self._part = part
        self._on_health = on_health
        self._now_us = now_us
        self._faults: dict[int, _Fault] = {}
        self._told: str | None = None
        self._lock = threading.Lock()

    def has(self, piece: int) -> bool:
        """Whether a piece has failed."""
        return piece in self._faults

    def is_due(self, piece: int) -> bool:
        """Whether to use a piece now: it works, or it is time to try it again."""
        fault = self._faults.get(piece)
        return fault is None or self._now_us() >= fault.again_us

    def failed(self, piece: int, why: str) -> None:
        """A piece did not do what was asked."""
        with self._lock:
            known = self._faults.get(piece)
            wait_us = RETRY_FIRST_US if known is None else min(2 * known.wait_us, RETRY_MAX_US)
            self._faults[piece] = _Fault(why, wait_us, self._now_us() + wait_us)

    def works(self, piece: int) -> None:
        """A piece did what was asked."""
        if piece not in self._faults:
            return
        with self._lock:
            self._faults.pop(piece, None)

    def tell(self) -> None:
        """Tell the part's health, if it is another than was told last: the first piece's reason, and how many more."""
        with self._lock:
            why = ""
            if self._faults:
                why = self._faults[min(self._faults)].why
                why += f" {len(self._faults) - 1} more like this." if len(self._faults) > 1 else ""
            if why != self._told:
                self._told = why
                self._on_health(self._part, not why, why)

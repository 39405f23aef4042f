"""Simulated fingers: each presses a button for its time, and no two press the same one at once."""

import heapq
import threading
import time
from collections.abc import Callable, Collection
from typing import Protocol

HELD_MS_MAX = 60_000
"""Nobody holds a button longer than a minute."""
REST_S = 0.01
"""A button rests this long between two presses, longer than its debounce is blind."""


class Buttons(Protocol):
    """What fingers need of a wall."""

    @property
    def controls(self) -> Collection[str]:
        """Every button there is."""
        ...

    def press(self, control: str) -> None:
        """Hold a button down."""
        ...

    def release(self, control: str) -> None:
        """Let a button go."""
        ...


class Fingers:
    """Presses buttons and lets them go in time, on one thread of its own."""

    def __init__(self, buttons: Buttons, monotonic_s: Callable[[], float] = time.monotonic) -> None:
        self._buttons = buttons
        self._monotonic_s = monotonic_s
        self._changed = threading.Condition()
        self._held: set[str] = set()
        """Buttons that are down, or rest."""
        self._due: list[tuple[float, str]] = []
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="fingers", daemon=True)
        self._thread.start()

    def press(self, control: str, held_ms: int) -> int:
        """Press a button; if another finger is on it, after that one. Returns when it went down (microseconds).

        Raises:
            KeyError: there is no such button.
            ValueError: it cannot be held that long.
        """
        if control not in self._buttons.controls:
            raise KeyError(control)
        if not 1 <= held_ms <= HELD_MS_MAX:
            raise ValueError(f"held_ms: expected 1 to {HELD_MS_MAX}, got {held_ms}.")
        with self._changed:
            while control in self._held and not self._closed:
                self._changed.wait()
            if self._closed:
                return 0
            self._held.add(control)
        # outside of the lock: a button's edge may lead anywhere
        down_us = int(self._monotonic_s() * 1e6)
        self._buttons.press(control)
        with self._changed:
            heapq.heappush(self._due, (self._monotonic_s() + held_ms / 1000, control))
            self._changed.notify_all()
        return down_us

    def close(self) -> None:
        """Let everything go. May be called twice."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._thread.join(2)

    def _run(self) -> None:
        resting: list[tuple[float, str]] = []
        while True:
            with self._changed:
                now_s = self._monotonic_s()
                while resting and resting[0][0] <= now_s:
                    self._held.discard(heapq.heappop(resting)[1])
                    self._changed.notify_all()
                if self._closed:
                    return
                if not self._due or self._due[0][0] > now_s:
                    times = [queue[0][0] for queue in (self._due, resting) if queue]
                    self._changed.wait(min(times) - now_s if times else None)
                    continue
                _, control = heapq.heappop(self._due)
            self._buttons.release(control)
            heapq.heappush(resting, (self._monotonic_s() + REST_S, control))

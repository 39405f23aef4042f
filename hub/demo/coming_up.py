"""The floor comes up: the hub first, then the stations a few at a time, for as long as there is progress."""

import os
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from hub.demo import truth
from hub.demo.processes import Processes

AT_ONCE = 6
"""So many stations may be starting: more would only take the processor from each other."""
STILL_S = 60.0
"""Nothing came up for this long, and what starts did not compute either: it will not come."""
UP_MAX_S = 900.0
"""No floor is waited for longer than this, whatever it does."""
LOOK_S = 0.2
SAY_S = 5.0
"""How often it is said how many are online."""


class DemoFailed(Exception):
    """The demo could not go on: what was expected, what came."""


class DemoStopped(Exception):
    """The demo was told to end before everything was up."""


class Patience:
    """Waiting for what takes as long as the machine takes: each sign of progress moves the deadline, up to a bound.

    >>> patience = Patience(0.0, still_s=60, most_s=900)
    >>> patience.is_over(50.0, "1 of 2"), patience.is_over(100.0, "1 of 2"), patience.is_over(110.0, "1 of 2")
    (False, False, True)

    Args:
        now_s: When the waiting begins.
        still_s: How long there may be no progress.
        most_s: How long is waited in all.
    """

    def __init__(self, now_s: float, *, still_s: float = STILL_S, most_s: float = UP_MAX_S) -> None:
        self._began_s = self._moved_s = now_s
        self._seen: object = None
        self._still_s = still_s
        self._most_s = most_s

    def is_over(self, now_s: float, progress: object) -> bool:
        """Whether waiting is in vain; ``progress``: anything that is another when something was achieved."""
        if progress != self._seen:
            self._seen, self._moved_s = progress, now_s
        return now_s - self._moved_s >= self._still_s or now_s - self._began_s >= self._most_s

    def waited_s(self, now_s: float) -> float:
        """How long has been waited."""
        return now_s - self._began_s


class ComingUp:
    """Starts a floor's processes, and waits for them.

    Args:
        processes: Where they are started.
        ask: Asks the hub for a path; None if it does not answer now.
        say: Called with a line on how far it is.
        stop: Set when the demo is to end.
        logs: Where the logs are, for who looks why something did not come up.
    """

    def __init__(
        self,
        processes: Processes,
        ask: Callable[[str], Any],
        say: Callable[[str], None],
        stop: threading.Event,
        logs: str,
    ) -> None:
        self._processes = processes
        self._ask = ask
        self._say = say
        self._stop = stop
        self._logs = logs
        self._said_s = time.monotonic()

    def hub(self) -> None:
        """Wait until the hub answers. Raises: DemoFailed, DemoStopped."""
        patience = Patience(time.monotonic())
        while self._ask("/api/devices") is None:
            self._go_on(patience, "the hub to answer", ["hub"], "starting: the hub does not answer yet")

    def stations(self, commands: dict[str, list[str]]) -> None:
        """Start stations, a few at a time, and wait until all are online. Raises: DemoFailed, DemoStopped."""
        patience = Patience(time.monotonic())
        waiting = list(commands)
        starting: set[str] = set()
        while True:
            while waiting and len(starting) < AT_ONCE:
                name = waiting.pop(0)
                self._processes.add(name, commands[name])
                starting.add(name)
            devices = self._ask("/api/devices") or {}
            starting = {name for name in starting if not devices.get(name, {}).get("online", False)}
            if not starting and not waiting:
                self._say(f"{len(commands)} of {len(commands)} stations online")
                return
            online = len(commands) - len(waiting) - len(starting)
            if not starting:
                continue
            far = f"starting: {online} of {len(commands)} stations online"
            self._go_on(patience, f"{len(commands)} stations online", sorted(starting), far)

    def _go_on(self, patience: Patience, expected: str, missing: list[str], far: str) -> None:
        """Wait a moment; what is missing may take longer as long as it computes."""
        self._stop.wait(LOOK_S)
        if self._stop.is_set():
            raise DemoStopped("The demo was told to end before everything was up.")
        if ended := self._processes.ended():
            text = "\n".join(["Expected every process to stay up, got:", *truth.shortened(ended), self._logs])
            raise DemoFailed(text)
        now_s = time.monotonic()
        if now_s - self._said_s >= SAY_S:
            self._said_s = now_s
            self._say(far)
        if patience.is_over(now_s, (far, int(self._processes.cpu_s(missing)))):
            last = {name: self._processes.last_line(name) for name in missing}
            raise DemoFailed(not_up(expected, patience.waited_s(now_s), last, busy(), self._logs))


def busy(cores: int | None = None, load: float | None = None) -> str:
    """How busy the machine is, in words, and what to do about it; empty if it is not.

    Args:
        cores: Its processor's cores; None: this machine's.
        load: How many processes wanted to run in the last minute; None: this machine's.
    """
    cores = cores or os.cpu_count() or 1
    load = os.getloadavg()[0] if load is None else load
    if load <= 2 * cores:
        return ""
    return (
        f"The machine is busy: {load:.0f} processes want to run on {cores} cores. End what else runs on it, then try"
        " again; --pickers 1 and fewer orders (--orders 50) do not start faster, but ask less of it afterwards."
    )


def not_up(expected: str, waited_s: float, last: dict[str, str], why: str, logs: str) -> str:
    """What is said of a floor that did not come up.

    Args:
        expected: What was waited for.
        waited_s: How long.
        last: The last line in the log of each process that is missing.
        why: What may have kept it; empty if nothing is known.
        logs: Where the logs are.
    """
    lines: Iterable[str] = truth.shortened([f"{name} is not up, its last line: {line}" for name, line in last.items()])
    head = f"Expected {expected}, waited {waited_s:.0f} s, for the last {STILL_S:.0f} s without any progress, got:"
    if waited_s >= UP_MAX_S:
        head = f"Expected {expected} within {UP_MAX_S:.0f} s, got:"
    return "\n".join([head, *lines, *([why] if why else []), logs])

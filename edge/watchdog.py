"""Telling the supervisor that the agent lives: systemd starts one anew that has stopped to say so.

It is said by the agent's loop alone, after its work: a thread of its own would go on saying it for a loop that hangs.

Source: systemd, sd_notify(3) (READY=1, WATCHDOG=1) and sd_watchdog_enabled(3) (half the time-out).
"""

import socket
from collections.abc import Callable, Mapping

PETS_A_TIMEOUT = 3
"""So often within the time-out is it said: one that is late is no reason to start anew."""


class Watchdog:
    """What is said to the supervisor, if there is one.

    Args:
        environment: ``NOTIFY_SOCKET`` and ``WATCHDOG_USEC`` as systemd sets them; without them nothing is said.
        now_us: Monotonic microseconds.

    Raises: ValueError, the time-out is no number.
    """

    def __init__(self, environment: Mapping[str, str], now_us: Callable[[], int]) -> None:
        self._address = environment.get("NOTIFY_SOCKET", "")
        self._every_us = int(environment.get("WATCHDOG_USEC", "0")) // PETS_A_TIMEOUT
        self._now_us = now_us
        self._due_us = 0
        self._is_ready = False

    def pet(self) -> None:
        """The loop has gone round: the first time the station is ready, then it is said some times within the
        time-out. What comes before the loop, such as reading a long outbox, is timed as the start."""
        if not self._is_ready:
            self._is_ready = True
            self._say("READY=1")
        if self._every_us and self._now_us() >= self._due_us:
            self._due_us = self._now_us() + self._every_us
            self._say("WATCHDOG=1")

    def _say(self, what: str) -> None:
        if not self._address:
            return
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line:
            line.setblocking(False)
            try:
                line.sendto(what.encode(), address)
            except OSError:
                return  # a supervisor that does not listen hears of it by what is not said

"""What the hub answers the demo: at once or not, or, at the end of the day, for as long as it takes within a bound."""

import threading
import time
from collections.abc import Callable
from typing import Any

import httpx

ASK_TIMEOUT_S = 20.0
PATIENCE_S = 240.0
"""A busy machine's hub is waited for so long, for each thing that the report wants to know."""
SAY_S = 15.0
"""How often it is said that it is waited for."""
AGAIN_S = 1.0


class NoAnswer(Exception):
    """The hub did not answer: what it was asked, and for how long."""


class HubAnswers:
    """Asks the hub.

    Args:
        url: Where it is.
        say: Called with a line on what is waited for.
        stop: Set when the demo is to end: nothing is waited for any more.
        patience_s: How long it is waited for at the end of the day.
    """

    def __init__(
        self, url: str, say: Callable[[str], None], stop: threading.Event, *, patience_s: float = PATIENCE_S
    ) -> None:
        self._url = url
        self._say = say
        self._stop = stop
        self._patience_s = patience_s

    def now(self, path: str) -> Any:
        """Ask; None if it does not answer now."""
        try:
            return self._once("GET", path, ASK_TIMEOUT_S)
        except (httpx.TransportError, httpx.HTTPStatusError, ValueError):
            return None

    def patiently(self, path: str, method: str = "GET") -> Any:
        """Ask, and ask again, until it answers. A question that is under way is waited for rather than put twice.

        Raises:
            NoAnswer: it did not in time, or the demo is to end.
        """
        began_s = time.monotonic()
        said_s = began_s
        found: list[Any] = []
        last = ["nothing came"]

        def ask() -> None:
            while not found and not self._stop.is_set() and (left_s := self._left_s(began_s)) > 0:
                try:
                    found.append(self._once(method, path, left_s))
                except (httpx.TransportError, httpx.HTTPStatusError, ValueError) as error:
                    last[0] = repr(error)
                    self._stop.wait(AGAIN_S)

        # on a thread of its own: Ctrl-C need not wait for the answer, nor the end of the process for this thread
        asking = threading.Thread(target=ask, name="asks-the-hub", daemon=True)
        asking.start()
        while asking.is_alive() and not self._stop.is_set():
            asking.join(0.1)
            now_s = time.monotonic()
            if now_s - said_s >= SAY_S:
                said_s = now_s
                self._say(f"waiting for the hub's answer to {path}: {now_s - began_s:.0f} s so far")
        if found:
            return found[0]
        waited_s = time.monotonic() - began_s
        raise NoAnswer(f"Expected the hub to answer {method} {path}, asked for {waited_s:.0f} s, got: {last[0]}.")

    def _left_s(self, began_s: float) -> float:
        return self._patience_s - (time.monotonic() - began_s)

    def _once(self, method: str, path: str, timeout_s: float) -> Any:
        answer = httpx.request(method, self._url + path, timeout=timeout_s)
        answer.raise_for_status()
        return answer.json()

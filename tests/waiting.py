"""Waiting in tests: for a condition, with a bound, never for luck."""

import time
from collections.abc import Callable


def wait_until(condition: Callable[[], object], timeout_s: float, what: str) -> None:
    """Poll until ``condition()`` is true.

    Raises:
        AssertionError: it was not within ``timeout_s``; the text says what was waited for.
    """
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"Waited {timeout_s} s in vain for: {what}.")
        time.sleep(0.005)

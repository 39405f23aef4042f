"""Waiting in tests: for a condition, with a bound, never for luck."""

import time
from collections.abc import Callable

PATIENCE = 4
"""A bound says what a machine at rest may take; one that is busy with other tests gets so many times that."""


def wait_until(condition: Callable[[], object], timeout_s: float, what: str) -> None:
    """Poll until ``condition()`` is true.

    Raises:
        AssertionError: it was not within :data:`PATIENCE` times ``timeout_s``; the text says what was waited for.
    """
    deadline = time.monotonic() + PATIENCE * timeout_s
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"Waited {PATIENCE * timeout_s} s in vain for: {what}.")
        time.sleep(0.005)

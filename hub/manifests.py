"""Closing each carrier's manifest when its cutoff has passed."""

import time
from collections.abc import Callable

import structlog
from sqlalchemy import Engine

from hub.handlers import handing_over
from hub.handlers.policy import Policy
from hub.storage.writer import Actor, Writer

PAUSE_S = 5.0
"""Whether a carrier's cutoff has passed is looked at this often."""
_log = structlog.get_logger("manifests")


class Manifests:
    """Closes the manifests that are due.

    Args:
        engine: To read with.
        writer: The writer.
        policy: The site's, with its carriers and cutoffs.
        now_us: Business time, UTC microseconds.
    """

    def __init__(self, engine: Engine, writer: Writer, policy: Policy, now_us: Callable[[], int]) -> None:
        self._engine = engine
        self._writer = writer
        self._policy = policy
        self._now_us = now_us
        self._next_s = 0.0

    def look(self) -> None:
        """Close what is due, if it is time to look again. Called by the timer."""
        if time.monotonic() < self._next_s:
            return
        self._next_s = time.monotonic() + PAUSE_S
        with self._engine.begin() as connection:
            due = handing_over.carriers_due(connection, self._policy, self._now_us())
        for carrier in due:
            self._close(carrier)

    def _close(self, carrier: str) -> None:
        actor = Actor("hub", "close manifest", carrier)
        try:
            number = self._writer.call(actor, lambda tx: handing_over.close_manifest(tx, carrier))
        except handing_over.NothingToClose:  # a person was quicker
            return
        _log.info("a manifest is closed", carrier=carrier, manifest=number)

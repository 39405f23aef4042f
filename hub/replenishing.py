"""Looks after reserve: which pick bins are to be filled up from there, and which no more.

Thread: the timer's. It reads first; the writer is asked only where something is to be lit or asked back.
"""

import time
from collections.abc import Callable

from sqlalchemy import Engine

from hub.handlers import replenish
from hub.storage import floor
from hub.storage.writer import Actor, Writer

LOOK_PAUSE_S = 1.0
"""It is looked at this often at most, and only if anything changed."""
LOOK_ANYWAY_S = 60.0
"""And so often if nothing did: a bin that was found full is tried again by the clock."""


class Replenishing:
    """Lights what pick bins need from reserve.

    Args:
        engine: Reads snapshots.
        writer: Lights it.
        now_us: Business time.
        monotonic_s: Seconds that never go back.
    """

    def __init__(
        self,
        engine: Engine,
        writer: Writer,
        *,
        site_id: int,
        now_us: Callable[[], int],
        monotonic_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine = engine
        self._writer = writer
        self._site_id = site_id
        self._now_us = now_us
        self._monotonic_s = monotonic_s
        self._looked_s = -LOOK_ANYWAY_S
        self._version = -1

    def look(self) -> None:
        """Light and ask back what is to be, if it is time to look."""
        since_s = self._monotonic_s() - self._looked_s
        if since_s < LOOK_PAUSE_S:
            return
        with self._engine.begin() as connection:
            version = floor.version(connection)
            if version == self._version and since_s < LOOK_ANYWAY_S:
                return
            found = replenish.look(connection, self._site_id, self._now_us())
        self._looked_s = self._monotonic_s()
        if found.has_work:
            self._writer.call(Actor("hub", "replenish"), replenish.review)
        self._version = version

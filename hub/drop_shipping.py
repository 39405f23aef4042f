"""Purchase orders to customers that nobody has decided on are looked at a moment after they were written."""

import time

from sqlalchemy import Engine

from hub.handlers import drop_ship
from hub.handlers.policy import Policy
from hub.handlers.proposals import WANTED
from hub.storage import drop_ships
from hub.storage.writer import Actor, Writer

PAUSE_S = 1.0
"""From one look to the next at least."""


class DropShipping:
    """Judges what was proposed, on the timer's thread.

    Args:
        engine: Of readers.
        writer: Writes what comes of it.
        policy: The site's.
    """

    def __init__(self, engine: Engine, writer: Writer, policy: Policy) -> None:
        self._engine = engine
        self._writer = writer
        self._policy = policy
        self._looked_s = float("-inf")

    def look(self) -> None:
        """Let purchase orders go, or ask a person, if there are any to be judged; not more often than the pause."""
        if time.monotonic() - self._looked_s < PAUSE_S:
            return
        self._looked_s = time.monotonic()
        with self._engine.begin() as connection:
            found = drop_ships.to_judge(connection, WANTED)
        if found:
            self._writer.call(Actor("hub", "drop ship"), lambda tx: drop_ship.judge(tx, self._policy))

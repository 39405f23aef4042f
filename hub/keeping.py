"""What ends by the clock: holds of carts at checkout, the time of lots, returns that do not come; and lanes in which
something lies that nobody waits for any more.

Thread: the timer's. It reads first; the writer is asked only where something has ended.
"""

import time
from collections.abc import Callable

from sqlalchemy import Engine

from hub.handlers import carts_at_checkout, spoiled
from hub.handlers.authorising import expire_returns
from hub.handlers.lanes import AGAIN_US
from hub.handlers.policy import Policy
from hub.handlers.put_away import clear_lanes
from hub.storage import cart_holds, lanes, lots, returns
from hub.storage.writer import Actor, Writer

HOLDS_PAUSE_S = 0.5
"""Holds are looked at this often at most: so late, and no later, are their units available again."""
LOTS_PAUSE_S = 30.0
"""Lots and returns are looked at this often at most: lots end at midnight."""
LANES_PAUSE_S = 2.0
"""Lanes are looked at this often at most: what is left there keeps a lane from what comes next."""
RETURNS_MAX = 100
"""So many returns end in one transaction."""


class Keeping:
    """Ends what is over.

    Args:
        engine: Reads snapshots.
        writer: Ends it.
        policy: The site's.
        now_us: Business time.
        monotonic_s: Seconds that never go back.
    """

    def __init__(
        self,
        engine: Engine,
        writer: Writer,
        *,
        site_id: int,
        policy: Policy,
        now_us: Callable[[], int],
        monotonic_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine = engine
        self._writer = writer
        self._site_id = site_id
        self._policy = policy
        self._now_us = now_us
        self._monotonic_s = monotonic_s
        self._holds_s = -HOLDS_PAUSE_S
        self._lots_s = -LOTS_PAUSE_S
        self._lanes_s = -LANES_PAUSE_S

    def look(self) -> None:
        """End what is over, if it is time to look."""
        now_s = self._monotonic_s()
        if now_s - self._holds_s >= HOLDS_PAUSE_S:
            with self._engine.begin() as connection:
                over = cart_holds.expired(connection, self._now_us(), 1)
            if over:
                self._writer.call(Actor("hub", "holds expire"), carts_at_checkout.expire)
            self._holds_s = now_s
        if now_s - self._lanes_s >= LANES_PAUSE_S:
            with self._engine.begin() as connection:
                lying = lanes.lying(connection, self._site_id, tried_us=self._now_us() - AGAIN_US)
            if any(one.units > one.wanted for one in lying):
                self._writer.call(Actor("hub", "lanes are cleared"), clear_lanes)
            self._lanes_s = now_s
        if now_s - self._lots_s >= LOTS_PAUSE_S:
            with self._engine.begin() as connection:
                found = lots.spoiled(connection, self._site_id, self._now_us())
            if any(not one.held or one.reserved for one in found):
                self._writer.call(Actor("hub", "lots expire"), spoiled.set_aside)
            with self._engine.begin() as connection:
                late = returns.overdue(connection, self._now_us(), 1)
            if late:
                self._writer.call(
                    Actor("hub", "returns expire"), lambda tx: expire_returns(tx, self._policy, RETURNS_MAX)
                )
            self._lots_s = now_s

"""Looks now and then whether customers have news of what they wait for, and has them written to."""

import time
from collections.abc import Callable

from sqlalchemy import Engine

from hub.handlers.backorder_letters import ORDERS_A_TIME, SKUS_A_TIME, tell_customers
from hub.handlers.policy import Policy
from hub.storage import backorders
from hub.storage.writer import Actor, Writer

PAUSE_S = 5.0
"""Customers hear of a date at most so long after it was given. What changes meanwhile is one letter."""
ROUNDS_MAX = 20
"""So many transactions in one look; what is left is the next one's."""


class BackorderNews:
    """Looks for news of one hub.

    Args:
        engine: Of readers: the writer is asked only where there is news.
        writer: Writes the letters.
        policy: The site's.
        monotonic_s: Seconds that never go back.
    """

    def __init__(
        self, engine: Engine, writer: Writer, policy: Policy, monotonic_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._engine = engine
        self._writer = writer
        self._policy = policy
        self._monotonic_s = monotonic_s
        self._not_before_s = 0.0

    def look(self) -> None:
        """Write to those who have news, if it is time."""
        if self._monotonic_s() < self._not_before_s:
            return
        self._not_before_s = self._monotonic_s() + PAUSE_S
        for _ in range(ROUNDS_MAX):
            with self._engine.begin() as connection:
                undated = backorders.lines_without_date(connection, SKUS_A_TIME)
                if not undated and not backorders.orders_untold(connection, ORDERS_A_TIME):
                    return
            self._writer.call(Actor("hub", "backorder news"), lambda tx: tell_customers(tx, self._policy))

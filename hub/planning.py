"""Planning ahead: a thread that works out the next carts from snapshots while the writer does other things."""

import threading
import time
from collections.abc import Callable

import numpy as np
import structlog
from sqlalchemy import Engine

from hub.domain.batching import after_seconds
from hub.handlers.cart_proposals import Proposals, propose, waiting_orders
from hub.handlers.policy import Policy

SEARCH_S = 0.2
"""How long one search may take, in seconds of the thread's own processor time: lights wait for the same processor."""
PAUSE_S = 2.0
"""From the end of one search to the next at least."""
LOOK_S = 30.0
"""It looks this often though nothing was committed: a wave may have opened."""
CLOSE_WAIT_S = 5.0
"""How long closing waits for the search under way."""
_log = structlog.get_logger("planning")


class Planner:
    """Keeps proposals for the next carts, and makes new ones when other orders wait.

    Args:
        engine: Reads snapshots.
        policy: The site's policies; without a floor there is nothing to plan.
        proposals: Where they are put.
        site_id: Whose orders.
        now_us: Business time.
        rng: Draws the search.
    """

    def __init__(
        self,
        engine: Engine,
        policy: Policy,
        proposals: Proposals,
        *,
        site_id: int,
        now_us: Callable[[], int],
        rng: np.random.Generator,
    ) -> None:
        self._engine = engine
        self._policy = policy
        self._proposals = proposals
        self._site_id = site_id
        self._now_us = now_us
        self._rng = rng
        self._planned: list[int] = []
        self._woken = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="planner", daemon=True)
        self.failures = 0
        """How often a plan could not be made; carts take the most urgent orders then."""

    def start(self) -> None:
        """Start the thread, if the site's files say where people walk."""
        if self._policy.floor is not None:
            self._thread.start()

    def wake(self) -> None:
        """Something was committed: other orders may wait now."""
        self._woken.set()

    def close(self) -> None:
        """Stop. May be called twice."""
        self._stop.set()
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join(CLOSE_WAIT_S)

    def plan(self) -> bool:
        """Propose the next carts, unless the orders that wait are those of the last plan; whether they were others."""
        floor = self._policy.floor
        if floor is None:
            return False
        with self._engine.begin() as connection:  # no longer: a snapshot that is kept open keeps the log from shrinking
            orders = waiting_orders(
                connection, self._policy, floor, site_id=self._site_id, now_us=self._now_us(), known=self._planned
            )
        if orders is None:
            return False
        carts = propose(self._policy, floor, orders, spent=after_seconds(SEARCH_S, time.thread_time), rng=self._rng)
        self._proposals.put(carts)
        self._planned = [order.order_id for order in orders]
        return True

    def _run(self) -> None:
        while not self._stop.is_set():
            self._woken.wait(LOOK_S)
            self._woken.clear()
            try:
                self.plan()
            except Exception:  # noqa: BLE001 - a plan that was not made costs walking; carts go on without it
                if self._stop.is_set():
                    return
                self.failures += 1
                _log.exception("the next carts were not planned; the most urgent orders go first")
                self._proposals.put([])
            self._stop.wait(PAUSE_S)

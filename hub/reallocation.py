"""Looks, now and then, whether stock that is scarce could complete more orders, and lets the writer give it so.

Thread: the timer's. While the solver thinks, nothing waits for it but the timer's other work.
"""

import time
from collections.abc import Callable, Sequence

import structlog
from sqlalchemy import Engine

from hub.domain.allocation_solver import choose_by_solver
from hub.handlers import reallocate
from hub.handlers.reallocate import Plan, Scarcity
from hub.storage.writer import Actor, Writer

PAUSE_S = 10.0
"""From one look to the next at least."""
SOLVER_S = 1.0
"""So long the solver may take for one look; then the best that it has found is taken."""
_log = structlog.get_logger("reallocation")


class Reallocation:
    """Chooses again who gets what is scarce, when something about it has changed.

    Args:
        engine: Reads snapshots.
        writer: Applies plans.
        site_id, client_ids: Whose orders: each client's for themselves, so that nobody waits for another's.
        now_us: Business time.
        monotonic_s: Seconds that never go back.
    """

    def __init__(
        self,
        engine: Engine,
        writer: Writer,
        *,
        site_id: int,
        client_ids: Sequence[int],
        now_us: Callable[[], int],
        monotonic_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine = engine
        self._writer = writer
        self._site_id = site_id
        self._client_ids = tuple(client_ids)
        self._now_us = now_us
        self._monotonic_s = monotonic_s
        self._looked_s = -PAUSE_S
        self._seen: dict[int, Scarcity] = {}

    def look(self) -> tuple[Plan, ...]:
        """Look if it is time to, and apply what was found; the plans that were applied."""
        if self._monotonic_s() - self._looked_s < PAUSE_S:
            return ()
        self._looked_s = self._monotonic_s()
        found = [self._look(client_id) for client_id in self._client_ids]
        return tuple(plan for plan in found if plan is not None)

    def _look(self, client_id: int) -> Plan | None:
        with self._engine.begin() as connection:
            scarcity = reallocate.look(connection, self._site_id, self._now_us(), client_id)
        if scarcity == self._seen.get(client_id):
            return None
        wanted = reallocate.plan(scarcity, choose_by_solver(SOLVER_S, self._monotonic_s))
        if wanted is None:
            self._seen[client_id] = scarcity
            return None
        held = self._writer.call(Actor("hub", "reallocate"), lambda tx: reallocate.apply(tx, wanted))
        if not held:
            return None  # something came in between: looked at again at the next time
        self._seen[client_id] = scarcity
        _log.info("stock given anew", completes=wanted.completes, lines=len(wanted.promised))
        return wanted

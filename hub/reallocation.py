"""Looks, now and then, whether stock that is scarce could complete more orders, and lets the writer give it so.

Thread: the timer's. While the solver thinks, nothing waits for it but the timer's other work.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import structlog
from sqlalchemy import Engine

from hub.domain.allocation_solver import choose_by_solver
from hub.handlers import reallocate
from hub.handlers.reallocate import Plan, Scarcity
from hub.storage.allocation import FIRST_TURN, Turn
from hub.storage.writer import Actor, Writer

PAUSE_S = 10.0
"""From one look to the next at least."""
SOLVER_S = 1.0
"""So long the solver may take for one look; then the best that it has found is taken."""
PAGES_MAX = 10
"""So many times :data:`hub.handlers.reallocate.ORDERS_MAX` orders are looked at, one share a look, before the first are
looked at again."""
_log = structlog.get_logger("reallocation")


@dataclass(kw_only=True)
class _Round:
    """How far a client's orders have been looked at."""

    after: list[Turn] = field(default_factory=lambda: [FIRST_TURN])
    """Behind whom each share of this round begins; the last is the next one's."""
    seen: dict[int, Scarcity] = field(default_factory=dict)
    """What was last seen of each share, by its number."""


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
        site_id: int,
        client_ids: Sequence[int],
        *,
        now_us: Callable[[], int],
        monotonic_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine = engine
        self._writer = writer
        self._site_id = site_id
        self._now_us = now_us
        self._monotonic_s = monotonic_s
        self._looked_s = -PAUSE_S
        self._rounds = {client_id: _Round() for client_id in client_ids}

    def look(self) -> tuple[Plan, ...]:
        """Look if it is time to, and apply what was found; the plans that were applied. Where more orders of a client
        lack something than are looked at together, the next look is at those behind them."""
        if self._monotonic_s() - self._looked_s < PAUSE_S:
            return ()
        self._looked_s = self._monotonic_s()
        found = [self._look(client_id, turn) for client_id, turn in self._rounds.items()]
        return tuple(plan for plan in found if plan is not None)

    def _look(self, client_id: int, turn: "_Round") -> Plan | None:
        share = len(turn.after) - 1
        with self._engine.begin() as connection:
            scarcity = reallocate.look(connection, self._site_id, self._now_us(), client_id, turn.after[-1])
        seen = scarcity == turn.seen.get(share)
        wanted = None if seen else reallocate.plan(scarcity, choose_by_solver(SOLVER_S, self._monotonic_s))
        if wanted is not None and not self._writer.call(
            Actor("hub", "reallocate"), lambda tx: reallocate.apply(tx, wanted)
        ):
            return None  # something came in between: looked at again at the next time
        turn.seen[share] = scarcity
        if scarcity.last is None or len(turn.after) == PAGES_MAX:
            turn.after = [FIRST_TURN]
        else:
            turn.after.append(scarcity.last)
        if wanted is not None:
            _log.info("stock given anew", completes=wanted.completes, lines=len(wanted.promised))
        return wanted

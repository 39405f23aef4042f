"""Out of a channel's readings: has the weight come to rest, and at what."""

from dataclasses import dataclass

from edge.logic.times import QUIET_US

CREEP_DIVISIONS = 2
"""A stable weight that steps by no more, without motion between, creeps (warmth, humidity): no hand did it."""


@dataclass(slots=True)
class Settling:
    """The weight of one channel as it comes to rest."""

    division_mg: int
    alive: bool = False
    """Whether the channel has said anything since the scale was last (re)connected."""
    weight_mg: int | None = None
    """The last stable weight; None before the first one after a (re)connection."""
    stable_since_us: int | None = None
    """Since when it is stable at this weight; None while it moves or cannot be weighed."""

    def take(self, state: str, weight_mg: int | None, now_us: int) -> int:
        """Take one reading; the creep in milligrams if that was all that happened, else 0."""
        if state == "zero_error":
            self.fail()
            return 0
        self.alive = True
        if state != "stable" or weight_mg is None:
            self.stable_since_us = None
            return 0
        before_mg, self.weight_mg = self.weight_mg, weight_mg
        if before_mg is not None and self.stable_since_us is not None:
            step_mg = weight_mg - before_mg
            if abs(step_mg) <= CREEP_DIVISIONS * self.division_mg:
                return step_mg
        self.stable_since_us = now_us
        return 0

    def fail(self) -> None:
        """The scale is gone: what it said last is history."""
        self.alive = False
        self.weight_mg = None
        self.stable_since_us = None

    def is_moving(self) -> bool:
        """Whether the scale is there and something moves on it."""
        return self.alive and self.stable_since_us is None

    def is_at_rest(self, now_us: int) -> bool:
        """Whether the weight has settled."""
        return self.stable_since_us is not None and now_us >= self.stable_since_us + QUIET_US

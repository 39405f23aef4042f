"""Out of a channel's readings: has the weight come to rest, and at what."""

from dataclasses import dataclass
from math import copysign

from edge.logic.times import QUIET_US

CREEP_DIVISIONS = 2
"""A stable weight that steps by no more creeps (warmth, humidity, a truck that passed): no hand did it."""

CREPT_DIVISIONS = 3
"""Creep is followed so far at once; from then on only as it is forgotten, see :data:`FORGET_DIVISION_US`. A slow hand
that lets a weight sink in small steps would be followed like a creep otherwise, and its pick eaten."""

MOVED_DIVISIONS = 6
"""A weight that is further from where creep was followed to has moved, and creeps from there. One between is followed
neither way: two readings may differ by as much. Units that are counted weigh more."""

FORGET_DIVISION_US = 5_000_000
"""One division of creep is forgotten in this time. Real creep is far slower. Source: OIML R 76-1:2006, section
A.4.11.1: at most half a division in 30 minutes under load; section 3.9.2.3: one division for 5 °C at the zero."""


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
    _followed_mg: int = 0
    """The weight up to which creep was followed: what a baseline stands for, but for the movements since."""
    _left_mg: int = 0
    """That of the level before the last movement. A reading that strays for once comes back to it; were the way back
    followed without the way out, baselines would wander."""
    _crept_mg: float = 0.0
    """The creep that is not forgotten yet."""
    _crept_us: int = 0

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
        if before_mg is None:
            self._followed_mg = self._left_mg = weight_mg
        if (
            before_mg is None
            or self.stable_since_us is None
            or abs(weight_mg - before_mg) > CREEP_DIVISIONS * self.division_mg
        ):
            self.stable_since_us = now_us
        return self._follow(weight_mg, now_us)

    def _follow(self, weight_mg: int, now_us: int) -> int:
        """Tell creep from movement; the creep."""
        moved_mg = MOVED_DIVISIONS * self.division_mg
        off_mg, back_mg = abs(weight_mg - self._followed_mg), abs(weight_mg - self._left_mg)
        if min(off_mg, back_mg) > moved_mg:
            self._followed_mg, self._left_mg = weight_mg, self._followed_mg
            return 0
        if back_mg < off_mg:
            self._followed_mg, self._left_mg = self._left_mg, self._followed_mg
        step_mg = weight_mg - self._followed_mg
        if abs(step_mg) > CREEP_DIVISIONS * self.division_mg or not self._creeps(step_mg, now_us):
            return 0
        self._followed_mg += step_mg
        self._left_mg += step_mg
        return step_mg

    def follow_from_here(self) -> None:
        """A baseline begins at the last stable weight."""
        if self.weight_mg is not None:
            self._followed_mg = self._left_mg = self.weight_mg

    def _creeps(self, step_mg: int, now_us: int) -> bool:
        """Whether a step is slow enough, with those before it, to be creep; it is remembered then."""
        forgotten_mg = self.division_mg * (now_us - self._crept_us) / FORGET_DIVISION_US
        left_mg = copysign(max(0.0, abs(self._crept_mg) - forgotten_mg), self._crept_mg)
        far = abs(left_mg + step_mg) > CREPT_DIVISIONS * self.division_mg
        if far and abs(left_mg + step_mg) > abs(left_mg):
            return False
        self._crept_mg, self._crept_us = left_mg + step_mg, now_us
        return True

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

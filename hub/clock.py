"""Business time: the hub's own, which the demo runs faster than the wall.

Physical time (debounce, settling, leases) is never scaled; only what the trade dates by is.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Self


@dataclass(frozen=True)
class BusinessClock:
    """Business time as a function of wall time, both UTC microseconds: ``start + (wall - wall_start) * speed``.

    A clock that runs faster than the wall does so until ``until_us``, if that is given, then as fast as the wall: who
    looks at a played day after it has ended still finds that day, not a later one.

    >>> BusinessClock(1_000, 500, 10.0).at(510), BusinessClock(1_000, 500, 10.0, 1_050).at(510)
    (1100, 1055)
    """

    start_us: int
    wall_start_us: int
    speed: float
    until_us: int | None = None

    @classmethod
    def real(cls) -> Self:
        """Business time is wall time."""
        return cls(0, 0, 1.0)

    @classmethod
    def parse(cls, text: str) -> Self:
        """A clock from ``START_US@WALL_US*SPEED``, with ``<UNTIL_US`` behind it if it slows down then. It says the same
        across restarts.

        Raises:
            ValueError: not of that form, or its time does not go on.
        """
        try:
            start, rest = text.split("@")
            wall, rest = rest.split("*")
            speed, slows, until = rest.partition("<")
            clock = cls(int(start), int(wall), float(speed), int(until) if slows else None)
            if not 0 < clock.speed < math.inf:
                raise ValueError(speed)
            return clock
        except ValueError:
            raise ValueError(
                f"Business clock: expected START_US@WALL_US*SPEED[<UNTIL_US], a speed above 0, got '{text}'."
            ) from None

    def __str__(self) -> str:
        until = "" if self.until_us is None else f"<{self.until_us}"
        return f"{self.start_us}@{self.wall_start_us}*{self.speed}{until}"

    def at(self, wall_us: int) -> int:
        """The business time of a wall time."""
        fast_us = self.start_us + round((wall_us - self.wall_start_us) * self.speed)
        if self.until_us is None or fast_us <= self.until_us or self.speed <= 1:
            return fast_us
        return self.until_us + round((fast_us - self.until_us) / self.speed)

    def now(self, wall_us: Callable[[], int]) -> Callable[[], int]:
        """A clock to pass on."""
        return lambda: self.at(wall_us())


def day_start_us(now_us: int, zone: tzinfo) -> int:
    """When the day of ``now_us`` began at a place, both UTC microseconds.

    >>> from zoneinfo import ZoneInfo
    >>> day_start_us(1_298_970_000_000_000, ZoneInfo("Europe/London")) == 1_298_937_600_000_000
    True
    """
    here = datetime.fromtimestamp(now_us // 1_000_000, zone)
    return round(here.replace(hour=0, minute=0, second=0, microsecond=0, fold=0).timestamp()) * 1_000_000

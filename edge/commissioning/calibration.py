"""Checking one scale against a known weight: its zero, its span, its division.

The indicator keeps its own calibration; what is found here says whether to trust it, and what to write in the station's
file. A scale is judged as one in use of accuracy class III is.

Source: OIML R 76-1 (2006), 3.5.1 and 3.5.2 (maximum permissible errors; twice those of the initial verification for a
scale in use).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import gcd

STEADY_US = 1_500_000
"""A weight is taken when it has been the same for so long."""
IN_USE = ((500, 1), (2_000, 2), (10_000, 3))
"""(up to so many divisions, so many divisions may it be off)."""
READINGS_KEPT = 10_000
DISTINCT_MIN = 8
"""Of so many different weights one is an odd number of divisions, but for once in a hundred times."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What was found of one scale; all in milligrams."""

    zero_mg: int
    """What it showed empty, before it was zeroed."""
    zeroed_mg: int
    """What it showed empty after that."""
    loaded_mg: int
    known_mg: int
    returned_mg: int
    """What it showed when the known weight was taken off again."""
    step_mg: int
    """The largest step that fits all its weights; its division, if they are many."""
    distinct: int
    """How many different weights it has shown."""

    @property
    def span_error_mg(self) -> int:
        """By how much the known weight was shown too heavy."""
        return self.loaded_mg - self.zeroed_mg - self.known_mg

    def faults(self, division_mg: int) -> list[str]:
        """What is wrong for a scale of this division, in words."""
        faults = []
        if self.zeroed_mg:
            faults.append(f"empty and zeroed it shows {grams(self.zeroed_mg)}: look for what touches it")
        allowed = permissible_error_mg(self.known_mg, division_mg)
        if abs(self.span_error_mg) > allowed:
            faults.append(
                f"{grams(self.known_mg)} is shown {grams(self.span_error_mg, signed=True)} off, at most"
                f" {grams(allowed)} may be: calibrate the indicator, look for what touches the bin"
            )
        if abs(self.returned_mg - self.zeroed_mg) > division_mg:
            faults.append(
                f"it does not come back to zero: {grams(self.returned_mg - self.zeroed_mg, signed=True)} when the"
                " weight was taken off"
            )
        finer = self.step_mg % division_mg != 0
        coarser = self.step_mg > division_mg and self.distinct >= DISTINCT_MIN
        if finer or coarser:
            faults.append(
                f"its {self.distinct} different weights go in steps of {grams(self.step_mg)}, the station's file says"
                f" division_mg = {division_mg}: write division_mg = {self.step_mg}, or set the indicator"
            )
        return faults


def permissible_error_mg(load_mg: int, division_mg: int) -> int:
    """By how much a scale in use may be off at this load.

    >>> [permissible_error_mg(n * 1000, 1000) for n in (500, 501, 2001, 20_000)]
    [1000, 2000, 3000, 3000]
    """
    divisions = load_mg / division_mg
    return next((allowed for most, allowed in IN_USE if divisions <= most), IN_USE[-1][1]) * division_mg


def division_of(weights_mg: Iterable[int]) -> int:
    """The largest step that fits all of these weights; 0 if they are all zero.

    >>> division_of([0, 5500, 2000, -3500])
    500
    """
    return gcd(*weights_mg)


def grams(weight_mg: int, *, signed: bool = False) -> str:
    """A weight in grams.

    >>> grams(1500), grams(-500, signed=True)
    ('1.5 g', '-0.5 g')
    """
    return f"{weight_mg / 1000:+g} g" if signed else f"{weight_mg / 1000:g} g"


class Listening:
    """What one channel says, until it has come to rest.

    Args:
        channel: Of the indicator; 0 of a scale that has one.
    """

    def __init__(self, channel: int) -> None:
        self._channel = channel
        self._weight_mg: int | None = None
        self._since_us = 0
        self.state = "silent"
        """What it said last."""
        self.weights_mg: list[int] = []
        """Every weight that it has told, at rest or not."""

    def take(self, channel: int, state: str, weight_mg: int | None, at_us: int) -> None:
        """One reading."""
        if channel != self._channel:
            return
        self.state = state
        if weight_mg is not None and len(self.weights_mg) < READINGS_KEPT:
            self.weights_mg.append(weight_mg)
        if state != "stable" or weight_mg is None:
            self._weight_mg = None
        elif weight_mg != self._weight_mg:
            self._weight_mg, self._since_us = weight_mg, at_us

    def lose(self) -> None:
        """The scale has failed: what it said last is history."""
        self._weight_mg = None
        self.state = "nothing any more"

    def at_rest_mg(self, now_us: int) -> int | None:
        """The weight that it has shown for :data:`STEADY_US`; None while there is none."""
        return self._weight_mg if self._weight_mg is not None and now_us >= self._since_us + STEADY_US else None

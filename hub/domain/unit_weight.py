"""What a unit weighs, learned from movements that were confirmed, and how well that is known.

A scalar Kalman filter on the mean weight of a unit. What is known before anything was weighed is the catalogue's word,
off by the standard deviation of a lot's mean (:data:`LOT_SHARE`). A movement of n units that weighed w says w / n, with
the variance spread² / n + scale² / n². Between movements the mean may wander, for a bin can hold several lots; a
put-away may bring a new one.

An observation far from what is known (:data:`GATE_SIGMAS`) is not believed: something else was moved, or somebody
confirmed what was not done. If :data:`DOUBTS_MAX` in a row say the same, the units have changed, or the catalogue was
wrong: then what they say is known. So one outlier moves nothing, and a new lot is believed after three movements.

Source: R. E. Kalman, "A New Approach to Linear Filtering and Prediction Problems", 1960; the gate is the usual
validation of an innovation (Y. Bar-Shalom, "Tracking and Data Association", 1988, section 2.3).
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from math import sqrt

LOT_SHARE = 0.002
"""Standard deviation of a lot's mean around the item's, as a share of it."""
WANDER = 0.1
"""From one movement to the next the mean wanders by this part of a lot's deviation: the lots of a bin are mixed."""
ERROR_LOTS_MIN = 0.2
"""What is known of one lot says no more than this part of a lot's deviation about what else lies there."""
ERROR_LOTS_MAX = 1.5
GATE_SIGMAS = 4.0
DOUBTS_MAX = 3
OFF_SHARE_MAX = 0.3
"""What is further off than this is no weight of a unit at all, however often it is said."""
CATALOGUE_WEIGHTS_KEPT = 50_000
"""Of so many weights it is remembered what is known before one was weighed: every bin of a bay asks for it."""
READINGS_DIVISIONS2 = 2 * (1 / 12 + 0.5**2)
"""Variance of a change of weight by the scale alone, in divisions squared."""


@dataclass(frozen=True, kw_only=True)
class UnitWeight:
    """The mean weight of a unit, as far as it is known."""

    unit_mg: float
    error_mg: float
    """Standard deviation of ``unit_mg``."""
    doubts: int = 0
    """So many observations in a row were not believed, and agree with one another ..."""
    doubt_mg: float = 0.0
    """... on this."""


@dataclass(frozen=True, kw_only=True)
class Movement:
    """A confirmed movement, and what it weighed. Both are positive."""

    units: int
    weight_mg: int
    spread_mg: int
    """Standard deviation from unit to unit."""
    division_mg: int
    """The scale's division."""
    new_lot: bool = False
    """Whether it was put in: it may be of a new lot."""

    @property
    def unit_mg(self) -> float:
        """What one unit of it weighed."""
        return self.weight_mg / self.units

    @property
    def variance_mg2(self) -> float:
        """Of that, as the weight of one unit of its lot's mean."""
        scale_mg2 = READINGS_DIVISIONS2 * self.division_mg**2
        return self.spread_mg**2 / self.units + scale_mg2 / self.units**2


@lru_cache(maxsize=CATALOGUE_WEIGHTS_KEPT)
def from_catalogue(unit_mg: int) -> UnitWeight:
    """What is known of a unit's weight before any was weighed here.

    >>> from_catalogue(100_000)
    UnitWeight(unit_mg=100000, error_mg=200.0, doubts=0, doubt_mg=0.0)
    """
    return UnitWeight(unit_mg=unit_mg, error_mg=LOT_SHARE * unit_mg)


def observe(known: UnitWeight, moved: Movement) -> UnitWeight:
    """What is known after one more confirmed movement."""
    assert moved.units > 0 and moved.weight_mg > 0, "only what was really moved has a weight"
    lot_mg = LOT_SHARE * known.unit_mg
    wandered = lot_mg if moved.new_lot else WANDER * lot_mg
    variance = min(known.error_mg**2 + wandered**2, (ERROR_LOTS_MAX * lot_mg) ** 2)
    off_mg = moved.unit_mg - known.unit_mg
    if abs(off_mg) > OFF_SHARE_MAX * known.unit_mg:
        return replace(known, doubts=0, doubt_mg=0.0)
    if off_mg**2 > GATE_SIGMAS**2 * (variance + moved.variance_mg2):
        return _doubt(known, moved, lot_mg)
    gain = variance / (variance + moved.variance_mg2)
    error_mg = sqrt(variance * (1 - gain))
    return UnitWeight(unit_mg=known.unit_mg + gain * off_mg, error_mg=max(error_mg, ERROR_LOTS_MIN * lot_mg))


def _doubt(known: UnitWeight, moved: Movement, lot_mg: float) -> UnitWeight:
    """An observation that is not believed: remembered, and believed when others have said the same."""
    agree_mg = GATE_SIGMAS * sqrt(2 * moved.variance_mg2 + lot_mg**2)
    agrees = known.doubts > 0 and abs(moved.unit_mg - known.doubt_mg) <= agree_mg
    doubts = known.doubts + 1 if agrees else 1
    doubt_mg = (known.doubt_mg * known.doubts + moved.unit_mg) / doubts if agrees else moved.unit_mg
    if doubts < DOUBTS_MAX:
        return replace(known, doubts=doubts, doubt_mg=doubt_mg)
    return UnitWeight(unit_mg=doubt_mg, error_mg=sqrt(lot_mg**2 + moved.variance_mg2 / doubts))

"""Counting by weight: from a weight to a number of units, how probable it is, and up to where one unit is certain.

The weight of ``n`` units, as a scale shows it, is taken to be normal:

    mean(n)  = n m
    sigma²(n) = (n e)² + n s² + c²
    e² = (mean error)² + (SPAN m)²        what is not known of the mean unit weight: it is the same for every unit,
                                          so it grows with n: a lot that is heavier as a whole, a scale's span
    s                                     spread from unit to unit: independent, so it grows with the root of n
    c² = 2 (d²/12 + q²)                   two readings, each rounded to a division d, each with noise q

``m`` is the mean weight of a unit. The probability of n units, given a weight w and no opinion beforehand, is

    P(n | w) = N(w; n m, sigma(n)) / sum over k of N(w; k m, sigma(k))

A count is *certain* if its probability is at least 1 - :data:`WRONG_MAX`, and the weight lies within :data:`FIT_SIGMAS`
of it: a weight that is far from every whole number is something else (a foreign object, another item), however much
nearer it is to one number than to the next. The largest count that is certain in all but one measurement of a hundred
(:func:`certain_up_to`) is where sigma(n) = m / :data:`SIGMAS_APART`.

Source: JCGM 100:2008 (GUM), sections 4.3.7 (rounding: a rectangular distribution, d²/12), 5.1.2 (independent
contributions add as squares) and 5.2 (what is common to all units adds linearly); Bayes' rule for the probability.
"""

from dataclasses import dataclass
from math import exp, inf, log, sqrt
from typing import NamedTuple

WRONG_MAX = 1e-6
"""A count is certain if it is wrong at most this often: a floor of 100,000 movements a day errs once in ten days at
worst, and far less in fact, for most counts lie nowhere near the bound."""

FIT_SIGMAS = 4.5
"""A weight further than this from a whole number of units is none: true ones are in 7 cases of a million."""

NOISE_DIVISIONS = 0.5
"""Standard deviation of a reading that an indicator calls stable, beyond rounding, in divisions."""

SPAN_SHARE = 2e-4
"""Standard deviation of a scale's span between two calibrations, as a share of the load. Source: OIML R 76-1:2006,
table 6: class III at 3000 divisions may be 1.5 divisions off (5e-4 of full load), taken as 2.5 sigma."""

TYPICAL_SIGMAS = 2.576
"""99 of 100 measurements lie within this of their mean (normal quantile of 0.995)."""

SIGMAS_APART = TYPICAL_SIGMAS + sqrt(TYPICAL_SIGMAS**2 + 2 * log(2 / WRONG_MAX))
"""How many sigma a unit must weigh for a typical measurement to be certain: solves (x² - 2 x z) / 2 = ln(2 / wrong)
for x, with z = :data:`TYPICAL_SIGMAS`; both neighbours are allowed for."""

NEIGHBOURS_MAX = 40
"""So many other counts on each side are weighed against one another; where more could be meant, none is probable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighing:
    """How well a scale can count an item."""

    unit_mg: float
    """Mean weight of one unit; positive."""
    spread_mg: float
    """Standard deviation from unit to unit."""
    mean_error_mg: float
    """Standard deviation of ``unit_mg`` itself: how far a lot's mean may be from it."""
    division_mg: float
    """Division of the scale; positive."""
    noise_mg: float
    """Standard deviation of one stable reading, beyond rounding."""

    def sigma_mg(self, units: int) -> float:
        """Standard deviation of the weight of so many units, as the scale shows it."""
        mean2, spread2, scale2 = self.squares_mg2()
        return sqrt(units * units * mean2 + abs(units) * spread2 + scale2)

    def squares_mg2(self) -> tuple[float, float, float]:
        """e², s² and c² of the model."""
        mean2 = self.mean_error_mg**2 + (SPAN_SHARE * self.unit_mg) ** 2
        return mean2, self.spread_mg**2, 2 * (self.division_mg**2 / 12 + self.noise_mg**2)


class Count(NamedTuple):
    """A weight as a number of units."""

    units: int
    """The most probable number; signed as the weight."""
    probability: float
    """That it is this one and no other number of units."""
    fits: bool
    """Whether the weight is that of a whole number of units at all."""

    @property
    def certain(self) -> bool:
        """Whether the count may be relied upon without asking anybody."""
        return self.fits and self.probability >= 1 - WRONG_MAX


def nearest_units(weight_mg: int, unit_mg: int) -> int:
    """Weight divided by unit weight, to the nearest whole number, halves away from zero.

    >>> [nearest_units(w, 100) for w in (-151, -150, -49, 49, 50)]
    [-2, -2, 0, 0, 1]
    """
    units = (2 * abs(weight_mg) + unit_mg) // (2 * unit_mg)
    return units if weight_mg >= 0 else -units


def count_units(weight_mg: int, weighing: Weighing) -> Count:
    """The number of units of a weight, or of a change of weight.

    >>> pens = Weighing(unit_mg=10_000, spread_mg=100, mean_error_mg=0, division_mg=1_000, noise_mg=500)
    >>> count_units(-50_000, pens).units, count_units(-50_000, pens).certain
    (-5, True)
    >>> count_units(-54_500, pens).certain
    False
    """
    unit_mg = weighing.unit_mg
    mean2, spread2, scale2 = weighing.squares_mg2()
    nearest = nearest_units(weight_mg, max(1, round(unit_mg)))
    reach = min(NEIGHBOURS_MAX, 1 + int(6 * weighing.sigma_mg(nearest) / unit_mg))
    best, best_log, logs = nearest, -inf, []
    for n in range(nearest - reach, nearest + reach + 1):
        variance = n * n * mean2 + abs(n) * spread2 + scale2
        value = -((weight_mg - n * unit_mg) ** 2 / variance + log(variance)) / 2
        logs.append(value)
        if value > best_log:
            best, best_log = n, value
    probability = 1 / sum(exp(value - best_log) for value in logs)
    off_mg = abs(weight_mg - best * unit_mg)
    return Count(best, probability, off_mg <= FIT_SIGMAS * weighing.sigma_mg(best))


def tells_apart(weighing: Weighing, units: int) -> bool:
    """Whether a typical weight of so many units is certain: 99 measurements of 100 are.

    >>> pens = Weighing(unit_mg=10_000, spread_mg=100, mean_error_mg=0, division_mg=1_000, noise_mg=500)
    >>> tells_apart(pens, 10), tells_apart(pens, 1_000)
    (True, False)
    """
    return SIGMAS_APART * weighing.sigma_mg(max(1, abs(units))) <= weighing.unit_mg


def certain_up_to(weighing: Weighing) -> int:
    """The largest count at which one unit is still certain; 0 if not even one unit is.

    The positive root of (n e)² + n s² + c² = (m / SIGMAS_APART)², rounded down. As the span of no scale is exact,
    there is always one.

    >>> certain_up_to(Weighing(unit_mg=60_000, spread_mg=600, mean_error_mg=0, division_mg=1_000, noise_mg=500))
    128
    >>> certain_up_to(Weighing(unit_mg=60_000, spread_mg=600, mean_error_mg=120, division_mg=1_000, noise_mg=500))
    46
    """
    if not tells_apart(weighing, 1):
        return 0
    mean2, spread2, scale2 = weighing.squares_mg2()
    left2 = (weighing.unit_mg / SIGMAS_APART) ** 2 - scale2
    return int((sqrt((spread2 / 2) ** 2 + mean2 * left2) - spread2 / 2) / mean2)

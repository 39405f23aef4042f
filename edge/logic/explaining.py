"""One platform under several bins: which of them explain a change of its weight, and how probable that is.

What may have happened is a short list, not every sum that fits. It begins with what is known to have been done (the
confirmations) and what may be under way (a light that a hand may have begun to answer), and allows one mistake:

    no mistake      what was claimed, and of up to two lit tasks any part
    another number  one bin, lit or dark, with another number than that; of one lit task any part
    another bin     so many of the claimed units came out of (or went into) another bin instead; likewise
    elsewhere       only if what was claimed does not fit: none of one bin's claimed units, and any number in another

The weight of an explanation is normal (:mod:`edge.logic.counting`): its parts add up, spreads and mean errors as
squares, the scale's span as it stands. An explanation with a mistake is taken to be :data:`MISTAKE_SHARE` times as
probable beforehand as one without; none is preferred otherwise. A bin's change is *certain* if all the explanations
together in which it is another number have a probability of at most :data:`~edge.logic.counting.WRONG_MAX`: another
bin may be in doubt meanwhile.

What no weight shows, and this does not count: two mistakes at once that outweigh each other, and units that went from
one bin of the platform into another.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import exp, log, sqrt

from edge.logic.counting import FIT_SIGMAS, NEIGHBOURS_MAX, SPAN_SHARE, WRONG_MAX, Weighing

LOOKED_AT_SIGMAS = 7.0
"""Explanations further off than this are left out: three of them together are not one in a hundred thousand million."""

SOME_NUMBERS = 7
"""Of the numbers of one bin that a weight leaves possible, so many are looked at between the least and the most."""

BEGUN_UNITS_MAX = 200
"""If more units than this may be under way at once, nothing is certain until some of them are confirmed."""

LOOKED_AT_MAX = 4_000
"""Of mistakes beside work under way, so many are looked at (numbers under way, times bins, times claims): a tenth of a
second on an x86 core. Where more are possible it is as with too many units."""

MISTAKE_SHARE = 0.01
"""How probable a mistake is before anything is weighed: people make fewer in a hundred picks, of all kinds together."""

LOG_LEFT_OUT = 40.0
"""An explanation that is less probable than the best by this power of e counts for nothing."""

Units = tuple[int, ...]
"""An explanation: the change of each bin in units, in the order of the bins."""


@dataclass(frozen=True, kw_only=True)
class Explained:
    """A change of weight, explained as well as it can be."""

    changes: Mapping[str, int]
    """The most probable change of each bin, in units."""
    certain: frozenset[str]
    """Bins of which that is certain."""
    fits: bool
    """Whether any explanation has this weight."""
    claim_fits: bool
    """Whether what was claimed alone has."""
    may_be_begun: bool
    """Whether what was claimed has, with a part of what is lit and no mistake: the hand may still be at work."""
    suspects: frozenset[str]
    """Bins that changed otherwise than was claimed, in any explanation of this weight."""


@dataclass(frozen=True)
class _Platform:
    """The bins in their order, with what was claimed and asked of each."""

    change_mg: int
    weighings: tuple[Weighing, ...]
    claimed: Units
    begun: Units
    """The change that a lit task asks for; any part of it may be done."""

    def mean_mg(self, units: Units) -> float:
        return sum(n * w.unit_mg for n, w in zip(units, self.weighings, strict=True))

    def sigma_mg(self, units: Units) -> float:
        """Standard deviation of the weight of a change of several bins."""
        first = self.weighings[0]
        variance = 2 * (first.division_mg**2 / 12 + first.noise_mg**2)
        span_mg = 0.0
        for n, w in zip(units, self.weighings, strict=True):
            if n:
                variance += (n * w.mean_error_mg) ** 2 + abs(n) * w.spread_mg**2
                span_mg += n * w.unit_mg
        return sqrt(variance + (SPAN_SHARE * span_mg) ** 2)

    def off(self, units: Units) -> tuple[float, float]:
        """By how many sigma the change is another than this, and sigma."""
        sigma_mg = self.sigma_mg(units)
        return abs(self.change_mg - self.mean_mg(units)) / sigma_mg, sigma_mg


def explain(
    change_mg: int, weighings: Mapping[str, Weighing], claimed: Mapping[str, int], begun: Mapping[str, int]
) -> Explained:
    """Explain a platform's change of weight.

    Args:
        change_mg: By how much it has changed.
        weighings: Its bins and how well it counts what lies in each; at least one.
        claimed: The change of each bin that was confirmed, in units; bins without are not named.
        begun: The change that each lit task asks for, likewise.

    >>> mugs = Weighing(unit_mg=300_000, spread_mg=2_000, mean_error_mg=0, division_mg=5_000, noise_mg=2_500)
    >>> tins = Weighing(unit_mg=410_000, spread_mg=2_000, mean_error_mg=0, division_mg=5_000, noise_mg=2_500)
    >>> told = explain(-1_010_000, {"mugs": mugs, "tins": tins}, {"mugs": -2, "tins": -1}, {})
    >>> told.changes, sorted(told.certain)
    ({'mugs': -2, 'tins': -1}, ['mugs', 'tins'])
    >>> sorted(explain(-300_000, {"mugs": mugs, "cups": mugs}, {"mugs": -1}, {}).suspects)  # either may be lighter
    ['cups', 'mugs']
    """
    names = tuple(weighings)
    platform = _Platform(
        change_mg,
        tuple(weighings.values()),
        tuple(claimed.get(name, 0) for name in names),
        tuple(begun.get(name, 0) for name in names),
    )
    under_way = sum(abs(asked) for asked in platform.begun)
    claims = sum(1 for units in platform.claimed if units)
    too_many = under_way > BEGUN_UNITS_MAX or (1 + under_way) * len(names) * (1 + claims) > LOOKED_AT_MAX
    without = set(_without_mistake(platform)) if not too_many else {platform.claimed}
    found = {*without, *_with_mistake(platform, too_many=too_many)}
    if platform.off(platform.claimed)[0] > FIT_SIGMAS:
        found |= set(_elsewhere(platform))
    offs = {units: platform.off(units) for units in found}
    fitting = {units for units, (off, _) in offs.items() if off <= FIT_SIGMAS}
    changes, certain = _by_bin(len(names), offs, without)
    fits = bool(fitting)
    return Explained(
        changes=dict(zip(names, changes, strict=True)),
        certain=frozenset(names[at] for at in certain) if fits and not too_many else frozenset(),
        fits=fits,
        claim_fits=platform.claimed in fitting,
        may_be_begun=too_many or any(units != platform.claimed and units in without for units in fitting),
        suspects=frozenset(
            name for at, name in enumerate(names) if any(units[at] != platform.claimed[at] for units in fitting)
        ),
    )


def _by_bin(
    bins: int, offs: Mapping[Units, tuple[float, float]], without_mistake: set[Units]
) -> tuple[Units, list[int]]:
    """The most probable change of each bin, and the places of those that are certain."""
    logs = {}
    for units, (off, sigma_mg) in offs.items():
        share = 1.0 if units in without_mistake else MISTAKE_SHARE
        logs[units] = log(share / sigma_mg) - off**2 / 2
    best_log = max(logs.values())
    weights = {units: exp(value - best_log) for units, value in logs.items() if value > best_log - LOG_LEFT_OUT}
    total = sum(weights.values())
    changes, certain = [], []
    for at in range(bins):
        of_number: defaultdict[int, float] = defaultdict(float)
        for units, weight in weights.items():
            of_number[units[at]] += weight
        likeliest = max(of_number, key=of_number.__getitem__)
        changes.append(likeliest)
        if sum(weight for number, weight in of_number.items() if number != likeliest) <= WRONG_MAX * total:
            certain.append(at)
    return tuple(changes), certain


def _without_mistake(platform: _Platform) -> Iterator[Units]:
    """What was claimed, and any part of up to two lit tasks: hands are few."""
    yield platform.claimed
    for one in _with_one_begun(platform):
        yield one
        for at in _lit(platform):
            if one[at] == platform.claimed[at]:
                for units in _solved(platform, one, at):
                    if _is_part(units[at] - platform.claimed[at], platform.begun[at]):
                        yield units


def _with_mistake(platform: _Platform, *, too_many: bool) -> Iterator[Units]:
    begun = [platform.claimed] if too_many else [platform.claimed, *_with_one_begun(platform)]
    for base in begun:
        for at in range(len(base)):
            yield from _solved(platform, base, at)
        for at, claimed in enumerate(platform.claimed):
            if claimed:
                for other in range(len(base)):
                    if other != at:
                        yield from _exchanged(platform, base, at, other)


def _elsewhere(platform: _Platform) -> Iterator[Units]:
    for at, claimed in enumerate(platform.claimed):
        if claimed:
            base = _with(platform.claimed, at, 0)
            for other in range(len(base)):
                if other != at:
                    yield from _solved(platform, base, other)


def _with_one_begun(platform: _Platform) -> Iterator[Units]:
    for at in _lit(platform):
        asked = platform.begun[at]
        for part in range(1, abs(asked) + 1):
            yield _with(platform.claimed, at, platform.claimed[at] + (part if asked > 0 else -part))


def _lit(platform: _Platform) -> list[int]:
    return [at for at, asked in enumerate(platform.begun) if asked]


def _solved(platform: _Platform, base: Units, at: int) -> Iterator[Units]:
    """The same but for one bin, of which as many have moved as the weight leaves for it."""
    unit_mg = platform.weighings[at].unit_mg
    rest_mg = platform.change_mg - platform.mean_mg(base) + base[at] * unit_mg
    yield from _around(platform, rest_mg / unit_mg, unit_mg, lambda n: _with(base, at, n))


def _exchanged(platform: _Platform, base: Units, at: int, other: int) -> Iterator[Units]:
    """The same but for some of the units claimed of one bin, which were another one's."""
    claimed = platform.claimed[at]
    apart_mg = platform.weighings[other].unit_mg - platform.weighings[at].unit_mg
    rest_mg = platform.change_mg - platform.mean_mg(base)

    def exchanged(n: int) -> Units:
        return _with(_with(base, at, base[at] - n), other, base[other] + n)

    if apart_mg == 0:
        yield from map(exchanged, _some(range(1, claimed + 1) if claimed > 0 else range(-1, claimed - 1, -1)))
        return
    reach_mg = LOOKED_AT_SIGMAS * platform.sigma_mg(exchanged(claimed))
    middle, reach = rest_mg / apart_mg, reach_mg / abs(apart_mg) + 1
    low, high = min(claimed, 0), max(claimed, 0)
    for n in _some(range(max(low, int(middle - reach)), min(high, int(middle + reach) + 1) + 1)):
        if n:
            yield exchanged(n)


def _around(platform: _Platform, middle: float, unit_mg: float, made: Callable[[int], Units]) -> Iterator[Units]:
    """Explanations with each number near the one that fits best."""
    nearest = round(middle)
    reach = 1 + int(LOOKED_AT_SIGMAS * platform.sigma_mg(made(nearest)) / unit_mg)
    least = nearest - min(NEIGHBOURS_MAX, reach)
    for n in {*_some(range(least, 2 * nearest - least + 1)), nearest - 1, nearest, nearest + 1}:
        yield made(n)


def _some(numbers: range) -> Iterator[int]:
    """The two at each end, and a few between: where so many are possible none is certain, and they stand for all."""
    step = max(1, len(numbers) // SOME_NUMBERS)
    middle = numbers[::step]
    yield from sorted({*numbers[:2], *numbers[-2:], *middle})


def _with(units: Units, at: int, number: int) -> Units:
    return (*units[:at], number, *units[at + 1 :])


def _is_part(part: int, whole: int) -> bool:
    """Whether a change is some or all of another."""
    return part * whole > 0 and abs(part) <= abs(whole)

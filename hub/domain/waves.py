"""Waves: which departure of a carrier an order is for, and from when it may be picked.

An order belongs to the first departure of its service whose last moment for orders had not passed when it came. That
never changes, so an order that missed its departure is late and is released at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo

DAYS_AHEAD_MAX = 8
"""A wave that leaves on one day of the week does so within these."""


@dataclass(frozen=True, kw_only=True)
class Wave:
    """What leaves together. Times are local; weekdays count from Monday, 0."""

    name: str
    services: tuple[str, ...]
    """None: those that no other wave names."""
    release: time
    orders_until: time
    leaves: time
    weekdays: frozenset[int]


@dataclass(frozen=True, order=True, kw_only=True)
class Departure:
    """A wave of one day, UTC microseconds."""

    leaves_us: int
    release_us: int
    wave: str


def departure_of(waves: Sequence[Wave], service: str, received_us: int, zone: tzinfo) -> Departure | None:
    """The departure that an order is for; None if no wave takes its service: it need not wait.

    >>> four = Wave(name="post", services=(), release=time(13), orders_until=time(14), leaves=time(16),
    ...             weekdays=frozenset({0, 1, 2, 3, 4}))
    >>> noon_on_a_friday = round(datetime(2011, 3, 4, 12, tzinfo=UTC).timestamp()) * 1_000_000
    >>> late = noon_on_a_friday + 3 * 3_600_000_000
    >>> [f"{datetime.fromtimestamp(departure_of([four], 'Post', us, UTC).leaves_us / 1e6, UTC):%A %H:%M}"
    ...  for us in (noon_on_a_friday, late)]
    ['Friday 16:00', 'Monday 16:00']
    """
    named = {name for wave in waves for name in wave.services}
    taking = [wave for wave in waves if service in wave.services or (not wave.services and service not in named)]
    received = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=received_us)
    today = received.astimezone(zone).date()
    found = []
    for wave in taking:
        for ahead in range(DAYS_AHEAD_MAX):
            day = today + timedelta(days=ahead)
            if day.weekday() not in wave.weekdays:
                continue
            if received <= datetime.combine(day, wave.orders_until, zone):
                leaves, release = (_us(datetime.combine(day, at, zone)) for at in (wave.leaves, wave.release))
                found.append(Departure(leaves_us=leaves, release_us=release, wave=wave.name))
                break
    return min(found, default=None)


def _us(at: datetime) -> int:
    return (at.astimezone(UTC) - datetime.fromtimestamp(0, UTC)) // timedelta(microseconds=1)

"""On time and perfect: when an order had to leave, and whether it did, whole and in one go."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from hub.domain.business_day import day_of
from hub.domain.lead_time import WEEKEND


@dataclass(frozen=True, kw_only=True)
class Served:
    """When an order was placed and left (UTC microseconds); None: it has not, or not all of it."""

    ref: str
    placed_us: int
    ship_by_us: int | None
    """Until when it was promised to leave; None: nothing was said."""
    shipped_us: int | None
    first_parcel_us: int | None
    last_parcel_us: int | None
    whole_at_once: bool | None
    """Whether stock stood for all of it when it came; None: it was not kept then."""


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What became of an order that has left, or had to have left by now."""

    placed_us: int
    on_time: bool
    perfect: bool | None
    """None: it is not known whether stock stood for all of it."""


def due_us(placed_us: int, zone: tzinfo) -> int:
    """Until when an order is on time: the end of the next working day (Monday to Friday), both UTC microseconds.

    >>> from datetime import UTC
    >>> friday = round(datetime(2011, 3, 4, 10, tzinfo=UTC).timestamp()) * 1_000_000
    >>> datetime.fromtimestamp(due_us(friday, UTC) // 1_000_000, UTC).strftime("%A %H:%M")
    'Tuesday 00:00'
    """
    day = datetime.fromtimestamp(placed_us // 1_000_000, zone).date() + timedelta(days=1)
    while day.weekday() in WEEKEND:
        day += timedelta(days=1)
    end = day + timedelta(days=1)
    return round(datetime(end.year, end.month, end.day, tzinfo=zone).timestamp()) * 1_000_000


def judged(served: Iterable[Served], zone: tzinfo, now_us: int) -> Iterator[Judged]:
    """The orders that have left whole, or had to have left by ``now_us``; one that may still wait is not judged.

    On time: it left whole until it was promised to, or by :func:`due_us`. Perfect: besides, stock stood for all of it
    when it came, and its parcels left on one day.

    Source: SCOR, metric RL.1.1 Perfect Order Fulfillment (on time, complete), as far as a warehouse sees it.
    """
    due: dict[int, int] = {}  # the orders of one day are due together: a year's are reckoned day by day
    for one in served:
        day = day_of(one.placed_us, zone)
        if day not in due:
            due[day] = due_us(one.placed_us, zone)
        until_us = due[day] if one.ship_by_us is None else one.ship_by_us
        if one.shipped_us is None and until_us > now_us:
            continue
        on_time = one.shipped_us is not None and one.shipped_us <= until_us
        together = (
            one.first_parcel_us is not None
            and one.last_parcel_us is not None
            and day_of(one.first_parcel_us, zone) == day_of(one.last_parcel_us, zone)
        )
        perfect = None if one.whole_at_once is None else on_time and one.whole_at_once and together
        yield Judged(placed_us=one.placed_us, on_time=on_time, perfect=perfect)

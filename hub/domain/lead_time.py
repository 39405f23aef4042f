"""When a supplier delivers: lead times are hours of working days, and what is ordered late counts as the next day's.

A working day is Monday to Friday, 09:00 to 17:00 local time. Public holidays are not known here.
"""

from datetime import UTC, datetime, time, timedelta, tzinfo

OPENS = time(9)
CLOSES = time(17)
"""Eight business hours make a day."""
WEEKEND = (5, 6)
"""Saturday and Sunday."""


def delivery_us(ordered_us: int, *, lead_us: int, cutoff: time | None, zone: tzinfo) -> int:
    """When an order comes, both UTC microseconds.

    Args:
        lead_us: From order to delivery in microseconds of business hours.
        cutoff: Local time; what is ordered later counts from the opening of the next working day. None: there is none.
        zone: Where the supplier's clock hangs.

    >>> ten_on_a_friday = round(datetime(2011, 3, 4, 10, tzinfo=UTC).timestamp()) * 1_000_000
    >>> due_us = delivery_us(ten_on_a_friday, lead_us=9 * 3_600_000_000, cutoff=time(12), zone=UTC)
    >>> datetime.fromtimestamp(due_us / 1e6, UTC).strftime("%A %H:%M")
    'Monday 11:00'
    """
    # working hours are far from the hours that summer time doubles or leaves out: reckoned as the clock on the wall
    at = (datetime.fromtimestamp(0, UTC) + timedelta(microseconds=ordered_us)).astimezone(zone).replace(tzinfo=None)
    if at.weekday() in WEEKEND or (cutoff is not None and at.time() > cutoff):
        at = _next_opening(at)
    at = max(at, datetime.combine(at, OPENS))
    left = timedelta(microseconds=lead_us)
    while left > (today := max(datetime.combine(at, CLOSES) - at, timedelta())):
        left -= today
        at = _next_opening(at)
    due = (at + left).replace(tzinfo=zone).astimezone(UTC)
    return (due - datetime.fromtimestamp(0, UTC)) // timedelta(microseconds=1)


def _next_opening(at: datetime) -> datetime:
    """When the next working day begins."""
    day = at.date() + timedelta(days=1)
    while day.weekday() in WEEKEND:
        day += timedelta(days=1)
    return datetime.combine(day, OPENS)

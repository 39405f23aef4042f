"""The business day: the local calendar day of a site, as a number that can be counted with."""

from datetime import UTC, date, datetime, timedelta, tzinfo

EPOCH = date(1970, 1, 1)
_START = datetime(1970, 1, 1, tzinfo=UTC)


def day_of(at_us: int, zone: tzinfo) -> int:
    """The local day of a time (UTC microseconds): days since 1970-01-01.

    >>> day_of(86_400_000_000, UTC)
    1
    """
    return ((_START + timedelta(microseconds=at_us)).astimezone(zone).date() - EPOCH).days


def starts_us(day: int, zone: tzinfo) -> int:
    """When a local day begins, UTC microseconds. A day lasts until the next one begins: 23 to 25 hours.

    >>> starts_us(1, UTC)
    86400000000
    """
    midnight = datetime.combine(date_of(day), datetime.min.time(), zone)
    return (midnight.astimezone(UTC) - _START) // timedelta(microseconds=1)


def date_of(day: int) -> date:
    """The date of a day's number.

    >>> date_of(15_034).isoformat()
    '2011-03-01'
    """
    return EPOCH + timedelta(days=day)

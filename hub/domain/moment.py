"""A moment as other programs read it."""

from datetime import UTC, datetime, timedelta


def rfc3339(time_us: int) -> str:
    """A time (UTC microseconds) as RFC 3339 has it.

    >>> rfc3339(1_298_973_600_000_000)
    '2011-03-01T10:00:00+00:00'
    """
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=time_us)).isoformat()

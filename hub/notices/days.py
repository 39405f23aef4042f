"""Days as letters and documents name them."""

from datetime import UTC, datetime, timedelta, tzinfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def day_words(at_us: int, zone: tzinfo) -> str:
    """A day of the week and its date.

    >>> day_words(1_298_970_000_000_000, UTC)
    'Tuesday 1 March 2011'
    """
    day = (EPOCH + timedelta(microseconds=at_us)).astimezone(zone)
    return f"{day:%A} {day.day} {day:%B %Y}"

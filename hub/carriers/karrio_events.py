"""What karrio says of a parcel's way, as events of ours.

karrio's events have no ids of their own: one is made of what an event says, so that the same event is the same again.
"""

from datetime import UTC, datetime
from hashlib import sha256

import msgspec

from hub.carriers.interface import Status, TrackedEvent

STATUS: dict[str, Status] = {
    "picked_up": "collected",
    "in_transit": "in_transit",
    "on_hold": "in_transit",
    "delivery_delayed": "in_transit",
    "ready_for_pickup": "in_transit",
    "out_for_delivery": "out_for_delivery",
    "delivered": "delivered",
    "delivery_failed": "failed",
    "return_to_sender": "returned",
}
"""karrio's words that say how far a parcel is; of the others (pending, unknown, cancelled) we have none."""
TIMES = ("%H:%M:%S", "%H:%M", "%I:%M %p")
"""As carriers behind karrio write the time of day."""
ID_CHARS = 24


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One event."""

    date: str | None = None
    time: str | None = None
    timestamp: str | None = None
    status: str | None = None
    code: str | None = None
    description: str | None = None
    location: str | None = None


class Tracker(msgspec.Struct, frozen=True, kw_only=True):
    """What we read of a tracker."""

    tracking_number: str
    events: tuple[Event, ...] | None = None


def events_of(tracker: Tracker, tracking: str) -> tuple[TrackedEvent, ...]:
    """The events that say how far a parcel is, the first first. One without a day is left out: it cannot be placed."""
    found = []
    for event in tracker.events or ():
        status, at = STATUS.get(event.status or ""), _at(event)
        if status is None or at is None:
            continue
        told = "\x1f".join((tracking, at, status, event.code or "", event.location or "", event.description or ""))
        found.append(
            TrackedEvent(
                event=f"{tracking}-{sha256(told.encode()).hexdigest()[:ID_CHARS]}",
                tracking=tracking,
                status=status,
                at=at,
                place=event.location or "",
                detail=event.description or "",
            )
        )
    return tuple(sorted(found, key=lambda one: one.at))


def _at(event: Event) -> str | None:
    """When it was, as RFC 3339 has it; times without a zone are taken for UTC.

    >>> _at(Event(date="2026-11-28", time="02:05 PM"))
    '2026-11-28T14:05:00+00:00'
    """
    if event.timestamp:
        at = _parsed(event.timestamp)
        if at is not None:
            return at.isoformat()
    day = _parsed(event.date or "")
    if day is None:
        return None
    for form in TIMES:
        try:
            clock = datetime.strptime((event.time or "").strip(), form).replace(tzinfo=UTC)
        except ValueError:
            continue
        return day.replace(hour=clock.hour, minute=clock.minute, second=clock.second).isoformat()
    return day.isoformat()


def _parsed(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)

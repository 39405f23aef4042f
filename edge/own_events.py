"""Reading back what this station, or an older or newer version of it, has recorded."""

import msgspec
import structlog

from edge.contract.codec import BadMessage, decode_event
from edge.contract.events import Event

_log = structlog.get_logger("agent")


def event_of(raw: msgspec.Raw) -> Event | None:
    """An event of our own outbox; one that a newer version wrote and this one does not know is left alone."""
    try:
        return decode_event(raw)
    except BadMessage as error:
        _log.warning("event of another version left alone", error=str(error))
        return None

"""What goes out to a supplier, whole."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class OutgoingMessage:
    """One message."""

    public: str
    """The same id is the same message: a receiver may tell a second one by it."""
    channel: str
    address: str
    subject: str
    text: str
    created_us: int
    """When it was wanted."""
    attachments: tuple[tuple[str, str, bytes], ...]
    """(file name, media type, content)."""
    payload: dict[str, Any]
    """What a webhook is posted, as JSON."""

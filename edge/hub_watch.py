"""Whether the hub answers: a broker that takes a fact proves nothing, only the hub's acknowledgement does."""

from edge.sender import RESEND_MAX_US

HUB_SILENT_US = RESEND_MAX_US
"""A hub that has acknowledged nothing for so long although facts wait for it is as good as lost."""


class HubWatch:
    """Watches the watermark while facts wait."""

    def __init__(self) -> None:
        self._connected = False
        self._acknowledged: int | None = None
        self._since_us: int | None = None
        """Since when facts wait and the watermark stands; None if none waits."""

    def connected(self, connected: bool) -> None:
        """The link is up or down; a new link is given its time."""
        self._connected = connected
        self._since_us = None

    def look(self, *, waiting: int, acknowledged: int, now_us: int) -> bool:
        """Whether the hub answers, given how many facts wait for it and up to which they are acknowledged."""
        if not waiting:
            self._since_us = None
        elif self._since_us is None or acknowledged != self._acknowledged:
            self._since_us = now_us
        self._acknowledged = acknowledged
        return self._connected and (self._since_us is None or now_us < self._since_us + HUB_SILENT_US)

"""Noticing that connections are lost as soon as they are made: two clients that go by one name do that to each other.

A broker need not say why it lets the older client go: mosquitto 2.0.11 just hangs up.
"""

SHORT_S = 5.0
"""A connection that ends sooner was short. Two hubs that put each other out connect again after a second or two."""
SHORT_MAX = 3
"""So many in a row are no accident."""


class ShortLinks:
    """Counts connections that ended soon after they were made; all times are monotonic seconds."""

    def __init__(self) -> None:
        self._made_s = 0.0
        self._in_a_row = 0

    def made(self, now_s: float) -> None:
        """A connection is made."""
        self._made_s = now_s

    def lost(self, now_s: float) -> bool:
        """A connection is lost; whether it was the one to speak of: once, until a connection has lasted again."""
        self._in_a_row = self._in_a_row + 1 if now_s - self._made_s < SHORT_S else 0
        return self._in_a_row == SHORT_MAX

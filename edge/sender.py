"""What to send when: pure, over the outbox. Only the hub's acknowledgement moves on; the broker's proves nothing."""

from typing import Protocol

from edge.contract.events import Envelope, Recorded
from edge.identity import Claim

WINDOW_EVENTS = 200
"""At most this many events are under way unacknowledged."""
ENVELOPE_EVENTS = 50
RESEND_FIRST_US = 1_000_000
RESEND_MAX_US = 16_000_000
"""Nothing acknowledged for 1 s: send again from the watermark; then after 2, 4, ... at most 16 s."""
GAP_WAIT_US = 200_000
"""A hub that repeats its watermark asks for what follows: it is sent again if nothing moves for this long."""
REFUSED_WAIT_US = 200_000
"""What the link does not take, for its queue is full, is sent again after this long."""


NOBODY = Claim()


class Box(Protocol):
    """What the sender needs of an outbox."""

    journal: str
    acknowledged: int
    last_seq: int

    def after(self, seq: int, limit: int) -> list[Recorded]:
        """Events behind ``seq``."""
        ...


class Sender:
    """Decides what to publish; give it every change, take the envelopes."""

    def __init__(self, device: str, box: Box, who: Claim = NOBODY) -> None:
        self._device = device
        self._box = box
        self._who = who
        self._connected = False
        self._sent = box.acknowledged
        self._known = box.acknowledged
        self._wait_us = RESEND_FIRST_US
        self._again_us: int | None = None
        self._refused_until_us: int | None = None

    def connected(self, connected: bool) -> None:
        """The link is up (everything unacknowledged is sent again) or down."""
        self._connected = connected
        self._sent = self._box.acknowledged
        self._wait_us = RESEND_FIRST_US
        self._again_us = self._refused_until_us = None

    def acknowledged(self) -> None:
        """The outbox's watermark has moved, forth or (after a restore) back."""
        if self._box.acknowledged < self._known:
            self._sent = self._box.acknowledged
        self._known = self._box.acknowledged
        self._sent = max(self._sent, self._known)
        self._wait_us = RESEND_FIRST_US
        self._again_us = None

    def asked_again(self, now_us: int) -> None:
        """The hub has repeated its watermark: there is a gap behind it, or an answer crossed what was under way."""
        if self._again_us is not None:
            self._again_us = min(self._again_us, now_us + max(GAP_WAIT_US, self._wait_us // 4))

    def due(self, now_us: int) -> list[Envelope]:
        """The envelopes to publish now."""
        if not self._connected or (self._refused_until_us is not None and now_us < self._refused_until_us):
            return []
        self._refused_until_us = None
        if self._again_us is not None and now_us >= self._again_us:
            self._sent = self._box.acknowledged
            self._wait_us = min(2 * self._wait_us, RESEND_MAX_US)
            self._again_us = None
        envelopes = []
        while self._sent < self._box.last_seq and self._sent - self._box.acknowledged < WINDOW_EVENTS:
            room = WINDOW_EVENTS - (self._sent - self._box.acknowledged)
            events = self._box.after(self._sent, min(ENVELOPE_EVENTS, room))
            if not events:
                break
            who = self._who
            envelopes.append(
                Envelope(
                    device=self._device,
                    journal=self._box.journal,
                    events=tuple(events),
                    board=who.board,
                    claim=who.claim,
                )
            )
            self._sent = events[-1].seq
        if self._again_us is None and self._sent > self._box.acknowledged:
            self._again_us = now_us + self._wait_us
        return envelopes

    def refused(self, envelope: Envelope, now_us: int) -> None:
        """The link did not take this envelope: it and what follows it are not sent."""
        self._sent = min(self._sent, envelope.events[0].seq - 1)
        self._refused_until_us = now_us + REFUSED_WAIT_US

    @property
    def wake_us(self) -> int | None:
        """When to look again."""
        if not self._connected:
            return None
        return self._again_us if self._refused_until_us is None else self._refused_until_us

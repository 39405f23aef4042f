"""Whether the station's card takes what must be kept, and when to try again after it did not."""

RETRY_FIRST_US = 2_000_000
RETRY_MAX_US = 60_000_000
"""A card that took nothing is tried again after 2 s, then twice as late each time, at most every minute."""


class Card:
    """The card as the agent knows it: well until a commit fails, then tried at growing pauses."""

    def __init__(self) -> None:
        self._wait_us = RETRY_FIRST_US
        self.retry_at_us: int | None = None
        """When to try again; None while all is well."""

    @property
    def failing(self) -> bool:
        """Whether nothing can be kept now."""
        return self.retry_at_us is not None

    def failed(self, now_us: int) -> None:
        """A commit has failed."""
        self.retry_at_us = now_us + self._wait_us
        self._wait_us = min(2 * self._wait_us, RETRY_MAX_US)

    def writes(self) -> None:
        """A trial was kept. The next pause stays long until facts are kept too: a card may be full all but a page."""
        self.retry_at_us = None

    def kept(self) -> None:
        """Facts were kept."""
        self._wait_us = RETRY_FIRST_US

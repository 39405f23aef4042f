"""What a light has stood for, and since when: a press answers only what eyes can have seen."""

from dataclasses import dataclass

from edge.logic.times import LATE_PRESS_US, REACTION_US


@dataclass(slots=True)
class Reaction:
    """One light and the hand before it.

    A light that comes soon after another at the same place is not answered before a person can have seen the change:
    a press until then was meant for the one before.
    """

    asks: str | None = None
    """What the light stands for, as it was drawn last; None while it is dark."""
    dark_since_us: int | None = None
    """When it went dark last; None if it was never lit."""
    blind_until_us: int = 0

    def draw(self, asks: str | None, now_us: int) -> None:
        """The light is drawn: it stands for this now."""
        if asks == self.asks:
            return
        if asks is None:
            self.dark_since_us = now_us
        else:
            follows = self.dark_since_us is not None and now_us < self.dark_since_us + LATE_PRESS_US
            self.blind_until_us = now_us + (REACTION_US if self.asks is not None or follows else 0)
        self.asks = asks

    def can_answer(self, pressed_us: int) -> bool:
        """Whether who pressed then can have meant what the light stands for."""
        return pressed_us >= self.blind_until_us

"""Which frames are kept as evidence: of every symbol that is told one, of what is refused or unreadable some."""

from collections.abc import Callable, Collection
from typing import Literal

from firmware.camera.voting import Refusal
from firmware.readers import Frame
from firmware.symbol import Symbol

Why = Refusal | Literal["read", "unreadable"]
"""What a kept picture shows: a symbol that was told, one that was not believed, a thing without a readable one."""

Keep = Callable[[Frame, Why, Symbol | None], str]
"""Takes a grey frame to be kept, and returns at once: the picture's id, "" if it is not kept."""

REFUSED_PACE_US = 5_000_000
"""One picture of what is refused, and one of what cannot be read, in so long at most: a bad label wears out no card."""
DOUBTED_MAX = 4
"""So many symbols that may still be refused have their frame held in memory."""


def keep_nothing(_frame: Frame, _why: Why, _symbol: Symbol | None) -> str:
    """Where no pictures are kept."""
    return ""


class Exhibits:
    """Picks the frames that are kept.

    Args:
        keep: Where they go.
    """

    def __init__(self, keep: Keep) -> None:
        self._keep = keep
        self._doubted: dict[str, Frame] = {}
        self._kept_us: dict[bool, int] = {}

    def told(self, frame: Frame, symbol: Symbol) -> str:
        """A symbol is told: the id of its picture."""
        self._doubted.pop(symbol.text, None)
        return self._keep(frame, "read", symbol)

    def doubt(self, frame: Frame, texts: Collection[str]) -> None:
        """These were read and may still be refused: what showed each of them first is held for that."""
        self._doubted = {text: held for text, held in self._doubted.items() if text in texts}
        for text in texts:
            if len(self._doubted) < DOUBTED_MAX:
                self._doubted.setdefault(text, frame)

    def refused(self, frame: Frame, symbol: Symbol, why: Refusal, now_us: int) -> None:
        """A symbol is not believed; ``frame``: the newest, for one that was not held."""
        self._seldom(self._doubted.pop(symbol.text, frame), why, symbol, now_us)

    def unreadable(self, frame: Frame, now_us: int) -> str:
        """A thing cannot be read: the id of its picture, "" if it is too soon for one."""
        return self._seldom(frame, "unreadable", None, now_us)

    def _seldom(self, frame: Frame, why: Why, symbol: Symbol | None, now_us: int) -> str:
        unreadable = why == "unreadable"  # its alarm names its picture: no refused symbol takes its place
        last_us = self._kept_us.get(unreadable)
        if last_us is not None and now_us - last_us < REFUSED_PACE_US:
            return ""
        self._kept_us[unreadable] = now_us
        return self._keep(frame, why, symbol)

"""Which reads to believe: a symbol counts when enough of the last frames agree, once for each passing.

Measured: a lone read with a right check digit is wrong often enough (4 % of EAN-13 reads by one reader), so a
symbol that nobody expects wants two of the last five frames; one that is expected, and one with error
correction, counts at once.
"""

from collections import deque
from collections.abc import Collection, Iterable

from firmware.barcode import LINEAR, Symbol

WINDOW_FRAMES = 5
AGREE_UNEXPECTED = 2
AGREE_EXPECTED = 1
GONE_AFTER_US = 150_000
"""A symbol that was not seen for this long has left the view."""


class Voting:
    """Votes over frames; give it every frame's reads, take what is to be told."""

    def __init__(self) -> None:
        self._frames: deque[frozenset[str]] = deque(maxlen=WINDOW_FRAMES)
        self._told: dict[str, int] = {}

    def take(self, symbols: Iterable[Symbol], expected: Collection[str], now_us: int) -> list[Symbol]:
        """The symbols that are believed with this frame and were not told in this passing."""
        seen = {symbol.text: symbol for symbol in symbols}
        self._frames.append(frozenset(seen))
        for text, last_us in list(self._told.items()):
            if text in seen:
                self._told[text] = now_us
            elif now_us - last_us > GONE_AFTER_US:
                del self._told[text]
        believed = []
        for text, symbol in seen.items():
            if text in self._told:
                continue
            agree = sum(text in frame for frame in self._frames)
            sure = text in expected or symbol.symbology not in LINEAR
            if agree >= (AGREE_EXPECTED if sure else AGREE_UNEXPECTED):
                self._told[text] = now_us
                believed.append(symbol)
        return believed

    def emptied(self) -> None:
        """The view is empty: everything has left."""
        self._frames.clear()
        self._told.clear()

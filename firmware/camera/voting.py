"""Which reads to believe: a symbol counts when enough of the last frames agree, once for each passing.

Measured: a lone read with a right check digit is wrong often enough (4 % of EAN-13 reads by one reader), and of 25
misread-prone clips one reader let 5 false texts through at one frame, 1 at two of five, none at three. So a linear
text that nobody expects wants three of the last five frames and no contradiction by the second reader; one that is
expected or in the catalogue wants two; a symbol with error correction counts at once.
"""

from collections import deque
from collections.abc import Callable, Collection, Iterable
from typing import Literal

from firmware.barcode import Symbol
from firmware.symbology import LINEAR

WINDOW_FRAMES = 5
AGREE_CORRECTED = 1
AGREE_EXPECTED = 2
AGREE_UNEXPECTED = 3
GONE_AFTER_US = 400_000
GONE_AFTER_FRAMES = 4
"""A symbol not read for this long, nor in so many frames, has left the view (a blurred frame is no leaving)."""

Refusal = Literal["contradicted", "outvoted"]
"""Why a symbol that was read is not believed: the second reader read another one there; too few frames had it."""


class Voting:
    """Votes over frames; give it every frame's reads, take what is to be told."""

    def __init__(self) -> None:
        self._frames: deque[frozenset[str]] = deque(maxlen=WINDOW_FRAMES)
        self._told: dict[str, tuple[int, int]] = {}
        """Text to when it was last read, and frames since."""
        self.doubted: dict[str, Symbol] = {}
        """What was read and may still be believed, by its text, as it was first read."""
        self.refused: list[tuple[Symbol, Refusal]] = []
        """What came to be refused with the last frame."""

    def take(
        self,
        symbols: Iterable[Symbol],
        expected: Collection[str],
        now_us: int,
        confirm: Callable[[Symbol], bool | None],
    ) -> list[Symbol]:
        """The symbols that are believed with this frame and were not told in this passing.

        Args:
            symbols: What was read in this frame.
            expected: Texts that would be no surprise.
            now_us: Monotonic microseconds.
            confirm: The second reader's word on a symbol, asked only when it is needed.
        """
        seen = {symbol.text: symbol for symbol in symbols}
        self._forget_gone(seen, now_us)
        self.refused = []
        believed = []
        for text, symbol in seen.items():
            if text in self._told:
                continue
            agree = 1 + sum(text in frame for frame in self._frames)
            if symbol.symbology not in LINEAR:
                enough = agree >= AGREE_CORRECTED
            elif text in expected:
                enough = agree >= AGREE_EXPECTED
            elif agree < AGREE_UNEXPECTED:
                enough = False
            else:
                enough = confirm(symbol) is not False
                if not enough:
                    self.refused.append((symbol, "contradicted"))
            if enough:
                self._told[text] = (now_us, 0)
                believed.append(symbol)
            else:
                self.doubted.setdefault(text, symbol)
        for symbol in (*believed, *(symbol for symbol, _ in self.refused)):
            self.doubted.pop(symbol.text, None)
        # A contradicted read is no vote: it would outvote the second reader in the next frame.
        self._frames.append(frozenset(seen) - {symbol.text for symbol, _ in self.refused})
        self._give_up({text for text in self.doubted if not any(text in frame for frame in self._frames)})
        return believed

    def all_told(self, symbols: Iterable[Symbol]) -> bool:
        """Whether none of these has still to be told."""
        return all(symbol.text in self._told for symbol in symbols)

    def emptied(self) -> None:
        """The view is empty: everything has left."""
        self._frames.clear()
        self._told.clear()
        self.refused = []
        self._give_up(set(self.doubted))

    def _give_up(self, texts: Collection[str]) -> None:
        self.refused += [(self.doubted.pop(text), "outvoted") for text in texts]

    def _forget_gone(self, seen: Collection[str], now_us: int) -> None:
        for text, (last_us, missed) in list(self._told.items()):
            if text in seen:
                self._told[text] = (now_us, 0)
            elif now_us - last_us > GONE_AFTER_US and missed + 1 >= GONE_AFTER_FRAMES:
                del self._told[text]
            else:
                self._told[text] = (last_us, missed + 1)

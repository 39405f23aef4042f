"""What camera and scanner told: a thing that lies there across a restart, or is seen by both, is not told twice."""

from collections.abc import Mapping

from edge.contract.events import SymbolScanned
from edge.logic.memory import SCANNED, Scanned, encode, recall
from edge.logic.times import LAY_THERE_US, SAME_THING_US, STILL_THERE_US


class Scans:
    """The symbol told last, kept with the fact that told it.

    Raises: ValueError, if the memory cannot be read.
    """

    def __init__(self, memory: Mapping[str, bytes]) -> None:
        self._before_start = recall(memory, SCANNED, Scanned)
        self._started_us: int | None = None
        self._seen: Scanned | None = None
        """What the camera told last ..."""
        self._scanned: Scanned | None = None
        """... and what the scanner did."""

    def start(self, now_us: int) -> int:
        """Time passes; the first time is when the station has started, which is returned."""
        if self._started_us is None:
            self._started_us = now_us
            told = self._before_start
            # a clock that has begun anew since says nothing of how long ago it was
            if told is not None and told.at_us <= now_us - LAY_THERE_US:
                self._before_start = None
        return self._started_us

    def go_on(self) -> None:
        """There was no restart for the camera: it knows what lies there."""
        self._before_start = None

    def is_new(self, text: str, now_us: int, *, by_hand: bool) -> bool:
        """Whether a symbol is a new one: not what the other eye has just told, and for the camera not a thing that lies
        there since before the restart.

        The camera's watcher tells each passing once and knows nothing of what was before it. Only the first symbol
        after a start is doubted, and only for a while: who holds a thing there anew is heard at the second time.
        """
        started_us = self.start(now_us)
        before, self._before_start = self._before_start, None
        if not by_hand and before is not None and before.text == text and now_us < started_us + STILL_THERE_US:
            return False
        other = self._seen if by_hand else self._scanned
        if other is not None and other.text == text and now_us < other.at_us + SAME_THING_US:
            return False
        mine = Scanned(text=text, at_us=now_us)
        self._seen, self._scanned = (self._seen, mine) if by_hand else (mine, self._scanned)
        return True

    def kept(self, told: SymbolScanned, now_us: int) -> dict[str, bytes | None]:
        """The memory that goes with a fact."""
        return {SCANNED: encode(Scanned(text=told.text, at_us=now_us))}

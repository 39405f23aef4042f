"""What the camera told before a restart: the thing may still lie there, and is not told twice."""

from collections.abc import Mapping

from edge.contract.events import SymbolScanned
from edge.logic.memory import SCANNED, Scanned, encode, recall
from edge.logic.times import LAY_THERE_US, STILL_THERE_US


class Scans:
    """The symbol told last, kept with the fact that told it.

    Raises: ValueError, if the memory cannot be read.
    """

    def __init__(self, memory: Mapping[str, bytes]) -> None:
        self._before_start = recall(memory, SCANNED, Scanned)
        self._started_us: int | None = None

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

    def lay_there(self, text: str, now_us: int) -> bool:
        """Whether this symbol was told before the restart, so that it is its thing still lying there.

        The camera's watcher tells each passing once and knows nothing of what was before it. Only the first symbol
        after a start is doubted, and only for a while: who holds a thing there anew is heard at the second time.
        """
        started_us = self.start(now_us)
        before, self._before_start = self._before_start, None
        return before is not None and before.text == text and now_us < started_us + STILL_THERE_US

    def kept(self, told: SymbolScanned, now_us: int) -> dict[str, bytes | None]:
        """The memory that goes with a fact."""
        return {SCANNED: encode(Scanned(text=told.text, at_us=now_us))}

"""What the camera told before a restart: the thing may still lie there, and is not told twice."""

from collections.abc import Mapping

from edge.contract.events import SymbolScanned
from edge.logic.memory import SCANNED
from edge.logic.times import STILL_THERE_US


class Scans:
    """The symbol told last, kept with the fact that told it."""

    def __init__(self, memory: Mapping[str, bytes]) -> None:
        told = memory.get(SCANNED)
        self._before_start = None if told is None else told.decode()
        self._started_us: int | None = None

    def start(self, now_us: int) -> None:
        """Time passes; the first time is when the station has started."""
        if self._started_us is None:
            self._started_us = now_us

    def lay_there(self, text: str, now_us: int) -> bool:
        """Whether this symbol was told before the restart, so that it is its thing still lying there.

        The camera's watcher tells each passing once and knows nothing of what was before it. Only the first symbol
        after a start is doubted, and only for a while: who holds a thing there anew is heard at the second time.
        """
        before, self._before_start = self._before_start, None
        return before == text and (self._started_us is None or now_us < self._started_us + STILL_THERE_US)

    def kept(self, told: SymbolScanned) -> dict[str, bytes | None]:
        """The memory that goes with a fact."""
        return {SCANNED: told.text.encode()}

"""Keeps pictures on a thread of its own: neither the camera's thread nor the agent's loop waits for the card.

Threads: :meth:`Keeper.keep` is called on the camera's thread, :meth:`Keeper.send` on the agent's; both only queue.
Drawing, writing and reading are done on the keeper's own thread, which alone uses the ring.
"""

import os
import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple, Protocol

from edge.contract.commands import Result, SendPicture, result_of
from edge.evidence.note import Note, Why, with_note
from edge.evidence.ring import NotKept, Ring

if TYPE_CHECKING:  # a bay imports no cv2
    from firmware.readers import Frame
    from firmware.symbol import Symbol

WAITING_MAX = 8
"""So many pictures and questions wait; what comes then is not kept: frames in memory must not pile up."""
RETRY_US = 10_000_000
"""After a failure no picture is tried for so long: a full card is not written to ten times a second."""
CLOSE_S = 3.0
PRIORITY_NICE = 10
"""Drawing gives way to everything else of the station."""
PART = "evidence"

Answer = Callable[[Result], None]
"""Called on any thread: done with the JPEG, refused where there is no such picture (any more), failed where it may be
asked for again."""


class Pictures(Protocol):
    """Whatever gives out pictures."""

    def send(self, asked: SendPicture, answer: Answer) -> None:
        """Give a picture to ``answer``, or why there is none. Returns at once."""
        ...


class NoPictures:
    """A station that keeps none."""

    def keep(self, _frame: "Frame", _why: Why, _symbol: "Symbol | None") -> str:
        """Keep nothing."""
        return ""

    def close(self) -> None:
        """Nothing is held."""

    def send(self, asked: SendPicture, answer: Answer) -> None:
        """Say that there are none."""
        answer(result_of(asked, "This station keeps no pictures: it has no camera, or its file says pictures = 0."))


class _Taken(NamedTuple):
    note: Note
    frame: "Frame"
    symbol: "Symbol | None"


class _Asked(NamedTuple):
    command: SendPicture
    answer: Answer


class Keeper:
    """Takes pictures in, and gives them out.

    Args:
        station: Its name, for the notes.
        ring: Where they are kept.
        new_id: Makes 16 hexadecimal digits.
        wall_us: UTC microseconds.
        now_us: Monotonic microseconds.
        on_health: Called with (part, healthy, why) when that changes, on the keeper's thread.
    """

    def __init__(
        self,
        station: str,
        ring: Ring,
        *,
        new_id: Callable[[], str],
        wall_us: Callable[[], int],
        now_us: Callable[[], int],
        on_health: Callable[[str, bool, str], None],
    ) -> None:
        self._station = station
        self._ring = ring
        self._new_id = new_id
        self._wall_us = wall_us
        self._now_us = now_us
        self._on_health = on_health
        self._told: str | None = None
        self._again_us = 0
        self._waiting: queue.Queue[_Taken | _Asked | None] = queue.Queue(WAITING_MAX)
        self._thread = threading.Thread(target=self._run, name="evidence", daemon=True)
        self._thread.start()

    def keep(self, frame: "Frame", why: Why, symbol: "Symbol | None") -> str:
        """Take a grey frame to be kept; the picture's id, "" if too many wait, or the card takes none."""
        if self._now_us() < self._again_us:
            return ""
        note = Note(
            picture=self._new_id(),
            station=self._station,
            why=why,
            wall_us=self._wall_us(),
            text="" if symbol is None else symbol.text,
            symbology="" if symbol is None else symbol.symbology,
        )
        try:
            self._waiting.put_nowait(_Taken(note, frame, symbol))
        except queue.Full:
            return ""
        return note.picture

    def send(self, asked: SendPicture, answer: Answer) -> None:
        """Read a picture and give it to ``answer``."""
        try:
            self._waiting.put_nowait(_Asked(asked, answer))
        except queue.Full:
            why = f"{self._station} has {WAITING_MAX} pictures to keep or to send first: ask again."
            answer(Result(command=asked.command, outcome="failed", detail=why))

    def close(self) -> None:
        """Keep what waits, then end. May be called twice."""
        if self._thread.is_alive():
            try:
                self._waiting.put(None, timeout=CLOSE_S)
            except queue.Full:
                return  # the card hangs; the thread ends with its process
            self._thread.join(CLOSE_S)

    def _run(self) -> None:
        with suppress(OSError):  # the station runs at a lower priority already
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), PRIORITY_NICE)
        while (what := self._waiting.get()) is not None:
            if isinstance(what, _Asked):
                self._answer(what)
            else:
                self._keep(what)

    def _keep(self, taken: _Taken) -> None:
        from edge.evidence.drawn import jpeg_of

        if self._now_us() < self._again_us:
            return  # it came just before the failure
        try:
            self._ring.keep(taken.note.picture, with_note(jpeg_of(taken.frame, taken.symbol), taken.note))
        except NotKept as error:
            self._failed(str(error))
        except Exception as error:  # noqa: BLE001 - an encoder may raise anything; a dead thread is told by nobody
            self._failed(f"Expected a picture that can be drawn, got {type(error).__name__}: {error}.")
        else:
            self._tell("")

    def _failed(self, why: str) -> None:
        self._again_us = self._now_us() + RETRY_US
        self._tell(why)

    def _answer(self, asked: _Asked) -> None:
        try:
            jpeg = self._ring.jpeg(asked.command.picture)
        except NotKept as error:
            asked.answer(Result(command=asked.command.command, outcome="failed", detail=str(error)))
            return
        if jpeg is None:
            why = f"{self._station} does not have this picture (any more): the oldest are thrown away."
            asked.answer(result_of(asked.command, why))
        else:
            asked.answer(result_of(asked.command, body=jpeg))

    def _tell(self, why: str) -> None:
        if why != self._told:
            self._told = why
            self._on_health(PART, not why, why)

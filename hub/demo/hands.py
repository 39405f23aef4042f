"""A person's hands and eyes at one station: the client of the hands protocol.

Two connections: one to do, one to watch. A station that is away (its agent was killed, or starts) is waited for;
when it is back, whoever holds the truth loads its scales again.
"""

import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import msgspec

from edge.contract.hands import (
    AnyReply,
    Done,
    HandsRequest,
    Label,
    Look,
    Place,
    Press,
    Refused,
    Seen,
    Show,
    Shown,
    TakeLabel,
    Watch,
    decode_reply,
    encode_line,
)

RETRY_S = 0.05
HELD_MS = 20
LIFT_S = 0.03
"""Between two presses of one button the finger is off it at least this long."""
ANSWER_TIMEOUT_S = 5.0
REACTION_S = 0.35
"""Nobody answers a light sooner that follows another at its place; a station takes no such press for an answer."""
FOLLOWS_S = 2.0
"""A light follows another that went dark no longer ago."""


class HandsGone(Exception):
    """The demo has ended while hands waited for a station."""


class Hands:
    """One station's hands, safe to share between people.

    Args:
        path: The station's socket.
        stop: Set when the demo ends.
        on_back: Called with these hands, on the watching thread, each time the station's scales want their loads.
        on_seen: Called whenever what can be seen changes.
    """

    def __init__(
        self,
        path: Path,
        stop: threading.Event,
        *,
        on_back: Callable[["Hands"], None] = lambda _: None,
        on_seen: Callable[[Seen], None] = lambda _: None,
    ) -> None:
        self.station = path.stem
        self._path = path
        self._stop = stop
        self._on_back = on_back
        self._on_seen = on_seen
        self._lock = threading.Lock()
        self._line: socket.socket | None = None
        self._file: BinaryIO | None = None
        self._changed = threading.Condition()
        self._seen = Seen(station=self.station, lights=())
        self._loading = False
        self._released_s: dict[str, float] = {}
        self._dark_s: dict[str, float] = {}
        """When a place went dark last."""
        self._taken_in_s: dict[str, float] = {}
        """When a place's light can be answered, if not at once."""
        self._thread = threading.Thread(target=self._watch, name=f"eyes-{self.station}", daemon=True)
        self._thread.start()

    @property
    def seen(self) -> Seen:
        """What was seen last."""
        return self._seen

    def wait_seen(self, condition: Callable[[Seen], bool], timeout_s: float) -> bool:
        """Wait until what is seen satisfies a condition; whether it did in time."""
        deadline = time.monotonic() + timeout_s
        with self._changed:
            while not condition(self._seen):
                left = deadline - time.monotonic()
                if left <= 0 or self._stop.is_set():
                    return False
                self._changed.wait(min(left, 0.5))
        return True

    def take_in(self, place: str) -> None:
        """Wait until eyes can have seen that a place's light is another one."""
        self._stop.wait(self._taken_in_s.get(place, 0.0) - time.monotonic())

    def press(self, control: str, held_ms: int = HELD_MS) -> int:
        """Press a button; a finger that still holds it down is lifted first. When it went down, in microseconds."""
        still_s = self._released_s.get(control, 0.0) - time.monotonic()
        if still_s > 0:
            time.sleep(still_s)
        reply = self._do(Press(control=control, held_ms=held_ms))
        self._released_s[control] = time.monotonic() + held_ms / 1000 + LIFT_S
        return reply.at_us if isinstance(reply, Done) else 0

    def place(self, scale: str, mass_mg: int) -> None:
        """Let a scale carry this much."""
        self._do(Place(scale=scale, mass_mg=mass_mg))

    def show(self, text: str, symbology: str = "Code128") -> None:
        """Hold a symbol before the camera."""
        self._do(Show(symbols=(Shown(text=text, symbology=symbology),)))  # type: ignore[arg-type]

    def show_label(self, label: str) -> None:
        """Hold a printed label before the camera."""
        self._do(Show(label=label))

    def show_hidden(self) -> None:
        """Hold a thing before the camera with a thumb over its symbol."""
        self._do(Show(hidden=True))

    def show_nothing(self) -> None:
        """Take away what was held before the camera."""
        self._do(Show())

    def take_label(self) -> Label | None:
        """Take the oldest label out of the printer's tray, if there is one."""
        reply = self._do(TakeLabel())
        return reply if isinstance(reply, Label) else None

    def look(self) -> Seen:
        """Look now."""
        reply = self._do(Look())
        assert isinstance(reply, Seen)
        return reply

    def close(self) -> None:
        """Let go. May be called twice."""
        with self._lock:
            if self._line is not None:
                self._line.close()
                self._line = None

    # -- inside --------------------------------------------------------------------------------------------

    def _do(self, request: HandsRequest) -> AnyReply:
        """Do something, once the station is there. What is done is absolute, so doing it again does no harm."""
        while not self._stop.is_set():
            try:
                with self._lock:
                    if self._line is None:
                        self._line = self._connect()
                        self._file = self._line.makefile("rb")
                    self._line.sendall(encode_line(request))
                    data = self._file.readline() if self._file is not None else b""
                if data:
                    reply = decode_reply(data)
                    if isinstance(reply, Refused) and not isinstance(request, TakeLabel):
                        raise ValueError(f"{self.station}: {reply.why}")
                    return reply
            except (OSError, msgspec.DecodeError):
                pass
            with self._lock:
                self._line = None
            self._stop.wait(RETRY_S)
        raise HandsGone(self.station)

    def _connect(self) -> socket.socket:
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(ANSWER_TIMEOUT_S)
        line.connect(str(self._path))
        return line

    def _watch(self) -> None:
        while not self._stop.is_set():
            try:
                with self._connect() as line, line.makefile("rb") as lines:
                    line.settimeout(None)
                    line.sendall(encode_line(Watch()))
                    while data := lines.readline():
                        reply = decode_reply(data)
                        if isinstance(reply, Seen):
                            self._take(reply)
            except (OSError, msgspec.DecodeError):
                pass
            self._stop.wait(RETRY_S)

    def _take(self, seen: Seen) -> None:
        if not seen.scales_loaded and not self._loading:
            self._loading = True
            threading.Thread(target=self._load, daemon=True).start()
        with self._changed:
            self._compare(self._seen, seen, time.monotonic())
            self._seen = seen
            self._changed.notify_all()
        self._on_seen(seen)

    def _compare(self, before: Seen, after: Seen, now_s: float) -> None:
        """Note which lights are others than before."""
        was, now = ({x.place: (x.colour, x.text) for x in seen.lights} for seen in (before, after))
        for place, _ in was.items() ^ now.items():
            if place not in now:
                self._dark_s[place] = now_s
            elif place in was or now_s < self._dark_s.get(place, 0.0) + FOLLOWS_S:
                self._taken_in_s[place] = now_s + REACTION_S

    def _load(self) -> None:
        try:
            self._on_back(self)
        except HandsGone:
            return
        finally:
            self._loading = False

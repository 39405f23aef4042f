"""The live stream: one beat makes each message once, all listeners share it.

Threads and clocks: everything here runs on the web server's event loop, except the figures, which are read on a
worker thread. A listener that is too slow is let go; its browser comes back and gets everything anew.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import msgspec
import structlog
import uvicorn

LIGHTS_EVERY_S = 0.2
FIGURES_EVERY_S = 1.0
LISTENERS_MAX = 64
QUEUE_MAX = 20
"""Messages that wait for one listener: about three seconds of a busy floor."""
RETRY_MS = 1_000
_log = structlog.get_logger("pulse")

Line = asyncio.Queue[bytes | None]
"""One listener's messages; None ends it."""


class TooManyListeners(Exception):
    """There are :data:`LISTENERS_MAX` listeners already, or the server is ending."""


class Pulse:
    """Tells all open pages what changes.

    Args:
        version: Grows whenever the lights changed.
        lights: All stations' lights.
        figures: The day in figures; may take a while, runs on a thread.
    """

    def __init__(
        self,
        *,
        version: Callable[[], int],
        lights: Callable[[], dict[str, dict[str, Any]]],
        figures: Callable[[], dict[str, Any]],
    ) -> None:
        self._version = version
        self._lights = lights
        self._figures = figures
        self._listeners: set[Line] = set()
        self._beats: list[asyncio.Task[None]] = []
        self._shown: dict[str, dict[str, Any]] = {}
        self._told_version = -1
        self._told_figures: bytes | None = None
        self._closed = False

    @property
    def listeners(self) -> int:
        """How many listen now."""
        return len(self._listeners)

    @property
    def beating(self) -> bool:
        """Whether lights and figures are being read: only while somebody listens."""
        return bool(self._beats)

    def join(self) -> Line:
        """A line for a new listener, with everything as it is now on it.

        Raises:
            TooManyListeners: there is no room, or the server is ending.
        """
        if self._closed or len(self._listeners) >= LISTENERS_MAX:
            raise TooManyListeners(f"Expected fewer than {LISTENERS_MAX} open pages, there are {len(self._listeners)}.")
        line: Line = asyncio.Queue(QUEUE_MAX)
        if not self._beats:
            self._refresh()
            self._beats = [asyncio.create_task(beat()) for beat in (self._beat_lights, self._beat_figures)]
            for task in self._beats:
                task.add_done_callback(self._beat_ended)
        line.put_nowait(f"retry: {RETRY_MS}\n\n".encode() + message("lights", self._shown))
        if self._told_figures is not None:
            line.put_nowait(self._told_figures)
        self._listeners.add(line)
        return line

    async def stream(self, line: Line) -> AsyncIterator[bytes]:
        """What a listener hears, until the server ends, it leaves or is too slow."""
        try:
            while (told := await line.get()) is not None:
                yield told
        finally:
            self._listeners.discard(line)

    def close(self) -> None:
        """End all streams; called on the event loop. May be called twice."""
        self._closed = True
        for line in list(self._listeners):
            self._let_go(line)
        for task in self._beats:
            task.cancel()

    # -- inside --------------------------------------------------------------------------------------------

    def _refresh(self) -> dict[str, dict[str, Any]]:
        """Read the lights; the stations that changed."""
        version = self._version()
        if version == self._told_version:
            return {}
        lights = self._lights()
        changed = {name: state for name, state in lights.items() if self._shown.get(name) != state}
        self._shown, self._told_version = lights, version
        return changed

    async def _beat_lights(self) -> None:
        while self._listeners:
            await asyncio.sleep(LIGHTS_EVERY_S)
            changed = self._refresh()
            if changed:
                self._tell(message("lights", changed))

    async def _beat_figures(self) -> None:
        while self._listeners:
            self._told_figures = message("figures", await asyncio.to_thread(self._figures))
            self._tell(self._told_figures)
            await asyncio.sleep(FIGURES_EVERY_S)

    def _tell(self, told: bytes) -> None:
        for line in list(self._listeners):
            try:
                line.put_nowait(told)
            except asyncio.QueueFull:
                self._let_go(line)

    def _let_go(self, line: Line) -> None:
        self._listeners.discard(line)
        while not line.empty():
            line.get_nowait()
        line.put_nowait(None)

    def _beat_ended(self, task: "asyncio.Task[None]") -> None:
        """Both beats end together; pages that listen come back by themselves and start them again."""
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("the live stream stopped", error=repr(error))
        if task not in self._beats:
            return
        for line in list(self._listeners):
            self._let_go(line)
        for other in self._beats:
            other.cancel()
        self._beats = []


class PageServer(uvicorn.Server):
    """A web server that ends its live streams before it waits for its connections to end.

    Args:
        config: uvicorn's.
        pulse: The streams.
    """

    def __init__(self, config: uvicorn.Config, pulse: Pulse) -> None:
        super().__init__(config)
        self._pulse = pulse

    async def shutdown(self, sockets: Any = None) -> None:
        """End the streams, then the rest."""
        self._pulse.close()
        await super().shutdown(sockets)


def message(event: str, content: Any) -> bytes:
    """One server-sent event.

    >>> message("lights", {"a": 1})
    b'event: lights\\ndata: {"a":1}\\n\\n'
    """
    return b"event: " + event.encode() + b"\ndata: " + msgspec.json.encode(content) + b"\n\n"

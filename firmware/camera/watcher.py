"""Watching a camera: an empty table costs little, a thing on it is read, a thing that cannot be read is told."""

import threading
from collections.abc import Callable, Collection, Iterator

from firmware.barcode import Frame, Symbol, as_grey, second_opinion
from firmware.camera.darkness import WHY as WHY_DARK
from firmware.camera.darkness import Darkness
from firmware.camera.exhibits import Exhibits, Keep, keep_nothing
from firmware.camera.reading import read_frame, read_frame_thoroughly
from firmware.camera.scene import Scene
from firmware.camera.source import FrameSource, Picture
from firmware.camera.voting import WINDOW_FRAMES, Voting
from firmware.errors import FirmwareError

REOPEN_FIRST_S = 0.2
REOPEN_MAX_S = 2.0
FRAME_WAIT_S = 0.5
SILENT_AFTER_US = 3_000_000
"""A camera that gives no new frame for this long is taken for dead and opened again."""
REPEATED_PAUSE_S = 0.05
"""After a frame that was given before: a driver that repeats it at once must not keep a core busy."""
FRAMES_OF_HEALTH = 2
"""So many new frames since its opening make a camera a healthy one: one that hangs may still give one each time."""
UNREADABLE_STILL_US = 500_000
"""A thing that stands still for this long unread is told as unreadable (a station alarms after its own patience) ..."""
UNREADABLE_AT_ALL_US = 6_000_000
"""... and one that is waved about, after this long."""
IDLE_AFTER_US = 2_000_000
"""A table empty for this long is looked at less often."""
LIVELY_US = 1_000_000
"""After the last movement every frame is read for this long; then one in :data:`REST_PACE_US`."""
REST_PACE_US = 200_000
THOROUGH_PACE_US = 600_000
"""A thing that the fast reader finds nothing on is read by both readers this often ..."""
THOROUGH_REST_PACE_US = 2_000_000
"""... and this often once it was told as unreadable."""
WHOLE_PACE_US = 5_000_000
"""All of a large frame, not only its parts with print, is so read this often: it takes the better part of a second."""
THOROUGH_FRAMES = WINDOW_FRAMES
"""What both readers found is looked at so for a window more: one frame in twelve would never have votes enough."""


class SymbolWatcher:
    """Reads symbols off a camera until it is closed.

    Args:
        open_source: Opens the camera; called again after a failure, with growing pauses.
        on_symbol: A symbol and the id of its picture, once for each passing: it must leave the view to be told again.
        on_unreadable: True when a thing lies still for half a second unread, False when it was read or is gone; and
            the id of its picture.
        on_health: (True, "") or (False, why) when that, or the reason, changes.
        now_us: Monotonic microseconds.
        keep: Takes the pictures that are kept as evidence.
        idle_pause_s: How long no frame is asked for after each look at a table that has been empty for a while.

    All are called on the watcher's own thread.
    """

    def __init__(
        self,
        open_source: Callable[[], FrameSource],
        *,
        on_symbol: Callable[[Symbol, str], None],
        on_unreadable: Callable[[bool, str], None],
        on_health: Callable[[bool, str], None],
        now_us: Callable[[], int],
        keep: Keep = keep_nothing,
        idle_pause_s: float = 0.0,
    ) -> None:
        self._open_source = open_source
        self._on_symbol = on_symbol
        self._on_unreadable = on_unreadable
        self._on_health = on_health
        self._now_us = now_us
        self._idle_pause_s = idle_pause_s
        self._empty_since_us: int | None = None
        self._expected: frozenset[str] = frozenset()
        self._voting = Voting()
        self._exhibits = Exhibits(keep)
        self._scene = Scene()
        self._darkness = Darkness()
        self._last_frame: Frame | None = None
        self._moved_us = 0
        self._read_us = 0
        self._unread_since_us: int | None = None
        self._thorough_us = 0
        self._thorough_frames = 0
        self._whole, self._whole_us = False, 0
        """Whether all of a large frame is looked at thoroughly, and when it last was."""
        self._unreadable = False
        self._told: tuple[bool, str] | None = None
        self._taken_us: int | None = None
        """When the newest frame was taken; known across openings, for a driver may repeat it after each."""
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="camera", daemon=True)

    def expect(self, texts: Collection[str]) -> None:
        """Name the texts that would be no surprise: fewer frames are enough for them."""
        self._expected = frozenset(texts)

    def start(self) -> None:
        """Start watching."""
        self._thread.start()

    def close(self) -> None:
        """Stop. May be called twice."""
        self._stop.set()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(3)

    def look(self, frame: Frame, now_us: int) -> None:
        """Take one frame (what the watcher's thread does with each)."""
        if frame is self._last_frame and self._unread_since_us is None:
            return
        self._last_frame = frame
        grey = as_grey(frame)
        view = self._scene.look(grey, now_us)
        if view.moved:
            self._moved_us = now_us
        empty = view.empty and not self._is_first_sight(grey, now_us)
        if not empty:
            self._empty_since_us = None
        elif self._empty_since_us is None:
            self._empty_since_us = now_us
        if empty:
            self._voting.emptied()
            self._refuse(grey, now_us)
            self._unread(None, grey, now_us)
            return
        lively = now_us - self._moved_us < LIVELY_US
        if lively or now_us - self._read_us >= REST_PACE_US:
            self._read_us = now_us
            self._read(grey, now_us)

    def _look_unless_dark(self, frame: Frame, now_us: int) -> None:
        """A black picture is no thing that cannot be read, and no table."""
        if self._darkness.sees_nothing(frame, now_us):
            self._unread(None, as_grey(frame), now_us)
        else:
            self.look(frame, now_us)

    def _run(self) -> None:
        pause_s = REOPEN_FIRST_S
        while not self._stop.is_set():
            began_well = False
            try:
                source = self._open_source()
                try:
                    for n, picture in enumerate(self._pictures(source), 1):
                        self._look_unless_dark(picture.frame, self._now_us())
                        if n >= FRAMES_OF_HEALTH:
                            began_well = True
                            dark = self._darkness.is_lasting(self._now_us())
                            self._tell(not dark, WHY_DARK if dark else "")
                        if self._is_idle(self._now_us()):
                            self._stop.wait(self._idle_pause_s)
                finally:
                    source.close()
            except FirmwareError as error:
                self._tell(False, str(error))
            except Exception as error:  # noqa: BLE001 - a reader may raise anything; a dead thread is told by nobody
                why = f"{type(error).__name__}: {error}"
                self._tell(False, f"Expected a frame that can be read, got {why}: opening the camera again.")
            if began_well:
                pause_s = REOPEN_FIRST_S
            self._stop.wait(pause_s)
            pause_s = min(2 * pause_s, REOPEN_MAX_S)

    def _is_idle(self, now_us: int) -> bool:
        return self._empty_since_us is not None and now_us - self._empty_since_us > IDLE_AFTER_US

    def _pictures(self, source: FrameSource) -> Iterator[Picture]:
        """New frames until the watcher is closed or none comes any more. Raises: DeviceMissing."""
        heard_us = self._now_us()
        came = "none"
        while not self._stop.is_set():
            picture = source.read(FRAME_WAIT_S)
            if picture is not None and picture.at_us != self._taken_us:
                self._taken_us = picture.at_us
                heard_us, came = self._now_us(), "none"
                yield picture
                continue
            if picture is not None:
                came = "the same one again and again"
                self._stop.wait(REPEATED_PAUSE_S)
            if self._now_us() - heard_us > SILENT_AFTER_US:
                silent_s = SILENT_AFTER_US / 1e6
                self._tell(
                    False, f"Expected new frames from the camera, got {came} for {silent_s:.0f} s: opening it again."
                )
                return

    def _is_first_sight(self, grey: Frame, now_us: int) -> bool:
        """Whether the table that was just learned has a symbol on it: then it is no empty table."""
        if not self._scene.is_new_table or not read_frame(grey):
            return False
        self._scene.occupied(now_us)
        return True

    def _read(self, grey: Frame, now_us: int) -> None:
        symbols = read_frame(grey)
        if not symbols:
            symbols = self._read_thoroughly(grey, now_us)
        if symbols:
            self._scene.occupied(now_us)
            self._thorough_us = now_us
        for symbol in self._voting.take(symbols, self._expected, now_us, lambda s: second_opinion(grey, s)):
            self._on_symbol(symbol, self._exhibits.told(grey, symbol))
        self._refuse(grey, now_us)
        self._unread(None if symbols else now_us, grey, now_us)

    def _refuse(self, grey: Frame, now_us: int) -> None:
        """Keep pictures of what the votes do not believe."""
        for symbol, why in self._voting.refused:
            self._exhibits.refused(grey, symbol, why, now_us)
        self._exhibits.doubt(grey, self._voting.doubted)

    def _read_thoroughly(self, grey: Frame, now_us: int) -> list[Symbol]:
        """What both readers find where the fast one found nothing, if it is time to ask them."""
        pace_us = THOROUGH_REST_PACE_US if self._unreadable else THOROUGH_PACE_US
        if not self._thorough_frames and now_us - self._thorough_us < pace_us:
            return []
        self._thorough_us = now_us
        if not self._thorough_frames:  # what was found in all of it gathers its votes there
            self._whole = now_us - max(self._whole_us, self._unread_since_us or now_us) >= WHOLE_PACE_US
        if self._whole:
            self._whole_us = now_us
        symbols = read_frame_thoroughly(grey, whole=self._whole)
        if symbols and not self._thorough_frames and not self._voting.all_told(symbols):
            self._thorough_frames = THOROUGH_FRAMES
        elif self._thorough_frames:
            self._thorough_frames -= 1
        return symbols

    def _unread(self, since_us: int | None, grey: Frame, now_us: int) -> None:
        """Nothing to read (None), or a thing unread since then at the latest."""
        if since_us is None:
            self._unread_since_us = None
        elif self._unread_since_us is None:
            self._unread_since_us = since_us
        began_us = self._unread_since_us
        if began_us is None:
            unreadable = False
        else:
            still_us = now_us - max(began_us, self._moved_us)
            waved = now_us - began_us >= UNREADABLE_AT_ALL_US
            unreadable = self._unreadable or waved or still_us >= UNREADABLE_STILL_US
        if unreadable != self._unreadable:
            self._unreadable = unreadable
            self._on_unreadable(unreadable, self._exhibits.unreadable(grey, now_us) if unreadable else "")

    def _tell(self, healthy: bool, why: str) -> None:
        if (healthy, why) != self._told:
            self._told = (healthy, why)
            self._on_health(healthy, why)

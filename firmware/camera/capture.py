"""A camera that is read in a process of its own: a driver that never comes back is ended with its process.

The child opens the camera and answers one request byte with one frame: a header, then the pixels as they are. Whoever
holds the other end asks for the newest, waits as long as it likes, and kills the child when it has waited enough. A
child whose parent has gone ends by itself.
"""

import contextlib
import os
import select
import struct
import subprocess
import sys
import time
from typing import IO

import numpy as np

from firmware.camera.source import Picture
from firmware.errors import DeviceMissing

OPEN_TIMEOUT_S = 15.0
"""A camera takes a second or two to open; one that takes so long hangs."""
ANSWER = struct.Struct("<cqIIII")
"""What it is, when it was taken (monotonic microseconds), height, width, channels, bytes that follow."""
OPENED, FRAME, SAME, NOTHING, FAILED = b"o", b"f", b"s", b"n", b"e"
SHORT = (OPENED, SAME, NOTHING)
REQUEST = b"?"
TEXT_BYTES_MAX = 4096
STDERR = 2
PIPE_BYTES = 1 << 20
F_SETPIPE_SZ = 1031
"""Source: Linux, fcntl(2)."""
BYTES_MAX = 8192 * 8192 * 4
REAP_S = 1.0
"""A process that is killed while its driver holds it ends when the driver lets it; nobody waits longer for it."""


class CaptureProcess:
    """A camera in a process of its own, as a :class:`firmware.camera.source.FrameSource`.

    Args:
        device, width_px, height_px, frames_per_s: As of :class:`firmware.camera.source.OpenCvSource`.
        open_timeout_s: How long the camera may take to open.

    Raises: DeviceMissing.
    """

    def __init__(
        self, device: str, width_px: int, height_px: int, frames_per_s: int, open_timeout_s: float = OPEN_TIMEOUT_S
    ) -> None:
        self._device = device
        self._last: Picture | None = None
        self._asked = False
        self._buffer = bytearray()
        command = [sys.executable, "-m", "firmware.camera.capture_child"]
        ours, theirs = os.pipe()
        self._answers: IO[bytes] = os.fdopen(ours, "rb", 0)
        try:
            self._child: subprocess.Popen[bytes] | None = subprocess.Popen(
                [*command, device, *map(str, (width_px, height_px, frames_per_s, theirs))],
                stdin=subprocess.PIPE,
                stdout=STDERR,
                pass_fds=(theirs,),
                bufsize=0,
            )
        finally:
            os.close(theirs)
        assert self._child.stdin is not None
        self._requests: IO[bytes] = self._child.stdin
        os.set_blocking(self._answers.fileno(), False)
        opened = False
        try:
            answer = self._answer(time.monotonic() + open_timeout_s)
            if answer is None:
                raise DeviceMissing(f"{device}: expected the camera to open within {open_timeout_s:.0f} s, it hangs.")
            if answer[0] != OPENED:
                raise DeviceMissing(f"{device}: expected to hear that the camera is open, got {answer[0]!r}.")
            opened = True
        finally:
            if not opened:
                self.close()

    @property
    def pid(self) -> int:
        """The child's process, while it is open."""
        assert self._child is not None
        return self._child.pid

    def read(self, timeout_s: float) -> Picture | None:
        """The next frame, or None if none came in time: what was asked for may still come with the next reading.

        Raises: DeviceMissing.
        """
        deadline_s = time.monotonic() + timeout_s
        if not self._asked:
            try:
                self._requests.write(REQUEST)
            except OSError as error:
                raise self._gone() from error
            self._asked = True
        answer = self._answer(deadline_s)
        if answer is None:
            return None
        self._asked = False
        kind, at_us, shape, data = answer
        if kind == SAME:
            return self._last
        if kind == FRAME:
            grey = shape[2] == 1
            self._last = Picture(np.frombuffer(data, np.uint8).reshape(shape[:2] if grey else shape), at_us)
            return self._last
        return None

    def close(self) -> None:
        """End the process, also one whose driver hangs. May be called twice."""
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(REAP_S)
        with contextlib.suppress(OSError):
            self._requests.close()
        self._answers.close()

    def _answer(self, deadline_s: float) -> tuple[bytes, int, tuple[int, ...], bytes] | None:
        """One whole answer, or None if it did not come in time; what has come of it is kept."""
        while True:
            if len(self._buffer) >= ANSWER.size:
                kind, at_us, height, width, channels, size = ANSWER.unpack_from(self._buffer)
                frame = kind == FRAME and size == height * width * channels <= BYTES_MAX
                if not frame and not (kind == FAILED and size <= TEXT_BYTES_MAX) and not (kind in SHORT and size == 0):
                    raise DeviceMissing(f"{self._device}: expected a frame, got {bytes(self._buffer[:32])!r}.")
                if len(self._buffer) >= ANSWER.size + size:
                    data = bytes(memoryview(self._buffer)[ANSWER.size : ANSWER.size + size])
                    del self._buffer[: ANSWER.size + size]
                    if kind == FAILED:
                        raise DeviceMissing(data.decode("utf-8", "replace"))
                    return kind, at_us, (height, width, channels), data
            if not select.select([self._answers], [], [], max(0.0, deadline_s - time.monotonic()))[0]:
                return None
            part = self._answers.read(PIPE_BYTES)
            if part == b"":
                raise self._gone()
            self._buffer += part or b""

    def _gone(self) -> DeviceMissing:
        code: int | None = None
        if self._child is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                code = self._child.wait(REAP_S)
        return DeviceMissing(f"{self._device}: the process that reads the camera ended (with {code}).")

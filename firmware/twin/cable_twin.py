"""The twin of a serial cable between a driver and a twin: it is pulled and put back, picks up noise, loses bytes."""

import os
import random
import select
import threading
import tty
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from firmware.twin.pty_port import PtyPort

TURN_S = 0.02
"""How often a line picks something up, and the longest that a byte waits for who pulls the plug."""
READ_BYTES_MAX = 4096
START_BITS, DATA_BITS = 1, 8

Spoil = Callable[[bytes], bytes]


def whole(said: bytes) -> bytes:
    """A sound cable."""
    return said


def halves(said: bytes) -> bytes:
    """A cable that loses the second half of each line."""
    return b"".join(line[: len(line) // 2] for line in said.splitlines(keepends=True))


def heard_faster(times: int) -> Spoil:
    """What a receiver makes of it that is set to so many times the sender's speed: each bit is taken for several.

    A byte without its stop bit is a NUL, as Linux has it. Source: termios(3), IGNPAR and PARMRK both off.

    >>> heard_faster(2)(b"A").hex()
    '0098'
    """

    def spoil(said: bytes) -> bytes:
        line = [1] * times
        for byte in said:
            bits = [0, *(byte >> n & 1 for n in range(DATA_BITS)), 1]
            line += [bit for bit in bits for _ in range(times)]
        heard, at = bytearray(), 0
        while at < len(line):
            if line[at]:
                at += 1
                continue
            bits = [*line[at + 1 : at + 1 + DATA_BITS + 1], *([1] * (DATA_BITS + 1))][: DATA_BITS + 1]
            heard.append(sum(bit << n for n, bit in enumerate(bits[:DATA_BITS])) if bits[DATA_BITS] else 0)
            at += START_BITS + DATA_BITS + 1
        return bytes(heard)

    return spoil


def babble(rng: random.Random, byte_count: int) -> Spoil:
    """A line that picks up so many bytes of nonsense each time, and nothing else comes through."""
    return lambda _said: rng.randbytes(byte_count)


class CableTwin:
    """A cable with a stable name that the driver opens, and a twin at its far end.

    Args:
        path: The name; it is there while the cable is.
        far: The port at which the twin speaks.
    """

    def __init__(self, path: Path, far: str) -> None:
        self.path = path
        self.from_twin: Spoil = whole
        """What becomes of what the twin says; asked each turn, also when it says nothing."""
        self.lost_bytes = 0
        """What the twin said while the cable was out."""
        self._far = os.open(far, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        tty.setraw(self._far)
        self._lock = threading.Lock()
        self._near: PtyPort | None = None
        self._closed = False
        self.plug()
        self._thread = threading.Thread(target=self._run, name="cable-twin", daemon=True)
        self._thread.start()

    def plug(self) -> None:
        """Put it in: the device is there, as a new one under the old name."""
        with self._lock:
            if self._near is None:
                self._near = PtyPort()
                self.path.symlink_to(self._near.path)

    def unplug(self) -> None:
        """Pull it out: the device and its name are gone."""
        with self._lock:
            if self._near is not None:
                self.path.unlink()
                self._near.close()
                self._near = None

    def close(self) -> None:
        """End. May be called twice."""
        self._closed = True
        self._thread.join(2)
        self.unplug()
        with suppress(OSError):
            os.close(self._far)

    def _run(self) -> None:
        while not self._closed:
            ready, _, _ = select.select([self._far], [], [], TURN_S)
            said = _read(self._far) if ready else b""
            with self._lock:
                if self._near is None:
                    self.lost_bytes += len(said)
                    continue
                if (heard := self.from_twin(said)) != b"":
                    self._near.send(heard)
                asked = self._near.receive(0)
            if asked:
                with suppress(BlockingIOError):
                    os.write(self._far, asked)


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, READ_BYTES_MAX)
    except OSError:
        return b""

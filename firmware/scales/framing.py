"""Frames out of a stream of bytes, and what the codecs share that read them."""

from typing import Protocol

from firmware.scales.reading import Reading

POLL_EVERY_US = 250_000
"""Four times a second: a person does not wait for the scale, and 30 bytes take 30 ms at 9600 baud."""


def checksum(body: bytes) -> int:
    """XOR of all bytes."""
    total = 0
    for byte in body:
        total ^= byte
    return total


class Frames(Protocol):
    """Cuts a stream into frames."""

    def feed(self, data: bytes) -> list[bytes]:
        """The frames that these bytes complete; the same ones however the stream is cut into pieces."""
        ...


class MarkedFrames:
    """Frames that end in a mark, and may begin with one.

    Args:
        end: The last byte of each frame.
        bytes_max: A frame that is longer, marks included, is thrown away; no more is kept of one that has no end yet.
        start: The first byte of each frame, if there is one: what comes before the last of them is thrown away.

    >>> MarkedFrames(b"!", 8, start=b"?").feed(b"noise?half?whole!?more")
    [b'?whole!']
    """

    def __init__(self, end: bytes, bytes_max: int, *, start: bytes = b"") -> None:
        assert len(end) == 1 and len(start) <= 1, (end, start)
        self._end = end
        self._start = start
        self._bytes_max = bytes_max
        self._buffer = bytearray()

    @property
    def kept_bytes(self) -> int:
        """How many bytes are kept of a frame that has no end yet: at most ``bytes_max``."""
        return len(self._buffer)

    def feed(self, data: bytes) -> list[bytes]:
        """The frames that these bytes complete."""
        self._buffer += data
        *whole, rest = bytes(self._buffer).split(self._end) if self._end in data else [self._buffer]
        self._buffer = bytearray(rest[-self._bytes_max :])
        frames = []
        for body in whole:
            at = body.rfind(self._start) if self._start else 0
            if at >= 0 and len(body) - at < self._bytes_max:
                frames.append(bytes(body[at:]) + self._end)
        return frames


class SteadyLength:
    """For frames without a checksum whose length may differ: one that is longer or shorter than the last may have a
    byte lost or doubled on the line, and is believed only when a second of its length follows it.

    >>> [SteadyLength().believes(b"1.00")] + list(map(SteadyLength().believes, (b"1.00", b"1.0", b"1.00", b"100")))
    [True, True, False, True, False]
    """

    def __init__(self) -> None:
        self._believed: int | None = None
        self._seen: int | None = None

    def believes(self, frame: bytes) -> bool:
        """Whether this frame is as long as the one before, or as the last that was believed."""
        length = len(frame)
        if self._believed in (None, length) or self._seen == length:
            self._believed = length
        self._seen = length
        return self._believed == length


class FramedCodec:
    """A codec over frames. A protocol says what it sends, and what a frame means."""

    hello = b""
    poll = b""
    poll_every_us = POLL_EVERY_US
    zero_command: bytes | None = None
    tare_command: bytes | None = None

    def __init__(self, frames: Frames) -> None:
        self._frames = frames

    def feed(self, data: bytes) -> list[Reading]:
        """The readings that these bytes complete."""
        readings = (self._parse(frame) for frame in self._frames.feed(data))
        return [reading for reading in readings if reading is not None]

    def reply(self) -> bytes:
        """What to send at once because of what was fed: nothing."""
        return b""

    def zero(self, _channel: int = 0) -> bytes | None:
        """The command that makes what lies there the zero; None if the protocol has none."""
        return self.zero_command

    def tare(self, _channel: int = 0) -> bytes | None:
        """The command that takes what lies there off the weight; None if the protocol has none."""
        return self.tare_command

    def _parse(self, frame: bytes) -> Reading | None:
        """What one whole frame says; None if it is no weight and no state."""
        raise NotImplementedError

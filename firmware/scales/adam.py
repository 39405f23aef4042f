"""Adam Equipment CPWplus: 9600 8N1, CRLF, asked with ``G`` for the gross weight: ``G + 2.00 kg``.

The answer does not say whether the load is at rest. The codec makes it out: a weight is stable once it was told
``STABLE_ANSWERS`` times in a row, and in motion before. Gross is asked and not net, so that a tare key pressed by
accident makes no parcel lighter; ``Z`` is the scale's tare/zero key. What the scale answers when it is over or under
its range is in no manual; if it answers nothing, the line is told as silent.

The AZextra speaks another protocol (4800 8N1, ``P``, nothing unless there is a new weight) and is not this one.

Source: Adam Equipment, CPWplus user manual, section 11 (RS-232 interface; speed, bits and parity are selectable).
"""

import re

from firmware.scales.codec import LineSettings
from firmware.scales.framing import FramedCodec, MarkedFrames, SteadyLength
from firmware.scales.reading import Reading, milligrams

LINE_BYTES_MAX = 32
STALE_AFTER_US = 3_000_000
"""Twelve polls without an answer."""
STABLE_ANSWERS = 4
"""The same weight so often in a row is at rest: three polls apart are 0.75 s."""
SETTINGS = LineSettings(baud=9_600)
_LINE = re.compile(rb"G {0,4}([+-]) {0,8}([0-9]{1,6}(?:\.[0-9]{1,4})?) {0,2}(kg|g|lb|oz)\r\n")


class Codec(FramedCodec):
    """Bytes of the line in, readings (of channel 0) out."""

    poll = b"G\r\n"
    zero_command = b"Z\r\n"

    def __init__(self) -> None:
        super().__init__(MarkedFrames(b"\n", LINE_BYTES_MAX))
        self._length = SteadyLength()
        self._last_mg: int | None = None
        self._times = 0

    def _parse(self, frame: bytes) -> Reading | None:
        found = _LINE.fullmatch(frame)
        weight = None if found is None else milligrams((found[1] + found[2]).decode(), found[3].decode())
        if weight is None or not self._length.believes(frame):
            return None
        self._times = self._times + 1 if weight == self._last_mg else 1
        self._last_mg = weight
        return Reading(0, "stable" if self._times >= STABLE_ANSWERS else "motion", weight)

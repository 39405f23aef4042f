"""Toledo 8217, which checkout scales of Mettler Toledo speak: 9600 7E1, asked with ``W``, no terminator.

Answer: ``STX WW.WWW[N] CR`` kilograms, or ``STX [0]WW.WW[N] CR`` pounds (``N``: net, a tare is taken off). When there
is no weight to tell: ``STX ? status CR``, with bit 0 in motion, 1 over capacity, 2 under zero, 3 outside the range in
which zero is captured, 4 centre of zero, 5 net, 6 always 1, 7 the parity. Commands: ``Z`` zero, ``T CR`` tare, both
answered with the status.

The frame has no checksum, and a pound's frame with a digit missing looks like another pound's: which unit is on the
scale is therefore configured and never guessed, and of kilograms only the full six characters count.

Source: Mettler Toledo, Diva Service Manual 72191202, sections 6.1.3.2 and 6.1.4.3 (commands, status byte).
"""

import re
from typing import Literal

from firmware.scales.codec import LineSettings
from firmware.scales.framing import FramedCodec, MarkedFrames
from firmware.scales.reading import Reading, milligrams

FRAME_BYTES_MAX = 10
STALE_AFTER_US = 3_000_000
"""Twelve polls without an answer."""
SETTINGS = LineSettings(baud=9_600, data_bits=7, parity="even")
MOTION, OVER, UNDER, OUTSIDE_ZERO, ALWAYS = 0x01, 0x02, 0x04, 0x08, 0x40
"""Bits of the status."""
_WEIGHTS = {
    "kg": re.compile(rb"\x02([0-9]{2}\.[0-9]{3})N?\r"),
    "lb": re.compile(rb"\x02(0?[0-9]{2}\.[0-9]{2})N?\r"),
}
_STATUS = re.compile(rb"\x02\?([\x40-\x7f])\r")


class Codec(FramedCodec):
    """Bytes of the line in, readings (of channel 0) out; ``unit`` is what the scale is set to."""

    poll = b"W"
    zero_command = b"Z"
    tare_command = b"T\r"

    def __init__(self, unit: Literal["kg", "lb"] = "kg") -> None:
        super().__init__(MarkedFrames(b"\r", FRAME_BYTES_MAX, start=b"\x02"))
        self._unit = unit

    def _parse(self, frame: bytes) -> Reading | None:
        weight = _WEIGHTS[self._unit].fullmatch(frame)
        if weight is not None:
            return Reading(0, "stable", milligrams(weight[1].decode(), self._unit))
        status = _STATUS.fullmatch(frame)
        return None if status is None else _state(status[1][0])


def _state(status: int) -> Reading | None:
    """A status that tells of none of these answers a command, and says nothing of the load."""
    if status & OVER:
        return Reading(0, "over", None)
    if status & UNDER:
        return Reading(0, "under", None)
    if status & MOTION:
        return Reading(0, "motion", None)
    if status & OUTSIDE_ZERO:
        return Reading(0, "zero_error", None)
    return None

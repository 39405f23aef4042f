"""Ohaus Defender indicators: 9600 8N1 [?], CRLF, asked with ``IP`` (print at once, stable or not).

Line of 19 characters: polarity 1, space, weight 7 (right-justified), space, unit 5, stability 1 (``?`` in motion,
blank stable), legend 3 (``G`` gross, ``NET``, ``T`` the tare and not the load). ``Z`` zero, ``T`` tare. What a Defender
prints when it is over or under its range is in no manual; if it prints nothing, the line is told as silent.

Source: Ohaus, Defender 3000 Series Indicators manual, section 5.2 (output format), table 5-1 (commands).
"""

import re

from firmware.scales.codec import LineSettings
from firmware.scales.framing import FramedCodec, MarkedFrames
from firmware.scales.reading import Reading, milligrams

LINE_BYTES_MAX = 21
STALE_AFTER_US = 3_000_000
"""Twelve polls without an answer."""
SETTINGS = LineSettings(baud=9_600)
_LINE = re.compile(rb"([ -]) ( *[0-9]+(?:\.[0-9]+)?) ([a-z ]{5})([ ?])(?:G  |  G|NET|   )\r\n")


class Codec(FramedCodec):
    """Bytes of the line in, readings (of channel 0) out."""

    poll = b"IP\r\n"
    zero_command = b"Z\r\n"
    tare_command = b"T\r\n"

    def __init__(self) -> None:
        super().__init__(MarkedFrames(b"\n", LINE_BYTES_MAX))

    def _parse(self, frame: bytes) -> Reading | None:
        found = _LINE.fullmatch(frame)
        if found is None or len(frame) != LINE_BYTES_MAX:
            return None
        number = (found[1] + found[2].strip()).decode().strip()
        weight = milligrams(number, found[3].decode().strip())
        if weight is None:
            return None
        return Reading(0, "motion" if found[4] == b"?" else "stable", weight)

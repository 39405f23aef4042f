"""A&D Standard Format, of A&D's balances and platform scales: 2400 7E1 [?], CRLF, asked with ``Q`` or streaming.

Line: ``HH,+00123.45  g CR LF``: header, nine characters with sign and point, unit of three. ``ST`` stable, ``US`` in
motion, ``OL`` out of range (its sign says on which side, what follows it differs by model), ``QT`` a count and no
weight. A comparator adds ``HI``, ``OK``, ``LO`` or ``--`` after the header. ``Z`` zero, ``T`` tare, both echoed.

Source: A&D, instruction manuals EK-L series (9-2 Data format), GC series (16.2), HV-G/HW-G series (16.1, 16.3: at least
500 ms between commands). 2400 7E1 is what A&D's balances are delivered with by their users' word.
"""

import re

from firmware.scales.codec import LineSettings
from firmware.scales.framing import FramedCodec, MarkedFrames
from firmware.scales.reading import Reading, milligrams

LINE_BYTES_MAX = 24
STALE_AFTER_US = 4_000_000
"""Eight polls without an answer."""
SETTINGS = LineSettings(baud=2_400, data_bits=7, parity="even")
_WEIGHT = re.compile(
    rb"(ST|US),(?:(?:HI|OK|LO|--),)?(?=[+-][0-9.]{8}[ a-z])([+-][0-9]{1,8}(?:\.[0-9]{1,6})?)([ a-z]{3})\r\n"
)
_OUT_OF_RANGE = re.compile(rb"OL,(?:(?:HI|OK|LO|--),)?([+-])(?:[0-9]{7}E\+19|[0-9.]{8}[ a-zA-Z%]{3})\r\n")


class Codec(FramedCodec):
    """Bytes of the line in, readings (of channel 0) out."""

    poll = b"Q\r\n"
    poll_every_us = 500_000
    zero_command = b"Z\r\n"
    tare_command = b"T\r\n"

    def __init__(self) -> None:
        super().__init__(MarkedFrames(b"\n", LINE_BYTES_MAX))

    def _parse(self, frame: bytes) -> Reading | None:
        out = _OUT_OF_RANGE.fullmatch(frame)
        if out is not None:
            return Reading(0, "over" if out[1] == b"+" else "under", None)
        found = _WEIGHT.fullmatch(frame)
        weight = None if found is None else milligrams(found[2].decode(), found[3].decode().strip())
        if found is None or weight is None:
            return None
        return Reading(0, "stable" if found[1] == b"ST" else "motion", weight)

"""CAS indicators that stream (CI, NT, PDI series): 9600 8N1, 22 bytes a line, unasked.

Line: ``ST,GS,`` device lamps ``,`` weight 8, space, unit 2, CR LF. ``ST`` stable, ``US`` in motion, ``OL`` over; ``GS``
gross, ``NT`` net. The lamps are a byte whose bit 7 is always 1 (the only one that is no ASCII): bit 6 stable, 4 hold,
2 gross, 1 tare, 0 zero. A display on hold does not show what lies there, so it counts as in motion without a weight,
and a line whose lamp says in motion is in motion whatever its header says. The stream takes no commands.

Source: CAS, manuals CI-600D series (10-1), PDI series (8-2), CI-6000A series: CAS 22 bytes format.
"""

import re

from firmware.scales.codec import LineSettings
from firmware.scales.framing import FramedCodec, MarkedFrames
from firmware.scales.reading import Reading, milligrams

LINE_BYTES_MAX = 22
STALE_AFTER_US = 3_000_000
"""Indicators stream several times a second."""
SETTINGS = LineSettings(baud=9_600)
STABLE_LAMP, HOLD_LAMP = 0x40, 0x10
_LINE = re.compile(rb"(ST|US|OL),(?:GS|NT),[!-~]([\x80-\xff]),([ 0-9.+-]{8}) (kg| g|g |lb)\r\n")
_NUMBER = re.compile(rb" *([+-]?) *([0-9]+(?:\.[0-9]+)?)")


class Codec(FramedCodec):
    """Bytes of the line in, readings (of channel 0) out."""

    def __init__(self) -> None:
        super().__init__(MarkedFrames(b"\n", LINE_BYTES_MAX))

    def _parse(self, frame: bytes) -> Reading | None:
        found = _LINE.fullmatch(frame)
        if found is None:
            return None
        if found[1] == b"OL":
            return Reading(0, "over", None)
        number = _NUMBER.fullmatch(found[3])
        weight = None if number is None else milligrams((number[1] + number[2]).decode(), found[4].decode().strip())
        if weight is None:
            return None
        lamps = found[2][0]
        if lamps & HOLD_LAMP:
            return Reading(0, "motion", None)
        return Reading(0, "stable" if found[1] == b"ST" and lamps & STABLE_LAMP else "motion", weight)

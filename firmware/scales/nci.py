"""NCI, the protocol of Weigh-Tronix (Avery Weigh-Tronix, Brecknell) scales: 9600 7E1 or 8N1, asked with ``W CR``.

Answer: ``LF xxxx.xxuu CR LF hh CR ETX``: the weight, its unit, and two to four status bytes; some send ``S`` before
them. Without a weight only the status comes: ``LF hh CR ETX``. What the scale does not know it answers ``LF ? CR ETX``.

Status 1: bit 0 in motion, 1 at zero, 2 RAM error, 3 EEPROM error. Status 2: bit 0 under capacity, 1 over capacity, 2
ROM error, 3 faulty calibration. Status 3: bit 2 net weight, 3 initial zero error. Bits 4 and 5 are always 1; bit 6 of
the second and later bytes says that another follows. The weight is filled with ``^`` when over, ``_`` when under, ``-``
at a zero error. ``Z CR`` zero, ``T CR`` tare, where the model has one; both are answered with the status.

Source: Weigh-Tronix SCP-01; Mettler Toledo, Diva Service Manual 72191202, section 6.1.2 (status bytes); Avery
Weigh-Tronix, ZM400 Series Service Manual, section 7.3 (commands).
"""

import re

from firmware.scales.codec import LineSettings
from firmware.scales.framing import FramedCodec, MarkedFrames, SteadyLength
from firmware.scales.reading import Reading, State, milligrams

FRAME_BYTES_MAX = 40
STALE_AFTER_US = 3_000_000
"""Twelve polls without an answer."""
SETTINGS = LineSettings(baud=9_600, data_bits=7, parity="even")
MOTION, RAM_ERROR, EEPROM_ERROR = 0x01, 0x04, 0x08
"""Bits of the first status byte."""
UNDER, OVER, ROM_ERROR, BAD_CALIBRATION = 0x01, 0x02, 0x04, 0x08
"""Bits of the second."""
INITIAL_ZERO_ERROR = 0x08
"""Bit of the third."""
_FRAME = re.compile(
    rb"(?:\n(?P<weight>[ ]{0,8}-?[ ]{0,8}[0-9]{1,7}(?:\.[0-9]{1,5})?|\^{4,10}|_{4,10}|-{4,10})[ ]?"
    rb"(?P<unit>[a-zA-Z]{1,2})[ ]{0,3}\r)?"
    rb"\nS?(?P<status>[\x30-\x3f](?:[\x30-\x3f]|[\x70-\x7f][\x30-\x3f]|[\x70-\x7f]{2}[\x30-\x3f]))\r\x03\Z"
)
_FILLED: dict[bytes, State] = {b"^": "over", b"_": "under"}


class Codec(FramedCodec):
    """Bytes of the line in, readings (of channel 0) out."""

    poll = b"W\r"
    zero_command = b"Z\r"
    tare_command = b"T\r"

    def __init__(self) -> None:
        super().__init__(MarkedFrames(b"\x03", FRAME_BYTES_MAX))
        self._length = SteadyLength()

    def _parse(self, frame: bytes) -> Reading | None:
        found = _FRAME.search(frame)
        if found is None:
            return None
        weight = (found["weight"] or b"").replace(b" ", b"")
        state = _state(found["status"], weight)
        if state not in ("stable", "motion"):
            return Reading(0, state, None)
        weight_mg = milligrams(weight.decode(), (found["unit"] or b"").decode().lower())
        if weight_mg is None:
            return Reading(0, state, None) if state == "motion" and not weight else None
        if not self._length.believes(found[0]):
            return None
        return Reading(0, state, weight_mg)


def _state(status: bytes, weight: bytes) -> State:
    """The worst that status or filling tells."""
    first, second, third = status[0], status[1], status[2] if len(status) > 2 else 0
    if first & (RAM_ERROR | EEPROM_ERROR) or second & (ROM_ERROR | BAD_CALIBRATION) or third & INITIAL_ZERO_ERROR:
        return "zero_error"
    if weight.startswith(b"--"):
        return "zero_error"
    if weight[:1] in _FILLED:
        return _FILLED[weight[:1]]
    if second & OVER:
        return "over"
    if second & UNDER:
        return "under"
    return "motion" if first & MOTION else "stable"

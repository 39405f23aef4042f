"""CAS scales at a cash register (PD-II, type 6): 9600 8N1. ``ENQ`` is answered ``ACK``, then ``DC1`` with a block.

Block of 15 bytes: ``SOH STX STA SIGN W6 UN2 BCC ETX EOT``. STA is ``S`` stable or ``U`` not; SIGN is a space, ``-``,
or ``F`` when over (the weight is then all ``F``); BCC is the XOR of STA to UN2. The check character can be any byte,
also one that marks something elsewhere, so blocks are cut by their length. There are no commands for zero and tare.

Source: CAS, PD-II manual, section 3.1.6 (type-6 interface). Whether W6 has a point is in no manual; a number of
kilograms without one could be off by a thousand, so it is no weight.
"""

import re

from firmware.scales.codec import LineSettings
from firmware.scales.framing import FramedCodec, checksum
from firmware.scales.reading import Reading, milligrams

ENQ, ACK, DC1 = b"\x05", b"\x06", b"\x11"
BLOCK_BYTES = 15
STALE_AFTER_US = 3_000_000
"""Twelve polls without an answer."""
SETTINGS = LineSettings(baud=9_600)
_MARK = re.compile(rb"\x06|\x01\x02|\x01\Z")
_BLOCK = re.compile(rb"\x01\x02(([SU])([ F-])([ 0-9.]{6}|F{6})([A-Za-z ]{2}))([\x00-\xff])\x03\x04", re.DOTALL)


class Blocks:
    """Cuts the stream into blocks with a right check character, and acknowledgements."""

    def __init__(self) -> None:
        self._buffer = b""

    @property
    def kept_bytes(self) -> int:
        """How many bytes are kept of a block that is not whole: less than 15."""
        return len(self._buffer)

    def feed(self, data: bytes) -> list[bytes]:
        """The blocks and acknowledgements that these bytes complete."""
        self._buffer += data
        frames, at = [], 0
        while (mark := _MARK.search(self._buffer, at)) is not None:
            at = mark.start()
            if mark[0] == ACK:
                frames.append(ACK)
                at += 1
            elif len(self._buffer) - at < BLOCK_BYTES:
                self._buffer = self._buffer[at:]
                return frames
            elif (block := self._buffer[at : at + BLOCK_BYTES]) and _is_right(block):
                frames.append(block)
                at += BLOCK_BYTES
            else:
                at += 1
        self._buffer = b""
        return frames


def _is_right(block: bytes) -> bool:
    found = _BLOCK.fullmatch(block)
    return found is not None and found[6][0] == checksum(found[1])


class Codec(FramedCodec):
    """Bytes of the line in, readings (of channel 0) out."""

    poll = ENQ

    def __init__(self) -> None:
        super().__init__(Blocks())
        self._acknowledged = False

    def reply(self) -> bytes:
        """``DC1`` once after an acknowledgement: now the scale waits for what it is asked."""
        acknowledged, self._acknowledged = self._acknowledged, False
        return DC1 if acknowledged else b""

    def _parse(self, frame: bytes) -> Reading | None:
        if frame == ACK:
            self._acknowledged = True
            return None
        found = _BLOCK.fullmatch(frame)
        assert found is not None, "only whole blocks are cut"
        _, status, sign, number, unit, _ = found.groups()
        if sign == b"F":
            return Reading(0, "over", None)
        text, of = (sign + number.strip()).decode().strip(), unit.decode().strip().lower()
        weight = milligrams(text, of) if "." in text or of == "g" else None
        if weight is None:
            return None
        return Reading(0, "stable" if status == b"S" else "motion", weight)

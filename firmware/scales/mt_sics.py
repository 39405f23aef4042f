"""MT-SICS, the command set of Mettler Toledo scales (Ohaus Ranger after ``PSI`` too): 9600 8N1, CRLF both ways.

``SIR`` makes the scale send its weight again and again: ``S S 100.00 g`` stable, ``S D`` in motion, ``S +`` over,
``S -`` under, ``S I`` no valid weight.

Source: Mettler Toledo, Reference Manual MT-SICS (commands S, SI, SIR; replies are split on white space).
"""

from firmware.scales.reading import Reading, milligrams

LINE_BYTES_MAX = 80
"""A reply is under 30 bytes; what grows beyond this without an end is thrown away."""
STALE_AFTER_US = 3_000_000
"""``SIR`` repeats several times a second."""
BAUD = 9_600


class Codec:
    """Bytes of the line in, readings (of channel 0) out."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    @property
    def hello(self) -> bytes:
        """What to send when the line opens: repeat the weight from now on."""
        return b"SIR\r\n"

    def feed(self, data: bytes) -> list[Reading]:
        """The readings that these bytes complete."""
        self._buffer += data
        readings = []
        while (end := self._buffer.find(b"\n")) >= 0:
            line = bytes(self._buffer[: end + 1])
            del self._buffer[: end + 1]
            reading = _parse(line)
            if reading is not None:
                readings.append(reading)
        if len(self._buffer) > LINE_BYTES_MAX:
            del self._buffer[:-LINE_BYTES_MAX]
        return readings


def _parse(line: bytes) -> Reading | None:
    if not line.endswith(b"\r\n") or len(line) > LINE_BYTES_MAX:
        return None
    words = line.decode("ascii", "replace").split()
    match words:
        case ["S", "S" | "D" as state, number, unit]:
            weight = milligrams(number, unit)
            return None if weight is None else Reading(0, "stable" if state == "S" else "motion", weight)
        case ["S", "+"]:
            return Reading(0, "over", None)
        case ["S", "-"]:
            return Reading(0, "under", None)
        case ["S", "I"]:
            return Reading(0, "zero_error", None)
    return None

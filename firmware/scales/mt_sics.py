"""MT-SICS, the command set of Mettler Toledo scales (Ohaus Ranger after ``PSI`` too): 9600 8N1, CRLF both ways.

``SIR`` makes the scale send its weight again and again: ``S S 100.00 g`` stable, ``S D`` in motion, ``S +`` over,
``S -`` under, ``S I`` no valid weight. ``Z`` is zero, ``T`` is tare; their answers are no reading.

Source: Mettler Toledo, Reference Manual MT-SICS (commands S, SI, SIR, T, Z; replies are split on white space).
"""

from firmware.scales.codec import LineSettings
from firmware.scales.framing import FramedCodec, MarkedFrames, SteadyLength
from firmware.scales.reading import Reading, milligrams

LINE_BYTES_MAX = 80
"""A reply is under 30 bytes; what grows beyond this without an end is thrown away."""
STALE_AFTER_US = 3_000_000
"""``SIR`` repeats several times a second."""
SETTINGS = LineSettings(baud=9_600)


class Codec(FramedCodec):
    """Bytes of the line in, readings (of channel 0) out."""

    hello = b"SIR\r\n"
    zero_command = b"Z\r\n"
    tare_command = b"T\r\n"

    def __init__(self) -> None:
        super().__init__(MarkedFrames(b"\n", LINE_BYTES_MAX))
        self._length = SteadyLength()

    def _parse(self, frame: bytes) -> Reading | None:
        if not frame.endswith(b"\r\n"):
            return None
        match frame.decode("ascii", "replace").split():
            case ["S", "S" | "D" as state, number, unit]:
                weight = milligrams(number, unit)
                if weight is None or not self._length.believes(frame):
                    return None
                return Reading(0, "stable" if state == "S" else "motion", weight)
            case ["S", "+"]:
                return Reading(0, "over", None)
            case ["S", "-"]:
                return Reading(0, "under", None)
            case ["S", "I"]:
                return Reading(0, "zero_error", None)
        return None

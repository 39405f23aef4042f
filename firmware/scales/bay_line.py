"""The bay line: one multi-channel indicator on one serial line, unasked frames that carry a channel.

Frame: ``STX CC,SS,+NNNNNNN.N,g,HH CR LF``. CC channel 00 to 99; SS is ST stable, US in motion, OL over, UL under,
ER cell fault; HH is the XOR of the bytes from CC up to and without the last comma, in two hexadecimal digits.
"""

from firmware.scales.reading import Reading, State, milligrams

STX = 0x02
FRAME_BYTES_MAX = 40
"""A frame is 23 bytes long; what grows beyond this without an end is thrown away."""
STALE_AFTER_US = 12_000_000
"""Each channel is sent at least every 5 s: after two that are missing the line is stale."""
BAUD = 115_200
CHANNEL_MAX = 99
_STATES: dict[str, State] = {"ST": "stable", "US": "motion", "OL": "over", "UL": "under", "ER": "zero_error"}
_CODES = {state: code for code, state in _STATES.items()}


def checksum(body: bytes) -> int:
    """XOR of all bytes."""
    total = 0
    for byte in body:
        total ^= byte
    return total


def encode(reading: Reading) -> bytes:
    """The frame of a reading, as the indicator sends it: to the nearest tenth of a gram.

    >>> encode(Reading(7, "stable", 1234500))[1:-2].decode()
    '07,ST,+0001234.5,g,4F'
    """
    assert 0 <= reading.channel <= CHANNEL_MAX, reading
    tenths = round((reading.weight_mg or 0) / 100)
    assert abs(tenths) < 10**8, reading
    sign = "-" if tenths < 0 else "+"
    whole, part = divmod(abs(tenths), 10)
    body = f"{reading.channel:02d},{_CODES[reading.state]},{sign}{whole:07d}.{part},g".encode()
    return b"\x02" + body + f",{checksum(body):02X}\r\n".encode()


NO_HELLO = b""
"""Nothing is asked when the line opens: the indicator sends each channel by itself, at least every 5 s."""


class Codec:
    """Bytes of the line in, readings out. Garbage is skipped; a frame with a wrong checksum is no reading."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    @property
    def hello(self) -> bytes:
        """What to send when the line opens."""
        return NO_HELLO

    def feed(self, data: bytes) -> list[Reading]:
        """The readings that these bytes complete."""
        self._buffer += data
        readings = []
        while (end := self._buffer.find(b"\n")) >= 0:
            frame = bytes(self._buffer[: end + 1])
            del self._buffer[: end + 1]
            reading = _parse(frame[frame.rfind(STX) :] if STX in frame else b"")
            if reading is not None:
                readings.append(reading)
        if len(self._buffer) > FRAME_BYTES_MAX:
            del self._buffer[:-FRAME_BYTES_MAX]
        return readings


def _parse(frame: bytes) -> Reading | None:
    if len(frame) > FRAME_BYTES_MAX or not frame.endswith(b"\r\n"):
        return None
    body, comma, check = frame[1:-2].rpartition(b",")
    if not comma or len(check) != 2 or f"{checksum(body):02X}".encode() != check:
        return None
    fields = body.decode("ascii", "replace").split(",")
    if len(fields) != 4 or not (len(fields[0]) == 2 and fields[0].isdecimal()) or fields[1] not in _STATES:
        return None
    state = _STATES[fields[1]]
    weight = milligrams(fields[2], fields[3]) if state in ("stable", "motion") else None
    if state in ("stable", "motion") and weight is None:
        return None
    return Reading(int(fields[0]), state, weight)

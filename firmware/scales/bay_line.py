"""The bay line: one multi-channel indicator on one serial line, unasked frames that carry a channel.

Frame: ``STX CC,SS,+NNNNNNN.N,g,HH CR LF``. CC channel 00 to 99; SS is ST stable, US in motion, OL over, UL under,
ER cell fault; HH is the XOR of the bytes from CC up to and without the last comma, in two hexadecimal digits. A channel
is sent when its state changes, when its stable weight changes by a division or more, at most ten times a second while
in motion, and at least every 5 s.

Commands, host to indicator: ``STX CC,Z,HH CR LF`` zero, ``T`` tare, ``Q`` tell it now; the channel's frame answers.
"""

import re
from typing import Literal

from firmware.scales.codec import LineSettings
from firmware.scales.framing import FramedCodec, MarkedFrames, checksum
from firmware.scales.reading import Reading, State, milligrams

STX = 0x02
FRAME_BYTES_MAX = 40
"""A frame is 23 bytes long; what grows beyond this without an end is thrown away."""
STALE_AFTER_US = 12_000_000
"""Each channel is sent at least every 5 s: after two that are missing the line is stale."""
SETTINGS = LineSettings(baud=115_200)
CHANNEL_MAX = 99
_STATES: dict[str, State] = {"ST": "stable", "US": "motion", "OL": "over", "UL": "under", "ER": "zero_error"}
_CHANNEL = re.compile("[0-9]{2}")
_CODES = {state: code for code, state in _STATES.items()}


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


Command = Literal["Z", "T", "Q"]
"""Zero, tare, tell it now."""
_COMMANDS: dict[str, Command] = {"Z": "Z", "T": "T", "Q": "Q"}
_COMMAND = re.compile(rb"\x02(([0-9]{2}),([ZTQ])),([0-9A-F]{2})\r\n")


def encode_command(channel: int, command: Command) -> bytes:
    """What the host says to one channel.

    >>> encode_command(7, "Z")[1:-2].decode()
    '07,Z,71'
    """
    assert 0 <= channel <= CHANNEL_MAX, channel
    body = f"{channel:02d},{command}".encode()
    return b"\x02" + body + f",{checksum(body):02X}\r\n".encode()


def decode_command(frame: bytes) -> tuple[int, Command] | None:
    """The channel and what it is told to do; None if the frame is no command."""
    found = _COMMAND.fullmatch(frame)
    if found is None or int(found[4], 16) != checksum(found[1]):
        return None
    return int(found[2]), _COMMANDS[found[3].decode()]


def frames() -> MarkedFrames:
    """The cutter of this line's frames, for both ends of it."""
    return MarkedFrames(b"\n", FRAME_BYTES_MAX, start=bytes([STX]))


class Codec(FramedCodec):
    """Bytes of the line in, readings out. Garbage is skipped; a frame with a wrong checksum is no reading.

    Nothing is asked when the line opens: the indicator sends each channel by itself, at least every 5 s.
    """

    def __init__(self) -> None:
        super().__init__(frames())

    def zero(self, channel: int = 0) -> bytes:
        """The command that makes what lies on a channel its zero."""
        return encode_command(channel, "Z")

    def tare(self, channel: int = 0) -> bytes:
        """The command that takes what lies on a channel off its weight."""
        return encode_command(channel, "T")

    def _parse(self, frame: bytes) -> Reading | None:
        if not frame.endswith(b"\r\n"):
            return None
        body, comma, check = frame[1:-2].rpartition(b",")
        if not comma or f"{checksum(body):02X}".encode() != check:
            return None
        fields = body.decode("ascii", "replace").split(",")
        if len(fields) != 4 or fields[3] != "g" or _CHANNEL.fullmatch(fields[0]) is None or fields[1] not in _STATES:
            return None
        state = _STATES[fields[1]]
        weight = milligrams(fields[2], fields[3]) if state in ("stable", "motion") else None
        if state in ("stable", "motion") and weight is None:
            return None
        return Reading(int(fields[0]), state, weight)

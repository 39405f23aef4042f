"""The bay line from the indicator's end: frames to send, commands to obey.

The host's end is firmware.scales.bay_line; a test holds the two together.
"""

LINE_BYTES_MAX = 64
"""Of a line that has no end yet, no more is kept."""
TENTHS_MAX = 99_999_999
"""A frame has seven digits of grams and one of tenths."""
COMMANDS = ("Z", "T", "Q")
"""Zero, tare, tell it now."""


def checksum(body: bytes) -> int:
    """XOR of all bytes."""
    total = 0
    for byte in body:
        total ^= byte
    return total


def encode(channel: int, state: str, weight_mg: int) -> bytes:
    """The frame of a channel, to the nearest tenth of a gram.

    >>> encode(7, "ST", 1234500)[1:-2].decode()
    '07,ST,+0001234.5,g,4F'
    """
    tenths = min((abs(weight_mg) + 50) // 100, TENTHS_MAX)
    sign = "-" if weight_mg < 0 and tenths else "+"
    body = f"{channel:02d},{state},{sign}{tenths // 10:07d}.{tenths % 10},g".encode()
    return b"\x02" + body + f",{checksum(body):02X}\r\n".encode()


def decode_command(line: bytes) -> "tuple[int, str] | None":
    """The channel and the command of a whole line; None if it is none, or its checksum is wrong.

    >>> decode_command(bytes([2]) + b"07,Z,71" + bytes([13, 10]))
    (7, 'Z')
    """
    start = line.rfind(b"\x02")
    if start < 0 or len(line) - start != 10 or not line.endswith(b"\r\n"):
        return None
    body, check = line[start + 1 : start + 5], line[start + 6 : start + 8]
    if f"{checksum(body):02X}".encode() != check or line[start + 5 : start + 6] != b",":
        return None
    channel, comma, command = body[:2], body[2:3], body[3:4]
    if comma != b"," or not channel.isdigit() or command not in (b"Z", b"T", b"Q"):
        return None
    return int(channel), command.decode()


class Lines:
    """Cuts what comes on a serial line into whole lines, each with its end."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> "list[bytes]":
        """The lines that these bytes complete; of one that is too long the beginning is lost."""
        whole = (self._rest + data).split(b"\n")
        self._rest = whole.pop()[-LINE_BYTES_MAX:]
        return [line[-LINE_BYTES_MAX:] + b"\n" for line in whole]

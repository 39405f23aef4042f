"""What every scale's wire protocol offers to the line that carries it."""

from dataclasses import dataclass
from typing import Literal, Protocol

from firmware.scales.reading import Reading

Parity = Literal["none", "even", "odd"]


@dataclass(frozen=True, kw_only=True)
class LineSettings:
    """How bytes travel on a serial line."""

    baud: int
    """Bits a second."""
    data_bits: Literal[7, 8] = 8
    parity: Parity = "none"
    stop_bits: Literal[1, 2] = 1

    def __str__(self) -> str:
        """As manuals write it.

        >>> str(LineSettings(baud=9600, data_bits=7, parity="even"))
        '9600 7E1'
        """
        return f"{self.baud} {self.data_bits}{self.parity[0].upper()}{self.stop_bits}"


class Codec(Protocol):
    """A scale's wire protocol, pure: bytes in, readings and the bytes to send out.

    A scale that speaks by itself has no ``poll``; one that must be told once to do so has a ``hello``.
    """

    @property
    def hello(self) -> bytes:
        """What to send when the line opens; nothing if empty."""
        ...

    @property
    def poll(self) -> bytes:
        """What to send every ``poll_every_us``, for the scale to say its weight; nothing if empty."""
        ...

    @property
    def poll_every_us(self) -> int:
        """How often to poll; the makers' manuals bound it from below."""
        ...

    def feed(self, data: bytes) -> list[Reading]:
        """The readings that these bytes complete. Garbage is skipped; it is never a weight and never an error."""
        ...

    def reply(self) -> bytes:
        """What to send at once because of what was fed, handed out once; mostly nothing."""
        ...

    def zero(self, channel: int) -> bytes | None:
        """The command that makes what lies on a channel its zero; None if the protocol has none."""
        ...

    def tare(self, channel: int) -> bytes | None:
        """The command that takes what lies on a channel off its weight; None if the protocol has none."""
        ...

"""The hands protocol: how a person, a test, a terminal or a page reaches a station's simulated metal.

JSON lines over the station's local Unix socket, only with ``--simulate``. Every request is answered by one
reply in order; after ``watch`` the socket also carries :class:`Seen` lines whenever what can be seen changes.
What is seen is read off the metal's twin (LED bytes, display bytes, printer tray), never off the logic.
"""

from typing import Literal, TypeVar

import msgspec

from edge.contract.state import BoardLine, Colour, Pattern, Prompt


class HandsRequest(msgspec.Struct, frozen=True, kw_only=True, tag_field="act", tag=str.lower):
    """What all requests share."""


class Press(HandsRequest, frozen=True, kw_only=True):
    """Press and release a button."""

    control: str
    """``confirm BIN``, ``short BIN`` at a bay; ``bay`` (a bay's own button); ``confirm``, ``minus``, ``plus``,
    ``problem`` at a bench."""
    held_ms: int = 60


class Place(HandsRequest, frozen=True, kw_only=True):
    """Let a scale carry this much: absolute, so that saying it twice changes nothing."""

    scale: str
    """A bin's name, or ``bench``."""
    mass_mg: int


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """One printed symbol on a thing held before a camera."""

    text: str
    symbology: Literal["EAN-13", "Code128", "DataMatrix", "QRCode"]


class Show(HandsRequest, frozen=True, kw_only=True):
    """Hold a thing before the camera until the next Show; nothing and not hidden means take it away."""

    symbols: tuple[Shown, ...] = ()
    label: str | None = None
    """Instead of symbols: the id of a label taken from the printer's tray."""
    hidden: bool = False
    """A thing whose symbol is covered by a thumb."""


class Scan(HandsRequest, frozen=True, kw_only=True):
    """Pull the trigger of the handheld scanner before a symbol."""

    text: str
    aim: str = ""
    """AIM symbology identifier, such as "]E0", if the scanner sends it."""


class TakeLabel(HandsRequest, frozen=True, kw_only=True):
    """Take the oldest label from the printer's tray; the reply is :class:`Label` or Refused if there is none."""


class Unplug(HandsRequest, frozen=True, kw_only=True):
    """Pull a device's plug, or put it back."""

    part: Literal["scale", "camera", "scanner", "printer", "supply"]
    plugged: bool


class Look(HandsRequest, frozen=True, kw_only=True):
    """Answer with :class:`Seen` once."""


class Inventory(HandsRequest, frozen=True, kw_only=True):
    """Answer with :class:`There`: what hands can take hold of."""


class Watch(HandsRequest, frozen=True, kw_only=True):
    """Answer with :class:`Seen` now and whenever it changes."""


AnyRequest = Press | Place | Show | Scan | TakeLabel | Unplug | Look | Inventory | Watch


class SeenLight(msgspec.Struct, frozen=True, kw_only=True):
    """A light that is on, as an eye sees it."""

    place: str
    colour: Colour
    pattern: Pattern
    text: str = ""
    rhythm: str = ""
    """The code that it repeats, where a station's lights have one beside their colours, such as "two dips"; empty
    until a round of it was seen."""


class HandsReply(msgspec.Struct, frozen=True, kw_only=True, tag_field="reply", tag=str.lower):
    """What all replies share."""


class Done(HandsReply, frozen=True, kw_only=True):
    """It was done."""

    at_us: int = 0
    """When a pressed button went down: monotonic microseconds of the station's machine."""


class Refused(HandsReply, frozen=True, kw_only=True):
    """It could not be done, and why."""

    why: str


class Label(HandsReply, frozen=True, kw_only=True):
    """A label from the tray."""

    label: str
    zpl: str


class Seen(HandsReply, frozen=True, kw_only=True):
    """Everything that can be seen at the station."""

    station: str
    lights: tuple[SeenLight, ...]
    lights_since_us: int = 0
    """When a bin's light was last changed: monotonic microseconds of the station's machine."""
    prompt: Prompt | None = None
    count_shown: int = 0
    """The number on a bench's count display."""
    labels_waiting: int = 0
    board: tuple[BoardLine, ...] = ()
    trouble: str = ""
    """What a bench's screen says of the station's own trouble: the hub is lost, nothing is recorded."""
    scales_loaded: bool = True
    """False after a start until every scale was told its load by Place."""
    heard: str = ""
    """What the buzzer let hear last: confirmed, undone, alarm."""
    heard_times: int = 0
    """How many sounds it has made."""


class There(HandsReply, frozen=True, kw_only=True):
    """What a station has for hands to take hold of."""

    station: str
    controls: tuple[str, ...] = ()
    scales: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    """Devices that can be unplugged."""


AnyReply = Done | Refused | Label | Seen | There

T = TypeVar("T")

_request: msgspec.json.Decoder[AnyRequest] = msgspec.json.Decoder(AnyRequest)
_reply: msgspec.json.Decoder[AnyReply] = msgspec.json.Decoder(AnyReply)
_encoder = msgspec.json.Encoder()


def encode_line(message: HandsRequest | HandsReply) -> bytes:
    """One message as a line, newline included."""
    return _encoder.encode(message) + b"\n"


def decode_request(line: bytes) -> AnyRequest:
    """One request line. Raises: msgspec.DecodeError (of which ValidationError is one)."""
    return _decode(_request, line)


def decode_reply(line: bytes) -> AnyReply:
    """One reply line. Raises: msgspec.DecodeError."""
    return _decode(_reply, line)


def _decode(decoder: "msgspec.json.Decoder[T]", line: bytes) -> T:
    try:
        return decoder.decode(line)
    except (RecursionError, UnicodeDecodeError) as error:  # msgspec lets these two through
        raise msgspec.DecodeError(f"Expected a line of the hands protocol, got {line[:80]!r}: {error}.") from error

"""Bytes to values and back: the only place where messages are encoded or decoded.

Unknown fields are ignored, so that an old hub survives a newer station; an unknown ``type`` of event
raises :class:`BadMessage`, and the hub quarantines that one event.
"""

from typing import TypeVar

import msgspec

from edge.contract.commands import AnyCommand, Result
from edge.contract.events import AnyEvent, Envelope, Event
from edge.contract.state import Ack, BayDesired, BenchDesired, Desired, Holder, Presence, Reported

T = TypeVar("T")

MESSAGE_BYTES_MAX = 1 << 20
"""A longer message is refused unread: the largest honest one (a full bay's desired state) is under 32 KiB."""

_encoder = msgspec.json.Encoder()
_event: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent)
_envelope = msgspec.json.Decoder(Envelope)
_ack = msgspec.json.Decoder(Ack)
_desired: msgspec.json.Decoder[Desired] = msgspec.json.Decoder(BayDesired | BenchDesired)
_reported = msgspec.json.Decoder(Reported)
_presence = msgspec.json.Decoder(Presence)
_holder = msgspec.json.Decoder(Holder)
_command: msgspec.json.Decoder[AnyCommand] = msgspec.json.Decoder(AnyCommand)
_result = msgspec.json.Decoder(Result)


class BadMessage(ValueError):
    """A message that is not of this contract: what was expected and what came."""


def encode(message: msgspec.Struct) -> bytes:
    """Any message of the contract as JSON bytes."""
    return _encoder.encode(message)


def _decode(decoder: "msgspec.json.Decoder[T]", what: str, payload: bytes) -> T:
    if len(payload) > MESSAGE_BYTES_MAX:
        raise BadMessage(f"{what}: expected at most {MESSAGE_BYTES_MAX} bytes, got {len(payload)}.")
    try:
        return decoder.decode(payload)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise BadMessage(f"{what}: {error}; got {payload[:80]!r}.") from error


def decode_event(payload: bytes | msgspec.Raw) -> Event:
    """One event. Raises: BadMessage."""
    return _decode(_event, "Event", bytes(payload))


def decode_envelope(payload: bytes) -> Envelope:
    """An envelope; its events stay raw. Raises: BadMessage."""
    return _decode(_envelope, "Envelope", payload)


def decode_ack(payload: bytes) -> Ack:
    """An acknowledgement. Raises: BadMessage."""
    return _decode(_ack, "Ack", payload)


def decode_desired(payload: bytes) -> Desired:
    """A desired state. Raises: BadMessage."""
    return _decode(_desired, "Desired", payload)


def decode_reported(payload: bytes) -> Reported:
    """A reported state. Raises: BadMessage."""
    return _decode(_reported, "Reported", payload)


def decode_presence(payload: bytes) -> Presence:
    """A presence. Raises: BadMessage."""
    return _decode(_presence, "Presence", payload)


def decode_holder(payload: bytes) -> Holder:
    """Which board has a station's name. Raises: BadMessage."""
    return _decode(_holder, "Holder", payload)


def decode_command(payload: bytes) -> AnyCommand:
    """A command. Raises: BadMessage."""
    return _decode(_command, "Command", payload)


def decode_result(payload: bytes) -> Result:
    """A command's result. Raises: BadMessage."""
    return _decode(_result, "Result", payload)

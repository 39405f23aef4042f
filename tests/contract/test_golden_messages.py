"""Golden messages: what was once sent must be understood for ever, and be sent the same way."""

import json
from collections.abc import Callable
from pathlib import Path
from types import UnionType
from typing import get_args

import msgspec
import pytest

from edge.contract import codec, hands
from edge.contract.commands import AnyCommand
from edge.contract.events import AnyEvent

GOLDEN = Path(__file__).parent / "golden"


def names(union: UnionType) -> list[str]:
    return [shape.__name__ for shape in get_args(union)]


DECODERS: dict[str, Callable[[bytes], msgspec.Struct]] = {
    "Ack": codec.decode_ack,
    "BayDesired": codec.decode_desired,
    "BenchDesired": codec.decode_desired,
    "Envelope": codec.decode_envelope,
    "Holder": codec.decode_holder,
    "Presence": codec.decode_presence,
    "Reported": codec.decode_reported,
    "Result": codec.decode_result,
    **dict.fromkeys(names(AnyEvent), codec.decode_event),
    **dict.fromkeys(names(AnyCommand), codec.decode_command),
}
HANDS: dict[str, Callable[[bytes], msgspec.Struct]] = {
    **dict.fromkeys(names(hands.AnyRequest), hands.decode_request),
    **dict.fromkeys(names(hands.AnyReply), hands.decode_reply),
}


def round_trip(path: Path, decode: Callable[[bytes], msgspec.Struct], name: str) -> tuple[str, str]:
    """The golden text, and the text that comes of decoding and encoding it."""
    golden = path.read_text("utf-8")
    message = decode(golden.encode())
    assert type(message).__name__ == name
    return golden, json.dumps(json.loads(codec.encode(message)), indent=2, ensure_ascii=False) + "\n"


@pytest.mark.parametrize("name", sorted(DECODERS))
def test_each_message_of_the_link_is_decoded_and_encoded_as_it_always_was(name: str) -> None:
    golden, again = round_trip(GOLDEN / f"{name}.json", DECODERS[name], name)
    assert again == golden


@pytest.mark.parametrize("name", sorted(HANDS))
def test_each_message_of_the_hands_is_decoded_and_encoded_as_it_always_was(name: str) -> None:
    golden, again = round_trip(GOLDEN / "hands" / f"{name}.json", HANDS[name], name)
    assert again == golden


def test_every_golden_message_is_of_a_known_type() -> None:
    assert {path.stem for path in GOLDEN.glob("*.json")} == set(DECODERS)
    assert {path.stem for path in (GOLDEN / "hands").glob("*.json")} == set(HANDS)


def test_an_unknown_field_is_ignored() -> None:
    assert codec.decode_ack(b'{"generation":1,"journal":"j","seq":2,"colour":"new"}').seq == 2


def test_an_unknown_type_of_event_is_a_bad_message_and_spoils_no_other() -> None:
    envelope = json.loads((GOLDEN / "Envelope.json").read_text("utf-8"))
    envelope["events"].insert(0, {**envelope["events"][0], "seq": 4711, "event": {"type": "UnitsTeleported"}})
    first, second = codec.decode_envelope(json.dumps(envelope).encode()).events
    with pytest.raises(codec.BadMessage, match="UnitsTeleported"):
        codec.decode_event(first.event)
    assert type(codec.decode_event(second.event)).__name__ == "UnitsPicked"


def test_a_message_that_is_too_long_is_refused_unread() -> None:
    with pytest.raises(codec.BadMessage, match="expected at most 1048576 bytes, got 1048577"):
        codec.decode_ack(b" " * (codec.MESSAGE_BYTES_MAX + 1))


def test_deep_nesting_is_a_bad_message() -> None:
    with pytest.raises(codec.BadMessage):
        codec.decode_reported(b'{"lit":' + b"[" * 200_000)

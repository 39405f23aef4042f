"""A million random bytes, and a million spoilt ones of golden messages, into every decoder of the contract."""

import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from edge.contract import codec, hands

GOLDEN = Path(__file__).parent / "golden"
FUZZED_BYTES = 1_000_000
CHUNK_BYTES_MAX = 2_000
NESTED = 20_000

DECODERS: dict[str, Callable[[bytes], object]] = {
    "event": codec.decode_event,
    "envelope": codec.decode_envelope,
    "ack": codec.decode_ack,
    "desired": codec.decode_desired,
    "reported": codec.decode_reported,
    "presence": codec.decode_presence,
    "holder": codec.decode_holder,
    "command": codec.decode_command,
    "result": codec.decode_result,
    "hands request": hands.decode_request,
    "hands reply": hands.decode_reply,
}
REFUSALS = (codec.BadMessage, msgspec.DecodeError)


def seeded(what: str) -> random.Random:
    """A generator whose seed is printed; FUZZ_SEED sets another."""
    seed = int(os.environ.get("FUZZ_SEED", "20261128"))
    print(f"FUZZ_SEED={seed} {what}")
    return random.Random(f"{seed} {what}")


def noise(rng: random.Random) -> Iterator[bytes]:
    """Uniformly random bytes."""
    left = FUZZED_BYTES
    while left:
        size = min(left, rng.randint(1, CHUNK_BYTES_MAX))
        left -= size
        yield rng.randbytes(size)


def spoilt(rng: random.Random) -> Iterator[bytes]:
    """Golden messages of any kind with some bytes changed, lost or put in."""
    golden = [path.read_bytes().strip() for path in sorted(GOLDEN.rglob("*.json"))]
    golden += [hands.encode_line(hands.Press(control="confirm bay-01/01")), hands.encode_line(hands.Look())]
    left = FUZZED_BYTES
    while left > 0:
        message = bytearray(rng.choice(golden))
        for _ in range(rng.randint(1, 5)):
            place = rng.randrange(len(message) + 1)
            message[place : place + rng.randint(0, 3)] = rng.randbytes(rng.randint(0, 3))
        left -= len(message)
        yield bytes(message)


def decoded(decode: Callable[[bytes], object], messages: Iterator[bytes]) -> list[object]:
    """What is taken for a message; all else is refused in the one way that whoever listens is ready for."""
    found = []
    for message in messages:
        try:
            found.append(decode(message))
        except REFUSALS as refusal:
            assert str(refusal)
    return found


@pytest.mark.parametrize("what", DECODERS)
def test_random_bytes_are_no_message(what: str) -> None:
    assert decoded(DECODERS[what], noise(seeded(what))) == []


@pytest.mark.parametrize("what", DECODERS)
def test_a_spoilt_message_is_refused_or_is_one_of_the_contract(what: str) -> None:
    found = decoded(DECODERS[what], spoilt(seeded(f"{what}, spoilt")))
    assert all(isinstance(message, msgspec.Struct) for message in found)


@pytest.mark.parametrize("what", DECODERS)
@pytest.mark.parametrize("deep", [b"[", b'{"a":', b'{"type":"bay","tasks":['], ids=["lists", "objects", "tasks"])
def test_what_is_nested_without_an_end_is_refused(what: str, deep: bytes) -> None:
    assert decoded(DECODERS[what], iter([deep * NESTED, b'{"x":' + deep * NESTED])) == []

"""The bay line: frames to readings, however the bytes are cut, and nothing from garbage."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.scales import bay_line
from firmware.scales.bay_line import Codec, decode_command, encode, encode_command
from firmware.scales.framing import checksum
from firmware.scales.reading import Reading, State

GOLDEN = [
    (b"\x0207,ST,+0001234.5,g,4F\r\n", Reading(7, "stable", 1_234_500)),
    (b"\x0200,US,-0000012.0,g,4D\r\n", Reading(0, "motion", -12_000)),
    (b"\x0299,OL,+0000000.0,g,4D\r\n", Reading(99, "over", None)),
    (b"\x0212,UL,+0000000.0,g,54\r\n", Reading(12, "under", None)),
    (b"\x0240,ER,+0000000.0,g,5D\r\n", Reading(40, "zero_error", None)),
]
WEIGHED: list[State] = ["stable", "motion"]
UNWEIGHED: list[State] = ["over", "under", "zero_error"]
CHANNELS = st.integers(0, bay_line.CHANNEL_MAX)
READINGS = st.one_of(
    st.builds(Reading, CHANNELS, st.sampled_from(WEIGHED), st.integers(-99_999_999, 99_999_999).map(lambda t: t * 100)),
    st.builds(Reading, CHANNELS, st.sampled_from(UNWEIGHED), st.none()),
)


def framed(body: bytes) -> bytes:
    """A body with a right checksum."""
    return b"\x02" + body + f",{checksum(body):02X}\r\n".encode()


def fed(data: bytes, cuts: list[int]) -> list[Reading]:
    """What a codec reads from these bytes when they come in pieces."""
    codec = Codec()
    edges = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    return [r for a, b in pairwise(edges) for r in codec.feed(data[a:b])]


@pytest.mark.parametrize(("frame", "reading"), GOLDEN)
def test_golden_frames_are_read_and_written(frame: bytes, reading: Reading) -> None:
    assert Codec().feed(frame) == [reading]
    assert encode(reading) == frame


@given(st.lists(READINGS, max_size=8))
def test_what_is_written_is_read(readings: list[Reading]) -> None:
    assert Codec().feed(b"".join(map(encode, readings))) == readings


@given(
    st.lists(st.one_of(READINGS.map(encode), st.binary(max_size=60), st.just(b"\x02" * 50)), max_size=6),
    st.lists(st.integers(0, 10_000), max_size=12),
)
def test_however_the_bytes_are_cut_the_readings_are_the_same(pieces: list[bytes], cuts: list[int]) -> None:
    data = b"".join(pieces)
    whole = Codec().feed(data)
    assert fed(data, cuts) == whole
    assert fed(data, list(range(len(data)))) == whole


@given(st.binary(max_size=300))
def test_garbage_is_no_weight(garbage: bytes) -> None:
    for reading in Codec().feed(garbage):
        # only a frame that is right in every byte may be read, and garbage may hold one
        assert encode(reading) in garbage


@given(READINGS, READINGS, st.data())
def test_one_wrong_byte_costs_its_frame_and_no_other(spoilt: Reading, good: Reading, data: st.DataObject) -> None:
    frame = bytearray(encode(spoilt))
    place = data.draw(st.integers(0, len(frame) - 1))
    frame[place] ^= data.draw(st.integers(1, 255))
    read = Codec().feed(encode(good) + bytes(frame) + encode(good))
    # a spoilt line end takes the frame after it along, or leaves its own
    assert all(reading in (good, spoilt) for reading in read)
    assert read[0] == good
    if place < len(frame) - 2:
        assert read == [good, good]


@given(READINGS, st.binary(max_size=200).filter(lambda b: b"\n" not in b))
def test_a_frame_after_noise_on_the_line_is_read(reading: Reading, noise: bytes) -> None:
    assert Codec().feed(noise + encode(reading)) == [reading]


@pytest.mark.parametrize(
    "body",
    [
        b"07,ST,1_000.0,g",
        b"07,ST,+-0000001.0,g",
        b"07,ST,,g",
        b"07,ST,+0000001.0,lb",
        b"07,ST,+0000001.0",
        b"07,ST,+NaN,g",
        b"07,ST,+1e5,g",
        b"07,XX,+0000001.0,g",
        b"7,ST,+0000001.0,g",
        b"-7,ST,+0000001.0,g",
        b"07,ST,+0000001.0,g,g",
        b"07,ST,+" + b"0" * 40 + b"1.0,g",
        b"",
    ],
)
def test_a_frame_of_another_form_is_no_reading_though_its_checksum_is_right(body: bytes) -> None:
    assert Codec().feed(framed(body)) == []


def test_a_frame_without_its_carriage_return_is_no_reading() -> None:
    assert Codec().feed(GOLDEN[0][0].replace(b"\r", b"")) == []


def test_what_never_ends_is_not_kept() -> None:
    codec = Codec()
    for _ in range(1_000):
        assert codec.feed(b"\x0207,ST,+00") == []
    assert codec._frames.kept_bytes <= bay_line.FRAME_BYTES_MAX


@pytest.mark.parametrize(("weight_mg", "shown_mg"), [(49, 0), (-49, 0), (51, 100), (-51, -100), (-1_999, -2_000)])
def test_weights_are_written_to_the_nearest_tenth_of_a_gram(weight_mg: int, shown_mg: int) -> None:
    assert Codec().feed(encode(Reading(3, "stable", weight_mg))) == [Reading(3, "stable", shown_mg)]


COMMANDS: list[bay_line.Command] = ["Z", "T", "Q"]


@given(CHANNELS, st.sampled_from(COMMANDS))
def test_a_command_that_is_written_is_read_and_one_with_a_wrong_byte_is_not(
    channel: int, command: bay_line.Command
) -> None:
    frame = encode_command(channel, command)
    assert decode_command(frame) == (channel, command)
    for place in range(len(frame)):
        assert decode_command(frame[:place] + bytes([frame[place] ^ 1]) + frame[place + 1 :]) is None


def test_the_golden_command() -> None:
    assert encode_command(7, "Z") == b"\x0207,Z,71\r\n"
    assert Codec().zero(7) == b"\x0207,Z,71\r\n"
    assert Codec().tare(12) == b"\x0212,T,7B\r\n"


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b"\x0207,X,73\r\n",
        b"\x027,Z,41\r\n",
        b"\x0207,Z,71",
        b"07,Z,71\r\n",
        b"\x0207,Z,7g\r\n",
        *(f for f, _ in GOLDEN),
    ],
)
def test_what_is_no_command_is_none(frame: bytes) -> None:
    assert decode_command(frame) is None

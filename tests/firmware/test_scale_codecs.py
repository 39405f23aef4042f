"""All scale protocols: golden bytes, any cut of them, garbage, and a million random bytes each."""

import os
import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.scales import adam, bay_line
from firmware.scales.codec import Codec
from firmware.scales.framing import checksum
from firmware.scales.protocols import PROTOCOLS
from firmware.scales.reading import Reading
from tests.firmware.scale_golden import CAS_ECR, GOLDEN, TOLEDO_8217

FUZZED_BYTES = 1_000_000
CHUNK_BYTES_MAX = 2_000
FRAME_BYTES_MAX = 200
"""No codec keeps more of a frame that has no end."""
NAMES = sorted(GOLDEN)
PER_PROTOCOL = [pytest.param(name, id=name) for name in NAMES]
READ = [pytest.param(name, *pair, id=f"{name} {pair[0]!r}") for name in NAMES for pair in GOLDEN[name].read]
NOT_READ = [pytest.param(name, frame, id=f"{name} {frame!r}") for name in NAMES for frame in GOLDEN[name].not_read]
UNITS = (b"kg", b" G")
CUTS = st.lists(st.integers(0, 10_000), max_size=12)


def codec_of(name: str) -> Codec:
    """A fresh codec."""
    return PROTOCOLS[name].new_codec()


def fed(name: str, data: bytes, cuts: list[int]) -> tuple[list[Reading], bytes]:
    """What a codec reads and what it replies when these bytes come in pieces."""
    codec = codec_of(name)
    edges = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    readings = [r for a, b in pairwise(edges) for r in codec.feed(data[a:b])]
    return readings, codec.reply()


def is_subsequence(some: list[Reading], whole: list[Reading]) -> bool:
    """Whether ``some`` is ``whole`` with none or more left out."""
    left = iter(whole)
    return all(reading in left for reading in some)


def test_every_protocol_of_the_registry_has_golden_bytes() -> None:
    assert set(GOLDEN) == set(PROTOCOLS)


@pytest.mark.parametrize(("name", "frame", "reading"), READ)
def test_golden_frames_are_read(name: str, frame: bytes, reading: Reading) -> None:
    assert codec_of(name).feed(frame) == [reading]


@pytest.mark.parametrize(("name", "frame"), NOT_READ)
def test_what_else_a_scale_says_is_no_reading(name: str, frame: bytes) -> None:
    assert codec_of(name).feed(frame) == []


@pytest.mark.parametrize(("name", "frame"), NOT_READ)
def test_what_is_no_reading_spoils_at_most_the_frame_after_it(name: str, frame: bytes) -> None:
    good, reading = GOLDEN[name].read[0]
    read = codec_of(name).feed(frame + good + good + good)
    assert [r.weight_mg for r in read][-2:] == [reading.weight_mg] * 2
    assert {r.weight_mg for r in read} == {reading.weight_mg}


def pieces_of(name: str) -> st.SearchStrategy[bytes]:
    """Frames, other answers, halves of them, and noise, in any order."""
    frames = [frame for frame, _ in GOLDEN[name].read] + list(GOLDEN[name].not_read)
    whole = st.sampled_from(frames)
    halves = st.builds(lambda frame, at: frame[: at % len(frame)], whole, st.integers(0, 100))
    noise = st.one_of(st.binary(max_size=60), whole.map(lambda frame: frame[:-1] * 20))
    return st.lists(st.one_of(whole, whole, halves, noise), max_size=6).map(b"".join)


@pytest.mark.parametrize("name", PER_PROTOCOL)
@settings(max_examples=40, deadline=None)
@given(draw=st.data(), cuts=CUTS)
def test_however_the_bytes_are_cut_the_readings_are_the_same(name: str, draw: st.DataObject, cuts: list[int]) -> None:
    data = draw.draw(pieces_of(name))
    whole = fed(name, data, [])
    assert fed(name, data, cuts) == whole
    assert fed(name, data, list(range(len(data)))) == whole


@pytest.mark.parametrize("name", PER_PROTOCOL)
@settings(max_examples=40, deadline=None)
@given(draw=st.data())
def test_bytes_that_hold_no_frame_are_no_reading(name: str, draw: st.DataObject) -> None:
    never = GOLDEN[name].never_in_garbage
    frames = st.sampled_from([frame for frame, _ in GOLDEN[name].read]).map(lambda frame: frame.replace(never, b""))
    garbage = draw.draw(st.lists(st.one_of(frames, st.binary(max_size=60)), max_size=6).map(b"".join))
    assert codec_of(name).feed(garbage.replace(never, b"")) == []


@pytest.mark.parametrize("name", PER_PROTOCOL)
@settings(max_examples=40, deadline=None)
@given(draw=st.data())
def test_noise_between_frames_makes_no_weight_that_was_not_sent(name: str, draw: st.DataObject) -> None:
    never = GOLDEN[name].never_in_garbage
    noise = st.binary(max_size=30).map(lambda some: some.replace(never, b""))
    data, sent = b"", []
    for frame, reading in draw.draw(st.lists(st.sampled_from(GOLDEN[name].read), max_size=6)):
        data += draw.draw(noise) + frame
        sent.append(reading)
    read = codec_of(name).feed(data)
    if name == "adam":  # which makes out for itself what is stable
        read = [Reading(0, "motion", r.weight_mg) for r in read]
    assert is_subsequence(read, sent)


@pytest.mark.parametrize("name", PER_PROTOCOL)
@pytest.mark.parametrize("bits", [8, 7])
def test_a_million_random_bytes_are_no_reading_and_no_error(name: str, bits: int) -> None:
    seed = int(os.environ.get("FUZZ_SEED", "20261123"))
    rng = random.Random(f"{seed} {name} {bits}")
    print(f"FUZZ_SEED={seed} protocol={name} bits={bits}")
    codec, readings, left = codec_of(name), [], FUZZED_BYTES
    seven = bytes(byte & 0x7F for byte in range(256))
    while left:
        chunk = rng.randbytes(min(left, rng.randint(1, CHUNK_BYTES_MAX)))
        left -= len(chunk)
        readings += codec.feed(chunk if bits == 8 else chunk.translate(seven))
        codec.reply()
    assert readings == []


@pytest.mark.parametrize("name", PER_PROTOCOL)
def test_frames_in_random_order_cut_and_spoilt_raise_nothing_and_are_not_kept(name: str) -> None:
    rng = random.Random(f"1 {name}")
    frames = [frame for frame, _ in GOLDEN[name].read] + list(GOLDEN[name].not_read)
    codec = codec_of(name)
    for _ in range(5_000):
        frame = bytearray(rng.choice(frames))
        frame[rng.randrange(len(frame))] = rng.randrange(256)
        for reading in codec.feed(bytes(frame[rng.randrange(len(frame)) :] if rng.random() < 0.3 else frame)):
            assert (reading.weight_mg is None) or reading.state in ("stable", "motion")
            assert reading.state != "stable" or reading.weight_mg is not None


@pytest.mark.parametrize("name", ["bay_line", "cas_ecr"])
def test_a_frame_with_a_checksum_is_refused_for_any_one_wrong_byte(name: str) -> None:
    for frame, reading in GOLDEN[name].read:
        for place in range(len(frame)):
            for wrong in range(256):
                spoilt = frame[:place] + bytes([wrong]) + frame[place + 1 :]
                if wrong != frame[place]:
                    assert codec_of(name).feed(spoilt) == [], (spoilt, reading)


@pytest.mark.parametrize("name", PER_PROTOCOL)
def test_what_never_ends_is_not_kept(name: str) -> None:
    codec = codec_of(name)
    start = GOLDEN[name].read[0][0][:-1]
    for _ in range(1_000):
        codec.feed(start)
    assert codec._frames.kept_bytes <= FRAME_BYTES_MAX  # type: ignore[attr-defined]


def test_a_toledo_kilogram_with_a_character_lost_or_doubled_is_no_weight() -> None:
    frame, _ = TOLEDO_8217.read[0]
    for place in range(1, len(frame) - 1):
        assert codec_of("toledo_8217").feed(frame[:place] + frame[place + 1 :]) == []
        assert codec_of("toledo_8217").feed(frame[:place] + frame[place : place + 1] + frame[place:]) == []


@pytest.mark.parametrize("name", ["a_and_d", "ohaus", "cas_stream", "cas_ecr"])
def test_a_frame_of_fixed_length_with_a_character_lost_or_doubled_is_no_other_weight(name: str) -> None:
    for frame, reading in GOLDEN[name].read:
        for place in range(len(frame) - 2):
            lost = frame[:place] + frame[place + 1 :]
            doubled = frame[:place] + frame[place : place + 1] + frame[place:]
            # a doubled start mark leaves its frame whole
            read = codec_of(name).feed(lost) + codec_of(name).feed(doubled)
            assert {r.weight_mg for r in read} <= {None, reading.weight_mg}


@pytest.mark.parametrize("name", ["mt_sics", "nci", "adam"])
def test_a_frame_of_free_length_with_a_character_lost_or_doubled_is_no_other_weight_and_its_like_is(name: str) -> None:
    for frame, reading in GOLDEN[name].read:
        for place in range(len(frame)):
            lost = frame[:place] + frame[place + 1 :]
            doubled = frame[:place] + frame[place : place + 1] + frame[place:]
            read = codec_of(name).feed(frame + lost + frame + doubled + frame + frame)
            assert {r.weight_mg for r in read} <= {None, reading.weight_mg}, (lost, doubled)
    shorter = GOLDEN[name].read[0][0].replace(b"0", b"", 1)
    assert len(codec_of(name).feed(GOLDEN[name].read[0][0] + shorter + shorter)) == 2


def test_an_adam_weight_is_stable_when_it_was_told_four_times_in_a_row() -> None:
    codec = adam.Codec()
    same, other = b"G + 2.00 kg\r\n", b"G + 2.01 kg\r\n"
    states = [r.state for r in codec.feed(same * 3 + other + same * 5)]
    assert states == ["motion"] * 7 + ["stable"] * 2


def test_a_cas_register_is_answered_once_for_each_acknowledgement() -> None:
    codec = codec_of("cas_ecr")
    assert (codec.poll, codec.reply()) == (b"\x05", b"")
    codec.feed(b"\x06")
    assert (codec.reply(), codec.reply()) == (b"\x11", b"")
    assert codec.feed(CAS_ECR.read[0][0]) == [CAS_ECR.read[0][1]]
    assert codec.reply() == b""


@pytest.mark.parametrize("check", [b"\x06", b"\x01", b"\x02", b"\x03", b"\x04"])
def test_a_cas_check_character_that_marks_something_elsewhere_is_a_check_character(check: bytes) -> None:
    bodies = (
        b"%s %02d.%03d%s" % (sta, n // 1000, n % 1000, of) for sta in (b"S", b"U") for n in range(2_000) for of in UNITS
    )
    found = [body for body in bodies if checksum(body) == check[0]]
    assert found
    for body in found[:3]:
        frame = b"\x01\x02" + body + check + b"\x03\x04"
        codec = codec_of("cas_ecr")
        assert len(codec.feed(frame)) == 1
        assert codec.reply() == b""


SAID = {
    "bay_line": (b"", b"", bay_line.encode_command(3, "Z"), bay_line.encode_command(3, "T")),
    "mt_sics": (b"SIR\r\n", b"", b"Z\r\n", b"T\r\n"),
    "toledo_8217": (b"", b"W", b"Z", b"T\r"),
    "toledo_8217_lb": (b"", b"W", b"Z", b"T\r"),
    "nci": (b"", b"W\r", b"Z\r", b"T\r"),
    "a_and_d": (b"", b"Q\r\n", b"Z\r\n", b"T\r\n"),
    "ohaus": (b"", b"IP\r\n", b"Z\r\n", b"T\r\n"),
    "cas_ecr": (b"", b"\x05", None, None),
    "cas_stream": (b"", b"", None, None),
    "adam": (b"", b"G\r\n", b"Z\r\n", None),
}


@pytest.mark.parametrize("name", PER_PROTOCOL)
def test_what_is_said_to_a_scale_is_what_its_manual_says(name: str) -> None:
    codec = codec_of(name)
    assert (codec.hello, codec.poll, codec.zero(3), codec.tare(3)) == SAID[name]


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("bay_line", "115200 8N1"),
        ("mt_sics", "9600 8N1"),
        ("toledo_8217", "9600 7E1"),
        ("nci", "9600 7E1"),
        ("a_and_d", "2400 7E1"),
        ("ohaus", "9600 8N1"),
        ("cas_ecr", "9600 8N1"),
        ("cas_stream", "9600 8N1"),
        ("adam", "9600 8N1"),
    ],
)
def test_lines_are_set_as_the_makers_deliver_them(name: str, line: str) -> None:
    assert str(PROTOCOLS[name].settings) == line


@pytest.mark.parametrize("name", PER_PROTOCOL)
def test_a_scale_is_stale_only_after_several_polls(name: str) -> None:
    assert PROTOCOLS[name].stale_after_us >= 4 * codec_of(name).poll_every_us

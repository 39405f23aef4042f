"""Frames cut out of a stream: the same ones however it comes, none too long, little kept."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from firmware.scales.framing import MarkedFrames, SteadyLength, checksum

BYTES_MAX = 8
STREAMS = st.lists(st.sampled_from([b"a", b"bb", b"?", b"!", b"?abc!", b"cccccccc"]), max_size=30).map(b"".join)
CUTS = st.lists(st.integers(0, 300), max_size=10)


def cut(frames: MarkedFrames, data: bytes, cuts: list[int]) -> list[bytes]:
    """The frames of a stream that comes in pieces."""
    edges = sorted({0, len(data), *(at % (len(data) + 1) for at in cuts)})
    return [frame for a, b in pairwise(edges) for frame in frames.feed(data[a:b])]


@given(STREAMS, CUTS)
def test_frames_that_only_end_are_the_same_however_the_stream_is_cut(data: bytes, cuts: list[int]) -> None:
    expected = [piece + b"!" for piece in data.split(b"!")[:-1] if len(piece) < BYTES_MAX]
    assert cut(MarkedFrames(b"!", BYTES_MAX), data, cuts) == expected


@given(STREAMS, CUTS)
def test_frames_that_begin_and_end_are_the_same_however_the_stream_is_cut(data: bytes, cuts: list[int]) -> None:
    pieces = [piece[piece.rfind(b"?") :] for piece in data.split(b"!")[:-1] if b"?" in piece]
    expected = [piece + b"!" for piece in pieces if len(piece) < BYTES_MAX]
    frames = MarkedFrames(b"!", BYTES_MAX, start=b"?")
    assert cut(frames, data, cuts) == expected
    assert frames.kept_bytes <= BYTES_MAX


def test_a_frame_of_the_greatest_length_is_whole_and_a_longer_one_is_thrown_away() -> None:
    assert MarkedFrames(b"!", BYTES_MAX).feed(b"1234567!12345678!1!") == [b"1234567!", b"1!"]


def test_another_length_is_believed_when_it_comes_twice_in_a_row() -> None:
    steady = SteadyLength()
    lengths = [4, 4, 3, 4, 5, 3, 3, 3, 4, 3]
    assert [steady.believes(b"x" * length) for length in lengths] == [
        True, True, False, True, False, False, True, True, False, True,
    ]  # fmt: skip


@given(st.binary(max_size=20))
def test_a_checksum_with_what_it_sums_up_is_nothing(body: bytes) -> None:
    assert checksum(body + bytes([checksum(body)])) == 0

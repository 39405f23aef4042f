"""MT-SICS: replies to readings, however the bytes are cut, and nothing from garbage."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.scales import mt_sics
from firmware.scales.mt_sics import Codec
from firmware.scales.reading import Reading

GOLDEN = [
    (b"S S      100.00 g\r\n", Reading(0, "stable", 100_000)),
    (b"S D      -12.50 g\r\n", Reading(0, "motion", -12_500)),
    (b"S S     1.2345 kg\r\n", Reading(0, "stable", 1_234_500)),
    (b"S S       1.00 lb\r\n", Reading(0, "stable", 453_592)),
    (b"S S          0 g\r\n", Reading(0, "stable", 0)),
    (b"S S    -0.0004 g\r\n", Reading(0, "stable", 0)),
    (b"S +\r\n", Reading(0, "over", None)),
    (b"S -\r\n", Reading(0, "under", None)),
    (b"S I\r\n", Reading(0, "zero_error", None)),
]
NO_WEIGHT = [
    b"ES\r\n",
    b"ET\r\n",
    b"EL\r\n",
    b"S L\r\n",
    b'@ A "SNR"\r\n',
    b"TA A      2.486 g\r\n",
    b"Z A\r\n",
    b"Z +\r\n",
    b"S S      100.00\r\n",
    b"S S      100.00 PCS\r\n",
    b"S S      1_0.00 g\r\n",
    b"S S         nan g\r\n",
    b"S S       +-1.0 g\r\n",
    b"S S      100.00 g g\r\n",
    b"S S      100.00 g\n",
    b"     100.00 g\r\n",
    b"S S" + b" " * mt_sics.LINE_BYTES_MAX + b"1.0 g\r\n",
    b"\r\n",
]
LINES = st.sampled_from([line for line, _ in GOLDEN] + NO_WEIGHT)


def fed(data: bytes, cuts: list[int]) -> list[Reading]:
    """What a codec reads from these bytes when they come in pieces."""
    codec = Codec()
    edges = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    return [r for a, b in pairwise(edges) for r in codec.feed(data[a:b])]


@pytest.mark.parametrize(("line", "reading"), GOLDEN)
def test_golden_replies_are_read(line: bytes, reading: Reading) -> None:
    assert Codec().feed(line) == [reading]


@pytest.mark.parametrize("line", NO_WEIGHT)
def test_other_replies_are_no_reading_and_spoil_none(line: bytes) -> None:
    assert Codec().feed(line + b"\r\n" + GOLDEN[0][0]) == [GOLDEN[0][1]]


def test_the_weight_is_asked_for_again_and_again() -> None:
    assert Codec().hello == b"SIR\r\n"


@given(
    st.lists(st.one_of(LINES, st.binary(max_size=200), st.just(b"S S 1 g" * 12)), max_size=6),
    st.lists(st.integers(0, 10_000), max_size=12),
)
def test_however_the_bytes_are_cut_the_readings_are_the_same(pieces: list[bytes], cuts: list[int]) -> None:
    data = b"".join(pieces)
    whole = Codec().feed(data)
    assert fed(data, cuts) == whole
    assert fed(data, list(range(len(data)))) == whole


@given(st.binary(max_size=300).filter(lambda b: b"S" not in b))
def test_garbage_is_no_weight(garbage: bytes) -> None:
    assert Codec().feed(garbage + b"\r\n") == []


@given(st.integers(-99_999_999, 99_999_999), st.sampled_from(["S", "D"]))
def test_every_weight_that_fits_the_field_is_read_to_the_milligram(weight_mg: int, state: str) -> None:
    line = f"S {state} {weight_mg / 1000:10.3f} g\r\n".encode()
    assert [r.weight_mg for r in Codec().feed(line)] == [weight_mg]


def test_what_never_ends_is_not_kept() -> None:
    codec = Codec()
    for _ in range(1_000):
        assert codec.feed(b"S S 100.00 g ") == []
    assert codec._frames.kept_bytes <= mt_sics.LINE_BYTES_MAX

"""Golden bytes of each scale protocol: what a scale says and what it means, and what it says that is no reading."""

from dataclasses import dataclass

from firmware.scales import bay_line
from firmware.scales.framing import checksum
from firmware.scales.reading import Reading, State

POUND_UG = 453_592_370


@dataclass(frozen=True, kw_only=True)
class Golden:
    """One protocol's bytes."""

    read: tuple[tuple[bytes, Reading], ...]
    """Each frame with its reading."""
    not_read: tuple[bytes, ...]
    """Whole answers that are no reading, and frames that are wrong somewhere."""
    never_in_garbage: bytes
    """A byte that every frame with a weight has: bytes without it hold no frame."""


def weight(weight_mg: int, state: State = "stable") -> Reading:
    """A reading of channel 0."""
    return Reading(0, state, weight_mg)


def none(state: State) -> Reading:
    """A reading of channel 0 that has no weight."""
    return Reading(0, state, None)


def block(body: bytes) -> bytes:
    """A CAS ECR block with a right check character."""
    return b"\x01\x02" + body + bytes([checksum(body)]) + b"\x03\x04"


def pounds(hundredths: int) -> int:
    """Hundredths of a pound as milligrams, cut."""
    return hundredths * POUND_UG // 100_000


BAY_LINE = Golden(
    read=(
        (b"\x0207,ST,+0001234.5,g,4F\r\n", Reading(7, "stable", 1_234_500)),
        (b"\x0200,US,-0000012.0,g,4D\r\n", Reading(0, "motion", -12_000)),
        (b"\x0212,UL,+0000000.0,g,54\r\n", Reading(12, "under", None)),
        (b"\x0240,ER,+0000000.0,g,5D\r\n", Reading(40, "zero_error", None)),
    ),
    not_read=(
        b"\x0207,ST,+0001234.5,g,4E\r\n",
        b"\x0207,ST,+0001234.5,g,4F\n",
        bay_line.encode_command(7, "Z"),
    ),
    never_in_garbage=b"\x02",
)
MT_SICS = Golden(
    read=(
        (b"S S      100.00 g\r\n", weight(100_000)),
        (b"S D      -12.50 g\r\n", weight(-12_500, "motion")),
        (b"S +\r\n", none("over")),
        (b"S -\r\n", none("under")),
        (b"S I\r\n", none("zero_error")),
    ),
    not_read=(b"ES\r\n", b"TA A      2.486 g\r\n", b"T S      100.00 g\r\n", b"Z A\r\n", b'@ A "SNR"\r\n', b"S L\r\n"),
    never_in_garbage=b"S",
)
TOLEDO_8217 = Golden(
    read=(
        (b"\x0201.234\r", weight(1_234_000)),
        (b"\x0200.000\r", weight(0)),
        (b"\x0212.345N\r", weight(12_345_000)),
        (b"\x02?A\r", none("motion")),
        (b"\x02?a\r", none("motion")),
        (b"\x02?B\r", none("over")),
        (b"\x02?C\r", none("over")),
        (b"\x02?D\r", none("under")),
        (b"\x02?M\r", none("under")),
        (b"\x02?H\r", none("zero_error")),
    ),
    not_read=(
        b"\x02?P\r",  # centre of zero: the answer to a command
        b"\x02?@\r",
        b"\x02?\x01\r",  # bit 6 is always 1
        b"\x02?\xc1\r",  # bit 7 is the parity, and the line's matter
        b"\x0201.23\r",  # pounds, or a digit lost
        b"\x02001.23\r",
        b"\x021.2345\r",
        b"\x02101.234\r",
        b"\x0201.2 4\r",
        b"\x02-1.234\r",
        b"\x0201.234",
        b"01.234\r",
        b"\x02E\rhello",
        b"\x0201,234\r",
    ),
    never_in_garbage=b"\x02",
)
TOLEDO_8217_LB = Golden(
    read=(
        (b"\x0201.00\r", weight(pounds(100))),
        (b"\x02012.34N\r", weight(pounds(1_234))),
        (b"\x02?A\r", none("motion")),
    ),
    not_read=(b"\x0201.234\r", b"\x02101.23\r", b"\x021.23\r", b"\x02?P\r"),
    never_in_garbage=b"\x02",
)
NCI = Golden(
    read=(
        (b"\n0001.23kg\r\n00\r\x03", weight(1_230_000)),
        (b"\n   1.230kg\r\nS00\r\x03", weight(1_230_000)),
        (b"\n  -1.23KG\r\n00\r\x03", weight(-1_230_000)),
        (b"\n 1234g \r\n00\r\x03", weight(1_234_000)),
        (b"\n0001.00lb\r\n20\r\x03", weight(pounds(100))),
        (b"\n0016.00oz\r\n20\r\x03", weight(pounds(100))),
        (b"\n0001.23kg\r\n10\r\x03", weight(1_230_000, "motion")),
        (b"\n0001.23kg\r\n0p1\r\x03", weight(1_230_000)),
        (b"\n10\r\x03", none("motion")),
        (b"\n^^^^^^^kg\r\n02\r\x03", none("over")),
        (b"\n^^^^^^^kg\r\n00\r\x03", none("over")),
        (b"\n_______kg\r\n01\r\x03", none("under")),
        (b"\n-------kg\r\n00\r\x03", none("zero_error")),
        (b"\n0001.23kg\r\n02\r\x03", none("over")),
        (b"\n02\r\x03", none("over")),
        (b"\n01\r\x03", none("under")),
        (b"\n40\r\x03", none("zero_error")),
        (b"\n0001.23kg\r\n80\r\x03", none("zero_error")),
        (b"\n0001.23kg\r\n04\r\x03", none("zero_error")),
        (b"\n08\r\x03", none("zero_error")),
        (b"\n0p8\r\x03", none("zero_error")),
    ),
    not_read=(
        b"\n?\r\x03",
        b"\n00\r\x03",  # at rest, but no weight: the answer to a command
        b"\n20\r\x03",
        b"\n0001.23kg\r\n0\r\x03",
        b"\n0001.23kg\r\n0p\r\x03",  # another byte should follow
        b"\n0001.23kg\r\nP0\r\x03",
        b"\n0001.23st\r\n00\r\x03",
        b"\n1.2.3kg\r\n00\r\x03",
        b"\n  1LB02.30OZ\r\n00\r\x03",
        b"\n0001.23kg\r\n00\r",
        b"0001.23kg\r\n00\r\x03",
    ),
    never_in_garbage=b"\x03",
)
A_AND_D = Golden(
    read=(
        (b"ST,+00123.45  g\r\n", weight(123_450)),
        (b"ST,-00123.45  g\r\n", weight(-123_450)),
        (b"US,+0001.234 kg\r\n", weight(1_234_000, "motion")),
        (b"ST,OK,+0001.234 kg\r\n", weight(1_234_000)),
        (b"ST,+00000123  g\r\n", weight(123_000)),
        (b"ST,+00001.00 lb\r\n", weight(pounds(100))),
        (b"OL,+9999999E+19\r\n", none("over")),
        (b"OL,+999999.9  g\r\n", none("over")),
        (b"OL,-9999999E+19\r\n", none("under")),
    ),
    not_read=(
        b"QT,+00012345 PC\r\n",
        b"ST,+00012345 PC\r\n",
        b"ST,+0123.45  g\r\n",  # a digit lost
        b"ST,+000123.45  g\r\n",
        b"ST, 00123.45  g\r\n",
        b"ST,+00123.45\r\n",
        b"ST,+00123.45  g\n",
        b"ST,+0012..45  g\r\n",
        b"ST,+0012 .45  g\r\n",
        b"WT,+00123.45  g\r\n",
        b"Z\r\n",
        b"T\r\n",
        b"?\r\n",
        b"\x06\r\n",
    ),
    never_in_garbage=b",",
)
OHAUS = Golden(
    read=(
        (b"    1.234 kg    G  \r\n", weight(1_234_000)),
        (b"   1234.5 g        \r\n", weight(1_234_500)),
        (b"-   1.234 kg    NET\r\n", weight(-1_234_000)),
        (b"    1.234 kg   ?G  \r\n", weight(1_234_000, "motion")),
        (b"     1.00 lb      G\r\n", weight(pounds(100))),
    ),
    not_read=(
        b"    1.234 kg    T  \r\n",  # the tare, not the load
        b"    1.234 kg    G \r\n",
        b"   1.234 kg    G  \r\n",
        b"     1.234 kg    G  \r\n",
        b"    1.234 PCS   G  \r\n",
        b"    1 234 kg    G  \r\n",
        b"    -1.23 kg    G  \r\n",
        b"          kg    G  \r\n",
        b"    1.234 kg    G  \n",
        b"OK!\r\n",
        b"ES\r\n",
    ),
    never_in_garbage=b" ",
)
CAS_ECR = Golden(
    read=(
        (b"\x01\x02S  1.234kg\x75\x03\x04", weight(1_234_000)),
        (block(b"S-01.234kg"), weight(-1_234_000)),
        (block(b"U 01.234Kg"), weight(1_234_000, "motion")),
        (block(b"S   1234 g"), weight(1_234_000)),
        (block(b"S 001.00lb"), weight(pounds(100))),
        (block(b"UFFFFFFFkg"), none("over")),
    ),
    not_read=(
        b"\x06",
        b"\x15",
        b"\x01\x02S  1.234kg\x74\x03\x04",
        block(b"S 001234kg"),  # no point: kilograms or grams?
        block(b"S 01.234pc"),
        block(b"X 01.234kg"),
        block(b"S+01.234kg"),
        block(b"S 1.2.34kg"),
        block(b"S 01.234kg")[:-1] + b"\x03",
        b"\x02" + block(b"S 01.234kg")[2:],
    ),
    never_in_garbage=b"\x01",
)
CAS_STREAM = Golden(
    read=(
        (b"ST,GS,1\xc4,00013.50 kg\r\n", weight(13_500_000)),
        (b"ST,NT,1\xc2,   1.234 kg\r\n", weight(1_234_000)),
        (b"ST,GS,1\xc4,-  0.500 kg\r\n", weight(-500_000)),
        (b"ST,GS,1\xc4,  +123.4  g\r\n", weight(123_400)),
        (b"US,GS,1\x84,00013.50 kg\r\n", weight(13_500_000, "motion")),
        (b"ST,GS,1\x84,00013.50 kg\r\n", weight(13_500_000, "motion")),  # the lamp says in motion
        (b"ST,GS,1\xd4,00013.50 kg\r\n", none("motion")),  # on hold
        (b"OL,GS,1\x84,00099.99 kg\r\n", none("over")),
    ),
    not_read=(
        b"ST,GS,1\x44,00013.50 kg\r\n",
        b"ST,GS,1\xc4,0013.50 kg\r\n",
        b"ST,GS,1\xc4,000013.50 kg\r\n",
        b"ST,GS,1\xc4,000 3.50 kg\r\n",
        b"ST,GS,1\xc4,00013.50  t\r\n",
        b"ST,GS,1\xc4,00013.50 kg\n",
        b"ST,TR,1\xc4,00013.50 kg\r\n",
        b"ERR 1\r\n",
    ),
    never_in_garbage=b",",
)
ADAM = Golden(
    read=(
        (b"G + 2.00 kg\r\n", weight(2_000_000, "motion")),
        (b"G +  2.01 kg\r\n", weight(2_010_000, "motion")),
        (b"G - 0.05 kg\r\n", weight(-50_000, "motion")),
        (b"G+1.00lb\r\n", weight(pounds(100), "motion")),
    ),
    not_read=(
        b"N + 1.00 kg\r\n",
        b"T + 1.00 kg\r\n",
        b"G 2.00 kg\r\n",
        b"G + 2.00\r\n",
        b"G + 2.00 kg\n",
        b"G + 2.0.0 kg\r\n",
        b"G + ----- kg\r\n",
        b"G/W: + 2.00 kg\r\n",
    ),
    never_in_garbage=b"G",
)
GOLDEN = {
    "bay_line": BAY_LINE,
    "mt_sics": MT_SICS,
    "toledo_8217": TOLEDO_8217,
    "toledo_8217_lb": TOLEDO_8217_LB,
    "nci": NCI,
    "a_and_d": A_AND_D,
    "ohaus": OHAUS,
    "cas_ecr": CAS_ECR,
    "cas_stream": CAS_STREAM,
    "adam": ADAM,
}
"""By protocol, as the registry names them."""

"""A million random bytes into what reads printers, scanners and the bay line's commands: no error, nothing read."""

import os
import random
from collections.abc import Callable, Iterator

import pytest

from firmware.printer.lines import REPLY_BYTES_MAX
from firmware.printer.zpl import PrinterFault, PrinterStatus, parse_status
from firmware.scales import bay_line
from firmware.scanners import keys, lines
from firmware.scanners.scan import SCAN_CHARACTERS_MAX, Scan

FUZZED_BYTES = 1_000_000
CHUNK_BYTES_MAX = 2_000
READY = b"\x02030,0,0,1245,000,0,0,0,000,0,0,0\x03\r\n\x02000,0,0,0,0,2,4,0,00000000,1,000\x03\r\n\x021234,0\x03\r\n"
SCAN_LENGTH_BY_LUCK_MAX = 40
"""Of uniformly random bytes a third are no text: so many in a row without one come once in ten million scans."""


def seeded(what: str) -> random.Random:
    """A generator whose seed is printed; FUZZ_SEED sets another."""
    seed = int(os.environ.get("FUZZ_SEED", "20261128"))
    print(f"FUZZ_SEED={seed} {what}")
    return random.Random(f"{seed} {what}")


def chunks(rng: random.Random, largest: int = CHUNK_BYTES_MAX) -> Iterator[bytes]:
    """The bytes, in pieces of random length."""
    left = FUZZED_BYTES
    while left:
        size = min(left, rng.randint(1, largest))
        left -= size
        yield rng.randbytes(size)


def statuses(replies: Iterator[bytes]) -> list[PrinterStatus]:
    """What is taken for a status. Raises: anything but a printer's fault."""
    found = []
    for reply in replies:
        try:
            found.append(parse_status(reply))
        except PrinterFault as fault:
            assert str(fault).startswith("Host status: ")
    return found


def test_random_bytes_are_no_printers_status() -> None:
    assert statuses(chunks(seeded("~HS"), REPLY_BYTES_MAX)) == []


def test_a_status_with_some_bytes_spoilt_or_lost_is_a_status_or_a_fault_and_no_other_error() -> None:
    rng = seeded("~HS spoilt")

    def spoilt() -> Iterator[bytes]:
        for _ in range(FUZZED_BYTES // len(READY)):
            reply = bytearray(READY)
            for _ in range(rng.randint(1, 4)):
                place = rng.randrange(len(reply))
                reply[place : place + rng.randint(0, 2)] = rng.randbytes(rng.randint(0, 2))
            yield bytes(reply)

    assert all(status.labels_left >= 0 for status in statuses(spoilt()))


def key_events(rng: random.Random) -> Iterator[bytes]:
    """Whole events of the kernel's own form with random codes and values, which bytes alone hardly ever are."""
    for _ in range(FUZZED_BYTES // keys.EVENT.size // 50):
        events = (rng.choice((0, 1, 1, 1, 4)) for _ in range(50))
        yield b"".join(keys.EVENT.pack(0, 0, kind, rng.randrange(256), rng.randrange(3)) for kind in events)


SCANNERS: dict[str, tuple[Callable[[], keys.Codec | lines.Codec], Callable[[random.Random], Iterator[bytes]]]] = {
    "keys, bytes": (keys.Codec, chunks),
    "keys, events": (keys.Codec, key_events),
    "lines, bytes": (lines.Codec, chunks),
    "lines, seven bits": (lines.Codec, lambda rng: (bytes(b & 0x7F for b in chunk) for chunk in chunks(rng))),
}


@pytest.mark.parametrize("what", SCANNERS)
def test_a_scanners_nonsense_raises_nothing_and_is_no_product(what: str) -> None:
    new_codec, told = SCANNERS[what]
    codec, scans, now_us = new_codec(), [], 0
    for chunk in told(seeded(what)):
        now_us += 1_000
        scans += codec.feed(chunk, now_us)
    assert [scan for scan in scans if scan.symbology in ("EAN-13", "EAN-8") and not scan.aim] == []
    assert all(len(scan.text) < SCAN_LENGTH_BY_LUCK_MAX * 10 for scan in scans)


def test_a_scanner_that_never_ends_a_line_fills_no_memory() -> None:
    codec = lines.Codec()
    for _ in range(FUZZED_BYTES // 1_000):
        assert codec.feed(b"A" * 1_000, 0) == []
    assert len(codec._text) <= SCAN_CHARACTERS_MAX
    assert codec.feed(b"\rTOTE-0001\r", 0) == [Scan("TOTE-0001")]


@pytest.mark.parametrize("bits", [8, 7])
def test_random_bytes_are_no_command_of_the_bay_line(bits: int) -> None:
    frames, told = bay_line.frames(), []
    for chunk in chunks(seeded(f"bay line commands, {bits} bits")):
        for frame in frames.feed(chunk if bits == 8 else bytes(byte & 0x7F for byte in chunk)):
            told.append(bay_line.decode_command(frame))
    assert [command for command in told if command is not None] == []

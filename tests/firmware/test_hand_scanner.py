"""Handheld scanners: what they type or send becomes whole scans, and they come back when plugged in again."""

import random
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.scanners import keys, lines
from firmware.scanners.keys import EV_KEY, EV_SYN, EVENT, SYN_DROPPED, events_of
from firmware.scanners.ports import InputPort, SerialPort, grab
from firmware.scanners.scan import HALF_SCAN_US, SCAN_CHARACTERS_MAX, Scan, scan_of
from firmware.scanners.scanner import HandScanner
from firmware.twin.pty_port import PtyPort
from firmware.twin.scanner_twin import ScannerTwin
from tests.waiting import wait_until

TYPED = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=60)
FUZZ_BYTES = 1_000_000


def key(code: int, value: int) -> bytes:
    return EVENT.pack(1, 2, EV_KEY, code, value)


@pytest.mark.parametrize(
    ("told", "scan"),
    [
        ("]E04006381333931", Scan("4006381333931", "EAN-13", "]E0")),
        ("]E0036000291452", Scan("0036000291452", "EAN-13", "]E0")),
        ("]E496385074", Scan("96385074", "EAN-8", "]E4")),
        ("]C1010400638133393110LOT7", Scan("010400638133393110LOT7", "Code128", "]C1")),
        ("]d2010400638133393110A\x1d21B", Scan("010400638133393110A\x1d21B", "DataMatrix", "]d2")),
        ("]Q3(x)", Scan("(x)", "QRCode", "]Q3")),
        ("4006381333932", Scan("4006381333932", "", "")),
        ("]Z0abc", Scan("]Z0abc", "", "")),
        ("]E112", Scan("12", "EAN add-on", "]E1")),
        ("]E3978014026500912345", Scan("9780140265009", "EAN-13", "]E3")),
    ],
)
def test_a_scanner_s_text_is_told_with_its_symbology_where_that_is_known(told: str, scan: Scan) -> None:
    assert scan_of(told) == scan


@given(text=TYPED, cuts=st.lists(st.integers(1, 50), max_size=20))
def test_what_is_typed_is_read_however_the_bytes_are_split(text: str, cuts: list[int]) -> None:
    codec, told, scans = keys.Codec(), events_of(text), []
    for cut in cuts:
        scans += codec.feed(told[:cut], 0)
        told = told[cut:]
    assert [*scans, *codec.feed(told, 0)] == [scan_of(text)]


@given(texts=st.lists(TYPED, max_size=4), cuts=st.lists(st.integers(1, 50), max_size=20))
def test_lines_are_read_however_they_end_and_the_bytes_are_split(texts: list[str], cuts: list[int]) -> None:
    codec, scans = lines.Codec(), []
    told = b"".join(text.encode() + end for text, end in zip(texts, (b"\r", b"\n", b"\r\n", b"\r"), strict=False))
    for cut in cuts:
        scans += codec.feed(told[:cut], 0)
        told = told[cut:]
    assert [*scans, *codec.feed(told, 0)] == [scan_of(text) for text in texts]


def test_capitals_signs_and_the_group_separator_are_typed_with_shift_and_control() -> None:
    codec = keys.Codec()
    told = key(42, 1) + key(30, 1) + key(30, 0) + key(42, 0) + key(30, 1) + key(30, 2) + key(30, 0)
    told += key(29, 1) + key(27, 1) + key(29, 0) + key(79, 1) + key(96, 1)
    assert codec.feed(told, 0) == [Scan("Aa\x1d1", "", "")]


def test_half_a_scan_is_thrown_away_and_the_next_one_is_whole() -> None:
    typed, sent = keys.Codec(), lines.Codec()
    assert typed.feed(events_of("TOTE-0001")[: -2 * EVENT.size], 0) == []
    assert sent.feed(b"TOTE-00", 0) == []
    later_us = HALF_SCAN_US + 1
    assert typed.feed(events_of("TOTE-0002"), later_us) == [Scan("TOTE-0002")]
    assert sent.feed(b"TOTE-0002\r", later_us) == [Scan("TOTE-0002")]


def test_a_scan_of_which_keys_were_lost_is_none() -> None:
    codec = keys.Codec()
    told = events_of("TOTE-0001")
    lost = told[: 6 * EVENT.size] + EVENT.pack(1, 2, EV_SYN, SYN_DROPPED, 0) + told[20 * EVENT.size :]
    assert codec.feed(lost, 0) == []
    assert codec.feed(events_of("TOTE-0002"), 1) == [Scan("TOTE-0002")]


@pytest.mark.parametrize(
    "spoilt",
    [
        key(86, 1),
        key(58, 1),
        key(56, 1) + key(82, 1) + key(77, 1) + key(76, 1) + key(56, 0),
        key(29, 1) + key(30, 1) + key(29, 0),
    ],
    ids=["a key of no letter", "caps lock", "a character by its code", "control and a letter"],
)
def test_a_scan_with_a_key_that_is_no_text_is_none(spoilt: bytes) -> None:
    codec = keys.Codec()
    assert codec.feed(key(2, 1) + spoilt + key(3, 1) + key(28, 1), 0) == []
    assert codec.feed(events_of("TOTE-0002"), 1) == [Scan("TOTE-0002")]


def test_a_line_with_what_is_no_text_in_it_is_no_scan() -> None:
    codec = lines.Codec()
    assert codec.feed(b"TOTE\xff-0001\r\nTOTE-0002\r\n", 0) == [Scan("TOTE-0002")]


def test_a_text_longer_than_any_symbol_is_no_scan() -> None:
    codec = lines.Codec()
    assert codec.feed(b"9" * (SCAN_CHARACTERS_MAX + 1) + b"\rTOTE-0002\r", 0) == [Scan("TOTE-0002")]


def test_a_million_bytes_of_nonsense_raise_nothing_and_are_no_product() -> None:
    seed = random.SystemRandom().randrange(10**6)
    print(f"seed {seed}")
    nonsense = random.Random(seed).randbytes(FUZZ_BYTES)
    for codec in (keys.Codec(), lines.Codec()):
        scans = [s for n in range(0, FUZZ_BYTES, 977) for s in codec.feed(nonsense[n : n + 977], n)]
        assert [scan for scan in scans if scan.symbology in ("EAN-13", "EAN-8")] == []
        assert all(len(scan.text) < 40 for scan in scans)


class Told:
    """Keeps what a scanner tells."""

    def __init__(self) -> None:
        self.scans: list[Scan] = []
        self.health: list[tuple[bool, str]] = []

    def hear(self, ok: bool, why: str) -> None:
        self.health.append((ok, why))


@pytest.fixture(params=["keyboard", "line"])
def keyboard(request: pytest.FixtureRequest) -> bool:
    return str(request.param) == "keyboard"


def read(path: str, told: Told, *, keyboard: bool) -> HandScanner:
    scanner = HandScanner(
        path,
        lambda: InputPort(path, lambda _: None) if keyboard else SerialPort(path, lines.BAUD),
        keys.Codec if keyboard else lines.Codec,
        on_scan=told.scans.append,
        on_health=told.hear,
        now_us=lambda: 0,
    )
    scanner.start()
    return scanner


@pytest.fixture
def told() -> Iterator[Told]:
    yield Told()


def test_a_scanner_is_read_over_its_port(told: Told, keyboard: bool) -> None:
    twin = ScannerTwin(keyboard=keyboard)
    scanner = read(twin.port, told, keyboard=keyboard)
    try:
        wait_until(lambda: told.health == [(True, "")], 3, "it is open")
        twin.scan("4006381333931", "]E0")
        twin.scan("TOTE-0001", "]C0")
        wait_until(lambda: len(told.scans) == 2, 3, "two scans")
        assert told.scans == [Scan("4006381333931", "EAN-13", "]E0"), Scan("TOTE-0001", "Code128", "]C0")]
    finally:
        scanner.close()
        twin.close()


def test_a_scanner_that_is_unplugged_is_told_and_read_again_when_it_is_back(
    tmp_path: Path, told: Told, keyboard: bool
) -> None:
    name = tmp_path / "by-id"
    first = ScannerTwin(keyboard=keyboard)
    name.symlink_to(first.port)
    scanner = read(str(name), told, keyboard=keyboard)
    try:
        wait_until(lambda: told.health == [(True, "")], 3, "it is open")
        name.unlink()
        first.close()
        wait_until(lambda: len(told.health) > 1, 3, "it is told as gone")
        ok, why = told.health[1]
        assert not ok and why.startswith(f"{name}: expected a scanner, got: ")
        second = ScannerTwin(keyboard=keyboard)
        name.symlink_to(second.port)
        wait_until(lambda: told.health[-1] == (True, ""), 10, "it is back")
        second.scan("TOTE-0001")
        wait_until(lambda: told.scans == [Scan("TOTE-0001")], 3, "its scan")
        second.close()
    finally:
        scanner.close()


def test_what_is_no_input_device_is_not_taken_for_a_scanner(told: Told) -> None:
    pty = PtyPort()
    threads = threading.active_count()
    scanner = HandScanner(
        pty.path,
        lambda: InputPort(pty.path, grab),
        keys.Codec,
        on_scan=told.scans.append,
        on_health=told.hear,
        now_us=lambda: 0,
    )
    scanner.start()
    try:
        wait_until(lambda: bool(told.health), 3, "it is told")
        assert told.health[0][0] is False
    finally:
        scanner.close()
        pty.close()
    assert threading.active_count() == threads


def test_a_scan_that_is_not_taken_is_told_and_the_scanner_is_opened_again(told: Told) -> None:
    twin = ScannerTwin(keyboard=False)
    taken: list[Scan] = []

    def take(scan: Scan) -> None:
        taken.append(scan)
        if len(taken) == 1:
            raise RuntimeError("no")

    scanner = HandScanner(
        twin.port,
        lambda: SerialPort(twin.port, lines.BAUD),
        lines.Codec,
        on_scan=take,
        on_health=told.hear,
        now_us=lambda: 0,
    )
    scanner.start()
    try:
        wait_until(lambda: told.health == [(True, "")], 3, "it is open")
        twin.scan("TOTE-0001")
        wait_until(lambda: [ok for ok, _ in told.health] == [True, False, True], 5, "told, and opened again")
        assert "RuntimeError: no" in told.health[1][1]
        twin.scan("TOTE-0002")
        wait_until(lambda: len(taken) == 2, 3, "the next scan")
    finally:
        scanner.close()
        twin.close()

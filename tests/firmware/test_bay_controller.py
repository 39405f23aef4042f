"""The example bay controller: its logic under CPython, and the same logic and its program under MicroPython."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.bay_controller import settings
from firmware.bay_controller.frames import Lines, decode_command, encode
from firmware.bay_controller.weighing import KEEP_ALIVE_MS, MISSED_MAX, WINDOW, Cell
from firmware.scales import bay_line
from firmware.scales.line import ScaleLine
from firmware.scales.reading import Reading, State
from firmware.twin.pty_port import PtyPort
from tests.waiting import wait_until

ROOT = Path(__file__).resolve().parents[2]
BENCH = ROOT / "tests/firmware/bay_controller_bench.py"
METAL = ROOT / "tests/firmware/bay_controller_metal"
MICROPYTHON = shutil.which("micropython")
needs_micropython = pytest.mark.skipif(
    MICROPYTHON is None, reason="needs MicroPython's Unix port: the package micropython, of Debian 13 and later"
)
CODES: dict[str, State] = {"ST": "stable", "US": "motion", "OL": "over", "UL": "under", "ER": "zero_error"}
COUNTS_A_GRAM = 43
DIVISION_MG = 1_000


def played(python: str, told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the simulated board answers, step by step."""
    environment = {**os.environ, "MICROPYPATH": f"{ROOT}:.frozen", "PYTHONPATH": str(ROOT)}
    text = "".join(json.dumps(step) + "\n" for step in told)
    run = subprocess.run([python, BENCH], input=text, capture_output=True, text=True, check=True, env=environment)
    return [json.loads(line) for line in run.stdout.splitlines()]


def at(seconds: int, *grams: float | None, hear: str = "") -> list[dict[str, Any]]:
    """A second of ten readings of three cells, with something heard at its end."""
    counts = [None if g is None else round(g * COUNTS_A_GRAM) for g in grams]
    steps: list[dict[str, Any]] = [{"ms": 1_000 * seconds + 100 * n, "counts": counts} for n in range(10)]
    steps[-1]["hear"] = hear
    return steps


def told_of(answers: list[dict[str, Any]]) -> list[Reading]:
    """The readings in them, as the host's codec reads them."""
    return bay_line.Codec().feed("".join(answer["frames"] for answer in answers).encode())


def last(readings: list[Reading]) -> dict[int, tuple[State, int | None]]:
    """What was told last of each channel."""
    return {r.channel: (r.state, r.weight_mg) for r in readings}


SCENARIO = [
    *at(0, 0, 100, None),
    *at(1, 1_234, 100, None),
    *at(2, 1_234, 30_000, -0.4),
    *at(3, 1_234, -500, 5),
    *at(4, 1_234, 100, 5, hear=bay_line.encode_command(11, "Z").decode()),
    *at(5, 1_234, 350, 5, hear=bay_line.encode_command(10, "T").decode()),
    *at(6, 1_334, 350, None, hear="\x0210,Z,00\r\n"),
    *at(7, 1_334, 350, 5, hear="noise" + bay_line.encode_command(12, "Q").decode()),
    *at(8, 0, 350, 5, hear=bay_line.encode_command(10, "Z").decode() + bay_line.encode_command(40, "Z").decode()),
]


def test_what_the_board_tells_is_what_lies_there() -> None:
    answers = played(sys.executable, SCENARIO)
    seconds = [last(told_of(answers[: 10 * n])) for n in range(1, 10)]
    assert seconds[0] == {10: ("stable", 0), 11: ("stable", 100_000), 12: ("zero_error", None)}
    assert seconds[1][10] == ("stable", 1_234_000)
    assert seconds[2][11] == ("over", None)
    assert seconds[2][12] == ("stable", 0)
    assert seconds[3][11] == ("under", None)
    assert seconds[4][11] == ("stable", 0), "zeroed"
    assert seconds[5][11] == ("stable", 250_000)
    assert seconds[5][10] == ("stable", 0), "tared"
    assert seconds[6][10] == ("stable", 100_000), "a command with a wrong checksum is none"
    assert seconds[6][12] == ("zero_error", None)
    assert seconds[8][10] == ("stable", 0)
    saved = [one for answer in answers for one in answer["saved"]]
    assert saved == [
        [[0, 0], [4_300, 0], [0, 0]],
        [[0, 1_234_000], [4_300, 0], [0, 0]],
        [[0, 0], [4_300, 0], [0, 0]],
    ]


@needs_micropython
def test_micropython_tells_the_same_byte_for_byte() -> None:
    assert MICROPYTHON is not None
    assert played(MICROPYTHON, SCENARIO) == played(sys.executable, SCENARIO)


def cell(zero_counts: int = 0, tare_mg: int = 0) -> Cell:
    """A cell of 43 counts a gram."""
    return Cell((1_000, COUNTS_A_GRAM), DIVISION_MG, 20_000_000, zero_counts, tare_mg)


def settled(one: Cell, grams: float) -> Cell:
    """With this on it, at rest."""
    for _ in range(WINDOW):
        one.take(round(grams * COUNTS_A_GRAM))
    return one


def test_a_bin_that_is_loaded_when_power_comes_is_not_zeroed() -> None:
    assert settled(cell(), 5_000).weight_mg == 5_000_000


def test_slow_picks_are_not_eaten_by_a_zero_that_follows() -> None:
    one = settled(cell(), 0)
    for tenths in range(-300, 0):
        one.take(round(tenths / 10 * COUNTS_A_GRAM / 30))
    assert settled(one, -10).weight_mg == -10_000


def test_a_weight_between_two_divisions_does_not_flicker() -> None:
    one = settled(cell(), 100)
    one.is_due(0)
    shown = set()
    for n in range(200):
        one.take(round((100.5 + (0.2 if n % 2 else -0.2)) * COUNTS_A_GRAM))
        shown.add(one.weight_mg)
    assert shown == {100_000}
    assert not one.is_due(KEEP_ALIVE_MS - 1)
    assert one.is_due(KEEP_ALIVE_MS)


def test_a_converter_that_is_late_once_is_no_fault_and_one_that_stays_away_is() -> None:
    one = settled(cell(), 100)
    for _ in range(MISSED_MAX):
        one.take(None)
        assert (one.state, one.weight_mg) == ("ST", 100_000)
    one.take(None)
    assert (one.state, one.weight_mg) == ("ER", 0)
    one.take(4_300)
    assert one.state == "US", "nothing is at rest until it was seen to be"
    assert settled(one, 100).state == "ST"


def test_a_load_in_motion_is_neither_zeroed_nor_tared_and_nothing_is_no_tare() -> None:
    one = settled(cell(), 100)
    one.take(8_600)
    assert (one.state, one.zero(), one.tare()) == ("US", False, False)
    assert not settled(cell(), 0).tare()
    tared = settled(cell(), 100)
    assert (tared.tare(), tared.weight_mg) == (True, 0)
    assert (settled(tared, 150).tare(), tared.weight_mg, tared.tare_mg) == (True, 0, 150_000)


@given(st.integers(0, 99), st.sampled_from(sorted(CODES)), st.integers(-9_999_999_900, 9_999_999_900))
def test_its_frames_are_those_of_the_host(channel: int, code: str, weight_mg: int) -> None:
    [reading] = bay_line.Codec().feed(encode(channel, code, weight_mg))
    assert (reading.channel, reading.state) == (channel, CODES[code])
    if code in ("ST", "US"):
        assert reading.weight_mg is not None
        assert abs(reading.weight_mg - weight_mg) <= 50


@given(st.integers(0, 99), st.sampled_from(["Z", "T", "Q"]), st.binary(max_size=40))
def test_it_obeys_the_commands_of_the_host_and_no_others(channel: int, command: str, noise: bytes) -> None:
    told: Any = command
    line = bay_line.encode_command(channel, told)
    assert decode_command(line) == bay_line.decode_command(line) == (channel, command)
    for place in range(len(line)):
        assert decode_command(line[:place] + bytes([line[place] ^ 1]) + line[place + 1 :]) is None
    if decode_command(noise) is not None:
        assert bay_line.decode_command(noise[noise.rfind(b"\x02") :]) == decode_command(noise)


@given(st.binary(max_size=300), st.lists(st.integers(0, 300), max_size=6))
def test_lines_are_the_same_however_they_are_cut(data: bytes, cuts: list[int]) -> None:
    edges = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    lines = Lines()
    read = [line for n in range(len(edges) - 1) for line in lines.feed(data[edges[n] : edges[n + 1]])]
    assert read == Lines().feed(data)


class Board:
    """The program on MicroPython's Unix port, its USB a pseudo-terminal, its pins simulated."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pty = PtyPort()
        os.set_blocking(self.pty.fd, True)
        self.process: subprocess.Popen[bytes] | None = None

    def load(self, grams: dict[int, float]) -> None:
        """Let channels carry this; the others have no converter."""
        counts = {str(settings.DATA_PINS[ch]): round(g * COUNTS_A_GRAM) for ch, g in grams.items()}
        new = self.folder / "loads.new"
        new.write_text(json.dumps(counts), "utf-8")
        new.replace(self.folder / "loads.json")

    def power(self) -> None:
        """Power comes."""
        assert MICROPYTHON is not None
        environment = {**os.environ, "MICROPYPATH": f"{ROOT}:{METAL}:.frozen"}
        self.process = subprocess.Popen(
            [MICROPYTHON, ROOT / "firmware/bay_controller/main.py"],
            stdin=self.pty.fd,
            stdout=self.pty.fd,
            cwd=self.folder,
            env=environment,
        )

    def cut_power(self) -> None:
        """Power goes."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(5)
            self.process = None

    def close(self) -> None:
        """End."""
        self.cut_power()
        self.pty.close()


@pytest.fixture
def board(tmp_path: Path) -> Iterator[Board]:
    made = Board(tmp_path)
    yield made
    made.close()


@needs_micropython
def test_the_program_weighs_obeys_and_keeps_its_zeros_over_a_loss_of_power(board: Board) -> None:
    board.load({0: 0, 1: 500})
    told: dict[int, tuple[State, int | None]] = {}
    line = ScaleLine(
        board.pty.path,
        bay_line.SETTINGS,
        bay_line.Codec,
        stale_after_us=bay_line.STALE_AFTER_US,
        on_reading=lambda r: told.update({r.channel: (r.state, r.weight_mg)}),
        on_health=lambda ok, why: None,
        now_us=lambda: time.monotonic_ns() // 1_000,
    )
    line.start()
    try:
        board.power()
        wait_until(lambda: told.get(0) == ("stable", 0) and told.get(1) == ("stable", 500_000), 8, "both at rest")
        assert len(told) == len(settings.DATA_PINS)
        assert {told[channel] for channel in range(2, len(settings.DATA_PINS))} == {("zero_error", None)}
        board.load({0: 1_234, 1: 500})
        wait_until(lambda: told[0] == ("stable", 1_234_000), 8, "the load")
        assert line.zero(1)
        wait_until(lambda: told[1] == ("stable", 0), 8, "the zero")
        board.cut_power()
        told.clear()
        board.load({0: 1_234, 1: 600})
        board.power()
        wait_until(lambda: told.get(0) == ("stable", 1_234_000), 8, "the load as before, and not zeroed")
        wait_until(lambda: told.get(1) == ("stable", 100_000), 8, "the weight above the zero that was kept")
    finally:
        line.close()

"""A simulated scale of each protocol, read by the real driver from end to end."""

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import serial

from firmware.scales.line import ScaleLine
from firmware.scales.protocols import PROTOCOLS
from firmware.scales.reading import Reading, State
from firmware.twin.scale_twin import BenchScaleTwin
from firmware.twin.scale_voices import VOICES
from tests.waiting import wait_until

DIVISION_MG = 1_000
CAPACITY_MG = 60_000_000
POUND_STEP_MG = 5_000
"""A scale set to pounds shows hundredths: nothing finer can be read from it."""
SILENT: dict[State, set[str]] = {
    "over": {"ohaus", "adam"},
    "under": {"ohaus", "adam", "cas_ecr", "cas_stream"},
    "zero_error": {"ohaus", "adam", "cas_ecr", "cas_stream", "a_and_d"},
}
"""Which protocols have no words for it: their scales say nothing then."""
PLACED_MG = (0, 900_000, 1_000_000, 1_234_000)
NO_ZERO = {"cas_ecr", "cas_stream"}


def now_us() -> int:
    return time.monotonic_ns() // 1_000


class Bench:
    """A twin and the real driver on it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.twin = BenchScaleTwin(
            protocol=name,
            division_mg=DIVISION_MG,
            capacity_mg=CAPACITY_MG,
            rng=random.Random(name),
            now_us=now_us,
        )
        self.readings: list[Reading] = []
        self.health: list[tuple[bool, str]] = []
        protocol = PROTOCOLS[name]
        self.line = ScaleLine(
            self.twin.port,
            replace(protocol.settings, data_bits=8, parity="none"),  # all that a pseudo-terminal has
            protocol.new_codec,
            stale_after_us=1_500_000,
            on_reading=self.readings.append,
            on_health=lambda ok, why: self.health.append((ok, why)),
            now_us=now_us,
        )
        self.line.start()

    def rests_at(self, mass_mg: int) -> bool:
        """Whether the last reading is stable, at this weight."""
        last = self.readings[-1] if self.readings else Reading(0, "motion", None)
        near_mg = POUND_STEP_MG if self.name.endswith("_lb") else 0
        return last.state == "stable" and last.weight_mg is not None and abs(last.weight_mg - mass_mg) <= near_mg

    def close(self) -> None:
        """End both."""
        self.line.close()
        self.twin.close()


Benches = dict[str, Bench]


@pytest.fixture
def benches() -> Iterator[Benches]:
    made = {name: Bench(name) for name in VOICES}
    yield made
    for bench in made.values():
        bench.close()


def until(benches: Benches, condition: Callable[[Bench], object], what: str, timeout_s: float = 5) -> None:
    """Wait until it is so on every bench."""
    left: list[str] = []

    def on_every_bench() -> bool:
        left[:] = [bench.name for bench in benches.values() if not condition(bench)]
        return not left

    try:
        wait_until(on_every_bench, timeout_s, what)
    except AssertionError as error:
        told = {name: (benches[name].readings[-3:], benches[name].health[-2:]) for name in left}
        raise AssertionError(f"{error} Not so: {told}") from error


def is_shaken(bench: Bench) -> bool:
    """Whether a load was seen in motion; until then the load is changed again."""
    if "motion" in {reading.state for reading in bench.readings}:
        return True
    bench.twin.place(0, PLACED_MG[now_us() % len(PLACED_MG)])
    return False


def test_every_protocol_shows_a_load_in_motion_and_then_at_rest_and_a_tare_or_zero_takes_it_off(
    benches: Benches,
) -> None:
    until(benches, lambda bench: bench.rests_at(0), "the empty pans")
    for bench in benches.values():
        bench.readings.clear()
    until(benches, is_shaken, "loads in motion")
    for bench in benches.values():
        bench.twin.place(0, 1_234_000)
    until(benches, lambda bench: bench.rests_at(1_234_000), "the loads at rest")
    for bench in benches.values():
        at_rest = {r.weight_mg or 0 for r in bench.readings if r.state == "stable"}
        assert all(min(abs(mg - placed) for placed in PLACED_MG) <= POUND_STEP_MG for mg in at_rest), bench.name
        assert bench.line.zero() == (bench.name not in NO_ZERO)
    zeroed = {name: bench for name, bench in benches.items() if name not in NO_ZERO}
    until(zeroed, lambda bench: bench.rests_at(0), "the zeros")
    for bench in benches.values():
        bench.twin.place(0, 2_234_000)
    until(zeroed, lambda bench: bench.rests_at(1_000_000), "what was added")
    tared = {name: bench for name, bench in zeroed.items() if bench.line.tare()}
    assert set(zeroed) - set(tared) == {"adam"}
    until(tared, lambda bench: bench.rests_at(0), "the tares")
    assert all(bench.health == [(True, "")] for bench in benches.values())


@pytest.mark.parametrize(
    ("state", "mass_mg"), [("over", CAPACITY_MG + 1), ("under", -1_000_000), ("zero_error", 500_000)]
)
def test_what_has_no_weight_is_told_without_one_or_is_a_silent_line(
    benches: Benches, state: State, mass_mg: int
) -> None:
    until(benches, lambda bench: bench.rests_at(0), "the empty pans")
    for bench in benches.values():
        bench.twin.place(0, mass_mg)
        if state == "zero_error":
            bench.twin.break_cell()
        bench.readings.clear()
    telling = {name: bench for name, bench in benches.items() if name not in SILENT[state]}
    silent = {name: bench for name, bench in benches.items() if name in SILENT[state]}
    until(telling, lambda bench: bench.readings and bench.readings[-1] == with_time(bench, state), state)
    until(silent, lambda bench: bench.health and not bench.health[-1][0], "the silent lines")
    assert all("silent" in bench.health[-1][1] or "no valid frame" in bench.health[-1][1] for bench in silent.values())
    for bench in benches.values():
        bench.readings.clear()
        bench.twin.mend()
        bench.twin.place(0, 0)
    until(benches, lambda bench: bench.rests_at(0) and bench.health[-1][0], "all well again", 8)


def with_time(bench: Bench, state: State) -> Reading:
    """A reading of this state, as the last one was timed."""
    return Reading(0, state, None, bench.readings[-1].at_us)


def test_a_scale_that_loses_its_power_is_a_fault_and_is_read_again_when_it_is_back(benches: Benches) -> None:
    until(benches, lambda bench: bench.rests_at(0), "the empty pans")
    for bench in benches.values():
        bench.twin.unplug()
        bench.twin.place(0, 700_000)
    until(benches, lambda bench: not bench.health[-1][0], "the faults")
    for bench in benches.values():
        bench.readings.clear()
        bench.twin.plug()
    until(benches, lambda bench: bench.rests_at(700_000) and bench.health[-1][0], "the loads", 8)


@pytest.mark.parametrize("spoken", ["mt_sics", "cas_stream", "nci"])
def test_a_scale_that_speaks_another_protocol_is_a_fault_that_says_so_and_no_weight(spoken: str) -> None:
    twin = BenchScaleTwin(
        protocol=spoken, division_mg=DIVISION_MG, capacity_mg=CAPACITY_MG, rng=random.Random(1), now_us=now_us
    )
    heard: dict[str, list[Reading]] = {}
    try:
        with serial.Serial(twin.port, timeout=0.6) as line:
            twin.place(0, 5_000_000)
            line.write(b"SIR\r\nW\r")
            said = line.read(200)
        assert said
        for name, protocol in PROTOCOLS.items():
            if name != spoken:
                heard[name] = protocol.new_codec().feed(said)
    finally:
        twin.close()
    assert {name: readings for name, readings in heard.items() if readings} == {}


@pytest.mark.parametrize(
    ("name", "asked", "answer"),
    [
        ("mt_sics", b"Z\r\n", b"Z A\r\n"),
        ("mt_sics", b"T\r\n", b"T I\r\n"),
        ("nci", b"S\r", b"\n00\r\x03"),
        ("nci", b"X\r", b"\n?\r\x03"),
        ("nci", b"W\r", b"\n    0.000kg\r\n00\r\x03"),
        ("toledo_8217", b"W", b"\x0200.000\r"),
        ("toledo_8217", b"Z", b"\x02?@\r"),
        ("a_and_d", b"Q\r\n", b"ST,+00000000  g\r\n"),
        ("a_and_d", b"Z\r\n", b"Z\r\n"),
        ("a_and_d", b"X\r\n", b"?\r\n"),
        ("ohaus", b"IP\r\n", b"    0.000 kg    G  \r\n"),
        ("ohaus", b"BREW\r\n", b"ES\r\n"),
        ("cas_ecr", b"\x05", b"\x06"),
        ("cas_ecr", b"\x11", b"\x01\x02S  0.000kg\x71\x03\x04"),
        ("adam", b"N\r\n", b"N + 0.000 kg\r\n"),
    ],
)
def test_a_twin_answers_as_its_manual_says(name: str, asked: bytes, answer: bytes) -> None:
    twin = BenchScaleTwin(
        protocol=name, division_mg=DIVISION_MG, capacity_mg=CAPACITY_MG, rng=random.Random(1), now_us=now_us
    )
    try:
        with serial.Serial(twin.port, timeout=2) as line:
            line.write(asked)
            assert line.read(len(answer)) == answer
    finally:
        twin.close()

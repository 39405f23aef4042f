"""A station's file names the protocol of its scale; the agent opens its line accordingly."""

import random
import time
from pathlib import Path
from typing import Any, get_args

import pytest
from msgspec import structs

from edge.contract.scale_protocol import ScaleProtocol
from edge.contract.site import BadSite, Scale, Station, load_toml
from edge.devices import Inputs, scale_line
from firmware.scales.protocols import PROTOCOLS
from firmware.twin.scale_twin import BenchScaleTwin
from firmware.twin.scale_voices import VOICES
from tests.waiting import wait_until

BENCH = """
name = "pack-1"
kind = "pack"
[scale]
protocol = "{protocol}"
port = "/dev/serial/by-id/usb-scale"
division_mg = 1000
capacity_mg = 60_000_000
{more}
"""


def now_us() -> int:
    return time.monotonic_ns() // 1_000


def inputs(readings: list[tuple[str, int | None]], parts: dict[str, tuple[bool, str]] | None = None) -> Inputs:
    """Inputs that keep what a scale tells."""
    told = {} if parts is None else parts
    return Inputs(
        button=lambda control, down, at_us: None,
        found=lambda down: None,
        reading=lambda channel, state, weight_mg, at_us: readings.append((state, weight_mg)),
        symbol=lambda *_: None,
        scan=lambda text, symbology, aim: None,
        unreadable=lambda *_: None,
        part=lambda part, ok, why: told.update({part: (ok, why)}),
    )


def scale_in(tmp_path: Path, protocol: str, more: str = "") -> tuple[Station, Scale]:
    """A station's file with this scale, decoded."""
    file = tmp_path / "pack-1.toml"
    file.write_text(BENCH.format(protocol=protocol, more=more), "utf-8")
    station = load_toml(file, Station)
    assert station.scale is not None
    return station, station.scale


def line_of(station: Station, scale: Scale, port: str, readings: list[tuple[str, int | None]]) -> Any:
    """The driver, as the agent opens it."""
    return scale_line(station, scale, port, inputs(readings), now_us)


def test_the_names_of_the_contract_are_those_of_the_registry_and_each_has_a_twin() -> None:
    assert set(get_args(ScaleProtocol)) == set(PROTOCOLS) == set(VOICES) | {"bay_line"}


@pytest.mark.parametrize("protocol", sorted(VOICES))
def test_the_agent_reads_a_simulated_scale_of_each_protocol(tmp_path: Path, protocol: str) -> None:
    station, scale = scale_in(tmp_path, protocol)
    twin = BenchScaleTwin(
        protocol=protocol, division_mg=1_000, capacity_mg=60_000_000, rng=random.Random(1), now_us=now_us
    )
    readings: list[tuple[str, int | None]] = []
    eight_bits = structs.replace(scale, data_bits=8, parity="none")  # all that a pseudo-terminal has
    line = line_of(station, eight_bits, twin.port, readings)
    line.start()
    try:
        wait_until(lambda: ("stable", 0) in readings, 4, "the empty pan")
    finally:
        line.close()
        twin.close()


def test_a_load_cell_that_fails_is_a_part_of_the_bench_with_its_reason(tmp_path: Path) -> None:
    station, scale = scale_in(tmp_path, "mt_sics")
    twin = BenchScaleTwin(division_mg=1_000, capacity_mg=60_000_000, rng=random.Random(1), now_us=now_us)
    parts: dict[str, tuple[bool, str]] = {}
    line = scale_line(station, scale, twin.port, inputs([], parts), now_us)
    line.start()
    try:
        wait_until(lambda: parts == {"scale": (True, ""), "scale cell": (True, "")}, 4, "all well")
        twin.break_cell()
        wait_until(lambda: not parts["scale cell"][0], 4, "the fault")
        assert parts["scale"] == (True, "")
        assert "the scale reports a fault of its load cell" in parts["scale cell"][1]
        twin.mend()
        wait_until(lambda: parts["scale cell"][0], 4, "its end")
    finally:
        line.close()
        twin.close()


@pytest.mark.parametrize(
    ("protocol", "more", "settings"),
    [
        ("mt_sics", "", "9600 8N1"),
        ("a_and_d", "", "2400 7E1"),
        ("a_and_d", "baud = 9600", "9600 7E1"),
        ("nci", 'data_bits = 8\nparity = "none"', "9600 8N1"),
        ("adam", 'baud = 4800\nparity = "odd"\nstop_bits = 2', "4800 8O2"),
        ("bay_line", "", "115200 8N1"),
    ],
)
def test_what_the_file_says_of_the_line_goes_before_what_the_protocol_has(
    tmp_path: Path, protocol: str, more: str, settings: str
) -> None:
    station, scale = scale_in(tmp_path, protocol, more)
    assert str(line_of(station, scale, "/dev/null", [])._settings) == settings


@pytest.mark.parametrize(
    ("protocol", "more", "told"),
    [
        ("toledo", "", "scale.protocol"),
        ("nci", "baud = 0", "scale.baud"),
        ("nci", "data_bits = 9", "scale.data_bits"),
        ("nci", 'parity = "mark"', "scale.parity"),
        ("nci", "stop_bits = 3", "scale.stop_bits"),
    ],
)
def test_a_line_that_cannot_be_is_told_by_its_key(tmp_path: Path, protocol: str, more: str, told: str) -> None:
    with pytest.raises(BadSite, match=told):
        scale_in(tmp_path, protocol, more)

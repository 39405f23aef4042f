"""A station blinks to be found, and says which board and devices are there."""

import subprocess
import sys
from pathlib import Path

import pytest

from edge.commissioning.identifying import identity_lines
from edge.contract.hands import Look, Seen
from edge.contract.site import Scale, Station
from edge.hands_client import HandsClient, NoHands
from tests.edge.small_site import write_site
from tests.waiting import wait_until

WALL = Path(__file__).resolve().parents[3] / "config" / "wall"
"""A site whose benches have no beacon."""


def command(directory: Path, *options: str) -> list[str]:
    where = ["--site", directory / "site", "--data", directory / "data", "--hands", directory / "run", "--simulate"]
    start = [sys.executable, "-u", "-c", "from edge.cli import main; main()", "device", "identify"]
    return [*start, *map(str, where), *options]


def lit(socket: Path) -> dict[str, str]:
    """What is lit, by place; nothing while the station is not there."""
    try:
        with HandsClient(socket) as hands:
            seen = hands.do(Look())
    except NoHands:
        return {}
    assert isinstance(seen, Seen)
    return {light.place: light.colour for light in seen.lights}


def test_a_bay_blinks_its_beacon_and_is_told_with_its_board(tmp_path: Path) -> None:
    write_site(tmp_path / "site")
    start = command(tmp_path, "--station", "bay-01", "--seconds", "60")
    with subprocess.Popen(start, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as identifying:
        socket = tmp_path / "run" / "bay-01.sock"
        wait_until(lambda: lit(socket) == {"beacon": "white"}, 60, "the beacon alone is white")
        wait_until(lambda: lit(socket) == {}, 60, "and dark again")
        identifying.terminate()
        said = identifying.communicate(timeout=60)[0].splitlines()
        assert identifying.returncode == 0, said
    assert said[0] == "station: bay-01 (bay), 4 bins, a beacon"
    assert said[1].startswith("board: ")
    assert said[-1] == "blinking for 60 s: beacon"


def test_a_bench_without_lights_says_so(tmp_path: Path) -> None:
    (tmp_path / "site").symlink_to(WALL, target_is_directory=True)
    done = subprocess.run(command(tmp_path, "--station", "pack-1"), capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "there is no light to blink: a bench is found by its screen"
    assert "camera: /dev/video0 (simulated)" in done.stdout


@pytest.mark.parametrize("plugged", [True, False])
def test_a_device_is_told_by_its_serial_number_if_it_is_plugged_in(tmp_path: Path, plugged: bool) -> None:
    by_id, port = tmp_path / "by-id", tmp_path / "ttyUSB0"
    by_id.mkdir()
    if plugged:
        port.touch()
    (by_id / "usb-FTDI_FT232R_A50285BI-if00-port0").symlink_to(port)
    station = Station(
        name="bay-01",
        kind="bay",
        scale=Scale(protocol="mt_sics", port=str(port), division_mg=1_000, capacity_mg=30_000_000),
    )
    known = "usb-FTDI_FT232R_A50285BI-if00-port0" if plugged else "not plugged in"
    assert identity_lines(station, "10000000abcd", by_id=[by_id]) == [
        "station: bay-01 (bay), no lights",
        "board: 10000000abcd",
        f"scale: {port} ({known})",
    ]

"""The command of a station: what it says and how it ends when something is wrong."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from edge.contract.version import program_version
from tests.edge.live_station import LiveStation, free_port
from tests.edge.small_site import write_site
from tests.waiting import wait_until

pytestmark = pytest.mark.system


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from edge.cli import main; main()", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=20)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return write_site(tmp_path / "site")


def station(site: Path, name: str, data: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return run("run", "--station", name, "--site", str(site), "--data", str(data), *more)


def test_an_unknown_station_is_one_line_that_names_those_there_are(site: Path, tmp_path: Path) -> None:
    ended = station(site, "bay-99", tmp_path)
    assert ended.returncode == 2
    assert ended.stderr == "No station 'bay-99' in site 'test': it has bay-01, bay-02, pack-1.\n"


def test_an_unknown_key_is_one_line_that_names_file_and_key(site: Path, tmp_path: Path) -> None:
    path = site / "stations" / "bay-02.toml"
    path.write_text("colour = 1\n" + path.read_text("utf-8"), "utf-8")
    ended = station(site, "bay-01", tmp_path)
    assert (ended.returncode, ended.stderr.count("\n")) == (2, 1)
    assert str(path) in ended.stderr
    assert "colour" in ended.stderr


def test_a_broker_that_is_no_address_is_said(site: Path, tmp_path: Path) -> None:
    ended = station(site, "bay-01", tmp_path, "--simulate", "--broker", "somewhere")
    assert (ended.returncode, ended.stderr) == (2, "--broker: expected HOST:PORT, got 'somewhere'.\n")


def test_a_missing_password_file_is_said(site: Path, tmp_path: Path) -> None:
    file = site / "site.toml"
    file.write_text(file.read_text("utf-8") + '[broker]\nusername = "bay"\npassword_file = "/none"\n', "utf-8")
    ended = station(site, "bay-01", tmp_path, "--simulate")
    assert ended.returncode == 2
    assert "broker.password_file: expected a file with the password" in ended.stderr


@pytest.mark.skipif(Path("/dev/gpiochip0").exists(), reason="this machine has a GPIO header")
def test_without_a_header_the_station_says_that_it_could_be_simulated(site: Path, tmp_path: Path) -> None:
    ended = station(site, "bay-01", tmp_path)
    assert ended.returncode == 3
    assert "--simulate" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_damaged_outbox_is_said(site: Path, tmp_path: Path) -> None:
    (tmp_path / "bay-01.db").write_bytes(b"no database" * 1000)
    ended = station(site, "bay-01", tmp_path, "--simulate", "--hands", str(tmp_path))
    assert ended.returncode == 4
    assert "expected a station's outbox" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_station_without_a_broker_says_so_once_works_and_ends_cleanly(site: Path, tmp_path: Path) -> None:
    lonely = LiveStation(site, "bay-02", free_port(), tmp_path)
    lonely.start()
    try:
        wait_until(lambda: "no broker" in lonely.said, 10, "it says that there is no broker")
        wait_until(lonely.socket.exists, 5, "its hands")
        second = LiveStation(site, "bay-02", free_port(), tmp_path)
        second.start()
        assert second.wait(10) == 4
        assert "an agent of bay-02 is running" in second.said
    finally:
        assert lonely.end() == 0
    assert lonely.said.count("no broker") == 1
    assert not lonely.socket.exists()


def test_a_station_whose_terminal_is_closed_ends_in_order(site: Path, tmp_path: Path) -> None:
    station = LiveStation(site, "bay-02", free_port(), tmp_path)
    station.start()
    try:
        wait_until(lambda: "no broker" in station.said, 10, "it runs")
        assert station.end(signal.SIGHUP) == 0
        assert "Traceback" not in station.said
    finally:
        station.kill()


def test_a_bay_loads_no_camera_software() -> None:
    code = (
        "import sys, edge.main, edge.cli; "
        "print([m for m in ('cv2', 'numpy', 'zxingcpp', 'sqlalchemy', 'fastapi') if m in sys.modules])"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=20)
    assert ended.stdout == "[]\n", ended.stderr


@pytest.mark.parametrize("option", ["--data", "--hands"])
def test_a_file_where_a_directory_should_be_is_said(site: Path, tmp_path: Path, option: str) -> None:
    file = tmp_path / "file"
    file.write_text("x", "utf-8")
    ended = station(site, "bay-01", tmp_path / "data", "--simulate", "--hands", str(tmp_path), option, str(file))
    assert (ended.returncode, ended.stderr.count("\n")) == (2, 1)
    assert "expected directories" in ended.stderr
    assert str(file) in ended.stderr


def test_a_file_in_place_of_the_sites_directory_is_said(site: Path, tmp_path: Path) -> None:
    ended = station(site / "site.toml", "bay-01", tmp_path)
    assert (ended.returncode, ended.stderr.count("\n")) == (2, 1)
    assert f"got a file (its directory is {site})" in ended.stderr


def test_the_version_is_said() -> None:
    ended = run("--version")
    assert (ended.returncode, ended.stdout.strip()) == (0, program_version())

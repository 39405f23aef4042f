"""The hub's commands: what they say and how they end when something is wrong."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from edge.contract.version import program_version
from hub.demo.processes import ProgramMissing, find_mosquitto
from tests.edge.live_station import LiveBroker
from tests.hub.built_hub import SKUS, small_site
from tests.hub.live_hub import LiveHub
from tests.waiting import wait_until

pytestmark = pytest.mark.system

ORDERS = Path(__file__).parents[2] / "config" / "demo" / "orders_2011-03-01.csv"


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "hub.run", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=30)


@contextmanager
def listening() -> Iterator[int]:
    """A port that another program has."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_broken_configuration_is_said_with_its_place(tmp_path: Path) -> None:
    site = small_site(tmp_path / "site")
    file = site / "site.toml"
    file.write_text(file.read_text("utf-8").replace("cart_totes = 8", 'cart_totes = "eight"'), "utf-8")
    for command in (("hub", "--site", site, "--data", tmp_path), ("site", "check", site)):
        ended = run(*command)
        assert ended.returncode == 2
        assert f"{file}: cart_totes: expected a whole number of 1 to 26, got 'eight'." in ended.stdout + ended.stderr
        assert "Traceback" not in ended.stderr


def test_a_port_in_use_is_said_before_anything_is_started(tmp_path: Path) -> None:
    site = small_site(tmp_path / "site")
    with listening() as port:
        for command in (("hub", "--site", site, "--data", tmp_path), ("demo", "--data", tmp_path / "demo")):
            ended = run(*command, "--port", port)
            assert ended.returncode == 4
            assert f"Web port {port}: expected it free, got:" in ended.stderr
            assert "--port" in ended.stderr
            assert "Traceback" not in ended.stderr
    assert not (tmp_path / "demo" / "log").exists()


def test_without_a_broker_on_the_machine_the_demo_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ProgramMissing, match="apt-get install mosquitto"):
        find_mosquitto(places=())


def test_a_hub_without_its_broker_says_so_once_takes_orders_and_finds_it_later(tmp_path: Path) -> None:
    broker = LiveBroker(tmp_path)
    hub = LiveHub(tmp_path, broker.port)
    try:
        wait_until(lambda: "no broker there" in hub.said, 20, "it says that there is no broker")
        hub.ask("/api/orders", {"ref": "A1", "lines": [{"sku": SKUS[0], "units": 1}]})
        broker.start()
        wait_until(lambda: "connected" in hub.said, 30, "it finds the broker")
        assert hub.said.count("no broker there") == 1
        orders = hub.ask("/api/orders")
        assert isinstance(orders, list)
        assert [order["ref"] for order in orders] == ["A1"]
        assert hub.end() == 0
        assert "Traceback" not in hub.said
    finally:
        hub.process.kill()
        hub.process.wait()
        broker.kill()


def test_a_day_that_is_no_day_is_said_with_its_line(tmp_path: Path) -> None:
    no_day = tmp_path / "day.csv"
    no_day.write_text("when,what\n", "utf-8")
    for command in (("demo", "--orders-from", no_day), ("orders", "import", no_day)):
        ended = run(*command)
        assert ended.returncode == 2
        assert f"{no_day}: Line 1: expected the columns order_id," in ended.stderr
        assert ended.stderr.rstrip().endswith("got 'when,what'.")


def test_orders_for_a_hub_that_is_not_there_are_not_lost_in_silence() -> None:
    ended = run("orders", "import", ORDERS, "--hub", "http://127.0.0.1:1")
    assert ended.returncode == 1
    assert "xpected a hub at http://127.0.0.1:1" in ended.stderr + ended.stdout


@pytest.mark.parametrize("option", ["--report", "--world"])
def test_a_file_that_cannot_be_written_is_said_before_the_day_is_played(option: str, tmp_path: Path) -> None:
    ended = run("demo", option, tmp_path / "none" / "file.json")
    assert ended.returncode == 2
    assert "expected a file that can be written" in ended.stderr


def test_a_directory_without_a_database_is_said(tmp_path: Path) -> None:
    for command in (("ledger", "verify"), ("ledger", "export", tmp_path / "ledger.csv")):
        ended = run(*command, "--data", tmp_path)
        assert ended.returncode == 2
        assert f"{tmp_path / 'hub.db'}: expected a database, there is none." in ended.stderr


def test_a_data_directory_that_is_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("", "utf-8")
    ended = run("hub", "--site", small_site(tmp_path / "site"), "--data", tmp_path / "data")
    assert ended.returncode == 2
    assert "expected a directory to write in" in ended.stderr


def test_the_version_is_said() -> None:
    ended = run("--version")
    assert (ended.returncode, ended.stdout.strip()) == (0, program_version())

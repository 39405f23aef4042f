"""One hub on one database, told to end in every way that there is: real processes."""

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.edge.live_station import free_port
from tests.hub.built_hub import SKUS, small_site
from tests.hub.live_hub import LiveHub

pytestmark = pytest.mark.system

NO_BROKER = 1
"""No broker listens at this port."""


def start_hub(site: Path, data: Path) -> subprocess.CompletedProcess[str]:
    """A hub that is expected to end by itself."""
    command = [sys.executable, "-m", "hub.run", "hub", "--site", site, "--data", data, "--port", free_port()]
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=30)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[LiveHub]:
    """A running hub."""
    running = LiveHub(tmp_path, NO_BROKER)
    yield running
    running.kill()


def test_a_second_hub_on_the_same_data_is_refused_until_the_first_has_ended(hub: LiveHub, tmp_path: Path) -> None:
    refused = start_hub(tmp_path / "site", tmp_path / "data")
    assert refused.returncode == 4
    assert refused.stderr.splitlines() == [
        f"{tmp_path / 'data' / 'hub.lock'}: expected to run alone, but a hub is running there already"
        f" (process {hub.process.pid}). End that one first, or name another directory with --data."
    ]
    hub.ask("/api/orders", {"ref": "A1", "lines": [{"sku": SKUS[0], "units": 1}]})
    hub.kill()
    after = LiveHub(tmp_path, NO_BROKER)
    try:
        orders = after.ask("/api/orders")
        assert isinstance(orders, list)
        assert [order["ref"] for order in orders] == ["A1"]
    finally:
        after.kill()


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_hub_ends_in_order_however_it_is_told(hub: LiveHub, sign: signal.Signals) -> None:
    assert hub.end(sign) == 0
    assert "Traceback" not in hub.said


def test_a_hub_that_was_started_to_outlive_its_terminal_does(tmp_path: Path) -> None:
    hub = LiveHub(tmp_path, NO_BROKER, prefix=("nohup",))
    try:
        hub.process.send_signal(signal.SIGHUP)
        assert isinstance(hub.ask("/api/orders"), list)
        assert hub.end() == 0
    finally:
        hub.kill()


@pytest.mark.sqlite_only
def test_a_database_that_is_none_is_said_as_the_ledgers_commands_say_it(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "hub.db").write_text("no database at all\n" * 100, "utf-8")
    verified = subprocess.run(
        [sys.executable, "-m", "hub.run", "ledger", "verify", "--data", str(data)],
        capture_output=True,
        text=True,
        timeout=30,
    )
    refused = start_hub(small_site(tmp_path / "site"), data)
    assert (refused.returncode, refused.stderr) == (verified.returncode, verified.stderr)
    assert refused.returncode == 2
    assert refused.stderr.splitlines() == [
        f"{data / 'hub.db'}: expected a hub's database that can be read, got: file is not a database."
        " Put back a copy of the hub's, or name another directory with --data."
    ]


@pytest.mark.sqlite_only
def test_another_programs_database_is_refused_and_stays_as_it_was(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    with closing(sqlite3.connect(data / "hub.db")) as db, db:
        db.execute("CREATE TABLE theirs (id INTEGER)")
    before = (data / "hub.db").read_bytes()
    refused = start_hub(small_site(tmp_path / "site"), data)
    assert refused.returncode == 2
    assert "expected a hub's database, got one without a version." in refused.stderr
    assert "Traceback" not in refused.stderr
    assert (data / "hub.db").read_bytes() == before


def test_a_hub_without_a_site_makes_no_data_directory(tmp_path: Path) -> None:
    refused = start_hub(tmp_path / "site", tmp_path / "data")
    assert refused.returncode == 2
    assert str(tmp_path / "site") in refused.stderr
    assert not (tmp_path / "data").exists()

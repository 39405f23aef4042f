"""A supervisor hears that the station works, and that its loop goes round; nothing of a loop that hangs."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.watchdog import Watchdog
from tests.edge.small_site import write_site
from tests.edge.test_agent import Station
from tests.waiting import wait_until

TIMEOUT_US = 3_000_000


class Supervisor:
    """A socket as systemd's, and what came over it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._line = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._line.bind(str(path))
        self._line.setblocking(False)
        self.heard: list[str] = []

    def hears(self, what: str) -> bool:
        try:
            while True:
                self.heard.append(self._line.recv(100).decode())
        except BlockingIOError:
            return what in self.heard

    def close(self) -> None:
        self._line.close()


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    ours = Supervisor(tmp_path / "notify")
    yield ours
    ours.close()


def test_it_is_said_some_times_within_the_time_out_and_not_more_often(supervisor: Supervisor) -> None:
    now_us = 0
    dog = Watchdog({"NOTIFY_SOCKET": str(supervisor.path), "WATCHDOG_USEC": str(TIMEOUT_US)}, lambda: now_us)
    for now_us in range(0, 2 * TIMEOUT_US, 10_000):  # noqa: B007 - the clock that the watchdog reads
        dog.pet()
    assert not supervisor.hears("nothing of the kind")
    assert supervisor.heard == ["READY=1", *6 * ["WATCHDOG=1"]]


def test_without_a_supervisor_nothing_is_said_and_one_that_is_gone_harms_nothing(tmp_path: Path) -> None:
    Watchdog({}, lambda: 0).pet()
    gone = Watchdog({"NOTIFY_SOCKET": str(tmp_path / "gone"), "WATCHDOG_USEC": "1000"}, lambda: 10**9)
    gone.pet()


def test_a_running_station_says_that_it_works(supervisor: Supervisor, tmp_path: Path) -> None:
    environment = {"NOTIFY_SOCKET": str(supervisor.path), "WATCHDOG_USEC": "600000"}
    command = [sys.executable, "-c", "from edge.cli import main; main()", "run", "--simulate", "--station", "bay-01"]
    site = write_site(tmp_path / "site")
    station = subprocess.Popen(
        [*command, "--site", site, "--data", tmp_path / "data", "--hands", tmp_path / "run", "--broker", "127.0.0.1:9"],
        env={**os.environ, **environment},
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: supervisor.hears("WATCHDOG=1"), 20, "it pets")
        assert supervisor.heard[0] == "READY=1"
    finally:
        station.kill()
        station.wait()


def test_the_loop_alone_says_that_it_goes_round(tmp_path: Path) -> None:
    rounds: list[int] = []
    bay = Station(tmp_path, "bay-01", alive=lambda: rounds.append(1))
    try:
        wait_until(lambda: len(rounds) > 3, 3, "some rounds")
        bay.agent.stop()
        bay.join()
        told = len(rounds)
        bay.agent.inputs().part("camera", False, "nobody takes it")
        assert len(rounds) == told
    finally:
        bay.close()

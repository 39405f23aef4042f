"""A broker that is there and a hub that is not: the station says so."""

import threading
import time
from pathlib import Path

import pytest

from edge.contract.state import BenchDesired
from edge.hub_watch import HUB_SILENT_US
from firmware.lights import Shine
from tests.edge import test_agent
from tests.edge.test_agent import Station
from tests.waiting import wait_until


class Clock:
    """The real one, set forward by the test."""

    def __init__(self) -> None:
        self._ahead_us = 0
        self._lock = threading.Lock()

    def __call__(self) -> int:
        with self._lock:
            return time.monotonic_ns() // 1000 + self._ahead_us

    def forward(self, us: int) -> None:
        with self._lock:
            self._ahead_us += us


@pytest.mark.parametrize("name", ["bay-01", "pack-1"])
def test_amber_while_the_hub_acknowledges_nothing_though_the_broker_takes_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    clock = Clock()
    monkeypatch.setattr(test_agent, "now_us", clock)
    station = Station(tmp_path, name)

    def beacon() -> Shine | None:
        return station.devices.wall.seen().get("beacon")

    try:
        if name == "pack-1":
            station.want(BenchDesired(generation=1, version=1, as_of=None))
        wait_until(station.events, 5, "the start, which nobody acknowledges")
        wait_until(lambda: beacon() is None, 2, "no amber: the link is up")
        clock.forward(HUB_SILENT_US)
        wait_until(lambda: (seen := beacon()) is not None and seen.rgb == (255, 100, 0), 2, "amber")
        assert station.devices.seen().trouble.startswith("No hub") == (name == "pack-1")
        station.acknowledge(1)
        wait_until(lambda: beacon() is None, 2, "no amber: it answers again")
        assert station.devices.seen().trouble == ""
    finally:
        station.close()

"""The floor comes up as fast as the machine allows, and what is said when it does not."""

import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hub.demo.coming_up import AT_ONCE, ComingUp, DemoFailed, Patience, busy, not_up
from hub.demo.processes import Processes
from tests.waiting import wait_until

SLEEPS = [sys.executable, "-c", "import time; time.sleep(600)"]
COMPUTES = [sys.executable, "-c", "while True: pass"]
NAMES = [f"bay-{n:02d}" for n in range(1, 15)]


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Processes]:
    started = Processes(tmp_path)
    yield started
    started.close()


def coming_up(processes: Processes, ask: Any, said: list[str]) -> ComingUp:
    return ComingUp(processes, ask, said.append, threading.Event(), "The logs are there.")


def test_progress_moves_the_deadline_up_to_a_bound() -> None:
    patience = Patience(0.0, still_s=60, most_s=300)
    assert not any(patience.is_over(now_s, now_s) for now_s in (59.0, 118.0, 177.0, 236.0, 295.0))
    assert patience.is_over(300.0, "more")


def test_no_progress_ends_the_waiting() -> None:
    patience = Patience(0.0, still_s=60, most_s=300)
    assert not patience.is_over(30.0, "hub")
    assert not patience.is_over(89.0, "hub")
    assert patience.is_over(90.0, "hub")


def test_what_computes_is_told_from_what_sleeps(processes: Processes) -> None:
    processes.add("sleeps", SLEEPS)
    processes.add("computes", COMPUTES)
    wait_until(lambda: processes.cpu_s(["computes"]) > 0.5, 60, "half a second of computing")
    slept = processes.cpu_s(["sleeps"])
    wait_until(lambda: processes.cpu_s(["computes"]) > 1.0, 60, "another half second")
    assert processes.cpu_s(["sleeps"]) - slept < 0.1


def test_stations_are_started_a_few_at_a_time_and_all_come_up(processes: Processes) -> None:
    most = 0

    def ask(path: str) -> dict[str, Any]:
        """As a hub whose stations come online one by one, in the order in which they were started."""
        nonlocal most
        assert path == "/api/devices"
        started = list(processes.children)
        online = ask.online = min(len(started), getattr(ask, "online", -1) + 1)  # type: ignore[attr-defined]
        most = max(most, len(started) - max(0, online - 1))
        return {name: {"online": n < online} for n, name in enumerate(started)}

    said: list[str] = []
    coming_up(processes, ask, said).stations(dict.fromkeys(NAMES, SLEEPS))
    assert list(processes.children) == NAMES
    assert most == AT_ONCE
    assert said[-1] == "14 of 14 stations online"


def test_a_station_that_ends_is_told_at_once(processes: Processes) -> None:
    commands = dict.fromkeys(NAMES[:2], SLEEPS) | {"bay-03": [sys.executable, "-c", "print('no'); exit(4)"]}
    with pytest.raises(DemoFailed, match=r"Expected every process to stay up, got:\nbay-03 ended with 4: no\nThe logs"):
        coming_up(processes, lambda _: {}, []).stations(commands)


def test_what_did_not_come_up_is_told_with_how_busy_the_machine_is() -> None:
    text = not_up("26 stations online", 130.0, {"bay-07": "(nothing in its log)"}, busy(2, 31.6), "The logs are there.")
    assert text.split("\n") == [
        "Expected 26 stations online, waited 130 s, for the last 60 s without any progress, got:",
        "bay-07 is not up, its last line: (nothing in its log)",
        "The machine is busy: 32 processes want to run on 2 cores. End what else runs on it, then try again;"
        " --pickers 1 and fewer orders (--orders 50) do not start faster, but ask less of it afterwards.",
        "The logs are there.",
    ]


def test_a_machine_with_nothing_else_to_do_is_not_blamed() -> None:
    assert busy(4, 3.0) == ""

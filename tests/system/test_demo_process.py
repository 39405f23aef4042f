"""How the demo begins and ends, however it is told: real processes."""

import json
import os
import pty
import signal
import threading
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.system.live_demo import LiveDemo, commands
from tests.waiting import wait_until

pytestmark = pytest.mark.system

END_TIMEOUT_S = 30.0
Start = Callable[..., LiveDemo]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts demos in ``floor``; they end with the test."""
    started = []

    def begin(*words: object, out: int | None = None) -> LiveDemo:
        started.append(LiveDemo(tmp_path / "floor", *words, out=out))
        return started[-1]

    yield begin
    for demo in started:
        demo.close()


def post(url: str, body: object) -> None:
    request = urllib.request.Request(url, json.dumps(body).encode())
    request.add_header("Content-Type", "application/json")
    urllib.request.urlopen(request, timeout=10).close()


def second_bin(bins: dict[str, dict[str, int]], sku: str) -> tuple[str, int]:
    """The last bin of an item, and how many units lie there."""
    return max((place, contents[sku]) for place, contents in bins.items() if sku in contents)


def test_a_second_demo_in_the_directory_is_refused_and_a_killed_one_leaves_nothing_running(
    start: Start, tmp_path: Path
) -> None:
    first = start()
    url, _ = first.urls()
    files = [tmp_path / "floor" / name for name in ("mosquitto.conf", "site/site.toml")]
    before = [(file.read_bytes(), file.stat().st_mtime_ns) for file in files]
    second = start()
    assert second.process.wait(END_TIMEOUT_S) == 4
    assert f"expected to run alone, but a demo is running there already (process {first.process.pid})" in second.said
    assert [(file.read_bytes(), file.stat().st_mtime_ns) for file in files] == before
    with urllib.request.urlopen(url + "/api/devices", timeout=10) as answer:
        assert all(device["online"] for device in json.load(answer).values())

    children = first.children()
    assert any("mosquitto" in command for command in children.values())
    guard = os.getpgid(next(iter(children)))
    assert "hub.demo.guard" in commands()[guard]
    first.process.kill()
    first.process.wait()
    wait_until(lambda: not first.children() and guard not in commands(), END_TIMEOUT_S, "its processes end")

    third = start()
    assert third.process.wait(END_TIMEOUT_S) == 2
    assert f"expected a directory without a demo's database, got one with {tmp_path}/floor/data/hub.db" in third.said
    assert "Name another directory" in third.said


def test_a_demo_whose_terminal_is_closed_ends_everything(start: Start) -> None:
    ours, its = pty.openpty()
    demo = start(out=its)
    os.close(its)
    printed = bytearray()

    def read() -> None:
        while b"fourth picker" not in printed:
            printed.extend(os.read(ours, 4096))

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    wait_until(lambda: not reader.is_alive(), 60, "it is up")
    os.close(ours)
    assert demo.process.wait(END_TIMEOUT_S) == 130
    assert demo.children() == {}


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGHUP])
def test_a_demo_that_is_told_to_end_while_it_starts_says_nothing_false(start: Start, sign: signal.Signals) -> None:
    demo = start()
    wait_until(lambda: demo.child("hub.run hub") is not None, 30, "its hub")
    hub = demo.child("hub.run hub")
    assert hub is not None
    os.kill(hub, signal.SIGSTOP)  # it does not come up before it is told to end
    assert demo.end(sign) == 130
    assert demo.children() == {}
    assert demo.said.splitlines()[-1].startswith("starting"), demo.said


def test_what_does_not_come_up_is_named_at_once_with_its_last_words(start: Start, tmp_path: Path) -> None:
    outbox = tmp_path / "floor" / "data" / "bay-01.db"
    outbox.parent.mkdir(parents=True)
    outbox.write_bytes(b"no database" * 1000)
    demo = start()
    assert demo.process.wait(240) == 1
    assert "Expected every process to stay up, got:" in demo.said
    assert f"bay-01 ended with 4: {outbox}: expected a station's outbox" in demo.said
    assert f"The logs are in {tmp_path / 'floor' / 'log'}." in demo.said
    assert demo.children() == {}


@pytest.mark.parametrize("visited", [False, True])
def test_a_book_that_is_not_what_lies_there_is_named_and_fails_the_day_unless_a_visitor_erred(
    start: Start, tmp_path: Path, visited: bool
) -> None:
    demo = start("--speed", "max", "--report", tmp_path / "report.json")
    url, page = demo.urls()
    with urllib.request.urlopen(url + "/api/book", timeout=10) as answer:
        bins = json.load(answer)["places"]["bin"]
    # what is picked from weighs itself and is set right: nothing is picked from a bin that is empty by the book
    place, lost = second_bin(bins, "22191")
    post(url + "/api/counts", {"bin": place, "units": 0, "actor": "somebody who cannot count"})
    if visited:
        for act in ("take", "put-back"):
            post(f"{page}/act/{act}", {"bin": second_bin(bins, "22139")[0], "units": 1})
    assert demo.process.wait(90) == (0 if visited else 1), demo.said
    assert "The book is not what lies there:" in demo.said
    assert f"bins: {place}: " in demo.said
    assert f"{lost} more in the house than by the book" in demo.said
    told = "A visitor took part, and a visitor's mistakes are real" if visited else "Nobody erred: expected no"
    assert told in demo.said
    report = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert report["truth"] == {"bins_wrong": 1, "units_missing": lost, "parcels_wrong": 0}
    assert len(report["wrong"]["bins"]) == 1

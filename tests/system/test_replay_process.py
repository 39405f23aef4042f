"""``shelflight replay`` as a process: played to its end, interrupted, refused."""

import gzip
import json
import signal
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest

from hub.storage.verify import CHECKS
from tests.hub.demo_site import HEADER, sale
from tests.waiting import wait_until

pytestmark = pytest.mark.system

END_TIMEOUT_S = 240.0


def command(*words: object) -> list[str]:
    return [sys.executable, "-m", "hub.run", "replay", *map(str, words)]


def orders(file: Path, days: int) -> Path:
    lines = [HEADER]
    for day in range(1, days + 1):
        lines += [
            sale(f"A{day}", "RED", 2, at=f"2011-03-{day:02}T09:30"),
            sale(f"B{day}", "BLUE", 1, at=f"2011-03-{day:02}T11:00"),
        ]
    file.write_bytes(gzip.compress(("\n".join(lines) + "\n").encode()))
    return file


def test_days_are_played_reported_and_kept_and_the_directory_is_refused_afterwards(tmp_path: Path) -> None:
    file = orders(tmp_path / "orders.csv.gz", 2)
    words = ("--orders", file, "--report", tmp_path / "report.json", "--data", tmp_path / "kept")
    ended = subprocess.run(command(*words), capture_output=True, text=True, timeout=END_TIMEOUT_S)
    assert ended.returncode == 0, ended.stderr
    report = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert report["days"]["played"] == 2
    assert report["units"] | {"cancelled": 0} == {
        "received": 6,
        "shipped": 6,
        "backordered": 0,
        "cancelled": 0,
        "open": 0,
    }
    assert report["ledger"]["verified"] and report["ledger"]["invariants"]["balances_fold"]
    assert f"{len(CHECKS)} of {len(CHECKS)} invariants hold" in ended.stdout
    again = subprocess.run(command(*words), capture_output=True, text=True, timeout=END_TIMEOUT_S)
    assert again.returncode == 2
    assert "expected a directory without a database" in again.stderr


def test_ctrl_c_ends_with_the_report_so_far(tmp_path: Path) -> None:
    file = orders(tmp_path / "orders.csv.gz", 28)
    process = subprocess.Popen(
        command("--orders", file, "--report", tmp_path / "report.json", "--data", tmp_path / "kept"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said: list[str] = []
    assert process.stdout is not None
    reader = Thread(target=said.extend, args=(process.stdout,))
    reader.start()
    try:
        wait_until(lambda: any("going live" in line for line in said), END_TIMEOUT_S, "the replay to begin")
        process.send_signal(signal.SIGINT)
        assert process.wait(END_TIMEOUT_S) == 130, said
    finally:
        process.kill()
        process.wait(10)
        reader.join(10)
    report = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert report["days"]["played"] < 28
    assert report["ledger"]["verified"]


def test_what_is_no_order_file_is_refused_in_words(tmp_path: Path) -> None:
    broken = tmp_path / "orders.csv.gz"
    broken.write_bytes(b"no gzip at all")
    ended = subprocess.run(command("--orders", broken), capture_output=True, text=True, timeout=END_TIMEOUT_S)
    assert ended.returncode == 2
    assert f"{broken}: expected a CSV file of order lines, got:" in ended.stderr

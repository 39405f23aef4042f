"""A bench's process that is killed while it prints, again and again."""

import random
import re
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from edge.contract.codec import decode_event
from edge.contract.events import Event, LabelPrinted, PrintFailed
from firmware.twin.label_printer import LabelPrinterTwin
from tests.waiting import wait_until

pytestmark = pytest.mark.system

ROOT = Path(__file__).resolve().parents[3]
LABELS = 14
KILLS = 3
ANSWER_S = 0.02
_TEXT = re.compile(r"\^FD(.*?)\^FS")


def told(outbox: Path) -> list[Event]:
    """Every fact that the bench has committed, read from its file."""
    if not outbox.exists():
        return []
    try:
        with closing(sqlite3.connect(f"file:{outbox}?mode=ro", uri=True)) as db:
            return [decode_event(bytes(row[0])) for row in db.execute("SELECT body FROM event ORDER BY seq")]
    except sqlite3.OperationalError:
        return []  # it is just being made


def ended(outbox: Path) -> list[str]:
    """The jobs that were told to have ended."""
    return [event.job for event in told(outbox) if isinstance(event, LabelPrinted | PrintFailed)]


def test_a_bench_that_is_killed_again_and_again_prints_no_label_twice(tmp_path: Path) -> None:
    rng = random.Random(20261128)
    twin = LabelPrinterTwin()

    def slowly(said: bytes) -> bytes:
        time.sleep(ANSWER_S)  # a label takes its time, so that a kill finds one at the printer
        return said

    twin.answers = slowly
    outbox = tmp_path / "box.db"
    bench: subprocess.Popen[bytes] | None = None
    try:
        for kill in range(KILLS + 1):
            command = [sys.executable, "-m", "tests.edge.faults.killed_bench", str(tmp_path), str(twin.port)]
            bench = subprocess.Popen([*command, str(LABELS)], cwd=ROOT, stderr=subprocess.DEVNULL)
            if kill < KILLS:
                enough = len(ended(outbox)) + rng.randint(1, 4)
                wait_until(lambda least=enough: len(ended(outbox)) >= least, 20, "some labels more")  # type: ignore[misc]
                bench.kill()
                bench.wait()
        wait_until(lambda: len(ended(outbox)) == LABELS, 30, "every label has ended")
    finally:
        if bench is not None:
            bench.kill()
            bench.wait()
    out = [label for _ in range(twin.waiting) if (taken := twin.take()) for label in _TEXT.findall(taken.zpl)]
    twin.close()
    assert len(out) == len(set(out)), "no label came out twice"
    jobs = ended(outbox)
    assert sorted(jobs) == sorted({f"L{n}" for n in range(LABELS)}), "each has ended once"
    printed = {event.job for event in told(outbox) if isinstance(event, LabelPrinted)}
    doubtful = {event.job for event in told(outbox) if isinstance(event, PrintFailed) and event.sent}
    assert printed <= set(out)
    assert set(out) <= printed | doubtful, "what may be out is told as such"
    assert len(doubtful) <= KILLS, "a kill costs one label's certainty"

"""The benchmark measures on real processes and says what its floor is."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.system

SAMPLES = 5


def test_the_benchmark_gives_the_chain_its_floor_and_their_ratio(tmp_path: Path) -> None:
    file = tmp_path / "latency.json"
    command = [sys.executable, "-m", "hub.run", "bench", "latency", "--samples", str(SAMPLES), "--json", str(file)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=700)
    assert ended.returncode == 0, ended.stderr
    found = json.loads(file.read_text("utf-8"))
    assert found["samples"] == SAMPLES
    for name in ("chain_ms", "echo_ms", "commit_ms"):
        assert 0 < found[name]["p50"] <= found[name]["p99"]
    floor_ms = found["echo_ms"]["p50"] + 2 * found["commit_ms"]["p50"]
    assert found["ratio"] == pytest.approx(found["chain_ms"]["p50"] / floor_ms, abs=0.01)

"""The hub's process is killed between the intent, the carrier's answer, and its being kept: one label is bought."""

import subprocess
import sys
from pathlib import Path

import pytest

from hub.carriers.twin import CarrierTwin, TwinServer
from tests.hub.carriers.asked_floor import AskedFloor
from tests.hub.carriers.killed_desk import KILLED, MOMENTS

ROOT = Path(__file__).resolve().parents[3]
PROCESS_S = 120


def run(directory: Path, url: str, moment: str) -> int:
    command = [sys.executable, "-m", "tests.hub.carriers.killed_desk", str(directory), url, moment]
    return subprocess.run(command, cwd=ROOT, timeout=PROCESS_S).returncode


@pytest.mark.system
@pytest.mark.parametrize("moment", MOMENTS)
def test_one_label_is_bought_and_printed_whenever_the_hub_is_killed(tmp_path: Path, moment: str) -> None:
    server = TwinServer(CarrierTwin())
    try:
        floor = AskedFloor(tmp_path, server.url)
        floor.weighed(RED=3)
        floor.close()
        assert run(tmp_path, server.url, moment) == (0 if moment == "never" else KILLED)
        assert run(tmp_path, server.url, "never") == 0
        assert len(server.twin.labels) == 1
        reopened = AskedFloor(tmp_path, server.url)
        try:
            assert reopened.purchases() == [("bought", "Twin Parcel", server.twin.sold[0])]
            assert len(reopened.jobs("pack-1")) == 1
            assert reopened.rows("SELECT state, tracking FROM parcel") == [
                {"state": "labelled", "tracking": server.twin.sold[0]}
            ]
            assert reopened.sound()
        finally:
            reopened.close()
    finally:
        server.close()

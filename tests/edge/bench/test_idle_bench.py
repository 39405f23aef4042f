"""``shelflight-edge bench idle``: the real agent on a real broker, and the kernel's books of it."""

import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from edge.bench.idle_command import in_words
from edge.bench.idle_site import BINS, write_site
from edge.bench.process_cost import Cost, cost_of, cpu_pct, written_per_hour
from edge.cli import app
from edge.contract.site import load_site
from tests.edge.live_station import LiveBroker

RUN = CliRunner()
WRITTEN = 1_000_000


def test_the_kernels_books_of_a_process_grow_with_what_it_does(tmp_path: Path) -> None:
    before = cost_of(os.getpid())
    with (tmp_path / "some").open("wb") as file:
        file.write(os.urandom(WRITTEN))
        file.flush()
        os.fsync(file.fileno())
    while cost_of(os.getpid()).cpu_s <= before.cpu_s:
        sum(range(100_000))
    after = cost_of(os.getpid())
    assert after.writes > before.writes
    assert after.written_bytes >= before.written_bytes  # a memory's file system writes nothing
    assert after.resident_bytes > WRITTEN


def test_figures_are_of_one_core_and_of_an_hour() -> None:
    before = Cost(at_s=10, cpu_s=1.0, resident_bytes=1, written_bytes=1_000, writes=1)
    after = Cost(at_s=20, cpu_s=1.5, resident_bytes=1, written_bytes=3_000, writes=2)
    assert cpu_pct(before, after) == pytest.approx(5)
    assert written_per_hour(before, after) == 720_000


def test_the_built_in_site_is_one_that_a_station_takes(tmp_path: Path) -> None:
    site = load_site(write_site(tmp_path / "site"))
    assert len(site.station("bay-01").bins) == BINS
    assert site.station("pack-1").camera is not None


@pytest.mark.system
def test_a_bay_is_measured_idle_and_picked_from(tmp_path: Path) -> None:
    LiveBroker(tmp_path)  # skips where there is no mosquitto
    told = tmp_path / "idle.json"
    asked = ["bench", "idle", "--seconds", "1", "--settle", "1", "--picks", "2", "--work", str(tmp_path)]
    done = RUN.invoke(app, [*asked, "--json", str(told)])
    assert done.exit_code in (0, 1), done.output
    found = json.loads(told.read_text())
    assert (found["station"], found["bins"], found["camera"], found["hub"]) == ("bay-01", BINS, False, "acknowledges")
    assert found["facts_per_pick"] == 2
    assert found["seconds"] >= 1
    assert found["resident_bytes"] > 10_000_000
    assert 0 <= found["cpu_pct"] <= 100 * (os.cpu_count() or 1)
    assert found["is_met"] == (done.exit_code == 0)
    assert "twins are included" in done.output
    assert not list(tmp_path.glob("idle-*")), "nothing is left behind"


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (["--station", "bay-99"], "bay-99"),
        (["--station", "pack-1", "--picks", "1"], "expected a bay with a scale to pick from"),
        (["--site", "nowhere"], "nowhere"),
    ],
)
def test_what_cannot_be_measured_is_said(tmp_path: Path, asked: list[str], told: str) -> None:
    done = RUN.invoke(app, ["bench", "idle", "--seconds", "1", "--work", str(tmp_path), *asked])
    assert done.exit_code == 2
    assert told in done.output


def test_words_name_the_targets() -> None:
    from edge.bench.idle import Idle

    found = Idle(
        station="bay-01",
        bins=40,
        camera=False,
        hub="none",
        seconds=60,
        cpu_pct=3.5,
        cpu_pct_max=3.0,
        resident_bytes=50 * 1024 * 1024,
        written_bytes_per_hour=246_000,
        facts=0,
        picks=0,
        written_bytes_per_pick=None,
        facts_per_pick=None,
    )
    assert not found.is_met
    assert "3.50 % of one core (below 3)" in in_words(found)
    assert "50.0 MiB resident (below 80)" in in_words(found)

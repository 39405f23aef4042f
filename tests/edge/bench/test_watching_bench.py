"""``shelflight-edge bench camera``: its films are read, its figures are of both processes and are written."""

import json
from pathlib import Path

from typer.testing import CliRunner

from edge.bench.watching import idle_cost, reading_cost
from edge.cli import app


def test_an_empty_table_is_looked_at_and_both_processes_are_measured() -> None:
    idle = idle_cost(640, 480, seconds=1.0, frames_per_s=20, idle_pause_s=0.0)
    assert (idle.width_px, idle.height_px) == (640, 480)
    assert 5 < idle.frames_per_s <= 25
    assert idle.watcher_pct > 0
    assert idle.capture_pct > 0


def test_a_large_frame_is_read_in_parts_and_whole_and_the_parts_cost_less() -> None:
    reading = reading_cost("EAN-13", "4006381333931", 1920, 1080, films=2)
    assert reading.frames == 12
    assert reading.read_pct == reading.whole_read_pct == 100
    assert reading.cpu_ms < reading.whole_cpu_ms


def test_the_command_writes_its_figures(tmp_path: Path) -> None:
    ended = CliRunner().invoke(
        app, ["bench", "camera", "--seconds", "1", "--films", "1", "--json", str(tmp_path / "figures.json")]
    )
    assert ended.exit_code in (0, 1), "whether an idle camera was cheap enough on this machine"
    figures = json.loads((tmp_path / "figures.json").read_text("utf-8"))
    assert [one["width_px"] for one in figures["idle"]] == [640, 1920]
    assert {one["symbology"] for one in figures["reading"]} == {"EAN-13", "Code128", "QRCode", "DataMatrix"}
    nowhere = CliRunner().invoke(
        app, ["bench", "camera", "--seconds", "1", "--films", "1", "--json", str(tmp_path / "no" / "figures.json")]
    )
    assert nowhere.exit_code == 4

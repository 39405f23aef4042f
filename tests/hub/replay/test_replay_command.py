"""``shelflight replay`` as a command: what it refuses, and that the report so far is there before the end."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hub.cli import app
from hub.replay import screen
from tests.hub.demo_site import HEADER, sale


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    lines = [HEADER, *(sale(f"A{n}", "RED", 2, at=f"2011-03-0{n}T09:15") for n in (1, 2, 3))]
    (tmp_path / "orders.csv").write_text("\n".join(lines) + "\n", "utf-8")
    return tmp_path / "orders.csv"


def test_a_rule_that_there_is_not_is_refused_before_anything_is_made(tmp_path: Path, orders: Path) -> None:
    done = CliRunner().invoke(
        app, ["replay", "--orders", str(orders), "--data", str(tmp_path / "kept"), "--restock", "luck"]
    )
    assert done.exit_code == 2
    assert "expected one of forecast, fixed, croston, got 'luck'" in done.output
    assert not (tmp_path / "kept").exists()


def test_the_report_so_far_is_written_at_each_full_check(
    tmp_path: Path, orders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screen, "FULL_EVERY_DAYS", 2)
    written: list[int] = []
    write = screen.write_report

    def noted(figures: dict[str, object], file: Path) -> None:
        write(figures, file)
        written.append(json.loads(file.read_text("utf-8"))["days"]["played"])

    monkeypatch.setattr(screen, "write_report", noted)
    report = tmp_path / "report.json"
    done = CliRunner().invoke(app, ["replay", "--orders", str(orders), "--report", str(report), "--restock", "fixed"])
    assert done.exit_code == 0, done.output
    assert written == [2, 3]
    assert json.loads(report.read_text("utf-8"))["ledger"]["verified"]

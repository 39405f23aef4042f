"""Platforms over stated physics: nothing wrong is told as certain, and picks as asked are not counted for nothing."""

import ast
import json
from pathlib import Path
from random import Random

import pytest
from typer.testing import CliRunner

from edge.bench import level_physics
from edge.bench.counting_levels import LevelReport, run_level_movements
from edge.bench.level_physics import BINS, draw_level
from edge.cli import app

SHORT = 1_500
LONG = 30_000


def play(seed: int, movements: int) -> LevelReport:
    *_, report = run_level_movements(seed, movements)
    return report


def test_a_short_run_tells_nothing_wrong_as_certain() -> None:
    report = play(11, SHORT)
    assert report.wrong_examples == []
    assert report.all.wrong == 0
    assert report.all.movements == SHORT
    assert report.by_kind["pick"].certain_pct > 50, "a benchmark in which little is certain proves little"
    assert report.by_kind["two picks"].countable_certain > 0
    assert report.by_kind["unlit"].countable_certain > 0
    assert report.counts_asked_right < report.counts_asked / 20


@pytest.mark.soak
def test_many_movements_tell_nothing_wrong_as_certain() -> None:
    report = play(Random().randrange(10**6), LONG)
    assert report.wrong_examples == []
    assert report.all.wrong == 0


def test_a_seed_gives_the_same_figures_again() -> None:
    assert play(5, 120).figures() == play(5, 120).figures()


def test_the_physics_of_a_platform_knows_nothing_of_the_product() -> None:
    tree = ast.parse(Path(level_physics.__file__).read_text("utf-8"))
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    imported |= {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    assert imported == {"random", "edge.bench.bin_physics"}


def test_a_platform_shows_the_sum_of_its_bins_in_whole_divisions() -> None:
    level = draw_level(Random(2))
    assert BINS[0] <= len(level.stocks) <= BINS[1]
    for stock in level.stocks.values():
        stock.put_lot(3)
    exact_mg = sum(sum(stock.unit_weights_mg) for stock in level.stocks.values())
    shown = [level.stable_mg() for _ in range(200)]
    assert all(weight_mg % level.scale.division_mg == 0 for weight_mg in shown)
    assert abs(sum(shown) / len(shown) - exact_mg) < level.scale.division_mg
    assert level.lying() == dict.fromkeys(level.stocks, 3)


def test_the_command_plays_levels_and_writes_the_figures(tmp_path: Path) -> None:
    figures = tmp_path / "count.json"
    arguments = ["bench", "count", "--arrangement", "level", "--seed", "3", "--movements", "80", "--json", str(figures)]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    assert "two picks" in done.output
    written = json.loads(figures.read_text("utf-8"))
    assert written["all"]["movements"] == 80 and written["all"]["wrong"] == 0

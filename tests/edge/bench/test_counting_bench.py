"""Bins over stated physics: nothing wrong is told as certain, and what can be counted is."""

import ast
import json
from pathlib import Path
from random import Random

import pytest
from typer.testing import CliRunner

from edge.bench import bin_physics
from edge.bench.bin_physics import Item, PhysicalBin, Scale, is_countable
from edge.bench.counting import Report, run_movements
from edge.bench.counting_command import CERTAIN_PCT_MIN
from edge.cli import app

SHORT = 3_000
LONG = 100_000


def play(seed: int, movements: int) -> Report:
    *_, report = run_movements(seed, movements)
    return report


def check(report: Report) -> None:
    assert report.wrong_examples == []
    assert report.all.wrong == 0
    assert report.contents_wrong == 0
    assert report.contents_certain > 0
    assert report.all.certain_pct >= CERTAIN_PCT_MIN


def test_a_short_run_tells_nothing_wrong_as_certain() -> None:
    report = play(11, SHORT)
    check(report)
    assert report.all.movements == SHORT
    assert report.all.countable > SHORT / 2, "a benchmark that can count little proves little"


@pytest.mark.soak
def test_a_hundred_thousand_movements_tell_nothing_wrong_as_certain() -> None:
    check(play(Random().randrange(10**6), LONG))


def test_a_seed_gives_the_same_figures_again() -> None:
    assert play(5, 200).figures() == play(5, 200).figures()


def test_what_is_countable_is_decided_without_anything_of_the_product() -> None:
    tree = ast.parse(Path(bin_physics.__file__).read_text("utf-8"))
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    imported |= {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    assert imported == {"dataclasses", "math", "random"}


def test_one_heavy_unit_is_countable_and_many_light_ones_are_not() -> None:
    scale = Scale(division_mg=1_000, span=0.0, phase=0.0)
    heavy = Item(unit_mg=200_000, spread_mg=1_000, lot_sigma_mg=400)
    light = Item(unit_mg=4_000, spread_mg=10, lot_sigma_mg=8)
    assert is_countable(heavy, scale, 1)
    assert not is_countable(heavy, scale, 60)
    assert not is_countable(light, scale, 1)


def test_a_scale_shows_what_lies_there_within_its_noise_and_whole_divisions() -> None:
    scale = Scale(division_mg=1_000, span=0.0, phase=0.0)
    item = Item(unit_mg=200_000, spread_mg=1, lot_sigma_mg=0)
    physical = PhysicalBin(item=item, scale=scale, rng=Random(1))
    physical.put_lot(10)
    shown = [physical.stable_mg() for _ in range(500)]
    assert all(weight_mg % 1_000 == 0 for weight_mg in shown)
    assert abs(sum(shown) / len(shown) - 2_000_000) < 100
    assert max(shown) - min(shown) <= 4_000


def test_the_command_prints_the_tables_and_writes_the_figures(tmp_path: Path) -> None:
    figures = tmp_path / "count.json"
    done = CliRunner().invoke(app, ["bench", "count", "--seed", "3", "--movements", "120", "--json", str(figures)])
    assert done.exit_code == 0, done.output
    assert "countable" in done.output
    written = json.loads(figures.read_text("utf-8"))
    assert written["all"]["movements"] == 120 and written["all"]["wrong"] == 0


def test_figures_that_cannot_be_written_are_said_with_the_file(tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere" / "count.json"
    done = CliRunner().invoke(app, ["bench", "count", "--movements", "1", "--json", str(nowhere)])
    assert done.exit_code == 4
    assert str(nowhere) in done.output

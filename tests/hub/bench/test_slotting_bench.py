"""The slotting benchmark: moves are learned on one month and scored on another one, by both layouts."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hub.bench.released import read_day_orders
from hub.bench.slotting import measure
from hub.cli import app
from tests.hub.demo_site import HEADER, sale

SKUS = 200


def a_file(directory: Path) -> Path:
    """Three months: of 200 SKUs each is ordered once in the first; then of three that lie far off one each day."""
    lines = [sale("first", f"SKU{n:03d}", SKUS - n, line=n + 1, at="2011-01-03T09:00") for n in range(SKUS)]
    lines += [
        sale(f"{month}-{day}", f"SKU{196 + day}", 1, at=f"2011-0{month}-0{day}T09:00")
        for month in (2, 3)
        for day in (1, 2, 3)
    ]
    file = directory / "orders.csv"
    file.write_text("\n".join((HEADER, *lines)) + "\n", "utf-8")
    return file


def test_what_is_learned_on_one_month_saves_walking_on_the_next(tmp_path: Path) -> None:
    found = measure(read_day_orders(a_file(tmp_path)).orders, learn="2011-02", score="2011-03")
    assert [one["layout"] for one in found] == ["by the picks of 2011-01", "by code"]
    for one in found:
        assert (one["days"], one["tours"], one["skus"]) == (3, 3, SKUS)
        assert one["anew_mm"] < one["before_mm"]
        [*_, last] = one["steps"]
        assert last["walked_mm"] < one["before_mm"]
        assert last["learned_mm"] == one["before_mm"] - last["walked_mm"], "both months are alike"
        assert last["saved"] == pytest.approx(last["learned_mm"] / one["before_mm"])
        assert last["exchanges"] == 3, "nothing else is picked"


def test_the_command_tells_and_writes_the_figures_and_refuses_a_month_without_orders(tmp_path: Path) -> None:
    file, out = a_file(tmp_path), tmp_path / "out.json"
    asked = ["bench", "slotting", "--orders", str(file), "--learn", "2011-02"]
    told = CliRunner().invoke(app, [*asked, "--score", "2011-03", "--json", str(out)])
    assert told.exit_code == 0, told.output
    assert "3 exchanges" in told.output
    assert len(json.loads(out.read_text("utf-8"))) == 2
    assert CliRunner().invoke(app, [*asked, "--score", "2011-09"]).exit_code == 2

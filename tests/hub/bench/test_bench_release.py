"""The release benchmark: every order is picked by each rule, and the command tells what was walked."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hub.bench.released import measure, read_day_orders
from hub.cli import app
from hub.order_import import BadOrderFile
from tests.hub.demo_site import HEADER, sale


def a_file(directory: Path) -> Path:
    """Two days; on each of them 24 orders of three of 400 SKUs come within a few minutes."""
    lines = [
        sale(f"{day}-{n}", f"SKU{(37 * n * k + 11 * k) % 400:03d}", 2, line=k, at=f"2011-03-0{day}T09:{n:02d}")
        for day in (1, 2)
        for n in range(24)
        for k in (1, 2, 3)
    ]
    lines += [sale("1-all", f"SKU{n:03d}", 1, line=n + 1, at="2011-03-01T17:00") for n in range(400)]
    file = directory / "orders.csv"
    file.write_text("\n".join((HEADER, *lines)) + "\n", "utf-8")
    return file


def test_release_walks_less_for_the_same_orders_where_there_is_a_choice(tmp_path: Path) -> None:
    orders = read_day_orders(a_file(tmp_path)).orders
    found = measure(orders, every=2, pickers=1, crossings=2, backlog=True, seed=1)
    [day] = found["days"]
    assert (day["orders"], day["lines"]) == (25, 24 * 3 + 400)
    assert day["release_mm"] < day["oldest_mm"] <= day["oldest_s_shape_mm"]
    assert found["saved"] == pytest.approx(1 - day["release_mm"] / day["oldest_s_shape_mm"])


def test_with_a_cart_for_everybody_there_is_nothing_to_choose(tmp_path: Path) -> None:
    orders = read_day_orders(a_file(tmp_path)).orders
    found = measure(orders, every=1, pickers=50, crossings=1, backlog=False, seed=1)
    assert [day["release_mm"] == day["oldest_mm"] for day in found["days"]] == [True, True]


def test_the_command_writes_what_it_tells(tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    told = CliRunner().invoke(
        app, ["bench", "release", "--orders", str(a_file(tmp_path)), "--every", "2", "--json", str(out)]
    )
    assert told.exit_code == 0, told.output
    figures = json.loads(out.read_text("utf-8"))
    assert [(one["crossings"], one["backlog"]) for one in figures] == [
        (1, False), (1, True), (2, False), (2, True),
    ]  # fmt: skip
    assert "2 cross-aisles, a day waiting: 1 days, 25 orders, 400 SKUs" in told.output


@pytest.mark.parametrize("text", [None, "a,b\n1,2\n"])
def test_a_file_that_is_none_is_refused(tmp_path: Path, text: str | None) -> None:
    file = tmp_path / "orders.csv"
    if text is not None:
        file.write_text(text, "utf-8")
    with pytest.raises(BadOrderFile, match="expected a CSV file of order lines"):
        read_day_orders(file)
    assert CliRunner().invoke(app, ["bench", "release", "--orders", str(file)]).exit_code == 2

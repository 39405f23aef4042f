"""The shortage benchmark: its figures are counted from what each method gave, and a wrong giving is refused."""

import json
import random
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hub.bench.shortage import Shortage, WrongAllocation, complete_orders, first_come, measure, shorten, waits
from hub.cli import app
from hub.domain.demand import SoldLine
from hub.domain.order_file import COLUMNS


def sold(*orders: tuple[int, str, str, int]) -> list[SoldLine]:
    """Lines of (day, order, SKU, units)."""
    first = datetime.fromisoformat("2011-03-01T09:00")
    return [
        SoldLine(
            order=order,
            line=f"{n}",
            sku=sku,
            customer="",
            placed_at=first + timedelta(days=day, minutes=n),
            units=units,
        )
        for n, (day, order, sku, units) in enumerate(orders)
    ]


def test_the_orders_of_some_days_wait_together_and_a_rest_of_days_is_left_out() -> None:
    found = waits(sold((0, "A", "RED", 1), (1, "B", "RED", 2), (1, "B", "BLUE", 3), (2, "C", "RED", 4)), 2)
    assert [day for day, _ in found] == ["2011-03-01"]
    assert [(line.order_id, line.sku_id, line.units) for line in found[0][1]] == [(0, 0, 1), (1, 0, 2), (1, 1, 3)]


def test_of_short_skus_there_is_a_part_and_of_the_others_enough() -> None:
    [(day, lines)] = waits(sold((0, "A", "RED", 7), (0, "B", "BLUE", 8)), 1)
    assert shorten(day, lines, 0.0, 0.5, random.Random(1)).free == {0: 7, 1: 8}
    assert shorten(day, lines, 1.0, 0.5, random.Random(1)).free == {0: 3, 1: 4}


def test_first_come_gives_the_first_all_and_the_last_nothing() -> None:
    [(day, lines)] = waits(sold((0, "A", "RED", 6), (0, "B", "RED", 2), (0, "C", "RED", 2)), 1)
    shortage = Shortage(day=day, lines=tuple(lines), free={0: 5})
    assert complete_orders(shortage, first_come(shortage)) == 0
    assert complete_orders(shortage, {1: 2, 2: 2, 0: 1}) == 2


@pytest.mark.parametrize("given", [{0: 7}, {0: 6}, {0: -1}])
def test_a_method_that_gives_what_is_not_there_is_refused(given: dict[int, int]) -> None:
    [(day, lines)] = waits(sold((0, "A", "RED", 6)), 1)
    with pytest.raises(WrongAllocation, match="expected"):
        complete_orders(Shortage(day=day, lines=tuple(lines), free={0: 5}), given)


def test_each_rule_is_measured_on_the_same_shortages() -> None:
    pytest.importorskip("ortools")
    lines = sold(
        *[(0, f"{n}", sku, 40 if n == 0 else 1 + n % 5) for n in range(30) for sku in ("RED", "BLUE")[: 1 + n % 2]]
    )
    found = measure(lines, seconds=5.0, seed=1, now_s=lambda: 0.0, days=1)
    short = found["scenes"][-1]
    assert (found["shortages"], short["orders"]) == (1, 30)
    assert short["first_come"]["complete"] < short["greedy"]["complete"] <= short["solver"]["complete"] < 30


def test_the_command_writes_its_figures(tmp_path: Path) -> None:
    pytest.importorskip("ortools")
    orders, figures = tmp_path / "orders.csv", tmp_path / "figures.json"
    rows = [f"{n},1,2011-03-01T09:{n:02d},sale,RED,A RED ONE,{1 + n % 5},1.00,1,Norway" for n in range(20)]
    orders.write_text("\n".join((",".join(COLUMNS), *rows)) + "\n")
    told = CliRunner().invoke(
        app, ["bench", "shortage", "--orders", f"{orders}", "--days", "1", "--seconds", "5", "--json", f"{figures}"]
    )
    assert told.exit_code == 0, told.output
    found = json.loads(figures.read_text())
    assert found["scenes"][-1]["orders"] == 20


def test_orders_that_cannot_be_read_are_said(tmp_path: Path) -> None:
    pytest.importorskip("ortools")
    told = CliRunner().invoke(app, ["bench", "shortage", "--orders", f"{tmp_path / 'none.csv'}"])
    assert told.exit_code == 2
    assert "expected a CSV file of order lines, there is none" in told.output

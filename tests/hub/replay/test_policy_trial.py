"""The policy trial: reckoned by hand on a few days, and that no way of ordering sees what is still to come."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from hub.cli import app
from hub.replay.policy_shop import shop_of
from hub.replay.policy_trial import LEVELS, LOOK_DAYS, Lines, Reach, Shop, Vendor, compare, reaches, run
from tests.hub.demo_site import HEADER, a_day, sale
from tests.hub.replay.played import some_weeks

DAYS = 60


def shop(orders: Mapping[int, tuple[Lines, ...]], *, days: int = DAYS, opening: int = 10) -> Shop:
    """One SKU of one supplier, whose goods come the day after they were ordered if they are not late."""
    return Shop(
        skus=("JAR",),
        dates=np.datetime64("2011-01-03") + np.arange(days),
        orders=tuple(orders.get(day, ()) for day in range(days)),
        opening_units=(opening,),
        cost_minor=(5,),
        vendors=(Vendor(lead_days=1.0, due_day=lambda day: day + 1),),
        vendor_of=(0,),
        case_units=6,
        scored_from=0,
        seed=1,
    )


def up_to(point: int, units: int) -> Reach:
    return Reach(level=0.9, cover_days=[8], expected_units=[0], enough_units=[point], up_to_units=[units])


def nothing(days: int = DAYS) -> list[Reach]:
    return [up_to(-1, 0)] * (days // LOOK_DAYS + 1)


def test_what_is_there_is_given_at_once_and_the_rest_waits() -> None:
    found = run(shop({0: (((0, 4),), ((0, 3), (0, 5)))}), [up_to(-100, 0)] * 9)
    assert (found.orders, found.lines, found.units) == (2, 3, 12)
    assert (found.full_orders, found.full_lines, found.filled_units) == (1, 2, 10)
    assert found.waiting_units == 2 and found.purchase_lines == 0
    assert found.stock_units == 0 and found.days == 1


def test_what_waits_is_ordered_in_whole_cases_and_served_before_the_bins() -> None:
    asked = {0: (((0, 13),),), 20: (((0, 1),),)}
    found = run(shop(asked), [up_to(0, 1)] * 9)
    # 3 wait: one beyond the reorder point and those 3 are a case of 6, 3 are left for day 20; at 2 nothing is due
    assert found.filled_units == 11 and found.waiting_units == 0
    assert found.purchase_lines == 1
    assert found.stock_units == 0 + 2
    assert found.stock_cost_minor == 5 * found.stock_units


def test_nothing_is_ordered_while_something_is_on_order() -> None:
    asked = dict.fromkeys((0, 1, 2), (((0, 10),),))
    late = replace(shop(asked), vendors=(Vendor(lead_days=30.0, due_day=lambda day: day + 30),))
    found = run(replace(late, dates=late.dates[:20], orders=late.orders[:20]), [up_to(0, 1)] * 9)
    assert found.purchase_lines == 1
    assert found.waiting_units == 20


@pytest.mark.parametrize("way", list(LEVELS))
def test_no_way_knows_what_is_still_to_come(way: str) -> None:
    asked: dict[int, tuple[Lines, ...]] = {day: (((0, 1 + day % 3),),) for day in range(DAYS)}
    quiet = shop({day: lines for day, lines in asked.items() if day < 1 + 4 * LOOK_DAYS})
    looks, others = reaches(shop(asked), way), reaches(quiet, way)
    assert looks[:5] == others[:5]
    assert looks[-1] != others[-1]


def test_the_more_careful_a_way_is_the_more_stock_it_holds_and_every_way_meets_the_same_orders() -> None:
    points = compare(shop({day: (((0, 1 + day * day % 5),),) for day in range(DAYS)}), lambda _way, _level: None)
    assert points.keys() == LEVELS.keys()
    for way, found in points.items():
        assert [point["level"] for point in found] == list(LEVELS[way])
        assert found[-1]["mean_units"] > found[0]["mean_units"]
        assert found[-1]["line_fill_rate"] >= found[0]["line_fill_rate"]


def test_the_shop_is_the_replays_with_its_opening_stock_and_its_days() -> None:
    made = shop_of(some_weeks().orders, days=5, seed=7, known_days=3)
    assert set(made.skus) == {"RED", "BLUE", "GREEN", "JAR"}
    assert list(map(len, made.orders)) == [2, 2, 3, 3, 0, 2], "the shop is shut on a Saturday"
    assert made.scored_from == 3
    for vendor in made.vendors:
        due = [vendor.due_day(day) for day in range(len(made.dates))]
        assert due == sorted(due) and all(day < late for day, late in enumerate(due))
        assert vendor.lead_days > 0


def test_the_command_tells_every_way_and_writes_it(tmp_path: Path) -> None:
    lines = [HEADER, *(sale(f"A{n}", "JAR", 2 + n % 3, at=f"2011-03-{n:02d}T09:15") for n in range(1, 29))]
    (tmp_path / "orders.csv").write_text("\n".join(lines) + "\n", "utf-8")
    assert a_day(*lines[1:]).lines == 28
    done = CliRunner().invoke(
        app, ["bench", "policies", "--orders", str(tmp_path / "orders.csv"), "--json", str(tmp_path / "out.json")]
    )
    assert done.exit_code == 0, done.output
    found = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert found["points"].keys() == LEVELS.keys()
    assert len(found["unit_fill_at_equal_cost"]) == len(LEVELS["forecast"])
    assert found["scored_from"] == "2011-03-21"


def test_a_file_without_sales_is_said(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(HEADER + "\n", "utf-8")
    done = CliRunner().invoke(app, ["bench", "policies", "--orders", str(tmp_path / "orders.csv")])
    assert done.exit_code == 2
    assert "expected at least one sale line" in done.output

"""A short day whose people err: what weight or a scan can show is shown, and no parcel leaves wrong by it.

Which faults can be shown is computed here from the world file's weights, spreads and divisions alone.
"""

import dataclasses
import json
import math
import random
import time
from pathlib import Path
from typing import Any

import pytest

from hub.demo.day import DEFAULT_ORDERS, Day, Options
from hub.order_import import read_orders

DAY_TIMEOUT_S = 900.0
AT_BINS = ("wrong_bin", "one_too_few", "one_too_many", "forgot_button")
BIN_ALARMS = {"wrong_bin", "over_pick", "under_pick", "button_missing"}


def play(
    directory: Path, seed: int, orders: int, fault_rate: float
) -> tuple[dict[str, Any], dict[str, Any], list[dict[str, Any]], dict[str, Any]]:
    """(report, book, exceptions, world) of a day with faults."""
    whole = read_orders(DEFAULT_ORDERS)
    options = Options(
        orders=dataclasses.replace(whole, orders=whole.orders[:orders]),
        speed=math.inf,
        data=directory,
        deliveries=orders >= len(whole.orders),
        fault_rate=fault_rate,
        seed=seed,
    )
    day = Day(options, print)
    try:
        day.start()
        begun = time.monotonic()
        over = 0
        while over < 3:
            assert time.monotonic() - begun < DAY_TIMEOUT_S, f"not over in time: {day.ask('/api/summary')}"
            summary = day.ask("/api/summary")
            over = over + 1 if summary is not None and day.is_over(summary) else 0
            day.stop.wait(0.25)
        day.settle()
        assert day.floor is not None
        day.floor.save_world(directory / "world.json")
        world = json.loads((directory / "world.json").read_text("utf-8"))
        return day.report(), day.ask("/api/book"), day.ask("/api/exceptions"), world
    finally:
        day.close()


def can_be_weighed(world: dict[str, Any], act: dict[str, Any]) -> bool:
    """Whether the scale under the bin can tell what was taken from one unit more or less."""
    weight = world["weights"][act["sku"]]
    division = world["divisions_mg"][act["bin"].split("/")[0]]
    units = max(1, act["units"], act["asked"] if act["fault"] != "wrong_bin" else 0)
    noise = division + 3 * weight["spread_mg"] * math.sqrt(units)
    return bool(noise < weight["unit_mg"] / 2)


@pytest.mark.system
@pytest.mark.parametrize(
    ("orders", "fault_rate"), [(6, 0.3), pytest.param(60, 0.05, marks=pytest.mark.soak, id="the whole day")]
)
def test_what_weight_or_a_scan_can_show_is_shown_and_no_parcel_leaves_wrong_by_it(
    tmp_path: Path, orders: int, fault_rate: float
) -> None:
    seed = random.SystemRandom().randrange(10**6)
    print(f"seed {seed}")
    report, book, exceptions, world = play(tmp_path, seed, orders, fault_rate)
    faults = [act for act in world["acts"] if act.get("fault") and (act["units"] or act["fault"] == "hidden_label")]
    at_bins = [act for act in faults if act["fault"] in AT_BINS]
    shown = [act for act in at_bins if can_be_weighed(world, act)]
    print(f"{len(faults)} faults, {len(at_bins)} at bins, of which a scale can show {len(shown)}; {report['faults']}")
    assert len(faults) >= 5, "a day with too few faults shows nothing"

    alarmed = {e["place"] for e in exceptions if e["kind"] in BIN_ALARMS}
    silent = [act for act in shown if act["bin"] not in alarmed]
    assert not silent, f"faults that a scale can show, without an alarm: {silent}"

    for act in (act for act in faults if act["fault"] == "wrong_tote"):
        told = [e for e in exceptions if act["tote"] in e["detail"] or e["kind"] in ("tote_short", "wrong_item")]
        assert told, f"a wrong tote that nobody noticed: {act}"
    hidden = sum(act["fault"] == "hidden_label" for act in faults)
    assert sum(e["kind"] == "unreadable" for e in exceptions) >= hidden

    excused = {act["sku"] for act in at_bins if not can_be_weighed(world, act)}
    parcels: dict[str, dict[str, int]] = {}
    for row in world["parcels"]:
        parcels.setdefault(row["parcel"], {})[row["sku"]] = row["units"]
    for tracking, parcel in book["parcels"].items():
        there = parcels.get(tracking, {})
        wrong = {sku for sku in {*there, *parcel["contents"]} if there.get(sku) != parcel["contents"].get(sku)}
        assert wrong <= excused, f"parcel {tracking} left wrong in {wrong - excused}"
    assert report["ledger"]["verified"], report["ledger"]

"""A short day on real processes: first undisturbed, then with the hub, the broker and a bay's agent killed."""

import dataclasses
import math
import random
import time
from pathlib import Path
from typing import Any

import pytest

from hub.demo.day import DEFAULT_ORDERS, Day, Options
from hub.order_import import read_orders

ORDERS = 5
SOAK_ORDERS = 20
SOAK_KILLS = [*(3 * ["hub", "broker", "bay-01", "bay-02", "bay-03", "bay-04"]), "pack-1", "induct-1", "dock-1"]
DAY_TIMEOUT_S = 150.0


def play(directory: Path, kills: list[str], seed: int, orders: int = ORDERS) -> tuple[dict[str, Any], dict[str, Any]]:
    """Play a short day and kill these processes at random moments of it; (report, book)."""
    whole = read_orders(DEFAULT_ORDERS)
    options = Options(
        orders=dataclasses.replace(whole, orders=whole.orders[:orders]),
        speed=math.inf,
        data=directory,
        deliveries=False,
    )
    day = Day(options, print)
    rng = random.Random(seed)
    try:
        day.start()
        begun = time.monotonic()
        due = sorted((begun + rng.uniform(2, 2 + 2.5 * orders), name) for name in kills)
        over = 0
        while over < 3:
            assert time.monotonic() - begun < DAY_TIMEOUT_S, f"not over in time: {day.ask('/api/summary')}"
            if due and time.monotonic() >= due[0][0]:
                day.processes.kill(due.pop(0)[1])
            summary = day.ask("/api/summary")
            over = over + 1 if not due and summary is not None and day.is_over(summary) else 0
            day.stop.wait(0.25)
        day.settle()
        book = day.ask("/api/book")
        report = day.report()
        report["starts"] = {name: child.starts for name, child in day.processes.children.items()}
        return report, book
    finally:
        day.close()


def totals(book: dict[str, Any]) -> dict[str, int]:
    """Units by SKU in all places of the house."""
    found: dict[str, int] = {}
    for kind in ("bin", "tote", "plate", "putback", "parcel"):
        for contents in book["places"].get(kind, {}).values():
            for sku, units in contents.items():
                found[sku] = found.get(sku, 0) + units
    return found


@pytest.mark.system
def test_a_day_with_kills_ends_as_the_day_without(tmp_path: Path) -> None:
    seed = random.SystemRandom().randrange(10**6)
    print(f"seed {seed}")
    calm, calm_book = play(tmp_path / "calm", [], seed)
    assert calm["ledger"]["verified"], calm["ledger"]
    assert calm["truth"] == {"bins_wrong": 0, "units_missing": 0, "parcels_wrong": 0}
    assert calm["orders"]["open"] == 0 and calm["orders"]["received"] == ORDERS

    killed, killed_book = play(tmp_path / "killed", ["hub", "broker", "bay-01", "bay-02"], seed)
    assert {killed["starts"][name] for name in ("hub", "broker", "bay-01", "bay-02")} == {2}
    assert killed["ledger"]["verified"], killed["ledger"]
    assert killed["truth"] == calm["truth"]
    for figure in ("orders", "lines", "units"):
        assert killed[figure] == calm[figure], figure
    assert totals(killed_book) == totals(calm_book)


@pytest.mark.soak
@pytest.mark.system
def test_a_long_day_with_many_kills_ends_as_the_day_without(tmp_path: Path) -> None:
    seed = random.SystemRandom().randrange(10**6)
    print(f"seed {seed}")
    calm, calm_book = play(tmp_path / "calm", [], seed, SOAK_ORDERS)
    killed, killed_book = play(tmp_path / "killed", SOAK_KILLS, seed, SOAK_ORDERS)
    assert killed["ledger"]["verified"], killed["ledger"]
    assert killed["truth"] == calm["truth"] == {"bins_wrong": 0, "units_missing": 0, "parcels_wrong": 0}
    for figure in ("orders", "lines", "units"):
        assert killed[figure] == calm[figure], figure
    assert totals(killed_book) == totals(calm_book)

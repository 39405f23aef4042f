"""What may stand on a bay's scale, on real drivers and twins: one bin on a scale alone, or a level of bins."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.contract.events import AlarmRaised, UnitsPicked, WeightSettled
from edge.contract.state import BayDesired, BinContent, Task
from firmware.twin.scale_twin import IndicatorTwin
from tests.edge.small_site import SITE
from tests.edge.test_agent import Station
from tests.waiting import wait_until

UNIT_MG = {"bay-01/01": 300_000, "bay-01/02": 410_000, "bay-01/03": 170_000}
ONE, TWO, THREE = UNIT_MG
BAY = """
name = "bay-01"
kind = "bay"
strip = {}
displays = {}
expanders = { addresses = [0x20] }
"""
SCALE_ALONE = """
scale = { protocol = "PROTOCOL", port = "/dev/null", division_mg = 1000, capacity_mg = 15_000_000 }
bins = [{ name = "bay-01/01", channel = 0 }]
"""
LEVEL = """
bins = [
    { name = "bay-01/01", channel = 0, level = 2 },
    { name = "bay-01/02", channel = 0, level = 2 },
    { name = "bay-01/03", channel = 0, level = 2 },
]
[scale]
protocol = "PROTOCOL"
port = "/dev/null"
division_mg = 5000
capacity_mg = 60_000_000
arrangement = "level"
"""


def bay_with(directory: Path, scale: str, protocol: str) -> Station:
    stations = directory / "site" / "stations"
    stations.mkdir(parents=True)
    (directory / "site" / "site.toml").write_text(SITE, "utf-8")
    (stations / "bay-01.toml").write_text(BAY + scale.replace("PROTOCOL", protocol), "utf-8")
    return Station(directory, "bay-01")


@pytest.fixture(params=["mt_sics", "toledo_8217", "nci", "ohaus", "cas_stream"])
def alone(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Station]:
    station = bay_with(tmp_path, SCALE_ALONE, request.param)
    yield station
    station.close()


@pytest.fixture(params=["bay_line", "mt_sics"])
def level(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Station]:
    station = bay_with(tmp_path, LEVEL, request.param)
    yield station
    station.close()


def ask(station: Station, *tasks: tuple[str, str, int]) -> None:
    station.want(
        BayDesired(
            generation=1,
            version=1,
            as_of=None,
            tasks=tuple(
                Task(task=name, kind="pick", bin=at, units=units, mark="A", colour="blue", order=1)
                for name, at, units in tasks
            ),
            bins=tuple(
                BinContent(bin=name, sku=f"SKU-{name}", unit_mg=unit_mg, spread_mg=500)
                for name, unit_mg in UNIT_MG.items()
            ),
        )
    )


def hold(station: Station, name: str, units: int) -> None:
    """So many units lie in a bin now."""
    station.devices.place(name, units * UNIT_MG[name])


def told(station: Station) -> list[tuple[str, str, int, bool, int | None]]:
    events = [event for event in station.events() if isinstance(event, WeightSettled)]
    return [(e.bin, e.cause, e.units_weighed, e.sure, e.units_inside) for e in events]


def is_weighed(station: Station, channel_name: str) -> bool:
    """Whether the station has a baseline: what changes from now on is a movement."""
    key = f"bin/{channel_name}" if "/" in channel_name else f"level/{channel_name}"
    return b'"baseline_mg":' in station.outbox.memory().get(key, b"")


def test_a_bench_scale_under_a_bin_proves_its_picks_and_counts_it(alone: Station) -> None:
    hold(alone, ONE, 20)
    ask(alone, ("T1", ONE, 3))
    wait_until(lambda: is_weighed(alone, ONE), 10, "the first weight at rest")
    hold(alone, ONE, 17)
    alone.fingers.press(f"confirm {ONE}", held_ms=30)
    wait_until(lambda: told(alone) != [], 10, "the settled weight")
    assert told(alone) == [(ONE, "tasks", -3, True, 17)]


def test_a_bench_scale_under_a_bin_tells_one_unit_too_many(alone: Station) -> None:
    hold(alone, ONE, 20)
    ask(alone, ("T1", ONE, 3))
    wait_until(lambda: is_weighed(alone, ONE), 10, "the first weight at rest")
    hold(alone, ONE, 16)
    alone.fingers.press(f"confirm {ONE}", held_ms=30)
    wait_until(lambda: alone.has(AlarmRaised), 10, "the alarm")
    assert told(alone) == [(ONE, "tasks", -4, True, 16)]
    wait_until(lambda: alone.devices.wall.seen()[ONE].text == "A -1", 5, "what to put back")


def test_a_level_carries_the_sum_of_its_bins_and_proves_picks_from_two_of_them(level: Station) -> None:
    for name in UNIT_MG:
        hold(level, name, 20)
    ask(level, ("T1", ONE, 3), ("T2", TWO, 2))
    wait_until(lambda: is_weighed(level, "0"), 10, "the first weight at rest")
    hold(level, ONE, 17)
    hold(level, TWO, 18)
    level.fingers.press(f"confirm {ONE}", held_ms=30)
    wait_until(lambda: level.has(UnitsPicked), 10, "the first pick")
    level.fingers.press(f"confirm {TWO}", held_ms=30)
    wait_until(lambda: len(told(level)) == 2, 10, "both settled weights")
    assert told(level) == [(ONE, "tasks", -3, True, None), (TWO, "tasks", -2, True, None)]


def test_a_hand_in_a_dark_bin_of_a_level_is_shown_there(level: Station) -> None:
    for name in UNIT_MG:
        hold(level, name, 20)
    ask(level)
    wait_until(lambda: is_weighed(level, "0"), 10, "the first weight at rest")
    hold(level, THREE, 18)
    wait_until(lambda: level.has(AlarmRaised), 10, "the alarm")
    assert told(level) == [(THREE, "unlit", -2, True, None)]
    wait_until(lambda: level.devices.wall.seen()[THREE].text == "!-2", 5, "what to put back")


def test_a_level_whose_bins_are_not_all_loaded_says_nothing_yet(level: Station) -> None:
    hold(level, ONE, 20)
    hold(level, TWO, 20)
    assert not level.devices.scales_loaded
    hold(level, THREE, 20)
    assert level.devices.scales_loaded
    ask(level)
    wait_until(lambda: is_weighed(level, "0"), 10, "the first weight at rest")
    assert b'"baseline_mg":17600000' in level.outbox.memory()["level/0"]


def test_the_channel_of_a_level_is_a_part_by_the_bins_on_it(tmp_path: Path) -> None:
    level = bay_with(tmp_path, LEVEL, "bay_line")
    try:
        for name in UNIT_MG:
            hold(level, name, 20)
        ask(level)
        wait_until(lambda: is_weighed(level, "0"), 10, "the first weight at rest")
        assert isinstance(level.devices.scale_twin, IndicatorTwin)
        level.devices.scale_twin.break_cell(0)
        wait_until(lambda: level.failed().keys() == {f"scale {ONE} to {THREE}"}, 10, "the failure")
        level.devices.scale_twin.mend(0)
        wait_until(lambda: not level.failed(), 10, "the recovery")
    finally:
        level.close()

"""A station whose hub is away, whose card takes nothing, whose supply sags, whose clock nobody has set."""

from pathlib import Path

import pytest

from edge.contract.events import UnitsPicked
from edge.contract.state import OUTBOX_FULL
from edge.logic.times import REACTION_US
from edge.logic.trouble import NO_HUB, NOTHING_TAKEN
from tests.edge.faults.stricken import Open, Stricken
from tests.edge.test_agent import A_BIN, full_card, is_red, one_pick
from tests.waiting import wait_until


def lit(stricken: Open) -> Stricken:
    """A bay with one light."""
    bay = stricken("bay-01")
    bay.want(one_pick())
    wait_until(lambda: A_BIN in bay.devices.wall.seen(), 3, "the light")
    return bay


def read_only(station: Stricken, is_so: bool) -> None:
    """What a card does that the kernel has mounted read-only: every write is refused."""
    station.outbox._db.execute(f"PRAGMA query_only = {int(is_so)}")


def test_a_bay_without_its_hub_is_amber_and_its_pick_is_kept_and_told_later(stricken: Open) -> None:
    bay = lit(stricken)
    bay.takes = False
    bay.agent.on_link(False)
    wait_until(
        lambda: (seen := bay.beacon()) is not None and (seen.colour, seen.pattern) == ("amber", "steady"), 3, "amber"
    )
    bay.fingers.press(f"confirm {A_BIN}", held_ms=30)
    wait_until(lambda: A_BIN not in bay.devices.wall.seen(), 3, "the light is dark")
    assert bay.stock() == []
    bay.takes = True
    bay.agent.on_link(True)
    wait_until(lambda: bay.has(UnitsPicked), 5, "the pick")
    assert len(bay.stock()) == 1


def test_a_bench_without_its_hub_says_so_above_what_else_is_wrong(stricken: Open) -> None:
    bench = stricken("pack-1")
    bench.ask("scan")
    bench.agent.inputs().part("scanner", False, "gone")
    bench.agent.on_link(False)
    wait_until(lambda: bench.trouble.splitlines()[:1] == [NO_HUB], 3, "the hub first")
    wait_until(lambda: len(bench.trouble.splitlines()) == 2, 3, "and the scanner")
    wait_until(lambda: (seen := bench.beacon()) is not None and seen.pattern == "steady", 3, "amber, steady")
    bench.agent.on_link(True)
    wait_until(bench.beacon_blinks, 3, "the scanner's sign is left")


@pytest.mark.parametrize("name", ["bay-01", "pack-1"])
@pytest.mark.parametrize("fault", ["full", "read-only"])
def test_a_card_that_takes_nothing_makes_the_station_red_and_nothing_is_counted_until_it_does(
    stricken: Open, tmp_path: Path, name: str, fault: str
) -> None:
    station = lit(stricken) if name == "bay-01" else stricken(name)
    control = f"confirm {A_BIN}" if name == "bay-01" else "confirm"
    if name == "pack-1":
        station.ask("count")
    wait_until(lambda: station.reported().outbox_rows == 0, 3, "all is acknowledged")
    before = station.outbox.last_seq

    def press_in_vain() -> None:
        station.fingers.press(control, held_ms=30)
        wait_until(lambda: is_red(station), 3, "the red beacon")
        wait_until(lambda: OUTBOX_FULL in station.reported().alarms, 3, "the report")
        if name == "pack-1":
            wait_until(lambda: station.trouble.splitlines()[:1] == [NOTHING_TAKEN], 3, "the screen")
        assert (station.outbox.last_seq, station.stock()) == (before, [])

    if fault == "full":
        with full_card(tmp_path / "box.db"):
            press_in_vain()
    else:
        read_only(station, True)
        press_in_vain()
        read_only(station, False)
    wait_until(lambda: OUTBOX_FULL not in station.reported().alarms and station.trouble == "", 10, "it takes facts")
    wait_until(lambda: (seen := station.beacon()) is None or seen.colour != "red", 3, "the beacon is not red")
    station.clock.forward(REACTION_US)  # a press sooner after a light has changed was meant for what it was before
    station.fingers.press(control, held_ms=30)
    wait_until(station.stock, 3, "the press is taken now")
    assert len(station.stock()) == 1


@pytest.mark.parametrize("name", ["bay-01", "pack-1"])
def test_too_little_voltage_is_told_and_blinks_the_beacon_until_it_is_enough(stricken: Open, name: str) -> None:
    station = stricken(name)
    wait_until(lambda: "power" in station.well(), 5, "the board was looked at")
    station.devices.set_plugged("supply", False)
    station.clock.forward(2_000_000)
    station.is_told("power", why="under-voltage", screen="" if name == "bay-01" else "Power: too little")
    station.devices.set_plugged("supply", True)
    station.clock.forward(2_000_000)
    station.is_well("power")
    assert station.stock() == []


@pytest.mark.parametrize("name", ["bay-01", "pack-1"])
def test_a_clock_that_nobody_has_set_is_told_and_disturbs_nobody_at_the_station(stricken: Open, name: str) -> None:
    station = stricken(name)
    wait_until(lambda: "clock" in station.well(), 5, "the board was looked at")
    station.devices.clock_is_set = False
    station.clock.forward(2_000_000)
    wait_until(lambda: "timedatectl" in station.failed().get("clock", ""), 5, "the report")
    assert not station.beacon_blinks()
    assert station.trouble == ""
    station.devices.clock_is_set = True
    station.clock.forward(2_000_000)
    wait_until(lambda: not station.failed(), 5, "it is set")

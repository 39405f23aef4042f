"""A scale that is pulled out, silent, babbling, half heard, slow: told, seen, nothing weighed that is not there."""

import random
import time
from collections.abc import Callable

import pytest

from edge.contract.events import UnitsPicked, UnitsPutAway, WeightMeasured
from edge.contract.state import BayDesired, BinContent
from firmware.twin.cable_twin import babble, halves, heard_faster, whole
from firmware.twin.scale_twin import BenchScaleTwin, IndicatorTwin
from tests.edge.faults.stricken import Open, Stricken
from tests.edge.test_agent import A_BIN, one_pick
from tests.waiting import wait_until

PARCEL_MG = 2_000_000
UNIT_MG = 100_000
NOT_QUITE_STALE_US = {"pack-1": 2_400_000, "bay-01": 11_400_000}
"""What a bench's and a bay's line take of silence, but for half a second."""
SLOW_S = 0.6

Act = Callable[[Stricken], None]


def on_the_line(spoil: Callable[[bytes], bytes]) -> Act:
    """This becomes of what the scale says."""

    def act(station: Stricken) -> None:
        station.cables["scale"].from_twin = spoil

    return act


def pull(station: Stricken) -> None:
    station.cables["scale"].unplug()


def put_back(station: Stricken) -> None:
    station.cables["scale"].plug()


def power_off(station: Stricken) -> None:
    station.devices.set_plugged("scale", False)


def power_on(station: Stricken) -> None:
    station.devices.set_plugged("scale", True)


RNG = random.Random(20261128)
SOUND = on_the_line(whole)
FAULTS = {
    "unplugged": (pull, put_back, "No such file or directory"),
    "silent": (power_off, power_on, "silent for"),
    "babbling": (on_the_line(babble(RNG, 40)), SOUND, "no valid frame"),
    "garbage": (on_the_line(lambda said: RNG.randbytes(len(said))), SOUND, "no valid frame"),
    "half a frame": (on_the_line(halves), SOUND, "no valid frame"),
    "wrong baud": (on_the_line(heard_faster(2)), SOUND, "no valid frame"),
}


def strike(station: Stricken, name: str, act: Act) -> None:
    """Do this to the line, and let nearly as much time go by as it may be silent."""
    act(station)
    station.clock.forward(NOT_QUITE_STALE_US[name])


@pytest.mark.parametrize("fault", FAULTS)
def test_a_bench_scale_that_fails_weighs_nothing_and_weighs_what_lies_there_when_it_is_back(
    stricken: Open, fault: str
) -> None:
    act, mend, why = FAULTS[fault]
    bench = stricken("pack-1")
    wait_until(lambda: "scale" in bench.well(), 5, "the scale speaks")
    bench.ask("weigh")
    strike(bench, "pack-1", act)
    bench.is_told("scale", why=why, screen="Scale: it does not answer. Check its power and its cable.")
    bench.devices.place("bench", PARCEL_MG)
    assert bench.stock() == []
    mend(bench)
    bench.is_well("scale")
    wait_until(bench.stock, 8, "the weight")
    assert [e.weight_mg for e in bench.stock() if isinstance(e, WeightMeasured)] == [PARCEL_MG]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_bay_without_its_scale_goes_on_by_its_buttons_and_books_no_weight_that_moved_unseen(
    stricken: Open, fault: str
) -> None:
    act, mend, why = FAULTS[fault]
    bay = stricken("bay-01")
    for n in range(1, 5):
        bay.devices.place(f"bay-01/0{n}", 20 * UNIT_MG)
    wait_until(lambda: "scale" in bay.well(), 5, "the scale speaks")
    contents = tuple(BinContent(bin=f"bay-01/0{n}", sku=f"S{n}", unit_mg=UNIT_MG, spread_mg=500) for n in (1, 2))
    bay.want(BayDesired(generation=1, version=1, as_of=None, tasks=one_pick().tasks, bins=contents))
    wait_until(lambda: A_BIN in bay.devices.wall.seen(), 5, "the light")
    strike(bay, "bay-01", act)
    bay.is_told("scale", why=why)
    bay.fingers.press(f"confirm {A_BIN}", held_ms=30)
    wait_until(lambda: bay.has(UnitsPicked), 3, "the pick by its button")
    bay.devices.place(A_BIN, 17 * UNIT_MG)
    bay.devices.place("bay-01/02", 15 * UNIT_MG)
    assert len(bay.stock()) == 1
    mend(bay)
    bay.is_well("scale")
    moved = [event for event in bay.stock() if isinstance(event, UnitsPicked | UnitsPutAway)]
    assert [(e.bin, e.units, e.by) for e in moved] == [(A_BIN, 3, "button")]


def test_a_slow_bench_scale_is_no_fault_and_its_weight_is_told_once(stricken: Open) -> None:
    bench = stricken("pack-1")
    wait_until(lambda: "scale" in bench.well(), 5, "the scale speaks")
    late: list[tuple[float, bytes]] = []

    def slowly(said: bytes) -> bytes:
        if said:
            late.append((time.monotonic() + SLOW_S, said))
        return late.pop(0)[1] if late and late[0][0] <= time.monotonic() else b""

    bench.cables["scale"].from_twin = slowly
    bench.ask("weigh")
    bench.devices.place("bench", PARCEL_MG)
    wait_until(bench.stock, 8, "the weight")
    assert [e.weight_mg for e in bench.stock() if isinstance(e, WeightMeasured)] == [PARCEL_MG]
    assert bench.failed() == {}
    assert bench.trouble == ""


def test_a_bench_scale_whose_load_cell_fails_says_so_on_the_screen(stricken: Open) -> None:
    bench = stricken("pack-1")
    bench.devices.place("bench", PARCEL_MG)
    wait_until(lambda: "scale cell" in bench.well(), 5, "the scale weighs")
    twin = bench.devices.scale_twin
    assert isinstance(twin, BenchScaleTwin)
    twin.break_cell()
    bench.is_told("scale cell", why="fault of its load cell", screen="Scale: it says that its load cell has failed.")
    bench.ask("weigh")
    assert bench.stock() == []
    twin.mend()
    bench.is_well("scale cell")
    wait_until(bench.stock, 5, "the weight")


def test_one_channel_that_falls_silent_blinks_the_beacon_and_its_neighbours_weigh_on(stricken: Open) -> None:
    bay = stricken("bay-01")
    for n in range(1, 5):
        bay.devices.place(f"bay-01/0{n}", 20 * UNIT_MG)
    wait_until(lambda: "scale bay-01/02" in bay.well(), 5, "its channel speaks")
    twin = bay.devices.scale_twin
    assert isinstance(twin, IndicatorTwin)
    twin.cut(2)
    bay.clock.forward(8_000_000)
    wait_until(lambda: "scale" in bay.well(), 3, "the others speak")
    bay.clock.forward(4_200_000)
    for n in (1, 3, 4):
        bay.devices.place(f"bay-01/0{n}", 19 * UNIT_MG)
    bay.is_told("scale bay-01/02", why="silent for 12 s while others speak")
    assert "scale" in bay.well()
    twin.mend(2)
    bay.is_well("scale bay-01/02")

"""The twins of scales speak as the real ones do, and the real driver reads them."""

import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest
import serial

from firmware.scales import bay_line, mt_sics
from firmware.scales.codec import LineSettings
from firmware.scales.line import ScaleLine
from firmware.scales.reading import Reading
from firmware.twin import scale_twin
from firmware.twin.scale_twin import BenchScaleTwin, IndicatorTwin
from tests.waiting import wait_until

DIVISION_MG = 1_000
CAPACITY_MG = 60_000_000
IDLE_CPU_SHARE_MAX = 0.01
"""Of one core: 22 bays run on two."""
WATCHED_S = 1.5
SILENCE_S = 0.5


def now_us() -> int:
    return time.monotonic_ns() // 1_000


class Read:
    """The real driver on a twin, and what it has read."""

    def __init__(self, twin: IndicatorTwin | BenchScaleTwin, protocol: str) -> None:
        codec: Callable[[], bay_line.Codec | mt_sics.Codec]
        codec = bay_line.Codec if protocol == "bay_line" else mt_sics.Codec
        stale = bay_line.STALE_AFTER_US if protocol == "bay_line" else 600_000
        self.readings: list[Reading] = []
        self.health: list[bool] = []
        self.channels: dict[int, bool] = {}
        self.line = ScaleLine(
            twin.port,
            LineSettings(baud=115_200),
            codec,
            stale_after_us=stale,
            on_reading=self.readings.append,
            on_health=lambda ok, why: self.health.append(ok),
            now_us=now_us,
            channels=range(40) if protocol == "bay_line" else (),
            on_channel=lambda channel, ok, why: self.channels.update({channel: ok}),
        )
        self.line.start()

    def rests_at(self, channel: int, mass_mg: int) -> bool:
        """Whether the last reading of the channel is stable, at this weight."""
        mine = [r for r in self.readings if r.channel == channel]
        return bool(mine) and (mine[-1].state, mine[-1].weight_mg) == ("stable", mass_mg)


@pytest.fixture
def indicator() -> Iterator[IndicatorTwin]:
    # dark until the driver listens, so that no frame is lost before
    twin = IndicatorTwin(
        range(40),
        division_mg=DIVISION_MG,
        capacity_mg=CAPACITY_MG,
        rng=random.Random(1),
        now_us=now_us,
        plugged=False,
    )
    yield twin
    twin.close()
    twin.close()


@pytest.fixture
def bay(indicator: IndicatorTwin) -> Iterator[Read]:
    read = Read(indicator, "bay_line")

    def every_channel_is_read() -> bool:
        indicator.plug()
        return {r.channel for r in read.readings} == set(range(40))

    wait_until(every_channel_is_read, 3, "every channel")
    yield read
    read.line.close()


@pytest.fixture
def bench_twin() -> Iterator[BenchScaleTwin]:
    twin = BenchScaleTwin(division_mg=500, capacity_mg=CAPACITY_MG, rng=random.Random(1), now_us=now_us)
    yield twin
    twin.close()
    twin.close()


@pytest.fixture
def bench(bench_twin: BenchScaleTwin) -> Iterator[Read]:
    read = Read(bench_twin, "mt_sics")
    yield read
    read.line.close()


def test_a_load_is_seen_in_motion_and_then_at_rest(indicator: IndicatorTwin, bay: Read) -> None:
    before = len(bay.readings)
    indicator.place(7, 1_234_000)
    wait_until(lambda: bay.rests_at(7, 1_234_000), 2, "channel 7 at rest")
    seen = [r for r in bay.readings[before:] if r.channel == 7 and (r.state, r.weight_mg) != ("stable", 0)]
    assert [r.state for r in seen[:-1]] == ["motion"] * (len(seen) - 1)
    assert len(seen) >= 2
    assert all(r.weight_mg is not None and abs(r.weight_mg - 1_234_000) <= 5 * DIVISION_MG for r in seen)


def test_several_channels_move_at_once(indicator: IndicatorTwin, bay: Read) -> None:
    loads = {channel: 10_000 * (channel + 1) for channel in range(40)}
    for channel, mass_mg in loads.items():
        indicator.place(channel, mass_mg)
    wait_until(lambda: all(bay.rests_at(c, m) for c, m in loads.items()), 3, "all channels at rest")


def test_what_is_shown_at_rest_is_the_nearest_whole_division(indicator: IndicatorTwin, bay: Read) -> None:
    indicator.place(3, 10_400)
    indicator.place(4, 10_600)
    wait_until(lambda: bay.rests_at(3, 10_000) and bay.rests_at(4, 11_000), 2, "both at rest")


def test_too_much_and_too_little_have_no_weight(indicator: IndicatorTwin, bay: Read) -> None:
    indicator.place(1, CAPACITY_MG + 1)
    indicator.place(2, -scale_twin.UNDER_DIVISIONS * DIVISION_MG - 1)
    wait_until(lambda: any(r.channel == 1 and r.state == "over" for r in bay.readings), 2, "over")
    wait_until(lambda: any(r.channel == 2 and r.state == "under" for r in bay.readings), 2, "under")
    assert {r.weight_mg for r in bay.readings if r.state in ("over", "under")} == {None}


def test_an_unplugged_indicator_says_nothing_and_tells_everything_when_it_is_back(
    indicator: IndicatorTwin, bay: Read
) -> None:
    indicator.unplug()
    indicator.place(5, 77_000)
    before = len(bay.readings)
    began_s = time.monotonic()
    wait_until(lambda: time.monotonic() - began_s > SILENCE_S, SILENCE_S + 1, "the time to pass")
    assert all(r.weight_mg == 0 for r in bay.readings[before:])
    before = len(bay.readings)
    indicator.plug()
    wait_until(lambda: bay.rests_at(5, 77_000), 2, "channel 5 at rest")
    wait_until(lambda: {r.channel for r in bay.readings[before:]} == set(range(40)), 2, "every channel")


def test_a_cell_that_breaks_is_told_by_its_channel_and_again_when_it_is_mended(
    indicator: IndicatorTwin, bay: Read
) -> None:
    indicator.break_cell(7)
    wait_until(lambda: not bay.channels[7], 2, "the fault")
    assert [channel for channel, ok in bay.channels.items() if not ok] == [7]
    indicator.mend(7)
    wait_until(lambda: bay.channels[7], 2, "its end")
    assert bay.rests_at(7, 0)


def test_a_channel_that_is_cut_off_says_nothing_until_it_is_mended(indicator: IndicatorTwin, bay: Read) -> None:
    indicator.cut(7)
    indicator.place(7, 500_000)
    indicator.place(8, 500_000)
    wait_until(lambda: bay.rests_at(8, 500_000), 2, "channel 8")
    assert bay.rests_at(7, 0)
    indicator.mend(7)
    wait_until(lambda: bay.rests_at(7, 500_000), 2, "channel 7")


def test_a_quiet_channel_is_told_often_enough_not_to_be_stale() -> None:
    assert scale_twin.KEEP_ALIVE_US + scale_twin.IDLE_WAIT_S * 1e6 <= 5_000_000
    assert bay_line.STALE_AFTER_US > 2 * 5_000_000


def test_a_bench_scale_repeats_its_weight_once_it_is_asked(bench_twin: BenchScaleTwin, bench: Read) -> None:
    bench_twin.place(0, 1_234_500)
    wait_until(lambda: bench.rests_at(0, 1_234_500), 2, "the load at rest")
    told = len(bench.readings)
    wait_until(lambda: len(bench.readings) >= told + 3, 3, "three repeats")
    assert bench.health == [True]


def test_a_bench_scale_over_or_under_its_range_has_no_weight(bench_twin: BenchScaleTwin, bench: Read) -> None:
    bench_twin.place(0, CAPACITY_MG + 1)
    wait_until(lambda: bench.readings and bench.readings[-1].state == "over", 2, "over")
    bench_twin.place(0, -1_000_000)
    wait_until(lambda: bench.readings and bench.readings[-1].state == "under", 2, "under")


def test_a_bench_scale_that_lost_its_power_is_asked_again(bench_twin: BenchScaleTwin, bench: Read) -> None:
    wait_until(lambda: bench.rests_at(0, 0), 2, "the empty pan")
    bench_twin.unplug()
    wait_until(lambda: bench.health == [True, False], 3, "the fault")
    bench_twin.place(0, 50_000)
    bench_twin.plug()
    wait_until(lambda: bench.rests_at(0, 50_000), 8, "the load after the outage")
    assert bench.health == [True, False, True]


def test_a_bench_scale_obeys_its_commands_and_refuses_others(bench_twin: BenchScaleTwin) -> None:
    with serial.Serial(bench_twin.port, 9_600, timeout=2) as line:
        for command, answer in (
            (b"SI\r\n", b"S S        0.0 g\r\n"),
            (b"@\r\n", b'@ A "0000000001"\r\n'),
            (b"BREW\r\n", b"ES\r\n"),
        ):
            line.write(command)
            assert line.readline() == answer
        line.write(b"SIR\r\n")
        assert [line.readline() for _ in range(3)] == [b"S S        0.0 g\r\n"] * 3
        line.write(b"@\r\n")
        wait_until(lambda: line.readline().startswith(b"@ A"), 3, "the end of repeating")
        line.timeout = 2 * scale_twin.REPEAT_US / 1e6
        assert line.readline() == b""


def test_an_idle_indicator_costs_next_to_nothing(indicator: IndicatorTwin, bay: Read) -> None:
    clock = time.pthread_getcpuclockid(indicator._thread.ident or 0)
    began_s, began_cpu_s = time.monotonic(), time.clock_gettime(clock)
    wait_until(lambda: time.monotonic() - began_s > WATCHED_S, WATCHED_S + 1, "the time to pass")
    used = (time.clock_gettime(clock) - began_cpu_s) / (time.monotonic() - began_s)
    assert used < IDLE_CPU_SHARE_MAX


@pytest.mark.parametrize("module", ["firmware.scales.line", "firmware.twin.scale_twin", "firmware.scales.mt_sics"])
def test_a_shelf_with_a_scale_imports_no_picture_library(module: str) -> None:
    code = f"import sys, {module}; print([m for m in ('numpy', 'cv2', 'zxingcpp', 'pyzbar') if m in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


def test_an_indicator_zeroes_and_tares_the_channel_that_is_named_and_no_other(
    indicator: IndicatorTwin, bay: Read
) -> None:
    indicator.place(7, 1_000_000)
    indicator.place(8, 2_000_000)
    wait_until(lambda: bay.rests_at(7, 1_000_000) and bay.rests_at(8, 2_000_000), 2, "both at rest")
    assert bay.line.zero(7)
    wait_until(lambda: bay.rests_at(7, 0), 3, "the zero")
    assert bay.line.tare(8)
    wait_until(lambda: bay.rests_at(8, 0), 3, "the tare")
    indicator.place(7, 1_500_000)
    wait_until(lambda: bay.rests_at(7, 500_000), 3, "what was added")
    assert bay.rests_at(8, 0)
    assert {r.weight_mg for r in bay.readings if r.channel not in (7, 8)} == {0}
    assert bay.line.tare(9)
    before = len([r for r in bay.readings if r.channel == 9])
    wait_until(lambda: len([r for r in bay.readings if r.channel == 9]) > before, 3, "its answer")
    assert bay.rests_at(9, 0), "nothing is no tare"

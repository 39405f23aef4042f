"""The hands of a simulated station, over their socket, on real drivers and twins."""

import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.contract.hands import Done, Look, Place, Press, Refused, Scan, Seen, Show, Shown, TakeLabel, Unplug, Watch
from edge.contract.site import load_site
from edge.devices import Inputs
from edge.hands import HandsServer
from edge.simulated import SimulatedDevices
from firmware.lights import Shine
from tests.edge.hands_client import Hands
from tests.edge.small_site import write_site
from tests.waiting import wait_until


class Bench:
    """Devices without an agent: what they see is noted."""

    def __init__(self, directory: Path, name: str) -> None:
        self.edges: list[tuple[str, bool]] = []
        self.scans: list[tuple[str, str, str]] = []
        self.parts: list[tuple[str, bool]] = []
        self.readings: list[tuple[int, str, int | None]] = []
        station = load_site(write_site(directory / "site")).station(name)
        self.devices = SimulatedDevices(station, lambda: time.monotonic_ns() // 1000, random.Random(1))
        self.devices.start(
            Inputs(
                button=lambda control, down, _at_us: self.edges.append((control, down)),
                found=lambda levels: None,
                reading=lambda channel, state, weight, _at_us: self.readings.append((channel, state, weight)),
                symbol=lambda *_: None,
                scan=lambda *told: self.scans.append(told),
                unreadable=lambda *_: None,
                part=lambda part, ok, _why: self.parts.append((part, ok)),
            )
        )
        self.path = directory / f"{name}.sock"
        self.server = HandsServer(self.path, self.devices)
        self.hands = Hands(self.path)

    def close(self) -> None:
        self.hands.close()
        self.server.close()
        self.devices.close()


@pytest.fixture
def bay(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path, "bay-01")
    yield bench
    bench.close()


def test_a_press_is_let_go_after_its_time(bay: Bench) -> None:
    assert isinstance(bay.hands.do(Press(control="short bay-01/02", held_ms=30)), Done)
    wait_until(lambda: len(bay.edges) == 2, 2, "both edges")
    assert bay.edges == [("short bay-01/02", True), ("short bay-01/02", False)]


def test_presses_of_one_button_follow_each_other_and_none_is_lost(bay: Bench) -> None:
    for _ in range(5):
        bay.hands.do(Press(control="confirm bay-01/01", held_ms=20))
    wait_until(lambda: len(bay.edges) == 10, 3, "five presses")
    assert [down for _, down in bay.edges] == [True, False] * 5


def test_two_buttons_can_be_held_at_once(bay: Bench) -> None:
    bay.hands.do(Press(control="confirm bay-01/01", held_ms=300))
    bay.hands.do(Press(control="confirm bay-01/03", held_ms=20))
    wait_until(lambda: len(bay.edges) == 3, 2, "the short press ends first")
    assert bay.edges[2] == ("confirm bay-01/03", False)


def test_what_cannot_be_done_is_refused_with_what_there_is(bay: Bench) -> None:
    reply = bay.hands.do(Press(control="confirm bay-01/99"))
    assert isinstance(reply, Refused)
    assert "no 'confirm bay-01/99'; it has controls 'confirm bay-01/01'" in reply.why
    for request in (Place(scale="bench", mass_mg=1), Show(hidden=True), Unplug(part="printer", plugged=False)):
        assert isinstance(bay.hands.do(request), Refused)
    assert isinstance(bay.hands.do(Press(control="bay", held_ms=0)), Refused)
    assert bay.hands.do(TakeLabel()) == Refused(why="The tray is empty.")


def test_a_line_that_is_no_request_is_refused_and_the_next_one_is_answered(bay: Bench) -> None:
    bay.hands.send_line(b"hello\n")
    assert isinstance(bay.hands.next_reply(), Refused)
    assert isinstance(bay.hands.do(Look()), Seen)


def test_lights_are_seen_as_colours_off_the_twins_bytes(bay: Bench) -> None:
    bay.devices.show({"bay-01/02": Shine((0, 255, 0), "B  3"), "beacon": Shine((255, 100, 0))})
    seen = bay.hands.look()
    assert [(s.place, s.colour, s.text) for s in seen.lights] == [
        ("bay-01/02", "green", "B  3"),
        ("beacon", "amber", ""),
    ]


def test_a_watcher_is_told_what_changes(bay: Bench) -> None:
    watcher = Hands(bay.path)
    assert isinstance(watcher.do(Watch()), Seen)
    bay.devices.show({"bay-01/04": Shine((0, 0, 255), "A 12")})
    wait_until(lambda: sees(watcher, "bay-01/04"), 2, "the light")
    watcher.close()


def sees(watcher: Hands, place: str) -> bool:
    seen = watcher.next_reply()
    return isinstance(seen, Seen) and place in [light.place for light in seen.lights]


def test_scales_say_nothing_until_each_was_told_its_load(bay: Bench) -> None:
    for n in (1, 2, 3):
        bay.hands.do(Place(scale=f"bay-01/0{n}", mass_mg=n * 1_000_000))
    assert not bay.hands.look().scales_loaded
    assert bay.readings == []
    bay.hands.do(Place(scale="bay-01/04", mass_mg=0))
    assert bay.hands.look().scales_loaded
    wait_until(lambda: (3, "stable", 3_000_000) in bay.readings, 3, "the third channel at rest")


def test_a_symbol_that_cannot_be_printed_is_refused(tmp_path: Path) -> None:
    bench = Bench(tmp_path, "pack-1")
    try:
        reply = bench.hands.do(Show(symbols=(Shown(text="apple", symbology="EAN-13"),)))
        assert isinstance(reply, Refused)
        assert bench.hands.do(Show(symbols=(Shown(text="TOTE-0001", symbology="Code128"),))) == Done()
        assert isinstance(bench.hands.do(Show(label="pack-1-7")), Refused)
    finally:
        bench.close()


def test_a_scanner_that_is_pointed_at_a_symbol_tells_it_and_one_that_is_pulled_out_does_not(tmp_path: Path) -> None:
    bench = Bench(tmp_path, "pack-1")
    try:
        wait_until(lambda: ("scanner", True) in bench.parts, 3, "the scanner is open")
        assert bench.hands.do(Scan(text="TOTE-0001", aim="]C0")) == Done()
        wait_until(lambda: bench.scans == [("TOTE-0001", "Code128", "]C0")], 3, "its scan")
        refused = bench.hands.do(Scan(text="\N{SNOWMAN}"))
        assert isinstance(refused, Refused) and refused.why == "No key types '\N{SNOWMAN}'."
        bench.hands.do(Unplug(part="scanner", plugged=False))
        bench.hands.do(Scan(text="TOTE-0002"))
        bench.hands.do(Unplug(part="scanner", plugged=True))
        bench.hands.do(Scan(text="TOTE-0003"))
        wait_until(lambda: len(bench.scans) == 2, 3, "the next scan")
        assert bench.scans[1] == ("TOTE-0003", "", "")
    finally:
        bench.close()

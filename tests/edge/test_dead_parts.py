"""Parts of a station that fail while the others work: reported one by one, and as well when they are."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from edge.contract.events import AlarmCleared, AlarmRaised, DeviceFailed, DeviceRecovered, UnitsPicked
from edge.contract.site import load_site
from edge.contract.state import OUTBOX_FULL
from edge.devices import Inputs
from edge.simulated import SimulatedDevices
from firmware.errors import DeviceMissing
from firmware.twin.scale_twin import IndicatorTwin
from tests.edge.small_site import write_site
from tests.edge.test_agent import A_BIN, Station, full_card, is_red, one_pick
from tests.waiting import wait_until


@pytest.fixture
def bay(tmp_path: Path) -> Iterator[Station]:
    station = Station(tmp_path, "bay-01")
    yield station
    station.close()


def test_a_bin_whose_load_cell_fails_is_reported_by_its_name_until_it_weighs_again(bay: Station) -> None:
    for n in range(1, 5):
        bay.devices.place(f"bay-01/0{n}", 1_000_000)
    wait_until(lambda: "scale bay-01/02" in bay.well(), 3, "its scale speaks")
    indicator = bay.devices.scale_twin
    assert isinstance(indicator, IndicatorTwin)
    indicator.break_cell(2)
    wait_until(lambda: bay.failed().keys() == {"scale bay-01/02"}, 3, "the report of it")
    assert "fault of its load cell" in bay.failed()["scale bay-01/02"]
    assert "scale" in bay.well(), "the line and its other channels work"
    indicator.mend(2)
    wait_until(lambda: not bay.failed(), 3, "it is well")
    parts = [e.part for e in bay.events() if isinstance(e, DeviceFailed | DeviceRecovered)]
    assert parts == ["scale bay-01/02", "scale bay-01/02"]


def test_a_button_that_is_stuck_is_not_mended_by_a_restart_and_presses_nothing(tmp_path: Path) -> None:
    stuck = f"confirm {A_BIN}"
    first = Station(tmp_path, "bay-01", before_start=lambda devices: devices.wall.press(stuck))
    try:
        first.want(one_pick())
        wait_until(lambda: first.has(AlarmRaised), 2, "the alarm of it")
        first.agent.stop()
        first.join()
    finally:
        first.close()
    again = Station(tmp_path, "bay-01", before_start=lambda devices: devices.wall.press(stuck))
    try:
        again.want(one_pick(version=2))
        wait_until(lambda: A_BIN in again.devices.wall.seen(), 2, "the light")
        wait_until(lambda: again.reported().desired_version == 2, 2, "the report")
        assert len(again.reported().alarms) == 1
        kinds = [type(event) for event in again.events()]
        assert kinds.count(AlarmRaised) == 1, "it is the same alarm"
        assert AlarmCleared not in kinds
        assert UnitsPicked not in kinds
        again.devices.wall.release(stuck)
        wait_until(lambda: again.has(AlarmCleared), 2, "the end of the alarm")
        assert not again.has(UnitsPicked), "what comes up was not pressed"
        again.fingers.press(stuck, held_ms=30)
        wait_until(lambda: again.has(UnitsPicked), 2, "the pick")
    finally:
        again.close()


def test_a_stuck_button_that_came_up_while_the_agent_was_away_is_mended_when_it_is_looked_at(tmp_path: Path) -> None:
    stuck = f"confirm {A_BIN}"
    first = Station(tmp_path, "bay-01", before_start=lambda devices: devices.wall.press(stuck))
    wait_until(lambda: first.has(AlarmRaised), 2, "the alarm of it")
    first.close()
    again = Station(tmp_path, "bay-01", before_start=lambda devices: devices.wall.chips.unplug_expander(0x20))
    try:
        wait_until(lambda: "expanders" in again.failed(), 2, "its expander is away")
        assert not again.has(AlarmCleared), "nobody knows"
        again.devices.wall.chips.plug_expander(0x20)
        wait_until(lambda: again.has(AlarmCleared), 5, "the end of the alarm")
    finally:
        again.close()


def test_a_stuck_button_that_came_up_while_the_card_failed_is_mended(tmp_path: Path) -> None:
    stuck = f"confirm {A_BIN}"
    bay = Station(tmp_path, "bay-01", before_start=lambda devices: devices.wall.press(stuck))
    try:
        wait_until(lambda: bay.has(AlarmRaised), 2, "the alarm of it")
        with full_card(tmp_path / "box.db"):
            bay.agent.inputs().part("camera", False, "a fact that cannot be kept")
            wait_until(lambda: is_red(bay), 2, "the red beacon")
            bay.devices.wall.release(stuck)
            wait_until(lambda: OUTBOX_FULL in bay.reported().alarms, 2, "a report")
        wait_until(lambda: bay.has(AlarmCleared), 10, "the end of the alarm")
        wait_until(lambda: not bay.reported().alarms, 2, "a report without alarms")
    finally:
        bay.close()


def test_a_pin_that_the_header_cannot_have_is_named_with_its_key_in_the_station_s_file(tmp_path: Path) -> None:
    station = load_site(write_site(tmp_path)).station("bay-02")
    first, second = station.bins
    wrong = replace(station, bins=(first, replace(second, confirm_pin=5)))
    devices = SimulatedDevices(wrong, lambda: 0, random.Random(1))
    deaf = Inputs(
        button=lambda *_: None,
        found=lambda _: None,
        reading=lambda *_: None,
        symbol=lambda *_: None,
        scan=lambda *_: None,
        unreadable=lambda *_: None,
        part=lambda *_: None,
    )
    with pytest.raises(DeviceMissing) as told:
        devices.start(deaf)
    assert "The GPIO header: expected pin 5 for the button 'confirm bay-02/02', got:" in str(told.value)
    assert "The file of bay-02 says bins[0].rgb.red = 5, bins[1].confirm_pin = 5." in str(told.value)
    devices.close()

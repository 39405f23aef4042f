"""Parts of a station that die while the others work: reported one by one, and as well when they are."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.contract.events import DeviceFailed, DeviceRecovered
from firmware.twin.scale_twin import IndicatorTwin
from tests.edge.test_agent import Station
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

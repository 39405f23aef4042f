"""A camera that is pulled out, frozen or blind: told, seen on the screen, and it reads only what it sees."""

from collections.abc import Callable

import pytest

from edge.contract.events import AlarmRaised, SymbolScanned
from firmware.twin.camera_twin import CameraTwin
from tests.edge.faults.stricken import Open, Stricken
from tests.waiting import wait_until

LABEL = ("4006381333931", "EAN-13")
FAULTS: dict[str, tuple[Callable[[CameraTwin], None], Callable[[CameraTwin], None], str]] = {
    "unplugged": (CameraTwin.unplug, CameraTwin.plug, "unplugged"),
    "frozen frame": (CameraTwin.freeze, CameraTwin.thaw, "the same one again and again"),
    "black": (CameraTwin.cover, CameraTwin.uncover, "a black picture"),
}


def camera_of(bench: Stricken) -> CameraTwin:
    assert isinstance(bench.devices.camera_twin, CameraTwin)
    return bench.devices.camera_twin


@pytest.mark.parametrize("fault", FAULTS)
def test_a_camera_that_fails_is_told_and_reads_what_lies_there_only_when_it_sees_again(
    stricken: Open, fault: str
) -> None:
    act, mend, why = FAULTS[fault]
    bench = stricken("pack-1")
    camera = camera_of(bench)
    wait_until(lambda: "camera" in bench.well(), 8, "the camera sees")
    bench.ask("scan")
    act(camera)
    bench.is_told("camera", why=why, screen="Camera: no new picture. Check its plug.")
    camera.show([LABEL])
    assert bench.stock() == []
    assert not bench.has(AlarmRaised), "what it does not see is not unreadable"
    mend(camera)
    bench.is_well("camera")
    wait_until(bench.stock, 8, "what lies there is read")
    assert [(e.text, e.source) for e in bench.stock() if isinstance(e, SymbolScanned)] == [(LABEL[0], "camera")]


def test_a_symbol_that_cannot_be_read_is_said_on_the_screen_until_it_is(stricken: Open) -> None:
    bench = stricken("pack-1")
    camera = camera_of(bench)
    wait_until(lambda: "camera" in bench.well(), 8, "the camera sees")
    bench.ask("scan")
    camera.hide_symbol()
    wait_until(lambda: bench.has(AlarmRaised), 10, "the alarm")
    wait_until(lambda: "Camera: something lies there that it cannot read." in bench.trouble, 3, "the screen")
    camera.clear()
    wait_until(lambda: bench.trouble == "", 5, "nothing any more")
    assert bench.stock() == []

"""Strip, displays and expanders that lose a chip, their bus or their supply: told, seen at the beacon, and back."""

from collections.abc import Callable

import pytest

from edge.contract.events import UnitsPicked
from firmware.panel import POLL_US, STRIP_EVERY_POLLS
from tests.edge.faults.stricken import Open, Stricken
from tests.edge.test_agent import A_BIN, one_pick
from tests.waiting import wait_until

Act = Callable[[Stricken], None]


def no_strip(bay: Stricken) -> None:
    bay.devices.wall.strip.plugged = False


def a_strip(bay: Stricken) -> None:
    bay.devices.wall.strip.plugged = True


FAULTS: dict[str, tuple[Act, Act, dict[str, str]]] = {
    "a display gone": (
        lambda bay: bay.devices.wall.chips.unplug_display(0),
        lambda bay: bay.devices.wall.chips.plug_display(0),
        {"displays": "Display 1: expected an HT16K33 at 0x70"},
    ),
    "an expander gone": (
        lambda bay: bay.devices.wall.chips.unplug_expander(0x20),
        lambda bay: bay.devices.wall.chips.plug_expander(0x20),
        {"expanders": "0x20"},
    ),
    "bus cable pulled": (
        lambda bay: bay.devices.wall.unplug(),
        lambda bay: bay.devices.wall.plug(),
        {"displays": "HT16K33", "expanders": "0x20"},
    ),
    "bus hung": (
        lambda bay: bay.devices.wall.chips.hang(),
        lambda bay: bay.devices.wall.chips.let_go(),
        {"displays": "the bus hangs", "expanders": "0x20"},
    ),
    "no bus for the strip": (no_strip, a_strip, {"strip": "SPI bus"}),
}


@pytest.fixture
def bay(stricken: Open) -> Stricken:
    """A bay with one light."""
    bay = stricken("bay-01")
    bay.want(one_pick())
    wait_until(lambda: A_BIN in bay.devices.wall.seen(), 3, "the light")
    return bay


@pytest.mark.parametrize("fault", FAULTS)
def test_what_fails_is_told_with_its_reason_blinks_the_beacon_and_shows_its_task_again(
    bay: Stricken, fault: str
) -> None:
    act, mend, told = FAULTS[fault]
    act(bay)
    if fault == "no bus for the strip":
        bay.clock.forward(STRIP_EVERY_POLLS * POLL_US)
    for part, why in told.items():
        bay.is_told(part, why=why)
    assert not bay.has(UnitsPicked), "nothing was pressed"
    mend(bay)
    for part in told:
        bay.is_well(part)
    wait_until(lambda: bay.devices.wall.seen()[A_BIN].text == "B  3", 5, "the number is back")
    wait_until(lambda: bay.devices.wall.seen()[A_BIN].rgb == (0, 255, 0), 5, "and the colour")
    bay.fingers.press(f"confirm {A_BIN}", held_ms=30)
    wait_until(lambda: bay.has(UnitsPicked), 3, "its button is heard")
    assert sum(isinstance(event, UnitsPicked) for event in bay.events()) == 1


def test_lights_that_lost_their_supply_for_a_moment_show_the_task_again_and_press_nothing(bay: Stricken) -> None:
    wall = bay.devices.wall
    wall.strip.lose_power()
    for display in wall.chips.displays:
        display.lose_power()
    wall.chips.lose_supply(0x20)
    assert A_BIN not in wall.seen(), "it is dark"
    wait_until(lambda: wall.seen().get(A_BIN) is not None and wall.seen()[A_BIN].text == "B  3", 8, "the number")
    wait_until(lambda: wall.seen()[A_BIN].rgb == (0, 255, 0), 8, "the colour")
    wait_until(lambda: "expanders" in bay.well(), 8, "the expander is set up again")
    assert not bay.has(UnitsPicked)
    bay.fingers.press(f"confirm {A_BIN}", held_ms=30)
    wait_until(lambda: bay.has(UnitsPicked), 3, "its button is heard")

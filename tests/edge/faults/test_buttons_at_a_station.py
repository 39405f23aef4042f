"""Buttons that bounce and buttons that stick: one press is one fact, and a stuck one is seen and presses nothing."""

from pathlib import Path

import pytest

from edge.contract.events import AlarmCleared, AlarmRaised, ButtonPressed, UnitsPicked
from edge.contract.state import BayDesired, Task
from edge.logic.times import STUCK_US
from tests.edge import test_agent
from tests.edge.faults.stricken import Open, Stricken
from tests.edge.test_agent import A_BIN, one_pick
from tests.edge.test_silent_hub import Clock
from tests.waiting import wait_until

BOUNCES = 12


def bounce(station: Stricken, control: str) -> None:
    """A contact that closes and opens again many times within its debounce, and is down in the end."""
    for _ in range(BOUNCES):
        station.devices.wall.press(control)
        station.devices.wall.release(control)
    station.devices.wall.press(control)


def two_picks() -> BayDesired:
    """Two tasks of one bin: a bounce that counted as a press would confirm the second."""
    tasks = tuple(
        Task(task=f"T{n}", kind="pick", bin=A_BIN, units=n, mark="B", colour="green", order=n) for n in (1, 2)
    )
    return BayDesired(generation=1, version=1, as_of=None, tasks=tasks)


def test_a_bouncing_button_confirms_one_task_and_not_the_one_behind_it(stricken: Open) -> None:
    bay = stricken("bay-01")
    bay.want(two_picks())
    wait_until(lambda: A_BIN in bay.devices.wall.seen(), 3, "the light")
    bounce(bay, f"confirm {A_BIN}")
    wait_until(lambda: bay.has(UnitsPicked), 3, "the pick")
    bay.devices.wall.release(f"confirm {A_BIN}")
    wait_until(lambda: bay.devices.wall.seen().get(A_BIN) is not None, 3, "the second light")
    wait_until(lambda: bay.reported().open_tasks == ("T2",), 3, "the report")
    assert [e.task for e in bay.events() if isinstance(e, UnitsPicked)] == ["T1"]


def test_a_bouncing_button_answers_a_bench_once(stricken: Open) -> None:
    bench = stricken("pack-1")
    bench.ask("press")
    bounce(bench, "confirm")
    bench.devices.wall.release("confirm")
    wait_until(lambda: bench.has(ButtonPressed), 3, "the answer")
    bench.ask("press")
    assert [e.step for e in bench.events() if isinstance(e, ButtonPressed)] == ["s1"]


@pytest.mark.parametrize(("name", "control"), [("bay-01", f"confirm {A_BIN}"), ("pack-1", "confirm")])
def test_a_button_that_sticks_is_an_alarm_is_seen_at_the_station_and_ends_when_it_comes_up(
    stricken: Open, name: str, control: str
) -> None:
    station = stricken(name)
    if name == "pack-1":
        station.ask("count")
    wait_until(lambda: "scale" in station.well(), 5, "its scale speaks")
    station.devices.wall.press(control)
    wait_until(lambda: station.agent._known.levels.get(control), 3, "it is seen down")
    station.clock.forward(STUCK_US)
    wait_until(lambda: station.has(AlarmRaised), 3, "the alarm")
    wait_until(station.beacon_blinks, 3, "the beacon blinks amber")
    if name == "pack-1":
        wait_until(lambda: "Button confirm: it is down and does not come up." in station.trouble, 3, "the screen")
    else:
        station.want(one_pick())
        wait_until(lambda: A_BIN in station.devices.wall.seen(), 3, "a light that came while it was stuck")
    facts = len(station.stock())
    station.devices.wall.release(control)
    wait_until(lambda: station.has(AlarmCleared), 3, "the end of the alarm")
    wait_until(lambda: not station.beacon_blinks() and station.trouble == "", 8, "nothing is seen of it any more")
    assert len(station.stock()) == facts
    assert not station.has(UnitsPicked)


def test_a_button_found_stuck_at_the_start_is_seen_at_the_bay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(test_agent, "now_us", clock)
    bay = Stricken(tmp_path, "bay-01", clock, before_start=lambda devices: devices.wall.press(f"confirm {A_BIN}"))
    try:
        wait_until(bay.beacon_blinks, 3, "the beacon blinks amber")
        bay.devices.wall.release(f"confirm {A_BIN}")
        wait_until(lambda: not bay.beacon_blinks(), 3, "it blinks no more")
        assert bay.stock() == []
    finally:
        bay.close()

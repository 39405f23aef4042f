"""Waves: orders wait until theirs opens, urgent and late ones do not, and each wave tells how far it is."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import time
from pathlib import Path

import pytest

from edge.contract.state import BenchDesired
from hub.domain.rates import Area
from hub.domain.waves import Wave
from hub.flows import FLOWS
from hub.handlers.benches import BenchDesk
from hub.handlers.desired import desired_state
from hub.handlers.wave_progress import WaveProgress, waves_now
from tests.hub.stocked_floor import DAY_US, TUESDAY_US, StockedFloor

HOUR_US = 3_600_000_000
WORKDAYS = frozenset(range(5))
POST = Wave(name="post", services=(), release=time(13), orders_until=time(14), leaves=time(16), weekdays=WORKDAYS)
ABROAD = Wave(
    name="abroad",
    services=("Airmail",),
    release=time(9),
    orders_until=time(11),
    leaves=time(12),
    weekdays=frozenset({1}),
)


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[StockedFloor]:
    """Tuesday, ten o'clock; what goes to Norway leaves with its own service at noon, the rest at four."""
    floor = StockedFloor(tmp_path)
    [post, *_] = floor.policy.services
    abroad, home = (
        replace(post, name=name, zones=(replace(post.zones[0], area=Area(countries=(country,))),))
        for name, country in (("Airmail", "Norway"), ("Home", "United Kingdom"))
    )
    floor.policy = replace(floor.policy, waves=(ABROAD, POST), services=(abroad, home))
    floor.desk = BenchDesk(FLOWS, floor.policy)
    floor.taker._handlers |= {  # type: ignore[operator]
        kind: floor.desk.answered
        for kind, handler in floor.taker._handlers.items()
        if handler == floor.hub.desk.answered
    }
    yield floor
    floor.close()


def sign_on(floor: StockedFloor) -> str:
    """A picker asks for a cart; what the bench says."""
    if floor.prompt("induct-1").title.startswith("Scan your badge"):
        floor.scan("induct-1", "BADGE-ana")
    shown = floor.scan("induct-1", "CART-1")
    return " ".join((shown.title, *shown.lines))


def waves(floor: StockedFloor) -> dict[str, WaveProgress]:
    with floor.engine.begin() as connection:
        found = waves_now(connection, floor.policy, now_us=floor.clock_us, since_us=floor.clock_us - DAY_US)
    return {wave.name: wave for wave in found}


def board(floor: StockedFloor) -> set[str]:
    with floor.engine.begin() as connection:
        shown = desired_state(
            connection, "induct-1", generation=1, desk=floor.desk, policy=floor.policy, now_us=floor.clock_us
        )
    assert isinstance(shown, BenchDesired)
    return {line.text for line in shown.board if line.doing in ("induct", "rest")}


def test_an_order_waits_until_its_wave_opens(floor: StockedFloor) -> None:
    floor.receive("home", ("RED", 2), country="United Kingdom")
    assert "Nothing to pick now." in sign_on(floor)
    assert floor.line("home") == {"promised": 2}
    assert "nothing to pick" in board(floor)
    floor.clock_us = TUESDAY_US + 3 * HOUR_US
    assert board(floor) == {"1 order waits for a picker", "nothing to put away"}
    assert "tote for A" in sign_on(floor)
    assert floor.line("home") == {"reserved": 2}


def test_the_wave_is_that_of_the_service_which_takes_the_order(floor: StockedFloor) -> None:
    floor.receive("home", ("RED", 2), country="United Kingdom")
    floor.receive("away", ("GREEN", 2), country="Norway")
    sign_on(floor)
    assert (floor.line("home"), floor.line("away")) == ({"promised": 2}, {"reserved": 2})
    assert {name: (wave.state, wave.orders) for name, wave in waves(floor).items()} == {
        "abroad": ("open", 1),
        "post": ("waits", 1),
    }


def test_an_order_that_came_too_late_waits_for_the_next_departure(floor: StockedFloor) -> None:
    floor.clock_us = TUESDAY_US + 4 * HOUR_US + 1
    floor.receive("late", ("RED", 2), country="United Kingdom")
    assert "Nothing to pick now." in sign_on(floor)
    [wave] = waves(floor).values()
    assert wave.leaves_us == TUESDAY_US + DAY_US + 6 * HOUR_US


def test_an_order_that_missed_its_departure_goes_at_once_and_first(floor: StockedFloor) -> None:
    floor.receive("missed", ("RED", 2), country="United Kingdom")
    floor.clock_us = TUESDAY_US + 7 * HOUR_US
    floor.receive("away", ("GREEN", 1), country="Norway")
    assert waves(floor)["post"].state == "late"
    sign_on(floor)
    assert floor.line("missed") == {"reserved": 2}


@pytest.mark.parametrize("terms", ["priority = 1", f"ship_by_us = {TUESDAY_US + 2 * HOUR_US}"])
def test_an_urgent_order_waits_for_no_wave(floor: StockedFloor, terms: str) -> None:
    floor.receive("urgent", ("RED", 2), country="United Kingdom")
    floor.call(lambda tx: tx.connection.exec_driver_sql(f"UPDATE customer_order SET {terms}"))
    sign_on(floor)
    assert floor.line("urgent") == {"reserved": 2}


def test_an_order_that_no_service_of_a_wave_takes_goes_as_it_comes(floor: StockedFloor) -> None:
    floor.policy = replace(floor.policy, waves=(ABROAD,))
    floor.desk._policy = floor.policy
    floor.receive("home", ("RED", 2), country="United Kingdom")
    sign_on(floor)
    assert floor.line("home") == {"reserved": 2}
    assert waves(floor)["as they come"].state == "open"


def test_a_wave_tells_where_its_units_are_and_when_it_is_done(floor: StockedFloor) -> None:
    floor.clock_us = TUESDAY_US + 3 * HOUR_US
    floor.receive("home", ("RED", 2), country="United Kingdom")
    floor.receive("more", ("GREEN", 21), country="United Kingdom")
    wave = waves(floor)["post"]
    assert (wave.orders, wave.orders_done, wave.state) == (2, 0, "open")
    stages = {stage: units for stage, units in wave.units_by_stage.items() if units}
    assert stages == {"waiting": 22, "backordered": 1}
    sign_on(floor)
    assert waves(floor)["post"].units_by_stage["picking"] == 22
    floor.call(
        lambda tx: tx.connection.exec_driver_sql(
            "UPDATE order_line SET shipped = ordered, reserved = 0, backordered = 0, promised = 0"
        )
    )
    assert waves(floor)["post"].state == "done"

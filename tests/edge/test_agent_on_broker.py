"""A simulated station's real process on a real broker, with a test for its hub and for its hands."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.contract.commands import Identify, RestartAgent
from edge.contract.events import StationStarted, UnitsPicked, WeightSettled
from edge.contract.hands import Done, Place, Press
from edge.contract.state import BayDesired, BinContent, Task
from tests.edge.hands_client import Hands
from tests.edge.live_station import LiveBroker, LiveStation
from tests.edge.played_hub import PlayedHub
from tests.edge.small_site import write_site
from tests.waiting import wait_until

pytestmark = pytest.mark.system

A_BIN = "bay-01/01"
UNIT_MG = 100_000
UNITS = 20


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[LiveBroker]:
    broker = LiveBroker(tmp_path)
    broker.start()
    yield broker
    broker.kill()


@pytest.fixture
def hub(broker: LiveBroker) -> Iterator[PlayedHub]:
    hub = PlayedHub("test", broker.port)
    yield hub
    hub.close()


@pytest.fixture
def bay(tmp_path: Path, broker: LiveBroker) -> Iterator[LiveStation]:
    station = LiveStation(write_site(tmp_path / "site"), "bay-01", broker.port, tmp_path)
    station.start()
    yield station
    station.kill()


def desired(*tasks: Task, version: int = 1) -> BayDesired:
    return BayDesired(
        generation=1,
        version=version,
        as_of=None,
        tasks=tasks,
        bins=(BinContent(bin=A_BIN, sku="SKU-1", unit_mg=UNIT_MG, spread_mg=500),),
    )


def pick(task: str, units: int, order: int = 1) -> Task:
    return Task(task=task, kind="pick", bin=A_BIN, units=units, mark="B", colour="green", order=order)


def load_all(hands: Hands, units: int = UNITS) -> None:
    """Load every scale as its people do after a start."""
    for n in range(1, 5):
        assert hands.do(Place(scale=f"bay-01/0{n}", mass_mg=units * UNIT_MG)) == Done()


def well_parts(hub: PlayedHub) -> list[str]:
    """The parts of bay-01 that are reported well."""
    reported = hub.reported.get("bay-01")
    return [] if reported is None else [part.part for part in reported.parts if part.ok]


def blinks_fast(hands: Hands, place: str) -> bool:
    """Whether an eye sees fast blinking there."""
    light = hands.light(place)
    return light is not None and light.pattern == "fast"


def pick_units(hands: Hands, left: int) -> None:
    """Take units out and press confirm."""
    hands.do(Place(scale=A_BIN, mass_mg=left * UNIT_MG))
    hands.do(Press(control=f"confirm {A_BIN}"))


def test_a_pick_is_lit_confirmed_weighed_and_survives_a_killed_agent(hub: PlayedHub, bay: LiveStation) -> None:
    hands = Hands(bay.socket)
    load_all(hands)
    wait_until(lambda: hub.events(StationStarted), 10, "the station's first fact")
    wait_until(lambda: hands.look().scales_loaded, 5, "every scale is loaded")
    wait_until(lambda: "scale" in well_parts(hub), 5, "the scale speaks")
    hub.want("bay-01", desired(version=1))
    known = f'"baseline_mg":{UNITS * UNIT_MG},'.encode()
    wait_until(lambda: known in bay.remembers(f"bin/{A_BIN}"), 5, "the weight at rest is remembered")
    hub.want("bay-01", desired(pick("T1", 3), version=2))
    wait_until(lambda: hands.light(A_BIN) is not None, 5, "the light")
    lit = hands.light(A_BIN)
    assert lit is not None
    assert (lit.colour, lit.pattern, lit.text) == ("green", "steady", "B  3")

    wait_until(lambda: hub.reported["bay-01"].open_tasks == ("T1",), 5, "the task is reported open")
    hub.acknowledges = False
    pick_units(hands, UNITS - 3)
    wait_until(lambda: hub.events(UnitsPicked), 5, "the pick")
    wait_until(lambda: hands.light(A_BIN) is None, 1, "the light is dark")
    assert hub.events(UnitsPicked) == [UnitsPicked(task="T1", bin=A_BIN, units=3, units_asked=3, by="button")]
    wait_until(lambda: hub.events(WeightSettled), 5, "the weight")
    settled = hub.events(WeightSettled)[0]
    assert isinstance(settled, WeightSettled)
    assert (settled.cause, settled.units_weighed, settled.sure) == ("tasks", -3, True)
    before = hub.told()

    bay.kill()
    hands.close()
    hub.forget()
    bay.start()
    wait_until(lambda: len(hub.events(StationStarted)) == 1, 10, "the station is back")
    hands = Hands(bay.socket)
    keys = sorted(set(hub.told()))
    assert {journal for journal, _ in keys} == {before[0][0]}, "the same journal"
    assert hub.events(UnitsPicked), "what was not acknowledged comes again"
    assert keys[-1][1] == max(seq for _, seq in before) + 1, "seq goes on without a gap"
    wait_until(lambda: hub.reported["bay-01"].desired_version == 2, 5, "the retained desired state is obeyed")
    assert hands.light(A_BIN) is None, "a task finished here stays dark, though the hub does not know yet"
    assert hub.reported["bay-01"].open_tasks == ()
    hands.close()
    assert bay.end() == 0


def test_acknowledged_facts_are_not_sent_again_and_a_restored_hub_gets_them_again(
    hub: PlayedHub, bay: LiveStation
) -> None:
    wait_until(lambda: hub.events(StationStarted), 10, "the first fact")
    journal = hub.told()[0][0]
    wait_until(lambda: "bay-01" in hub.reported and hub.reported["bay-01"].outbox_rows == 0, 5, "acknowledged")
    hub.forget()
    hub.acknowledge("bay-01", journal, 0, generation=2)
    wait_until(lambda: (journal, 1) in hub.told(), 5, "everything comes again to a restored hub")


def test_a_killed_broker_costs_no_fact(hub: PlayedHub, bay: LiveStation, broker: LiveBroker) -> None:
    wait_until(lambda: hub.events(StationStarted), 10, "the first fact")
    hub.want("bay-01", desired(pick("T1", 3)))
    hands = Hands(bay.socket)
    wait_until(lambda: hands.light(A_BIN) is not None, 5, "the light")
    broker.kill()
    wait_until(lambda: "amber" in [s.colour for s in hands.look().lights if s.place == "beacon"], 5, "amber beacon")
    hands.do(Press(control=f"confirm {A_BIN}"))
    wait_until(lambda: hands.light(A_BIN) is None, 2, "the bay works on alone")
    broker.start()
    wait_until(lambda: hub.events(UnitsPicked), 15, "the pick arrives after all")


def test_presence_says_online_and_then_offline_with_the_same_session(hub: PlayedHub, bay: LiveStation) -> None:
    wait_until(lambda: hub.presence.get("bay-01"), 10, "presence")
    bay.kill()
    wait_until(lambda: not hub.presence["bay-01"][-1].online, 5, "the will")
    assert hub.presence["bay-01"][-1].session == hub.presence["bay-01"][-2].session


def test_a_station_that_ends_says_offline_with_its_session(hub: PlayedHub, bay: LiveStation) -> None:
    wait_until(lambda: hub.presence.get("bay-01"), 10, "presence")
    assert bay.end() == 0
    wait_until(lambda: not hub.presence["bay-01"][-1].online, 5, "the will, at once")
    assert hub.presence["bay-01"][-1].session == hub.presence["bay-01"][-2].session


def test_commands_blink_the_station_and_restart_its_agent(hub: PlayedHub, bay: LiveStation) -> None:
    wait_until(lambda: hub.presence.get("bay-01"), 10, "presence")
    hands = Hands(bay.socket)
    hub.command("bay-01", Identify(command="C1", seconds=1))
    wait_until(lambda: blinks_fast(hands, "bay-01/04"), 2, "every bin blinks")
    wait_until(lambda: hands.light("bay-01/04") is None, 3, "and ends to")
    hub.command("bay-01", RestartAgent(command="C2"))
    assert bay.wait(5) == 75
    assert [(r.command, r.outcome) for r in hub.results] == [("C1", "done"), ("C2", "done")]


def test_a_bay_is_small_and_its_light_is_dark_soon_after_the_press(hub: PlayedHub, bay: LiveStation) -> None:
    wait_until(lambda: hub.presence.get("bay-01"), 10, "presence")
    hands = Hands(bay.socket)
    hub.want("bay-01", desired(pick("T1", 3)))
    wait_until(lambda: hands.light(A_BIN) is not None, 5, "the light")
    pressed_s = time.monotonic()
    hands.do(Press(control=f"confirm {A_BIN}"))
    wait_until(lambda: hands.light(A_BIN) is None, 2, "the light is dark")
    assert time.monotonic() - pressed_s < 0.5, "an operator presses again when nothing happens"
    assert bay.rss_kib < 56 * 1024, f"a bay's process has {bay.rss_kib} KiB"

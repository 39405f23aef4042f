"""Which facts the time to disk is measured of."""

from edge.contract.state import Presence
from hub.live import Live

SECOND_US = 1_000_000
ONLINE = Presence(online=True, session="a")
NOTHING = {"p50": 0.0, "p99": 0.0, "samples": 0}


class Wall:
    """A clock that is set."""

    def __init__(self) -> None:
        self.now_us = 100 * SECOND_US

    def __call__(self) -> int:
        return self.now_us


def test_a_fact_that_happened_while_all_were_connected_is_measured() -> None:
    wall = Wall()
    live = Live(wall)
    live.connected()
    live.on_presence("bay-01", ONLINE)
    wall.now_us += SECOND_US
    live.committed("bay-01", 2, wall.now_us - 20_000)
    assert live.latency_ms() == {"p50": 20.0, "p99": 20.0, "samples": 1}


def test_what_waited_for_the_hub_to_come_is_not_measured_but_counted_as_events() -> None:
    wall = Wall()
    live = Live(wall)
    live.committed("bay-01", 10, wall.now_us - 7 * SECOND_US)
    live.connected()
    live.on_presence("bay-01", ONLINE)
    live.committed("bay-01", 10, wall.now_us - 7 * SECOND_US)
    assert live.latency_ms() == NOTHING
    assert live.events_per_s() == 4.0


def test_what_waited_for_its_station_to_come_back_is_not_measured() -> None:
    wall = Wall()
    live = Live(wall)
    live.connected()
    live.on_presence("bay-01", ONLINE)
    wall.now_us += SECOND_US
    live.on_presence("bay-01", Presence(online=False, session="a"))
    happened_us = wall.now_us + SECOND_US
    wall.now_us += 60 * SECOND_US
    live.on_presence("bay-01", Presence(online=True, session="b"))
    live.committed("bay-01", 1, happened_us)
    assert live.latency_ms() == NOTHING


def test_what_waited_for_the_hub_to_find_the_broker_again_is_not_measured() -> None:
    wall = Wall()
    live = Live(wall)
    live.connected()
    live.on_presence("bay-01", ONLINE)
    wall.now_us += 30 * SECOND_US
    live.connected()
    live.committed("bay-01", 1, wall.now_us - 9 * SECOND_US)
    assert live.latency_ms() == NOTHING

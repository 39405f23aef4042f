"""The station's link: what is bounded, and what survives that."""

import random
from collections.abc import Iterator
from itertools import count

import pytest

from edge.contract import codec
from edge.contract.site import Broker
from edge.contract.topics import Channel
from edge.link import QUEUED_MAX, Link
from tests.edge.mute_broker import DISCONNECT, MuteBroker
from tests.waiting import wait_until


@pytest.fixture
def broker() -> Iterator[MuteBroker]:
    broker = MuteBroker()
    yield broker
    broker.close()


class Station:
    """A link and what it tells."""

    def __init__(self, broker: Broker) -> None:
        self.up: list[bool] = []
        sessions = count(1)
        self.link = Link(
            "test",
            "bay-01",
            broker,
            new_session=lambda: f"session-{next(sessions)}",
            rng=random.Random(1),
            on_message=lambda _channel, _payload: None,
            on_link=self.up.append,
        )
        self.link.start()


@pytest.fixture
def station(broker: MuteBroker) -> Iterator[Station]:
    station = Station(Broker(port=broker.port))
    wait_until(lambda: station.up == [True], 5, "the connection")
    yield station
    station.link.close()
    station.link.close()


def fill(station: Station) -> int:
    """Publish until nothing more is taken; how many were."""
    taken = 0
    while station.link.publish(Channel.EVENT, b"{}"):
        taken += 1
        assert taken <= QUEUED_MAX
    return taken


def test_a_broker_that_confirms_nothing_is_sent_no_more_than_the_bound_until_it_does(
    broker: MuteBroker, station: Station
) -> None:
    assert fill(station) == QUEUED_MAX
    assert not station.link.publish(Channel.REPORTED, b"{}")
    broker.confirms = True
    broker.hang_up()
    wait_until(lambda: station.link.publish(Channel.EVENT, b"{}"), 10, "room in the queue")


def test_presence_goes_past_a_full_queue_first_and_in_the_session_of_the_new_connection(
    broker: MuteBroker, station: Station
) -> None:
    fill(station)
    broker.hang_up()
    wait_until(lambda: broker.published(1, "/presence"), 10, "the presence over the new connection")
    wait_until(lambda: len(broker.published(1, "/event")) > 1, 5, "what was not confirmed")
    first, *more = broker.published(1, "/presence")
    assert more == []
    assert first.flags & 1, "it is retained"
    presence = codec.decode_presence(first.body[first.body.index(b"{") :])
    assert presence.online
    assert presence.session == "session-2"


def test_a_link_that_is_closed_with_a_full_queue_lets_its_will_say_goodbye(
    broker: MuteBroker, station: Station
) -> None:
    fill(station)
    station.link.close()
    wait_until(lambda: broker.sessions[0][-1].kind == DISCONNECT, 3, "the goodbye")
    assert broker.sessions[0][-1].body[:1] == b"\x04", "with the will"

"""The hub's link on a real broker: nothing that goes wrong inside makes the hub deaf, and nothing piles up."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import msgspec
import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from edge.contract.codec import decode_ack, encode
from edge.contract.events import Envelope, Recorded
from edge.contract.site import Broker
from edge.contract.state import Ack
from edge.contract.topics import Channel, Topic
from hub.link.broker import HubLink
from hub.storage.writer import WriterStopped
from tests.edge.live_station import LiveBroker
from tests.waiting import wait_until

pytestmark = pytest.mark.system

SITE = "test"
BAY = "bay-01"


class Station:
    """A plain client that sends envelopes and hears acknowledgements."""

    def __init__(self, port: int) -> None:
        self.acknowledged: list[int] = []
        self.desired: list[bytes] = []
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
        self._client.on_message = self._message
        self._client.on_connect = self._connected
        subscribed = threading.Event()
        self._client.on_subscribe = lambda *_: subscribed.set()
        self._client.reconnect_delay_set(1, 1)
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        wait_until(subscribed.is_set, 5, "the station is subscribed")

    def _connected(self, client: mqtt.Client, *_: Any) -> None:
        client.subscribe([(str(Topic(SITE, BAY, channel)), 1) for channel in (Channel.ACK, Channel.DESIRED)])

    def _message(self, _client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
        if Topic.parse(message.topic).channel is Channel.ACK:
            self.acknowledged.append(decode_ack(message.payload).seq)
        else:
            self.desired.append(bytes(message.payload))

    def send(self, seq: int) -> None:
        event = Recorded(
            seq=seq, wall_us=1, monotonic_us=1, boot_id="b", clock_synced=True, event=msgspec.Raw(b'{"type":"x"}')
        )
        envelope = Envelope(device=BAY, journal="j" * 32, events=(event,))
        self._client.publish(str(Topic(SITE, BAY, Channel.EVENT)), encode(envelope), qos=1)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


class Inside:
    """What stands behind the link: it takes facts unless it is told to fail."""

    def __init__(self) -> None:
        self.fault: Exception | None = None
        self.taken: list[int] = []
        self.refused = 0
        self.connections = 0

    def take(self, envelope: Envelope) -> "Future[Ack]":
        if self.fault is not None:
            self.refused += 1
            raise self.fault
        self.taken.append(envelope.events[0].seq)
        done: Future[Ack] = Future()
        done.set_result(Ack(generation=1, journal=envelope.journal, seq=envelope.events[0].seq))
        return done

    def connected(self) -> None:
        self.connections += 1


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[LiveBroker]:
    broker = LiveBroker(tmp_path)
    broker.start()
    yield broker
    broker.kill()


@pytest.fixture
def inside() -> Inside:
    return Inside()


@pytest.fixture
def link(broker: LiveBroker, inside: Inside) -> Iterator[HubLink]:
    link = HubLink(
        SITE,
        Broker(host="127.0.0.1", port=broker.port),
        take=inside.take,
        on_reported=lambda *_: None,
        on_presence=lambda *_: None,
        on_connected=inside.connected,
    )
    link.start()
    wait_until(lambda: inside.connections, 5, "the hub is connected")
    yield link
    link.close()


@pytest.fixture
def station(broker: LiveBroker, link: HubLink) -> Iterator[Station]:
    station = Station(broker.port)
    yield station
    station.close()


@pytest.mark.parametrize("fault", [WriterStopped("10000 jobs wait for the disk"), OSError("disk I/O error")])
def test_a_fact_that_cannot_be_taken_does_not_make_the_hub_deaf(
    station: Station, inside: Inside, fault: Exception
) -> None:
    inside.fault = fault
    station.send(1)
    wait_until(lambda: inside.refused, 5, "the fact is refused")
    inside.fault = None
    station.send(1)
    wait_until(lambda: station.acknowledged == [1], 5, "the acknowledgement of the same fact, sent again")


def test_what_is_published_while_the_broker_is_away_is_dropped_and_not_piled_up(
    broker: LiveBroker, link: HubLink, station: Station, inside: Inside
) -> None:
    broker.kill()
    wait_until(lambda: not link.connected, 5, "the hub has noticed")
    for number in range(5_000):
        link.publish(BAY, Channel.DESIRED, f"away {number}".encode())
    broker.start()
    wait_until(lambda: inside.connections == 2, 15, "the hub is connected again")
    wait_until(lambda: link.publish(BAY, Channel.DESIRED, b"back") or b"back" in station.desired, 10, "the newest")
    assert {bytes(payload) for payload in station.desired} == {b"back"}

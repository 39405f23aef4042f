"""A hub played by a test: a plain MQTT client that publishes desired state and acknowledges when it is told to."""

import threading
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from edge.contract import codec
from edge.contract.commands import AnyCommand, Result
from edge.contract.events import Event
from edge.contract.state import Ack, Desired, Presence, Reported
from edge.contract.topics import RETAINED, Channel, Topic, subscription
from tests.waiting import wait_until


class PlayedHub:
    """Hears every station of a site."""

    def __init__(self, site: str, port: int) -> None:
        self._site = site
        self._lock = threading.Lock()
        self.heard: list[tuple[str, int, Event]] = []
        """(journal, seq, event) as they came, repetitions included."""
        self.reported: dict[str, Reported] = {}
        self.presence: dict[str, list[Presence]] = {}
        self.results: list[Result] = []
        self.acknowledges = True
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="played-hub", protocol=mqtt.MQTTv5)
        self._client.on_connect = self._connected
        self._client.on_message = self._message
        self._subscribed = threading.Event()
        self._client.on_subscribe = lambda *_: self._subscribed.set()
        self._client.reconnect_delay_set(1, 1)
        self._client.connect("127.0.0.1", port, keepalive=10)
        self._client.loop_start()
        wait_until(self._subscribed.is_set, 5, "the played hub is subscribed")

    def _connected(self, client: mqtt.Client, *_: Any) -> None:
        wanted = (Channel.EVENT, Channel.REPORTED, Channel.PRESENCE, Channel.RESULT)
        client.subscribe([(subscription(self._site, channel), 1) for channel in wanted])

    def _message(self, _client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
        topic = Topic.parse(message.topic)
        match topic.channel:
            case Channel.EVENT:
                self._events(topic.device, message.payload)
            case Channel.REPORTED:
                self.reported[topic.device] = codec.decode_reported(message.payload)
            case Channel.PRESENCE:
                self.presence.setdefault(topic.device, []).append(codec.decode_presence(message.payload))
            case _:
                self.results.append(codec.decode_result(message.payload))

    def _events(self, device: str, payload: bytes) -> None:
        envelope = codec.decode_envelope(payload)
        with self._lock:
            for recorded in envelope.events:
                self.heard.append((envelope.journal, recorded.seq, codec.decode_event(recorded.event)))
        if self.acknowledges:
            self.acknowledge(device, envelope.journal, envelope.events[-1].seq)

    def acknowledge(self, device: str, journal: str, seq: int, generation: int = 1) -> None:
        self._publish(device, Channel.ACK, codec.encode(Ack(generation=generation, journal=journal, seq=seq)))

    def want(self, device: str, desired: Desired) -> None:
        self._publish(device, Channel.DESIRED, codec.encode(desired))

    def command(self, device: str, command: AnyCommand) -> None:
        self._publish(device, Channel.COMMAND, codec.encode(command))

    def events(self, kind: type[Event]) -> list[Event]:
        """Every event of a kind, as it came."""
        with self._lock:
            return [event for _, _, event in self.heard if isinstance(event, kind)]

    def told(self) -> list[tuple[str, int]]:
        """The key of every event as it came."""
        with self._lock:
            return [(journal, seq) for journal, seq, _ in self.heard]

    def forget(self) -> None:
        with self._lock:
            self.heard.clear()

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _publish(self, device: str, channel: Channel, payload: bytes) -> None:
        topic = str(Topic(self._site, device, channel))
        self._client.publish(topic, payload, qos=1, retain=channel in RETAINED)

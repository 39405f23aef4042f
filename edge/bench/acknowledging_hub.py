"""A hub that only acknowledges, and wants what it is told to want: enough of one to measure a station by."""

import threading
from typing import Any

from edge.broker_client import BrokerClient
from edge.contract.codec import decode_envelope, decode_event, encode
from edge.contract.events import Event
from edge.contract.site import Broker
from edge.contract.state import Ack, Desired
from edge.contract.topics import RETAINED, Channel, Topic, subscription

QUEUED_MAX = 100
KEEP_ALIVE_S = 30


class AcknowledgingHub:
    """Hears the stations of a site over a real broker.

    Args:
        site: Its name.
        broker: Where the broker is.
        acknowledges: Whether it answers; one that does not is no hub at all.
    """

    def __init__(self, site: str, broker: Broker, *, acknowledges: bool) -> None:
        self._site = site
        self._acknowledges = acknowledges
        self._heard = threading.Condition()
        self._told: dict[tuple[str, int], Event] = {}
        self._client = BrokerClient(broker, f"{site}-measuring-hub", queued_max=QUEUED_MAX)
        self._client.on_connect = lambda client, *_: client.subscribe(subscription(site, Channel.EVENT), 1)
        self._client.on_message = self._message
        self._client.start(KEEP_ALIVE_S)

    def want(self, station: str, desired: Desired) -> None:
        """Say what is wanted of a station."""
        self._publish(station, Channel.DESIRED, encode(desired))

    def wait_for(self, kind: type[Event], count: int, timeout_s: float) -> bool:
        """Wait until so many facts of a kind were told; whether they were."""
        with self._heard:
            return self._heard.wait_for(lambda: self._count(kind) >= count, timeout_s)

    @property
    def facts(self) -> int:
        """How many facts were told, without repetitions."""
        with self._heard:
            return len(self._told)

    def close(self) -> None:
        """End. May be called twice."""
        self._client.disconnect()
        self._client.loop_stop()

    def _count(self, kind: type[Event]) -> int:
        return sum(isinstance(event, kind) for event in self._told.values())

    def _message(self, _client: Any, _data: Any, message: Any) -> None:
        envelope = decode_envelope(bytes(message.payload))
        with self._heard:
            for recorded in envelope.events:
                self._told[envelope.journal, recorded.seq] = decode_event(recorded.event)
            self._heard.notify_all()
        if self._acknowledges:
            ack = Ack(generation=1, journal=envelope.journal, seq=envelope.events[-1].seq)
            self._publish(envelope.device, Channel.ACK, encode(ack))

    def _publish(self, station: str, channel: Channel, payload: bytes) -> None:
        self._client.publish(str(Topic(self._site, station, channel)), payload, qos=1, retain=channel in RETAINED)

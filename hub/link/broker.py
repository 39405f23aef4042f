"""The hub's MQTT link: facts in, acknowledgements and desired state out.

Threads: paho's own network thread calls :meth:`HubLink._on_message`, which only decodes and submits to the writer;
the acknowledgement is published from the writer's thread once the facts are committed; desired state comes from the
thread of :class:`hub.link.publisher.Publisher`.
"""

import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import paho.mqtt.client as mqtt
import structlog
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from edge.broker_client import BrokerClient
from edge.contract import codec
from edge.contract.commands import AnyCommand, Result
from edge.contract.events import Envelope
from edge.contract.site import Broker
from edge.contract.state import Ack, Presence, Reported
from edge.contract.topics import RETAINED, Channel, Topic, subscription
from edge.unconnected import TAKEN_OVER, hung_up
from hub.link.short_links import SHORT_MAX, SHORT_S, ShortLinks

RECONNECT_S = (1, 10)
KEEP_ALIVE_S = 15
OUTGOING_MAX = 1_000
"""Messages that wait for a broker which is connected but slow. Nothing waits for one that is away: after the next
connection every desired state is published again, and stations send again what was not acknowledged."""
_log = structlog.get_logger("link")


class OutgoingFull(Exception):
    """:data:`OUTGOING_MAX` messages wait for the broker; this one was not taken."""


class HubLink:
    """Connects the hub to the broker, and again whenever it is lost.

    Args:
        site: The site's name.
        broker: Where the broker is.
        take: Submits an envelope to the writer; its future has the acknowledgement once that is committed.
        on_reported, on_presence, on_result: Called with (device, message) on the network thread.
        on_connected: Called after each connection: what is retained must be published again.
        monotonic_s: Seconds that never go back.

    Raises:
        BadSite: the broker's password or authority cannot be read.
    """

    def __init__(
        self,
        site: str,
        broker: Broker,
        *,
        take: Callable[[Envelope], "Future[Ack]"],
        on_reported: Callable[[str, Reported], None],
        on_presence: Callable[[str, Presence], None],
        on_connected: Callable[[], None],
        on_result: Callable[[str, Result], None] = lambda _device, _result: None,
        monotonic_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._site = site
        self._broker = broker
        self._take = take
        self._on_reported = on_reported
        self._on_presence = on_presence
        self._on_connected = on_connected
        self._on_result = on_result
        self._monotonic_s = monotonic_s
        self._short = ShortLinks()
        self.connected = self._answered = False
        self._said = ""
        self._name = f"hub-{site}"
        self._client = BrokerClient(broker, self._name, queued_max=OUTGOING_MAX)
        self._client.reconnect_delay_set(*RECONNECT_S)
        self._client.on_connect = self._connected
        self._client.on_connect_fail = self._failed
        self._client.on_disconnect = self._disconnected
        self._client.on_message = self._on_message

    def start(self) -> None:
        """Connect, now or as soon as the broker is there."""
        self._client.start(KEEP_ALIVE_S)

    def close(self) -> None:
        """Disconnect. May be called twice."""
        self._client.disconnect()
        self._client.loop_stop()

    def publish(self, device: str, channel: Channel, payload: bytes, *, expiry_s: int | None = None) -> None:
        """Publish to a station; retained where the contract says so. Dropped while the broker is away, and by the
        broker after ``expiry_s`` if the station does not come for it.

        Raises:
            OutgoingFull: the broker is connected but takes nothing.
        """
        if not self.connected:
            return
        topic = str(Topic(self._site, device, channel))
        properties = None
        if expiry_s is not None:
            properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
            properties.MessageExpiryInterval = expiry_s
        sent = self._client.publish(topic, payload, qos=1, retain=channel in RETAINED, properties=properties)
        if sent.rc == mqtt.MQTT_ERR_QUEUE_SIZE:
            raise OutgoingFull(f"{topic}: expected the broker to take messages, {OUTGOING_MAX} wait for it.")

    def command(self, device: str, command: AnyCommand, expires_s: int) -> None:
        """Ask a station for something; the broker throws it away if the station does not come for it in time.

        Raises:
            OutgoingFull: the broker is connected but takes nothing.
        """
        properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
        properties.MessageExpiryInterval = expires_s
        topic = str(Topic(self._site, device, Channel.COMMAND))
        sent = self._client.publish(topic, codec.encode(command), qos=1, properties=properties)
        if sent.rc == mqtt.MQTT_ERR_QUEUE_SIZE:
            raise OutgoingFull(f"{topic}: expected the broker to take messages, {OUTGOING_MAX} wait for it.")

    def acknowledge(self, device: str, ack: Ack) -> None:
        """Tell a station what is committed. If that does not go, it sends again."""
        try:
            self.publish(device, Channel.ACK, codec.encode(ack))
        except OutgoingFull as error:
            _log.error("not acknowledged; the station sends again", device=device, error=str(error))

    def _connected(
        self, client: mqtt.Client, _data: Any, _flags: Any, reason: ReasonCode, _properties: Properties | None
    ) -> None:
        self._answered = True
        if reason.is_failure:
            self._say(f"The broker refused the hub: {reason}.")
            return
        wanted = (Channel.EVENT, Channel.REPORTED, Channel.PRESENCE, Channel.RESULT)
        client.subscribe([(subscription(self._site, channel), 1) for channel in wanted])
        self.connected = True
        self._short.made(self._monotonic_s())
        self._said = ""
        _log.info("connected", broker=f"{self._broker.host}:{self._broker.port}")
        self._on_connected()

    def _failed(self, *_: Any) -> None:
        self._say(self._client.why)

    def _say(self, why: str) -> None:
        """Say why there is no link, once: it is tried again every few seconds."""
        if why != self._said:
            self._said = why
            _log.warning("no link; orders are taken, and the hub keeps trying", why=why)

    def _disconnected(
        self, _client: mqtt.Client, _data: Any, _flags: Any, reason: ReasonCode, _properties: Properties | None
    ) -> None:
        if reason.getName() == TAKEN_OVER:
            _log.error("another hub connects under this site's name; there may be only one", site=self._site)
        elif reason.is_failure and not self._answered:
            self._say(hung_up(self._broker))
        elif reason.is_failure and self.connected:
            _log.warning("broker lost; connecting again", reason=str(reason))
            if self._short.lost(self._monotonic_s()):
                self._say_short()
        self.connected = self._answered = False

    def _say_short(self) -> None:
        _log.warning(
            f"{SHORT_MAX} connections in a row were lost within {SHORT_S:.0f} s: is another hub of a site with the same"
            " name on this broker? Two put each other out for ever. End one, or give its site another name in"
            f" site.toml. The broker's log (mosquitto's: /var/log/mosquitto/mosquitto.log) says 'connected from"
            f" ADDRESS as {self._name}' for each.",
            broker=f"{self._broker.host}:{self._broker.port}",
        )

    def _on_message(self, _client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
        try:
            topic = Topic.parse(message.topic)
            payload = bytes(message.payload)
            if topic.channel is Channel.EVENT:
                self._event(topic.device, payload)
            elif topic.channel is Channel.REPORTED and payload:
                self._on_reported(topic.device, codec.decode_reported(payload))
            elif topic.channel is Channel.PRESENCE and payload:
                self._on_presence(topic.device, codec.decode_presence(payload))
            elif topic.channel is Channel.RESULT:
                self._on_result(topic.device, codec.decode_result(payload))
        except (codec.BadMessage, ValueError) as error:
            _log.warning("message not understood", topic=message.topic, error=str(error))
        except Exception:  # noqa: BLE001 - paho would end its thread: said, and the station sends again
            _log.exception("message not taken", topic=message.topic)

    def _event(self, device: str, payload: bytes) -> None:
        envelope = codec.decode_envelope(payload)
        if envelope.device != device:
            raise ValueError(f"Envelope of '{envelope.device}' on the topic of '{device}'.")

        def committed(done: "Future[Ack]") -> None:
            failure = done.exception()
            if failure is not None:
                _log.error("facts were not taken", device=device, error=str(failure))
                return
            self.acknowledge(device, done.result())

        self._take(envelope).add_done_callback(committed)

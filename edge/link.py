"""The station's MQTT 5 link: presence with a will, desired state and acknowledgements in, facts out.

Threads: paho's network thread only puts what comes onto the agent's queue.
"""

import random
from collections.abc import Callable
from typing import Any

import paho.mqtt.client as mqtt
import structlog
from paho.mqtt.enums import MQTTErrorCode
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from edge.broker_client import BrokerClient
from edge.contract.codec import BadMessage, decode_holder, encode
from edge.contract.site import Broker
from edge.contract.state import Holder, Presence
from edge.contract.topics import RETAINED, Channel, Topic
from edge.identity import Claim
from edge.sender import NOBODY, WINDOW_EVENTS
from edge.unconnected import TAKEN_OVER, hung_up

KEEP_ALIVE_S = 10
RECONNECT_FIRST_S = 1
RECONNECT_MAX_S = 8
"""Connecting is tried after 1 s, then twice as late each time, at most every 4 to 8 s (drawn for each station)."""
QUEUED_MAX = 2 * WINDOW_EVENTS
"""So many messages that the broker has not confirmed mean that it takes none: no more are queued. It is more than the
sender has under way."""
DISCONNECT_WITH_WILL = "Disconnect with will message"
"""The goodbye after which the broker publishes the will: it needs no place in a queue.

Source: MQTT 5.0, section 3.14.2.1, reason code 0x04.
"""
_log = structlog.get_logger("link")


class Link:
    """Keeps the station connected.

    Args:
        site, device: Names in the topics.
        broker: Where the broker is.
        new_session: Makes a random id for each connection, so that a late will cannot mark a newer one offline.
        rng: For the jitter of reconnecting, so that a hall of stations does not come back at once.
        on_message: Called with (channel, payload).
        on_link: Called with whether the link is up.
        who: Which board this is, and its claim to the station's name.
        on_shut_out: Called when another board has the name.

    Raises:
        BadSite: the broker's password or authority cannot be read.
    """

    def __init__(
        self,
        site: str,
        device: str,
        broker: Broker,
        *,
        new_session: Callable[[], str],
        rng: random.Random,
        on_message: Callable[[Channel, bytes], None],
        on_link: Callable[[bool], None],
        who: Claim = NOBODY,
        on_shut_out: Callable[[Holder], None] = lambda _holder: None,
    ) -> None:
        self._site = site
        self._device = device
        self._broker = broker
        self._who = who
        self._on_shut_out = on_shut_out
        self._shut_out = False
        self._new_session = new_session
        self._session = ""
        self._on_message = on_message
        self._on_link = on_link
        self._said = ""
        self._is_up = self._answered = False
        name = (
            f"{site}-{device}-{who.board}" if who.board else f"{site}-{device}"
        )  # two boards do not put each other out
        client = BrokerClient(broker, name, queued_max=QUEUED_MAX)
        # paho doubles the wait up to the maximum; drawing that spreads the stations out
        client.reconnect_delay_set(RECONNECT_FIRST_S, rng.randint(RECONNECT_MAX_S // 2, RECONNECT_MAX_S))
        client.on_connect = self._connected
        client.on_connect_fail = self._failed
        client.on_disconnect = self._disconnected
        client.on_message = self._message
        self._client = client
        self._begin_session()

    def start(self) -> None:
        """Connect, now or as soon as the broker is there."""
        self._client.start(KEEP_ALIVE_S)

    def publish(self, channel: Channel, payload: bytes) -> bool:
        """Publish on one of the station's topics; whether it was taken: not while :data:`QUEUED_MAX` wait."""
        sent = self._client.publish(self._topic(channel), payload, qos=1, retain=channel in RETAINED)
        return sent.rc != MQTTErrorCode.MQTT_ERR_QUEUE_SIZE

    def close(self) -> None:
        """Disconnect: the will says goodbye. May be called twice."""
        if self._shut_out:
            self._client.disconnect()  # the name is another board's: no goodbye in it
        else:
            self._client.disconnect(reasoncode=ReasonCode(PacketTypes.DISCONNECT, DISCONNECT_WITH_WILL))
        self._client.loop_stop()

    def _say_online(self) -> None:
        """Retained, and with QoS 0: it goes past the queue, which may be full, and is never repeated from it after the
        presence of a newer session. A connection that does not bring it over breaks, and is followed by another."""
        online = encode(Presence(online=True, session=self._session, board=self._who.board, claim=self._who.claim))
        self._client.publish(self._topic(Channel.PRESENCE), online, qos=0, retain=True)

    def _begin_session(self) -> None:
        """A new session id, in the will of the next connection."""
        self._session = self._new_session()
        offline = encode(Presence(online=False, session=self._session, board=self._who.board, claim=self._who.claim))
        self._client.will_set(self._topic(Channel.PRESENCE), offline, qos=1, retain=True)

    def _topic(self, channel: Channel) -> str:
        return str(Topic(self._site, self._device, channel))

    def _connected(
        self, client: mqtt.Client, _data: Any, _flags: Any, reason: ReasonCode, _properties: Properties | None
    ) -> None:
        self._answered = True
        if reason.is_failure:
            self._say(f"The broker refused station {self._device}: {reason}.")
            return
        self._said = ""
        self._is_up = True
        client.subscribe([(self._topic(c), 1) for c in (Channel.HOLDER, Channel.ACK, Channel.DESIRED, Channel.COMMAND)])
        self._say_online()
        _log.info("connected", broker=f"{self._broker.host}:{self._broker.port}")
        self._on_link(True)

    def _failed(self, *_: Any) -> None:
        self._say(self._client.why)

    def _say(self, why: str) -> None:
        """Say why there is no link, once: it is tried again every few seconds."""
        if why != self._said:
            self._said = why
            _log.warning("no link; the station works on and keeps trying", why=why)

    def _disconnected(
        self, _client: mqtt.Client, _data: Any, _flags: Any, reason: ReasonCode, _properties: Properties | None
    ) -> None:
        if reason.getName() == TAKEN_OVER:
            _log.error("another agent connects under this station's name; there may be only one", station=self._device)
        elif reason.is_failure and not self._answered:
            self._say(hung_up(self._broker))
        elif reason.is_failure and self._is_up:
            _log.warning("broker lost; the station works on and connects again", reason=str(reason))
        self._is_up = self._answered = False
        self._begin_session()
        self._on_link(False)

    def _message(self, _client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
        channel = Topic.parse(message.topic).channel
        if channel is not Channel.HOLDER:
            self._on_message(channel, bytes(message.payload))
            return
        try:
            holder = decode_holder(bytes(message.payload))
        except BadMessage as error:
            _log.warning("message not understood", channel=str(channel), error=str(error))
            return
        if self._who.board and holder.board != self._who.board and holder.claim >= self._who.claim:
            self._shut_out = True
            self._on_shut_out(holder)

"""Delivering what an outbox still holds, without its station: an old card in a reader, a board that was replaced."""

import threading
from collections.abc import Callable
from typing import Any

import paho.mqtt.client as mqtt
import structlog
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from edge.broker_client import BrokerClient
from edge.contract.codec import BadMessage, decode_ack, encode
from edge.contract.events import LEFT_OVER
from edge.contract.site import Broker
from edge.contract.topics import Channel, Topic
from edge.identity import Claim
from edge.outbox import AckOutcome, Outbox
from edge.sender import Sender

QUEUED_MAX = 400
KEEP_ALIVE_S = 10
LOOK_S = 0.02
_log = structlog.get_logger("left over")


class Delivery:
    """Sends the facts of one outbox that the hub has not acknowledged; each is taken once, however often it is sent.

    Args:
        site, device: Names in the topics.
        broker: Where the broker is.
        outbox: What was left.
        now_us: Monotonic microseconds.

    Raises:
        BadSite: the broker's password or authority cannot be read.
    """

    def __init__(self, site: str, device: str, broker: Broker, outbox: Outbox, now_us: Callable[[], int]) -> None:
        self._outbox = outbox
        self._now_us = now_us
        self._events = str(Topic(site, device, Channel.EVENT))
        self._acks = str(Topic(site, device, Channel.ACK))
        self._sender = Sender(device, outbox, Claim(board=f"card-{outbox.journal[:8]}", claim=LEFT_OVER))
        self._lock = threading.Lock()
        client = BrokerClient(broker, f"{site}-{device}-card-{outbox.journal[:8]}", queued_max=QUEUED_MAX)
        client.on_connect = self._connected
        client.on_disconnect = lambda *_: self._linked(False)
        client.on_message = lambda _client, _data, message: self._message(bytes(message.payload))
        self._client = client

    @property
    def why(self) -> str:
        """Why there is no link to the broker; empty if there never was a reason."""
        return self._client.why

    def run(self, patience_s: float, ended: threading.Event) -> int:
        """Deliver until everything is, nothing has moved for ``patience_s``, or it is ended; how many facts are left.

        Raises: OutboxDamaged, the card does not take what was acknowledged; the facts are delivered all the same.
        """
        self._client.start(KEEP_ALIVE_S)
        try:
            left, moved_us = self._outbox.unacknowledged, self._now_us()
            while left and not ended.is_set() and self._now_us() - moved_us < patience_s * 1e6:
                with self._lock:
                    envelopes = self._sender.due(self._now_us())
                for envelope in envelopes:
                    self._client.publish(self._events, encode(envelope), qos=1)
                ended.wait(LOOK_S)
                with self._lock:
                    if self._outbox.unacknowledged != left:
                        left, moved_us = self._outbox.unacknowledged, self._now_us()
            return left
        finally:
            self._client.disconnect()
            self._client.loop_stop()

    def _connected(
        self, client: mqtt.Client, _data: Any, _flags: Any, reason: ReasonCode, _properties: Properties | None
    ) -> None:
        if reason.is_failure:
            _log.warning("the broker refused", why=str(reason))
            return
        client.subscribe(self._acks, 1)
        self._linked(True)

    def _linked(self, connected: bool) -> None:
        with self._lock:
            self._sender.connected(connected)

    def _message(self, payload: bytes) -> None:
        try:
            ack = decode_ack(payload)
        except BadMessage as error:
            _log.warning("message not understood", error=str(error))
            return
        if ack.journal != self._outbox.journal:
            return
        with self._lock:
            match self._outbox.acknowledge(ack.generation, ack.seq):
                case AckOutcome.MOVED:
                    self._sender.acknowledged()
                case AckOutcome.REPEATED:
                    self._sender.asked_again(self._now_us())
                case AckOutcome.ELSEWHERE:
                    _log.warning("the hub knows this journal otherwise", watermark=ack.seq, last=self._outbox.last_seq)

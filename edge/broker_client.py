"""paho's MQTT client as stations and the hub set it up, and why it cannot connect."""

import socket
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode

from edge.contract.site import BadSite, Broker
from edge.unconnected import why_not


class BrokerClient(mqtt.Client):
    """An MQTT 5 client of one broker, not connected yet.

    Args:
        broker: Where the broker is, and what it asks for.
        client_id: No other client may have it.
        queued_max: So many messages may wait for the broker; no more are taken.

    Raises:
        BadSite: the broker's password or authority cannot be read.
    """

    def __init__(self, broker: Broker, client_id: str, *, queued_max: int) -> None:
        super().__init__(CallbackAPIVersion.VERSION2, client_id=client_id, protocol=mqtt.MQTTv5)
        self._asked = broker
        self.why = ""
        """Why it could not connect last, in words that say who can mend it; paho tells only that it could not."""
        self.max_queued_messages_set(queued_max)
        if broker.username is not None:
            self.username_pw_set(broker.username, _password(broker))
        if broker.ca_file is not None:
            _trust(self, broker.ca_file)
        self.on_socket_open = _no_delay

    def start(self, keep_alive_s: int) -> None:
        """Connect, now or as soon as the broker is there, and again whenever it is lost."""
        self.connect_async(self._asked.host, self._asked.port, keepalive=keep_alive_s)
        self.loop_start()

    def reconnect(self) -> MQTTErrorCode:
        """As paho's. Raises: OSError."""
        try:
            return super().reconnect()
        except OSError as error:
            self.why = why_not(self._asked, error)
            raise
        except UnicodeError as error:  # a name that no machine can have; paho would end its thread
            self.why = f"{self._asked.host}: expected a machine's name or address in broker.host: {error}."
            raise OSError(self.why) from error


def _password(broker: Broker) -> str | None:
    if broker.password_file is None:
        return None
    try:
        return Path(broker.password_file).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadSite(f"broker.password_file: expected a file with the password, got: {error}.") from error


def _trust(client: mqtt.Client, ca_file: str) -> None:
    try:
        client.tls_set(ca_file)
    except OSError as error:
        raise BadSite(f"broker.ca_file: expected the PEM file of an authority: '{ca_file}': {error}.") from error


def _no_delay(_client: mqtt.Client, _data: Any, sock: Any) -> None:
    """Nagle's algorithm and delayed acknowledgement together cost 40 ms a message."""
    inner = getattr(sock, "_socket", sock)
    if isinstance(inner, socket.socket):
        inner.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

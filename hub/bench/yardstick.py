"""What a chain of messages and commits is measured against: a plain MQTT echo and a plain durable commit.

Samples are taken one by one between the lights, at their pace: a processor that has slept and caches that have gone
cold cost the chain and its yardstick alike. A second row of samples without pauses shows what is left when they don't.
"""

import socket
import sqlite3
import threading
import time
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

ECHO_TIMEOUT_S = 2.0
PAYLOAD = b"x" * 300
"""As long as a fact in its envelope."""


class Yardstick:
    """One MQTT client that sends, another that answers, and a table on the disk that the hub and stations are on.

    Args:
        port: The broker's, on the loopback interface.
        directory: Where its database goes.

    Raises:
        TimeoutError: the broker did not answer.
    """

    def __init__(self, port: int, directory: Path) -> None:
        self._back = threading.Event()
        self._here, self._there = _client("bench-here"), _client("bench-there")
        self._there.on_message = self._answer
        self._here.on_message = lambda _client, _data, _message: self._back.set()
        self._listen(self._here, "bench/back", port)
        self._listen(self._there, "bench/forth", port)
        self._db = sqlite3.connect(directory / "yardstick.db", isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, body BLOB)")

    def echo_us(self) -> int:
        """One message there and back, QoS 1, in microseconds. Raises: TimeoutError."""
        self._back.clear()
        begun = time.monotonic_ns()
        self._here.publish("bench/forth", PAYLOAD, qos=1)
        if not self._back.wait(ECHO_TIMEOUT_S):
            raise TimeoutError(f"Expected the echo of a message within {ECHO_TIMEOUT_S} s, got none.")
        return (time.monotonic_ns() - begun) // 1000

    def commit_us(self) -> int:
        """One row committed, durable as facts are, in microseconds."""
        begun = time.monotonic_ns()
        self._db.execute("INSERT INTO t (body) VALUES (?)", (PAYLOAD,))
        return (time.monotonic_ns() - begun) // 1000

    def close(self) -> None:
        """Let go of broker and file."""
        for client in (self._here, self._there):
            client.disconnect()
            client.loop_stop()
        self._db.close()

    @staticmethod
    def _answer(client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
        client.publish("bench/back", message.payload, qos=1)

    @staticmethod
    def _listen(client: mqtt.Client, topic: str, port: int) -> None:
        listening = threading.Event()
        client.on_subscribe = lambda *_: listening.set()
        client.on_connect = lambda *_: client.subscribe(topic, 1) and None
        client.connect("127.0.0.1", port)
        client.loop_start()
        if not listening.wait(ECHO_TIMEOUT_S):
            raise TimeoutError(f"Expected the broker to take a subscription within {ECHO_TIMEOUT_S} s, it did not.")


def _client(name: str) -> mqtt.Client:
    made = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=name, protocol=mqtt.MQTTv5)
    made.on_socket_open = _no_delay
    return made


def _no_delay(_client: mqtt.Client, _data: Any, sock: Any) -> None:
    if isinstance(sock, socket.socket):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

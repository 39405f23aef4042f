"""A broker on a real port that says as much as the test wants: a station's messages may stay unconfirmed."""

import socket
import threading
from contextlib import suppress
from dataclasses import dataclass
from io import BufferedIOBase

CONNECT, PUBLISH, SUBSCRIBE, PINGREQ, DISCONNECT = 0x10, 0x30, 0x80, 0xC0, 0xE0
CONNACK = b"\x20\x03\x00\x00\x00"
PINGRESP = b"\xd0\x00"


@dataclass(frozen=True)
class Packet:
    """One MQTT 5 packet: its kind, the flags of its first byte, and what follows its length."""

    kind: int
    flags: int
    body: bytes

    @property
    def topic(self) -> str:
        """Of a PUBLISH."""
        return self.body[2 : 2 + int.from_bytes(self.body[:2], "big")].decode()

    @property
    def qos(self) -> int:
        """Of a PUBLISH."""
        return self.flags >> 1 & 3


class MuteBroker:
    """Accepts connections, one after the other, and confirms messages only while ``confirms``."""

    def __init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._server.getsockname()[1])
        self.confirms = False
        self.sessions: list[list[Packet]] = []
        """The packets of each connection."""
        self._closed = False
        self._line: socket.socket | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def hang_up(self) -> None:
        """Break the connection."""
        line = self._line
        if line is not None:
            with suppress(OSError):  # the station may have hung up just now
                line.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Stop."""
        self._closed = True
        self.hang_up()
        with socket.create_connection(("127.0.0.1", self.port)):
            self._thread.join(3)
        self._server.close()

    def published(self, session: int, ending: str) -> list[Packet]:
        """What was published in a connection on a topic with this end."""
        packets = self.sessions[session] if len(self.sessions) > session else []
        return [p for p in list(packets) if p.kind == PUBLISH and p.topic.endswith(ending)]

    def _run(self) -> None:
        while True:
            line, _ = self._server.accept()
            if self._closed:
                line.close()
                return
            self._line = line
            packets: list[Packet] = []
            self.sessions.append(packets)
            with line, line.makefile("rb") as stream:
                try:
                    while first := stream.read(1):
                        packet = Packet(first[0] & 0xF0, first[0] & 0x0F, stream.read(_length(stream)))
                        packets.append(packet)
                        line.sendall(self._answer(packet))
                except OSError:
                    continue  # the station has gone
            self._line = None

    def _answer(self, packet: Packet) -> bytes:
        match packet.kind:
            case 0x10:
                return CONNACK
            case 0x80:
                return b"\x90\x06" + packet.body[:2] + b"\x00\x01\x01\x01"
            case 0xC0:
                return PINGRESP
            case 0x30 if packet.qos and self.confirms:
                at = 2 + len(packet.topic.encode())
                return b"\x40\x02" + packet.body[at : at + 2]
        return b""


def _length(stream: BufferedIOBase) -> int:
    """The remaining length: seven bits a byte, the low ones first. Source: MQTT 5.0, section 1.5.5."""
    length = shift = 0
    while True:
        came = stream.read(1)
        if not came:
            raise ConnectionResetError("the station has gone within a packet")
        byte = came[0]
        length |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            return length

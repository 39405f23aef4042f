"""A test's hands and eyes at a simulated station: a client of its hands socket."""

import socket
from pathlib import Path
from typing import Any

from edge.contract.hands import HandsReply, HandsRequest, Look, Seen, SeenLight, decode_reply, encode_line
from tests.waiting import wait_until


class Hands:
    """One connection to a station's hands."""

    def __init__(self, path: Path, timeout_s: float = 10) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(timeout_s)
        wait_until(lambda: self._reaches(path), timeout_s, f"hands at {path}")
        self._lines = self._socket.makefile("rb")

    def _reaches(self, path: Path) -> bool:
        return self._socket.connect_ex(str(path)) == 0

    def do(self, request: HandsRequest) -> Any:
        """Ask, and wait for the reply."""
        self.send_line(encode_line(request))
        return self.next_reply()

    def send_line(self, line: bytes) -> None:
        """Send anything."""
        self._socket.sendall(line)

    def next_reply(self) -> HandsReply:
        """The next line."""
        line = self._lines.readline()
        assert line, "the station closed the hands"
        return decode_reply(line)

    def look(self) -> Seen:
        """What is seen now."""
        seen = self.do(Look())
        assert isinstance(seen, Seen)
        return seen

    def light(self, place: str) -> SeenLight | None:
        """The light at a place, or None if it is dark."""
        return next((light for light in self.look().lights if light.place == place), None)

    def close(self) -> None:
        """Let go."""
        self._lines.close()
        self._socket.close()

"""The other end of a station's hands: one connection over which requests are answered in order."""

import socket
from pathlib import Path
from types import TracebackType
from typing import Self

from edge.contract.hands import AnyReply, HandsRequest, decode_reply, encode_line

ANSWER_TIMEOUT_S = 10.0


class NoHands(Exception):
    """No simulated station listens there, or it has gone; the text says where one was expected."""


class HandsClient:
    """One connection to a station's hands.

    Args:
        path: The station's socket.

    Raises: NoHands.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._line = socket.socket(socket.AF_UNIX)
        try:
            self._line.connect(str(path))
        except OSError as error:
            self._line.close()
            raise NoHands(
                f"{path}: expected the hands of a simulated station, got: {error}. Is it running with --simulate, and"
                f" is {path.parent} its --hands?"
            ) from error
        self._replies = self._line.makefile("rb")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def do(self, request: HandsRequest) -> AnyReply:
        """Ask for something, and wait for the answer. Raises: NoHands, the station has gone."""
        self._line.settimeout(ANSWER_TIMEOUT_S)
        try:
            self._line.sendall(encode_line(request))
        except OSError as error:
            raise self._gone(error) from error
        return self.next_reply()

    def next_reply(self, timeout_s: float | None = ANSWER_TIMEOUT_S) -> AnyReply:
        """The next line that the station says; None waits for ever. Raises: NoHands, the station has gone."""
        self._line.settimeout(timeout_s)
        try:
            line = self._replies.readline()
        except (OSError, ValueError) as error:
            raise self._gone(error) from error
        if not line:
            raise self._gone("it closed the line")
        return decode_reply(line)

    def shut(self) -> None:
        """End the connection while another thread waits for a reply: that one gets NoHands."""
        self._line.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Let go. May be called twice."""
        self._replies.close()
        self._line.close()

    def _gone(self, why: object) -> NoHands:
        return NoHands(f"{self._path}: expected the station to answer, got: {why}.")

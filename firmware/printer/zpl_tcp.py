"""A ZPL label printer on TCP port 9100.

Source: Zebra, ZPL II Programming Guide (``~HS`` host status return: three strings between STX and ETX).
"""

import socket
from dataclasses import dataclass

from firmware.errors import FirmwareError

REPLY_BYTES_MAX = 512
"""The three strings of a host status are 82 bytes long."""


class PrinterFault(FirmwareError):
    """The printer did not take the label, or cannot say whether it did."""


@dataclass(frozen=True, kw_only=True)
class PrinterStatus:
    """What ``~HS`` says."""

    paper_out: bool
    paused: bool
    head_up: bool
    ribbon_out: bool

    @property
    def fault(self) -> str:
        """What a person must mend, or an empty text."""
        for wrong, words in (
            (self.paper_out, "out of paper"),
            (self.head_up, "the head is open"),
            (self.ribbon_out, "out of ribbon"),
            (self.paused, "paused"),
        ):
            if wrong:
                return words
        return ""


def parse_status(reply: bytes) -> PrinterStatus:
    """A host status from its three strings.

    Raises:
        PrinterFault: fewer than two strings, or fields missing.
    """
    strings = [part.partition(b"\x03")[0] for part in reply.split(b"\x02")[1:]]
    fields = [string.decode("ascii", "replace").split(",") for string in strings]
    if len(fields) < 2 or len(fields[0]) < 3 or len(fields[1]) < 4:
        raise PrinterFault(f"Host status: expected three strings, got {reply[:80]!r}.")
    return PrinterStatus(
        paper_out=fields[0][1] == "1",
        paused=fields[0][2] == "1",
        head_up=fields[1][2] == "1",
        ribbon_out=fields[1][3] == "1",
    )


class LabelPrinter:
    """Prints labels one at a time; a label counts as printed only when the printer has answered after it."""

    def __init__(self, host: str, port: int, timeout_s: float = 3.0) -> None:
        self._address = (host, port)
        self._timeout_s = timeout_s

    def status(self) -> PrinterStatus:
        """Ask for the status. Raises: PrinterFault."""
        with self._open() as line:
            return self._ask(line)

    def print(self, zpl: str) -> None:
        """Print one label.

        Raises:
            PrinterFault: nothing was sent because the printer is not ready, or it did not answer afterwards.
        """
        with self._open() as line:
            before = self._ask(line)
            if before.fault:
                raise PrinterFault(f"{self._name}: {before.fault}; nothing was sent.")
            try:
                line.sendall(zpl.encode())
            except OSError as error:
                raise PrinterFault(f"{self._name}: the label was cut off: {error}.") from error
            after = self._ask(line)
            if after.fault:
                raise PrinterFault(f"{self._name}: {after.fault} after the label was sent.")

    @property
    def _name(self) -> str:
        return f"printer {self._address[0]}:{self._address[1]}"

    def _open(self) -> socket.socket:
        try:
            return socket.create_connection(self._address, self._timeout_s)
        except OSError as error:
            raise PrinterFault(f"{self._name}: expected a printer, got: {error}.") from error

    def _ask(self, line: socket.socket) -> PrinterStatus:
        try:
            line.sendall(b"~HS")
            reply = b""
            while reply.count(b"\x03") < 3 and len(reply) < REPLY_BYTES_MAX:
                part = line.recv(256)
                if not part:
                    break
                reply += part
        except OSError as error:
            raise PrinterFault(f"{self._name}: no host status: {error}.") from error
        return parse_status(reply)

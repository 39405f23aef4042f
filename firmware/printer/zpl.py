"""A ZPL label printer, over whatever line it is reached.

Source: Zebra, ZPL II Programming Guide (``~HS`` host status return: three strings between STX and ETX; a printer out
of media or ribbon, with an open head or too hot, does not answer at all).
"""

import re
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import Protocol

from firmware.errors import FirmwareError
from firmware.printer.lines import PORT, REPLY_BYTES_MAX, TcpLine, UsbLine

TIMEOUT_S = 3.0
"""A printer that says nothing for so long has failed."""
REPLY_PARTS_MAX = 32
"""A reply comes in at most so many parts, each within the time-out."""
PRINT_ASKS_MAX = 40
PRINT_ASK_EVERY_S = 0.2
"""After a label was sent the printer is asked so often, and so far apart, whether it is printed: 8 s in all."""
_STRING = re.compile(rb"\x02([^\x02\x03]*)\x03")


class PrinterFault(FirmwareError):
    """The printer did not take the label, or cannot say whether it did."""


class NothingSent(PrinterFault):
    """The printer is not there or not ready, and got nothing of the label: it cannot come out later."""


@dataclass(frozen=True, kw_only=True)
class PrinterStatus:
    """What ``~HS`` says."""

    paper_out: bool
    paused: bool
    buffer_full: bool
    too_cold: bool
    too_hot: bool
    head_up: bool
    ribbon_out: bool
    labels_left: int
    """Labels and formats that it was sent and has not printed yet."""

    @property
    def fault(self) -> str:
        """What a person must mend, or an empty text."""
        for wrong, words in (
            (self.paper_out, "out of paper"),
            (self.head_up, "the head is open"),
            (self.ribbon_out, "out of ribbon"),
            (self.too_hot, "the head is too hot"),
            (self.too_cold, "the head is too cold"),
            (self.paused, "paused"),
            (self.buffer_full, "its buffer is full"),
        ):
            if wrong:
                return words
        return ""


def parse_status(reply: bytes) -> PrinterStatus:
    """A host status from its three strings.

    Raises:
        PrinterFault: not three whole strings, or fields missing or of another form.
    """
    strings = [string.decode("ascii", "replace").split(",") for string in _STRING.findall(reply)]
    if len(strings) != 3 or len(strings[0]) < 12 or len(strings[1]) < 9:
        raise PrinterFault(f"Host status: expected three strings of 12, 11 and 2 fields, got {reply[:80]!r}.")
    first, second, _ = strings
    try:
        return PrinterStatus(
            paper_out=_flag(first[1]),
            paused=_flag(first[2]),
            buffer_full=_flag(first[5]),
            too_cold=_flag(first[10]),
            too_hot=_flag(first[11]),
            head_up=_flag(second[2]),
            ribbon_out=_flag(second[3]),
            labels_left=_count(first[4]) + _count(second[8]),
        )
    except ValueError as error:
        raise PrinterFault(f"Host status: {error}, in {reply[:80]!r}.") from error


def _flag(text: str) -> bool:
    if text not in ("0", "1"):
        raise ValueError(f"expected 0 or 1, got '{text}'")
    return text == "1"


def _count(text: str) -> int:
    if not (text.isdecimal() and text.isascii()):
        raise ValueError(f"expected a number, got '{text}'")
    return int(text)


class Line(Protocol):
    """A way to the printer."""

    def send(self, data: bytes) -> None:
        """Send all of it. Raises: OSError."""
        ...

    def receive(self) -> bytes:
        """The next bytes; none if the line was closed. Raises: TimeoutError, OSError."""
        ...

    def close(self) -> None:
        """Let go."""
        ...


class LabelPrinter:
    """Prints labels one at a time; a label counts as printed only when the printer says that none is left to print.

    Args:
        name: What to call it in an error.
        open_line: Makes a way to it, for each label a new one. Raises: OSError, UnicodeError.
    """

    def __init__(self, name: str, open_line: Callable[[], Line]) -> None:
        self._name = name
        self._open_line = open_line

    def status(self) -> PrinterStatus:
        """Ask for the status. Raises: PrinterFault."""
        with closing(self._open()) as line:
            return self._ask(line)

    def ready(self) -> None:
        """Ask whether it would print. Raises: NothingSent, it would not, and why."""
        self._open_ready().close()

    def print(self, zpl: str) -> None:
        """Print one label, and wait until it is printed; takes at most :data:`PRINT_ASKS_MAX` questions.

        Raises:
            NothingSent: the printer is not there or not ready.
            PrinterFault: the label was sent, or a part of it, and the printer did not print it, or does not say so: it
                may still come out when the printer is mended.
        """
        with closing(self._open_ready()) as line:
            try:
                line.send(zpl.encode())
            except OSError as error:
                raise PrinterFault(f"{self._name}: the label was cut off: {error}.") from error
            for turn in range(PRINT_ASKS_MAX):
                if turn:
                    time.sleep(PRINT_ASK_EVERY_S)
                after = self._ask(line)
                if after.fault:
                    raise PrinterFault(f"{self._name}: {after.fault} after the label was sent.")
                if after.labels_left == 0:
                    return
            waited_s = PRINT_ASKS_MAX * PRINT_ASK_EVERY_S
            raise PrinterFault(f"{self._name}: {after.labels_left} labels still to print {waited_s:.0f} s later.")

    def _open_ready(self) -> Line:
        """A line to a printer that says that it is ready. Raises: NothingSent."""
        try:
            line = self._open()
            try:
                fault = self._ask(line).fault
            except PrinterFault:
                line.close()
                raise
        except PrinterFault as error:
            raise NothingSent(str(error)) from error
        if fault:
            line.close()
            raise NothingSent(f"{self._name}: {fault}; nothing was sent.")
        return line

    def _open(self) -> Line:
        try:
            return self._open_line()
        except (OSError, UnicodeError) as error:
            raise PrinterFault(f"{self._name}: expected a printer, got: {error}.") from error

    def _ask(self, line: Line) -> PrinterStatus:
        reply = b""
        try:
            line.send(b"~HS")
            for _ in range(REPLY_PARTS_MAX):
                part = line.receive()
                reply += part
                if not part or reply.count(b"\x03") >= 3 or len(reply) >= REPLY_BYTES_MAX:
                    break
        except TimeoutError as error:
            raise PrinterFault(f"{self._name}: no answer in time: look for paper, ribbon, an open head.") from error
        except OSError as error:
            raise PrinterFault(f"{self._name}: no host status: {error}.") from error
        if not reply:
            raise PrinterFault(f"{self._name}: expected a host status, the line was closed: look whether it is on.")
        return parse_status(reply)


def network_printer(host: str, port: int = PORT, timeout_s: float = TIMEOUT_S) -> LabelPrinter:
    """A printer on the network."""
    return LabelPrinter(f"printer {host}:{port}", lambda: TcpLine(host, port, timeout_s))


def usb_printer(path: str, timeout_s: float = TIMEOUT_S) -> LabelPrinter:
    """A printer on USB, at its device."""
    return LabelPrinter(f"printer {path}", lambda: UsbLine(path, timeout_s))

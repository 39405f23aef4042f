"""The twin of a label printer: a TCP server that keeps the labels it was sent in its tray."""

import re
import socket
import socketserver
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from firmware.twin.pty_port import PtyPort

TRAY_MAX = 1000
"""The oldest label falls out of a tray that nobody empties."""
BUFFER_LABELS_MAX = 50
"""Labels that wait for paper; what comes when it is full is lost, and the status says that it is full."""
USB_WAIT_S = 0.2
LINE_BYTES_MAX = 1_000_000
"""A client that sends more without ending a label is cut off."""
STATUS = b"~HS"
_LABEL = re.compile(rb"\^XA.*?\^XZ", re.DOTALL)


@dataclass(frozen=True)
class PrintedLabel:
    """One label in the tray."""

    number: int
    zpl: str


class LabelPrinterTwin:
    """A ZPL printer on a free loopback port, and on USB too: a pseudo-terminal at ``device``.

    Out of paper or with its head open it answers nothing, as a real one; paused it answers so. What it was sent
    meanwhile comes out when that is mended.
    """

    def __init__(self) -> None:
        self._tray: deque[PrintedLabel] = deque(maxlen=TRAY_MAX)
        self._buffer: deque[str] = deque()
        self._number = 0
        self._stopped = {"paper": False, "head": False, "pause": False}
        self._roll: int | None = None
        self._lock = threading.Lock()
        self._plugged = True
        self.answers: Callable[[bytes], bytes] = lambda said: said
        """What becomes of its answers on their way; it may take its time."""
        self._lines: set[socket.socket] = set()
        twin = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                twin._serve(self.request)

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            allow_reuse_address = True

        self._server = Server(("127.0.0.1", 0), Handler)
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(
            target=lambda: self._server.serve_forever(0.2), name="printer-twin", daemon=True
        )
        self._thread.start()
        self._usb = PtyPort()
        self.device = self._usb.path
        self._closed = False
        self._usb_thread = threading.Thread(target=self._serve_usb, name="printer-twin-usb", daemon=True)
        self._usb_thread.start()

    @property
    def waiting(self) -> int:
        """Labels in the tray."""
        return len(self._tray)

    def take(self) -> PrintedLabel | None:
        """Take the oldest label out of the tray."""
        with self._lock:
            return self._tray.popleft() if self._tray else None

    @property
    def paper_out(self) -> bool:
        """Whether the roll is at its end; False puts in a new one without an end."""
        return self._stopped["paper"]

    @paper_out.setter
    def paper_out(self, out: bool) -> None:
        self._roll = None
        self._stop("paper", out)

    def load_paper(self, labels: int) -> None:
        """Put in a roll of so many labels: after the last one the paper is out."""
        self._roll = labels
        self._stop("paper", labels == 0)

    @property
    def head_open(self) -> bool:
        """Whether somebody has opened the head."""
        return self._stopped["head"]

    @head_open.setter
    def head_open(self, is_open: bool) -> None:
        self._stop("head", is_open)

    @property
    def paused(self) -> bool:
        """Whether somebody has pressed its pause button."""
        return self._stopped["pause"]

    @paused.setter
    def paused(self, paused: bool) -> None:
        self._stop("pause", paused)

    def unplug(self) -> None:
        """No answer any more; who speaks with it is cut off, and what waited for paper is forgotten."""
        with self._lock:
            self._plugged = False
            self._buffer.clear()
            for line in self._lines:
                _hang_up(line)

    def plug(self) -> None:
        """Answers again."""
        with self._lock:
            self._plugged = True

    def close(self) -> None:
        """End. May be called twice."""
        self.unplug()
        self._closed = True
        self._server.shutdown()
        self._server.server_close()
        self._usb_thread.join(2)
        self._usb.close()

    def _stop(self, why: str, stopped: bool) -> None:
        with self._lock:
            self._stopped[why] = stopped
            self._print_buffer()

    def _serve(self, line: socket.socket) -> None:
        with self._lock:
            if not self._plugged:
                return
            self._lines.add(line)
        heard = b""
        try:
            while len(heard) < LINE_BYTES_MAX and (part := line.recv(65536)):
                heard = self._hear(line.sendall, heard + part)
        except ConnectionError:
            return  # a host that goes away is none of a printer's business
        finally:
            with self._lock:
                self._lines.discard(line)

    def _serve_usb(self) -> None:
        heard = b""
        while not self._closed:
            part = self._usb.receive(USB_WAIT_S)
            with self._lock:
                plugged = self._plugged
            heard = self._hear(self._usb.send, heard + part) if plugged else b""

    def _hear(self, say: Callable[[bytes], None], heard: bytes) -> bytes:
        """Obey what is whole, in its order; the rest. A status is asked for at once, also within a label."""
        while True:
            label = _LABEL.search(heard)
            asked = heard.find(STATUS)
            if label and (asked < 0 or label.start() < asked):
                self._accept(label.group().decode("utf-8", "replace"))
                heard = heard[label.end() :]
            elif asked >= 0:
                heard = heard[:asked] + heard[asked + len(STATUS) :]
                answer = self._status()
                if answer and (heard_there := self.answers(answer)):
                    say(heard_there)
            else:
                return heard

    def _accept(self, zpl: str) -> None:
        with self._lock:
            if self._plugged and len(self._buffer) < BUFFER_LABELS_MAX:
                self._buffer.append(zpl)
                self._print_buffer()

    def _print_buffer(self) -> None:
        while self._buffer and not any(self._stopped.values()):
            self._number += 1
            self._tray.append(PrintedLabel(self._number, self._buffer.popleft()))
            if self._roll is not None:
                self._roll -= 1
                self._stopped["paper"] = self._roll == 0

    def _status(self) -> bytes:
        with self._lock:
            if self._stopped["paper"] or self._stopped["head"]:
                return b""
            left = len(self._buffer)
            paused, full = int(self._stopped["pause"]), int(left >= BUFFER_LABELS_MAX)
        first = f"\x02014,0,{paused},1218,{left:03d},{full},0,0,000,0,0,0\x03\r\n"
        second = "\x02001,0,0,0,1,2,6,0,00000000,1,000\x03\r\n"
        return (first + second + "\x021234,0\x03\r\n").encode()


def _hang_up(line: socket.socket) -> None:
    try:
        line.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # the other side was faster

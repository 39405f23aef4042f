"""The twin of a label printer: a TCP server that keeps the labels it was sent in its tray."""

import re
import socketserver
import threading
from collections import deque
from dataclasses import dataclass
from typing import Any

TRAY_MAX = 1000
"""The oldest label falls out of a tray that nobody empties."""
_LABEL = re.compile(rb"\^XA.*?\^XZ", re.DOTALL)


@dataclass(frozen=True)
class PrintedLabel:
    """One label in the tray."""

    number: int
    zpl: str


class LabelPrinterTwin:
    """A ZPL printer on a free loopback port."""

    def __init__(self) -> None:
        self._tray: deque[PrintedLabel] = deque(maxlen=TRAY_MAX)
        self._number = 0
        self.paper_out = False
        self._lock = threading.Lock()
        self._plugged = True
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

    @property
    def waiting(self) -> int:
        """Labels in the tray."""
        return len(self._tray)

    def take(self) -> PrintedLabel | None:
        """Take the oldest label out of the tray."""
        with self._lock:
            return self._tray.popleft() if self._tray else None

    def unplug(self) -> None:
        """No answer any more."""
        self._plugged = False

    def plug(self) -> None:
        """Answers again."""
        self._plugged = True

    def close(self) -> None:
        """End. May be called twice."""
        self._server.shutdown()
        self._server.server_close()

    def _serve(self, line: Any) -> None:
        buffer = b""
        while self._plugged:
            part = line.recv(65536)
            if not part:
                return
            buffer += part
            while True:
                label = _LABEL.search(buffer)
                ask = buffer.find(b"~HS")
                if label and (ask < 0 or label.start() < ask):
                    self._print(label.group().decode("utf-8", "replace"))
                    buffer = buffer[label.end() :]
                elif ask >= 0:
                    buffer = buffer[ask + 3 :]
                    line.sendall(self._status())
                else:
                    break

    def _print(self, zpl: str) -> None:
        with self._lock:
            self._number += 1
            self._tray.append(PrintedLabel(self._number, zpl))

    def _status(self) -> bytes:
        paper = int(self.paper_out)
        first = f"\x02014,{paper},0,1218,000,0,0,0,000,0,0,0\x03\r\n"
        second = "\x02001,0,0,0,1,2,6,0,00000000,1,000\x03\r\n"
        return (first + second + "\x021234,0\x03\r\n").encode()

"""The twin of a carrier: sells labels over the protocol of docs/shipping.md on loopback, and fails as it is told to.

For trying an installation out before a contract with a carrier is signed, and for tests.
"""

import hmac
import json
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

from hub.domain.gtin import check_digit

Fault = Literal["lose answer", "refuse work", "answer late", "answer twice", "not sold"]
"""Done, but the connection breaks; 503 before anything is done; done, but after ``late_s``; the answer comes twice on
the line; a 422."""
LABELS_MAX = 100_000
"""A twin that has sold so many has forgotten to end."""


class CarrierTwin:
    """What the carrier knows. One label a key; a key that was voided sells nothing any more.

    Args:
        token: The bearer token that it expects; empty: any.
        late_s: How late a late answer is.
    """

    def __init__(self, token: str = "", late_s: float = 2.0) -> None:
        self._lock = threading.Lock()
        self._token = token
        self.late_s = late_s
        self.labels: dict[str, dict[str, str]] = {}
        """By key: key, tracking, zpl, state."""
        self.asked: list[str] = []
        """The questions so far: method and path."""
        self.faults: deque[Fault] = deque()
        """What goes wrong with the next questions that change something, in turn."""
        self.events: dict[str, list[dict[str, str]]] = {}
        """By tracking number."""

    def sell(self, key: str) -> tuple[int, dict[str, Any]]:
        """(status, answer) of a question for a label."""
        with self._lock:
            known = self.labels.get(key)
            if known is not None and known["state"] == "void":
                return 409, {"detail": f"Key {key} was given back."}
            if known is not None:
                return 200, known
            if len(self.labels) >= LABELS_MAX:
                return 503, {"detail": f"{LABELS_MAX} labels are sold: start the twin anew."}
            digits = f"{len(self.labels) + 1:09d}"
            tracking = f"TW{digits}{check_digit(digits)}"
            self.labels[key] = {"key": key, "tracking": tracking, "zpl": "", "state": "sold"}
            return 201, self.labels[key]

    def void(self, key: str) -> tuple[int, dict[str, Any]]:
        """(status, answer) of a label that is given back: a key that sold nothing never will."""
        with self._lock:
            label = self.labels.setdefault(key, {"key": key, "tracking": "", "zpl": "", "state": "void"})
            if any(e["status"] == "collected" for e in self.events.get(label["tracking"], ())):
                return 409, {"detail": f"{label['tracking']} was collected."}
            label["state"] = "void"
            return 200, label

    def find(self, key: str) -> tuple[int, dict[str, Any]]:
        """(status, answer) of a question whether a key sold something."""
        with self._lock:
            label = self.labels.get(key)
        if label is None or not label["tracking"]:
            return 404, {"detail": f"Nothing was sold under {key}."}
        return 200, label

    def happen(self, tracking: str, status: str, at: str, place: str = "") -> dict[str, str]:
        """Let something happen to a parcel; the event."""
        with self._lock:
            events = self.events.setdefault(tracking, [])
            made = {"event": f"{tracking}-{len(events) + 1}", "tracking": tracking, "status": status}
            events.append(made | {"at": at, "place": place, "detail": ""})
            return events[-1]

    def allowed(self, header: str | None) -> bool:
        """Whether a question has the token."""
        return not self._token or header == f"Bearer {self._token}"

    def next_fault(self) -> Fault | None:
        """What goes wrong with this question."""
        with self._lock:
            return self.faults.popleft() if self.faults else None

    @property
    def sold(self) -> list[str]:
        """The tracking numbers of labels that stand."""
        with self._lock:
            return [label["tracking"] for label in self.labels.values() if label["state"] == "sold"]


class TwinServer:
    """A twin's web server, on a thread; it begins on a free port of loopback unless told which."""

    def __init__(self, twin: CarrierTwin, port: int = 0) -> None:
        self.twin = twin
        self._server = _Server(port, twin)
        self._thread = threading.Thread(target=self._server.serve_forever, name="carrier twin", daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        """End."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def signature(secret: str, body: bytes, at_s: int) -> str:
    """The signature of a tracking message, as the header X-Carrier-Signature has it.

    >>> signature("secret", b"{}", 1)[:10]
    't=1,v1=112'
    """
    digest = hmac.new(secret.encode(), f"{at_s}.".encode() + body, sha256).hexdigest()
    return f"t={at_s},v1={digest}"


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int, twin: CarrierTwin) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.twin = twin

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever asked may hang up; anything else is told."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    """Answers the questions of one connection."""

    protocol_version = "HTTP/1.1"
    server: "_Server"

    @property
    def twin(self) -> CarrierTwin:
        """Whose questions these are."""
        return self.server.twin

    def do_GET(self) -> None:
        """A question that changes nothing."""
        self.twin.asked.append(f"GET {self.path}")
        parts = self.path.strip("/").split("/")
        if not self.twin.allowed(self.headers.get("Authorization")):
            self._answer(401, {"detail": "Expected this carrier's token."})
        elif parts[0] == "labels" and len(parts) == 2:
            self._answer(*self.twin.find(parts[1]))
        elif parts[0] == "tracking" and len(parts) == 2:
            self._answer(200, {"events": self.twin.events.get(parts[1], [])})
        else:
            self._answer(404, {"detail": f"There is nothing at {self.path}."})

    def do_POST(self) -> None:
        """A question that changes something, with the fault whose turn it is."""
        self.twin.asked.append(f"POST {self.path}")
        self.rfile.read(int(self.headers.get("Content-Length", "0")))
        fault = self.twin.next_fault()
        work = self._work()
        if work is None:
            self._answer(404, {"detail": f"There is nothing at {self.path}."})
        elif not self.twin.allowed(self.headers.get("Authorization")):
            self._answer(401, {"detail": "Expected this carrier's token."})
        elif fault == "refuse work":
            self._answer(503, {"detail": "Try again later."})
        elif fault == "not sold":
            self._answer(422, {"detail": "The postcode does not exist."})
        else:
            self._do(work, fault)

    def _work(self) -> Callable[[], tuple[int, dict[str, Any]]] | None:
        parts = self.path.strip("/").split("/")
        if parts == ["labels"]:
            key = self.headers.get("Idempotency-Key", "")
            return lambda: self.twin.sell(key)
        if len(parts) == 3 and parts[0] == "labels" and parts[2] == "void":
            return lambda: self.twin.void(parts[1])
        return None

    def _do(self, work: Callable[[], tuple[int, dict[str, Any]]], fault: Fault | None) -> None:
        status, said = work()
        if fault == "lose answer":
            self.close_connection = True
            return
        if fault == "answer late":
            time.sleep(self.twin.late_s)
        self._answer(status, said)
        if fault == "answer twice":
            self._answer(status, said)

    def _answer(self, status: int, said: dict[str, Any]) -> None:
        body = json.dumps(said).encode()
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            self.close_connection = True  # whoever asked has gone

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the twin's questions stand in :attr:`CarrierTwin.asked`."""

"""The twin of a karrio server: as much of its interface as :mod:`hub.carriers.karrio` asks, on loopback; ships nothing.

It follows karrio's own openapi.yml and what its server does (drafts, 409 on a second purchase, a reference that is
found as a part), and fails as it is told to. It was never compared with a karrio server that runs.
"""

import json
import threading
from base64 import b64encode
from collections import deque
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

from hub.domain.gtin import check_digit

Fault = Literal["lose answer", "refuse work", "not sold", "hang before the carrier answers"]
"""Done, but the connection breaks; 503 before anything is done; a 424 of the carrier; the connection breaks while the
purchase is still under way: :meth:`KarrioTwin.carriers_answer` ends it."""
SHIPMENTS_MAX = 100_000
PAGE_MAX = 100
Answer = tuple[int, dict[str, Any]]


class KarrioTwin:
    """What the server knows.

    Args:
        token: The API key that it expects; empty: any.
        accounts: Its carrier connections, and what each asks (in whole units of money) for whatever service.
    """

    def __init__(self, token: str = "", accounts: dict[str, float] | None = None) -> None:
        self._lock = threading.Lock()
        self._token = token
        self._accounts = {"twin-post": 5.0} if accounts is None else accounts
        self.shipments: dict[str, dict[str, Any]] = {}
        """By id."""
        self.trackers: dict[str, list[dict[str, Any]]] = {}
        """Events by tracking number."""
        self.asked: list[str] = []
        """The questions so far: method and path."""
        self.faults: deque[Fault] = deque()
        """What goes wrong with the next purchases, in turn."""
        self._under_way: list[str] = []

    @property
    def sold(self) -> list[str]:
        """Tracking numbers of labels that stand."""
        with self._lock:
            return [one["tracking_number"] for one in self.shipments.values() if one["status"] == "created"]

    def allowed(self, header: str | None) -> bool:
        """Whether a question has the key."""
        return not self._token or header == f"Token {self._token}"

    def list(self, reference: str, limit: int) -> Answer:
        """A page of the shipments whose reference has this in it, the newest first."""
        with self._lock:
            found = [one for one in self.shipments.values() if reference.lower() in (one["reference"] or "").lower()]
            page = [_without_label(one) for one in reversed(found)][: min(limit, PAGE_MAX)]
            more = "http://twin/next" if len(found) > len(page) else None
            return 200, {"count": len(found), "next": more, "previous": None, "results": page}

    def create(self, said: dict[str, Any]) -> Answer:
        """A draft, with the rates of its services."""
        missing = [name for name in ("shipper", "recipient", "parcels") if not said.get(name)]
        if missing:
            return 400, _errors(f"{missing[0]}: this field is required")
        with self._lock:
            if len(self.shipments) >= SHIPMENTS_MAX:
                return 503, _errors(f"{SHIPMENTS_MAX} shipments are made: start the twin anew.")
            number = f"{len(self.shipments) + 1:09d}"
            accounts = said.get("carrier_ids") or list(self._accounts)
            rates = [
                {"id": f"rat_{number}_{n}", "carrier_id": account, "carrier_name": "generic", "service": service,
                 "total_charge": self._accounts[account], "currency": "EUR", "test_mode": True}
                for n, (account, service) in enumerate((a, s) for a in accounts for s in said.get("services") or ())
                if account in self._accounts
            ]  # fmt: skip
            made = {name: said[name] for name in ("shipper", "recipient", "parcels")} | {
                "id": f"shp_{number}", "object_type": "shipment", "status": "draft", "reference": said.get("reference"),
                "created_at": f"2026-11-28T12:00:00.{number}Z", "tracking_number": None, "rates": rates,
                "messages": [] if rates else [{"message": "no carrier offers the service"}],
                "metadata": dict(said.get("metadata") or {}), "test_mode": True,
            }  # fmt: skip
            self.shipments[made["id"]] = made
            return 201, made

    def update(self, shipment: str, said: dict[str, Any]) -> Answer:
        """Change a shipment's metadata, which may be done at any time."""
        with self._lock:
            one = self.shipments.get(shipment)
            if one is None:
                return 404, _errors("not found")
            one["metadata"] |= said.get("metadata") or {}
            return 200, _without_label(one)

    def purchase(self, shipment: str, said: dict[str, Any], *, wait: bool = False) -> Answer:
        """Buy a draft's label. ``wait``: the carrier has not answered yet."""
        with self._lock:
            one = self.shipments.get(shipment)
            if one is None:
                return 404, _errors("not found")
            if one["status"] != "draft":
                return 409, _errors(f"The shipment is '{one['status']}' and cannot be purchased again")
            if said.get("selected_rate_id") not in {rate["id"] for rate in one["rates"]}:
                return 400, _errors("selected_rate_id: there is no such rate")
            if wait:
                self._under_way.append(shipment)
            else:
                self._buy(one)
            return 200, one

    def _buy(self, one: dict[str, Any]) -> None:
        digits = one["id"].removeprefix("shp_")
        tracking = f"KT{digits}{check_digit(digits)}"
        one |= {"status": "created", "tracking_number": tracking, "label_type": "ZPL"}
        one["label"] = b64encode(f"^XA^FD{tracking}^FS^XZ".encode()).decode()
        self.trackers[tracking] = []

    def carriers_answer(self) -> None:
        """The carrier answers what it is being asked: those purchases end, whoever waits for them."""
        with self._lock:
            for shipment in self._under_way:
                self._buy(self.shipments[shipment])
            self._under_way.clear()

    def cancel(self, shipment: str) -> Answer:
        """Give a label back, or give a draft up."""
        with self._lock:
            one = self.shipments.get(shipment)
            if one is None:
                return 404, _errors("not found")
            if one["status"] == "cancelled":
                return 202, _without_label(one)
            if one["status"] not in ("draft", "created"):
                return 409, _errors(f"The shipment is '{one['status']}' and can not be cancelled anymore...")
            one["status"] = "cancelled"
            return 200, _without_label(one)

    def label(self, shipment: str) -> Answer:
        """A label, in base64."""
        with self._lock:
            one = self.shipments.get(shipment)
            if one is None or "label" not in one:
                return 404, _errors(f"Shipment '{shipment}' not found or has no label")
            return 200, {"category": "label", "format": one["label_type"], "base64": one["label"], "url": None}

    def tracker(self, tracking: str) -> Answer:
        """What happened to a parcel."""
        with self._lock:
            if tracking not in self.trackers:
                return 404, _errors("not found")
            events = list(reversed(self.trackers[tracking]))
            return 200, {"tracking_number": tracking, "carrier_id": "twin-post", "carrier_name": "generic",
                         "status": events[0]["status"] if events else "pending", "events": events,
                         "test_mode": True}  # fmt: skip


def _without_label(shipment: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in shipment.items() if name != "label"}


def _errors(message: str) -> dict[str, Any]:
    return {"errors": [{"message": message, "code": "error"}]}


class KarrioServer:
    """A twin's web server, on a thread; it begins on a free port of loopback unless told which."""

    def __init__(self, twin: KarrioTwin, port: int = 0) -> None:
        self.twin = twin
        self._server = _Server(port, twin)
        self._thread = threading.Thread(target=self._server.serve_forever, name="karrio twin", daemon=True)
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


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int, twin: KarrioTwin) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.twin = twin


class _Handler(BaseHTTPRequestHandler):
    """Answers the questions of one connection."""

    protocol_version = "HTTP/1.1"
    server: "_Server"

    def do_GET(self) -> None:
        """A question that changes nothing."""
        self._take()

    def do_POST(self) -> None:
        """A question that changes something."""
        self._take()

    def do_PUT(self) -> None:
        """A change."""
        self._take()

    def _take(self) -> None:
        twin, address = self.server.twin, urlsplit(self.path)
        twin.asked.append(f"{self.command} {address.path}")
        said = json.loads(self.rfile.read(int(self.headers.get("Content-Length", "0"))) or b"{}")
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        work = self._work(address.path.strip("/").split("/"), said, query)
        if not twin.allowed(self.headers.get("Authorization")):
            self._answer(401, _errors("Invalid token."))
        elif work is None:
            self._answer(404, _errors(f"There is nothing at {address.path}."))
        elif address.path.endswith("/purchase") and twin.faults:
            self._fail(twin.faults.popleft(), work, address.path.split("/")[-2], said)
        else:
            self._answer(*work())

    def _work(self, parts: list[str], said: dict[str, Any], query: dict[str, str]) -> Callable[[], Answer] | None:
        twin = self.server.twin
        match (self.command, *parts):
            case ("GET", "v1", "shipments"):
                return lambda: twin.list(query.get("reference", ""), int(query.get("limit", "20")))
            case ("POST", "v1", "shipments"):
                return lambda: twin.create(said)
            case ("PUT", "v1", "shipments", shipment):
                return lambda: twin.update(shipment, said)
            case ("POST", "v1", "shipments", shipment, "purchase"):
                return lambda: twin.purchase(shipment, said)
            case ("POST", "v1", "shipments", shipment, "cancel"):
                return lambda: twin.cancel(shipment)
            case ("POST", "v1", "shipments", shipment, "documents", "label"):
                return lambda: twin.label(shipment)
            case ("GET", "v1", "trackers", tracking):
                return lambda: twin.tracker(tracking)
        return None

    def _fail(self, fault: Fault, work: Callable[[], Answer], shipment: str, said: dict[str, Any]) -> None:
        if fault == "refuse work":
            self._answer(503, _errors("Try again later."))
        elif fault == "not sold":
            self._answer(424, {"messages": [{"message": "The postcode does not exist.", "carrier_id": "twin-post"}]})
        else:
            if fault == "lose answer":
                work()
            else:
                self.server.twin.purchase(shipment, said, wait=True)
            self.close_connection = True

    def _answer(self, status: int, said: dict[str, Any]) -> None:
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the twin's questions stand in :attr:`KarrioTwin.asked`."""

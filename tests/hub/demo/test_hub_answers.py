"""The report of a day is not lost because the hub is slow: it is asked for long, then read in its database."""

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from hub.demo import end_of_day
from hub.demo.hub_answers import HubAnswers, NoAnswer
from tests.databases import database_of
from tests.hub.api_floor import ApiFloor


class _Overloaded(BaseHTTPRequestHandler):
    """Refuses twice, then answers."""

    def do_GET(self) -> None:
        asked.append(self.path)
        status, body = (503, b"later") if len(asked) < 3 else (200, json.dumps({"orders": 7}).encode())
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


asked: list[str] = []


@pytest.fixture
def overloaded_url() -> Iterator[str]:
    asked.clear()
    server = HTTPServer(("127.0.0.1", 0), _Overloaded)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join(5)


def nobody_listens() -> str:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{line.getsockname()[1]}"


def test_a_hub_that_refuses_is_asked_again_until_it_answers(overloaded_url: str) -> None:
    hub = HubAnswers(overloaded_url, print, threading.Event())
    assert hub.now("/api/summary") is None
    assert hub.patiently("/api/summary") == {"orders": 7}
    assert asked == ["/api/summary"] * 3


def test_a_hub_that_never_answers_is_told_with_what_it_was_asked() -> None:
    hub = HubAnswers(nobody_listens(), print, threading.Event(), patience_s=0.5)
    with pytest.raises(NoAnswer, match=r"Expected the hub to answer GET /api/book, asked for \d s, got: ConnectError"):
        hub.patiently("/api/book")


def test_nobody_waits_for_an_answer_once_the_demo_is_to_end() -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(NoAnswer):
        HubAnswers(nobody_listens(), print, stop).patiently("/api/book")


def test_what_is_read_in_the_database_is_what_the_hub_tells(tmp_path: Path) -> None:
    with ApiFloor(tmp_path) as floor:
        floor.client.post("/api/orders", json={"ref": "A", "lines": [{"sku": "10", "units": 2}]})
        floor.client.post("/api/orders", json={"ref": "B", "lines": [{"sku": "11", "units": 999}]})
        floor.client.post("/api/restock")
        read = end_of_day.read(database_of(tmp_path))
        with floor.served() as url:
            told = end_of_day.asked(HubAnswers(url, print, threading.Event()))
    summary = read.pop("summary")
    assert summary["orders"]["received"] == 2
    assert told.pop("summary").items() >= {n: summary[n] for n in ("orders", "lines", "units", "picks")}.items()
    assert read["purchases"]
    assert read == told

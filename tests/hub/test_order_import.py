"""Sending a file of orders: what is not taken is said, and the mended file can be sent again."""

import gzip
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from hub.order_import import BadOrderFile, read_orders, send_one_by_one
from tests.hub.api_floor import ApiFloor
from tests.hub.demo_site import HEADER, sale


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[ApiFloor]:
    with ApiFloor(tmp_path) as floor:
        yield floor


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "orders.csv"


def write(file: Path, *lines: str) -> None:
    file.write_text("\n".join((HEADER, *lines)) + "\n", "utf-8")


def refs(floor: ApiFloor) -> set[str]:
    return {order["ref"] for order in floor.client.get("/api/orders").json()}


def test_an_order_with_a_bad_line_is_not_sent_and_is_taken_once_mended(
    floor: ApiFloor, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with floor.served() as url:
        write(file, sale("A", "10"), sale("A", "11", 0, line=2), sale("B", "10"))
        assert send_one_by_one(file, url) == 2
        told = capsys.readouterr().err
        assert "line 3: expected quantity from 1 to 1000000, got '0'" in told
        assert "order A: not sent, for its line 3 is bad" in told
        assert refs(floor) == {"B"}
        write(file, sale("A", "10"), sale("A", "11", 2, line=2), sale("B", "10"))
        assert send_one_by_one(file, url) == 0
        assert refs(floor) == {"A", "B"}


def test_a_compressed_file_is_read_as_the_plain_one(file: Path) -> None:
    write(file, sale("A", "10"), sale("B", "11", 2))
    compressed = file.with_name("orders.csv.gz")
    compressed.write_bytes(gzip.compress(file.read_bytes()))
    assert read_orders(compressed) == read_orders(file)


@pytest.mark.parametrize("spoil", [lambda whole: b"plain text", lambda whole: whole[:-20], lambda whole: b""])
def test_a_compressed_file_that_is_broken_is_refused_in_words(file: Path, spoil: Callable[[bytes], bytes]) -> None:
    write(file, *(sale(f"A{n}", "10") for n in range(50)))
    compressed = file.with_name("orders.csv.gz")
    compressed.write_bytes(spoil(gzip.compress(file.read_bytes())))
    with pytest.raises(BadOrderFile, match="expected"):
        read_orders(compressed)


def test_nothing_is_sent_if_a_bad_line_may_belong_to_any_order(
    floor: ApiFloor, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with floor.served() as url:
        write(file, sale("A", "10"), '"broken', sale("B", "10"))
        assert send_one_by_one(file, url) == 2
    assert "nothing was sent, for line 3 may belong to any order" in capsys.readouterr().err
    assert refs(floor) == set()


def test_times_are_local_times_of_the_site(floor: ApiFloor, file: Path) -> None:
    with floor.served() as url:
        write(file, sale("A", "10", at="2011-07-01T09:00"))
        assert send_one_by_one(file, url) == 0
    [order] = floor.client.get("/api/orders").json()
    assert floor.client.get("/api/site").json()["timezone"] == "Europe/London"
    assert order["placed_us"] == 1_309_507_200_000_000


class _PlainError(BaseHTTPRequestHandler):
    """Knows its time zone and fails at every order, as a proxy before a broken hub does."""

    def do_GET(self) -> None:
        self._say(200, b'{"timezone": "UTC"}')

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._say(500, b"Internal Server Error")

    def _say(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def broken_url() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _PlainError)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join(5)


def test_an_answer_that_is_no_json_is_told_and_the_other_orders_are_tried(
    broken_url: str, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(file, sale("A", "10"), sale("B", "10"))
    assert send_one_by_one(file, broken_url) == 2
    assert capsys.readouterr().err.splitlines() == [
        "order A: Internal Server Error (HTTP 500)",
        "order B: Internal Server Error (HTTP 500)",
    ]


def test_an_address_where_no_hub_is_and_one_that_is_none_are_told(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(file, sale("A", "10"))
    for url in ("http://127.0.0.1:1", "127.0.0.1:1", "nonsense://"):
        assert send_one_by_one(file, url) == 1
        told = capsys.readouterr().err
        assert f"{url}, got: " in told
        assert "Start it, or give its address with --hub." in told


def test_a_directory_is_no_order_file(tmp_path: Path) -> None:
    with pytest.raises(BadOrderFile, match="expected a CSV file of order lines, got: Is a directory"):
        send_one_by_one(tmp_path, "http://127.0.0.1:1")


def test_a_file_that_is_no_text_is_no_order_file(file: Path) -> None:
    file.write_bytes(b"\xab\xcd")
    with pytest.raises(BadOrderFile, match="in UTF-8, got byte 0xab"):
        send_one_by_one(file, "http://127.0.0.1:1")


def test_what_was_new_and_what_the_hub_had_already_is_counted(
    floor: ApiFloor, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with floor.served() as url:
        write(file, sale("A", "10"))
        assert send_one_by_one(file, url) == 0
        write(file, sale("A", "10"), sale("B", "10"))
        assert send_one_by_one(file, url.removeprefix("http://")) == 0
    assert capsys.readouterr().out.splitlines() == [
        "1 order read: 1 new, 0 the hub had already; 0 problems.",
        "2 orders read: 1 new, 1 the hub had already; 0 problems.",
    ]

"""Refunds are posted to the shop in their order, until each is taken, always under the same key."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from hub.notices.refund_sender import SIGNATURE, TOLD_AFTER, RefundSender, signature_of
from tests.hub.returned_shop import ReturnedShop

SECRET = "a secret of the shop"


class ShopServer:
    """What a shop got; it answers as it is told to, in turn, then takes everything."""

    def __init__(self) -> None:
        self.got: list[tuple[str, str, bytes]] = []
        self.answers: list[int] = []
        shop = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                shop.got.append((self.headers["Idempotency-Key"], self.headers.get(SIGNATURE, ""), body))
                self.send_response(shop.answers.pop(0) if shop.answers else 200)
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                """A test says nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/refunds"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(5)


@pytest.fixture
def server() -> Iterator[ShopServer]:
    server = ShopServer()
    yield server
    server.close()


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[ReturnedShop]:
    shop = ReturnedShop(tmp_path)
    number = shop.authorised((1, 2, "changed_mind"))
    shop.came(number, RED=2)
    shop.graded(number, "A", 1)
    shop.graded(number, "B", 1)
    yield shop
    shop.close()


def sender_to(shop: ReturnedShop, url: str) -> RefundSender:
    clock = iter(range(0, 100_000_000, 10_000))
    return RefundSender(
        url=url,
        secret=SECRET,
        currency="GBP",
        engine=shop.engine,
        writer=shop.writer,
        monotonic_s=lambda: float(next(clock)),
    )


def test_each_refund_is_posted_once_signed_and_in_order(shop: ReturnedShop, server: ShopServer) -> None:
    sender = sender_to(shop, server.url)
    assert sender.send_wanted() == 2
    assert sender.send_wanted() == 0
    bodies = [json.loads(body) for _, _, body in server.got]
    assert [body["amount_minor"] for body in bodies] == [500, 300]
    for (key, signature, raw), body in zip(server.got, bodies, strict=True):
        assert key == body["refund"]
        assert signature == signature_of(SECRET, raw)
    assert all(one["told"] for one in shop.get("/v1/refunds")["refunds"])
    sender.close()


def test_one_that_is_not_taken_is_posted_again_under_its_key_before_the_next(
    shop: ReturnedShop, server: ShopServer
) -> None:
    server.answers = [500]
    sender = sender_to(shop, server.url)
    assert sender.send_wanted() == 0
    assert sender.send_wanted() == 2
    keys = [key for key, _, _ in server.got]
    assert keys[0] == keys[1] != keys[2]
    sender.close()


def test_a_shop_that_does_not_take_them_is_told_to_a_person_and_tried_on(
    shop: ReturnedShop, server: ShopServer
) -> None:
    server.answers = [503] * TOLD_AFTER
    sender = sender_to(shop, server.url)
    for _ in range(TOLD_AFTER):
        assert sender.send_wanted() == 0
    assert shop.exceptions() == ["refund_not_told"]
    assert sender.send_wanted() == 2
    assert shop.exceptions() == []
    sender.close()


def test_a_shop_that_is_not_there_is_tried_again(shop: ReturnedShop) -> None:
    sender = sender_to(shop, "http://127.0.0.1:1/refunds")
    assert sender.send_wanted() == 0
    [row, _] = shop.rows("SELECT tries, detail FROM refund ORDER BY id")
    assert row["tries"] == 1 and "ConnectError" in row["detail"]
    sender.close()

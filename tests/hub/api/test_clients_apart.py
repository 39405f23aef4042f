"""A client's token reaches its own things only: every call of ``/v1`` is tried on what is another client's."""

import json
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute
from sqlalchemy import text

from hub.api.webhooks import signature_of
from hub.handlers.return_arrival import open_blind
from hub.storage.transaction import Tx
from hub.storage.verify import verify
from hub.storage.writer import Actor
from tests.hub.api_floor import UNITS_A_BIN, ApiFloor
from tests.hub.two_clients import ALPHA, BETA, two_clients

SHARED, ONLY_BETA, NOWHERE = "10", "11", "NOPE"
"""SKUs: of both clients, of the second one, of nobody."""
SECRET = "confidential customer"
KEY = "the-same-key"
"""An idempotency key that both clients use."""


class Clients:
    """Both clients' shops at one hub; what is here of the second is what the first asks for."""

    def __init__(self, floor: ApiFloor) -> None:
        self.floor = floor
        self.alpha, self.beta = (self._token(client) for client in (ALPHA, BETA))
        order = {
            "ref": "B-1",
            "customer": SECRET,
            "lines": [{"sku": SHARED, "units": 3}, {"sku": ONLY_BETA, "units": 2}],
        }
        self.must(self.beta("POST", "/v1/orders", json=order, key=KEY), 201)
        waits = {"ref": "B-2", "customer": SECRET, "lines": [{"sku": ONLY_BETA, "units": 3 * UNITS_A_BIN}]}
        self.must(self.beta("POST", "/v1/orders", json=waits), 201)
        hold = {"lines": [{"sku": SHARED, "units": 4}], "seconds": 3_600}
        self.hold = str(self.must(self.beta("POST", "/v1/holds", json=hold), 201)["hold"])
        self.back = floor.hub.writer.call(Actor("dock-1", "back"), self._came_back)

    @staticmethod
    def _came_back(tx: Tx) -> str:
        [beta] = tx.connection.execute(text("SELECT id FROM client WHERE key = :key"), {"key": BETA}).scalars()
        return open_blind(tx, order_id=None, client_id=beta, by="dock-1").number

    def _token(self, client: str) -> Any:
        wanted = {"name": f"shop of {client}", "client": client, "actor": "Kari"}
        token = self.must(self.floor.client.post("/api/tokens", json=wanted), 201)["token"]
        return partial(self._ask, token)

    def _ask(self, token: str, method: str, path: str, key: str = "", **more: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}"} | more.pop("headers", {})
        headers |= {"Idempotency-Key": key} if key else {}
        answer: httpx.Response = self.floor.client.request(method, path, headers=headers, **more)
        return answer

    @staticmethod
    def must(answer: httpx.Response, status: int) -> dict[str, Any]:
        assert answer.status_code == status, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def of_beta(self) -> list[Any]:
        """All that the book has of the second client: what the first must not change."""
        wanted = (
            "SELECT o.* FROM customer_order o WHERE o.client_id = :beta ORDER BY o.id",
            "SELECT l.* FROM order_line l JOIN customer_order o ON o.id = l.order_id AND o.client_id = :beta"
            " ORDER BY l.id",
            "SELECT * FROM promise WHERE client_id = :beta ORDER BY sku_id",
            "SELECT * FROM balance WHERE client_id = :beta ORDER BY sku_id, lot_id, location_id",
            "SELECT * FROM cart_hold WHERE client_id = :beta ORDER BY id",
            "SELECT l.* FROM cart_hold_line l JOIN cart_hold h ON h.id = l.hold_id AND h.client_id = :beta",
            "SELECT * FROM api_answer WHERE client_id = :beta ORDER BY id",
            "SELECT * FROM customer_return WHERE client_id = :beta ORDER BY id",
            "SELECT * FROM api_token WHERE client_id = :beta ORDER BY id",
        )
        with self.floor.hub.engine.begin() as connection:
            [beta] = connection.execute(text("SELECT id FROM client WHERE key = :key"), {"key": BETA}).scalars()
            return [connection.execute(text(sql), {"beta": beta}).all() for sql in wanted]


@pytest.fixture
def clients(tmp_path: Path) -> Iterator[Clients]:
    with ApiFloor(tmp_path, changed=partial(two_clients, only_beta=ONLY_BETA)) as floor:
        yield Clients(floor)
        with floor.hub.engine.begin() as connection:
            assert not any(verify(connection).values())


def lines(sku: str) -> dict[str, Any]:
    return {"lines": [{"sku": sku, "units": 1}]}


ON_AN_ORDER: dict[tuple[str, str], dict[str, Any] | None] = {
    ("GET", ""): None,
    ("PATCH", ""): {"customer": "Mallory"},
    ("POST", "/cancel"): {"waiting_only": True},
    ("POST", "/hold"): {"reason": "fraud"},
    ("POST", "/release"): None,
    ("POST", "/partial"): {"partial": True},
    ("POST", "/cancel-backordered"): {},
    ("POST", "/substitute"): {"line": 1, "sku": SHARED},
    ("POST", "/returns"): {"lines": [{"line": 1, "units": 1, "reason": "damaged"}]},
    ("GET", "/returns"): None,
}
"""The calls on one order, and what each is sent."""
SIGNED = {"/v1/webhooks/shopify", "/v1/webhooks/woocommerce", "/v1/webhooks/tracking/{carrier}"}
"""Calls that no token opens."""
NAMELESS = {"/v1/backorders", "/v1/returns/reasons", "/v1/returns/report", "/v1/refunds", "/v1/refunds/{refund}/told"}
"""What names nothing of anybody: looked at below; of returns and refunds in ``test_returns``."""


How = Callable[[str], dict[str, Any]]
"""A request about whatever has a name."""


def asked_of(clients: Clients, method: str, path: str) -> list[tuple[str, How]]:
    """How a call is asked of something by its name, and the name that the second client has for one. Fails for a call
    that is new here: say of it too how it could be asked of another client's things."""
    ref = "/v1/orders/{ref:path}"
    if path.startswith(ref) and (method, path.removeprefix(ref)) in ON_AN_ORDER:
        body = ON_AN_ORDER[method, path.removeprefix(ref)]
        return [("B-2", lambda name: {"path": path.replace("{ref:path}", name), "json": body})]
    if path == "/v1/holds/{hold}":
        return [(clients.hold, lambda name: {"path": f"/v1/holds/{name}"})]
    if path == "/v1/availability":
        return [(ONLY_BETA, lambda name: {"path": path, "params": {"sku": [SHARED, name]}})]
    if path == "/v1/holds":
        return [(ONLY_BETA, lambda name: {"path": path, "json": lines(name)})]
    if (method, path) == ("POST", "/v1/orders"):
        return [
            (clients.hold, lambda name: {"path": path, "json": {"ref": "A-1", "cart_hold": name} | lines(SHARED)}),
            (ONLY_BETA, lambda name: {"path": path, "json": {"ref": "A-2"} | lines(name)}),
        ]
    if path == "/v1/orders/import":
        return [(ONLY_BETA, lambda name: {"path": path} | file_of({"ref": "A-3"} | lines(name)))]
    if path in SIGNED:
        return [("B-2", lambda name: {"path": path.replace("{carrier}", "island-post"), "json": {"ref": name}})]
    if path.startswith("/v1/returns/{number}"):
        return [(clients.back, lambda name: {"path": path.replace("{number}", name)})]
    if path in NAMELESS:
        return []
    raise AssertionError(f"{method} {path}: nobody has said how it might be asked of another client's things")


def file_of(order: dict[str, Any]) -> dict[str, Any]:
    """A file of one order, as a request has it."""
    return {"content": json.dumps(order), "headers": {"Content-Type": "application/x-ndjson"}}


def calls(routes: Iterable[Any]) -> Iterator[tuple[str, str]]:
    """Every call of the shops' interface, by the web server's own table."""
    for route in routes:
        if isinstance(route, APIRoute) and route.path.startswith("/v1"):
            yield from ((method, route.path) for method in sorted(route.methods or ()))
        elif hasattr(route, "original_router"):
            yield from calls(route.original_router.routes)


def test_no_call_reaches_what_is_another_clients_nor_tells_it_from_what_there_is_not(clients: Clients) -> None:
    found = list(calls(clients.floor.app.routes))
    assert len(found) > 15, "the table of calls has moved"
    before = clients.of_beta()
    for method, path in found:
        for name, how in asked_of(clients, method, path):
            theirs, nobodys = clients.alpha(method, **how(name)), clients.alpha(method, **how(NOWHERE))
            assert theirs.status_code in (401, 403, 404, 422), (method, path, theirs.text)
            told = theirs.text.replace(name, NOWHERE)
            assert (theirs.status_code, told) == (nobodys.status_code, nobodys.text), "which exists is not told"
            assert SECRET not in theirs.text
            assert clients.of_beta() == before, (method, path)


def test_one_number_and_one_key_are_two_orders_of_two_clients(clients: Clients) -> None:
    before = clients.of_beta()
    order = {"ref": "B-1", "customer": "Ola", "lines": [{"sku": SHARED, "units": 5}]}
    made = clients.alpha("POST", "/v1/orders", json=order, key=KEY)
    assert (made.status_code, made.json()["promised"], "Idempotent-Replayed" in made.headers) == (201, 5, False)
    assert clients.alpha("GET", "/v1/orders/B-1").json()["customer"] == "Ola"
    assert clients.beta("GET", "/v1/orders/B-1").json()["customer"] == SECRET
    assert clients.alpha("POST", "/v1/orders/B-1/cancel", json={}).status_code == 200
    assert clients.of_beta() == before
    sent = clients.alpha("POST", "/v1/orders/import", **file_of({"ref": "B-2"} | lines(SHARED)))
    assert (sent.status_code, sent.json()["new"]) == (200, 1)
    assert clients.of_beta() == before


def test_stock_of_one_code_is_two_stocks(clients: Clients) -> None:
    def free(ask: Any) -> tuple[int, int]:
        [told] = ask("GET", "/v1/availability", params={"sku": SHARED}).json()["skus"]
        return told["available"], told["held_for_carts"]

    assert (free(clients.alpha), free(clients.beta)) == ((UNITS_A_BIN, 0), (UNITS_A_BIN - 7, 4))
    taken = {"ref": "A-9", "lines": [{"sku": SHARED, "units": UNITS_A_BIN + 5}]}
    told = clients.must(clients.alpha("POST", "/v1/orders", json=taken), 201)
    assert (told["promised"], told["backordered"]) == (UNITS_A_BIN, 5), "it takes nothing of the other's"
    assert (free(clients.alpha), free(clients.beta)) == ((0, 0), (UNITS_A_BIN - 7, 4))
    assert [row["ref"] for row in clients.alpha("GET", "/v1/backorders").json()["lines"]] == ["A-9"]
    assert [row["ref"] for row in clients.beta("GET", "/v1/backorders").json()["lines"]] == ["B-2"]
    waiting = clients.alpha("GET", "/v1/orders/A-9").json()["waiting"]
    assert waiting and "B-" not in json.dumps(waiting)


def test_web_shops_of_two_clients_may_number_their_orders_alike(clients: Clients) -> None:
    for client in (ALPHA, BETA):
        shop = {"kind": "woocommerce", "source": f"{client}.example", "secret": f"secret of {client}", "actor": "Kari"}
        clients.must(clients.floor.client.post("/api/web-shops", json=shop | {"name": client, "client": client}), 201)
    bad = json.dumps(
        {
            **{"id": 7, "number": "7", "status": "processing", "currency": "GBP", "customer_note": ""},
            **{"date_created_gmt": "2011-03-01T07:00:00", "date_modified_gmt": "2011-03-01T07:00:00"},
            "billing": {},
            "shipping": {},
            "line_items": [{"id": 1, "sku": NOWHERE, "name": "?", "quantity": 1, "price": 1.0, "total": "1.00"}],
        }
    ).encode()
    for client in (ALPHA, BETA):
        headers = {
            "X-WC-Webhook-Source": f"https://{client}.example/",
            "X-WC-Webhook-Topic": "order.created",
            "X-WC-Webhook-Signature": signature_of(f"secret of {client}", bad),
        }
        said = clients.floor.client.post("/v1/webhooks/woocommerce", content=bad, headers=headers)
        assert (said.status_code, said.json()["taken"]) == (200, False), said.text
    trouble = clients.floor.client.get("/api/exceptions").json()
    assert len([row for row in trouble if row["kind"] == "web_order_refused"]) == 2, "each client's is its own"


def test_whoever_is_at_the_hub_sees_all_clients_or_one_and_says_whose_it_is(clients: Clients) -> None:
    ask = clients.floor.client
    assert {row["client"] for row in ask.get("/api/orders").json()} == {BETA}
    assert ask.get("/api/orders", params={"client": ALPHA}).json() == []
    assert len(ask.get("/api/backorders", params={"client": BETA}).json()) == 1
    refused = ask.post("/api/orders", json={"ref": "S-1"} | lines(SHARED))
    assert refused.status_code == 422
    assert refused.json()["detail"] == "client: expected one of alpha, beta, got 'none'."
    made = ask.post("/api/orders", params={"client": ALPHA}, json={"ref": "S-1"} | lines(SHARED))
    assert (made.status_code, made.json()["promised"]) == (201, 1)
    assert ask.get(f"/api/stock/{SHARED}", params={"client": BETA}).json()["promised"] == 7
    assert ask.post("/api/tokens", json={"name": "x", "actor": "Kari"}).status_code == 422
    assert ask.get("/api/site").json()["clients"] == [
        {"key": ALPHA, "name": "Alpha"},
        {"key": BETA, "name": "Beta Ltd"},
    ]

"""The shops' interface: each call with a token, each request once, its own client's orders only."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import anyio
import httpx
import pytest
from starlette.types import Message

from hub.api.bodies import SHOP_LINES_MAX
from hub.storage.setup import write_site
from hub.storage.verify import verify
from tests.hub.api_floor import UNITS_A_BIN, ApiFloor

LAST_HEADER = "Idempotent-Replayed"


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[ApiFloor]:
    with ApiFloor(tmp_path) as floor:
        yield floor
        with floor.hub.engine.begin() as connection:
            assert not any(verify(connection).values())


def token(floor: ApiFloor, scopes: str = "", name: str = "webshop") -> dict[str, str]:
    made = floor.client.post("/api/tokens", json={"name": name, "scopes": scopes, "actor": "Kari"})
    assert made.status_code == 201
    return {"Authorization": f"Bearer {made.json()['token']}"}


def order(ref: str = "W-1", units: int = 2, sku: str = "10") -> dict[str, Any]:
    return {"ref": ref, "lines": [{"sku": sku, "units": units}]}


def send(floor: ApiFloor, headers: dict[str, str], body: dict[str, Any], key: str | None = None) -> httpx.Response:
    keyed = headers if key is None else {**headers, "Idempotency-Key": key}
    answer: httpx.Response = floor.client.post("/v1/orders", json=body, headers=keyed)
    return answer


def ask(floor: ApiFloor, headers: dict[str, str], units: int = 1) -> dict[str, Any]:
    answer = floor.client.get("/v1/availability", params={"sku": "10", "units": units}, headers=headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["skus"][0]
    return found


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer sf_guessed"}, {"Authorization": "Basic c2Y6c2Y="}, {"Authorization": "x"}]
)
def test_nobody_asks_without_a_token(floor: ApiFloor, headers: dict[str, str]) -> None:
    for answer in (
        send(floor, headers, order()),
        floor.client.get("/v1/orders/W-1", headers=headers),
        floor.client.get("/v1/availability?sku=10", headers=headers),
        floor.client.post("/v1/orders/W-1/cancel", json={}, headers=headers),
    ):
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="shelflight"')
        assert "Expected a token" in answer.json()["detail"]
    assert floor.client.get("/api/orders").json() == []


def test_a_token_is_good_for_its_scopes_only(floor: ApiFloor) -> None:
    reads = token(floor, "stock:read")
    assert ask(floor, reads)["available"] > 0
    refused = send(floor, reads, order())
    assert refused.status_code == 403
    assert 'scope="orders:write"' in refused.headers["WWW-Authenticate"]
    assert floor.client.get("/v1/orders/W-1", headers=reads).status_code == 403


def test_a_scope_that_is_none_is_refused(floor: ApiFloor) -> None:
    made = floor.client.post("/api/tokens", json={"name": "x", "scopes": "everything", "actor": "Kari"})
    assert made.status_code == 422
    assert "Expected scopes out of orders:read, orders:write, stock:read, got 'everything'" in made.json()["detail"]


def test_a_revoked_token_opens_nothing_and_the_token_itself_is_kept_nowhere(floor: ApiFloor, tmp_path: Path) -> None:
    headers = token(floor)
    secret = headers["Authorization"].removeprefix("Bearer ")
    [known] = floor.client.get("/api/tokens").json()
    assert (known["name"], known["scopes"]) == ("webshop", "orders:read orders:write stock:read")
    assert not any(secret.encode() in file.read_bytes() for file in tmp_path.glob("hub.db*"))
    revoke = f"/api/tokens/{known['token']}/revoke"
    assert floor.client.post(revoke, json={"actor": "Kari"}).status_code == 204
    assert send(floor, headers, order()).status_code == 401
    again = floor.client.post(revoke, json={"actor": "Kari"})
    assert again.status_code == 404
    assert "Expected the id of a token that is not revoked" in again.json()["detail"]


def test_a_request_is_done_once_under_its_key_and_answered_the_same_again(floor: ApiFloor) -> None:
    headers = token(floor)
    first, again = (send(floor, headers, order(), "key-1") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert (LAST_HEADER in first.headers, again.headers.get(LAST_HEADER)) == (False, "true")
    without = send(floor, headers, order())
    assert (without.status_code, without.json()["again"]) == (200, True)
    assert len(floor.client.get("/api/orders").json()) == 1


def test_a_key_is_for_one_request(floor: ApiFloor) -> None:
    headers = token(floor)
    send(floor, headers, order(), "key-1")
    other = send(floor, headers, order("W-2"), "key-1")
    assert other.status_code == 422
    assert "Idempotency-Key 'key-1' came before with another request" in other.json()["detail"]
    cancel = floor.client.post("/v1/orders/W-1/cancel", json={}, headers={**headers, "Idempotency-Key": "key-1"})
    assert cancel.status_code == 422
    assert len(floor.client.get("/api/orders").json()) == 1


def test_what_was_refused_can_be_mended_under_the_same_key(floor: ApiFloor) -> None:
    headers = token(floor)
    refused = send(floor, headers, order(sku="none of ours"), "key-1")
    assert refused.status_code == 422
    assert "expected an SKU of the catalogue" in refused.json()["detail"]
    assert send(floor, headers, order(), "key-1").status_code == 201


def test_a_shop_sees_what_is_available_and_what_it_took(floor: ApiFloor) -> None:
    headers = token(floor)
    before = ask(floor, headers)
    assert (before["available"], before["on_hand"], before["allocated"]) == (before["on_hand"], before["on_hand"], 0)
    send(floor, headers, order(units=5))
    after = ask(floor, headers)
    assert (after["available"], after["on_hand"], after["allocated"]) == (before["on_hand"] - 5, before["on_hand"], 5)
    assert after["available_to_promise"][0]["units"] == after["available"]


def test_more_than_there_is_ships_from_the_day_of_the_delivery_that_is_enough(floor: ApiFloor) -> None:
    headers = token(floor)
    have = ask(floor, headers)["available"]
    assert ask(floor, headers, have + 1)["asked"] == {"units": have + 1, "ships_from": None}
    send(floor, headers, order(units=have + 3))
    floor.client.post("/api/restock")
    told = ask(floor, headers, 1)
    [delivery] = told["on_order"]
    assert (told["available"], told["backordered"], delivery["overdue"]) == (0, 3, False)
    to_spare = delivery["units"] - 3
    assert ask(floor, headers, to_spare)["asked"]["ships_from"] == delivery["due"]
    assert ask(floor, headers, to_spare + 1)["asked"]["ships_from"] is None


def test_an_order_is_told_by_its_number(floor: ApiFloor) -> None:
    headers = token(floor)
    send(floor, headers, order(units=2))
    told = floor.client.get("/v1/orders/W-1", headers=headers).json()
    assert (told["ref"], told["state"], told["lines"][0]["promised"]) == ("W-1", "waiting", 2)
    assert floor.client.get("/v1/orders/W-2", headers=headers).status_code == 404


def test_a_cancelled_order_gives_its_stock_to_those_who_wait(floor: ApiFloor) -> None:
    headers = token(floor)
    have = ask(floor, headers)["available"]
    send(floor, headers, order("W-1", have))
    send(floor, headers, order("W-2", 4))
    for _ in range(2):
        done = floor.client.post("/v1/orders/W-1/cancel", json={}, headers=headers)
        assert (done.status_code, done.json()) == (200, {"ref": "W-1", "cancelled": have, "in_work": 0, "asked": 0})
    [line] = floor.client.get("/v1/orders/W-2", headers=headers).json()["lines"]
    assert (line["promised"], line["backordered"]) == (4, 0)
    assert ask(floor, headers)["available"] == have - 4
    assert floor.client.get("/v1/orders/W-1", headers=headers).json()["state"] == "cancelled"


@pytest.mark.parametrize("ref", ["2026/17", "17/cancel", "/", "cancel"])
def test_an_order_whose_number_has_a_slash_is_told_and_cancelled_like_any_other(floor: ApiFloor, ref: str) -> None:
    headers = token(floor)
    for number in ("17", "2026", ref):
        assert send(floor, headers, order(number)).status_code == 201
    at = f"/v1/orders/{quote(ref, safe='')}"
    assert floor.client.get(at, headers=headers).json()["ref"] == ref
    done = floor.client.post(f"{at}/cancel", json={}, headers=headers)
    assert (done.status_code, done.json()) == (200, {"ref": ref, "cancelled": 2, "in_work": 0, "asked": 0})
    others = [floor.client.get(f"/v1/orders/{number}", headers=headers).json()["state"] for number in ("17", "2026")]
    assert others == ["waiting", "waiting"]


def test_a_question_without_an_sku_is_refused_in_words(floor: ApiFloor) -> None:
    refused = floor.client.get("/v1/availability", headers=token(floor))
    assert (refused.status_code, refused.json()["detail"]) == (422, "query.sku: expected at least one, got none.")


def test_a_shops_order_has_so_many_lines_at_most(floor: ApiFloor) -> None:
    headers = token(floor)
    long = order() | {"lines": [{"sku": "10", "units": 1}] * (SHOP_LINES_MAX + 1)}
    refused = send(floor, headers, long)
    assert refused.status_code == 422
    assert refused.json()["detail"].startswith("lines: expected at most 1000 of them")
    long["lines"].pop()
    assert send(floor, headers, long).status_code == 201


@pytest.mark.parametrize("authorization", ["", "Bearer sf_guessed"])
def test_nothing_of_a_body_is_read_for_somebody_without_a_token(floor: ApiFloor, authorization: str) -> None:
    sent: list[Message] = []

    async def receive() -> Message:
        raise AssertionError("expected the body not to be asked for")

    async def send_on(message: Message) -> None:
        sent.append(message)

    headers = {"Host": "127.0.0.1", "Content-Type": "application/json", "Authorization": authorization}
    scope = {
        **{"type": "http", "http_version": "1.1", "method": "POST", "scheme": "http", "query_string": b""},
        **{"path": "/v1/orders", "raw_path": b"/v1/orders", "root_path": ""},
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
    }
    anyio.run(floor.app, scope, receive, send_on)
    assert sent[0]["status"] == 401


def test_an_order_that_nobody_sent_cannot_be_cancelled(floor: ApiFloor) -> None:
    answer = floor.client.post("/v1/orders/W-9/cancel", json={}, headers=token(floor))
    assert (answer.status_code, answer.json()["detail"]) == (404, "Expected the number of an order, got 'W-9'.")


def test_a_bin_holds_what_the_floor_says(floor: ApiFloor) -> None:
    assert ask(floor, token(floor))["on_hand"] % UNITS_A_BIN == 0


def test_another_clients_shop_sees_none_of_it(floor: ApiFloor) -> None:
    headers = token(floor)
    send(floor, headers, order())
    theirs = token(floor, name="theirs")
    with floor.hub._writing.begin() as connection:
        _, client_id = write_site(connection, "elsewhere", "another client", 0)
        connection.exec_driver_sql(f"UPDATE api_token SET client_id = {client_id} WHERE name = 'theirs'")
    assert floor.client.get("/v1/orders/W-1", headers=theirs).status_code == 404
    assert floor.client.get("/v1/availability?sku=10", headers=theirs).status_code == 404
    assert send(floor, theirs, order("T-1")).status_code == 422
    assert floor.client.post("/v1/orders/W-1/cancel", json={}, headers=theirs).status_code == 404

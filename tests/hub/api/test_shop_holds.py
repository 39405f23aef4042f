"""Holds of carts at checkout: nobody else is promised what they hold, and what they held becomes their order's."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from hub.handlers import carts_at_checkout
from hub.storage.verify import verify
from hub.storage.writer import Actor
from tests.hub.api_floor import UNITS_A_BIN, ApiFloor

THERE = 2 * UNITS_A_BIN
"""The SKU lies in two bins."""


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[ApiFloor]:
    with ApiFloor(tmp_path) as floor:
        yield floor
        with floor.hub.engine.begin() as connection:
            assert not any(verify(connection).values())


@pytest.fixture
def shop(floor: ApiFloor) -> dict[str, str]:
    return token(floor, "webshop")


def token(floor: ApiFloor, name: str, scopes: str = "") -> dict[str, str]:
    made = floor.client.post("/api/tokens", json={"name": name, "scopes": scopes, "actor": "Kari"})
    return {"Authorization": f"Bearer {made.json()['token']}"}


def hold(floor: ApiFloor, shop: dict[str, str], units: int, key: str | None = None) -> httpx.Response:
    body = {"lines": [{"sku": "10", "units": units}], "seconds": 3600}
    keyed = shop if key is None else {**shop, "Idempotency-Key": key}
    answer: httpx.Response = floor.client.post("/v1/holds", json=body, headers=keyed)
    # the floor's clock runs a thousand times too fast: what expires here is ended by a test
    later = text("UPDATE cart_hold SET expires_us = expires_us + 1000000000000 WHERE state = 'open'")
    floor.hub.writer.call(Actor("test", "test"), lambda tx: tx.connection.execute(later).rowcount)
    return answer


def order(floor: ApiFloor, shop: dict[str, str], ref: str, units: int, cart_hold: str | None = None) -> Any:
    body = {"ref": ref, "lines": [{"sku": "10", "units": units}], "cart_hold": cart_hold}
    return floor.client.post("/v1/orders", json=body, headers=shop)


def known(floor: ApiFloor, shop: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = floor.client.get("/v1/availability?sku=10", headers=shop).json()["skus"][0]
    return found


def end(floor: ApiFloor, public: str) -> int:
    """A hold's time is over, and the hub looks; how many it ended."""

    def go(tx: Any) -> int:
        tx.connection.execute(
            text("UPDATE cart_hold SET expires_us = :now WHERE public = :p"), {"now": tx.now_us, "p": public}
        )
        return carts_at_checkout.expire(tx)

    return floor.hub.writer.call(Actor("test", "test"), go)


def test_what_a_cart_holds_is_available_to_nobody_else(floor: ApiFloor, shop: dict[str, str]) -> None:
    made = hold(floor, shop, 5)
    assert made.status_code == 201
    found = known(floor, shop)
    assert (found["available"], found["held_for_carts"], found["allocated"]) == (THERE - 5, 5, 5)
    assert order(floor, shop, "W-1", THERE).json()["backordered"] == 5
    refused = hold(floor, shop, 1)
    assert refused.status_code == 409
    assert refused.json()["detail"] == "SKU 10: expected 1 units available, got 0. Nothing is held."


def test_an_order_gets_what_its_cart_held_though_others_wait_for_it(floor: ApiFloor, shop: dict[str, str]) -> None:
    public = hold(floor, shop, 5).json()["hold"]
    order(floor, shop, "waits", THERE)
    told = order(floor, shop, "W-1", 3, public).json()
    assert (told["promised"], told["backordered"], told["cart_hold"]) == (3, 0, "used")
    assert floor.client.get("/v1/orders/waits", headers=shop).json()["backordered"] == 3, "two were left over"
    stands = floor.client.get(f"/v1/holds/{public}", headers=shop).json()
    assert (stands["state"], stands["lines"]) == ("used", [{"sku": "10", "units": 5, "held": 0}])
    again = order(floor, shop, "W-1", 3, public)
    assert (again.status_code, again.json()["cart_hold"]) == (200, "used")
    other = order(floor, shop, "W-2", 1, public)
    assert other.status_code == 422
    assert "expected an open one, got one that is used" in other.json()["detail"]
    assert floor.client.delete(f"/v1/holds/{public}", headers=shop).status_code == 409


def test_a_hold_that_is_let_go_serves_those_who_wait(floor: ApiFloor, shop: dict[str, str]) -> None:
    public = hold(floor, shop, 5).json()["hold"]
    order(floor, shop, "waits", THERE)
    for _ in range(2):
        assert floor.client.delete(f"/v1/holds/{public}", headers=shop).status_code == 204
    assert floor.client.get("/v1/orders/waits", headers=shop).json()["backordered"] == 0
    assert floor.client.get(f"/v1/holds/{public}", headers=shop).json()["state"] == "released"


def test_a_hold_expires_by_the_hubs_clock_and_its_order_is_taken_all_the_same(
    floor: ApiFloor, shop: dict[str, str]
) -> None:
    public = hold(floor, shop, THERE).json()["hold"]
    order(floor, shop, "waits", 4)
    assert end(floor, public) == 1
    assert floor.client.get("/v1/orders/waits", headers=shop).json()["promised"] == 4
    assert floor.client.get(f"/v1/holds/{public}", headers=shop).json()["state"] == "expired"
    told = order(floor, shop, "W-1", THERE, public).json()
    assert (told["promised"], told["backordered"], told["cart_hold"]) == (THERE - 4, 4, "expired")


def test_the_same_key_holds_once(floor: ApiFloor, shop: dict[str, str]) -> None:
    first, again = (hold(floor, shop, 5, "k-1") for _ in range(2))
    assert first.json() == again.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    assert known(floor, shop)["held_for_carts"] == 5


def test_a_hold_needs_the_right_to_order_and_a_known_sku(floor: ApiFloor, shop: dict[str, str]) -> None:
    assert hold(floor, token(floor, "reader", "stock:read"), 1).status_code == 403
    body = {"lines": [{"sku": "nothing", "units": 1}]}
    refused = floor.client.post("/v1/holds", json=body, headers=shop)
    assert (refused.status_code, refused.json()["detail"]) == (422, "Expected an SKU of the catalogue, got 'nothing'.")
    for call in (floor.client.get, floor.client.delete):
        assert call("/v1/holds/none", headers=shop).status_code == 404
    assert order(floor, shop, "W-1", 1, "none").status_code == 404


def test_an_order_that_is_refused_leaves_its_hold_as_it_was(floor: ApiFloor, shop: dict[str, str]) -> None:
    public = hold(floor, shop, 5).json()["hold"]
    body = {"ref": "W-1", "lines": [{"sku": "nothing", "units": 1}], "cart_hold": public}
    assert floor.client.post("/v1/orders", json=body, headers=shop).status_code == 422
    assert floor.client.get(f"/v1/holds/{public}", headers=shop).json()["state"] == "open"
    assert known(floor, shop)["held_for_carts"] == 5


def test_however_many_ask_at_once_no_unit_is_promised_or_held_twice(floor: ApiFloor, shop: dict[str, str]) -> None:
    promised: list[int] = []
    held: list[int] = []
    start = threading.Barrier(8)

    def ask(number: int) -> None:
        start.wait(30)
        for turn in range(4):
            if (number + turn) % 2:
                promised.append(order(floor, shop, f"{number}-{turn}", 2).json()["promised"])
            elif hold(floor, shop, 3).status_code == 201:
                held.append(3)

    people = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for person in people:
        person.start()
    for person in people:
        person.join(120)
    assert sum(promised) + sum(held) == THERE, "the last units go to an order in part"
    found = known(floor, shop)
    assert (found["available"], found["held_for_carts"], found["allocated"]) == (0, sum(held), THERE)


def test_an_order_says_why_it_waits(floor: ApiFloor, shop: dict[str, str]) -> None:
    hold(floor, shop, 2)
    order(floor, shop, "W-1", THERE - 1)
    order(floor, shop, "W-2", 3)
    [line] = floor.client.get("/v1/orders/W-2", headers=shop).json()["waiting"]
    assert [reason["words"] for reason in line["why"]] == [
        "stock is short by 3 units",
        "1 order waits before it for 1 unit: W-1",
        "38 units promised to W-1",
        "2 units held for carts at checkout",
        "no purchase order is open for it",
    ]
    [first] = floor.client.get("/v1/orders/W-1", headers=shop).json()["waiting"]
    assert first["why"][-1] == {"code": "cart", "words": "38 units promised: waits for a cart"}
    page = floor.client.get("/orders/" + floor.client.get("/v1/orders/W-2", headers=shop).json()["public"])
    assert "stock is short by 3 units; 1 order waits before it for 1 unit: W-1" in page.text

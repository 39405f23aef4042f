"""A shop hears when what waits will come, and decides on it."""

from collections.abc import Iterator
from typing import Any

import pytest

from hub.storage.transaction import Tx
from hub.storage.writer import Actor
from tests.hub.api_floor import ApiFloor


@pytest.fixture
def floor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiFloor]:
    with ApiFloor(tmp_path_factory.mktemp("backorders")) as floor:
        yield floor


def token(floor: ApiFloor, scopes: str = "") -> dict[str, str]:
    made = floor.client.post("/api/tokens", json={"name": "web", "scopes": scopes, "actor": "Ana"}).json()
    return {"Authorization": f"Bearer {made['token']}"}


def order(floor: ApiFloor, headers: dict[str, str], ref: str, *lines: tuple[str, int]) -> Any:
    body = {"ref": ref, "lines": [{"sku": sku, "units": units, "price_minor": 250} for sku, units in lines]}
    return floor.client.post("/v1/orders", json=body, headers=headers).json()


def test_the_answer_to_an_order_has_the_date_of_each_line_that_waits(floor: ApiFloor) -> None:
    headers = token(floor)
    assert order(floor, headers, "W-0", ("10", 1))["waits"] == []
    told = order(floor, headers, "W-1", ("10", 900), ("11", 1))
    [waits] = told["waits"]
    assert (waits["line"], waits["sku"], waits["backordered"]) == (1, "10", told["backordered"])
    assert (waits["source"], waits["expected"] > "2011-03-01") == ("lead_time", True)
    assert order(floor, headers, "W-1", ("10", 900), ("11", 1))["waits"] == [waits], "told again as it stands"


def test_what_waits_is_listed_with_age_value_and_date(floor: ApiFloor) -> None:
    headers = token(floor)
    told = order(floor, headers, "W-1", ("10", 900))
    floor.client.post("/api/restock")
    listed = floor.client.get("/v1/backorders", headers=headers).json()
    [line] = listed["lines"]
    assert (line["ref"], line["line"], line["sku"]) == ("W-1", 1, "10")
    assert line["value_minor"] == 250 * told["backordered"]
    assert line["waits_s"] >= 0 and line["source"] == "purchase_order" and line["expected"]
    assert floor.client.get("/v1/backorders", params={"limit": 0}, headers=headers).status_code == 422


def test_another_clients_lines_are_not_listed(floor: ApiFloor) -> None:
    headers = token(floor)
    order(floor, headers, "W-1", ("10", 900))

    def give_away(tx: Tx) -> None:
        tx.connection.exec_driver_sql("INSERT INTO client (id, name) VALUES (9, 'other')")
        tx.connection.exec_driver_sql("UPDATE customer_order SET client_id = 9")

    floor.hub.writer.call(Actor("test", "test"), give_away)
    assert floor.client.get("/v1/backorders", headers=headers).json()["lines"] == []


def test_a_shop_cancels_what_waits_and_the_rest_goes_on(floor: ApiFloor) -> None:
    headers = token(floor)
    told = order(floor, headers, "W/1", ("10", 900))
    at = "/v1/orders/W%2F1/cancel-backordered"
    key = headers | {"Idempotency-Key": "k-1"}
    for _ in range(2):
        done = floor.client.post(at, json={"line": 1}, headers=key)
        assert (done.status_code, done.json()) == (200, {"ref": "W/1", "cancelled": told["backordered"]})
    assert floor.client.get("/v1/backorders", headers=headers).json()["lines"] == []
    assert floor.client.post(at, json={"line": 7}, headers=headers).status_code == 404


def test_another_sku_stands_in_and_its_promise_is_told(floor: ApiFloor) -> None:
    headers = token(floor)
    told = order(floor, headers, "W-1", ("10", 900))
    asked = {"line": 1, "sku": "11", "units": 3}
    done = floor.client.post("/v1/orders/W-1/substitute", json=asked, headers=headers).json()
    assert (done["line"], done["sku"], done["promised"], done["backordered"]) == (2, "11", 3, 0)
    assert [line["backordered"] for line in done["waits"]] == [told["backordered"] - 3]
    for wrong, status in (({"sku": "none"}, 422), ({"units": 100_000}, 409), ({"line": 9}, 404)):
        refused = floor.client.post("/v1/orders/W-1/substitute", json=asked | wrong, headers=headers)
        assert (refused.status_code, "expected" in refused.json()["detail"]) == (status, True)


def test_a_shop_lets_part_of_an_order_leave_or_not(floor: ApiFloor) -> None:
    headers = token(floor)
    order(floor, headers, "W-1", ("10", 900))
    done = floor.client.post("/v1/orders/W-1/partial", json={"partial": False}, headers=headers)
    assert (done.status_code, done.json()) == (200, {"ref": "W-1", "partial": False})
    assert floor.client.post("/v1/orders/W-2/partial", json={"partial": True}, headers=headers).status_code == 404


def test_who_may_only_read_decides_nothing(floor: ApiFloor) -> None:
    order(floor, token(floor), "W-1", ("10", 900))
    reads = token(floor, "orders:read")
    assert floor.client.get("/v1/backorders", headers=reads).status_code == 200
    for deed, body in (
        ("partial", {"partial": True}),
        ("cancel-backordered", {}),
        ("substitute", {"line": 1, "sku": "11"}),
    ):
        assert floor.client.post(f"/v1/orders/W-1/{deed}", json=body, headers=reads).status_code == 403

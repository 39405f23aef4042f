"""Whatever a shop sends, it gets an answer in words, and nobody else suffers from it."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hub.api.guarding import BODY_BYTES_MAX
from hub.storage.writer import Actor
from tests.hub.api_floor import ApiFloor
from tests.waiting import wait_until


@pytest.fixture(scope="module")
def floor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiFloor]:
    with ApiFloor(tmp_path_factory.mktemp("api")) as floor:
        yield floor


def order(**changed: Any) -> dict[str, Any]:
    return {"ref": "B-1", "lines": [{"sku": "10", "units": 1}]} | changed


def line(**changed: Any) -> dict[str, Any]:
    return order(lines=[{"sku": "10", "units": 1} | changed])


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (order(placed_us=10**30), "placed_us: expected at most 4102444800000000, got 1000"),
        (order(placed_us=900_000_000_000_000_000), "placed_us: expected at most 4102444800000000"),
        (order(placed_us=-1), "placed_us: expected at least 0, got -1."),
        (line(price_minor=10**20), "line 1: price_minor: expected at most 1000000000"),
        (line(units=10**30), "line 1: units: expected at most 1000000"),
        (line(units=0), "line 1: units: expected at least 1, got 0."),
        (line(sku="nobody's"), "Order B-1, line 1: expected an SKU of the catalogue, got 'nobody's'."),
        (line(sku="1\n0"), "line 1: sku: expected text of one line without control characters"),
        (order(ref="B\0"), "ref: expected text of one line without control characters"),
        (order(ref="\ud800"), "ref: "),
        (order(customer="\udfff"), "customer: "),
        (order(country="a\tb"), "country: expected text of one line without control characters"),
        (order(ref="B" * 65), "ref: expected at most 64 characters, got 'BBB"),
        (order(lines=[]), "lines: expected at least 1 of them, got []."),
        (order(lines=[{}] * 20), "... and 35 more."),
        ({}, "ref: expected a value, got none."),
        ([], "body: "),
        (line(units="3"), "line 1: units: expected a whole number, got '3'."),
        (line(units=1.5), "line 1: units: expected a whole number, got 1.5."),
        (order(lines=[{"sku": "10", "units": 1}, {"sku": "10"}]), "line 2: units: expected a value, got none."),
        (line(colour="red"), "line 1: expected keys of sku, units, price_minor, substitute, got 'colour'."),
        (order(custommer="Ann", urgent=True), "country, placed_us, hold, delivery, lines, got 'custommer', 'urgent'."),
        (order(ship_complete="yes"), "ship_complete: expected true or false, got 'yes'."),
        (order(hold="whim"), "hold: expected '"),
    ],
)
def test_a_bad_order_is_refused_in_words(floor: ApiFloor, body: Any, told: str) -> None:
    answer = floor.client.post("/api/orders", content=json.dumps(body), headers={"Content-Type": "application/json"})
    assert answer.status_code == 422, answer.text
    assert told in answer.json()["detail"]
    for page in ("/api/orders", "/api/backorders", "/orders", "/backorders"):
        assert floor.client.get(page).status_code == 200


@pytest.mark.parametrize(("content", "character"), [("ref=1", 1), ('{"ref": "B-1", "lines": oops}', 25)])
def test_what_is_no_json_is_refused_in_words_with_the_place(floor: ApiFloor, content: str, character: int) -> None:
    answer = floor.client.post("/api/orders", content=content, headers={"Content-Type": "application/json"})
    told = f"body: expected JSON, cannot be read at character {character}."
    assert (answer.status_code, answer.json()["detail"]) == (422, told)


def test_an_order_at_the_bounds_is_taken_and_shown(floor: ApiFloor) -> None:
    edge = order(ref="é" * 64, customer="Zoë " * 50, country="", placed_us=4_102_444_800_000_000)
    edge["lines"] = [{"sku": "10", "units": 1_000_000, "price_minor": 1_000_000_000}]
    assert floor.client.post("/api/orders", json=edge).status_code == 201
    for page in ("/api/orders", "/api/backorders", "/orders", "/backorders", "/exceptions"):
        assert floor.client.get(page).status_code == 200


def test_an_sku_with_a_slash_can_be_asked_for(floor: ApiFloor) -> None:
    answer = floor.client.get("/api/stock/A/7")
    assert (answer.status_code, answer.json()["detail"]) == (404, "Expected an SKU of the catalogue, got 'A/7'.")
    assert floor.client.get("/api/stock/10").json()["sku"] == "10"


def test_a_body_without_end_is_refused_by_what_it_announces_and_as_it_comes(floor: ApiFloor) -> None:
    sent = 0

    def parts() -> Iterator[bytes]:
        nonlocal sent
        for _ in range(2 + BODY_BYTES_MAX // 65536):
            sent += 1
            yield b" " * 65536

    headers = {"Content-Type": "application/json"}
    for body in (bytes(BODY_BYTES_MAX + 1), parts()):
        answer = floor.client.post("/api/orders", content=body, headers=headers)
        assert (answer.status_code, answer.json()["detail"][:41]) == (413, "Expected a body of at most 4194304 bytes,")
    assert sent > 64
    padded = json.dumps(order(ref="PADDED")).encode()
    padded += b" " * (BODY_BYTES_MAX - len(padded))
    assert floor.client.post("/api/orders", content=padded, headers=headers).status_code == 201


@pytest.mark.parametrize(
    ("host", "status"),
    [
        *(("127.0.0.1:8080", 200), ("localhost:8080", 200), ("LOCALHOST", 200), ("[::1]:8080", 200)),
        *(("rebound.example:8080", 403), ("127.0.0.1.example", 403), ("[::2]", 403), ("localhost@x", 403)),
    ],
)
def test_pages_are_for_those_who_ask_this_machine_by_name(floor: ApiFloor, host: str, status: int) -> None:
    for path in ("/", "/api/orders", "/exceptions"):
        answer = floor.client.get(path, headers={"Host": host})
        assert answer.status_code == status
        assert status == 200 or f"got '{host}'" in answer.json()["detail"]
    assert floor.client.get("/v1/orders/B", headers={"Host": host}).status_code == 401, "shops come under any name"


@pytest.mark.parametrize(
    ("site", "status"), [("cross-site", 403), ("same-site", 403), ("same-origin", 201), ("none", 201)]
)
def test_a_strangers_page_changes_nothing_by_the_interface(floor: ApiFloor, site: str, status: int) -> None:
    headers = {"Sec-Fetch-Site": site}
    body = order(ref=f"from {site}")
    assert floor.client.post("/api/orders", json=body, headers=headers).status_code == status
    assert (f"from {site}" in floor.client.get("/api/orders", headers=headers).text) == (status == 201)


def test_a_writer_that_does_not_answer_in_time_is_told_as_503(tmp_path: Path) -> None:
    with ApiFloor(tmp_path, patience_s=0.2) as floor:
        go_on = threading.Event()
        held = floor.hub.writer.submit(Actor("test", "hold"), lambda tx: go_on.wait(20))
        answer = floor.client.post("/api/orders", json=order())
        go_on.set()
        assert held.result(10)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert "Send the same again" in answer.json()["detail"]
        wait_until(lambda: len(floor.client.get("/api/orders").json()) == 1, 10, "the order that was taken late")
        assert floor.client.post("/api/orders", json=order()).status_code == 200


def test_a_writer_that_has_stopped_is_told_as_503(tmp_path: Path) -> None:
    with ApiFloor(tmp_path) as floor:
        floor.hub.writer.close()
        assert floor.client.post("/api/orders", json=order()).status_code == 503
        assert floor.client.post("/api/restock").status_code == 503

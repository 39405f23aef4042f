"""A file of orders in one request: all of it or nothing, each refused line by its number, field and words."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from hub.handlers import filed_orders
from hub.storage.verify import verify
from tests.hub.api.test_shops import order, send, token
from tests.hub.api_floor import ApiFloor
from tests.hub.demo_site import HEADER, sale

CSV = {"Content-Type": "text/csv; charset=utf-8"}
LINES = {"Content-Type": "application/x-ndjson"}


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[ApiFloor]:
    with ApiFloor(tmp_path) as floor:
        yield floor
        with floor.hub.engine.begin() as connection:
            assert not any(verify(connection).values())


@pytest.fixture
def shop(floor: ApiFloor) -> dict[str, str]:
    return token(floor)


def post(floor: ApiFloor, headers: dict[str, str], body: str | bytes, **params: Any) -> httpx.Response:
    answer: httpx.Response = floor.client.post("/v1/orders/import", content=body, headers=headers, params=params)
    return answer


def a_file(*lines: str) -> str:
    return "\n".join((HEADER, *lines)) + "\n"


def json_lines(*orders: dict[str, Any]) -> str:
    return "".join(json.dumps(one) + "\n" for one in orders)


def refs(floor: ApiFloor) -> set[str]:
    return {one["ref"] for one in floor.client.get("/api/orders").json()}


def test_a_csv_file_comes_in_whole_and_again_without_change(floor: ApiFloor, shop: dict[str, str]) -> None:
    body = a_file(sale("A", "10", 2), sale("A", "11", 1, line=2), sale("B", "10", 1), "C,1,x,service,P,Post,1,1,,")
    for new, again in ((2, 0), (0, 2)):
        taken = post(floor, shop | CSV, body)
        assert taken.status_code == 200
        assert taken.json() == {
            **{"new": new, "again": again, "promised": 4, "backordered": 0},
            **{"skipped": {"service": 1}, "refused": [], "refused_lines": 0},
        }
    assert refs(floor) == {"A", "B"}


def test_of_a_file_with_refused_lines_nothing_is_taken_and_each_is_named(floor: ApiFloor, shop: dict[str, str]) -> None:
    body = a_file(sale("A", "10"), sale("B", "10", 0), sale("C", "NONE"), sale("D", "10", at="yesterday"))
    refused = post(floor, shop | CSV, body)
    assert refused.status_code == 422
    told = refused.json()
    assert told["detail"] == "Nothing was taken, for 3 lines are refused: mend the file and send it again."
    assert told["refused"] == [
        {"line": 3, "order": "B", "field": "quantity", "expected": "quantity from 1 to 1000000", "got": "0"},
        {
            **{"line": 5, "order": "D", "field": "placed_at"},
            **{"expected": "placed_at as YYYY-MM-DDTHH:MM", "got": "yesterday"},
        },
        {"line": 4, "order": "C", "field": "sku", "expected": "an SKU of the catalogue", "got": "NONE"},
    ]
    assert refs(floor) == set()


def test_the_valid_orders_come_alone_if_that_was_asked_for(floor: ApiFloor, shop: dict[str, str]) -> None:
    body = a_file(sale("A", "10"), sale("B", "10", 0), sale("B", "11", 1, line=2), sale("C", "NONE"))
    taken = post(floor, shop | CSV, body, valid_only=True)
    assert (taken.status_code, taken.json()["new"], taken.json()["refused_lines"]) == (200, 1, 2)
    assert refs(floor) == {"A"}


def test_a_line_that_may_belong_to_any_order_refuses_all(floor: ApiFloor, shop: dict[str, str]) -> None:
    for body, headers in (
        (a_file(sale("A", "10"), '"broken'), CSV),
        (json_lines(order("A")) + "{broken\n", LINES),
    ):
        refused = post(floor, shop | headers, body, valid_only=True)
        assert refused.status_code == 422
        assert "may belong to any order" in refused.json()["detail"]
    assert refs(floor) == set()


def test_an_order_as_json_a_line_has_all_that_an_order_can_have(floor: ApiFloor, shop: dict[str, str]) -> None:
    body = json_lines(order("A") | {"priority": 4, "delivery": {"city": "Oslo"}}) + "\n" + json_lines(order("B"))
    assert post(floor, shop | LINES, body).json()["new"] == 2
    told = floor.client.get("/v1/orders/A", headers=shop).json()
    assert (told["priority"], told["delivery"]["city"]) == (4, "Oslo")


def test_a_refused_json_line_names_the_field_within_its_order(floor: ApiFloor, shop: dict[str, str]) -> None:
    body = json_lines(order("A"), order("B", units=0), {"ref": "C", "lines": []})
    [first, second] = post(floor, shop | LINES, body).json()["refused"]
    assert (first["line"], first["order"], first["field"], first["got"]) == (2, "B", "lines.0.units", "0")
    assert (second["line"], second["order"], second["field"]) == (3, "C", "lines")
    assert refs(floor) == set()


def test_an_order_that_came_otherwise_before_or_twice_in_the_file_is_refused(
    floor: ApiFloor, shop: dict[str, str]
) -> None:
    send(floor, shop, order("A", 1))
    told = post(floor, shop | LINES, json_lines(order("A", 2), order("B", 1), order("B", 2))).json()
    assert [(line["line"], line["order"], line["field"]) for line in told["refused"]] == [
        (1, "A", "ref"),
        (3, "B", "ref"),
    ]
    assert refs(floor) == {"A"}


@pytest.mark.parametrize(
    ("body", "headers", "status", "words"),
    [
        (b"a,b\n", CSV, 422, "Line 1: expected the columns order_id"),
        (b"\xab\xcd", CSV, 422, "Expected a file in UTF-8, got byte 0xab at 0."),
        (b"{}", {"Content-Type": "application/json"}, 415, "Expected a Content-Type of text/csv"),
    ],
)
def test_what_is_no_file_of_orders_is_refused(
    floor: ApiFloor, shop: dict[str, str], body: bytes, headers: dict[str, str], status: int, words: str
) -> None:
    refused = post(floor, shop | headers, body)
    assert refused.status_code == status
    assert words in refused.json()["detail"]


def test_a_file_is_taken_once_under_its_key(floor: ApiFloor, shop: dict[str, str]) -> None:
    keyed = shop | CSV | {"Idempotency-Key": "file-1"}
    first, again = (post(floor, keyed, a_file(sale("A", "10"))) for _ in range(2))
    assert first.content == again.content
    assert again.headers["Idempotent-Replayed"] == "true"
    assert post(floor, keyed, a_file(sale("B", "10"))).status_code == 422


def test_a_file_that_is_too_long_is_refused_before_anything_is_written(
    floor: ApiFloor, shop: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filed_orders, "FILE_LINES_MAX", 1)
    refused = post(floor, shop | CSV, a_file(sale("A", "10"), sale("B", "10")))
    assert refused.status_code == 422
    assert "at most 1 order lines, got 2: split it" in refused.json()["detail"]
    assert refs(floor) == set()


def test_nobody_sends_a_file_without_a_token(floor: ApiFloor) -> None:
    assert post(floor, CSV, a_file(sale("A", "10"))).status_code == 401
    assert post(floor, token(floor, "orders:read") | CSV, a_file(sale("A", "10"))).status_code == 403

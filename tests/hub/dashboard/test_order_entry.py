"""Keying an order in: items are found with what is available of them; what is wrong is said and nothing is lost."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.hub.api_floor import ApiFloor

OWN = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[ApiFloor]:
    with ApiFloor(tmp_path) as floor:
        yield floor


def enter(floor: ApiFloor, *lines: tuple[str, str], headers: dict[str, str] = OWN, **said: str) -> httpx.Response:
    form: dict[str, Any] = {"ref": "T-1", "actor": "Ola", "country": "Norway"} | said
    form |= {"sku": [sku for sku, _ in lines], "units": [units for _, units in lines]}
    answer: httpx.Response = floor.client.post("/orders/new", data=form, headers=headers)
    return answer


def find(floor: ApiFloor, words: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = floor.client.get("/orders/new/skus", params={"q": words}).json()
    return found


def test_an_order_is_keyed_in_and_its_page_is_shown(floor: ApiFloor) -> None:
    taken = enter(
        floor, ("10", "2"), ("", ""), ("11", "1"), hold="payment", street="Kongens gate 1", ship_complete="on"
    )
    assert taken.status_code == 303
    page = floor.client.get(taken.headers["Location"]).text
    for words in ("Order T-1", "on hold: payment", "leaves complete only", "Kongens gate 1", "GOODS 10"):
        assert words in page
    [order] = floor.client.get("/api/orders").json()
    assert (order["ref"], order["ordered"]) == ("T-1", 3)


@pytest.mark.parametrize(
    ("lines", "said", "words"),
    [
        ([], {}, "Give at least one item"),
        ([("10", "two")], {}, "Line 1, 10: expected how many as a number from 1, got &#39;two&#39;."),
        ([("", "2")], {}, "Line 1: expected an item, got none."),
        ([("NONE", "2")], {}, "expected an SKU of the catalogue, got &#39;NONE&#39;"),
        ([("10", "2")], {"actor": " "}, "Give your name"),
        ([("10", "2")], {"ref": ""}, "ref: "),
        ([("10", "2")], {"hold": "whim"}, "hold: "),
    ],
)
def test_what_is_wrong_is_said_and_what_was_written_stays(
    floor: ApiFloor, lines: list[tuple[str, str]], said: dict[str, str], words: str
) -> None:
    refused = enter(floor, *lines, customer="Kari <3", **said)
    assert refused.status_code == 422
    assert words in refused.text
    assert 'value="Kari &lt;3"' in refused.text
    for sku, _ in lines:
        assert f'value="{sku}"' in refused.text
    assert floor.client.get("/api/orders").json() == []


def test_a_number_that_is_taken_is_not_taken_twice(floor: ApiFloor) -> None:
    enter(floor, ("10", "2"))
    again = enter(floor, ("10", "2"))
    assert (again.status_code, "There is an order T-1 already" in again.text) == (422, True)


def test_a_strangers_page_keys_nothing_in(floor: ApiFloor) -> None:
    assert enter(floor, ("10", "2"), headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert floor.client.get("/api/orders").json() == []


def test_items_are_found_by_code_description_and_gtin_with_what_is_available(floor: ApiFloor) -> None:
    [by_code] = find(floor, "10")
    assert (by_code["sku"], by_code["description"]) == ("10", "GOODS 10")
    assert [stock["sku"] for stock in find(floor, "goods")] == ["10", "11"]
    assert [stock["sku"] for stock in find(floor, "11 Goods")] == ["11"]
    have = by_code["available"]
    enter(floor, ("10", "5"))
    assert find(floor, "10")[0]["available"] == have - 5
    with floor.hub.engine.begin() as connection:
        gtin = connection.exec_driver_sql("SELECT gtin FROM sku WHERE code = '11'").scalar_one()
    assert [stock["sku"] for stock in find(floor, gtin)] == ["11"]


@pytest.mark.parametrize("words", ["", "   ", "%", "_", "1_", "!", "'"])
def test_signs_that_mean_something_to_the_database_mean_nothing_here(floor: ApiFloor, words: str) -> None:
    assert find(floor, words) == []

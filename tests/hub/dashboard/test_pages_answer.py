"""What a browser gets: pages, also for an address that is none, and the reference of the REST interface."""

import re
from collections.abc import Iterator

import pytest

from tests.hub.api_floor import ApiFloor

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture(scope="module")
def floor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiFloor]:
    with ApiFloor(tmp_path_factory.mktemp("pages")) as floor:
        yield floor


def test_a_browser_that_asks_for_a_page_there_is_not_gets_one_with_words_and_a_way_back(floor: ApiFloor) -> None:
    answer = floor.client.get("/ordres", headers=BROWSER)
    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "There is no page at /ordres." in answer.text
    assert 'href="/orders"' in answer.text


def test_an_exception_that_is_not_open_is_told_to_a_browser_in_words(floor: ApiFloor) -> None:
    answer = floor.client.get("/exceptions/77/close", headers=BROWSER)
    assert answer.status_code == 404
    assert "Expected the number of an open exception, got 77." in answer.text
    assert "<nav" in answer.text


@pytest.mark.parametrize(("path", "headers"), [("/ordres", {}), ("/api/ordres", BROWSER)])
def test_a_program_gets_json_for_an_address_that_is_none(floor: ApiFloor, path: str, headers: dict[str, str]) -> None:
    answer = floor.client.get(path, headers=headers)
    assert (answer.status_code, answer.json()) == (404, {"detail": "Not Found"})


def test_orders_in_a_state_that_is_none_are_refused_in_words(floor: ApiFloor) -> None:
    answer = floor.client.get("/orders", params={"state": "<bogus>"}, headers=BROWSER)
    assert answer.status_code == 422
    assert "expected one of waiting, picking, packing, shipped, backordered, at_supplier, cancelled, got" in answer.text
    assert "<bogus>" not in answer.text
    assert floor.client.get("/orders", params={"state": "shipped"}).status_code == 200


def test_the_reference_names_every_request_with_its_fields_and_loads_nothing_from_elsewhere(floor: ApiFloor) -> None:
    answer = floor.client.get("/docs", headers=BROWSER)
    assert answer.status_code == 200
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'self'")
    for path in floor.client.get("/openapi.json").json()["paths"]:
        assert f"<code>{path}</code>" in answer.text, path
    assert "lines[].price_minor" in answer.text
    assert "0 to 1,000,000,000" in answer.text
    loaded = re.findall(r'<(?:script|link|img)[^>]+(?:src|href)="([^"]+)"', answer.text)
    assert loaded
    assert all(address.startswith("/static/") for address in loaded), loaded
    assert floor.client.get("/redoc").status_code == 404


def test_an_order_has_a_page_of_its_own_that_the_list_leads_to(floor: ApiFloor) -> None:
    body = {"ref": "ONE/1", "customer": "<Zoë>", "lines": [{"sku": "10", "units": 2}, {"sku": "11", "units": 900}]}
    public = floor.client.post("/api/orders", json=body).json()["order"]
    assert f'<a href="/orders/{public}">ONE/1</a>' in floor.client.get("/orders").text
    shown = floor.client.get(f"/orders/{public}")
    assert shown.status_code == 200
    for words in ("Order ONE/1", "&lt;Zoë&gt;", "2 promised", "backordered", "On no cart yet."):
        assert words in shown.text, words
    assert floor.client.get("/orders/nobody").json()["detail"] == "Expected the id of an order, got 'nobody'."

"""Materials are seen, counted, carried and received by request and by form."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from hub.api.app import routes, web_app
from hub.dashboard.pages import add_pages
from tests.hub.material_floor import MaterialFloor

OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture(scope="module")
def floor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MaterialFloor]:
    floor = MaterialFloor(tmp_path_factory.mktemp("materials"))
    yield floor
    floor.close()


@pytest.fixture(scope="module")
def client(floor: MaterialFloor) -> Iterator[TestClient]:
    app = web_app()
    app.include_router(routes(floor.hub))
    add_pages(app, floor.hub)
    with TestClient(app, "http://127.0.0.1", follow_redirects=False) as client:
        yield client


def material(client: TestClient, sku: str) -> dict[str, object]:
    [row] = [row for row in client.get("/api/materials").json() if row["sku"] == sku]
    return dict(row)


def test_a_count_by_request_and_by_form_sets_the_book(client: TestClient) -> None:
    said = {"sku": "TAPE", "bench": "pack-2", "units": 30, "actor": "Grace"}
    assert client.post("/api/materials/count", json=said).json()["change"] == 30
    answer = client.post("/materials", data=said | {"units": "12"}, headers=OURS)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/materials")
    row = material(client, "TAPE")
    assert (row["at"], row["on_hand"], row["days_left"]) == ({"pack-2": 12}, 12, None)


@pytest.mark.parametrize("wrong", [{"units": "some"}, {"units": "-1"}, {"actor": " "}])
def test_a_form_that_says_nothing_is_shown_again_in_words(client: TestClient, wrong: dict[str, str]) -> None:
    said = {"sku": "TAPE", "bench": "pack-2", "units": "3", "actor": "Grace"} | wrong
    answer = client.post("/materials", data=said, headers=OURS)
    assert answer.status_code == 422 and "Give a whole number of units" in answer.text
    assert client.post("/materials", data=said, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_what_there_is_none_of_is_refused_in_words(client: TestClient) -> None:
    said = {"sku": "RED", "bench": "pack-1", "units": 1, "actor": "Grace"}
    answer = client.post("/api/materials/count", json=said)
    assert (answer.status_code, "Expected the SKU of a packing material" in answer.text) == (404, True)
    carry = {"sku": "BOX-S", "units": 501, "from_bench": "pack-1", "to_bench": "pack-2", "actor": "Grace"}
    assert client.post("/api/materials/carry", json=carry).status_code == 409
    assert client.post("/api/materials/carry", json=carry | {"units": 5}).status_code == 200
    receipt = {"purchase_order": "PO-9", "units": {"TAPE": 1}, "bench": "pack-1", "actor": "Grace"}
    assert client.post("/api/materials/receive", json=receipt).status_code == 404


def test_the_page_shows_what_is_used_how_long_it_lasts_and_what_comes(floor: MaterialFloor, client: TestClient) -> None:
    for sku, units in (("LABEL", 41), ("KRAFT", 10_000)):
        client.post("/api/materials/count", json={"sku": sku, "bench": "pack-1", "units": units, "actor": "Grace"})
    floor.packed("A", RED=3)
    [number] = client.post("/api/restock").json()["purchase_orders"]
    row = material(client, "LABEL")
    assert (row["at"], row["used_a_day"], row["days_left"], row["reorder_point"]) == ({"pack-1": 40}, 1.0, 40.0, 2)
    assert material(client, "BOX-XS")["on_order"], "two are left of three"
    shown = client.get("/materials").text
    assert "packing label" in shown and number in shown and "40.0" in shown

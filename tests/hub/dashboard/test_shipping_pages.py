"""The pages of a parcel and of manifests: papers, label again, given back, and the driver's scans."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from hub.api.app import routes, web_app
from hub.dashboard.pages import add_pages
from hub.storage.work_tables import delivery
from tests.hub.stocked_floor import StockedFloor

OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[StockedFloor]:
    floor = StockedFloor(tmp_path)
    yield floor
    floor.close()


@pytest.fixture
def client(floor: StockedFloor) -> Iterator[TestClient]:
    app = web_app()
    app.include_router(routes(floor.hub))
    add_pages(app, floor.hub)
    with TestClient(app, "http://127.0.0.1", follow_redirects=False) as client:
        yield client


def parcel(floor: StockedFloor) -> str:
    """The page of the only parcel."""
    [row] = floor.rows("SELECT public FROM parcel")
    return f"/parcel/{row['public']}"


def test_a_parcels_page_says_its_price_and_why_and_leads_to_its_papers(floor: StockedFloor, client: TestClient) -> None:
    tracking = floor.labelled(RED=3)
    page = client.get(parcel(floor)).text
    assert tracking in page
    assert "£9.90 base, up to 2 kg" in page
    assert "Letterbox not taken: does not go to Norway." in page
    for paper in ("label", "packing-slip", "invoice", "customs"):
        assert f"{parcel(floor)}/{paper}.pdf" in page
        answer = client.get(f"{parcel(floor)}/{paper}.pdf")
        assert (answer.headers["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    order = floor.rows("SELECT public FROM customer_order")[0]["public"]
    assert parcel(floor) in client.get(f"/orders/{order}").text


def test_a_parcel_at_home_needs_no_customs_form_and_unknown_papers_are_not_there(
    floor: StockedFloor, client: TestClient
) -> None:
    floor.picked_tote("A", "United Kingdom", tote="TOTE-0001", RED=3)
    floor.scan("pack-1", "TOTE-0001")
    floor.check_items("pack-1", RED=3)
    floor.weigh("pack-1", floor.parcel_mg("United Kingdom", RED=3))
    assert "customs.pdf" not in client.get(parcel(floor)).text
    assert client.get(f"{parcel(floor)}/will.pdf").status_code == 404
    assert client.get("/parcel/nobody").status_code == 404


def test_a_label_is_printed_again_given_back_and_bought_anew_from_the_page(
    floor: StockedFloor, client: TestClient
) -> None:
    floor.labelled(RED=3)
    where = parcel(floor)
    assert client.post(f"{where}/void").status_code == 403, "not one of our own pages"
    assert client.post(f"{where}/void", headers=OURS).headers["Location"] == where
    assert client.get(f"{where}/label.pdf").status_code == 409
    assert "Buy a label" in client.get(where).text
    assert client.post(f"{where}/buy", headers=OURS).status_code == 303
    assert client.post(f"{where}/buy", headers=OURS).status_code == 409
    states = [row["state"] for row in floor.rows("SELECT state FROM label_purchase ORDER BY id")]
    assert states == ["void", "bought"]
    assert client.post(f"{where}/print", headers=OURS).status_code == 303
    assert client.post(f"{where}/eat", headers=OURS).status_code == 404


def test_a_parcel_is_scanned_into_the_drivers_hands_on_the_manifests_page(
    floor: StockedFloor, client: TestClient
) -> None:
    tracking = floor.labelled(RED=3)
    floor.scan("pack-1", tracking)
    values = {"order_id": 1, "name": "=cmd|' /C calc'!A0", "postcode": "9008"}
    floor.call(lambda tx: tx.connection.execute(delivery.insert().values(**values)))
    assert "Close now" in client.get("/manifests").text
    assert client.post("/manifests/overseas/close").status_code == 403
    assert client.post("/manifests/overseas/close", headers=OURS).headers["Location"] == "/manifests/M-000001"
    assert client.post("/manifests/overseas/close", headers=OURS).status_code == 409
    page = "/manifests/M-000001"
    assert tracking in client.get(page).text
    table = client.get(f"{page}.csv").text
    assert f"{tracking},0061" in table and "'=cmd" in table and ",=cmd" not in table
    assert client.get(f"{page}.pdf").content[:5] == b"%PDF-"
    assert "is no parcel of ours" in client.post(page, data={"symbol": "TOTE-0001"}, headers=OURS).text
    answer = client.post(page, data={"gone": "yes"}, headers=OURS)
    assert floor.exceptions() == ["not_handed_over"] and tracking in answer.text
    answer = client.post(page, data={"symbol": tracking, "by": "Bo"}, headers=OURS).text
    assert "handed over." in answer and "Everything was handed over." in answer and 'value="Bo"' in answer
    assert floor.exceptions() == []
    assert client.post(page, data={"symbol": tracking}).status_code == 403


def test_a_shop_sees_what_the_carrier_said_of_its_orders_parcels(floor: StockedFloor, client: TestClient) -> None:
    tracking = floor.labelled(RED=3)
    token = client.post("/api/tokens", json={"name": "shop", "scopes": "orders:read", "actor": "Kari"}).json()["token"]
    answer = client.get("/v1/orders/A", headers={"Authorization": f"Bearer {token}"}).json()
    [shown] = answer["parcels"]
    assert (shown["tracking"], shown["events"]) == (tracking, [])
    assert shown["sscc"].startswith("00614141")

"""Where is it: asked over the interface, seen at the bay."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from edge.contract.site import Broker
from hub.api.app import routes, web_app
from hub.site.catalogue import load_catalogue
from tests.edge.hands_client import Hands
from tests.edge.live_station import LiveBroker, LiveStation
from tests.hub.api_floor import ApiFloor
from tests.hub.built_hub import build_hub, small_site
from tests.waiting import wait_until


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[ApiFloor]:
    with ApiFloor(tmp_path) as floor:
        yield floor


def test_what_there_is_not_is_refused_in_words(floor: ApiFloor) -> None:
    answer = floor.client.post("/api/bins/bay-99/01/locate")
    assert (answer.status_code, answer.json()["detail"]) == (404, "Expected a bin of this site, got 'bay-99/01'.")
    answer = floor.client.post("/api/stock/NONE/locate")
    assert (answer.status_code, answer.json()["detail"]) == (404, "Expected an SKU that has a bin, got 'NONE'.")
    assert floor.client.post("/api/bins/bay-01/01/locate", json={"seconds": 0}).status_code == 422


def test_a_hub_without_its_stations_says_so(floor: ApiFloor) -> None:
    answer = floor.client.post("/api/bins/bay-01/01/locate")
    assert answer.status_code == 503
    assert "no link to its stations" in answer.json()["detail"]


@pytest.mark.system
def test_a_bin_and_an_sku_that_are_asked_for_blink_at_their_bay(tmp_path: Path) -> None:
    broker = LiveBroker(tmp_path)
    broker.start()
    site = small_site(tmp_path / "site")
    bay = LiveStation(site, "bay-01", broker.port, tmp_path)
    bay.start()
    hub = build_hub(tmp_path, broker=Broker(port=broker.port), site=site)
    try:
        hub.start()
        app = web_app()
        app.include_router(routes(hub))
        client = TestClient(app, "http://127.0.0.1")
        wait_until(lambda: hub.live.stations.get("bay-01") and hub.live.stations["bay-01"].online, 20, "the bay comes")
        name = "bay-01/02"
        sku = next(stock.sku for stock in load_catalogue(site).bins if stock.bin == name)
        hands = Hands(bay.socket)
        before = client.get("/api/book").json()
        answer = client.post(f"/api/bins/{name}/locate", json={"seconds": 3})
        assert answer.json() == {"bins": [{"bin": name, "station": "bay-01", "online": True}]}
        wait_until(lambda: (light := hands.light(name)) is not None and light.text == "HERE", 5, "the bin blinks")
        wait_until(lambda: hands.light(name) is None, 10, "and ends to")
        answer = client.post(f"/api/stock/{sku}/locate", json={"seconds": 3})
        assert name in [bin_["bin"] for bin_ in answer.json()["bins"]]
        wait_until(lambda: hands.light(name) is not None, 5, "its bin blinks")
        assert client.get("/api/book").json() == before, "nothing of stock changes"
    finally:
        hub.close()
        bay.kill()
        broker.kill()

"""What carriers report is kept once, shown, and told to the customer."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from hub.api.app import web_app
from hub.api.tracking import AGE_MAX_S, is_signed, tracking_routes
from hub.carriers.http_carrier import HttpCarrier
from hub.carriers.interface import Unanswered
from hub.carriers.twin import CarrierTwin, TwinServer, signature
from hub.storage.work_tables import delivery
from tests.hub.carriers.asked_floor import CARRIER, FILE, AskedFloor

SECRET = "a secret of both"
NOW_S = 1_800_000_000
SHIPPING = """
[mail]
host = "127.0.0.1"
port = 1
sender = "orders@shelflight.example"
"""


@pytest.fixture
def server() -> Iterator[TwinServer]:
    server = TwinServer(CarrierTwin())
    yield server
    server.close()


@pytest.fixture
def floor(server: TwinServer, tmp_path: Path) -> Iterator[AskedFloor]:
    secret = tmp_path / "secret"
    secret.write_text(SECRET + "\n", "utf-8")
    line = f'url = "{{url}}"\nwebhook_secret_file = "{secret}"'
    file = FILE.replace('url = "{url}"', line).format(url=server.url)
    floor = AskedFloor(tmp_path, server.url, **{f"carriers/{CARRIER}.toml": file, "shipping.toml": SHIPPING})
    yield floor
    floor.close()


@pytest.fixture
def client(floor: AskedFloor) -> TestClient:
    app = web_app()
    app.include_router(tracking_routes(floor.hub, patience_s=30, wall_s=lambda: NOW_S))
    return TestClient(app, "http://127.0.0.1")


@pytest.fixture
def tracking(floor: AskedFloor, server: TwinServer) -> str:
    """The number of a parcel that has left for kari@example.org."""
    floor.weighed(RED=3)
    values = {"order_id": 1, "name": "Kari Nordmann", "email": "kari@example.org"}
    floor.call(lambda tx: tx.connection.execute(delivery.insert().values(**values)))
    floor.ask()
    [tracking] = server.twin.sold
    floor.scan("pack-1", tracking)
    return tracking


def tell(client: TestClient, *events: dict[str, str], secret: str = SECRET, at_s: int = NOW_S) -> Any:
    body = json.dumps({"events": events}).encode()
    headers = {"X-Carrier-Signature": signature(secret, body, at_s)}
    return client.post(f"/v1/webhooks/tracking/{CARRIER}", content=body, headers=headers)


def letters(floor: AskedFloor) -> list[str]:
    return [row["kind"] for row in floor.rows("SELECT kind FROM mail WHERE recipient = 'kari@example.org' ORDER BY id")]


def test_the_customer_hears_when_a_parcel_leaves_and_what_is_in_it(floor: AskedFloor, tracking: str) -> None:
    assert letters(floor) == ["shipped"]
    [letter] = floor.rows("SELECT plain FROM mail")
    assert f"Twin Post (Twin Parcel)\nTracking:  {tracking}" in letter["plain"]
    assert "3 x GOODS RED" in letter["plain"] and "follow" not in letter["plain"]


def test_an_event_is_kept_once_however_often_and_by_whichever_way_it_comes(
    floor: AskedFloor, server: TwinServer, client: TestClient, tracking: str
) -> None:
    event = server.twin.happen(tracking, "in_transit", "2011-03-02T09:30:00+01:00", "Tromsø")
    assert tell(client, event).json() == {"events": 1, "news": 1, "refused": []}
    assert tell(client, event, event).json() == {"events": 2, "news": 0, "refused": []}
    floor.monotonic_s += 1_000
    assert floor.carriers_desk.poll(CARRIER) == 0
    assert server.twin.asked[-1] == f"GET /tracking/{tracking}"
    rows = floor.rows("SELECT status, place, at_us FROM tracking_event")
    assert rows == [{"status": "in_transit", "place": "Tromsø", "at_us": 1_299_054_600_000_000}]
    delivered = server.twin.happen(tracking, "delivered", "2011-03-03T09:30:00+01:00", "Tromsø")
    assert tell(client, delivered, delivered).json() == {"events": 2, "news": 1, "refused": []}
    assert letters(floor) == ["shipped", "delivered"]


def test_a_carrier_that_tells_nothing_is_asked_and_not_after_the_delivery(
    floor: AskedFloor, server: TwinServer, tracking: str
) -> None:
    server.twin.happen(tracking, "collected", "2011-03-01T17:00:00Z")
    assert floor.carriers_desk.poll(CARRIER) == 1
    floor.monotonic_s += 1_000
    assert floor.carriers_desk.poll(CARRIER) == 0, "asked lately"
    server.twin.happen(tracking, "delivered", "2011-03-02T09:30:00Z")
    floor.clock_us += 3_600_000_000
    floor.monotonic_s += 1_000
    assert floor.carriers_desk.poll(CARRIER) == 1
    asked = len(server.twin.asked)
    floor.clock_us += 3_600_000_000
    floor.monotonic_s += 1_000
    floor.carriers_desk.poll(CARRIER)
    assert len(server.twin.asked) == asked


def test_a_parcel_that_was_not_delivered_is_an_exception_until_it_is(
    floor: AskedFloor, server: TwinServer, client: TestClient, tracking: str
) -> None:
    tell(client, server.twin.happen(tracking, "failed", "2011-03-02T09:30:00Z"))
    assert floor.exceptions() == ["not_delivered"]
    tell(client, server.twin.happen(tracking, "delivered", "2011-03-03T09:30:00Z"))
    assert floor.exceptions() == []


def test_what_is_not_signed_with_the_carriers_secret_lately_is_refused(
    floor: AskedFloor, server: TwinServer, client: TestClient, tracking: str
) -> None:
    event = server.twin.happen(tracking, "delivered", "2011-03-02T09:30:00Z")
    for answer in (
        tell(client, event, secret="another"),
        tell(client, event, at_s=NOW_S - AGE_MAX_S - 1),
        client.post(f"/v1/webhooks/tracking/{CARRIER}", content=b"{}"),
        client.post("/v1/webhooks/tracking/island-post", content=b"{}"),
    ):
        assert answer.status_code == 401
    assert floor.rows("SELECT * FROM tracking_event") == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"tracking": "XX1"}, "Expected the number of a parcel that twin-post carries for us, got 'XX1'"),
        ({"at": "yesterday"}, "at: expected a time as 2011-03-01T12:00:00Z, got 'yesterday'"),
        ({"at": "2011-03-01T12:00:00"}, "expected a time with its offset"),
    ],
)
def test_an_event_that_cannot_be_kept_is_named_and_keeps_back_no_other(
    floor: AskedFloor, server: TwinServer, client: TestClient, tracking: str, change: dict[str, str], told: str
) -> None:
    good = server.twin.happen(tracking, "in_transit", "2011-03-02T09:30:00Z")
    answer = tell(client, good | {"event": "e2"} | change, good)
    assert (answer.status_code, answer.json()["news"]) == (200, 1)
    [refused] = answer.json()["refused"]
    assert refused.startswith("Event e2: ") and told in refused
    assert [row["event"] for row in floor.rows("SELECT event FROM tracking_event")] == [good["event"]]


def test_a_message_that_cannot_be_read_is_refused(
    floor: AskedFloor, server: TwinServer, client: TestClient, tracking: str
) -> None:
    answer = tell(client, server.twin.happen(tracking, "in_transit", "2011-03-02T09:30:00Z") | {"status": "eaten"})
    assert answer.status_code == 422
    assert "Invalid enum value 'eaten'" in answer.json()["detail"]
    assert floor.rows("SELECT * FROM tracking_event") == []


def test_a_failure_that_is_heard_of_after_the_delivery_that_followed_it_is_no_exception(
    floor: AskedFloor, server: TwinServer, client: TestClient, tracking: str
) -> None:
    tell(client, server.twin.happen(tracking, "delivered", "2011-03-03T09:30:00Z"))
    tell(client, server.twin.happen(tracking, "failed", "2011-03-02T09:30:00Z"))
    assert floor.exceptions() == []


def test_a_delivery_that_is_heard_of_after_the_return_is_not_told_and_closes_nothing(
    floor: AskedFloor, server: TwinServer, client: TestClient, tracking: str
) -> None:
    tell(client, server.twin.happen(tracking, "returned", "2011-03-03T09:30:00Z"))
    tell(client, server.twin.happen(tracking, "delivered", "2011-03-02T09:30:00Z"))
    assert (letters(floor), floor.exceptions()) == (["shipped"], ["not_delivered"])


@pytest.mark.parametrize("wrong", [{"at": "yesterday"}, {"status": "eaten"}])
def test_a_parcel_of_which_nonsense_is_told_does_not_keep_others_from_being_asked_after(
    floor: AskedFloor, server: TwinServer, tracking: str, wrong: dict[str, str]
) -> None:
    server.twin.happen(tracking, "in_transit", "2011-03-02T09:30:00Z").update(wrong)
    floor.weighed("B", tote="TOTE-0002", GREEN=1)
    floor.ask()
    other = server.twin.sold[1]
    floor.scan("pack-1", other)
    server.twin.happen(other, "in_transit", "2011-03-02T09:30:00Z")
    assert floor.carriers_desk.poll(CARRIER) == 1
    floor.monotonic_s += 1_000
    asked = len(server.twin.asked)
    floor.carriers_desk.poll(CARRIER)
    assert len(server.twin.asked) == asked, "both were asked after lately"


def test_a_number_that_no_url_can_have_is_no_answer(server: TwinServer) -> None:
    with pytest.raises(Unanswered):
        HttpCarrier(server.url).track("TW\x011")


def test_no_secret_signs_nothing() -> None:
    assert is_signed(SECRET, b"{}", signature(SECRET, b"{}", NOW_S), NOW_S)
    assert not is_signed("", b"{}", signature("", b"{}", NOW_S), NOW_S)

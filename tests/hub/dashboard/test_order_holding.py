"""Holding an order and letting it go on its own page."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.hub.api_floor import ApiFloor

OWN = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[ApiFloor]:
    with ApiFloor(tmp_path) as floor:
        floor.client.post("/api/orders", json={"ref": "A", "lines": [{"sku": "10", "units": 2}]})
        yield floor


def press(floor: ApiFloor, reason: str, actor: str = "Ola", headers: dict[str, str] = OWN) -> httpx.Response:
    answer: httpx.Response = floor.client.post(
        f"{page_of(floor)}/hold", data={"reason": reason, "actor": actor}, headers=headers
    )
    return answer


def page_of(floor: ApiFloor) -> str:
    return f"/orders/{floor.client.get('/api/orders').json()[0]['public']}"


def hold_of(floor: ApiFloor) -> str:
    hold: str = floor.client.get("/api/orders").json()[0]["hold"]
    return hold


def test_an_order_is_held_and_let_go_and_the_audit_says_by_whom(floor: ApiFloor) -> None:
    held = press(floor, "fraud")
    assert (held.status_code, held.headers["Location"], hold_of(floor)) == (303, page_of(floor), "fraud")
    page = floor.client.get(page_of(floor)).text
    assert "on hold: fraud" in page
    assert "let it go" in page
    press(floor, "", actor="Kari")
    assert hold_of(floor) == ""
    assert "let it go" not in floor.client.get(page_of(floor)).text
    with floor.hub.engine.begin() as connection:
        rows = connection.exec_driver_sql("SELECT actor, action, ref FROM audit ORDER BY id DESC LIMIT 2").all()
    assert [tuple(row) for row in rows] == [("Kari", "let go", "A"), ("Ola", "hold: fraud", "A")]


@pytest.mark.parametrize(
    ("reason", "actor", "headers", "status"),
    [("whim", "Ola", OWN, 422), ("fraud", " ", OWN, 422), ("fraud", "Ola", {"Sec-Fetch-Site": "cross-site"}, 403)],
)
def test_what_is_no_reason_no_name_or_no_page_of_ours_holds_nothing(
    floor: ApiFloor, reason: str, actor: str, headers: dict[str, str], status: int
) -> None:
    assert press(floor, reason, actor, headers).status_code == status
    assert hold_of(floor) == ""


def test_an_order_that_has_ended_is_not_held(floor: ApiFloor) -> None:
    with floor.hub._writing.begin() as connection:
        connection.exec_driver_sql("UPDATE order_line SET shipped = ordered, promised = 0")
    assert press(floor, "fraud").status_code == 409
    assert "Do it" not in floor.client.get(page_of(floor)).text
    assert floor.client.post("/orders/none/hold", data={"actor": "Ola"}, headers=OWN).status_code == 404

"""A shop that did not hear the answer sends the order again: nothing changes, and it hears how the order stands."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.hub.api_floor import NOON_US, ApiFloor


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[ApiFloor]:
    with ApiFloor(tmp_path) as floor:
        yield floor


def body(units: int = 2, **more: Any) -> dict[str, Any]:
    return {"ref": "W-1", "lines": [{"sku": "10", "units": units}], **more}


@pytest.mark.parametrize("more", [{}, {"placed_us": NOON_US}, {"customer": "Kari", "country": "Norway"}])
def test_the_same_order_again_is_taken_and_changes_nothing(floor: ApiFloor, more: dict[str, Any]) -> None:
    first = floor.client.post("/api/orders", json=body(**more))
    again = floor.client.post("/api/orders", json=body(**more))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() | {"again": True} == again.json()
    assert (first.json()["promised"], first.json()["again"]) == (2, False)
    assert len(floor.client.get("/api/orders").json()) == 1


def test_a_repeat_tells_what_is_backordered(floor: ApiFloor) -> None:
    have = floor.client.get("/api/stock/10").json()["available"]
    floor.client.post("/api/orders", json=body(have + 5))
    again = floor.client.post("/api/orders", json=body(have + 5)).json()
    assert (again["promised"], again["backordered"]) == (have, 5)


def test_an_order_without_a_time_was_placed_now(floor: ApiFloor) -> None:
    before = floor.hub.now_us()
    floor.client.post("/api/orders", json=body())
    [order] = floor.client.get("/api/orders").json()
    assert before <= order["placed_us"] <= floor.hub.now_us()


@pytest.mark.parametrize("other", [{"units": 3}, {"customer": "Ola"}, {"placed_us": NOON_US}])
def test_the_same_ref_with_other_content_is_refused(floor: ApiFloor, other: dict[str, Any]) -> None:
    floor.client.post("/api/orders", json=body())
    answer = floor.client.post("/api/orders", json=body(**other))
    assert answer.status_code == 422
    assert "Order W-1 came before with other content" in answer.json()["detail"]

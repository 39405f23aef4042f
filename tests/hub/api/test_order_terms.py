"""The terms of an order over the shops' interface: told back, obeyed by the floor, changed as its stage allows."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from hub.handlers.urgency import ready_orders
from hub.storage.verify import verify
from tests.hub.api.test_shops import ask, order, send, token
from tests.hub.api_floor import ApiFloor

TERMS = {
    **{"priority": 7, "ship_by_us": 1_299_000_000_000_000, "ship_complete": True, "gift_note": "Well done!\nKari"},
    "hold": "payment",
    "delivery": {"name": "Kari", "street": "Kongens gate 1", "city": "Oslo", "postcode": "0153", "email": "k@x.no"},
}


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[ApiFloor]:
    with ApiFloor(tmp_path) as floor:
        yield floor
        with floor.hub.engine.begin() as connection:
            assert not any(verify(connection).values())


@pytest.fixture
def shop(floor: ApiFloor) -> dict[str, str]:
    return token(floor)


def told(floor: ApiFloor, shop: dict[str, str], ref: str = "W-1") -> dict[str, Any]:
    answer = floor.client.get(f"/v1/orders/{ref}", headers=shop)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def patch(floor: ApiFloor, shop: dict[str, str], ref: str = "W-1", **change: Any) -> httpx.Response:
    answer: httpx.Response = floor.client.patch(f"/v1/orders/{ref}", json=change, headers=shop)
    return answer


def waiting_for_carts(floor: ApiFloor) -> list[str]:
    """The orders that a cart would take, in the order in which it would."""
    with floor.hub.engine.begin() as connection:
        refs = {row.id: row.ref for row in connection.exec_driver_sql("SELECT id, ref FROM customer_order")}
        return [refs[order.order_id] for order in ready_orders(connection, floor.hub.policy, floor.hub.now_us())]


def test_the_terms_and_the_address_of_an_order_are_told_back(floor: ApiFloor, shop: dict[str, str]) -> None:
    assert send(floor, shop, order() | TERMS).status_code == 201
    found = told(floor, shop)
    given = {name: value for name, value in TERMS.items() if name != "delivery"}
    assert {name: found[name] for name in given} == given
    assert found["delivery"] == {"more": "", "region": "", "phone": ""} | TERMS["delivery"]
    assert (found["stage"], found["allowed"][:2]) == ("held", ["address", "terms"])


def test_an_order_without_terms_is_in_no_hurry_and_has_no_address(floor: ApiFloor, shop: dict[str, str]) -> None:
    send(floor, shop, order())
    found = told(floor, shop)
    assert (found["priority"], found["ship_by_us"], found["hold"], found["delivery"]) == (0, None, "", None)
    assert found["ship_complete"] is False
    assert found["stage"] == "promised"


@pytest.mark.parametrize(
    ("field", "value"),
    [("priority", 10), ("priority", -1), ("ship_by_us", -1), ("hold", "whim"), ("gift_note", "x" * 501)],
)
def test_terms_out_of_range_are_refused_by_name(
    floor: ApiFloor, shop: dict[str, str], field: str, value: object
) -> None:
    refused = send(floor, shop, order() | {field: value})
    assert refused.status_code == 422
    assert refused.json()["detail"].startswith(f"{field}: ")


def test_a_held_order_has_its_stock_and_no_cart_takes_it_until_it_is_let_go(
    floor: ApiFloor, shop: dict[str, str]
) -> None:
    before = ask(floor, shop)["available"]
    send(floor, shop, order() | {"hold": "fraud"})
    assert ask(floor, shop)["available"] == before - 2
    assert waiting_for_carts(floor) == []
    for _ in range(2):
        let_go = floor.client.post("/v1/orders/W-1/release", headers=shop)
        assert (let_go.status_code, let_go.json()) == (
            200,
            {"ref": "W-1", "hold": "", "stage": "promised", "in_work": 0},
        )
    assert waiting_for_carts(floor) == ["W-1"]
    held = floor.client.post("/v1/orders/W-1/hold", json={"reason": "address"}, headers=shop)
    assert (held.json()["hold"], held.json()["stage"]) == ("address", "held")
    assert waiting_for_carts(floor) == []


def test_an_order_that_leaves_complete_waits_until_all_of_it_is_promised(floor: ApiFloor, shop: dict[str, str]) -> None:
    have = ask(floor, shop)["available"]
    send(floor, shop, {"ref": "W-1", "ship_complete": True, "lines": [line("11", 1), line("10", have + 1)]})
    assert told(floor, shop)["stage"] == "backordered"
    assert waiting_for_carts(floor) == []
    assert patch(floor, shop, lines=[{"line": 2, "units": have}]).json()["stage"] == "promised"
    assert waiting_for_carts(floor) == ["W-1"]


def test_carts_take_the_urgent_first_then_what_must_leave_first_then_the_oldest(
    floor: ApiFloor, shop: dict[str, str]
) -> None:
    for ref, terms in {
        "old": {"placed_us": 1},
        "late": {"ship_by_us": 2_000},
        "soon": {"ship_by_us": 1_000},
        "urgent": {"priority": 1},
    }.items():
        send(floor, shop, order(ref, 1) | terms)
    assert waiting_for_carts(floor) == ["urgent", "soon", "late", "old"]


def line(sku: str, units: int) -> dict[str, Any]:
    return {"sku": sku, "units": units}


def units(floor: ApiFloor, shop: dict[str, str], ref: str = "W-1") -> list[tuple[int, int, int, int]]:
    """(ordered, promised, backordered, cancelled) of each line."""
    names = ("ordered", "promised", "backordered", "cancelled")
    return [tuple(row[name] for name in names) for row in told(floor, shop, ref)["lines"]]


def test_lines_go_up_and_down_and_further_ones_are_added(floor: ApiFloor, shop: dict[str, str]) -> None:
    have = ask(floor, shop)["available"]
    send(floor, shop, order(units=4))
    changed = patch(floor, shop, lines=[{"line": 1, "units": have + 3}], added=[line("11", 2)])
    told = {"stage": "partly_promised", "promised": have + 2, "backordered": 3, "at_supplier": 0}
    assert changed.json() == {"ref": "W-1", **told}
    assert units(floor, shop) == [(have + 3, have, 3, 0), (2, 2, 0, 0)]
    assert patch(floor, shop, lines=[{"line": 1, "units": 1}, {"line": 2, "units": 0}]).json()["stage"] == "promised"
    assert units(floor, shop) == [(have + 3, 1, 0, have + 2), (2, 0, 0, 2)]
    assert ask(floor, shop)["available"] == have - 1
    assert patch(floor, shop, lines=[{"line": 1, "units": 2}]).status_code == 200
    assert units(floor, shop)[0] == (have + 4, 2, 0, have + 2)


def test_what_a_change_gives_back_goes_to_those_who_wait(floor: ApiFloor, shop: dict[str, str]) -> None:
    have = ask(floor, shop)["available"]
    send(floor, shop, order("W-1", have))
    send(floor, shop, order("W-2", 3))
    patch(floor, shop, lines=[{"line": 1, "units": have - 2}])
    assert units(floor, shop, "W-2") == [(3, 2, 1, 0)]


def test_a_change_is_done_whole_or_not_at_all(floor: ApiFloor, shop: dict[str, str]) -> None:
    send(floor, shop, order())
    before = told(floor, shop)
    for change, words in (
        ({"lines": [{"line": 1, "units": 9}, {"line": 2, "units": 1}]}, "expected a line from 1 to 1, got 2"),
        ({"lines": [{"line": 1, "units": 9}] * 2}, "expected each line once"),
        ({"terms": {"priority": 3}, "added": [line("none of ours", 1)]}, "expected an SKU of the catalogue"),
    ):
        refused = patch(floor, shop, **change)
        assert refused.status_code == 422
        assert words in refused.json()["detail"]
    assert patch(floor, shop, priority=3).status_code == 422  # an unknown field is no change that was forgotten
    assert told(floor, shop) == before


def test_terms_and_address_change_by_themselves(floor: ApiFloor, shop: dict[str, str]) -> None:
    send(floor, shop, order() | TERMS)
    patch(floor, shop, terms={"priority": 2, "ship_by_us": None}, country="Norway", delivery={"name": "Ola"})
    found = told(floor, shop)
    assert (found["priority"], found["ship_by_us"], found["ship_complete"], found["hold"]) == (2, None, True, "payment")
    assert (found["country"], found["delivery"]["name"], found["delivery"]["street"]) == ("Norway", "Ola", "")


def test_a_change_is_done_once_under_its_key(floor: ApiFloor, shop: dict[str, str]) -> None:
    send(floor, shop, order())
    keyed = {**shop, "Idempotency-Key": "more"}
    for again in (None, "true"):
        answer = floor.client.patch("/v1/orders/W-1", json={"added": [line("11", 1)]}, headers=keyed)
        assert (answer.status_code, answer.headers.get("Idempotent-Replayed")) == (200, again)
    assert len(told(floor, shop)["lines"]) == 2


def test_a_cancelled_order_is_not_changed_held_or_let_go(floor: ApiFloor, shop: dict[str, str]) -> None:
    send(floor, shop, order())
    floor.client.post("/v1/orders/W-1/cancel", json={}, headers=shop)
    for answer in (
        patch(floor, shop, added=[line("11", 1)]),
        patch(floor, shop, customer="Ola"),
        floor.client.post("/v1/orders/W-1/hold", json={"reason": "fraud"}, headers=shop),
        floor.client.post("/v1/orders/W-1/release", headers=shop),
    ):
        assert answer.status_code == 409
        assert "this one allows: nothing more" in answer.json()["detail"]


def test_what_nobody_ordered_is_not_changed(floor: ApiFloor, shop: dict[str, str]) -> None:
    for answer in (patch(floor, shop, "W-9", customer="x"), floor.client.post("/v1/orders/W-9/release", headers=shop)):
        assert (answer.status_code, answer.json()["detail"]) == (404, "Expected the number of an order, got 'W-9'.")


def test_the_orders_page_shows_terms_and_address(floor: ApiFloor, shop: dict[str, str]) -> None:
    send(floor, shop, order() | TERMS)
    page = floor.client.get(f"/orders/{told(floor, shop)['public']}").text
    for words in ("on hold: payment", "priority 7", "leaves complete only", "Kongens gate 1", "Well done!"):
        assert words in page


def test_the_list_of_orders_says_which_are_held(floor: ApiFloor, shop: dict[str, str]) -> None:
    send(floor, shop, order() | {"hold": "fraud"})
    assert floor.client.get("/api/orders").json()[0]["hold"] == "fraud"
    assert "held: fraud" in floor.client.get("/orders").text
    floor.client.post("/v1/orders/W-1/cancel", json={}, headers=shop)
    assert "held: fraud" not in floor.client.get("/orders").text

"""The page of the carts that are out, and the same by REST: what a person says there is done, or refused in words."""

from collections.abc import Iterator
from typing import Any

import pytest
from httpx import Response
from sqlalchemy import text

from hub.domain.ordered_line import OrderedLine
from hub.handlers.orders import NewOrder, receive_order
from hub.handlers.release import plan_batch
from hub.storage import places, tasks
from hub.storage.transaction import Tx
from hub.storage.writer import Actor
from tests.hub.api_floor import ApiFloor

OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def floor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiFloor]:
    """One cart is out, with an order of two SKUs in TOTE-0001."""
    with ApiFloor(tmp_path_factory.mktemp("picking")) as floor:
        floor.hub.writer.call(Actor("test", "test"), lambda tx: _go_out(tx, floor))
        yield floor


def _go_out(tx: Tx, floor: ApiFloor) -> None:
    lines = (OrderedLine(sku="10", units=3), OrderedLine(sku="11", units=4))
    receive_order(tx, NewOrder(ref="A", customer="", country="United Kingdom", placed_us=None, lines=lines))
    picker = tx.connection.execute(text("SELECT id FROM operator WHERE role = 'picker' ORDER BY id")).scalar()
    assert picker is not None
    batch = plan_batch(tx, floor.hub.policy, station="induct-1", cart="CART-1", operator_id=picker, colour="blue")
    assert batch is not None
    for load_id, *_ in tasks.loads(tx.connection, batch):
        tote = places.find(tx.connection, tx.site_id, "TOTE-0001").id
        tasks.set_load(tx, load_id, tote_id=tote, state="picking")
    tasks.set_batch(tx, batch, state="picking")


def rows(floor: ApiFloor, sql: str) -> list[dict[str, Any]]:
    with floor.hub.engine.begin() as connection:
        return [dict(row._mapping) for row in connection.execute(text(sql))]


def picks(floor: ApiFloor) -> list[dict[str, Any]]:
    return rows(floor, "SELECT id, public, state, units, units_done, by FROM task WHERE kind = 'pick' ORDER BY id")


def say(floor: ApiFloor, do: str, actor: str = "Ana", **fields: str) -> Response:
    told: Response = floor.client.post("/picking", data={"do": do, "actor": actor, **fields}, headers=OURS)
    return told


def test_the_page_lists_what_is_out(floor: ApiFloor) -> None:
    page = floor.client.get("/picking").text
    assert "CART-1" in page and f"T{picks(floor)[0]['id']}" in page and "GOODS 10" in page and "TOTE-0001" in page


def test_a_pick_is_keyed_by_its_row_or_by_its_number(floor: ApiFloor) -> None:
    one, other = picks(floor)
    answer = say(floor, f"taken {one['id']}", **{f"units_{one['id']}": "3"})
    assert answer.status_code == 303
    assert "Noted: T" in floor.client.get(answer.headers["Location"]).text
    assert say(floor, "key", number=f"T{other['id']}", units="4").status_code == 303
    assert [(p["state"], p["by"]) for p in picks(floor)] == [("done", "paper")] * 2
    assert "No cart is out." in floor.client.get("/picking").text


def test_damaged_units_and_another_item_are_said_there(floor: ApiFloor) -> None:
    one, _ = picks(floor)
    say(floor, f"damaged {one['id']}", **{f"units_{one['id']}": "1"})
    [bin_name] = [r["name"] for r in rows(floor, f"SELECT l.name FROM task t JOIN location l ON l.id = t.bin_id"
                                                  f" WHERE t.id = {one['id']}")]  # fmt: skip
    say(floor, "wrong-label", bin=bin_name, sku="11", out="2")
    kinds = {row["kind"] for row in rows(floor, "SELECT kind FROM exception")}
    assert kinds == {"damaged", "wrong_label", "count_wanted"}
    assert picks(floor)[0]["state"] == "recalled"


def test_a_cart_changes_there(floor: ApiFloor) -> None:
    badge = rows(floor, "SELECT badge FROM operator WHERE role = 'picker' ORDER BY id")[1]["badge"]
    assert say(floor, "hand-over CART-1", badge_CART_1="", **{"badge_CART-1": badge}).status_code == 303
    assert say(floor, "swap CART-1", **{"cart_CART-1": "CART-2"}).status_code == 303
    assert say(floor, "full TOTE-0001", **{"tote_TOTE-0001": "TOTE-0002"}).status_code == 303
    assert say(floor, "recall CART-2").status_code == 303
    [batch] = rows(floor, "SELECT b.cart, o.badge FROM batch b JOIN operator o ON o.id = b.operator_id")
    assert batch == {"cart": "CART-2", "badge": badge}
    assert {p["state"] for p in picks(floor)} == {"recalled"}


@pytest.mark.parametrize(
    ("do", "fields", "status", "told"),
    [
        ("", {}, 422, "Press the button beside what it is about."),
        ("key", {"number": "12x", "units": "1"}, 422, "The pick&#39;s number: expected a whole number"),
        ("key", {"number": "T99999", "units": "1"}, 404, "Expected the number of a pick"),
        ("recall CART-9", {}, 404, "a cart that somebody picks with, got &#39;CART-9&#39;"),
        ("swap CART-1", {"cart_CART-1": "CART-1"}, 409, "expected a cart that is free"),
        ("key", {"actor": " ", "number": "T1", "units": "1"}, 422, "Give your name"),
    ],
)
def test_what_cannot_be_is_told_on_the_page(
    floor: ApiFloor, do: str, fields: dict[str, str], status: int, told: str
) -> None:
    answer = say(floor, do, **fields)
    assert answer.status_code == status
    assert told in answer.text
    assert {p["state"] for p in picks(floor)} == {"open"}


def test_a_strangers_form_is_refused(floor: ApiFloor) -> None:
    answer = floor.client.post("/picking", data={"do": "recall CART-1", "actor": "x"}, headers={"Origin": "http://x"})
    assert answer.status_code == 403
    assert {p["state"] for p in picks(floor)} == {"open"}


def test_a_program_says_the_same_by_rest(floor: ApiFloor) -> None:
    one, other = picks(floor)
    post = floor.client.post
    body = {"number": one["id"], "units": 3, "operator": "Ana"}
    assert post("/api/paper-picks", json=body).json() == {"task": one["public"], "units": 3, "again": False}
    assert post("/api/paper-picks", json=body).json()["again"] is True
    assert post("/api/paper-picks", json=body | {"units": 2}).status_code == 409
    damage = {"units": 1, "where": "tote", "actor": "Ana"}
    assert post(f"/api/tasks/{one['public']}/damaged", json=damage).status_code == 204
    assert post(f"/api/tasks/{other['public']}/damaged", json=damage).status_code == 409
    assert post("/api/totes/TOTE-0001/full", json={"tote": "TOTE-0002", "actor": "Ana"}).json() == {"picks": 1}
    assert post("/api/carts/CART-1/swap", json={"cart": "CART-2", "actor": "Ana"}).status_code == 204
    assert post("/api/carts/CART-2/recall", json={"actor": "Ana"}).json() == {"picks": 1}
    assert post("/api/carts/CART-7/recall", json={"actor": "Ana"}).status_code == 404
    assert post("/api/bins/nowhere/wrong-label", json={"sku": "11", "actor": "Ana"}).status_code == 404


def test_the_page_of_waves_says_that_the_site_has_none(floor: ApiFloor) -> None:
    page = floor.client.get("/waves").text
    assert "releases orders as they come" in page and "as they come" in page and "7 picking" in page

"""The pages of zones: which carts are where, what comes together at a wall, and what a person may say of them."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import text

from hub.domain.ordered_line import OrderedLine
from hub.domain.zones import Zones
from hub.handlers import handing_on
from hub.handlers.orders import NewOrder, receive_order
from hub.handlers.release import plan_batch
from hub.storage import consolidations, legs, places, tasks
from hub.storage.transaction import Tx
from hub.storage.writer import Actor
from tests.hub.api_floor import ApiFloor

OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def floor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiFloor]:
    """One cart is picked in zone North, with an order of which a part is to come together at a wall."""
    with ApiFloor(tmp_path_factory.mktemp("zones")) as floor:
        zones = Zones(mode="pass", names=("North", "South"), of_bay={"bay-01": "North"}, of_bench={})
        floor.hub.policy = replace(floor.hub.policy, zones=zones)
        floor.hub.writer.call(Actor("test", "test"), lambda tx: _go_out(tx, floor))
        yield floor


def _go_out(tx: Tx, floor: ApiFloor) -> None:
    lines = (OrderedLine(sku="10", units=3),)
    receive_order(tx, NewOrder(ref="A", customer="", country="United Kingdom", placed_us=None, lines=lines))
    picker = tx.connection.execute(text("SELECT id FROM operator WHERE role = 'picker' ORDER BY id")).scalar()
    assert picker is not None
    policy = floor.hub.policy
    batch = plan_batch(tx, policy, station="induct-1", cart="CART-1", operator_id=picker, colour="blue", zone="North")
    assert batch is not None
    for load_id, _, order_id, _ in tasks.loads(tx.connection, batch):
        tote = places.find(tx.connection, tx.site_id, "TOTE-0001").id
        tasks.set_load(tx, load_id, tote_id=tote, state="picking")
        consolidations.open_(tx, order_id, "wall-1")
    tasks.set_batch(tx, batch, state="picking")
    legs.set_zone(tx, picker, "North")
    handing_on.begin(tx, batch, picker, "North")


def page(floor: ApiFloor, path: str) -> str:
    return str(floor.client.get(path).text)


def test_both_pages_say_who_is_where_and_what_an_order_waits_for(floor: ApiFloor) -> None:
    for path in ("/picking", "/waves"):
        shown = page(floor, path)
        assert "North" in shown and "South" in shown and "CART-1: " in shown and "1 to pick" in shown
        assert "3 to pick at bay-01 (CART-1)" in shown and "wall-1" in shown


def test_a_cart_is_put_down_and_stands_for_whoever_scans_it(floor: ApiFloor) -> None:
    told = {"do": "put-down CART-1", "actor": "Ana"}
    assert floor.client.post("/picking", data=told, headers=OURS).status_code == 303
    assert "<b>stands here</b>" in page(floor, "/picking")
    again = floor.client.post("/api/carts/CART-1/put-down", json={"actor": "Ana"})
    assert (again.status_code, again.json()["detail"]) == (409, "CART-1 stands at a hand-over place already.")


def test_an_order_is_sent_as_it_is(floor: ApiFloor) -> None:
    assert floor.client.post("/api/orders/A/send-as-it-is", json={"actor": "Kari"}).status_code == 204
    assert "nothing: Kari sends it as it is" in page(floor, "/waves")
    assert floor.client.post("/api/orders/B/send-as-it-is", json={"actor": "Kari"}).status_code == 404
    told = {"do": "send A", "actor": "Ana"}
    assert floor.client.post("/picking", data=told, headers=OURS).status_code == 303


def test_a_site_without_zones_shows_none(floor: ApiFloor) -> None:
    floor.hub.policy = replace(floor.hub.policy, zones=None)
    assert "Coming together" not in page(floor, "/waves")
    assert 'id="zones"' not in page(floor, "/picking")

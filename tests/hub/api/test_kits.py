"""Kits: sold under one code, picked as their parts, shown and changed as kits."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hub.storage import orders, substitutes
from hub.storage.kits import write_kit
from hub.storage.transaction import Tx
from hub.storage.verify import verify
from hub.storage.writer import Actor
from tests.hub.api.test_order_files import LINES, json_lines
from tests.hub.api.test_order_files import post as post_file
from tests.hub.api.test_order_terms import patch, told, units
from tests.hub.api.test_shops import order, send, token
from tests.hub.api.test_webhooks import UPDATED, add_shop, item, shopify_order
from tests.hub.api.test_webhooks import send as send_signed
from tests.hub.api.test_webhooks import told as order_told
from tests.hub.api_floor import ApiFloor

ONE_OF_EACH = {"10": 2, "11": 1}


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[ApiFloor]:
    with ApiFloor(tmp_path) as floor:
        make_kit(floor, ONE_OF_EACH)
        yield floor
        with floor.hub.engine.begin() as connection:
            assert not any(verify(connection).values())


@pytest.fixture
def shop(floor: ApiFloor) -> dict[str, str]:
    return token(floor)


def make_kit(floor: ApiFloor, parts: dict[str, int]) -> None:
    with floor.hub.engine.begin() as connection:
        ids = {row.code: row.id for row in connection.exec_driver_sql("SELECT id, code FROM sku")}
    by_id = {ids[sku]: each for sku, each in parts.items()}
    floor.hub.writer.call(Actor("test", "kit"), lambda tx: write_kit(tx, "GIFT", "Gift set", by_id))


def kits(floor: ApiFloor, shop: dict[str, str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = told(floor, shop)["kits"]
    return found


def test_a_kit_becomes_lines_of_its_parts_and_is_told_as_a_kit(floor: ApiFloor, shop: dict[str, str]) -> None:
    body = order(sku="11", units=1)
    body["lines"].append({"sku": "GIFT", "units": 3, "price_minor": 900})
    assert send(floor, shop, body).json()["promised"] == 10
    assert [(line["sku"], line["ordered"]) for line in told(floor, shop)["lines"]] == [("11", 1), ("10", 6), ("11", 3)]
    assert kits(floor, shop) == [{"kit": 1, "code": "GIFT", "description": "Gift set", "units": 3, "lines": [2, 3]}]
    page = floor.client.get(f"/orders/{told(floor, shop)['public']}").text
    assert page.count("of 3 × Gift set") == 2


def test_a_kit_is_changed_and_cancelled_as_one(floor: ApiFloor, shop: dict[str, str]) -> None:
    send(floor, shop, order(sku="GIFT", units=3))
    assert patch(floor, shop, kits=[{"kit": 1, "units": 1}]).json()["stage"] == "promised"
    assert units(floor, shop) == [(6, 2, 0, 4), (3, 1, 0, 2)]
    assert kits(floor, shop)[0]["units"] == 1
    assert patch(floor, shop, kits=[{"kit": 1, "units": 0}]).json()["stage"] == "cancelled"


def test_a_part_is_not_taken_out_of_a_kit_and_a_kit_that_is_none_not_changed(
    floor: ApiFloor, shop: dict[str, str]
) -> None:
    send(floor, shop, order(sku="GIFT", units=3))
    for change, words in (
        ({"lines": [{"line": 1, "units": 1}]}, "line 1 is a part of kit 1: change the kit"),
        ({"kits": [{"kit": 2, "units": 1}]}, "expected a kit out of [1], got 2"),
        ({"kits": [{"kit": 1, "units": 1}] * 2}, "expected each line once"),
    ):
        refused = patch(floor, shop, **change)
        assert refused.status_code == 422
        assert words in refused.json()["detail"]
    assert units(floor, shop) == [(6, 6, 0, 0), (3, 3, 0, 0)]


def test_a_kit_is_added_to_an_order(floor: ApiFloor, shop: dict[str, str]) -> None:
    send(floor, shop, order(sku="GIFT", units=1))
    patch(floor, shop, added=[{"sku": "10", "units": 1}, {"sku": "GIFT", "units": 2}])
    assert [(kit["kit"], kit["units"], kit["lines"]) for kit in kits(floor, shop)] == [(1, 1, [1, 2]), (2, 2, [4, 5])]


def test_what_a_kit_is_made_of_changes_for_orders_to_come_only(floor: ApiFloor, shop: dict[str, str]) -> None:
    send(floor, shop, order(sku="GIFT", units=1))
    make_kit(floor, {"11": 5})
    assert [line["ordered"] for line in told(floor, shop)["lines"]] == [2, 1]
    send(floor, shop, order("W-2", sku="GIFT", units=1))
    assert [line["ordered"] for line in told(floor, shop, "W-2")["lines"]] == [5]
    make_kit(floor, {})
    assert "expected an SKU of the catalogue, got 'GIFT'" in send(floor, shop, order("W-3", sku="GIFT")).text


def test_a_kit_may_stand_in_a_file(floor: ApiFloor, shop: dict[str, str]) -> None:
    assert post_file(floor, shop | LINES, json_lines(order(sku="GIFT", units=1))).json()["promised"] == 3


def test_so_many_kits_that_their_parts_are_no_number_spoil_no_other_order_of_a_file(
    floor: ApiFloor, shop: dict[str, str]
) -> None:
    body = json_lines(order("W-1", sku="GIFT", units=600_000), order("W-2", sku="GIFT", units=1))
    taken = post_file(floor, shop | LINES, body, valid_only=True).json()
    assert (taken["new"], taken["promised"]) == (1, 3)
    [refused] = taken["refused"]
    assert (refused["field"], refused["expected"], refused["got"]) == ("units", "1 to 500000 units", "600000")


def test_the_number_of_a_kit_stays_once_another_item_is_sent_for_a_part(floor: ApiFloor, shop: dict[str, str]) -> None:
    send(floor, shop, order(sku="GIFT", units=3))

    def instead(tx: Tx) -> None:
        [(line_id, other)] = tx.connection.exec_driver_sql(
            "SELECT l.id, s.id FROM order_line l JOIN sku s ON s.code = '11' WHERE l.line = 1"
        ).all()
        orders.shift(tx, line_id, 1, "promised", "cancelled")
        tx.ledger.promise(other, 1)
        substitutes.insert_line(tx, line_id, other, 1)

    floor.hub.writer.call(Actor("test", "substitute"), instead)
    before = units(floor, shop)
    refused = patch(floor, shop, kits=[{"kit": 1, "units": 5}])
    assert refused.status_code == 422
    assert "another item is sent instead of 10, a part of kit 1" in refused.json()["detail"]
    assert units(floor, shop) == before


def test_a_web_shop_changes_how_many_of_a_kit_it_wants(floor: ApiFloor, shop: dict[str, str]) -> None:
    add_shop(floor)
    send_signed(floor, shopify_order(item("GIFT", 3), item("11", 1)))
    send_signed(floor, shopify_order(item("11", 1), item("GIFT", 3), minute=1), UPDATED, "d-2")
    assert [line["ordered"] for line in order_told(floor)["lines"]] == [6, 3, 1]
    fewer = send_signed(floor, shopify_order(item("GIFT", 2), item("11", 2), minute=2), UPDATED, "d-3")
    assert fewer.json()["taken"] is True
    lines = order_told(floor)["lines"]
    assert [line["ordered"] - line["cancelled"] for line in lines] == [4, 2, 2]

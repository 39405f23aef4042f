"""Orders of web shops: signed by a shop that is known, taken once, followed as they change, refused where they must."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from hub.api.webhooks import signature_of
from hub.handlers import backorders
from hub.storage.order_figures import order_named
from hub.storage.verify import verify
from hub.storage.writer import Actor
from tests.hub.api_floor import UNITS_A_BIN, ApiFloor

SECRET, SOURCE = "shpss_0123456789abcdef", "kari.myshopify.com"
CREATE, UPDATED, CANCELLED = "orders/create", "orders/updated", "orders/cancelled"


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[ApiFloor]:
    with ApiFloor(tmp_path) as floor:
        add_shop(floor)
        add_shop(floor, kind="woocommerce", source="https://Shop.example/", secret="woo secret")
        yield floor
        with floor.hub.engine.begin() as connection:
            assert not any(verify(connection).values())


def add_shop(floor: ApiFloor, kind: str = "shopify", source: str = SOURCE, secret: str = SECRET) -> str:
    body = {"name": f"{kind} shop", "kind": kind, "source": source, "secret": secret, "actor": "Kari"}
    made = floor.client.post("/api/web-shops", json=body)
    assert made.status_code == 201, made.text
    public: str = made.json()["id"]
    return public


def item(sku: str | None, units: int, **more: Any) -> dict[str, Any]:
    return {"id": 1, "sku": sku, "title": f"Goods {sku}", "quantity": units, "price": "1.25"} | more


def shopify_order(*items: dict[str, Any], minute: int = 0, **more: Any) -> dict[str, Any]:
    """An order as Shopify tells it."""
    return {
        **{"id": 820982911946154508, "name": "#1001", "financial_status": "paid", "cancelled_at": None},
        **{"created_at": "2011-03-01T07:00:00-05:00", "updated_at": f"2011-03-01T07:{minute:02d}:00-05:00"},
        **{"email": "jon@example.com", "note": "Happy birthday", "customer": {"first_name": "Jon", "last_name": "Doe"}},
        "shipping_address": {
            "name": "Jon Doe",
            "address1": "1 Main St",
            "city": "Ottawa",
            "zip": "K1A",
            "country": "Canada",
        },
        "line_items": list(items) or [item("10", 2)],
    } | more


def send(
    floor: ApiFloor, body: dict[str, Any] | bytes, topic: str = CREATE, delivery: str = "d-1", **headers: Any
) -> httpx.Response:
    """Send it signed, as Shopify does."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    given = {
        **{"X-Shopify-Topic": topic, "X-Shopify-Webhook-Id": delivery, "X-Shopify-Shop-Domain": SOURCE},
        "X-Shopify-Hmac-Sha256": signature_of(SECRET, raw),
        "Content-Type": "application/json",
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    answer: httpx.Response = floor.client.post("/v1/webhooks/shopify", content=raw, headers=given)
    return answer


def told(floor: ApiFloor, ref: str = "#1001") -> dict[str, Any]:
    """How an order stands; empty if there is none."""
    with floor.hub.engine.begin() as connection:
        return order_named(connection, floor.hub.client_id, ref) or {}


def units(floor: ApiFloor) -> list[tuple[str, int]]:
    return [(line["sku"], line["ordered"] - line["cancelled"]) for line in told(floor)["lines"]]


def open_exceptions(floor: ApiFloor) -> list[tuple[str, str]]:
    found = floor.client.get("/api/exceptions").json()
    return [(one["kind"], one["place"]) for one in found if one["closed_us"] is None]


def test_a_signed_order_comes_in_with_its_address_and_note(floor: ApiFloor) -> None:
    taken = send(floor, shopify_order(item("10", 2), item(None, 1, requires_shipping=False)))
    assert (taken.status_code, taken.json()) == (200, {"ref": "#1001", "taken": True, "detail": "promised"})
    order = told(floor)
    assert (order["customer"], order["country"], order["gift_note"]) == ("Jon Doe", "Canada", "Happy birthday")
    assert (order["delivery"]["street"], order["delivery"]["email"]) == ("1 Main St", "jon@example.com")
    assert order["placed_us"] == 1_298_980_800_000_000
    assert units(floor) == [("10", 2)]


@pytest.mark.parametrize(
    "headers",
    [
        {"X_Shopify_Hmac_Sha256": signature_of("another secret", b"{}")},
        {"X_Shopify_Hmac_Sha256": ""},
        {"X_Shopify_Hmac_Sha256": b"\xe9"},
        {"X_Shopify_Shop_Domain": "other.myshopify.com"},
        {"X_Shopify_Shop_Domain": ""},
    ],
)
def test_what_is_not_signed_by_a_known_shop_is_refused_without_saying_why(
    floor: ApiFloor, headers: dict[str, Any]
) -> None:
    refused = send(floor, shopify_order(), **headers)
    assert refused.status_code == 401
    assert refused.json() == {"detail": "Expected a request signed by a shop that this hub knows."}
    assert told(floor) == {}


def test_a_body_that_was_changed_on_its_way_is_refused(floor: ApiFloor) -> None:
    raw = json.dumps(shopify_order()).encode()
    changed = raw.replace(b'"quantity": 2', b'"quantity": 9')
    assert changed != raw
    assert send(floor, changed, X_Shopify_Hmac_Sha256=signature_of(SECRET, raw)).status_code == 401


def test_the_same_delivery_again_is_answered_the_same_and_done_once(floor: ApiFloor) -> None:
    first, again = send(floor, shopify_order()), send(floor, shopify_order())
    assert first.content == again.content
    assert again.headers["Idempotent-Replayed"] == "true"
    assert len(floor.client.get("/api/orders").json()) == 1


def test_an_order_that_is_not_paid_is_held_until_it_is(floor: ApiFloor) -> None:
    assert send(floor, shopify_order(financial_status="pending")).json()["detail"] == "held"
    assert told(floor)["hold"] == "payment"
    assert send(floor, shopify_order(minute=1), "orders/paid", "d-2").json()["detail"] == "promised"
    assert send(floor, shopify_order(minute=2, financial_status="voided"), UPDATED, "d-3").json()["detail"] == "held"


def test_an_order_that_is_held_here_for_another_reason_is_not_let_go_by_its_payment(floor: ApiFloor) -> None:
    send(floor, shopify_order(financial_status="pending"))
    with floor.hub._writing.begin() as connection:
        connection.exec_driver_sql("UPDATE customer_order SET hold = 'fraud'")
    send(floor, shopify_order(minute=1), "orders/paid", "d-2")
    assert told(floor)["hold"] == "fraud"


def test_what_changes_in_the_shop_changes_here(floor: ApiFloor) -> None:
    send(floor, shopify_order(item("10", 4)))
    address = {"name": "Jon", "address1": "2 Side St", "country": "Canada"}
    changed = shopify_order(item("10", 4, current_quantity=1), item("11", 2), minute=1, shipping_address=address)
    assert send(floor, changed, UPDATED, "d-2").json()["taken"] is True
    assert units(floor) == [("10", 1), ("11", 2)]
    assert told(floor)["delivery"]["street"] == "2 Side St"


def test_what_is_older_than_what_came_before_changes_nothing(floor: ApiFloor) -> None:
    send(floor, shopify_order(minute=5), "orders/paid", "d-1")
    late = send(floor, shopify_order(item("10", 9), minute=1, financial_status="pending"), CREATE, "d-2").json()
    assert late == {"ref": "#1001", "taken": False, "detail": "It is older than what came before."}
    assert (told(floor)["hold"], units(floor)) == ("", [("10", 2)])


def test_an_order_that_is_cancelled_in_the_shop_is_cancelled_here_in_whatever_order_it_is_told(
    floor: ApiFloor,
) -> None:
    gone = shopify_order(minute=9, cancelled_at="2011-03-01T07:09:00-05:00")
    assert send(floor, gone, CANCELLED, "d-1").json()["detail"] == "cancelled"
    send(floor, shopify_order(), CREATE, "d-2")
    assert told(floor)["stage"] == "cancelled"
    assert send(floor, gone, CANCELLED, "d-3").json()["taken"] is True


def test_an_order_that_cannot_be_taken_is_shown_to_a_person_and_taken_when_it_is_mended(floor: ApiFloor) -> None:
    for body, words in (
        (shopify_order(item("NONE", 1)), "expected an SKU of the catalogue, got 'NONE'"),
        (shopify_order(item(None, 1)), "expected an SKU for 'Goods None', got none"),
        (shopify_order() | {"created_at": "soon"}, "created_at: expected a time as in ISO 8601, got 'soon'"),
    ):
        refused = send(floor, body, delivery=words)
        assert (refused.status_code, refused.json()["taken"]) == (200, False)
        assert words in refused.json()["detail"]
        assert open_exceptions(floor) == [("web_order_refused", "#1001")]
    assert send(floor, shopify_order(minute=1), UPDATED, "d-2").json()["taken"] is True
    assert open_exceptions(floor) == []


def test_a_number_that_came_another_way_is_not_the_shops(floor: ApiFloor) -> None:
    floor.client.post("/api/orders", json={"ref": "#1001", "lines": [{"sku": "10", "units": 1}]})
    assert "its number is taken" in send(floor, shopify_order()).json()["detail"]
    assert units(floor) == [("10", 1)]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"name": 7}', b'{"name": "#1"}', b"\xff"])
def test_a_signed_body_that_is_no_order_is_shown_to_a_person(floor: ApiFloor, body: bytes) -> None:
    told_back = send(floor, body)
    assert (told_back.status_code, told_back.json()["taken"]) == (200, False)
    assert "Expected an order of Shopify" in told_back.json()["detail"]
    assert [kind for kind, _ in open_exceptions(floor)] == ["web_order_refused"]


def test_another_topic_changes_nothing(floor: ApiFloor) -> None:
    assert send(floor, {"id": 1}, "products/update").json()["taken"] is False
    assert floor.client.get("/api/orders").json() == []


def test_a_secret_is_replaced_without_a_gap_and_a_revoked_one_opens_nothing(floor: ApiFloor, tmp_path: Path) -> None:
    [old] = [shop["shop"] for shop in floor.client.get("/api/web-shops").json() if shop["kind"] == "shopify"]
    add_shop(floor, secret="another secret")
    raw = json.dumps(shopify_order()).encode()
    assert send(floor, raw).status_code == 200
    assert send(floor, raw, X_Shopify_Hmac_Sha256=signature_of("another secret", raw)).status_code == 200
    assert floor.client.post(f"/api/web-shops/{old}/revoke", json={"actor": "Kari"}).status_code == 204
    assert send(floor, raw).status_code == 401
    assert floor.client.post(f"/api/web-shops/{old}/revoke", json={"actor": "Kari"}).status_code == 404
    assert SECRET not in floor.client.get("/api/web-shops").text


# -- WooCommerce ---------------------------------------------------------------------------------------------


def woo_order(status: str = "processing", second: int = 0, **more: Any) -> dict[str, Any]:
    """An order as WooCommerce tells it."""
    billing = {"first_name": "John", "last_name": "Doe", "address_1": "969 Market", "country": "US", "email": "j@x.com"}
    return {
        **{"id": 727, "number": "727", "status": status, "customer_note": "Ring twice"},
        **{"date_created_gmt": "2011-03-01T11:00:00", "date_modified_gmt": f"2011-03-01T11:00:{second:02d}"},
        **{"billing": billing, "shipping": {"first_name": "", "address_1": ""}},
        "line_items": [{"id": 315, "name": "Woo Single #1", "sku": "10", "quantity": 2, "price": 3}],
    } | more


def send_woo(floor: ApiFloor, body: dict[str, Any], topic: str = "order.created") -> httpx.Response:
    raw = json.dumps(body).encode()
    headers = {
        **{"X-WC-Webhook-Topic": topic, "X-WC-Webhook-Source": "https://shop.example/"},
        "X-WC-Webhook-Signature": signature_of("woo secret", raw),
    }
    answer: httpx.Response = floor.client.post("/v1/webhooks/woocommerce", content=raw, headers=headers)
    return answer


def test_an_order_of_woocommerce_goes_to_the_billing_address_if_it_names_no_other(floor: ApiFloor) -> None:
    assert send_woo(floor, woo_order()).json() == {"ref": "727", "taken": True, "detail": "promised"}
    order = told(floor, "727")
    assert (order["customer"], order["country"], order["delivery"]["street"]) == ("John Doe", "US", "969 Market")


@pytest.mark.parametrize(
    ("status", "stage"),
    [
        *(("pending", "held"), ("on-hold", "held"), ("failed", "held"), ("processing", "promised")),
        *(("cancelled", "cancelled"), ("refunded", "cancelled"), ("trash", "cancelled")),
    ],
)
def test_the_status_of_woocommerce_is_obeyed(floor: ApiFloor, status: str, stage: str) -> None:
    assert send_woo(floor, woo_order(status)).json()["detail"] == stage
    if stage == "held":
        assert send_woo(floor, woo_order(second=1), "order.updated").json()["detail"] == "promised"


def test_the_ping_of_a_new_webhook_is_answered_and_does_nothing(floor: ApiFloor) -> None:
    ping = floor.client.post("/v1/webhooks/woocommerce", content=b"webhook_id=12")
    assert (ping.status_code, ping.json()["taken"]) == (200, False)
    assert floor.client.post("/v1/webhooks/woocommerce", content=b"webhook_id=12&more").status_code == 401


def test_more_than_there_is_waits_as_with_any_order(floor: ApiFloor) -> None:
    lots = send(floor, shopify_order(item("10", UNITS_A_BIN * 50)))
    assert lots.json()["detail"] == "partly_promised"


def test_an_unpaid_order_of_which_every_line_is_taken_out_is_cancelled_and_no_trouble(floor: ApiFloor) -> None:
    send(floor, shopify_order(item("10", 2)))
    empty = shopify_order(item("10", 2, current_quantity=0), minute=1, financial_status="voided")
    assert send(floor, empty, UPDATED, "d-2").json() == {"ref": "#1001", "taken": True, "detail": "cancelled"}
    assert open_exceptions(floor) == []


def test_an_order_that_is_cancelled_in_the_shop_while_a_part_is_on_a_cart_is_shown_to_a_person(floor: ApiFloor) -> None:
    send(floor, shopify_order(item("10", 5)))
    with floor.hub._writing.begin() as connection:
        connection.exec_driver_sql("UPDATE order_line SET picked = 2, promised = 3")
        connection.exec_driver_sql("UPDATE promise SET promised = 3")
    gone = shopify_order(minute=9, cancelled_at="2011-03-01T07:09:00-05:00")
    told_back = send(floor, gone, CANCELLED, "d-2").json()
    assert (told_back["taken"], "2 units are on carts" in told_back["detail"]) == (False, True)
    assert open_exceptions(floor) == [("web_order_differs", "#1001")]
    [line] = told(floor)["lines"]
    assert (line["picked"], line["cancelled"]) == (2, 3)
    with floor.hub._writing.begin() as connection:  # the floor's own way of picking is tried elsewhere
        connection.exec_driver_sql("UPDATE order_line SET picked = 0, cancelled = 5")


def test_what_a_shop_tells_anew_leaves_a_substitute_that_was_agreed(floor: ApiFloor) -> None:
    send(floor, shopify_order(item("10", 2 * UNITS_A_BIN + 3)))
    policy = floor.hub.policy
    floor.hub.writer.call(
        Actor("test", "substitute"), lambda tx: backorders.substitute(tx, policy, "#1001", 1, "11", 3)
    )
    agreed = [("10", 2 * UNITS_A_BIN), ("11", 3)]
    assert units(floor) == agreed
    again = shopify_order(item("10", 2 * UNITS_A_BIN + 3), minute=5, note="For Grandma")
    assert send(floor, again, UPDATED, "d-2").json()["taken"] is True
    assert (units(floor), told(floor)["gift_note"]) == (agreed, "For Grandma")
    fewer = shopify_order(item("10", 2 * UNITS_A_BIN + 1), minute=6)
    assert send(floor, fewer, UPDATED, "d-3").json()["taken"] is True
    assert units(floor) == [("10", 2 * UNITS_A_BIN), ("11", 1)], "fewer are taken from the line that stands in"


def test_a_paid_order_is_let_go_though_something_else_of_the_message_cannot_be(floor: ApiFloor) -> None:
    send(floor, shopify_order(item("10", 2), financial_status="pending"))
    assert told(floor)["hold"] == "payment"
    paid = shopify_order(item("10", 2), item("unknown", 1), minute=5)
    assert send(floor, paid, UPDATED, "d-2").json()["taken"] is False
    assert told(floor)["hold"] == ""
    assert ("web_order_differs", "#1001") in open_exceptions(floor)

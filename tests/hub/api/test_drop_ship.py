"""An order goes to its supplier with the customer's address and comes back with a tracking number, by REST and form."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from hub.storage import buying
from hub.storage.buying import SkuTerms
from hub.storage.writer import Actor
from tests.hub.api_floor import ApiFloor

OURS = {"Sec-Fetch-Site": "same-origin"}
HOME = {"name": "Kari Nordmann", "street": "Storgata 1", "city": "Oslo", "postcode": "0155", "email": "k@example.com"}


class Shop:
    """A shop at a hub whose item 11 the supplier always sends."""

    def __init__(self, floor: ApiFloor) -> None:
        self.floor, self.client = floor, floor.client
        made = floor.client.post(
            "/api/tokens", json={"name": "webshop", "scopes": "orders:write orders:read stock:read", "actor": "Ana"}
        )
        self.head = {"Authorization": f"Bearer {made.json()['token']}"}
        floor.hub.writer.call(Actor("test", "test"), self._terms)

    def _terms(self, tx: Any) -> None:
        found = tx.connection.exec_driver_sql("SELECT id FROM sku WHERE code = '11'").scalar_one()
        buying.set_sku_terms(tx, found, replace(SkuTerms(), drop_ship="always"))

    def order(self, ref: str, units: int, *more: dict[str, Any]) -> dict[str, Any]:
        body = {"ref": ref, "lines": [{"sku": "11", "units": units}, *more], "country": "Norway", "delivery": HOME}
        answer = self.client.post("/v1/orders", json=body, headers=self.head)
        assert answer.status_code == 201, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def purchase(self, ref: str) -> dict[str, Any]:
        """The purchase order for an order, once the hub has looked at it."""
        self.client.post("/api/restock")
        [found] = [one for one in self.client.get("/api/purchase-orders").json() if one["for_order"] == ref]
        return dict(found)

    def found(self, ref: str) -> dict[str, Any]:
        found: dict[str, Any] = self.client.get(f"/v1/orders/{ref}", headers=self.head).json()
        return found

    def tell(self, number: str, what: str, **said: Any) -> Any:
        return self.client.post(f"/api/purchase-orders/{number}/{what}", json={"actor": "Supplier", **said})


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with ApiFloor(tmp_path_factory.mktemp("drop-ship")) as floor:
        yield Shop(floor)


def test_an_order_is_told_its_date_sent_and_comes_back_with_its_tracking_number(shop: Shop) -> None:
    told = shop.order("D-1", 3, {"sku": "10", "units": 1})
    assert (told["promised"], told["backordered"], told["at_supplier"]) == (1, 0, 3)
    [waits] = told["waits"]
    assert (waits["line"], waits["at_supplier"], waits["source"]) == (1, 3, "drop_ship")
    number = shop.purchase("D-1")["number"]
    [why] = [line["why"] for line in shop.found("D-1")["waiting"] if line["sku"] == "11"]
    assert why[0]["code"] == "at_supplier" and f"purchase order {number}: expected on" in why[0]["words"]
    sent = {"carrier": "DHL", "tracking": "JD014600", "lines": [{"sku": "11", "units": 2}]}
    first, again = (shop.tell(number, "dispatch", **sent).json() for _ in range(2))
    assert (first["again"], again["again"], first["parcel"]) == (False, True, again["parcel"])
    assert first["waiting"] == 1
    [parcel] = shop.found("D-1")["parcels"]
    assert (parcel["tracking"], parcel["service"], parcel["purchase_order"]) == ("JD014600", "DHL", number)
    page = shop.client.get(f"/orders/{told['order']}").text
    assert "JD014600" in page and "2 shipped, 1 from a supplier" in page


def test_refusals_say_what_was_expected(shop: Shop) -> None:
    shop.order("D-2", 3)
    number = shop.purchase("D-2")["number"]
    parcel = {"carrier": "DHL", "tracking": "X1"}
    over = shop.tell(number, "dispatch", **parcel, lines=[{"sku": "11", "units": 4}])
    assert (over.status_code, "from 1 to 3 x 11, which is what is still to come, got 4" in over.text) == (422, True)
    other = shop.tell(number, "dispatch", **parcel, lines=[{"sku": "10", "units": 1}])
    assert (other.status_code, "expected an SKU of this purchase order (11)" in other.text) == (422, True)
    twice = shop.tell(number, "dispatch", **parcel, lines=[{"sku": "11", "units": 1}] * 2)
    assert (twice.status_code, "expected each SKU once" in twice.text) == (422, True)
    assert shop.tell(number, "dispatch", **parcel, lines=[]).status_code == 422
    assert (
        shop.tell(number, "dispatch", carrier=" ", tracking="X", lines=[{"sku": "11", "units": 1}]).status_code == 422
    )
    assert shop.tell("PO-9", "dispatch", **parcel, lines=[{"sku": "11", "units": 1}]).status_code == 404
    assert shop.tell(number, "cancellation", confirmed=True).status_code == 409


def test_a_cancelled_order_waits_for_the_suppliers_answer_if_it_was_told(shop: Shop) -> None:
    shop.order("D-3", 2)
    number = shop.purchase("D-3")["number"]
    assert shop.client.post(f"/api/purchase-orders/{number}/sent", json={"actor": "Grace"}).status_code == 200
    done = shop.client.post("/v1/orders/D-3/cancel", json={}, headers=shop.head).json()
    assert (done["cancelled"], done["asked"]) == (0, 2)
    assert shop.client.post(f"/api/purchase-orders/{number}/cancel", json={"actor": "Grace"}).status_code == 409
    assert shop.tell(number, "cancellation", confirmed=True).json() == {"purchase_order": number, "cancelled": 2}
    assert shop.found("D-3")["stage"] == "cancelled"


def test_what_is_not_sent_is_promised_from_stock(shop: Shop) -> None:
    shop.order("D-4", 2)
    number = shop.purchase("D-4")["number"]
    done = shop.tell(number, "decline", lines=[{"sku": "11", "units": 1}], reason="sold out").json()
    assert (done["promised"], done["backordered"]) == (1, 0)
    assert shop.tell(number, "decline").json()["promised"] == 1, "all that is to come"


def test_availability_says_when_its_supplier_would_send_it(shop: Shop) -> None:
    asked = shop.client.get("/v1/availability?sku=11&sku=10&units=500", headers=shop.head).json()
    sent, ours = asked["skus"]
    assert sent["drop_ship"]["when"] == "always"
    assert sent["asked"]["ships_from"] == sent["drop_ship"]["ships_from"] > asked["now"]
    assert ours["drop_ship"] == {"when": "never", "ships_from": None}


def test_a_person_keys_in_what_a_supplier_says(shop: Shop) -> None:
    shop.order("D-5", 4)
    number = shop.purchase("D-5")["number"]
    page = shop.client.get("/restock").text
    assert "This parcel was sent" in page and "order D-5" in page
    at = f"/restock/{number}/supplier"
    form = {"what": "dispatched", "actor": "Grace", "carrier": "DHL", "tracking": "Z9", "sku": "11", "units": "1"}
    assert shop.client.post(at, data=form, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    for wrong, told in (
        ({"units": "9"}, "expected from 1 to 4 x 11"),
        ({"units": "one"}, "give units as whole numbers"),
        ({"tracking": ""}, "give tracking"),
        ({"actor": " "}, "give actor"),
        ({"units": "0"}, "give lines"),
        ({"what": "burnt"}, "expected dispatched, declined, kept or on its way"),
    ):
        answer = shop.client.post(at, data=form | wrong, headers=OURS)
        assert answer.status_code == 422 and told in answer.text, answer.text
    assert shop.client.post(at, data=form, headers=OURS).status_code == 303
    assert "DHL Z9" in shop.client.get("/restock").text
    lost = form | {"what": "declined", "reason": "broken"}
    assert shop.client.post(at, data=lost, headers=OURS).status_code == 303
    shop.client.post(f"/api/purchase-orders/{number}/acknowledge", json={"actor": "Grace"})
    shop.client.patch("/v1/orders/D-5", json={"lines": [{"line": 1, "units": 3}]}, headers=shop.head)
    shop.client.post("/v1/orders/D-5/cancel", json={"waiting_only": True}, headers=shop.head)
    assert "The supplier keeps them" in shop.client.get("/restock").text
    assert shop.client.post(at, data={"what": "on its way", "actor": "Grace"}, headers=OURS).status_code == 303
    assert shop.client.post(at, data={"what": "kept", "actor": "Grace"}, headers=OURS).status_code == 409
    assert shop.found("D-5")["lines"][0]["at_supplier"] == 2

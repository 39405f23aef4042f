"""Returns by the interface: a shop asks and is told, each request once; staff grades; refunds wait for the shop."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from hub.storage.verify import verify
from tests.hub.returned_shop import ReturnedShop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[ReturnedShop]:
    shop = ReturnedShop(tmp_path)
    yield shop
    with shop.engine.begin() as connection:
        assert not any(verify(connection).values())
    shop.close()


def asked(line: int = 1, units: int = 1, reason: str = "late", **more: Any) -> dict[str, Any]:
    return {"lines": [{"line": line, "units": units, "reason": reason}], **more}


def test_a_shop_asks_for_a_return_and_is_told_how_it_stands(shop: ReturnedShop) -> None:
    answer = shop.send("/v1/orders/A/returns", asked(units=2))
    assert answer.status_code == 201
    told = answer.json()
    assert (told["return"], told["stage"], told["order"], told["wanted"]) == ("R00000017", "authorised", "A", "refund")
    assert told["lines"][0] | {"words": ""} == {
        "line": 1, "sku": "RED", "reason": "late", "words": "", "units": 2, "waiting": 2, "received": 0, "graded": 0,
        "expired": 0, "cancelled": 0,
    }  # fmt: skip
    assert shop.get("/v1/returns/R00000017") == told
    assert shop.get("/v1/orders/A/returns") == {"returns": [told]}


def test_the_same_request_under_its_key_is_one_return(shop: ReturnedShop) -> None:
    first = shop.send("/v1/orders/A/returns", asked(units=2), "K1")
    again = shop.send("/v1/orders/A/returns", asked(units=2), "K1")
    assert (first.json(), again.headers["Idempotent-Replayed"]) == (again.json(), "true")
    assert len(shop.rows("SELECT id FROM customer_return")) == 1
    other = shop.send("/v1/orders/A/returns", asked(units=1), "K1")
    assert other.status_code == 422


def test_requests_at_the_same_moment_never_authorise_more_than_was_shipped(shop: ReturnedShop) -> None:
    with ThreadPoolExecutor(8) as many:
        answers = list(many.map(lambda _: shop.send("/v1/orders/A/returns", asked()).status_code, range(8)))
    assert sorted(answers) == [201, 201, 201, 409, 409, 409, 409, 409]


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (asked(units=4), 409, "expected at most 3 units to return, got 4"),
        (asked(line=3), 422, "expected one of its 2 lines, got line 3"),
        (asked(reason="why not"), 422, "expected a reason out of"),
        ({"lines": []}, 422, "lines: expected at least 1 of them"),
        (asked(colour="red"), 422, "expected keys of"),
    ],
)
def test_what_cannot_be_is_refused_in_words(shop: ReturnedShop, body: dict[str, Any], status: int, said: str) -> None:
    answer = shop.send("/v1/orders/A/returns", body)
    assert (answer.status_code, said in answer.json()["detail"]) == (status, True), answer.text


def test_what_there_is_not_is_not_found(shop: ReturnedShop) -> None:
    assert shop.send("/v1/orders/B/returns", asked()).status_code == 404
    for path in ("/v1/returns/R1", "/v1/orders/B/returns", "/v1/refunds?after=x"):
        assert shop.client.get(path, headers=shop.headers).status_code == 404
    assert shop.send("/v1/returns/R1/cancel", {}).status_code == 404
    for path in ("/api/returns/R1", "/api/returns/R1.pdf", "/api/supplier-claims/C.pdf", "/api/supplier-claims/C.csv"):
        assert shop.client.get(path).status_code == 404


def test_a_shop_cancels_a_return(shop: ReturnedShop) -> None:
    number = shop.authorised((1, 2, "late"))
    assert shop.send(f"/v1/returns/{number}/cancel", {}).json() == {"return": number, "cancelled": 2}
    assert shop.get(f"/v1/returns/{number}")["stage"] == "cancelled"
    assert shop.send(f"/v1/returns/{number}/cancel", {}).status_code == 409


def test_the_reasons_are_told(shop: ReturnedShop) -> None:
    told = shop.get("/v1/returns/reasons")
    assert told["window_days"] == 30
    assert {"code": "damaged", "words": "Arrived damaged", "ours": True} in told["reasons"]


def test_a_carrier_that_takes_returns_gives_a_label_and_the_customer_is_written_to(shop: ReturnedShop) -> None:
    number = shop.authorised((1, 2, "late"))
    label = shop.get(f"/v1/returns/{number}")["label"]
    assert (label["state"], label["service"], label["tracking"]) == ("bought", "Back Parcel", "SF200000000011")
    assert "Shelflight Test House" in label["zpl"] and f"return {number}" in label["zpl"]
    [letter] = shop.rows("SELECT recipient, subject, plain FROM mail WHERE kind = 'return'")
    assert (letter["recipient"], letter["subject"]) == ("kari@example.org", f"Return {number} of your order A")
    assert "2 x GOODS RED" in letter["plain"] and "SF200000000011" in letter["plain"]
    assert shop.scan("dock-1", "SF200000000011").title == f"{number}: scan what came back (2 to come)"


def test_refunds_wait_for_the_shop_each_with_a_number_of_its_own(shop: ReturnedShop) -> None:
    number = shop.authorised((1, 2, "changed_mind"))
    shop.came(number, RED=2)
    shop.graded(number, "A", 1)
    shop.graded(number, "B", 1)
    first, second = shop.get("/v1/refunds")["refunds"]
    assert (first["amount_minor"], first["grade"], first["line"], first["currency"]) == (500, "A", 1, "GBP")
    assert (second["amount_minor"], second["percent"], second["reason"]) == (300, 60, "changed_mind")
    assert "scratched" in second["why"]
    assert shop.get(f"/v1/refunds?after={first['refund']}")["refunds"] == [second]
    assert shop.send(f"/v1/refunds/{first['refund']}/told", {}).json() == {"refund": first["refund"], "told": True}
    assert shop.get("/v1/refunds?limit=1")["refunds"][0]["told"] is not None
    assert shop.send("/v1/refunds/nothing/told", {}).status_code == 404


def test_the_price_difference_of_an_exchange_is_in_the_message(shop: ReturnedShop) -> None:
    instead = [{"sku": "BLUE", "units": 2, "price_minor": 333}]
    number = shop.authorised((1, 1, "does_not_fit"), wanted="exchange", exchange=instead)
    shop.came(number, RED=1)
    shop.graded(number, "A", 1)
    [told] = shop.get("/v1/refunds")["refunds"]
    assert (told["goods_minor"], told["amount_minor"]) == (500, 0)
    assert told["exchange"] == {
        "order": f"A-{number}", "value_minor": 666, "credited_minor": 500, "difference_minor": 166,
    }  # fmt: skip
    assert shop.get(f"/v1/returns/{number}")["exchange"] == {"order": f"A-{number}", "value_minor": 666}
    assert shop.get(f"/v1/orders/A-{number}/returns")["returns"][0]["return"] == number


def test_staff_writes_a_return_down_grades_it_and_hands_it_to_its_supplier(shop: ReturnedShop) -> None:
    body = {"actor": "Grete", "order": "A", **asked(units=3, reason="faulty")}
    number = shop.client.post("/api/returns", json=body).json()["return"]
    assert [one["return"] for one in shop.client.get("/api/returns").json()["returns"]] == [number]
    shop.came(number, RED=3)
    shop.graded(number, "S", 2)
    public = shop.graded(number, "B", 1)
    done = shop.client.post(
        f"/api/returns/grades/{public}/refurbished", json={"actor": "Rita", "units": 1, "grade": "C"}
    )
    assert done.json() == {"grade": public, "units": 1, "now": "C"}
    [claim] = shop.client.get("/api/supplier-claims").json()["claims"]
    assert (claim["state"], claim["units"]) == ("open", 2)
    table = shop.client.get(f"/api/supplier-claims/{claim['claim']}.csv").text
    assert f"{claim['claim']},{number},RED,GOODS RED,,2,Does not work,scratched," in table
    assert shop.client.get(f"/api/supplier-claims/{claim['claim']}.pdf").content.startswith(b"%PDF")
    handed = shop.client.post(f"/api/supplier-claims/{claim['claim']}/handed-over", json={"actor": "Rita"})
    assert handed.json() == {"claim": claim["claim"], "units": 2}
    [audit] = shop.rows("SELECT actor FROM audit WHERE action = 'hand over claim'")
    assert audit == {"actor": "Rita"}


def test_the_report_counts_by_item_reason_and_grade(shop: ReturnedShop) -> None:
    number = shop.authorised((1, 2, "damaged"), (2, 1, "late"))
    shop.came(number, RED=2, BLUE=1)
    shop.graded(number, "C", 2)
    told = shop.get("/v1/returns/report")
    assert (told["shipped_units"], told["returned_units"], told["grades"]) == (5, 3, {"C": 2})
    assert [(one["reason"], one["units"]) for one in told["reasons"]] == [("damaged", 2), ("late", 1)]
    red = told["skus"][0]
    assert (red["sku"], red["rate_permille"], red["scrapped_units"], red["marked"]) == ("RED", 1000, 2, False)
    cost = shop.catalogue.items["RED"].cost_minor
    assert red["scrap_minor"] == 2 * cost
    assert shop.client.get("/api/returns/report").json() == told
    table = shop.client.get("/api/returns/report.csv").text.split("\r\n")
    assert table[0].startswith("sku,description,supplier") and table[1].startswith("RED,GOODS RED,")
    assert shop.client.get("/api/returns/report?until_us=1").json()["skus"] == []


def test_another_clients_shop_sees_nothing_of_it(shop: ReturnedShop) -> None:
    number = shop.authorised((1, 1, "late"))
    shop.call(lambda tx: tx.connection.exec_driver_sql("INSERT INTO client (name) VALUES ('other')"))
    other = shop.token("other")
    shop.call(lambda tx: tx.connection.exec_driver_sql("UPDATE api_token SET client_id = 2 WHERE name = 'other'"))
    assert shop.client.get(f"/v1/returns/{number}", headers=other).status_code == 404
    assert shop.client.post("/v1/orders/A/returns", json=asked(), headers=other).status_code == 404
    assert shop.client.post(f"/v1/returns/{number}/cancel", json={}, headers=other).status_code == 404
    assert shop.client.get("/v1/refunds", headers=other).json() == {"refunds": []}
    assert shop.client.get("/v1/returns/report", headers=other).json()["skus"] == []

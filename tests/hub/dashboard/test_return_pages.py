"""The pages of returns: written down, looked at item by item, refurbished, handed over, reported."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from edge.contract.events import SymbolScanned
from hub.storage import pictures
from tests.hub.returned_shop import DOCK, OURS, ReturnedShop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[ReturnedShop]:
    shop = ReturnedShop(tmp_path)
    yield shop
    shop.close()


def post(shop: ReturnedShop, path: str, **form: str) -> httpx.Response:
    answer: httpx.Response = shop.client.post(path, data=form, headers=OURS)
    return answer


def test_a_return_is_written_down_for_a_customer_line_by_line(shop: ReturnedShop) -> None:
    shown = shop.client.get("/returns/new?order=A").text
    assert 'name="units-1"' in shown and "Does not want it any more" in shown
    fields = {"units-1": "2", "reason-1": "late", "units-2": "", "reason-2": "late"}
    answer = post(shop, "/returns/new", order="A", actor="Grete", wanted="exchange", note="rang at noon", **fields)
    assert (answer.status_code, answer.headers["location"]) == (303, "/returns/R00000017")
    page = shop.client.get("/returns/R00000017").text
    assert "exchange wanted" in page and "rang at noon" in page and "written down" in page and "Grete" in page
    [order] = shop.rows("SELECT public FROM customer_order WHERE ref = 'A'")
    assert "R00000017" in shop.client.get(f"/orders/{order['public']}").text


@pytest.mark.parametrize(
    ("form", "status", "said"),
    [
        ({"actor": "Grete", "units-1": "9", "reason-1": "late"}, 409, "expected at most 3 units"),
        ({"actor": "Grete", "units-1": "two", "reason-1": "late"}, 422, "as a whole number"),
        ({"actor": "", "units-1": "1", "reason-1": "late"}, 422, "Give your name"),
        ({"actor": "Grete"}, 422, "at least one line"),
    ],
)
def test_a_return_that_cannot_be_is_refused_on_the_page(
    shop: ReturnedShop, form: dict[str, str], status: int, said: str
) -> None:
    answer = post(shop, "/returns/new", order="A", **form)
    assert answer.status_code == status
    assert said in answer.text


def test_an_order_that_there_is_not_is_said(shop: ReturnedShop) -> None:
    assert "There is no order &#39;B&#39;" in shop.client.get("/returns/new?order=B").text


def test_at_the_bench_the_number_is_scanned_then_the_item_then_its_grade_is_pressed(shop: ReturnedShop) -> None:
    number = shop.authorised((1, 2, "damaged"), (2, 1, "changed_mind"))
    shop.came(number, RED=2, BLUE=1)
    assert post(shop, "/returns/scan", symbol=number.lower()).headers["location"] == f"/returns/{number}"
    shown = shop.client.get(f"/returns/{number}", params={"scan": shop.symbol("RED"), "by": "Grete"}).text
    assert "in your hand" in shown and 'value="Grete"' in shown
    item = re.search(r'name="item" value="(\d+)"', shown)
    assert item is not None
    form = {"item": item[1], "units": "1", "grade": "C", "by": "Grete", "note": "broken"}
    answer = post(shop, f"/returns/{number}/grade", **form)
    assert answer.headers["location"] == f"/returns/{number}?by=Grete"
    page = shop.client.get(f"/returns/{number}").text
    assert "C: scrap" in page and "broken" in page and "£5.00" in page and "was not told yet" in page
    assert shop.at("scrap") == {"RED": 1}


def test_what_is_scanned_and_is_nothing_of_this_return_is_said(shop: ReturnedShop) -> None:
    number = shop.authorised((1, 2, "damaged"))
    shop.came(number, RED=2)
    assert "is nothing of this return that waits" in shop.client.get(f"/returns/{number}?scan=4711").text
    assert post(shop, "/returns/scan", symbol="4711").status_code == 404


@pytest.mark.parametrize(
    ("form", "status", "said"),
    [
        ({"units": "3", "grade": "A", "by": "Grete"}, 409, "expected 1 to 2 units to grade, got 3"),
        ({"units": "2", "grade": "A", "by": ""}, 422, "Give your name"),
        ({"units": "x", "grade": "A", "by": "Grete"}, 422, "units as a whole number"),
    ],
)
def test_a_grade_that_cannot_be_is_refused_on_the_page(
    shop: ReturnedShop, form: dict[str, str], status: int, said: str
) -> None:
    number = shop.authorised((1, 2, "damaged"))
    shop.came(number, RED=2)
    answer = post(shop, f"/returns/{number}/grade", item=str(shop.item(number)), **form)
    assert (answer.status_code, said in answer.text) == (status, True)


def test_refurbished_goods_and_claims_are_dealt_with_on_the_list(shop: ReturnedShop) -> None:
    number = shop.authorised((1, 2, "faulty"))
    shop.came(number, RED=2)
    public = shop.graded(number, "B", 1)
    shop.graded(number, "S", 1)
    shown = shop.client.get("/returns").text
    assert f"/returns/refurbished/{public}" in shown and "CLAIM-00001" in shown
    assert post(shop, f"/returns/refurbished/{public}", units="1", grade="A", by="Rita").status_code == 303
    assert post(shop, f"/returns/refurbished/{public}", units="", grade="A", by="Rita").status_code == 422
    assert post(shop, "/returns/claims/CLAIM-00001", by="Rita").status_code == 303
    assert post(shop, "/returns/claims/CLAIM-00001", by="").status_code == 422
    assert shop.at("putback") == {"RED": 1}
    assert "by Rita" in shop.client.get("/returns").text


def test_a_return_of_nobody_knows_whom_gets_its_order(shop: ReturnedShop) -> None:
    shop.came("RETURN", RED=1)
    shop.problem(DOCK)
    number = "R00000017"
    assert "Whose goods are these?" in shop.client.get(f"/returns/{number}").text
    assert post(shop, f"/returns/{number}/order", order="Z", by="Grete").status_code == 404
    assert post(shop, f"/returns/{number}/order", order="A", by="Grete").status_code == 303
    assert "of order" in shop.client.get(f"/returns/{number}").text


def test_a_return_is_waited_for_no_more(shop: ReturnedShop) -> None:
    number = shop.authorised((1, 2, "late"))
    assert post(shop, f"/returns/{number}/cancel", by="").status_code == 422
    assert post(shop, f"/returns/{number}/cancel", by="Grete").status_code == 303
    assert "is cancelled" in shop.client.get(f"/returns/{number}").text


def test_the_report_shows_what_comes_back_and_why(shop: ReturnedShop) -> None:
    number = shop.authorised((1, 2, "damaged"))
    shop.came(number, RED=2)
    shop.graded(number, "C", 2)
    for path in ("/returns/report", "/returns/report?days=30"):
        shown = shop.client.get(path).text
        assert "Arrived damaged" in shown and "GOODS RED" in shown and "40.0 %" in shown


def test_pages_of_strangers_change_nothing(shop: ReturnedShop) -> None:
    number = shop.authorised((1, 2, "late"))
    stranger = {"Sec-Fetch-Site": "cross-site"}
    for path in (f"/returns/{number}/cancel", "/returns/new", "/returns/scan", "/returns/claims/CLAIM-00001"):
        assert shop.client.post(path, data={"by": "x", "symbol": "x"}, headers=stranger).status_code == 403
    assert shop.client.get("/returns/R1").status_code == 404


def seen(shop: ReturnedShop, number: str, sku: str, picture: str) -> str:
    """A unit is scanned by the dock's camera, and counted; the name of its picture."""
    shop.scan(DOCK, number)
    step = shop.prompt(DOCK).step
    symbol = shop.symbol(sku)
    shop.tell(DOCK, SymbolScanned(step=step, text=symbol, symbology="", aim="", source="camera", picture=picture))
    shop.count(DOCK, 1)
    return f"{DOCK}/{picture}"


def wanted(shop: ReturnedShop) -> list[str]:
    with shop.hub.engine.begin() as connection:
        return pictures.wanted(connection, 10)


def test_what_is_graded_is_shown_as_the_docks_camera_saw_it_and_stays_with_the_grade(shop: ReturnedShop) -> None:
    number = shop.authorised((1, 1, "damaged"))
    name = seen(shop, number, "RED", "1f0c9a7d5e3b2468")
    assert wanted(shop) == [name], "it is fetched before the station's ring has gone on"
    assert shop.client.get(f"/pictures/{name}.jpg").status_code == 503, "its station is away"
    assert f'<img src="/pictures/{name}.jpg"' in shop.client.get(f"/returns/{number}").text
    shop.call(lambda tx: pictures.keep(tx, name, b"\xff\xd8\xff\xd9"))
    assert wanted(shop) == []
    assert shop.client.get(f"/pictures/{name}.jpg").content == b"\xff\xd8\xff\xd9"
    shop.graded(number, "C", 1)
    page = shop.client.get(f"/returns/{number}").text
    assert f'data-label="Picture"><a href="/pictures/{name}">' in page
    told = shop.client.get(f"/api/returns/{number}").json()
    assert [one["picture"] for one in (*told["items"], *told["grades"])] == [name, name]


def test_a_picture_that_is_gone_is_said_to_be_and_the_goods_are_graded_all_the_same(shop: ReturnedShop) -> None:
    number = shop.authorised((1, 1, "damaged"))
    name = seen(shop, number, "RED", "1f0c9a7d5e3b2468")
    shop.call(lambda tx: pictures.keep(tx, name, None, "The ring has gone on."))
    page = shop.client.get(f"/returns/{number}").text
    assert "no picture: The ring has gone on." in page and '<img src="/pictures/' not in page
    assert wanted(shop) == []
    shop.graded(number, "B", 1)
    assert 'data-label="Picture">The ring has gone on.' in shop.client.get(f"/returns/{number}").text


def test_what_no_camera_saw_has_no_picture_and_is_graded(shop: ReturnedShop) -> None:
    number = shop.authorised((1, 1, "damaged"))
    shop.came(number, RED=1)
    shop.graded(number, "C", 1)
    told = shop.client.get(f"/api/returns/{number}").json()
    assert [one["picture"] for one in (*told["items"], *told["grades"])] == [None, None]
    assert wanted(shop) == []

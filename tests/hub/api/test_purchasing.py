"""A buyer sees why something was ordered, decides on it, and gets the papers; history is taken in."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.bench.order_lines import BadHistory
from hub.demand_import import history_rows, send_history
from tests.hub.api_floor import ApiFloor
from tests.hub.demo_site import HEADER


@pytest.fixture(scope="module")
def floor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiFloor]:
    with ApiFloor(tmp_path_factory.mktemp("purchasing")) as floor:
        yield floor


@pytest.fixture
def number(floor: ApiFloor) -> Iterator[str]:
    """The number of a purchase order that has not come."""
    have = floor.client.get("/api/stock/10").json()["available"]
    floor.client.post("/api/orders", json={"ref": "MUCH", "lines": [{"sku": "10", "units": have + 3}]})
    floor.client.post("/api/restock")
    found = [order for order in floor.client.get("/api/purchase-orders").json() if order["stage"] != "cancelled"]
    yield found[-1]["number"]


def test_a_purchase_order_says_why_in_words_and_numbers(floor: ApiFloor, number: str) -> None:
    [order] = [order for order in floor.client.get("/api/purchase-orders").json() if order["number"] == number]
    [line] = order["lines"]
    assert order["stage"] == "approved"
    assert line["because"].startswith(f"ordered {line['ordered']} because position ")
    assert order["value_minor"] == line["cost_minor"]


def test_the_papers_are_there_and_of_no_order_there_are_none(floor: ApiFloor, number: str) -> None:
    pdf = floor.client.get(f"/api/purchase-orders/{number}.pdf")
    assert (pdf.headers["Content-Type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")
    assert f"{number},1,10," in floor.client.get(f"/api/purchase-orders/{number}.csv").text
    for end in ("pdf", "csv"):
        assert floor.client.get(f"/api/purchase-orders/PO-9.{end}").status_code == 404


def test_the_pages_show_it_with_its_picture_and_a_form(floor: ApiFloor, number: str) -> None:
    listed = floor.client.get("/restock").text
    assert number in listed and "ordered" in listed and "I have told the supplier" in listed
    shown = floor.client.get("/restock/10").text
    assert "<svg" in shown and "reorder point" in shown and f"<b>{number}</b>" in shown
    assert floor.client.get("/restock/nothing").status_code == 404
    assert "MUCH" in floor.client.get("/backorders").text


def test_a_buyer_moves_an_order_on_by_form_and_by_request(floor: ApiFloor, number: str) -> None:
    at = f"/restock/{number}"
    strange = floor.client.post(at, data={"what": "sent", "actor": "Grace"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert strange.status_code == 403
    ours = {"Sec-Fetch-Site": "same-origin"}
    assert floor.client.post(at, data={"what": "sent", "actor": " "}, headers=ours).status_code == 422
    assert floor.client.post(at, data={"what": "burn", "actor": "Grace"}, headers=ours).status_code == 422
    assert floor.client.post(at, data={"what": "sent", "actor": "Grace"}, headers=ours).status_code == 303
    api = f"/api/purchase-orders/{number}"
    by = {"actor": "Grace"}
    assert floor.client.post(f"{api}/sent", json=by).status_code == 409, "it is sent"
    told = floor.client.post(f"{api}/acknowledge", json=by | {"due_us": 1_300_000_000_000_000})
    assert told.json() == {"purchase_order": number, "now": "acknowledged"}
    assert floor.client.post(f"{api}/cancel", json=by).status_code == 200
    assert floor.client.post("/api/purchase-orders/PO-9/cancel", json=by).status_code == 404
    floor.client.post("/api/restock")
    assert "at the next review" not in floor.client.get("/backorders").text


def lines(directory: Path, *rows: str) -> Path:
    file = directory / "history.csv"
    file.write_text("\n".join((HEADER, *rows)) + "\n", "utf-8")
    return file


def row(order: str, at: str, sku: str, units: int, kind: str = "sale") -> str:
    return f"{order},1,{at},{kind},{sku},GOODS,{units},1.25,14620,United Kingdom"


def test_a_file_of_order_lines_becomes_units_by_day_without_what_was_cancelled(tmp_path: Path) -> None:
    file = lines(
        tmp_path,
        row("1", "2011-01-03T09:00", "10", 3),
        row("2", "2011-01-03T10:00", "10", 4),
        row("3", "2011-01-04T09:00", "11", 900),
        row("C3", "2011-01-04T09:10", "11", -900, "return"),
        row("4", "2011-01-05T09:00", "11", 2),
    )
    assert history_rows(file) == [
        {"sku": "10", "day": "2011-01-03", "units": 7},
        {"sku": "11", "day": "2011-01-05", "units": 2},
    ]
    with pytest.raises(BadHistory, match=r"expected a CSV file of order lines, there is none"):
        history_rows(tmp_path / "none.csv")


def test_a_hub_takes_a_history_in_and_forecasts_by_it(
    floor: ApiFloor, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = lines(
        tmp_path,
        *(row(f"{n}", f"2011-01-{n:02d}T09:00", "10", 5) for n in range(1, 29)),
        row("x", "2011-01-03T09:00", "77", 1),
    )
    with floor.served() as url:
        assert send_history(file, url) == 0
        assert send_history(file, "http://127.0.0.1:1") == 1
    told = capsys.readouterr()
    assert "28 rows (SKU and day) taken; 0 of days" in told.out
    assert "1 SKUs are not in the catalogue and were left out: 77." in told.err
    assert "Expected a hub at http://127.0.0.1:1" in told.err
    floor.client.post("/api/restock")
    assert "are expected in" in floor.client.get("/restock/10").text

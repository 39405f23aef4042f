"""Pages of a site with two clients: whose everything is, one client's rows alone, and its statement of a month."""

import csv
import io
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from edge.contract.clients import Rates
from hub.documents.client_statement import charges, month_us
from hub.storage import places
from hub.storage.billing import Counted, counted
from hub.storage.ledger import Cause
from hub.storage.transaction import Tx
from tests.hub.api_floor import NOON_US, UNITS_A_BIN, ApiFloor
from tests.hub.two_clients import ALPHA, BETA, TwoClients, two_clients

DAY_US = 86_400_000_000


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[ApiFloor]:
    with ApiFloor(tmp_path, changed=partial(two_clients, only_beta="11")) as floor:
        for client, ref, sku in ((ALPHA, "OF-ALPHA", "10"), (BETA, "OF-BETA", "11")):
            order = {"ref": ref, "lines": [{"sku": sku, "units": 3 * UNITS_A_BIN}]}
            assert floor.client.post("/api/orders", params={"client": client}, json=order).status_code == 201
        yield floor


def page(floor: ApiFloor, path: str) -> str:
    answer = floor.client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


@pytest.mark.parametrize("path", ["/orders", "/backorders"])
def test_rows_say_whose_they_are_and_are_shown_of_one_client_alone(floor: ApiFloor, path: str) -> None:
    shown = page(floor, path)
    assert all(words in shown for words in ("OF-ALPHA", "OF-BETA", ">Alpha<", ">Beta Ltd<"))
    shown = page(floor, f"{path}?client={BETA}")
    assert "OF-BETA" in shown and "OF-ALPHA" not in shown
    assert floor.client.get(f"{path}?client=gamma").status_code == 422


def test_purchase_orders_and_skus_say_whose_they_are(floor: ApiFloor) -> None:
    floor.client.post("/api/restock")
    shown = page(floor, "/restock")
    assert "for Alpha" in shown and "for Beta Ltd" in shown
    assert "for Alpha" not in page(floor, f"/restock?client={BETA}")
    assert "of client Alpha" in page(floor, "/restock/10")
    assert "of client Beta Ltd" in page(floor, f"/restock/{BETA}:10")
    assert floor.client.get("/restock/11").status_code == 404, "the first client has no such SKU"


def test_an_order_is_keyed_in_for_a_client(floor: ApiFloor) -> None:
    assert 'name="client"' in page(floor, "/orders/new")
    found = floor.client.get("/orders/new/skus", params={"q": "10", "client": BETA}).json()
    assert [(stock["sku"], stock["available"]) for stock in found] == [("10", UNITS_A_BIN)]
    form = {"ref": "P-1", "actor": "Kari", "client": BETA, "sku": "10", "units": "2"}
    made = floor.client.post("/orders/new", data=form, headers={"Origin": "http://127.0.0.1"})
    assert made.status_code == 303, made.text
    assert "Beta Ltd" in page(floor, made.headers["Location"])


def test_the_page_of_clients_shows_each_ones_day_and_statement(floor: ApiFloor) -> None:
    shown = page(floor, "/clients")
    assert "Alpha" in shown and "Beta Ltd" in shown and "1 waiting" in shown
    assert floor.client.get("/clients?month=2011-13").status_code == 422


def test_a_site_of_one_client_says_nothing_of_clients(tmp_path: Path) -> None:
    with ApiFloor(tmp_path) as floor:
        floor.client.post("/api/orders", json={"ref": "S-1", "lines": [{"sku": "10", "units": 1}]})
        for path in ("/orders", "/backorders", "/restock", "/orders/new", "/restock/10"):
            assert "client" not in page(floor, path).lower(), path
        assert floor.client.get("/clients").status_code == 404


def test_a_statement_is_told_as_json_and_as_a_table(floor: ApiFloor) -> None:
    told = floor.client.get(f"/api/clients/{BETA}/statement", params={"month": "2011-03"}).json()
    assert (told["client"], told["month"], told["currency"], told["total_minor"]) == (BETA, "2011-03", "GBP", 0)
    table = floor.client.get(f"/api/clients/{BETA}/statement.csv", params={"month": "2011-03"}).text
    rows = list(csv.DictReader(io.StringIO(table)))
    assert [row["what"] for row in rows] == [*(line["what"] for line in told["lines"]), "total"]
    for params in ({"month": "March"}, {}):
        assert floor.client.get(f"/api/clients/{BETA}/statement", params=params).status_code == 422
    assert floor.client.get("/api/clients/gamma/statement", params={"month": "2011-03"}).status_code == 422


def test_units_are_stored_from_when_they_came_until_they_went() -> None:
    floor = TwoClients()
    begin_us = floor.clock_us

    def take_out(tx: Tx) -> None:
        bin_ = places.find(tx.connection, tx.site_id, "bay-1/3")
        [(stock, _, _)] = places.stock_at(tx.connection, bin_.id)
        tx.ledger.move(stock, 5, bin_.id, places.virtual(tx, "adjustment"), Cause(reason="test"))

    floor.clock_us += 2 * DAY_US
    floor.call(take_out)
    floor.clock_us += DAY_US

    def days(client: str, from_us: int, until_us: int) -> int:
        with floor.engine.begin() as connection:
            return counted(connection, floor.ids[client], from_us, until_us).unit_days

    assert days(ALPHA, begin_us, begin_us + 3 * DAY_US) == 3 * 40
    assert days(BETA, begin_us, begin_us + 3 * DAY_US) == 2 * 40 + 35
    assert days(BETA, begin_us + 2 * DAY_US, begin_us + 3 * DAY_US) == 35, "what came before counts from the beginning"
    assert days(BETA, begin_us - DAY_US, begin_us) == 0


def test_what_left_and_what_came_is_charged_at_the_clients_rates() -> None:
    done = Counted(orders=2, lines=3, units=7, parcels=2, freight_minor=999, received_units=10, unit_days=1_500)
    rates = Rates(
        order_minor=100, line_minor=10, unit_minor=5, parcel_minor=50, freight_percent=110, received_unit_minor=2,
        unit_days_1000_minor=333,
    )  # fmt: skip
    amounts = [line.amount_minor for line in charges(done, rates)]
    assert amounts == [200, 30, 35, 100, 1_099, 20, 500]


def test_a_month_is_of_the_sites_own_clock() -> None:
    from zoneinfo import ZoneInfo

    begins, ends = month_us("2011-03", ZoneInfo("Europe/London"))
    assert (ends - begins) // 1_000_000 == 31 * 86_400 - 3_600, "an hour is lost to summer"
    assert begins < NOON_US < ends
    assert month_us("2011-12", ZoneInfo("UTC"))[1] == month_us("2012-01", ZoneInfo("UTC"))[0]

"""The pages and calls on receiving: announced deliveries, claims, orders of which a part has come, new items."""

from collections.abc import Iterator
from typing import Any

import pytest

from hub.handlers.put_away import ask_put_away
from hub.storage import dock_cases, new_items, places, purchasing, putaway, setup
from hub.storage.ledger import Cause, StockKey
from hub.storage.transaction import Tx
from hub.storage.writer import Actor
from tests.hub.api_floor import ApiFloor

OURS = {"Sec-Fetch-Site": "same-origin"}
SSCC = "006141411234567890"
GTIN = "04006381333931"


@pytest.fixture(scope="module")
def floor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiFloor]:
    with ApiFloor(tmp_path_factory.mktemp("receiving-pages")) as floor:
        yield floor


def call(floor: ApiFloor, job: Any) -> Any:
    return floor.hub.writer.call(Actor("test", "test"), job)


def first_sku(tx: Tx) -> StockKey:
    row = tx.connection.exec_driver_sql("SELECT id FROM sku WHERE code = '10'").one()
    return StockKey(tx.client_id, row.id, places.default_lot(tx.connection, row.id))


def supplier(floor: ApiFloor) -> str:
    with floor.hub.engine.begin() as connection:
        return str(connection.exec_driver_sql("SELECT name FROM supplier ORDER BY id").first()[0])  # type: ignore[index]


def a_case(floor: ApiFloor) -> int:
    """Three damaged units that lie at the claims."""

    def go(tx: Tx) -> int:
        stock = first_sku(tx)
        number = purchasing.insert_order(tx, 1, tx.now_us, [(stock.sku_id, 5)], not_counted=frozenset({stock.sku_id}))
        found = purchasing.find(tx.connection, number)
        assert found is not None
        place = dock_cases.place_of(tx, "damaged")
        tx.ledger.move(stock, 3, places.virtual(tx, "supplier"), place, Cause(reason="receive_damaged"))
        case: int = dock_cases.open_case(
            tx, "damaged", order_id=found[0], sku_id=stock.sku_id, lot_id=stock.lot_id, units=3, place_id=place
        )
        return case

    case: int = call(floor, go)
    return case


def asn(floor: ApiFloor, ref: str, **values: Any) -> dict[str, Any]:
    said = {
        "ref": ref,
        "supplier": supplier(floor),
        "expected_at": "2011-03-01T15:00:00",
        "door": "2",
        "cartons": [{"sscc": SSCC, "gross_mg": 900_000, "lines": [{"sku": "10", "units": 4, "lot": "L1"}]}],
    }
    return said | values


def test_an_announced_delivery_stands_on_the_page_of_its_day_and_repeats_change_nothing(floor: ApiFloor) -> None:
    first = floor.client.post("/api/asns", json=asn(floor, "D1"))
    assert (first.status_code, first.json()["again"]) == (201, False)
    again = floor.client.post("/api/asns", json=asn(floor, "D1"))
    assert (again.status_code, again.json()["again"]) == (200, True)
    taken = floor.client.post("/api/asns", json=asn(floor, "D2", cartons=[], lines=[{"sku": "11", "units": 1}]))
    assert taken.status_code == 409
    assert "door 2 is given to D1" in taken.json()["detail"]
    shown = floor.client.get("/receiving", params={"day": "2011-03-01"}).text
    assert "15:00 to 16:00" in shown
    assert "0 of 1" in shown
    assert "No delivery is announced" in floor.client.get("/receiving", params={"day": "2011-02-28"}).text
    assert floor.client.get("/receiving", params={"day": "0001-01-01"}).status_code == 422


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"cartons": []}, "expected a delivery that brings something"),
        ({"cartons": [{"sscc": SSCC[:-1] + "1", "lines": [{"sku": "10", "units": 1}]}]}, "expected check digit 0"),
        ({"supplier": "Nobody"}, "expected one of the suppliers"),
        ({"expected_at": "2011-03-01T15:00:00+01:00"}, "the site's own time"),
    ],
)
def test_an_announced_delivery_that_is_wrong_is_refused_in_words(
    floor: ApiFloor, values: dict[str, Any], why: str
) -> None:
    answer = floor.client.post("/api/asns", json=asn(floor, "D9", **values))
    assert answer.status_code == 422
    assert why in answer.json()["detail"]


def test_a_file_of_deliveries_is_taken_whole_and_one_can_be_cancelled(floor: ApiFloor) -> None:
    head = "ref,supplier,expected_at,sku,units\n"
    body = f"{head}F1,{supplier(floor)},2011-03-01T10:00,10,2\nF1,{supplier(floor)},2011-03-01T10:00,11,2\n"
    answer = floor.client.post("/api/asns/file", params={"actor": "Ben"}, content=body)
    assert [one["ref"] for one in answer.json()] == ["F1"]
    bad = floor.client.post("/api/asns/file", params={"actor": "Ben"}, content=head + "F2,x,now,10,2\n")
    assert (bad.status_code, "Line 2: expected_at" in bad.json()["detail"]) == (422, True)
    said = {"actor": "Ben", "supplier": supplier(floor)}
    assert floor.client.post("/api/asns/F1/cancel", json=said).status_code == 204
    assert "cancelled" in floor.client.get("/receiving", params={"day": "2011-03-01"}).text


def test_claims_are_told_as_page_file_and_letter_and_settled_by_a_person(floor: ApiFloor) -> None:
    case = a_case(floor)
    [row] = [one for one in floor.client.get("/api/claims").json() if one["case"] == case]
    assert (row["kind"], row["units"], row["claimed_minor"]) == ("damaged", 3, 3 * row["cost_minor"])
    assert f",damaged,10,{row['description']}," in floor.client.get("/api/claims.csv").text
    letter = floor.client.get("/api/claims.txt", params={"supplier": row["supplier"]}).text
    assert f"{row['purchase_order']}: 3 x {row['description']} (10) damaged" in letter
    assert floor.client.get("/api/claims.txt", params={"supplier": "Nobody"}).status_code == 404
    page = floor.client.get("/receiving/claims").text
    assert f'action="/receiving/claims/{case}"' in page
    form = {"actor": "Ben", "outcome": "sent_back"}
    assert floor.client.post(f"/receiving/claims/{case}", data=form).status_code == 403, "another page's form"
    assert floor.client.post(f"/receiving/claims/{case}", data=form, headers=OURS).status_code == 303
    again = floor.client.post(f"/api/dock-cases/{case}/settle", json=form)
    assert (again.status_code, again.json()["detail"]) == (409, f"Case {case} was settled before: sent_back.")
    assert floor.client.post("/api/dock-cases/777/settle", json=form).status_code == 404
    assert floor.client.get("/api/ledger/verify").json()["verified"]


def test_an_order_of_which_a_part_came_is_closed_short_on_the_page(floor: ApiFloor) -> None:
    def go(tx: Tx) -> str:
        stock = first_sku(tx)
        number = purchasing.insert_order(tx, 1, tx.now_us, [(stock.sku_id, 5)], not_counted=frozenset({stock.sku_id}))
        found = purchasing.find(tx.connection, number)
        assert found is not None
        purchasing.set_state(tx, found[0], "receiving")
        [line] = purchasing.lines(tx.connection, found[0])
        purchasing.receive(tx, line.line_id, 2)
        plate = places.make(tx, f"PLATE-{number}", "plate")
        tx.ledger.move(stock, 2, places.virtual(tx, "supplier"), plate, Cause(reason="receive"))
        ask_put_away(tx, stock, plate)
        purchasing.wait_for_rest(tx, found[0])
        return number

    number = call(floor, go)
    page = floor.client.get("/receiving").text
    assert "3 to come" in page
    assert f"from PLATE-{number}: bay-01/" in page
    assert "because units of the same lot lie there" in page
    done = floor.client.post(f"/receiving/close-short/{number}", data={"actor": "Ben"}, headers=OURS)
    assert done.status_code == 303
    assert "3 to come" not in floor.client.get("/receiving").text
    again = floor.client.post(f"/api/purchase-orders/{number}/close-short", json={"actor": "Ben"})
    assert again.status_code == 409


def test_the_form_of_a_new_item_makes_it_one_and_gives_the_row_for_the_files(floor: ApiFloor) -> None:
    weights = tuple(100_000 + 1_000 * n for n in range(10))
    call(
        floor,
        lambda tx: new_items.weighed(tx, GTIN, station="dock-1", came_with="PO-000001", picture="", weights_mg=weights),
    )
    assert f"/receiving/items/{GTIN}" in floor.client.get("/receiving").text
    assert "0.104 kg each, ± 3.0 g" in floor.client.get(f"/receiving/items/{GTIN}").text
    form = {"actor": "Ben", "code": "PINK", "description": "Pink, thing", "supplier": supplier(floor)}
    form |= {"length_mm": "10", "width_mm": "20", "height_mm": "0", "price_minor": "200", "cost_minor": "100"}
    wrong = floor.client.post(f"/receiving/items/{GTIN}", data=form, headers=OURS)
    assert (wrong.status_code, "Not as it should be: height_mm, units." in wrong.text) == (422, True)
    form |= {"height_mm": "30", "units": "4"}
    made = floor.client.post(f"/receiving/items/{GTIN}", data=form, headers=OURS)
    assert made.status_code == 200
    assert f"PINK,&#34;Pink, thing&#34;,{GTIN},104500,3028,10,20,30," in made.text
    assert floor.client.get(f"/receiving/items/{GTIN}").status_code == 404


def test_the_slotting_page_answers_where_nothing_was_walked_yet(floor: ApiFloor) -> None:
    assert "0 tours were looked at: no move saves walking." in floor.client.get("/receiving/slotting").text


def test_what_comes_from_reserve_is_shown_with_its_reason_and_what_is_urgent(floor: ApiFloor) -> None:
    assert floor.client.get("/api/replenishments").json() == []
    assert "No bin needs anything from reserve." in floor.client.get("/receiving/reserve").text

    def go(tx: Tx) -> str:
        traits = putaway.traits(tx.connection, tx.site_id)
        sku = first_sku(tx)
        home = places.home_of(tx.connection, tx.site_id, sku.sku_id)
        assert home is not None
        on_hand = tx.ledger.on_hand(sku, home.id)[0]
        putaway.set_traits(
            tx, home.id, traits[home.name][1] | {"min_units": on_hand + 10, "max_units": on_hand + 13, "reserve": 0}
        )
        station = home.station
        assert station is not None
        setup.add_bin(tx, "R-1", station, sku.sku_id, 0, 0)
        reserve = places.find(tx.connection, tx.site_id, "R-1").id
        putaway.set_traits(tx, reserve, traits[home.name][1] | {"reserve": 1})
        setup.put_in(tx, sku, 9, "R-1", Cause(reason="test"))
        tx.changed("stock")
        return home.name

    name = call(floor, go)

    def shown() -> list[tuple[str, str, int, str, bool]]:
        told = floor.client.get("/api/replenishments").json()
        return [(one["state"], one["bin"], one["units"], one["from"], one["urgent"]) for one in told]

    assert shown() == [("waiting", name, 9, "R-1", False)]
    floor.hub.replenishing.look()
    assert shown() == [("take", name, 9, "R-1", False)]
    page = floor.client.get("/receiving/reserve").text
    assert "lit at R-1" in page
    assert "to come or there, less than" in page
    assert "urgent</span>" not in page

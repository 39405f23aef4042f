"""What is wrong at the dock: damaged, wrong, expired, held, short, over; each booked, said, and settled by a person."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.contract.events import Gs1Said, SymbolScanned, UnitsPutAway
from edge.contract.state import Prompt
from hub.handlers import dock_settling, receipts
from hub.handlers.dock_settling import NotSo, Outcome
from hub.handlers.proposals import NotNow
from hub.storage import dock_cases
from tests.hub.stocked_floor import DAY_US, StockedFloor, site_file

DOCK = "dock-1"


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[StockedFloor]:
    floor = StockedFloor(tmp_path)
    yield floor
    floor.close()


@pytest.fixture
def patient(tmp_path: Path) -> Iterator[StockedFloor]:
    """A site whose purchase orders wait ten days for the rest of a delivery."""
    floor = StockedFloor(
        tmp_path, **{"site.toml": site_file().replace("receive_rest_days = 0", "receive_rest_days = 10")}
    )
    yield floor
    floor.close()


def cases(floor: StockedFloor) -> list[tuple[str, str, int, str]]:
    with floor.engine.begin() as connection:
        return [(c.kind, c.sku, c.units, c.state) for c in dock_cases.listed(connection)]


def set_aside(floor: StockedFloor, card: str, sku: str, units: int) -> Prompt:
    floor.scan(DOCK, card)
    floor.scan(DOCK, floor.symbol(sku))
    return floor.count(DOCK, units)


def settle(floor: StockedFloor, kind: str, outcome: Outcome) -> None:
    with floor.engine.begin() as connection:
        [case] = [c for c in dock_cases.listed(connection) if c.kind == kind and c.state == "open"]
    floor.call(lambda tx: dock_settling.settle(tx, case.id, outcome, "Ben"))


def put_all_away(floor: StockedFloor) -> None:
    for task in floor.tasks("put"):
        floor.tell(
            task["station"],
            UnitsPutAway(
                task=task["public"], bin=task["bin"], units=task["units"], units_asked=task["units"], by="button"
            ),
        )


def test_damaged_units_are_counted_apart_and_lie_at_the_claims(floor: StockedFloor) -> None:
    number = floor.purchase(RED=5)
    floor.scan(DOCK, number)
    assert floor.scan(DOCK, "CARD-DAMAGED").title == f"{number}: scan one of the damaged units"
    shown = floor.scan(DOCK, floor.symbol("RED"))
    assert (shown.ask, shown.title, shown.tone) == ("count", "GOODS RED", "alarm")
    assert floor.count(DOCK, 2).lines[0] == "2 x GOODS RED set aside."
    assert floor.at("claims") == {}, "nothing is booked before everything is counted"
    floor.check_items(DOCK, RED=3)
    assert (floor.at("claims"), floor.at(f"PLATE-{number}")) == ({"RED": 2}, {"RED": 3})
    assert floor.moves("receive_damaged") == [("RED", 2, "supplier", "claims")]
    assert cases(floor) == [("damaged", "RED", 2, "open")], "what is claimed as damaged is not claimed as short"
    assert set(floor.exceptions()) == {"damaged_delivery", "delivery_differs"}
    assert floor.sound()


@pytest.mark.parametrize(("outcome", "at"), [("sent_back", "supplier"), ("scrapped", "scrap")])
def test_damaged_units_go_back_or_to_scrap_and_the_exceptions_end(
    floor: StockedFloor, outcome: Outcome, at: str
) -> None:
    number = floor.purchase(RED=5)
    floor.scan(DOCK, number)
    set_aside(floor, "CARD-DAMAGED", "RED", 2)
    floor.check_items(DOCK, RED=3)
    settle(floor, "damaged", outcome)
    assert floor.moves(f"case_{outcome}") == [("RED", 2, "claims", at)]
    assert (floor.at("claims"), floor.exceptions()) == ({}, [])
    assert floor.sound()


def test_held_goods_are_released_into_their_bin(floor: StockedFloor) -> None:
    number = floor.purchase(RED=5)
    floor.scan(DOCK, number)
    set_aside(floor, "CARD-QUALITY", "RED", 2)
    floor.check_items(DOCK, RED=3)
    assert floor.at("quality") == {"RED": 2}
    floor.receive("A", ("RED", 22))
    assert floor.line("A") == {"promised": 20, "backordered": 2}, "what is held is promised to nobody"
    settle(floor, "quality", "released")
    put_all_away(floor)
    assert floor.at("bay-01/03") == {"RED": 22}
    assert floor.line("A") == {"promised": 22}
    assert floor.sound()


def test_held_goods_that_are_refused_are_claimed(floor: StockedFloor) -> None:
    number = floor.purchase(RED=5)
    floor.scan(DOCK, number)
    set_aside(floor, "CARD-QUALITY", "RED", 2)
    floor.check_items(DOCK, RED=3)
    settle(floor, "quality", "refused")
    assert cases(floor) == [("refused", "RED", 2, "open")]
    assert (floor.at("quality"), floor.at("claims")) == ({}, {"RED": 2})
    with pytest.raises(NotSo, match="expected sent_back or scrapped, got kept"):
        settle(floor, "refused", "kept")
    settle(floor, "refused", "sent_back")
    assert floor.sound()


def test_a_wrong_item_that_is_scanned_once_more_is_counted_for_the_supplier(floor: StockedFloor) -> None:
    number = floor.purchase(RED=5)
    floor.scan(DOCK, number)
    shown = floor.scan(DOCK, floor.symbol("GREEN"))
    assert shown.lines[1] == "Scan it once more to count it for the claim."
    shown = floor.scan(DOCK, floor.symbol("GREEN"))
    assert (shown.ask, shown.title) == ("count", "GOODS GREEN")
    floor.count(DOCK, 4)
    floor.check_items(DOCK, RED=5)
    assert floor.at("claims") == {"GREEN": 4}
    assert cases(floor) == [("wrong", "GREEN", 4, "open")]
    settle(floor, "wrong", "kept")
    put_all_away(floor)
    assert floor.at("bay-01/06") == {"GREEN": 24}
    assert floor.exceptions() == []
    assert floor.sound()


def test_expired_goods_that_are_scanned_once_more_are_counted_for_the_supplier(floor: StockedFloor) -> None:
    number = floor.purchase(RED=5)
    floor.scan(DOCK, number)
    gtin = floor.catalogue.items["RED"].gtin

    def scan() -> Prompt:
        said = Gs1Said(gtin=gtin, lot="L1", expiry="2010-12-31")
        step = floor.prompt(DOCK).step
        floor.tell(DOCK, SymbolScanned(step=step, text="expired lot", symbology="Code128", aim="]C1", gs1=said))
        return floor.prompt(DOCK)

    assert scan().lines[0].startswith("EXPIRED 2010-12-31")
    assert scan().ask == "count"
    floor.count(DOCK, 3)
    floor.check_items(DOCK, RED=2)
    assert floor.at("claims") == {"RED": 3}
    assert cases(floor) == [("expired", "RED", 3, "open")]
    with pytest.raises(NotSo):
        settle(floor, "expired", "kept")
    assert floor.sound()


def test_problem_leaves_what_was_to_be_set_aside(floor: StockedFloor) -> None:
    number = floor.purchase(RED=5)
    floor.scan(DOCK, number)
    floor.scan(DOCK, "CARD-DAMAGED")
    assert floor.problem(DOCK).title == f"{number}: scan an item (1 to go)"
    floor.scan(DOCK, "CARD-DAMAGED")
    floor.scan(DOCK, floor.symbol("RED"))
    assert floor.problem(DOCK).title == f"{number}: scan an item (1 to go)"
    floor.check_items(DOCK, RED=5)
    assert (cases(floor), floor.exceptions()) == ([], [])


def test_a_delivery_of_damaged_goods_alone_needs_no_plate(floor: StockedFloor) -> None:
    number = floor.purchase(RED=5)
    floor.scan(DOCK, number)
    set_aside(floor, "CARD-DAMAGED", "RED", 5)
    assert floor.problem(DOCK).lines == (f"{number} brought nothing that is put away.",)
    assert (floor.at("claims"), floor.jobs(DOCK)) == ({"RED": 5}, [])
    assert cases(floor) == [("damaged", "RED", 5, "open")]
    assert floor.sound()


@pytest.mark.parametrize(("came", "kind", "units"), [(3, "short", 2), (9, "over", 4)])
def test_short_and_over_are_cases_of_their_own(floor: StockedFloor, came: int, kind: str, units: int) -> None:
    number = floor.purchase(RED=5)
    floor.scan(DOCK, number)
    floor.check_items(DOCK, RED=came)
    assert cases(floor) == [(kind, "RED", units, "open")]
    settle(floor, kind, "credited" if kind == "short" else "kept")
    assert floor.exceptions() == []
    assert floor.sound()


def test_an_order_stays_open_for_the_rest_where_the_site_says_so(patient: StockedFloor) -> None:
    floor = patient
    number = floor.purchase(RED=5, GREEN=2)
    floor.scan(DOCK, number)
    floor.check_items(DOCK, RED=3)
    shown = floor.check_items(DOCK, GREEN=2)
    assert f"{number} stays open for the rest." in shown.lines
    floor.scan(DOCK, f"PLATE-{number}")
    assert floor.rows("SELECT state FROM purchase_order") == [{"state": "receiving"}]
    assert floor.rows("SELECT ordered, received, open FROM purchase_order_line ORDER BY id") == [
        {"ordered": 5, "received": 3, "open": 1},
        {"ordered": 2, "received": 2, "open": 0},
    ]
    shown = floor.scan(DOCK, number)
    assert shown.lines == ("2 x GOODS RED",)
    floor.check_items(DOCK, RED=2)
    assert floor.at(f"PLATE-{number}-2") == {"RED": 2}
    assert floor.rows("SELECT state FROM purchase_order") == [{"state": "received"}]
    assert (cases(floor), floor.exceptions()) == ([], [])
    assert floor.sound()


def test_held_goods_that_are_good_are_not_claimed_as_short_and_complete_their_order(patient: StockedFloor) -> None:
    floor = patient
    number = floor.purchase(RED=5)
    floor.scan(DOCK, number)
    set_aside(floor, "CARD-QUALITY", "RED", 2)
    floor.check_items(DOCK, RED=3)
    floor.scan(DOCK, f"PLATE-{number}")
    settle(floor, "quality", "released")
    assert floor.rows("SELECT received FROM purchase_order_line") == [{"received": 5}]
    assert floor.rows("SELECT state FROM purchase_order") == [{"state": "received"}]
    assert cases(floor) == [("quality", "RED", 2, "settled")]
    assert floor.sound()


def test_a_person_closes_an_order_short_and_not_while_it_is_at_a_dock(patient: StockedFloor) -> None:
    floor = patient
    number = floor.purchase(RED=5)
    floor.scan(DOCK, number)
    with pytest.raises(NotNow, match="is being received at dock-1"):
        floor.call(lambda tx: receipts.close_short(tx, number))
    floor.check_items(DOCK, RED=3)
    floor.scan(DOCK, f"PLATE-{number}")
    floor.call(lambda tx: receipts.close_short(tx, number))
    assert cases(floor) == [("short", "RED", 2, "open")]
    assert floor.scan(DOCK, number).lines == (f"{number} was received before.",)
    with pytest.raises(NotNow, match="expected it partly received, it is received"):
        floor.call(lambda tx: receipts.close_short(tx, number))


def test_an_order_whose_rest_does_not_come_is_closed_after_the_sites_days(patient: StockedFloor) -> None:
    floor = patient
    number = floor.purchase(RED=5)
    floor.scan(DOCK, number)
    floor.check_items(DOCK, RED=3)
    floor.scan(DOCK, f"PLATE-{number}")
    floor.clock_us += 9 * DAY_US
    assert floor.call(lambda tx: receipts.close_overdue(tx, floor.policy)) == []
    floor.clock_us += 2 * DAY_US
    assert floor.call(lambda tx: receipts.close_overdue(tx, floor.policy)) == [number]
    assert cases(floor) == [("short", "RED", 2, "open")]


def test_a_plate_may_stand_and_is_put_away_when_it_is_scanned_again(floor: StockedFloor) -> None:
    number = floor.purchase(RED=5)
    floor.scan(DOCK, number)
    floor.check_items(DOCK, RED=5)
    plate = f"PLATE-{number}"
    assert floor.scan(DOCK, "CARD-LATER").lines == (f"{plate} stands; scan it here when it is to be put away.",)
    assert floor.tasks("put") == []
    assert floor.scan(DOCK, plate).lines == (f"{plate}: 5 units, their bins are lit.",)
    assert [task["units"] for task in floor.tasks("put")] == [5]
    floor.scan(DOCK, plate)
    assert [task["units"] for task in floor.tasks("put")] == [5], "lit once"
    put_all_away(floor)
    assert floor.scan(DOCK, plate).lines == (f"{plate} is empty.",)
    assert floor.sound()


def test_a_plates_label_has_its_sscc_which_is_the_plate_when_it_is_scanned(floor: StockedFloor) -> None:
    number = floor.purchase(RED=5)
    floor.scan(DOCK, number)
    floor.check_items(DOCK, RED=5)
    [plate] = floor.rows("SELECT id FROM location WHERE kind = 'plate'")
    assert floor.policy.numbers is not None
    code = floor.policy.numbers.of_plate(plate["id"])
    [job] = floor.jobs(DOCK)
    assert f"(00){code}" in job.zpl
    floor.scan(DOCK, "CARD-LATER")

    def scan(sscc: str) -> Prompt:
        step = floor.prompt(DOCK).step
        said = Gs1Said(sscc=sscc)
        floor.tell(DOCK, SymbolScanned(step=step, text=f"00{sscc}", symbology="Code128", aim="]C1", gs1=said))
        return floor.prompt(DOCK)

    assert scan(floor.policy.numbers.of(plate["id"])).lines[0].endswith("is no purchase order, and no return."), (
        "a parcel's"
    )
    assert scan(code).lines == (f"PLATE-{number}: 5 units, their bins are lit.",)


def test_a_blind_dock_shows_no_numbers(tmp_path: Path) -> None:
    floor = StockedFloor(
        tmp_path, **{"site.toml": site_file().replace("receive_blind = false", "receive_blind = true")}
    )
    try:
        number = floor.purchase(RED=5)
        assert floor.scan(DOCK, number).lines == ("GOODS RED",)
        assert floor.scan(DOCK, floor.symbol("RED")).units == 0
    finally:
        floor.close()


def test_the_letter_to_a_supplier_names_units_and_asks_for_their_worth(floor: StockedFloor) -> None:
    number = floor.purchase(RED=5, GREEN=2)
    floor.scan(DOCK, number)
    set_aside(floor, "CARD-DAMAGED", "RED", 2)
    floor.check_items(DOCK, RED=3, GREEN=1)
    with floor.engine.begin() as connection:
        found = dock_cases.listed(connection)
    worth = sum(c.units * c.cost_minor for c in found)
    words = dock_settling.letter(found[0].supplier, found, site="Shop", currency="GBP")
    assert f"- {number}: 2 x GOODS RED (RED) damaged" in words
    assert f"- {number}: 1 x GOODS GREEN (GREEN) did not come" in words
    assert f"credit of {worth / 100:.2f} GBP" in words

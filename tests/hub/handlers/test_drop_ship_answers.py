"""A supplier's parcel ships the customer's units once; what it does not send is promised from stock or waits."""

import pytest

from hub.handlers.change import LineChange
from hub.handlers.drop_ship_answers import Declined, WrongNotice
from hub.handlers.proposals import NoSuchProposal, NotNow
from hub.storage.verify import verify
from tests.hub.dropped_floor import DroppedFloor


@pytest.fixture
def floor() -> DroppedFloor:
    return DroppedFloor()


def booked(floor: DroppedFloor) -> list[tuple[int, str, str]]:
    rows = floor.rows(
        "SELECT t.units, f.kind AS came, g.kind AS went FROM transfer t JOIN location f ON f.id = t.from_id"
        " JOIN location g ON g.id = t.to_id WHERE t.reason = 'drop_ship' ORDER BY t.id"
    )
    return [(row["units"], row["came"], row["went"]) for row in rows]


def test_a_parcel_ships_its_units_and_the_order_when_it_is_all(floor: DroppedFloor) -> None:
    number = floor.ask_supplier("A", GOLD=3)
    first = floor.dispatch(number, GOLD=1)
    assert (first.again, first.waiting) == (False, 2)
    assert floor.units_of("A", "GOLD") == {"shipped": 1, "at_supplier": 2}
    assert (floor.stage("A"), floor.stage_of_purchase(number)) == ("partly_shipped", "partly received")
    assert floor.dispatch(number, "JD02", GOLD=2).waiting == 0
    found = floor.found("A")
    assert (found["stage"], found["shipped_us"]) == ("shipped", floor.clock_us)
    assert floor.stage_of_purchase(number) == "closed"
    assert booked(floor) == [(1, "supplier", "customer"), (2, "supplier", "customer")]
    assert floor.units_in("bay-1/3") == [4], "what lies in our bin is as it was"
    assert floor.sound()


def test_the_parcel_stands_with_the_orders_own_and_the_customer_is_told_once(floor: DroppedFloor) -> None:
    number = floor.ask_supplier("A", GOLD=2, RED=1)
    for again in (False, True):
        assert floor.dispatch(number, GOLD=2).again is again
    [parcel] = floor.found("A")["parcels"]
    assert (parcel["supplier"], parcel["service"], parcel["tracking"]) == ("Supplier", "DHL", "JD01")
    assert (parcel["state"], parcel["purchase_order"]) == ("shipped", number)
    assert parcel["lines"] == [{"sku": "GOLD", "units": 2}]
    [(kind, text)] = floor.letters()
    assert kind == "drop_shipped"
    assert "JD01" in text and "2 x gold" in text and "1 x red" in text.partition("they follow")[2]
    assert booked(floor) == [(2, "supplier", "customer")]


def test_a_parcel_of_the_same_number_with_other_goods_is_refused(floor: DroppedFloor) -> None:
    number = floor.ask_supplier("A", GOLD=3)
    floor.dispatch(number, GOLD=1)
    with pytest.raises(NotNow, match="parcel JD01 came before with 1 x GOLD, now with 2 x GOLD"):
        floor.dispatch(number, GOLD=2)


@pytest.mark.parametrize(
    ("units", "told"),
    [
        ({"GOLD": 4}, r"expected from 1 to 3 x GOLD, which is what is still to come, got 4"),
        ({"GOLD": 0}, r"expected from 1 to 3 x GOLD"),
        ({"RED": 1}, r"expected an SKU of this purchase order \(GOLD\), got 'RED'"),
        ({}, r"expected what is in the parcel, got nothing"),
    ],
)
def test_a_notice_of_too_much_or_of_something_else_is_refused_and_writes_nothing(
    floor: DroppedFloor, units: dict[str, int], told: str
) -> None:
    number = floor.ask_supplier("A", GOLD=3)
    with pytest.raises(WrongNotice, match=told):
        floor.dispatch(number, **units)
    assert floor.units_of("A", "GOLD") == {"at_supplier": 3}
    assert not floor.rows("SELECT 1 AS n FROM drop_ship_parcel") and not booked(floor)


def test_only_what_goes_to_a_customer_and_was_decided_on_is_dispatched(floor: DroppedFloor) -> None:
    ours = floor.purchase(RED=5)
    with pytest.raises(NoSuchProposal, match=f"goes to a customer, got '{ours}'"):
        floor.dispatch(ours, RED=5)
    floor.send_order("A", hold="fraud", GOLD=1)
    [row] = floor.rows("SELECT p.number FROM purchase_order p JOIN drop_ship_order d ON d.purchase_order_id = p.id")
    with pytest.raises(NotNow, match="expected one that was sent to Supplier, it is proposed"):
        floor.dispatch(row["number"], GOLD=1)
    with pytest.raises(NotNow, match="it is proposed"):
        floor.decline(row["number"])


def test_a_supplier_that_sends_before_it_was_told_is_told_no_more(floor: DroppedFloor) -> None:
    floor.send_order("A", GOLD=2)
    [number] = floor.judge()
    floor.dispatch(number, GOLD=1)
    assert floor.messages() == [("order", "failed")]
    assert floor.sound()


def test_units_declined_are_promised_from_stock_and_the_rest_waits_and_the_customer_is_told(
    floor: DroppedFloor,
) -> None:
    number = floor.ask_supplier("A", GOLD=6)
    assert floor.decline(number, GOLD=5) == Declined(promised=4, backordered=1, cancelled=0)
    assert floor.units_of("A", "GOLD") == {"promised": 4, "backordered": 1, "at_supplier": 1}
    [(kind, text)] = floor.letters()
    assert kind == "supplier_declined"
    assert "(sold out)" in text and "5 x gold: 4 from our own stock, 1 when we have it" in text
    floor.review()
    assert floor.units_of("A", "GOLD")["at_supplier"] == 1, "it is not asked for the line again"
    floor.dispatch(number, GOLD=1)
    assert floor.stage_of_purchase(number) == "closed"
    assert floor.sound()


def test_an_item_declined_when_stock_was_out_waits_for_the_next_delivery(floor: DroppedFloor) -> None:
    floor.history(60, BLUE=1)
    number = floor.ask_supplier("A", BLUE=7)
    assert floor.decline(number) == Declined(promised=0, backordered=3, cancelled=0)
    floor.review()
    assert "BLUE" in floor.ordered(), "a backorder is restocked as any"
    source, expected_us = floor.waiting()["A"]
    assert source == "purchase_order" and expected_us is not None
    assert floor.stage_of_purchase(number) == "cancelled"
    with pytest.raises(NotNow, match="it is cancelled"):
        floor.decline(number)
    assert floor.sound()


def test_what_a_customer_did_not_want_any_more_is_cancelled_when_it_is_declined(floor: DroppedFloor) -> None:
    number = floor.ask_supplier("A", GOLD=5)
    floor.change("A", lines=(LineChange(line=1, units=3),))
    assert floor.decline(number) == Declined(promised=3, backordered=0, cancelled=2)
    assert floor.exceptions() == []
    assert floor.sound()


def test_a_parcel_that_has_what_was_asked_back_ships_it(floor: DroppedFloor) -> None:
    number = floor.ask_supplier("A", GOLD=5)
    floor.change("A", lines=(LineChange(line=1, units=3),))
    floor.dispatch(number, GOLD=4)
    [line] = floor.rows("SELECT waiting, asked_back, dispatched FROM drop_ship_line")
    assert line == {"waiting": 1, "asked_back": 1, "dispatched": 4}
    floor.answer(number, confirmed=True)
    assert floor.found("A")["stage"] == "shipped"
    assert floor.units_of("A", "GOLD") == {"shipped": 4, "cancelled": 1}
    assert floor.sound()


def test_the_order_is_shipped_when_our_part_and_the_suppliers_have_left(floor: DroppedFloor) -> None:
    number = floor.ask_supplier("A", GOLD=1)
    floor.dispatch(number, GOLD=1)
    other = floor.ask_supplier("B", GOLD=1, RED=2)
    floor.dispatch(other, "JD03", GOLD=1)
    assert floor.found("B")["shipped_us"] is None
    assert floor.stage("B") == "partly_shipped"
    with floor.engine.begin() as connection:
        assert not any(verify(connection).values())

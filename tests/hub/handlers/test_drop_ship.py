"""What a supplier sends to the customer is asked of it, for that order, with its address; nothing of it is stock."""

import pytest

from hub.domain.ordered_line import OrderedLine
from hub.domain.terms import Delivery
from hub.handlers import proposals
from hub.handlers.asked import TooLate
from hub.handlers.cancel import Cancelled, cancel_order
from hub.handlers.change import LineChange
from hub.handlers.drop_ship import tell
from hub.handlers.drop_ship_answers import cancel_purchase
from hub.handlers.holding import hold_order, let_go
from hub.handlers.proposals import NotNow
from hub.storage.purchase_papers import purchase_paper
from tests.hub.dropped_floor import HOME, DroppedFloor
from tests.hub.restocked_floor import DAY_US, HOUR_US


@pytest.fixture
def floor() -> DroppedFloor:
    return DroppedFloor()


def test_an_item_that_is_always_sent_is_neither_promised_nor_backordered_though_some_lie_in_a_bin(
    floor: DroppedFloor,
) -> None:
    receipt = floor.send_order("A", GOLD=3)
    assert (receipt.promised, receipt.backordered, receipt.at_supplier) == (0, 0, 3)
    again = floor.send_order("A", GOLD=3)
    assert (again.again, again.promised, again.backordered, again.at_supplier) == (True, 0, 0, 3)
    assert floor.units_of("A", "GOLD") == {"at_supplier": 3}
    assert floor.stage("A") == "at_supplier"
    assert floor.ordered() == {}, "nothing of it is on order for us"
    assert floor.sound()


def test_of_an_item_that_is_sent_when_out_stock_is_promised_first(floor: DroppedFloor) -> None:
    receipt = floor.send_order("A", BLUE=6, RED=1)
    assert (receipt.promised, receipt.backordered, receipt.at_supplier) == (5, 0, 2)
    assert floor.units_of("A", "BLUE") == {"promised": 4, "at_supplier": 2}
    assert floor.stage("A") == "promised", "what we have to send is all there"
    assert floor.sound()


def test_there_is_one_purchase_order_for_an_order_and_supplier_with_the_customers_address(floor: DroppedFloor) -> None:
    floor.send_order("A", BLUE=6, GOLD=1)
    floor.send_order("B", GOLD=2)
    first, second = floor.judge()
    with floor.engine.begin() as connection:
        paper = purchase_paper(connection, first)
    assert paper is not None and paper.ship_to is not None
    assert [(line.sku, line.units, line.cost_minor) for line in paper.lines] == [("BLUE", 2, 400), ("GOLD", 1, 200)]
    assert (paper.ship_to.party.name, paper.ship_to.party.street) == (HOME.name, HOME.street)
    assert (paper.ship_to.order_ref, paper.ship_to.gift_note) == ("A", "With love")
    assert floor.messages() == [("order", "wanted")] * 2
    assert floor.purchase_order(second)["value_minor"] == 400
    assert floor.because()["GOLD"] == "2 for the customer of order B"


def test_it_goes_by_the_same_limit_as_other_purchase_orders() -> None:
    floor = DroppedFloor(approval_minor=500)
    floor.send_order("A", GOLD=2)
    floor.send_order("B", GOLD=3)
    first, second = floor.judge()
    assert (floor.stage_of_purchase(first), floor.stage_of_purchase(second)) == ("approved", "proposed")
    assert floor.exceptions() == ["approval_wanted"]
    assert floor.judge() == [], "a person was asked, once"
    floor.call(lambda tx: proposals.approve(tx, floor.policy, second, "Grace"))
    assert floor.stage_of_purchase(second) == "approved"
    assert floor.exceptions() == []


def test_its_date_is_by_the_suppliers_lead_time(floor: DroppedFloor) -> None:
    floor.send_order("A", GOLD=2)
    [before] = floor.call(lambda tx: tell(tx, floor.policy, "A"))
    [number] = floor.judge()
    [after] = floor.call(lambda tx: tell(tx, floor.policy, "A"))
    assert (
        before
        == after
        == {
            "line": 1,
            "sku": "GOLD",
            "at_supplier": 2,
            "expected_us": floor.purchase_order(number)["due_us"],
        }
    )
    assert floor.call(lambda tx: tell(tx, floor.policy, "none")) == []


def test_what_is_added_before_anybody_has_decided_goes_along_and_later_makes_another(floor: DroppedFloor) -> None:
    floor.send_order("A", GOLD=2)
    floor.change("A", lines=(LineChange(line=1, units=5),))
    [number] = floor.judge()
    assert floor.purchase_order(number)["value_minor"] == 1_000
    changed = floor.change("A", added=(OrderedLine(sku="GOLD", units=1), OrderedLine(sku="BLUE", units=1)))
    assert (changed.promised, changed.backordered, changed.at_supplier) == (1, 0, 6)
    [other] = floor.judge()
    assert other != number
    assert floor.sound()


def test_an_order_that_is_held_goes_to_no_supplier_until_it_is_let_go(floor: DroppedFloor) -> None:
    floor.send_order("A", hold="payment", GOLD=2)
    assert floor.stage("A") == "held"
    assert floor.judge() == []
    [row] = floor.rows("SELECT number FROM purchase_order")
    with pytest.raises(NotNow, match="expected an order that is not held, A is held for payment"):
        floor.call(lambda tx: proposals.approve(tx, floor.policy, row["number"], "Grace"))
    floor.call(lambda tx: let_go(tx, "A"))
    assert floor.judge() == [row["number"]]
    assert floor.call(lambda tx: hold_order(tx, "A", "fraud")).in_work == 2, "a hold comes too late for these"


@pytest.mark.parametrize("delivery", [None, Delivery(name="Kari", city="Oslo"), Delivery(street="Storgata 1")])
def test_without_an_address_it_waits_for_a_person_and_goes_when_one_is_given(
    floor: DroppedFloor, delivery: Delivery | None
) -> None:
    floor.send_order("A", delivery=delivery, GOLD=2)
    [number] = floor.judge()
    [told] = floor.rows("SELECT detail FROM exception")
    assert "for an order that names no street and city to send it to" in told["detail"]
    with pytest.raises(NotNow, match="expected a street and a city to send it to, order A names none"):
        floor.call(lambda tx: proposals.approve(tx, floor.policy, number, "Grace"))
    floor.change("A", delivery=HOME)
    assert floor.exceptions() == []
    assert floor.judge() == [number]
    assert floor.stage_of_purchase(number) == "approved"


def test_another_address_is_refused_once_a_supplier_has_it(floor: DroppedFloor) -> None:
    floor.send_order("A", GOLD=2)
    [number] = floor.judge()
    floor.change("A", delivery=HOME)
    floor.tell_supplier()
    with pytest.raises(TooLate, match=f"Order A: expected that no supplier has its address, got {number} under way"):
        floor.change("A", country="Sweden")
    floor.dispatch(number, GOLD=2)
    assert floor.stage("A") == "shipped"


def test_an_order_that_ships_complete_does_not_wait_for_the_supplier(floor: DroppedFloor) -> None:
    floor.send_order("A", complete=True, RED=2, GOLD=1)
    assert floor.units_of("A", "RED") == {"promised": 2}
    receipt = floor.send_order("B", complete=True, RED=9, BLUE=1, GOLD=1)
    assert (receipt.promised, receipt.backordered, receipt.at_supplier) == (0, 10, 1)
    floor.review()
    assert floor.units_of("B", "BLUE") == {"backordered": 1}, "stock stands for it, it waits for the rest"
    assert floor.sound()


def test_an_order_that_a_supplier_sends_alone_goes_to_no_cart(floor: DroppedFloor) -> None:
    floor.send_order("A", GOLD=2)
    floor.load_cart("TOTE-1")
    assert not floor.rows("SELECT 1 AS n FROM tote_load") and not floor.rows("SELECT 1 AS n FROM task")


def test_what_turns_out_missing_on_the_floor_goes_to_the_supplier_at_the_next_review(floor: DroppedFloor) -> None:
    floor.send_order("A", BLUE=3)
    floor.terms("BLUE")  # the catalogue says otherwise meanwhile
    floor.send_order("B", BLUE=5, RED=1)
    assert floor.units_of("B", "BLUE") == {"promised": 1, "backordered": 4}
    floor.terms("BLUE", drop_ship="when_out")
    floor.review()
    assert floor.units_of("B", "BLUE") == {"promised": 1, "at_supplier": 4}
    assert floor.sound()


def test_it_counts_as_demand_and_the_restock_does_not_order_it() -> None:
    floor = DroppedFloor(units=0)
    floor.history(60, GOLD=5)
    floor.send_order("A", GOLD=2, BLUE=2)
    floor.clock_us += 2 * DAY_US
    floor.review()
    assert "GOLD" not in floor.ordered(), "what is always sent is not restocked"
    assert "on order 0, promised 0, backordered 0)" in floor.because()["BLUE"]
    assert floor.asked("BLUE") == {"2023-11-20": 2}
    assert floor.asked("GOLD")["2023-11-20"] == 2


def test_what_the_supplier_has_not_heard_of_is_cancelled_at_once(floor: DroppedFloor) -> None:
    floor.send_order("A", GOLD=2, BLUE=6)
    [number] = floor.judge()
    floor.change("A", lines=(LineChange(line=1, units=0),))
    with floor.engine.begin() as connection:
        paper = purchase_paper(connection, number)
    assert paper is not None and [(line.sku, line.units) for line in paper.lines] == [("BLUE", 2)]
    assert floor.purchase_order(number)["value_minor"] == 400
    done = floor.call(lambda tx: cancel_order(tx, "A", waiting_only=False))
    assert done == Cancelled(cancelled=8, in_work=0, asked=0)
    assert floor.stage("A") == "cancelled"
    assert floor.stage_of_purchase(number) == "cancelled"
    assert floor.messages() == [("order", "failed")], "nobody is told of what nobody heard of"
    assert floor.sound()


def test_a_supplier_that_was_told_is_asked_not_to_send_and_the_line_waits_for_its_answer(floor: DroppedFloor) -> None:
    number = floor.ask_supplier("A", GOLD=3)
    for _ in range(2):
        done = floor.call(lambda tx: cancel_order(tx, "A", waiting_only=False))
        assert done == Cancelled(cancelled=0, in_work=0, asked=3), "the same again changes nothing"
    assert floor.messages() == [("order", "sent"), ("cancel", "wanted")]
    assert floor.exceptions() == ["cancellation_asked"]
    assert floor.stage("A") == "at_supplier"
    assert floor.answer(number, confirmed=True) == 3
    assert floor.stage("A") == "cancelled"
    assert floor.stage_of_purchase(number) == "cancelled"
    assert floor.exceptions() == []
    with pytest.raises(NotNow, match=f"{number}: expected one that Supplier was asked not to send, it was not"):
        floor.answer(number, confirmed=True)
    assert floor.sound()


def test_what_was_on_its_way_already_goes_on_waiting_for_the_notice(floor: DroppedFloor) -> None:
    number = floor.ask_supplier("A", GOLD=3)
    floor.change("A", lines=(LineChange(line=1, units=1),))
    assert floor.answer(number, confirmed=False) == 0
    assert floor.exceptions() == []
    assert floor.units_of("A", "GOLD") == {"at_supplier": 3}
    floor.dispatch(number, GOLD=3)
    assert floor.stage("A") == "shipped"


def test_fewer_units_are_taken_from_what_waits_then_from_stock_then_from_the_supplier(floor: DroppedFloor) -> None:
    number = floor.ask_supplier("A", BLUE=6)
    floor.change("A", lines=(LineChange(line=1, units=3),))
    assert floor.units_of("A", "BLUE") == {"promised": 1, "at_supplier": 2, "cancelled": 3}
    floor.change("A", lines=(LineChange(line=1, units=1),))
    assert floor.units_of("A", "BLUE") == {"at_supplier": 2, "cancelled": 4}
    [line] = floor.rows("SELECT waiting, asked_back FROM drop_ship_line")
    assert line == {"waiting": 2, "asked_back": 1}
    floor.dispatch(number, BLUE=1)
    assert floor.exceptions() == ["cancellation_asked"]
    floor.answer(number, confirmed=True)
    assert floor.stage("A") == "shipped"
    assert floor.sound()


def test_what_is_overdue_is_asked_after_every_three_days_until_it_is_sent(floor: DroppedFloor) -> None:
    number = floor.ask_supplier("A", GOLD=2)
    due_us = floor.purchase_order(number)["due_us"]
    floor.clock_us = due_us + 20 * HOUR_US
    floor.review()
    assert floor.purchase_order(number)["chases"] == 0
    for day, chases in ((2, 1), (3, 1), (5, 2)):
        floor.clock_us = due_us + day * DAY_US
        floor.review()
        assert floor.purchase_order(number)["chases"] == chases
    assert floor.exceptions() == ["dispatch_overdue"]
    assert [kind for kind, _ in floor.messages()] == ["order", "chase", "chase"]
    floor.dispatch(number, GOLD=2)
    assert floor.exceptions() == []


def test_a_person_takes_back_what_the_supplier_has_not_heard_of(floor: DroppedFloor) -> None:
    floor.send_order("A", GOLD=6)
    [number] = floor.judge()
    floor.call(lambda tx: cancel_purchase(tx, floor.policy, number, "Grace"))
    assert floor.units_of("A", "GOLD") == {"promised": 4, "backordered": 2}
    assert floor.stage_of_purchase(number) == "cancelled"
    floor.review()
    assert floor.units_of("A", "GOLD") == {"promised": 4, "backordered": 2}, "it is not asked for again"
    told = floor.ask_supplier("B", GOLD=1)
    with pytest.raises(NotNow, match="Supplier was told: cancel order B or lines of it"):
        floor.call(lambda tx: cancel_purchase(tx, floor.policy, told, "Grace"))
    assert floor.sound()


def test_a_delivery_that_comes_to_the_dock_by_mistake_is_not_received(floor: DroppedFloor) -> None:
    number = floor.ask_supplier("A", GOLD=2)
    floor.scan("dock-1", number)
    assert f"{number} goes to the customer of order A" in " ".join(floor.prompt("dock-1").lines)

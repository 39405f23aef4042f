"""A purchase order goes by itself or waits for a person; its supplier is told, and asked after it."""

from collections.abc import Callable

import pytest

from hub.handlers import proposals
from hub.handlers.proposals import NoSuchProposal, NotNow
from hub.storage.availability import availability_of
from hub.storage.proposals import wanted_messages
from hub.storage.transaction import Tx
from tests.hub.restocked_floor import DAY_US, HOUR_US, RestockedFloor

MAIL = "orders@supplier.example"


def floor_of(**policy: object) -> RestockedFloor:
    """A floor that has run out of RED, five of which are asked for a day."""
    floor = RestockedFloor(units=0, **policy)
    floor.supplier(email=MAIL)
    floor.history(60, RED=5)
    return floor


def do(floor: RestockedFloor, work: Callable[[Tx], object]) -> None:
    floor.call(work)


def messages(floor: RestockedFloor) -> list[tuple[str, str, str]]:
    rows = floor.rows("SELECT kind, channel, state FROM purchase_message ORDER BY id")
    return [(row["kind"], row["channel"], row["state"]) for row in rows]


def test_without_a_limit_an_order_goes_by_itself_and_its_supplier_is_to_be_told() -> None:
    floor = floor_of()
    [number] = floor.review()
    order = floor.purchase_order(number)
    assert (order["proposal"], order["decided_by"]) == ("approved", "the site's rule")
    with floor.engine.begin() as connection:
        [message] = wanted_messages(connection)
    assert (message.number, message.kind, message.channel, message.address) == (number, "order", "email", MAIL)
    assert floor.exceptions() == []


def test_an_order_worth_more_than_the_limit_waits_for_a_person_and_promises_nothing() -> None:
    floor = floor_of(approval_minor=1_000)
    [number] = floor.review()
    assert floor.purchase_order(number)["proposal"] == "proposed"
    assert floor.exceptions() == ["approval_wanted"]
    assert messages(floor) == []
    floor.order("A", RED=1)
    assert floor.review() == [], "one proposal an SKU"
    assert floor.waiting()["A"][0] == "lead_time"
    with floor.engine.begin() as connection:
        stock = availability_of(connection, floor.site_id, 1, "RED")
    assert stock is not None and stock.availability.arrivals == ()
    floor.clock_us += 2 * DAY_US
    do(floor, lambda tx: proposals.approve(tx, floor.policy, number, "Grace"))
    order = floor.purchase_order(number)
    assert (order["proposal"], order["decided_by"]) == ("approved", "Grace")
    assert order["due_us"] - floor.clock_us >= 2 * DAY_US, "its date is reckoned from the yes"
    floor.review()
    assert floor.waiting()["A"] == ("purchase_order", order["due_us"])
    assert floor.exceptions() == []


def test_an_order_below_the_suppliers_minimum_that_cannot_be_filled_up_waits_for_a_person() -> None:
    floor = floor_of()
    floor.terms("RED", shelf_life_days=10)
    floor.supplier(order_value_min_minor=10_000_000)
    [number] = floor.review()
    assert floor.purchase_order(number)["proposal"] == "proposed"
    [row] = floor.rows("SELECT detail FROM exception")
    assert "below the 100,000.00 GBP that Supplier asks for at least" in row["detail"]


def test_an_order_below_the_minimum_is_filled_up_and_says_so() -> None:
    floor = floor_of()
    floor.supplier(order_value_min_minor=50_000)
    [number] = floor.review()
    order = floor.purchase_order(number)
    assert (order["proposal"], order["value_minor"]) == ("approved", 50_000)
    assert "more for the supplier's minimum of 50000" in floor.because()["RED"]


def test_a_cancelled_order_is_not_proposed_again_for_a_review_period() -> None:
    floor = floor_of()
    [number] = floor.review()
    do(floor, lambda tx: proposals.cancel(tx, number, "Grace"))
    assert floor.ordered() == {}
    assert messages(floor) == [("order", "email", "failed")], "who was not told yet is not told of its end"
    floor.clock_us += 6 * DAY_US
    assert floor.review() == []
    floor.clock_us += 2 * DAY_US
    assert len(floor.review()) == 1


def test_a_supplier_that_was_told_is_told_of_the_end_too() -> None:
    floor = floor_of()
    [number] = floor.review()
    [message] = floor.rows("SELECT public FROM purchase_message")
    for first in (True, False):
        told = floor.call(lambda tx: proposals.message_told(tx, message["public"], "sent"))
        assert told is first, "a message goes out once"
    assert floor.purchase_order(number)["proposal"] == "sent"
    do(floor, lambda tx: proposals.cancel(tx, number, "Grace"))
    assert messages(floor) == [("order", "email", "sent"), ("cancel", "email", "wanted")]


def test_a_message_that_cannot_go_out_is_told_to_a_person() -> None:
    floor = floor_of()
    [number] = floor.review()
    [message] = floor.rows("SELECT public FROM purchase_message")
    floor.call(lambda tx: proposals.message_told(tx, message["public"], "failed", "mailbox unknown"))
    assert floor.purchase_order(number)["proposal"] == "approved"
    assert floor.exceptions() == ["supplier_not_told"]
    do(floor, lambda tx: proposals.sent_by_hand(tx, number, "Grace"))
    assert floor.purchase_order(number)["proposal"] == "sent"
    assert floor.exceptions() == [], "who says that the supplier knows has ended what said that it does not"


def test_an_acknowledged_order_has_the_suppliers_date() -> None:
    floor = floor_of()
    [number] = floor.review()
    floor.order("A", RED=1)
    later_us = floor.clock_us + 20 * DAY_US
    do(floor, lambda tx: proposals.acknowledge(tx, number, "Grace", later_us))
    floor.review()
    order = floor.purchase_order(number)
    assert (order["proposal"], order["due_us"]) == ("acknowledged", later_us)
    assert floor.waiting()["A"] == ("purchase_order", later_us)


@pytest.mark.parametrize("deed", ["approve", "sent", "cancel", "acknowledge"])
def test_what_has_come_is_decided_on_no_more(deed: str) -> None:
    floor = floor_of()
    [number] = floor.review()
    floor.deliver(number, RED=floor.ordered()["RED"])
    deeds: dict[str, Callable[[Tx], None]] = {
        "approve": lambda tx: proposals.approve(tx, floor.policy, number, "Grace"),
        "sent": lambda tx: proposals.sent_by_hand(tx, number, "Grace"),
        "cancel": lambda tx: proposals.cancel(tx, number, "Grace"),
        "acknowledge": lambda tx: proposals.acknowledge(tx, number, "Grace"),
    }
    with pytest.raises(NotNow, match=f"{number}: expected it .*, it is closed"):
        floor.call(deeds[deed])
    with pytest.raises(NoSuchProposal, match="got 'PO-9'"):
        floor.call(lambda tx: proposals.cancel(tx, "PO-9", "Grace"))


def test_what_is_overdue_is_asked_after_every_three_days_until_it_comes() -> None:
    floor = floor_of()
    [number] = floor.review()
    do(floor, lambda tx: proposals.sent_by_hand(tx, number, "Grace"))
    due_us = floor.purchase_order(number)["due_us"]
    floor.clock_us = due_us + 20 * HOUR_US
    floor.review()
    assert floor.purchase_order(number)["chases"] == 0, "not late enough"
    for day, chases in ((2, 1), (3, 1), (4, 1), (5, 2)):
        floor.clock_us = due_us + day * DAY_US
        floor.review()
        assert floor.purchase_order(number)["chases"] == chases
    assert floor.exceptions() == ["delivery_overdue"]
    assert [kind for kind, _, _ in messages(floor)] == ["order", "chase", "chase"]
    floor.deliver(number, RED=floor.ordered()["RED"])
    floor.review()
    assert "delivery_overdue" not in floor.exceptions()


def test_a_supplier_that_was_not_told_of_an_order_is_not_asked_after_it_but_a_person_is_told() -> None:
    floor = floor_of()
    [number] = floor.review()
    floor.clock_us = floor.purchase_order(number)["due_us"] + 2 * DAY_US
    floor.review()
    assert floor.exceptions() == ["delivery_overdue"]
    assert [kind for kind, _, _ in messages(floor)] == ["order"]


def test_a_webhook_goes_before_an_e_mail_and_without_either_a_person_tells() -> None:
    for terms, way in (({"email": MAIL, "webhook": "https://s.example/po"}, "webhook"), ({}, "person")):
        floor = floor_of()
        floor.supplier(**terms)
        floor.review()
        assert messages(floor) == [("order", way, "wanted")]
        with floor.engine.begin() as connection:
            assert len(wanted_messages(connection)) == (way != "person"), "a sender takes none that a person tells"

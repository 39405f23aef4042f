"""What may come back: only what was shipped, in time, and is not on its way back already."""

import pytest

from hub.domain.ordered_line import OrderedLine
from hub.domain.return_terms import ReturnTerms
from hub.handlers.asked import NoSuchOrder
from hub.handlers.authorising import BadReturn, NotReturnable, cancel_return, expire_returns, return_asked_about
from tests.hub.returned_floor import DAY_US, ReturnedFloor


@pytest.fixture
def floor() -> ReturnedFloor:
    floor = ReturnedFloor()
    floor.shipped("A", RED=3, BLUE=2)
    return floor


def test_a_return_has_a_number_waits_for_its_units_and_moves_nothing(floor: ReturnedFloor) -> None:
    number = floor.authorised("A", (1, 2, "changed_mind"), (2, 1, "damaged"))
    assert number == "R00000017"
    assert floor.stage(number) == "authorised"
    assert [(line.sku, line.waiting, line.price_minor) for line in floor.return_lines(number)] == [
        ("RED", 2, 500),
        ("BLUE", 1, 333),
    ]
    assert floor.moves("return") == []
    assert floor.sound()


def test_more_than_was_shipped_is_refused_with_the_numbers(floor: ReturnedFloor) -> None:
    with pytest.raises(NotReturnable, match="line 1: expected at most 3 units to return, got 4: 3 were shipped, 0"):
        floor.authorised("A", (1, 4, "changed_mind"))


def test_what_is_on_its_way_back_is_not_authorised_again(floor: ReturnedFloor) -> None:
    floor.authorised("A", (1, 2, "changed_mind"))
    with pytest.raises(NotReturnable, match="expected at most 1 units to return, got 2: 3 were shipped, 2 are back"):
        floor.authorised("A", (1, 2, "late"))
    floor.authorised("A", (1, 1, "late"))
    assert floor.sound()


def test_two_lines_of_one_request_count_together(floor: ReturnedFloor) -> None:
    with pytest.raises(NotReturnable, match="at most 3 units to return, got 4"):
        floor.authorised("A", (1, 2, "late"), (1, 2, "damaged"))
    assert len(floor.return_lines(floor.authorised("A", (1, 2, "late"), (1, 1, "damaged")))) == 2


def test_a_refused_part_leaves_nothing_behind(floor: ReturnedFloor) -> None:
    with pytest.raises(NotReturnable):
        floor.authorised("A", (1, 1, "late"), (2, 9, "late"))
    assert floor.rows("SELECT id FROM customer_return") == []
    assert floor.rows("SELECT units FROM returned_units") == []


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ((), "expected at least one line"),
        (((7, 1, "late"),), "expected one of its 2 lines, got line 7"),
        (((1, 0, "late"),), "expected at least 1 unit, got 0"),
        (((1, 1, "no_such"),), "expected a reason out of changed_mind"),
    ],
)
def test_what_is_no_return_is_refused(floor: ReturnedFloor, lines: tuple[tuple[int, int, str], ...], said: str) -> None:
    with pytest.raises(BadReturn, match=said):
        floor.authorised("A", *lines)


def test_of_an_order_that_there_is_not_nothing_comes_back(floor: ReturnedFloor) -> None:
    with pytest.raises(NoSuchOrder):
        floor.authorised("B", (1, 1, "late"))


def test_what_has_not_left_does_not_come_back(floor: ReturnedFloor) -> None:
    floor.order("B", RED=1)
    with pytest.raises(NotReturnable, match="0 were shipped"):
        floor.authorised("B", (1, 1, "late"))


def test_after_the_window_nothing_is_authorised(floor: ReturnedFloor) -> None:
    floor.clock_us += 30 * DAY_US
    floor.authorised("A", (1, 1, "late"))
    floor.clock_us += 1
    with pytest.raises(NotReturnable, match="0 of them left within the last 30 days"):
        floor.authorised("A", (1, 1, "late"))


def test_what_has_not_come_in_time_may_be_returned_another_time(floor: ReturnedFloor) -> None:
    number = floor.authorised("A", (1, 3, "late"))
    floor.clock_us += 21 * DAY_US - 1
    assert floor.call(lambda tx: expire_returns(tx, floor.policy, 10)) == 0
    floor.clock_us += 1
    assert floor.call(lambda tx: expire_returns(tx, floor.policy, 10)) == 1
    assert floor.stage(number) == "expired"
    assert floor.authorised("A", (1, 3, "late")) != number
    assert floor.sound()


def test_a_return_is_cancelled_once(floor: ReturnedFloor) -> None:
    number = floor.authorised("A", (1, 3, "late"))
    assert floor.call(lambda tx: cancel_return(tx, floor.policy, return_asked_about(tx, number))) == 3
    assert floor.stage(number) == "cancelled"
    with pytest.raises(NotReturnable, match="is cancelled: nothing of it is waited for"):
        floor.call(lambda tx: cancel_return(tx, floor.policy, return_asked_about(tx, number)))
    assert floor.sound()


def test_an_exchange_is_an_order_of_its_own_linked_both_ways() -> None:
    floor = ReturnedFloor(returns=ReturnTerms(exchange_at="authorised"))
    floor.shipped("A", RED=3)
    number = floor.authorised("A", (1, 2, "does_not_fit"), wanted="exchange")
    made = floor.a_return(number)
    assert made.exchange_ref == f"A-{number}"
    assert floor.line(made.exchange_ref) == {"promised": 2}
    assert made.exchange_minor == 1_000
    [order] = floor.rows(f"SELECT priority, customer FROM customer_order WHERE ref = '{made.exchange_ref}'")
    assert order == {"priority": 5, "customer": "Kari"}
    assert floor.sound()


def test_an_exchange_for_an_item_that_there_is_not_is_refused(floor: ReturnedFloor) -> None:
    with pytest.raises(BadReturn, match="expected an SKU of the catalogue, got 'PINK'"):
        floor.authorised("A", (1, 1, "late"), wanted="exchange", exchange=(OrderedLine(sku="PINK", units=1),))


def test_items_to_send_instead_go_with_an_exchange(floor: ReturnedFloor) -> None:
    with pytest.raises(BadReturn, match="expected 'exchange' to be wanted"):
        floor.authorised("A", (1, 1, "late"), exchange=(OrderedLine(sku="BLUE", units=1),))

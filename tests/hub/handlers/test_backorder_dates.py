"""Who waits has a date, hears of each change once, and may decide otherwise."""

import pytest

from hub.domain.ordered_line import OrderedLine
from hub.handlers import backorder_dates, backorders, proposals
from hub.handlers.asked import NoSuchOrder, TooLate
from hub.handlers.orders import NewOrder, RefusedOrder, receive_order
from hub.storage import backorders as stored
from hub.storage.backorders import News
from tests.hub.restocked_floor import DAY_US, HOUR_US, RestockedFloor


@pytest.fixture
def floor() -> RestockedFloor:
    """Ten of each, and a supplier that takes three working days."""
    floor = RestockedFloor(units=10)
    floor.history(60, RED=1, BLUE=1)
    return floor


def news(floor: RestockedFloor) -> list[News]:
    with floor.engine.begin() as connection:
        return stored.untold(connection)


def tell_all(floor: RestockedFloor) -> int:
    return sum(floor.call(lambda tx, one=one: stored.told(tx, one.id)) for one in news(floor))


def urgent(floor: RestockedFloor, ref: str, priority: int, **units: int) -> None:
    floor.order(ref, **units)
    floor.call(
        lambda tx: tx.connection.exec_driver_sql(f"UPDATE customer_order SET priority = {priority} WHERE ref = '{ref}'")
    )


def test_a_date_is_told_as_the_order_is_taken_and_is_the_suppliers_lead_time(floor: RestockedFloor) -> None:
    floor.order("A", RED=14, BLUE=2)
    [told] = floor.call(lambda tx: backorder_dates.tell(tx, floor.policy, "A"))
    assert (told["line"], told["sku"], told["backordered"], told["source"]) == (1, "RED", 4, "lead_time")
    assert told["expected_us"] - floor.clock_us == 3 * DAY_US, "Monday 10:00 and three working days of eight hours"
    assert floor.call(lambda tx: backorder_dates.tell(tx, floor.policy, "nobody's")) == []


def test_every_change_is_written_down_once_and_what_is_no_change_is_not(floor: RestockedFloor) -> None:
    floor.order("A", RED=14)
    floor.call(lambda tx: backorder_dates.tell(tx, floor.policy, "A"))
    assert [one.is_first for one in news(floor)] == [True]
    assert tell_all(floor) == 1
    [number] = floor.review()
    for _ in range(3):
        floor.clock_us += HOUR_US
        floor.review()
    assert news(floor) == [], "the order comes on the day that was told"
    floor.call(lambda tx: proposals.acknowledge(tx, number, "Grace", floor.clock_us + 9 * DAY_US))
    for _ in range(3):
        floor.clock_us += HOUR_US
        floor.review()
    [later] = news(floor)
    assert (later.ref, later.sku, later.units, later.is_first, later.source) == ("A", "RED", 4, False, "purchase_order")
    assert tell_all(floor) == 1
    floor.clock_us += 20 * DAY_US
    floor.review()
    [gone] = news(floor)
    assert (gone.expected_us, gone.source) == (None, "overdue")


def test_who_goes_first_by_priority_gets_the_units_that_come_first(floor: RestockedFloor) -> None:
    floor.order("old", RED=30)
    urgent(floor, "urgent", 5, RED=5)
    [number] = floor.review()
    floor.order("young", RED=1_000)
    floor.review()
    due_us = floor.purchase_order(number)["due_us"]
    waiting = floor.waiting()
    assert list(waiting) == ["urgent", "old", "young"]
    assert waiting["urgent"] == waiting["old"] == ("purchase_order", due_us)
    assert waiting["young"][0] == "lead_time", "the delivery on order brings fewer"


def test_what_is_on_its_plate_is_in_the_house_and_then_nobody_waits(floor: RestockedFloor) -> None:
    floor.order("A", RED=14)
    [number] = floor.review()
    floor.deliver(number, RED=floor.ordered()["RED"])
    floor.review()
    assert floor.waiting()["A"][0] == "in_house"
    floor.put_all_away()
    floor.review()
    assert floor.waiting() == {}
    assert floor.rows("SELECT COUNT(*) AS n FROM backorder_date WHERE current = 1") == [{"n": 0}]
    assert floor.sound()


def test_what_is_ordered_no_more_and_is_not_coming_has_no_date(floor: RestockedFloor) -> None:
    floor.terms("RED", stop_sell=True)
    floor.order("A", RED=14)
    floor.review()
    assert floor.waiting()["A"] == ("unknown", None)


def test_only_what_waits_is_cancelled_and_those_behind_move_up(floor: RestockedFloor) -> None:
    floor.order("A", RED=30, BLUE=14)
    [number] = floor.review()
    floor.order("B", RED=floor.ordered()["RED"] - 15)
    floor.review()
    assert floor.waiting()["B"][0] == "lead_time", "20 of them are A's"
    done = floor.call(lambda tx: backorders.cancel_waiting(tx, floor.policy, "A", 1))
    assert done == 20
    assert floor.line("A") == {"promised": 20, "backordered": 4}
    assert floor.waiting()["B"] == ("purchase_order", floor.purchase_order(number)["due_us"])
    assert floor.call(lambda tx: backorders.cancel_waiting(tx, floor.policy, "A", None)) == 4
    assert floor.call(lambda tx: backorders.cancel_waiting(tx, floor.policy, "A", None)) == 0
    assert floor.sound()


def test_another_sku_stands_in_as_far_as_stock_stands_for_it(floor: RestockedFloor) -> None:
    floor.order("A", RED=25)
    done = floor.call(lambda tx: backorders.substitute(tx, floor.policy, "A", 1, "BLUE", 12))
    assert (done.line, done.units, done.promised, done.backordered) == (2, 12, 10, 2)
    assert floor.line("A") == {"promised": 20, "backordered": 3 + 2}
    rows = floor.rows("SELECT line, ordered, cancelled, price_minor FROM order_line ORDER BY line")
    assert [(row["line"], row["ordered"], row["cancelled"], row["price_minor"]) for row in rows] == [
        (1, 25, 12, 0),
        (2, 12, 0, 0),
    ]
    assert floor.sound()


@pytest.mark.parametrize(
    ("line", "sku", "units", "refused", "words"),
    [
        (1, "BLUE", 16, TooLate, "expected at least 16 units to wait, 15 do"),
        (2, "BLUE", None, NoSuchOrder, "expected one of its lines 1 to 1, got 2"),
        (1, "RED", 1, RefusedOrder, "expected another SKU of the catalogue, got 'RED'"),
        (1, "PINK", 1, RefusedOrder, "expected another SKU of the catalogue, got 'PINK'"),
    ],
)
def test_what_cannot_stand_in_is_refused_in_words(
    floor: RestockedFloor, line: int, sku: str, units: int | None, refused: type[Exception], words: str
) -> None:
    floor.order("A", RED=25)
    with pytest.raises(refused, match=words):
        floor.call(lambda tx: backorders.substitute(tx, floor.policy, "A", line, sku, units))
    assert floor.line("A") == {"promised": 10, "backordered": 15}


def test_a_shop_chooses_whether_part_of_an_order_may_leave(floor: RestockedFloor) -> None:
    new = NewOrder(
        ref="A", customer="Kari", country="Norway", placed_us=None, lines=(OrderedLine(sku="RED", units=12),)
    )
    floor.call(lambda tx: receive_order(tx, new))
    for partial, complete in ((False, 1), (True, 0)):
        floor.call(lambda tx, partial=partial: backorders.choose_partial(tx, "A", partial=partial))
        assert floor.rows("SELECT ship_complete FROM customer_order") == [{"ship_complete": complete}]
    with pytest.raises(NoSuchOrder, match="got 'B'"):
        floor.call(lambda tx: backorders.choose_partial(tx, "B", partial=True))

"""A person looks at what came back: it goes to its bin, to be refurbished, to scrap or to its supplier, and is paid."""

import pytest
from sqlalchemy.exc import IntegrityError

from hub.domain.ordered_line import OrderedLine
from hub.domain.return_terms import ReturnTerms
from hub.handlers.authorising import NoSuchReturn, NotReturnable, expire_returns
from hub.handlers.grading import finish_refurbishing, hand_over_claim
from hub.storage import refunds
from tests.hub.returned_floor import DAY_US, DOCK, ReturnedFloor


@pytest.fixture
def floor() -> ReturnedFloor:
    floor = ReturnedFloor()
    floor.shipped("A", RED=3, BLUE=2)
    return floor


def returned(floor: ReturnedFloor, reason: str = "changed_mind", units: int = 2) -> str:
    number = floor.authorised("A", (1, units, reason))
    floor.came(number, RED=units)
    return number


def test_as_new_it_is_available_again_once_it_lies_in_its_bin(floor: ReturnedFloor) -> None:
    assert floor.available("RED") == 17
    number = returned(floor)
    assert floor.available("RED") == 17
    floor.graded(number, "A")
    assert floor.moves("return_restock") == [("RED", 2, "RETURNS", "putback")]
    assert floor.available("RED") == 17
    floor.put_away()
    assert floor.available("RED") == 19
    assert floor.stage(number) == "closed"
    assert floor.sound()


def test_to_be_refurbished_it_waits_and_becomes_as_new_or_scrap(floor: ReturnedFloor) -> None:
    number = returned(floor)
    public = floor.graded(number, "B")
    assert floor.at("REFURBISH") == {"RED": 2}
    floor.call(lambda tx: finish_refurbishing(tx, public, 1, "A", "Rita"))
    floor.call(lambda tx: finish_refurbishing(tx, public, 1, "C", "Rita"))
    assert floor.at("REFURBISH") == {}
    assert floor.at("putback") == {"RED": 1}
    assert floor.at("scrap") == {"RED": 1}
    with pytest.raises(NotReturnable, match="expected 1 to 0 units to become A or C, got 1"):
        floor.call(lambda tx: finish_refurbishing(tx, public, 1, "A", "Rita"))
    assert floor.sound()


def test_scrap_leaves_the_house(floor: ReturnedFloor) -> None:
    floor.graded(returned(floor), "C")
    assert floor.moves("return_scrap") == [("RED", 2, "RETURNS", "scrap")]
    assert floor.sound()


def test_what_goes_back_to_its_supplier_leaves_the_stock_when_it_is_handed_over(floor: ReturnedFloor) -> None:
    floor.graded(returned(floor, "faulty"), "S")
    assert floor.at("TO-SUPPLIER") == {"RED": 2}
    assert floor.call(lambda tx: hand_over_claim(tx, "CLAIM-00001", "Rita")) == 2
    assert floor.moves("supplier_claim") == [("RED", 2, "TO-SUPPLIER", "supplier")]
    with pytest.raises(NotReturnable, match="CLAIM-00001 was handed over before, by Rita"):
        floor.call(lambda tx: hand_over_claim(tx, "CLAIM-00001", "Rita"))
    floor.graded(returned(floor, "faulty", 1), "S")
    assert [row["number"] for row in floor.rows("SELECT number FROM supplier_claim ORDER BY id")] == [
        "CLAIM-00001",
        "CLAIM-00002",
    ]
    assert floor.sound()


def test_units_of_one_item_get_grades_of_their_own(floor: ReturnedFloor) -> None:
    number = returned(floor)
    floor.graded(number, "A", 1)
    assert floor.stage(number) == "grading"
    floor.graded(number, "C", 1)
    assert floor.stage(number) == "closed"
    assert floor.sound()


def test_more_than_came_is_not_graded(floor: ReturnedFloor) -> None:
    number = returned(floor)
    with pytest.raises(NotReturnable, match="expected 1 to 2 units to grade, got 3: 2 came, 0 are graded"):
        floor.graded(number, "A", 3)
    assert floor.refunds(number) == []


def test_an_item_that_there_is_not_is_not_graded(floor: ReturnedFloor) -> None:
    with pytest.raises(NoSuchReturn):
        floor.call(lambda tx: finish_refurbishing(tx, "nothing", 1, "A", "Rita"))
    with pytest.raises(NoSuchReturn):
        floor.call(lambda tx: hand_over_claim(tx, "CLAIM-9", "Rita"))


@pytest.mark.parametrize(
    ("reason", "to", "goods", "shipping"),
    [
        ("changed_mind", "A", 1_000, 0),
        ("changed_mind", "B", 600, 0),
        ("changed_mind", "C", 0, 0),
        ("damaged", "C", 1_000, FREIGHT := 230),
        ("faulty", "S", 1_000, FREIGHT),
    ],
)
def test_what_is_due_follows_from_reason_and_grade(
    floor: ReturnedFloor, reason: str, to: str, goods: int, shipping: int
) -> None:
    number = returned(floor, reason)
    floor.graded(number, to)  # type: ignore[arg-type]
    [due] = floor.refunds(number)
    # of 500 for the parcel, 1,000 of 2,166 worth of goods
    assert (due.goods_minor, due.shipping_minor, due.pay_minor) == (goods, shipping, goods + shipping)
    assert due.reason == reason and due.grade == to


def test_all_shares_of_the_shipping_add_up_to_it(floor: ReturnedFloor) -> None:
    number = floor.authorised("A", (1, 3, "damaged"), (2, 2, "damaged"))
    floor.came(number, RED=3, BLUE=2)
    for _ in range(5):
        floor.graded(number, "C", 1)
    assert sum(refund.shipping_minor for refund in floor.refunds(number)) == 500
    assert sum(refund.goods_minor for refund in floor.refunds(number)) == 3 * 500 + 2 * 333


def test_a_refund_for_the_same_units_cannot_be_written_twice(floor: ReturnedFloor) -> None:
    number = returned(floor)
    floor.graded(number, "A")
    [grade] = floor.rows("SELECT id FROM return_grade")
    with pytest.raises(IntegrityError):
        floor.call(
            lambda tx: refunds.insert(
                tx, client_id=1, return_id=1, grade_id=grade["id"], units=2, percent=100, goods_minor=1,
                shipping_minor=0, pay_minor=1, why="again",
            )
        )  # fmt: skip
    assert len(floor.refunds(number)) == 1


def test_what_may_not_be_sent_to_anybody_any_more_is_never_restocked(floor: ReturnedFloor) -> None:
    number = floor.authorised("A", (1, 1, "late"))
    floor.scan(DOCK, number)
    floor.scan_lot("RED", "L7", "2023-11-30")
    floor.count(DOCK, 1)
    floor.clock_us += 20 * DAY_US
    with pytest.raises(NotReturnable, match="Lot L7 of red may not be sent to anybody any more: expected grade B"):
        floor.graded(number, "A")
    public = floor.graded(number, "B")
    with pytest.raises(NotReturnable, match="Lot L7"):
        floor.call(lambda tx: finish_refurbishing(tx, public, 1, "A", "Rita"))
    floor.call(lambda tx: finish_refurbishing(tx, public, 1, "C", "Rita"))
    assert floor.sound()


def test_an_exchange_is_made_when_all_of_it_is_here_and_the_rest_is_paid_out(floor: ReturnedFloor) -> None:
    number = floor.authorised(
        "A",
        (1, 2, "does_not_fit"),
        wanted="exchange",
        exchange=(OrderedLine(sku="BLUE", units=1, price_minor=333),),
    )
    assert floor.a_return(number).exchange_order_id is None
    floor.came(number, RED=1)
    assert floor.a_return(number).exchange_order_id is None
    floor.problem(DOCK)
    floor.came(number, RED=1)
    made = floor.a_return(number)
    assert floor.line(made.exchange_ref) == {"promised": 1}
    floor.graded(number, "A", 1)
    floor.graded(number, "A", 1)
    assert [(refund.goods_minor, refund.pay_minor) for refund in floor.refunds(number)] == [(500, 167), (500, 500)]
    assert floor.sound()


def test_an_exchange_that_is_worth_as_much_pays_nothing_out(floor: ReturnedFloor) -> None:
    number = floor.authorised("A", (1, 2, "does_not_fit"), wanted="exchange")
    floor.came(number, RED=2)
    floor.graded(number, "A")
    assert [(refund.goods_minor, refund.pay_minor) for refund in floor.refunds(number)] == [(1_000, 0)]


def test_of_an_exchange_that_came_in_part_only_so_much_is_sent(floor: ReturnedFloor) -> None:
    number = floor.authorised("A", (1, 2, "damaged"), wanted="exchange")
    floor.came(number, RED=1)
    floor.problem(DOCK)
    floor.graded(number, "C")
    assert [refund.pay_minor for refund in floor.refunds(number)] == [0]
    floor.clock_us += 22 * DAY_US
    floor.call(lambda tx: expire_returns(tx, floor.policy, 10))
    made = floor.a_return(number)
    assert floor.line(made.exchange_ref) == {"promised": 1}
    # 500 and a share of the shipping were credited, 500 are for the exchange: the share is left over
    assert [refund.pay_minor for refund in floor.refunds(number)] == [0, 115]
    assert floor.sound()


def test_an_exchange_that_was_sent_and_for_which_nothing_came_is_shown_to_a_person() -> None:
    floor = ReturnedFloor(returns=ReturnTerms(exchange_at="authorised"))
    floor.shipped("A", RED=3)
    floor.authorised("A", (1, 1, "late"), wanted="exchange")
    floor.clock_us += 22 * DAY_US
    floor.call(lambda tx: expire_returns(tx, floor.policy, 10))
    assert floor.exceptions() == ["exchange_unreturned"]

"""Goods come back to the dock: expected, unexpected, too many, wrong, late, or without a number."""

import pytest

from hub.dashboard.return_view import return_of
from hub.domain.return_terms import ReturnTerms
from hub.handlers.authorising import cancel_return, expire_returns, return_asked_about
from hub.handlers.return_arrival import with_order
from hub.storage.orders import order_by_ref
from tests.hub.played_benches import UNIT_MG
from tests.hub.returned_floor import DAY_US, DOCK, ReturnedFloor


@pytest.fixture
def floor() -> ReturnedFloor:
    floor = ReturnedFloor()
    floor.shipped("A", RED=3, BLUE=2)
    return floor


def test_the_number_opens_the_return_and_each_item_is_scanned_and_counted(floor: ReturnedFloor) -> None:
    number = floor.authorised("A", (1, 2, "late"), (2, 1, "late"))
    shown = floor.scan(DOCK, number)
    assert shown.title == f"{number}: scan what came back (3 to come)"
    assert shown.lines[:2] == ("2 x red", "1 x blue")
    assert shown.expected == (floor.symbol("RED"), floor.symbol("BLUE"))
    shown = floor.scan(DOCK, floor.symbol("RED"))
    assert (shown.ask, shown.title, shown.units) == ("count", "red", 2)
    assert floor.count(DOCK, 2).title == f"{number}: scan what came back (1 to come)"
    floor.scan(DOCK, floor.symbol("BLUE"))
    shown = floor.count(DOCK, 1)
    assert (shown.title, shown.lines) == ("Scan the delivery note", (f"{number}: to the returns bench.",))
    assert floor.stage(number) == "grading"
    assert floor.moves("return") == [("RED", 2, "customer", "RETURNS"), ("BLUE", 1, "customer", "RETURNS")]
    assert floor.exceptions() == []
    assert floor.sound()


def test_the_symbol_that_was_read_is_the_evidence(floor: ReturnedFloor) -> None:
    number = floor.authorised("A", (1, 1, "late"))
    floor.came(number, RED=1)
    [item] = floor.items(number)
    assert (item.symbol, item.verdict, item.station) == (floor.symbol("RED"), "expected", DOCK)


def test_goods_without_a_label_are_keyed_in_by_their_sku(floor: ReturnedFloor) -> None:
    number = floor.authorised("A", (1, 1, "late"))
    floor.scan(DOCK, number)
    assert floor.scan(DOCK, "red").title == "red"
    floor.count(DOCK, 1)
    assert floor.stage(number) == "grading"


def test_what_is_no_item_is_said_and_nothing_is_booked(floor: ReturnedFloor) -> None:
    number = floor.authorised("A", (1, 1, "late"))
    floor.scan(DOCK, number)
    assert floor.scan(DOCK, "TOTE-1").lines[0].startswith("'TOTE-1' is no item of ours")
    assert floor.moves("return") == []


def test_what_is_not_in_the_parcel_is_waited_for(floor: ReturnedFloor) -> None:
    number = floor.authorised("A", (1, 2, "late"), (2, 1, "late"))
    floor.came(number, RED=2)
    shown = floor.problem(DOCK)
    assert shown.lines == (f"{number}: to the returns bench. Still waited for: 1.",)
    assert floor.stage(number) == "arriving"
    floor.came(number, BLUE=1)
    assert floor.stage(number) == "grading"


def test_more_than_was_announced_is_taken_as_far_as_it_was_shipped_and_shown_to_a_person(floor: ReturnedFloor) -> None:
    number = floor.authorised("A", (1, 1, "damaged"))
    shown = floor.came(number, RED=3)
    assert shown.lines[0] == "2 x red: more than announced, of this order."
    assert [(item.verdict, item.units, item.reason) for item in floor.items(number)] == [
        ("expected", 1, "damaged"),
        ("over", 2, "damaged"),
    ]
    assert floor.exceptions() == ["return_differs"]
    assert floor.sound()


def test_another_item_of_the_order_is_taken_though_it_was_not_announced(floor: ReturnedFloor) -> None:
    number = floor.authorised("A", (1, 1, "late"))
    floor.came(number, BLUE=1)
    assert [(item.sku, item.verdict, item.reason) for item in floor.items(number)] == [
        ("BLUE", "unannounced", "unannounced")
    ]
    assert floor.stage(number) == "arriving"


def test_what_the_customer_was_never_sent_is_booked_and_nothing_is_due_for_it(floor: ReturnedFloor) -> None:
    floor.shipped("B", tote="TOTE-2", BLUE=1)
    number = floor.authorised("B", (1, 1, "late"))
    shown = floor.came(number, RED=2)
    assert shown.lines[0] == "2 x red: order B was not sent it. Keep it apart."
    [item] = floor.items(number)
    assert (item.verdict, item.order_line_id) == ("wrong", None)
    assert floor.exceptions() == ["return_wrong"]
    floor.problem(DOCK)
    floor.graded(number, "A")
    assert floor.refunds(number) == []
    assert floor.sound()


def test_a_parcel_without_a_number_is_found_by_its_order(floor: ReturnedFloor) -> None:
    shown = floor.scan(DOCK, "A")
    assert (shown.title, shown.lines[0]) == (
        "Order A: scan what came back",
        "Nobody announced this. Scan what came.",
    )
    floor.scan(DOCK, floor.symbol("RED"))
    floor.count(DOCK, 1)
    floor.problem(DOCK)
    [row] = floor.rows("SELECT number, origin FROM customer_return")
    assert row == {"number": "R00000017", "origin": "dock"}
    assert floor.stage("R00000017") == "grading"
    assert floor.sound()


def test_the_old_label_of_the_parcel_finds_its_order_too(floor: ReturnedFloor) -> None:
    [parcel] = floor.rows("SELECT tracking FROM parcel")
    assert floor.scan(DOCK, parcel["tracking"]).title == "Order A: scan what came back"


def test_an_order_whose_return_is_waited_for_opens_that_return(floor: ReturnedFloor) -> None:
    number = floor.authorised("A", (1, 1, "late"))
    assert floor.scan(DOCK, "A").title == f"{number}: scan what came back (1 to come)"


def test_a_blind_return_of_which_nothing_was_counted_leaves_nothing_behind(floor: ReturnedFloor) -> None:
    floor.scan(DOCK, "A")
    assert floor.problem(DOCK).lines == ("Nothing was counted: nothing is booked.",)
    assert floor.rows("SELECT id FROM customer_return") == []


def test_goods_of_nobody_knows_whom_are_opened_for_a_person_who_finds_their_order(floor: ReturnedFloor) -> None:
    floor.scan(DOCK, "RETURN")
    floor.scan(DOCK, floor.symbol("RED"))
    shown = floor.count(DOCK, 2)
    number = "R00000017"
    assert shown.lines[0] == "2 x red: of an unknown order. Keep it apart."
    floor.problem(DOCK)
    assert floor.exceptions() == ["return_unknown", "return_wrong"]
    assert floor.sound()

    def found(tx: object) -> None:
        order = order_by_ref(tx.connection, tx.client_id, "A")  # type: ignore[attr-defined]
        assert order is not None
        with_order(tx, return_asked_about(tx, number), order[0])  # type: ignore[arg-type]

    floor.call(found)
    assert floor.exceptions() == []
    floor.graded(number, "A")
    assert [refund.goods_minor for refund in floor.refunds(number)] == [1_000]
    assert floor.sound()


@pytest.mark.parametrize("lapse", ["expired", "cancelled"])
def test_what_comes_too_late_is_taken_all_the_same(floor: ReturnedFloor, lapse: str) -> None:
    number = floor.authorised("A", (1, 2, "late"))
    if lapse == "expired":
        floor.clock_us += 22 * DAY_US
        floor.call(lambda tx: expire_returns(tx, floor.policy, 10))
    else:
        floor.call(lambda tx: cancel_return(tx, floor.policy, return_asked_about(tx, number)))
    assert floor.stage(number) == lapse
    floor.came(number, RED=2)
    assert [item.verdict for item in floor.items(number)] == ["late"]
    assert floor.stage(number) == "grading"
    assert floor.sound()


def test_what_comes_too_late_and_was_returned_another_way_meanwhile_is_not_due_twice(floor: ReturnedFloor) -> None:
    first = floor.authorised("A", (1, 3, "late"))
    floor.call(lambda tx: cancel_return(tx, floor.policy, return_asked_about(tx, first)))
    second = floor.authorised("A", (1, 3, "late"))
    floor.came(second, RED=3)
    floor.came(first, RED=3)
    assert [item.verdict for item in floor.items(first)] == ["wrong"]
    assert floor.sound()


def test_the_label_says_the_lot(floor: ReturnedFloor) -> None:
    number = floor.authorised("A", (1, 1, "late"))
    floor.scan(DOCK, number)
    floor.scan_lot("RED", "L7", "2030-01-31")
    floor.count(DOCK, 1)
    assert [item.lot for item in floor.items(number)] == ["L7"]


def test_a_delivery_is_received_as_before(floor: ReturnedFloor) -> None:
    number = floor.purchase(RED=2)
    floor.scan(DOCK, number)
    floor.check_items(DOCK, RED=2)
    assert floor.at(f"PLATE-{number}") == {"RED": 2}


def test_none_counted_of_an_item_books_nothing(floor: ReturnedFloor) -> None:
    number = floor.authorised("A", (1, 1, "late"))
    floor.scan(DOCK, number)
    floor.scan(DOCK, floor.symbol("RED"))
    assert floor.count(DOCK, 0).title == f"{number}: scan what came back (1 to come)"
    assert floor.moves("return") == []


@pytest.fixture
def weighing() -> ReturnedFloor:
    """A dock with a scale, where RED 2 are to be counted."""
    floor = ReturnedFloor(returns=ReturnTerms(weighed_at=(DOCK,)))
    floor.shipped("A", RED=3)
    floor.scan(DOCK, floor.authorised("A", (1, 2, "late")))
    floor.scan(DOCK, floor.symbol("RED"))
    return floor


def weighed_evidence(floor: ReturnedFloor) -> list[tuple[str, int, int, int]]:
    """(by, milligrams, units on the scale, units that the ledger moved) of what came back."""
    rows = floor.rows(
        "SELECT e.by, e.after_mg, e.units_weighed, t.units FROM transfer t JOIN evidence e ON e.id = t.evidence_id"
        " WHERE t.reason = 'return' ORDER BY t.id"
    )
    return [(row["by"], row["after_mg"], row["units_weighed"], row["units"]) for row in rows]


def test_where_the_dock_weighs_returns_a_weight_that_agrees_proves_the_count(weighing: ReturnedFloor) -> None:
    shown = weighing.count(DOCK, 2)
    assert (shown.ask, shown.title) == ("weigh", "Put 2 x red on the scale")
    assert weighing.moves("return") == [], "nothing is booked before it is weighed"
    assert weighing.weigh(DOCK, 2 * UNIT_MG + 1_500).title == "Scan the delivery note"
    assert weighed_evidence(weighing) == [("weight", 201_500, 2, 2)]
    assert weighing.sound()


def test_a_weight_that_does_not_agree_is_told_and_the_second_count_is_believed_and_noted(
    weighing: ReturnedFloor,
) -> None:
    weighing.count(DOCK, 2)
    shown = weighing.weigh(DOCK, UNIT_MG)
    assert (shown.ask, shown.units, shown.tone) == ("count", 2, "warn")
    assert shown.lines[0] == "100 g, but 2 should weigh 200 g: count once more."
    shown = weighing.count(DOCK, 2)
    assert shown.title == "Scan the delivery note", "the scale never has the last word"
    assert "2 x red weighed 100 g, not 200 g: noted." in shown.lines[0]
    assert weighed_evidence(weighing) == [("unsure", 100_000, 2, 2)]
    [row] = weighing.rows("SELECT number FROM customer_return")
    [item] = weighing.items(row["number"])
    assert (item.weight_by, item.weighed_mg, item.weighed_units, item.unit_mg) == ("unsure", 100_000, 2, UNIT_MG)
    with weighing.engine.begin() as connection:
        shown_at_the_bench = return_of(connection, weighing.policy, row["number"], weighing.clock_us, "")
    assert shown_at_the_bench is not None
    assert shown_at_the_bench["items"][0]["weight"] == "the 2 that came weighed 100 g, they should weigh 200 g"
    assert weighing.sound()


def test_a_second_count_that_the_scale_had_right_is_proven_by_it(weighing: ReturnedFloor) -> None:
    weighing.count(DOCK, 2)
    weighing.weigh(DOCK, UNIT_MG)
    shown = weighing.count(DOCK, 1)
    assert "noted" not in " ".join(shown.lines)
    assert weighed_evidence(weighing) == [("weight", 100_000, 1, 1)]


def test_what_cannot_be_weighed_is_booked_as_counted(weighing: ReturnedFloor) -> None:
    weighing.count(DOCK, 2)
    weighing.problem(DOCK)
    assert weighing.moves("return") == [("RED", 2, "customer", "RETURNS")]
    assert weighed_evidence(weighing) == [("symbol", None, None, 2)]
    assert weighing.sound()

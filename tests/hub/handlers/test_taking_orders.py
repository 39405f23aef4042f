"""Orders: each comes once, each line is promised or backordered at once, and no unit is promised twice."""

from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.domain.ordered_line import OrderedLine
from hub.domain.terms import Delivery, Terms
from hub.handlers import restock
from hub.handlers.allocate import give_up_promises, promise_again
from hub.handlers.asked import TooLate
from hub.handlers.cancel import Cancelled, cancel_order
from hub.handlers.orders import UNITS_MAX, NewOrder, RefusedOrder
from hub.storage import backorders, figures
from hub.storage.availability import availability_of
from hub.storage.orders import shift
from tests.hub.stocked_floor import TUESDAY_US, UNITS_A_BIN, StockedFloor


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[StockedFloor]:
    floor = StockedFloor(tmp_path)
    yield floor
    floor.close()


def states(floor: StockedFloor, ref: str) -> list[tuple[str, int, int, int]]:
    """(SKU, ordered, promised, backordered) of each line of an order."""
    rows = floor.rows(
        "SELECT s.code, l.ordered, l.promised, l.backordered FROM order_line l JOIN sku s ON s.id = l.sku_id"
        f" JOIN customer_order o ON o.id = l.order_id WHERE o.ref = '{ref}' ORDER BY l.line"
    )
    return [(row["code"], row["ordered"], row["promised"], row["backordered"]) for row in rows]


def test_what_is_there_is_promised_at_once_line_by_line(floor: StockedFloor) -> None:
    receipt = floor.receive("A", ("RED", 3), ("BLUE", 30), placed_us=TUESDAY_US - 5)
    assert (receipt.again, receipt.promised, receipt.backordered) == (False, 33, 0)
    assert states(floor, "A") == [("RED", 3, 3, 0), ("BLUE", 30, 30, 0)]
    [order] = floor.rows("SELECT public, placed_us, received_us, customer, country FROM customer_order")
    assert order == {
        "public": receipt.order,
        "placed_us": TUESDAY_US - 5,
        "received_us": TUESDAY_US,
        "customer": "Kari",
        "country": "Norway",
    }
    assert floor.at("bay-01/03") == {"RED": UNITS_A_BIN}, "a promise moves nothing and pins nothing"
    assert floor.reserved("bay-01/03") == 0
    assert floor.sound()


def test_an_order_without_a_time_was_placed_now(floor: StockedFloor) -> None:
    floor.receive("A", ("RED", 1))
    assert floor.rows("SELECT placed_us FROM customer_order") == [{"placed_us": TUESDAY_US}]


def test_the_same_order_again_changes_nothing_and_says_how_it_stands_now(floor: StockedFloor) -> None:
    first = floor.receive("A", ("RED", 15))
    floor.receive("B", ("RED", 15))
    changes = floor.rows("SELECT COUNT(*) AS n FROM change")
    floor.clock_us += 60_000_000
    again = floor.receive("A", ("RED", 15))
    assert (again.order, again.again, again.promised, again.backordered) == (first.order, True, 15, 0)
    again = floor.receive("B", ("RED", 15))
    assert (again.again, again.promised, again.backordered) == (True, 5, 10)
    assert floor.rows("SELECT COUNT(*) AS n FROM change") == changes
    assert floor.rows("SELECT COUNT(*) AS n FROM customer_order") == [{"n": 2}]
    assert floor.sound()


def test_the_receipt_of_a_repeated_order_counts_what_has_gone(floor: StockedFloor) -> None:
    floor.receive("A", ("RED", 3))
    floor.load_cart("TOTE-0001")
    floor.pick_all()
    again = floor.receive("A", ("RED", 3))
    assert (again.promised, again.backordered) == (3, 0)


@pytest.mark.parametrize("lines", [[("RED", 4)], [("BLUE", 3)], [("RED", 3), ("RED", 1)]])
def test_a_known_ref_with_other_content_is_refused(floor: StockedFloor, lines: list[tuple[str, int]]) -> None:
    floor.receive("A", ("RED", 3))
    with pytest.raises(RefusedOrder, match="Order A came before with other content; change it by PATCH, or send"):
        floor.receive("A", *lines)
    assert states(floor, "A") == [("RED", 3, 3, 0)]


def test_an_unknown_sku_refuses_the_whole_order_and_names_its_line(floor: StockedFloor) -> None:
    with pytest.raises(RefusedOrder) as refused:
        floor.receive("A", ("RED", 3), ("PINK", 1))
    assert str(refused.value) == "Order A, line 2: expected an SKU of the catalogue, got 'PINK'."
    assert floor.rows("SELECT * FROM customer_order") == []
    assert floor.rows("SELECT * FROM promise WHERE promised <> 0") == []
    assert floor.receive("A", ("RED", 3)).promised == 3, "the mended order may come under the same ref"


@pytest.mark.parametrize("units", [0, -1, UNITS_MAX + 1])
def test_units_out_of_range_are_refused(floor: StockedFloor, units: int) -> None:
    with pytest.raises(RefusedOrder, match=f"line 1: expected 1 to {UNITS_MAX} units, got {units}"):
        floor.receive("A", ("RED", units))


def test_an_order_without_lines_is_refused(floor: StockedFloor) -> None:
    with pytest.raises(RefusedOrder, match="Order A: expected at least one line, got none"):
        floor.receive("A")


def test_the_most_that_a_line_may_ask_is_taken(floor: StockedFloor) -> None:
    receipt = floor.receive("A", ("RED", UNITS_MAX))
    assert (receipt.promised, receipt.backordered) == (UNITS_A_BIN, UNITS_MAX - UNITS_A_BIN)
    assert floor.sound()


def test_the_same_sku_on_two_lines_is_not_promised_twice(floor: StockedFloor) -> None:
    floor.receive("A", ("RED", 15), ("RED", 15))
    assert states(floor, "A") == [("RED", 15, 15, 0), ("RED", 15, 5, 10)]
    assert floor.sound()


def test_what_lies_in_a_held_bin_is_not_promised(floor: StockedFloor) -> None:
    floor.call(lambda tx: tx.connection.exec_driver_sql("UPDATE location SET held = 1 WHERE name = 'bay-01/01'"))
    receipt = floor.receive("A", ("BLUE", 30))
    assert (receipt.promised, receipt.backordered) == (UNITS_A_BIN, 10)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.lists(st.tuples(st.sampled_from(("RED", "BLUE", "GREEN")), st.integers(1, 25)), min_size=1, max_size=3),
        min_size=1,
        max_size=8,
    )
)
def test_no_unit_is_promised_twice_however_many_orders_come(
    tmp_path_factory: pytest.TempPathFactory, orders: list[list[tuple[str, int]]]
) -> None:
    floor = StockedFloor(tmp_path_factory.mktemp("orders"))
    try:
        stock = {"RED": UNITS_A_BIN, "BLUE": 2 * UNITS_A_BIN, "GREEN": UNITS_A_BIN}
        asked = dict.fromkeys(stock, 0)
        for number, lines in enumerate(orders):
            floor.receive(f"{number}", *lines)
            for sku, units in lines:
                asked[sku] += units
        for sku, units in asked.items():
            [row] = floor.rows(
                "SELECT COALESCE(SUM(promised), 0) AS promised, COALESCE(SUM(backordered), 0) AS lacking"
                f" FROM order_line WHERE sku_id = {floor.ids[sku]}"
            )
            assert row == {"promised": min(units, stock[sku]), "lacking": max(0, units - stock[sku])}
        assert floor.sound()
    finally:
        floor.close()


def test_a_short_line_waits_for_stock_with_the_date_of_the_open_purchase_order(floor: StockedFloor) -> None:
    receipt = floor.receive("A", ("GREEN", 25))
    assert (receipt.promised, receipt.backordered) == (20, 5)
    with floor.engine.begin() as connection:
        [line] = backorders.listed(connection)
    assert (line["ref"], line["sku"], line["units"], line["expected_us"]) == ("A", "GREEN", 5, None)
    [number] = floor.call(lambda tx: restock.review(tx, floor.policy))
    [due_us] = [row["due_us"] for row in floor.rows("SELECT due_us FROM purchase_order")]
    with floor.engine.begin() as connection:
        [line] = backorders.listed(connection)
        stock = figures.stock_of(connection, 1, "GREEN")
    assert (line["expected_us"], line["purchase_order"]) == (due_us, number)
    assert stock is not None
    assert (stock["available"], stock["backordered"], stock["expected_us"]) == (0, 5, due_us)
    assert due_us > floor.clock_us


def test_stock_that_comes_goes_to_the_oldest_order_first_whichever_was_received_first(floor: StockedFloor) -> None:
    floor.receive("stock", ("RED", 20))
    floor.receive("young", ("RED", 4), placed_us=TUESDAY_US)
    floor.receive("old", ("RED", 4), placed_us=TUESDAY_US - 1_000)
    floor.stock("bay-01/03", "RED", 26)
    assert floor.call(lambda tx: promise_again(tx, [floor.ids["RED"]])) == 6
    assert states(floor, "old") == [("RED", 4, 4, 0)]
    assert states(floor, "young") == [("RED", 4, 2, 2)]
    assert floor.call(lambda tx: promise_again(tx, [floor.ids["RED"]])) == 0
    assert floor.sound()


def test_stock_that_goes_is_taken_from_the_youngest_order(floor: StockedFloor) -> None:
    floor.receive("old", ("RED", 10), placed_us=TUESDAY_US - 1_000)
    floor.receive("young", ("RED", 10), placed_us=TUESDAY_US)
    floor.stock("bay-01/03", "RED", 7)
    assert floor.call(lambda tx: give_up_promises(tx, floor.ids["RED"])) == 13
    assert states(floor, "old") == [("RED", 10, 7, 3)]
    assert states(floor, "young") == [("RED", 10, 0, 10)]
    assert floor.call(lambda tx: give_up_promises(tx, floor.ids["RED"])) == 0
    assert floor.sound()


def test_lines_of_one_sku_share_what_is_there(floor: StockedFloor) -> None:
    with floor.engine.begin() as connection:
        there = availability_of(connection, 1, 1, "RED")
    assert there is not None
    free = there.availability.available
    receipt = floor.receive("A", ("RED", free - 1), ("BLUE", 2), ("RED", 3), ("RED", 1))
    assert states(floor, "A") == [("RED", free - 1, free - 1, 0), ("BLUE", 2, 2, 0), ("RED", 3, 1, 2), ("RED", 1, 0, 1)]
    assert (receipt.promised, receipt.backordered) == (free + 2, 3)
    assert floor.sound()


# -- cancelling --------------------------------------------------------------------------------------------


def cancel(floor: StockedFloor, ref: str, *, waiting_only: bool = True) -> Cancelled:
    done: Cancelled = floor.call(lambda tx: cancel_order(tx, ref, waiting_only=waiting_only))
    return done


def test_a_part_that_was_cancelled_is_answered_the_same_again(floor: StockedFloor) -> None:
    floor.picked_tote("A", tote="TOTE-0001", RED=3)
    floor.call(lambda tx: shift(tx, 1, 1, "picked", "backordered"))
    with pytest.raises(TooLate, match="2 on carts, in parcels or gone, and 1 waiting"):
        cancel(floor, "A", waiting_only=False)
    assert [cancel(floor, "A") for _ in range(2)] == [Cancelled(cancelled=1, in_work=2)] * 2
    floor.picked_tote("B", tote="TOTE-0002", RED=3)
    with pytest.raises(TooLate, match="expected units that wait"):
        cancel(floor, "B")


@pytest.mark.parametrize("left_before", [True, False])
def test_what_was_missing_of_an_order_is_told_no_longer_once_it_is_cancelled(
    floor: StockedFloor, left_before: bool
) -> None:
    floor.at_packing(RED=3)
    floor.check_items("pack-1", RED=2)
    [tracking] = floor.weigh("pack-1", floor.parcel_mg(RED=2)).expected
    if left_before:
        floor.scan("pack-1", tracking)
    assert floor.exceptions() == ["tote_short"]
    assert cancel(floor, "A") == Cancelled(cancelled=1, in_work=2)
    if not left_before:
        assert floor.exceptions() == ["tote_short"], "the rest of the line is still in the house"
        floor.scan("pack-1", tracking)
    assert (floor.line("A"), floor.exceptions()) == ({"shipped": 2}, [])
    assert floor.rows("SELECT shipped_us IS NULL AS waits FROM customer_order") == [{"waits": 0}]


def test_an_order_without_terms_is_known_again_by_the_digest_it_had_before_there_were_terms() -> None:
    plain = NewOrder(
        ref="A", customer="Kari", country="Norway", placed_us=None, lines=(OrderedLine(sku="RED", units=3),)
    )
    before = (
        "NewOrder(ref='A', customer='Kari', country='Norway', placed_us=None,"
        " lines=(OrderedLine(sku='RED', units=3, price_minor=0),))"
    )
    assert plain.digest == sha256(before.encode()).hexdigest()
    assert replace(plain, terms=Terms(priority=1)).digest != plain.digest
    assert replace(plain, delivery=Delivery()).digest != plain.digest

"""Every reason for which a line waits is told in plain words."""

from typing import Any

import pytest

from hub.domain.waiting import LineStands, Lit, OrderStands, Others, Receipt, why

NOBODY = Others(0, 0, ())
FREE = OrderStands(hold="", ship_complete=False, lacking=())


def line(**more: Any) -> LineStands:
    shape: dict[str, Any] = dict.fromkeys(("promised", "reserved", "picked", "packed", "backordered"), 0)
    shape |= {"line": 1, "sku": "RED", "before": NOBODY, "have": NOBODY, "held_for_carts": 0, "pickable": 9}
    shape |= {"elsewhere": 0, "receipt": None, "lit": (), "totes": ()}
    return LineStands(**(shape | more))


def words(of: LineStands, order: OrderStands = FREE) -> list[str]:
    return [reason.words for reason in why(order, of, lambda at_us: f"day {at_us}", 100)]


def test_a_line_that_has_gone_waits_for_nothing() -> None:
    assert words(line()) == []


def test_a_short_line_says_how_short_who_comes_before_and_when_more_comes() -> None:
    short = line(
        backordered=3,
        before=Others(5, 1_200, ("W-1", "W-2", "W-3")),
        have=Others(1, 7, ("W-9",)),
        held_for_carts=1,
        elsewhere=2,
        receipt=Receipt("PO-7", 200, 40),
    )
    assert words(short) == [
        "stock is short by 3 units",
        "5 orders wait before it for 1,200 units: W-1, W-2, W-3 and 2 more",
        "7 units promised to W-9",
        "1 unit held for carts at checkout",
        "2 units in the house: being counted or put away",
        "the next receipt of 40 units is expected on day 200, purchase order PO-7",
    ]


@pytest.mark.parametrize(
    ("receipt", "told"),
    [
        (None, "no purchase order is open for it"),
        (
            Receipt("PO-7", 100, 4),
            "the next receipt of 4 units was expected on day 100 and is overdue, purchase order PO-7",
        ),
    ],
)
def test_what_does_not_come_is_said_too(receipt: Receipt | None, told: str) -> None:
    assert words(line(backordered=1, receipt=receipt))[-1] == told


def test_what_is_promised_waits_for_a_hold_for_the_rest_for_a_count_or_for_a_cart() -> None:
    held = OrderStands(hold="payment", ship_complete=True, lacking=((3, 2),))
    whole = OrderStands(hold="", ship_complete=True, lacking=((3, 2), (4, 1)))
    assert words(line(promised=2), held) == ["2 units promised, but the order is on hold: payment"]
    assert words(line(promised=2), whole) == [
        "2 units promised, but it ships complete: line 3 lacks 2 units and 1 more lines lack something"
    ]
    assert words(line(promised=1, pickable=0)) == [
        "1 unit promised, but what there is lies in bins that are counted, or is being put away"
    ]
    assert words(line(promised=1, pickable=0, in_reserve=3)) == [
        "1 unit promised, which lies in reserve: its bin is filled up first"
    ]
    assert words(line(promised=1)) == ["1 unit promised: waits for a cart"]


def test_what_is_in_work_is_said_where() -> None:
    lit = (Lit(7, "bay-01", 2), Lit(7, "bay-02", 1))
    assert words(line(reserved=3, lit=lit, picked=2, totes=("TOTE-0001",), packed=1)) == [
        "2 units in batch 7 at bay-01",
        "1 unit in batch 7 at bay-02",
        "2 units picked in TOTE-0001: waits for packing",
        "1 unit packed: waits for the carrier",
    ]


def test_a_short_line_of_a_held_order_says_both() -> None:
    held = OrderStands(hold="payment", ship_complete=False, lacking=((1, 2),))
    assert words(line(backordered=2), held)[-1] == "the order is on hold: payment"

"""The dock: what came is counted against what was ordered, gets a plate, goes home by light, and fills backorders."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edge.contract.events import ButtonPressed, LabelPrinted, SymbolScanned, UnitsCounted, UnitsPutAway
from edge.contract.state import Prompt
from firmware.barcode import read_symbols
from firmware.twin.label_drawing import draw_symbol
from hub.domain.gtin import check_digit
from hub.handlers import restock
from hub.storage import figures
from tests.hub.stocked_floor import TUESDAY_US, StockedFloor

DOCK = "dock-1"


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[StockedFloor]:
    floor = StockedFloor(tmp_path)
    yield floor
    floor.close()


def receive(floor: StockedFloor, number: str, **units: int) -> Prompt:
    """A delivery is scanned and counted in full; what the dock asks then."""
    floor.scan(DOCK, number)
    return floor.check_items(DOCK, **units)


def put_all_away(floor: StockedFloor) -> None:
    for task in floor.tasks("put"):
        floor.tell(
            task["station"],
            UnitsPutAway(
                task=task["public"], bin=task["bin"], units=task["units"], units_asked=task["units"], by="button"
            ),
        )


def received(floor: StockedFloor, number: str) -> dict[str, tuple[int, int, int]]:
    """(ordered, received, still open) of each SKU of a purchase order."""
    with floor.engine.begin() as connection:
        [order] = [p for p in figures.purchase_orders(connection) if p["number"] == number]
    return {line["sku"]: (line["ordered"], line["received"], line["open"]) for line in order["lines"]}


def test_a_delivery_is_scanned_counted_plated_and_put_away(floor: StockedFloor) -> None:
    number = floor.purchase(RED=5, GREEN=2)
    shown = floor.scan(DOCK, number)
    assert (shown.title, shown.lines) == (f"{number}: scan an item (2 to go)", ("2 x GOODS GREEN", "5 x GOODS RED"))
    assert set(shown.expected) == {floor.symbol("RED"), floor.symbol("GREEN")}
    shown = floor.scan(DOCK, floor.symbol("RED"))
    assert (shown.ask, shown.title, shown.units) == ("count", "GOODS RED", 5)
    floor.count(DOCK, 5)
    assert floor.at(f"PLATE-{number}") == {}, "nothing is booked before everything is counted"
    shown = floor.check_items(DOCK, GREEN=2)
    assert (shown.title, shown.expected) == ("Stick the plate on, scan it", (f"PLATE-{number}",))
    assert floor.at(f"PLATE-{number}") == {"RED": 5, "GREEN": 2}
    assert floor.tasks("put") == [], "no light before the plate is on"
    assert floor.scan(DOCK, f"PLATE-{number}").title == "Scan the delivery note"
    assert {t["sku"]: (t["bin"], t["units"]) for t in floor.tasks("put")} == {
        "RED": ("bay-01/03", 5),
        "GREEN": ("bay-01/06", 2),
    }
    put_all_away(floor)
    assert (floor.at("bay-01/03"), floor.at("bay-01/06"), floor.at(f"PLATE-{number}")) == (
        {"RED": 25},
        {"GREEN": 22},
        {},
    )
    assert floor.exceptions() == []
    assert received(floor, number) == {"RED": (5, 5, 0), "GREEN": (2, 2, 0)}
    assert floor.sound()


def test_the_plates_label_is_printed_once_and_can_be_read(floor: StockedFloor) -> None:
    number = floor.purchase(RED=5)
    receive(floor, number, RED=5)
    [job] = floor.jobs(DOCK)
    assert [s.text for s in read_symbols(draw_symbol(job.zpl))] == [f"PLATE-{number}"]
    assert "5 x GOODS RED" in job.zpl
    floor.tell(DOCK, LabelPrinted(job=job.job))
    assert floor.jobs(DOCK) == []


def test_a_plate_that_is_scanned_before_its_label_is_said_to_be_printed_is_not_printed_again(
    floor: StockedFloor,
) -> None:
    number = floor.purchase(RED=5)
    receive(floor, number, RED=5)
    floor.scan(DOCK, f"PLATE-{number}")
    assert floor.jobs(DOCK) == []


@pytest.mark.parametrize(("came", "on_plate"), [(3, {"RED": 3}), (9, {"RED": 9})])
def test_short_and_over_are_booked_as_they_came_and_said(
    floor: StockedFloor, came: int, on_plate: dict[str, int]
) -> None:
    number = floor.purchase(RED=5)
    receive(floor, number, RED=came)
    assert floor.at(f"PLATE-{number}") == on_plate
    [said] = floor.rows("SELECT kind, ref_id, detail FROM exception")
    assert said == {
        "kind": "delivery_differs",
        "ref_id": number,
        "detail": f"{number} brought {came} of 5 x GOODS RED.",
    }
    assert received(floor, number) == {"RED": (5, came, 0)}, "what did not come is on order no more"
    assert floor.sound()


def test_the_delivery_is_complete_by_problem_and_what_was_not_scanned_did_not_come(floor: StockedFloor) -> None:
    number = floor.purchase(RED=5, GREEN=2)
    floor.scan(DOCK, number)
    floor.check_items(DOCK, RED=5)
    assert floor.problem(DOCK).title == "Stick the plate on, scan it"
    assert floor.at(f"PLATE-{number}") == {"RED": 5}
    assert received(floor, number) == {"RED": (5, 5, 0), "GREEN": (2, 0, 0)}
    assert floor.rows("SELECT detail FROM exception") == [{"detail": f"{number} brought 0 of 2 x GOODS GREEN."}]


def test_a_delivery_that_brought_nothing_has_no_plate(floor: StockedFloor) -> None:
    number = floor.purchase(RED=5)
    floor.scan(DOCK, number)
    shown = floor.problem(DOCK)
    assert (shown.title, shown.lines) == ("Scan the delivery note", (f"{number} brought nothing.",))
    assert floor.jobs(DOCK) == []
    assert received(floor, number) == {"RED": (5, 0, 0)}
    assert floor.sound()


def test_an_item_that_was_not_ordered_is_set_aside_and_said_once(floor: StockedFloor) -> None:
    number = floor.purchase(RED=5)
    floor.scan(DOCK, number)
    unknown = "400638133393" + check_digit("400638133393")
    for symbol in (floor.symbol("GREEN"), unknown, "no label of ours"):
        shown = floor.scan(DOCK, symbol)
        assert shown.lines[0] == f"'{symbol}' is not of this delivery: set it aside."
        assert (shown.ask, shown.tone) == ("scan", "warn")
    assert floor.exceptions() == ["unordered_item"]
    assert floor.scan(DOCK, floor.symbol("RED")).ask == "count"


def test_labels_of_the_floor_are_no_goods_and_raise_nothing(floor: StockedFloor) -> None:
    number, other = floor.purchase(RED=5), floor.purchase(GREEN=2)
    floor.scan(DOCK, number)
    for symbol, said in (
        (number, f"{number} is open already."),
        (other, f"{other} is another delivery: finish {number} first."),
        ("BADGE-dev", "That is a badge, not an item."),
        ("CART-1", "CART-1 is a cart, not an item."),
        ("TOTE-0001", "TOTE-0001 is a tote, not an item."),
        ("bay-01/03", "bay-01/03 is a bin, not an item."),
    ):
        shown = floor.scan(DOCK, symbol)
        assert (shown.ask, shown.lines[0]) == ("scan", said)
    floor.check_items(DOCK, RED=5)
    assert floor.exceptions() == []
    assert floor.at(f"PLATE-{number}") == {"RED": 5}


def test_an_item_that_is_scanned_again_is_counted_again_before_all_is_counted(floor: StockedFloor) -> None:
    number = floor.purchase(RED=5, GREEN=2)
    floor.scan(DOCK, number)
    floor.check_items(DOCK, RED=4)
    floor.check_items(DOCK, RED=5, GREEN=2)
    assert floor.at(f"PLATE-{number}") == {"RED": 5, "GREEN": 2}
    assert floor.exceptions() == []


@pytest.mark.parametrize("symbol", ["PO-999999", "TOTE-0001", "PLATE-PO-000001"])
def test_what_is_no_purchase_order_is_said(floor: StockedFloor, symbol: str) -> None:
    shown = floor.scan(DOCK, symbol)
    assert (shown.title, shown.lines) == (
        "Scan the delivery note",
        (f"'{symbol}' is no purchase order, and no return.",),
    )


def test_a_delivery_is_received_once(floor: StockedFloor) -> None:
    number = floor.purchase(RED=5)
    receive(floor, number, RED=5)
    floor.scan(DOCK, f"PLATE-{number}")
    assert floor.scan(DOCK, number).lines == (f"{number} was received before.",)
    assert floor.moves("receive") == [("RED", 5, "supplier", f"PLATE-{number}")]


def test_answers_that_are_told_twice_receive_nothing_twice(floor: StockedFloor) -> None:
    number = floor.purchase(RED=5)
    floor.scan(DOCK, number)
    floor.scan(DOCK, floor.symbol("RED"))
    counted = UnitsCounted(step=floor.prompt(DOCK).step, units=5, units_asked=5)
    for _ in range(2):
        floor.tell(DOCK, counted)
    scanned = SymbolScanned(step=floor.prompt(DOCK).step, text=f"PLATE-{number}", symbology="Code128", aim="]C1")
    floor.take(floor.tell(DOCK, scanned))
    floor.tell(DOCK, scanned)
    assert floor.moves("receive") == [("RED", 5, "supplier", f"PLATE-{number}")]
    assert [t["units"] for t in floor.tasks("put")] == [5]
    assert floor.sound()


def test_another_plate_lights_nothing(floor: StockedFloor) -> None:
    number = floor.purchase(RED=5)
    receive(floor, number, RED=5)
    assert "'PLATE-PO-000009' is not this plate." in floor.scan(DOCK, "PLATE-PO-000009").lines
    assert floor.tasks("put") == []


def test_a_button_that_is_not_asked_for_changes_nothing(floor: StockedFloor) -> None:
    number = floor.purchase(RED=5)
    floor.scan(DOCK, number)
    before = floor.prompt(DOCK)
    floor.tell(DOCK, ButtonPressed(step=before.step, button="confirm"))
    assert floor.prompt(DOCK) == before


def test_backorders_are_filled_by_the_receipt_the_oldest_first(floor: StockedFloor) -> None:
    floor.receive("stock", ("RED", 20))
    floor.receive("young", ("RED", 4), placed_us=TUESDAY_US)
    floor.receive("old", ("RED", 4), placed_us=TUESDAY_US - 1)
    number = floor.purchase(RED=6)
    receive(floor, number, RED=6)
    floor.scan(DOCK, f"PLATE-{number}")
    assert (floor.line("old"), floor.line("young")) == ({"backordered": 4}, {"backordered": 4})
    put_all_away(floor)
    assert (floor.line("old"), floor.line("young")) == ({"promised": 4}, {"promised": 2, "backordered": 2})
    assert floor.sound()


def test_what_a_short_delivery_did_not_bring_is_ordered_again(floor: StockedFloor) -> None:
    floor.receive("A", ("GREEN", 25))
    [first] = floor.call(lambda tx: restock.review(tx, floor.policy))
    assert floor.call(lambda tx: restock.review(tx, floor.policy)) == []
    receive(floor, first, GREEN=1)
    [second] = floor.call(lambda tx: restock.review(tx, floor.policy))
    assert second != first
    # what lies on the plate counts: 1 - 5 backordered = -4; up to 2, and 6 beyond
    assert received(floor, second)["GREEN"][0] == 2 + 4 + 6


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.sampled_from(("RED", "GREEN", "GOLD")), st.tuples(st.integers(1, 30), st.integers(0, 30)), min_size=1
    ),
    st.integers(21, 60),
)
def test_whatever_comes_is_in_the_bins_in_the_end_and_backorders_get_what_they_can(
    tmp_path_factory: pytest.TempPathFactory, lines: dict[str, tuple[int, int]], wanted: int
) -> None:
    floor = StockedFloor(tmp_path_factory.mktemp("receiving"))
    try:
        floor.receive("A", ("RED", wanted))
        number = floor.purchase(**{sku: ordered for sku, (ordered, _) in lines.items()})
        receive(floor, number, **{sku: came for sku, (_, came) in lines.items()})
        if any(came for _, came in lines.values()):
            floor.scan(DOCK, f"PLATE-{number}")
        put_all_away(floor)
        for sku, (_, came) in lines.items():
            there = sum(floor.at(name).get(sku, 0) for name in floor.bins_of(sku))
            assert there == 20 * len(floor.bins_of(sku)) + came
        red = 20 + lines.get("RED", (0, 0))[1]
        assert floor.line("A").get("promised", 0) == min(wanted, red)
        assert floor.sound()
    finally:
        floor.close()

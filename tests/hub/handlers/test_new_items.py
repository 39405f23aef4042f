"""An item that nobody knows is weighed ten times at the dock, gets its form, and is received then."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.domain.gtin import check_digit, ean13
from hub.handlers import new_items
from hub.handlers.new_items import ItemForm, RefusedItem
from tests.hub.stocked_floor import StockedFloor

DOCK = "dock-1"
GTIN = "04006381333931"
SYMBOL = ean13(GTIN)
WEIGHTS_MG = (100_000, 101_000, 99_000, 100_000, 102_000, 98_000, 100_000, 101_000, 99_000, 100_000)


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[StockedFloor]:
    floor = StockedFloor(tmp_path)
    yield floor
    floor.close()


def form(floor: StockedFloor, **values: object) -> ItemForm:
    supplier = str(floor.rows("SELECT name FROM supplier ORDER BY id")[0]["name"])
    said: dict[str, object] = {
        "gtin": GTIN,
        "code": "PINK",
        "description": "Pink, thing",
        "supplier": supplier,
        "sides_mm": (10, 20, 30),
        "price_minor": 200,
        "cost_minor": 100,
        "units": 4,
    }
    return ItemForm(**(said | values))  # type: ignore[arg-type]


def weigh_all(floor: StockedFloor) -> None:
    for _ in range(2):
        floor.scan(DOCK, SYMBOL)
    for weight_mg in WEIGHTS_MG:
        floor.weigh(DOCK, weight_mg)


def test_ten_units_are_weighed_and_a_form_makes_an_sku_that_is_received(floor: StockedFloor) -> None:
    assert check_digit(GTIN[:-1]) == GTIN[-1]
    number = floor.purchase(RED=5)
    floor.scan(DOCK, number)
    assert "Scan it once more to weigh ten units of it: nobody knows it." in floor.scan(DOCK, SYMBOL).lines
    shown = floor.scan(DOCK, SYMBOL)
    assert (shown.ask, shown.title) == ("weigh", "New item: unit 1 of 10 on the scale")
    for n, weight_mg in enumerate(WEIGHTS_MG, 2):
        shown = floor.weigh(DOCK, weight_mg)
        assert n > 10 or shown.title == f"New item: unit {n} of 10 on the scale"
    assert (shown.ask, shown.lines[0]) == (
        "scan",
        "Weighed. Fill in its form on the page Receiving, then scan it again.",
    )
    assert set(floor.exceptions()) == {"unordered_item", "unknown_item"}
    floor.call(lambda tx: new_items.make_item(tx, form(floor), "Ben"))
    assert floor.rows("SELECT unit_mg, spread_mg, length_mm, gtin FROM sku WHERE code = 'PINK'") == [
        {"unit_mg": 100_000, "spread_mg": 1_155, "length_mm": 10, "gtin": GTIN}
    ]
    shown = floor.scan(DOCK, SYMBOL)
    assert (shown.ask, shown.title, shown.units) == ("count", "Pink, thing", 4)
    floor.count(DOCK, 4)
    floor.check_items(DOCK, RED=5)
    assert floor.at(f"PLATE-{number}") == {"RED": 5, "PINK": 4}
    floor.scan(DOCK, f"PLATE-{number}")
    assert floor.exceptions() == ["unordered_item", "no_bin"], "this floor has no free bin"
    assert floor.sound()


def test_nothing_is_received_under_a_guess(floor: StockedFloor) -> None:
    number = floor.purchase(RED=5)
    floor.scan(DOCK, number)
    weigh_all(floor)
    shown = floor.scan(DOCK, SYMBOL)
    assert (shown.ask, shown.lines[0]) == ("scan", f"'{SYMBOL}' is not of this delivery: set it aside.")
    floor.check_items(DOCK, RED=5)
    assert floor.at(f"PLATE-{number}") == {"RED": 5}


def test_problem_sets_a_new_item_aside(floor: StockedFloor) -> None:
    floor.scan(DOCK, floor.purchase(RED=5))
    for _ in range(2):
        floor.scan(DOCK, SYMBOL)
    floor.weigh(DOCK, WEIGHTS_MG[0])
    assert floor.problem(DOCK).lines[0] == "Set it aside."
    assert floor.rows("SELECT COUNT(*) AS n FROM new_item") == [{"n": 0}]


def test_a_form_that_makes_no_sku_is_refused_in_words(floor: StockedFloor) -> None:
    with pytest.raises(RefusedItem, match="Expected the GTIN of an item that was weighed"):
        floor.call(lambda tx: new_items.make_item(tx, form(floor), "Ben"))
    floor.scan(DOCK, floor.purchase(RED=5))
    weigh_all(floor)
    with pytest.raises(RefusedItem, match="Code: 'RED' is another item's"):
        floor.call(lambda tx: new_items.make_item(tx, form(floor, code="RED"), "Ben"))
    with pytest.raises(RefusedItem, match="Supplier: expected one of"):
        floor.call(lambda tx: new_items.make_item(tx, form(floor, supplier="Nobody"), "Ben"))

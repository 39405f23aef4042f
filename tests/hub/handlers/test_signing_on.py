"""Induction: a badge, a cart, a tote for each order, and then the lights."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.contract.events import SymbolScanned
from hub.handlers import forcing
from tests.hub.stocked_floor import StockedFloor

BENCH = "induct-1"


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[StockedFloor]:
    floor = StockedFloor(tmp_path)
    floor.order("A", RED=3)
    floor.order("B", GREEN=2)
    yield floor
    floor.close()


def test_a_picker_signs_on_takes_a_cart_and_loads_a_tote_for_each_order(floor: StockedFloor) -> None:
    assert floor.prompt(BENCH).title == "Scan your badge"
    assert floor.scan(BENCH, "BADGE-ana").title == "Ana: scan a cart"
    shown = floor.scan(BENCH, "CART-2")
    assert (shown.title, shown.lines[0]) == ("Ana: tote for A", "CART-2")
    assert floor.scan(BENCH, "TOTE-0007").title == "Ana: tote for B"
    assert floor.scan(BENCH, "TOTE-0003").title == "Scan your badge"
    assert floor.rows(
        "SELECT l.position, p.name, o.ref, l.state FROM tote_load l JOIN location p ON p.id = l.tote_id"
        " JOIN customer_order o ON o.id = l.order_id ORDER BY l.id"
    ) == [
        {"position": "A", "name": "TOTE-0007", "ref": "A", "state": "picking"},
        {"position": "B", "name": "TOTE-0003", "ref": "B", "state": "picking"},
    ]
    assert floor.rows("SELECT state, cart, operator_id, inducted_us FROM batch") == [
        {"state": "picking", "cart": "CART-2", "operator_id": 1, "inducted_us": floor.clock_us}
    ]
    assert floor.sound()


@pytest.mark.parametrize("symbol", ["BADGE-dev", "BADGE-nobody", "CART-1", "TOTE-0001", ""])
def test_only_a_pickers_badge_signs_on(floor: StockedFloor, symbol: str) -> None:
    shown = floor.scan(BENCH, symbol)
    assert (shown.title, shown.lines) == ("Scan your badge", (f"'{symbol}' is not a picker's badge.",))


@pytest.mark.parametrize("symbol", ["CART-7", "TOTE-0001", "BADGE-ben"])
def test_only_a_cart_of_the_site_is_a_cart(floor: StockedFloor, symbol: str) -> None:
    floor.scan(BENCH, "BADGE-ana")
    shown = floor.scan(BENCH, symbol)
    assert (shown.title, shown.lines) == ("Ana: scan a cart", (f"'{symbol}' is not a cart.",))
    assert floor.line("A") == {"promised": 3}


@pytest.mark.parametrize("symbol", ["CART-2", "bay-01/03", "TOTE-9999", "stage"])
def test_only_a_tote_is_a_tote(floor: StockedFloor, symbol: str) -> None:
    floor.load_cart()
    shown = floor.scan(BENCH, symbol)
    assert (shown.title, shown.lines[1]) == (
        "Ana: tote for A",
        f"'{symbol}' is not a tote. Ana is still loading CART-1.",
    )


def test_a_label_that_is_read_again_says_so(floor: StockedFloor) -> None:
    floor.scan(BENCH, "BADGE-ana")
    shown = floor.scan(BENCH, "BADGE-ana")
    assert (shown.title, shown.lines) == ("Ana: scan a cart", ("Your badge is read already.",))
    floor.scan(BENCH, "CART-1")
    shown = floor.scan(BENCH, "CART-1")
    assert (shown.title, shown.lines[1]) == ("Ana: tote for A", "CART-1 is taken already.")


def test_one_tote_is_not_loaded_twice(floor: StockedFloor) -> None:
    floor.load_cart("TOTE-0001")
    shown = floor.scan(BENCH, "TOTE-0001")
    assert (shown.title, shown.lines[1]) == ("Ana: tote for B", "TOTE-0001 is in use.")


def test_a_tote_with_something_left_in_it_is_in_use(floor: StockedFloor) -> None:
    floor.load_cart("TOTE-0001", "TOTE-0002")
    floor.pick_all()
    floor.order("C", RED=1)
    assert floor.load_cart("TOTE-0002").lines[1] == "TOTE-0002 is in use."


def test_a_cart_is_with_one_picker_at_a_time(floor: StockedFloor) -> None:
    floor.load_cart("TOTE-0001", "TOTE-0002")
    floor.order("C", RED=1)
    floor.scan(BENCH, "BADGE-ben")
    shown = floor.scan(BENCH, "CART-1")
    assert shown.title == "Ben: scan a cart"
    assert shown.lines == ("CART-1 is with Ana: take another cart.",)
    assert floor.scan(BENCH, "CART-2").title == "Ben: tote for A"


def test_a_picker_with_lights_to_follow_gets_no_second_cart(floor: StockedFloor) -> None:
    floor.load_cart("TOTE-0001", "TOTE-0002")
    shown = floor.scan(BENCH, "BADGE-ana")
    assert (shown.title, shown.lines) == ("Scan your badge", ("Ana still has lights to follow.",))
    floor.pick_all()
    assert floor.scan(BENCH, "BADGE-ana").title == "Ana: scan a cart"


def test_where_nothing_waits_no_cart_is_loaded(floor: StockedFloor) -> None:
    floor.load_cart("TOTE-0001", "TOTE-0002")
    floor.scan(BENCH, "BADGE-ben")
    shown = floor.scan(BENCH, "CART-2")
    assert (shown.title, shown.lines) == ("Scan your badge", ("Nothing to pick now.",))


def test_a_cart_whose_tasks_were_taken_back_while_it_was_loaded_holds_nobody_up(floor: StockedFloor) -> None:
    floor.load_cart("TOTE-0001")
    assert floor.call(lambda tx: forcing.force_station(tx, "bay-01")) == 2
    assert floor.scan(BENCH, "TOTE-0002").title == "Scan your badge"
    assert floor.rows("SELECT state FROM batch") == [{"state": "delivered"}]
    assert floor.scan(BENCH, "BADGE-ana").title == "Ana: scan a cart"
    assert floor.scan("pack-1", "TOTE-0001").lines == ("TOTE-0001 is empty: its lines are picked again.",)
    assert floor.sound()


def test_a_scan_that_answers_an_old_question_changes_nothing(floor: StockedFloor) -> None:
    old = floor.prompt(BENCH).step
    floor.scan(BENCH, "BADGE-ana")
    before = floor.prompt(BENCH)
    floor.tell(BENCH, SymbolScanned(step=old, text="BADGE-ben", symbology="Code128", aim="]C1"))
    assert floor.prompt(BENCH) == before


def test_a_scan_that_the_network_doubles_loads_one_tote(floor: StockedFloor) -> None:
    floor.load_cart()
    asked = floor.prompt(BENCH)
    sent = floor.tell(BENCH, SymbolScanned(step=asked.step, text="TOTE-0001", symbology="Code128", aim="]C1"))
    floor.take(sent)
    assert floor.prompt(BENCH).title == "Ana: tote for B"
    assert len(floor.rows("SELECT id FROM tote_load WHERE tote_id IS NOT NULL")) == 1

"""Changing and holding orders of which a part is in work: what is on a cart, in a parcel or gone is not touched."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hub.domain.ordered_line import OrderedLine
from hub.handlers.asked import TooLate
from hub.handlers.change import Change, LineChange, change_order
from hub.handlers.holding import hold_order, let_go
from tests.hub.stocked_floor import StockedFloor


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[StockedFloor]:
    made = StockedFloor(tmp_path)
    yield made
    assert made.sound()
    made.close()


def change(floor: StockedFloor, *lines: tuple[int, int], added: tuple[OrderedLine, ...] = (), **more: Any) -> Any:
    wanted = Change(lines=tuple(LineChange(line=n, units=units) for n, units in lines), added=added, **more)
    return floor.call(lambda tx: change_order(tx, "A", wanted))


def on_a_cart(floor: StockedFloor) -> None:
    """Order A: 3 RED on a cart, and 20 BLUE of which none are there yet."""
    for bin_name in floor.bins_of("BLUE"):
        floor.stock(bin_name, "BLUE", 0)
    floor.order("A", RED=3, BLUE=20)
    floor.load_cart("TOTE-0001")


def test_units_on_a_cart_are_not_taken_away_and_those_that_wait_are(floor: StockedFloor) -> None:
    on_a_cart(floor)
    with pytest.raises(TooLate, match="line 1: expected at least 3 units, for so many are on carts"):
        change(floor, (1, 2), (2, 5))
    assert floor.line("A")["backordered"] == 20
    done = change(floor, (2, 5))
    assert (done.stage, done.promised, done.backordered) == ("in_work", 3, 5)
    assert change(floor, (1, 4)).promised == 4


def test_a_packed_parcel_keeps_its_address_and_fewer_units_may_still_wait(floor: StockedFloor) -> None:
    on_a_cart(floor)
    floor.pick_all()
    floor.scan("pack-1", "TOTE-0001")
    floor.check_items("pack-1", RED=3)
    floor.weigh("pack-1", floor.parcel_mg(RED=3))
    for wanted in ({"country": "Sweden"}, {"terms": {"priority": 1}}, {"added": (OrderedLine(sku="RED", units=1),)}):
        with pytest.raises(TooLate, match=r"Order A is packed: .* this one allows: fewer units, cancel, hold, let go"):
            change(floor, **wanted)
    assert change(floor, (2, 0)).stage == "packed"


def test_an_order_is_shipped_when_what_waited_is_taken_from_it(floor: StockedFloor) -> None:
    on_a_cart(floor)
    floor.pick_all()
    floor.scan("pack-1", "TOTE-0001")
    floor.check_items("pack-1", RED=3)
    floor.scan("pack-1", floor.weigh("pack-1", floor.parcel_mg(RED=3)).expected[0])
    assert change(floor, (2, 6)).stage == "partly_shipped"
    assert floor.rows("SELECT shipped_us FROM customer_order")[0]["shipped_us"] is None
    assert change(floor, (2, 0)).stage == "shipped"
    assert floor.rows("SELECT shipped_us FROM customer_order")[0]["shipped_us"] == floor.clock_us
    with pytest.raises(TooLate, match="Order A is shipped: it has left"):
        change(floor, (2, 1))


def test_a_hold_stops_what_waits_and_says_what_it_cannot_stop(floor: StockedFloor) -> None:
    on_a_cart(floor)
    held = floor.call(lambda tx: hold_order(tx, "A", "fraud"))
    assert (held.stage, held.in_work) == ("in_work", 3)
    for bin_name in floor.bins_of("BLUE"):
        floor.stock(bin_name, "BLUE", 20)
    floor.pick_all()
    floor.load_cart("TOTE-0002", cart="CART-2", badge="BADGE-ben")
    assert floor.tasks() == []
    assert floor.call(lambda tx: let_go(tx, "A")).hold == ""

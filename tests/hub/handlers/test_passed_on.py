"""Pick and pass: a cart goes from zone to zone, each picker follows the lights of their own, and nothing is lost."""

from collections.abc import Iterator

import pytest

from edge.contract.events import ConfirmationUndone, TaskReturned
from hub.handlers.cart_changes import CannotChange, hand_over, put_down_cart, recall_cart
from hub.handlers.desired import board
from hub.handlers.pick_trouble import NoSuch
from hub.storage import carts, legs
from hub.storage.verify import verify
from tests.hub.zoned_floor import ZonedFloor


@pytest.fixture
def floor() -> Iterator[ZonedFloor]:
    floor = ZonedFloor()
    yield floor
    assert floor.sound()
    floor.writer.close()


def begun(floor: ZonedFloor, **units: int) -> None:
    """Order A is on Ana's cart in zone A."""
    floor.order("A", **units)
    floor.sign_on("induct-1", "BADGE-ana", "CART-1", "TOTE-1")


def boards(floor: ZonedFloor) -> dict[str, str]:
    with floor.engine.begin() as connection:
        return {line.who: line.text for line in board(connection, floor.policy, floor.clock_us)}


def test_each_picker_sees_the_lights_of_their_own_zone_only(floor: ZonedFloor) -> None:
    begun(floor, RED=2, GREEN=3, GOLD=1)
    assert not floor.dark("bay-1") and floor.dark("bay-2", "bay-3")
    assert floor.line("A") == {"reserved": 6}
    assert floor.follow("bay-1") == ["blue"]
    assert floor.dark("bay-1", "bay-2", "bay-3")
    [cart] = floor.carts()
    assert (cart.zone, cart.picker, cart.open_tasks, cart.later) == ("B", "", 1, ("C",))
    assert boards(floor)["Ana"] == "bring CART-1 to zone B"


def test_the_next_picker_scans_the_cart_and_the_last_zone_sends_it_to_packing(floor: ZonedFloor) -> None:
    begun(floor, RED=2, GREEN=3, GOLD=1)
    floor.follow("bay-1")
    floor.sign_on("induct-2", "BADGE-bo", "CART-1")
    assert floor.follow("bay-2") == ["green"]
    floor.sign_on("induct-3", "BADGE-cy", "TOTE-1")
    assert floor.follow("bay-3") == ["purple"]
    assert floor.carts() == []
    assert boards(floor)["Cy"] == "bring 1 tote to packing"
    floor.packed("TOTE-1", RED=2, GREEN=3, GOLD=1)
    assert floor.line("A") == {"shipped": 6}


def test_zones_where_an_order_has_no_line_are_skipped(floor: ZonedFloor) -> None:
    begun(floor, RED=2, GOLD=1)
    floor.follow("bay-1")
    assert [cart.zone for cart in floor.carts()] == ["C"]
    assert "it goes to zone C" in " ".join(floor.sign_on("induct-2", "BADGE-bo", "CART-1").lines)


def test_a_picker_who_is_done_takes_another_cart_while_the_first_waits(floor: ZonedFloor) -> None:
    begun(floor, RED=2, GREEN=3)
    floor.follow("bay-1")
    floor.order("B", BLUE=1)
    assert "has nothing for zone C" in " ".join(floor.sign_on("induct-3", "BADGE-cy", "CART-1").lines)
    floor.sign_on("induct-1", "BADGE-ana", "CART-2", "TOTE-2")
    assert floor.follow("bay-1") == ["blue"]
    assert floor.line("B") == {"picked": 1}
    assert floor.line("A") == {"picked": 2, "reserved": 3}


def test_a_cart_begins_only_with_orders_that_have_something_in_the_zone(floor: ZonedFloor) -> None:
    floor.order("A", GREEN=1)
    assert "Nothing to pick now in zone A." in " ".join(floor.sign_on("induct-1", "BADGE-ana", "CART-1").lines)
    floor.order("B", RED=1)
    floor.sign_on("induct-1", "BADGE-ana", "CART-1", "TOTE-1")
    assert (floor.line("A"), floor.line("B")) == ({"promised": 1}, {"reserved": 1})


def test_a_cart_goes_first_to_the_zone_where_the_fewest_carts_wait(floor: ZonedFloor) -> None:
    begun(floor, RED=1, GREEN=1)
    floor.follow("bay-1")
    floor.order("B", BLUE=1, GREEN=1, GOLD=1)
    floor.sign_on("induct-1", "BADGE-ana", "CART-2", "TOTE-2")
    floor.follow("bay-1")
    assert [(cart.cart, cart.zone) for cart in floor.carts()] == [("CART-1", "B"), ("CART-2", "C")]


def test_whoever_has_its_picks_takes_a_cart_on_wherever_it_was_to_go_next(floor: ZonedFloor) -> None:
    begun(floor, RED=1, GREEN=1, GOLD=1)
    floor.follow("bay-1")
    floor.sign_on("induct-3", "BADGE-cy", "CART-1")
    assert floor.follow("bay-3") == ["purple"]
    [cart] = floor.carts()
    assert (cart.zone, cart.picker) == ("B", "")


def test_a_picker_says_their_zone_by_its_label_or_by_a_bay_and_it_is_kept(floor: ZonedFloor) -> None:
    floor.policy.zones.of_bench.clear()  # type: ignore[union-attr, attr-defined]
    floor.order("A", GREEN=1)
    assert floor.sign_on("induct-1", "BADGE-ana").title == "Ana: scan your zone"
    assert "no zone's label" in " ".join(floor.scan("induct-1", "CART-1").lines)
    assert floor.scan("induct-1", "bay-1/2").title == "Ana, zone A: scan a cart"
    assert floor.scan("induct-1", "ZONE-B").title == "Ana, zone B: scan a cart"
    floor.scan("induct-1", "CART-1")
    floor.scan("induct-1", "TOTE-1")
    floor.follow("bay-2")
    assert floor.sign_on("induct-1", "BADGE-ana").title == "Ana, zone B: scan a cart"


def test_a_picker_who_leaves_puts_the_cart_down_and_another_goes_on(floor: ZonedFloor) -> None:
    begun(floor, RED=2, BLUE=1, GREEN=1)
    floor.call(lambda tx: put_down_cart(tx, "CART-1"))
    assert floor.dark("bay-1", "bay-2")
    with pytest.raises(CannotChange, match="stands at a hand-over place already"):
        floor.call(lambda tx: put_down_cart(tx, "CART-1"))
    floor.sign_on("induct-1", "BADGE-bo", "CART-1")
    assert floor.follow("bay-1") == ["green", "green"]
    assert floor.line("A") == {"picked": 3, "reserved": 1}


def test_a_cart_that_is_picked_or_stands_may_be_handed_over_by_name(floor: ZonedFloor) -> None:
    begun(floor, RED=2, GREEN=1)
    floor.call(lambda tx: hand_over(tx, "CART-1", "BADGE-bo"))
    assert floor.follow("bay-1") == ["green"]
    assert floor.call(lambda tx: hand_over(tx, "CART-1", "BADGE-cy")) == 1
    assert floor.follow("bay-2") == ["purple"]
    assert floor.line("A") == {"picked": 3}


def test_a_zone_that_is_short_sends_the_cart_on_all_the_same(floor: ZonedFloor) -> None:
    begun(floor, RED=2, GREEN=3, GOLD=1)
    floor.follow("bay-1")
    floor.sign_on("induct-2", "BADGE-bo", "CART-1")
    floor.follow("bay-2", 1)
    assert floor.line("A") == {"picked": 3, "reserved": 1, "backordered": 2}
    assert [cart.zone for cart in floor.carts()] == ["C"]


def test_what_is_asked_back_is_answered_by_zones_that_the_cart_has_not_reached(floor: ZonedFloor) -> None:
    begun(floor, RED=2, GREEN=3)
    assert floor.call(lambda tx: recall_cart(tx, "CART-1")) == 2
    for row in floor.rows(
        "SELECT t.public, t.station, p.name AS bin FROM task t JOIN location p ON p.id = t.bin_id ORDER BY t.id DESC"
    ):
        floor.tell(row["station"], TaskReturned(task=row["public"], bin=row["bin"]))
    assert floor.line("A") == {"promised": 5}
    assert floor.carts() == []
    with floor.engine.begin() as connection:
        assert carts.user_of(connection, "CART-1") is None


def undo(floor: ZonedFloor, bay: str) -> None:
    [row] = floor.rows(
        "SELECT t.public, p.name AS bin, t.units_done FROM task t JOIN location p ON p.id = t.bin_id"
        f" WHERE t.state = 'done' AND t.station = '{bay}'"
    )
    floor.tell(bay, ConfirmationUndone(task=row["public"], bin=row["bin"], kind="pick", units=row["units_done"]))


def test_the_last_pick_of_a_zone_may_be_taken_back_until_somebody_has_the_cart(floor: ZonedFloor) -> None:
    begun(floor, RED=2, GREEN=3)
    floor.follow("bay-1")
    undo(floor, "bay-1")
    [cart] = floor.carts()
    assert (cart.zone, cart.picker, cart.later) == ("A", "Ana", ("B",))
    assert floor.follow("bay-1") == ["blue"]
    floor.sign_on("induct-2", "BADGE-bo", "CART-1")
    undo(floor, "bay-1")
    assert floor.line("A") == {"reserved": 3, "promised": 2}, "it is picked again with another cart"
    assert floor.follow("bay-2") == ["green"]


def test_a_cart_whose_zone_lost_its_picks_while_it_was_loaded_goes_to_the_next(floor: ZonedFloor) -> None:
    floor.order("A", RED=2, GREEN=1)
    floor.sign_on("induct-1", "BADGE-ana", "CART-1")
    floor.call(lambda tx: tx.connection.exec_driver_sql("UPDATE task SET state = 'recalled' WHERE station = 'bay-1'"))
    [row] = floor.rows("SELECT public FROM task WHERE station = 'bay-1'")
    floor.tell("bay-1", TaskReturned(task=row["public"], bin="bay-1/1"))
    floor.scan("induct-1", "TOTE-1")
    assert [(cart.zone, cart.picker) for cart in floor.carts()] == [("B", "")]


def test_a_picker_who_leaves_while_loading_gives_all_zones_their_stock_back(floor: ZonedFloor) -> None:
    floor.order("A", RED=2, GREEN=1)
    floor.sign_on("induct-1", "BADGE-ana", "CART-1")
    floor.problem("induct-1")
    assert floor.line("A") == {"promised": 3}
    with floor.engine.begin() as connection:
        assert legs.carts(connection) == []


def test_a_site_without_zones_puts_no_cart_down(floor: ZonedFloor) -> None:
    with pytest.raises(NoSuch):
        floor.call(lambda tx: put_down_cart(tx, "CART-9"))


@pytest.mark.parametrize(
    "broken",
    [
        "UPDATE leg SET state = 'waiting' WHERE state = 'picking'",
        "UPDATE batch SET operator_id = NULL",
        "UPDATE leg SET state = 'done' WHERE state = 'picking'",
    ],
)
def test_verify_names_a_cart_that_is_nowhere(broken: str) -> None:
    floor = ZonedFloor()
    begun(floor, RED=2, GREEN=1)
    floor.call(lambda tx: tx.connection.exec_driver_sql(broken).rowcount)
    with floor.engine.begin() as connection:
        assert [name for name, wrong in verify(connection).items() if wrong] == ["cart_is_somewhere"]
    floor.writer.close()

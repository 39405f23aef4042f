"""Release: promised units become reserved bins and tasks for the totes of one cart."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from hub.domain.loading import UNITS_PER_TASK_MAX
from hub.handlers.change import Change, change_order
from hub.handlers.policy import Policy
from hub.handlers.release import plan_batch
from hub.storage import places
from tests.hub.stocked_floor import DAY_US, TUESDAY_US, UNITS_A_BIN, StockedFloor


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[StockedFloor]:
    floor = StockedFloor(tmp_path)
    yield floor
    floor.close()


def plan(floor: StockedFloor, policy: Policy | None = None, cart: str = "CART-1") -> int | None:
    found: int | None = floor.call(
        lambda tx: plan_batch(tx, policy or floor.policy, station="induct-1", cart=cart, operator_id=1, colour="blue")
    )
    return found


def planned(floor: StockedFloor) -> list[tuple[str, str, str, int]]:
    """(position, SKU, bin, units) of the open picks."""
    return [(t["mark"], t["sku"], t["bin"], t["units"]) for t in floor.tasks()]


def test_nothing_to_pick_is_no_batch(floor: StockedFloor) -> None:
    assert plan(floor) is None
    assert floor.rows("SELECT * FROM batch") == []


def test_the_sites_policies_are_those_that_work_is_planned_by(floor: StockedFloor) -> None:
    file = floor.site.file
    policy = floor.policy
    assert (policy.cart_totes, policy.lights_ahead) == (file.cart_totes, file.lights_ahead)
    assert (policy.tote_mm3, policy.tote_mg) == (file.tote_volume_ml * 1_000, file.tote_weight_mg)
    assert policy.carts == floor.catalogue.totes.carts
    assert {c.name for c in policy.cartons} == {c.name for c in floor.catalogue.cartons}
    assert [s.name for s in policy.services] == [s.name for s in floor.catalogue.services]
    assert policy.bays == ("bay-01",)
    assert dict(policy.benches) == {"induct-1": "induct", "pack-1": "pack", "pack-2": "pack", "dock-1": "dock"}


def test_a_release_reserves_the_bin_and_the_promise_ends(floor: StockedFloor) -> None:
    floor.receive("A", ("RED", 3))
    assert plan(floor) is not None
    assert floor.line("A") == {"reserved": 3}
    assert (floor.at("bay-01/03"), floor.reserved("bay-01/03")) == ({"RED": UNITS_A_BIN}, 3)
    assert floor.rows("SELECT promised FROM promise") == [{"promised": 0}]
    task = floor.the_task()
    assert (task["mark"], task["colour"], task["units"]) == ("A", "blue", 3)
    assert floor.sound()


def test_what_is_reserved_is_not_planned_for_another_cart(floor: StockedFloor) -> None:
    floor.receive("A", ("RED", 3))
    plan(floor)
    assert plan(floor, cart="CART-2") is None


def test_each_order_has_its_own_tote_the_oldest_first(floor: StockedFloor) -> None:
    floor.receive("young", ("RED", 1), placed_us=TUESDAY_US)
    floor.receive("old", ("GREEN", 2), placed_us=TUESDAY_US - 1)
    plan(floor)
    assert planned(floor) == [("A", "GREEN", "bay-01/06", 2), ("B", "RED", "bay-01/03", 1)]


def test_a_cart_takes_as_many_totes_as_it_carries_and_the_rest_waits(floor: StockedFloor) -> None:
    for number in range(4):
        floor.receive(f"{number}", ("RED", 1), placed_us=TUESDAY_US + number)
    plan(floor, replace(floor.policy, cart_totes=3))
    assert [mark for mark, *_ in planned(floor)] == ["A", "B", "C"]
    assert floor.line("3") == {"promised": 1}
    plan(floor, replace(floor.policy, cart_totes=3), "CART-2")
    assert planned(floor)[3:] == [("A", "RED", "bay-01/03", 1)]


def test_an_order_too_large_for_a_tote_takes_several_and_what_finds_no_place_stays_promised(
    floor: StockedFloor,
) -> None:
    heavy = floor.catalogue.items["RED"].unit_mg * 4
    floor.receive("A", ("RED", 10))
    plan(floor, replace(floor.policy, cart_totes=2, tote_mg=heavy))
    assert planned(floor) == [("A", "RED", "bay-01/03", 4), ("B", "RED", "bay-01/03", 4)]
    assert floor.line("A") == {"reserved": 8, "promised": 2}
    plan(floor, replace(floor.policy, cart_totes=2, tote_mg=heavy), "CART-2")
    assert floor.line("A") == {"reserved": 10}
    assert floor.sound()


def leaves_complete(floor: StockedFloor, ref: str) -> None:
    floor.call(lambda tx: change_order(tx, ref, Change(terms={"ship_complete": True})))


def test_an_order_that_leaves_complete_waits_while_a_bin_of_it_is_counted(floor: StockedFloor) -> None:
    floor.receive("A", ("RED", 3), ("GOLD", 2))
    leaves_complete(floor, "A")
    gold = floor.bins_of("GOLD")
    for bin_name in gold:
        floor.call(lambda tx, name=bin_name: places.hold(tx, name))
    assert plan(floor) is None
    assert floor.tasks() == []
    floor.call(lambda tx: places.free(tx, gold[0]))
    assert plan(floor) is not None
    assert {sku: units for _, sku, _, units in planned(floor)} == {"RED": 3, "GOLD": 2}
    assert floor.sound()


def test_an_order_that_leaves_complete_waits_for_a_cart_with_room_for_all_of_it(floor: StockedFloor) -> None:
    policy = replace(floor.policy, cart_totes=2, tote_mg=floor.catalogue.items["RED"].unit_mg * 4)
    floor.receive("small", ("RED", 1), placed_us=TUESDAY_US)
    floor.receive("large", ("RED", 8), placed_us=TUESDAY_US + 1)
    leaves_complete(floor, "large")
    plan(floor, policy)
    assert (floor.line("small"), floor.line("large")) == ({"reserved": 1}, {"promised": 8})
    plan(floor, policy, "CART-2")
    assert floor.line("large") == {"reserved": 8}
    assert floor.sound()


def test_one_bin_that_has_everything_is_one_stop(floor: StockedFloor) -> None:
    one, other = floor.bins_of("BLUE")
    floor.stock(one, "BLUE", 5)
    floor.receive("A", ("BLUE", 15))
    plan(floor)
    assert planned(floor) == [("A", "BLUE", other, 15)]


def test_two_bins_are_visited_only_when_none_has_enough_the_fuller_first(floor: StockedFloor) -> None:
    one, other = floor.bins_of("BLUE")
    floor.stock(one, "BLUE", 12)
    floor.receive("A", ("BLUE", 25))
    plan(floor)
    assert planned(floor) == [("A", "BLUE", other, 20), ("A", "BLUE", one, 5)]
    assert floor.sound()


def test_the_lot_that_expires_first_goes_first(floor: StockedFloor) -> None:
    one, other = floor.bins_of("BLUE")
    floor.stock(one, "BLUE", 10, expiry_us=TUESDAY_US + 90 * DAY_US)
    floor.stock(other, "BLUE", 10, expiry_us=TUESDAY_US + 30 * DAY_US)
    floor.receive("A", ("BLUE", 4))
    plan(floor)
    assert planned(floor) == [("A", "BLUE", other, 4)]


def test_the_lot_that_expires_first_goes_first_even_where_it_costs_a_stop(floor: StockedFloor) -> None:
    one, other = floor.bins_of("BLUE")
    floor.stock(one, "BLUE", 20, expiry_us=TUESDAY_US + 90 * DAY_US)
    floor.stock(other, "BLUE", 3, expiry_us=TUESDAY_US + 30 * DAY_US)
    floor.receive("A", ("BLUE", 5))
    plan(floor)
    assert planned(floor) == [("A", "BLUE", other, 3), ("A", "BLUE", one, 2)]
    assert floor.sound()


def test_a_held_bin_is_not_reserved_and_its_order_waits(floor: StockedFloor) -> None:
    floor.receive("A", ("RED", 1))
    floor.receive("B", ("GREEN", 1))
    floor.call(lambda tx: tx.connection.exec_driver_sql("UPDATE location SET held = 1 WHERE name = 'bay-01/03'"))
    plan(floor)
    assert planned(floor) == [("A", "GREEN", "bay-01/06", 1)]
    assert floor.line("A") == {"promised": 1}


def test_no_tote_is_planned_for_units_that_another_line_of_the_order_takes(floor: StockedFloor) -> None:
    one, other = floor.bins_of("BLUE")
    floor.receive("A", ("BLUE", 20), ("BLUE", 20))
    floor.call(lambda tx: tx.connection.exec_driver_sql(f"UPDATE location SET held = 1 WHERE name = '{one}'"))
    half = floor.catalogue.items["BLUE"].unit_mg * 20
    plan(floor, replace(floor.policy, tote_mg=half))
    assert planned(floor) == [("A", "BLUE", other, 20)]
    assert floor.rows("SELECT position FROM tote_load") == [{"position": "A"}]
    assert floor.line("A") == {"reserved": 20, "promised": 20}
    assert floor.sound()


def test_more_than_a_display_shows_is_asked_for_in_parts(floor: StockedFloor) -> None:
    floor.stock("bay-01/03", "RED", 2_500)
    floor.receive("A", ("RED", 2_100))
    plan(floor, replace(floor.policy, tote_mm3=10**12, tote_mg=10**12))
    assert [units for *_, units in planned(floor)] == [UNITS_PER_TASK_MAX, UNITS_PER_TASK_MAX, 102]
    assert floor.line("A") == {"reserved": 2_100}
    assert floor.sound()


def test_two_carts_never_reserve_the_same_unit(floor: StockedFloor) -> None:
    for number in range(12):
        floor.receive(f"{number}", ("RED", 3), ("BLUE", 5), placed_us=TUESDAY_US + number)
    carts = 0
    while plan(floor, replace(floor.policy, cart_totes=2), f"CART-{carts + 1}") is not None:
        carts += 1
        assert floor.sound()
    assert carts == 4, "twelve orders find stock in eight totes: 20 RED for seven, 40 BLUE for eight"
    assert (floor.reserved("bay-01/03"), sum(floor.reserved(b) for b in floor.bins_of("BLUE"))) == (20, 40)
    [row] = floor.rows("SELECT SUM(reserved) AS reserved, SUM(backordered) AS lacking FROM order_line")
    assert row == {"reserved": 60, "lacking": 36}

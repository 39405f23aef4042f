"""Release where the site says how people walk: what goes together, in which order it is lit, and what a plan is worth
once it does not hold any more."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from edge.contract.state import BayDesired
from hub.domain.aisles import Aisles, Stop
from hub.domain.batching import after_tries
from hub.domain.floor_stops import FloorStops
from hub.handlers.cart_proposals import Proposals, propose, waiting_orders
from hub.handlers.policy import Policy
from hub.handlers.release import plan_batch
from hub.planning import Planner
from hub.storage.transaction import Tx
from tests.hub.stocked_floor import TUESDAY_US, StockedFloor

HOUR_US = 3_600_000_000


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[StockedFloor]:
    floor = StockedFloor(tmp_path)
    yield floor
    floor.close()


def two_aisles(floor: StockedFloor, *, cart_totes: int = 2) -> Policy:
    """RED and GREEN stand far down one aisle, BLUE and GOLD far down another."""
    far = {"RED": Stop(0, 8_000), "GREEN": Stop(0, 9_000), "BLUE": Stop(1, 8_000), "GOLD": Stop(1, 9_000)}
    stops = {name: stop for sku, stop in far.items() for name in floor.bins_of(sku)}
    aisles = Aisles(across_mm=(0, 4_000), cross_mm=(0,), depot=Stop(0, 0))
    return replace(floor.policy, cart_totes=cart_totes, floor=FloorStops(aisles=aisles, stops=stops))


def plan(floor: StockedFloor, policy: Policy, proposals: Proposals | None = None, cart: str = "CART-1") -> int | None:
    def go(tx: Tx) -> int | None:
        with_them = proposals or Proposals()
        return plan_batch(tx, policy, station="induct-1", cart=cart, operator_id=1, colour="blue", proposals=with_them)

    found: int | None = floor.call(go)
    return found


def proposed(floor: StockedFloor, policy: Policy) -> Proposals:
    assert policy.floor is not None
    with floor.engine.begin() as connection:
        orders = waiting_orders(connection, policy, policy.floor, site_id=floor.hub.site_id, now_us=floor.clock_us)
    assert orders is not None
    proposals = Proposals()
    proposals.put(propose(policy, policy.floor, orders, spent=after_tries(200), rng=np.random.default_rng(1)))
    return proposals


def on_cart(floor: StockedFloor, batch_id: int | None) -> list[str]:
    rows = floor.rows(
        "SELECT o.ref FROM tote_load l JOIN customer_order o ON o.id = l.order_id"
        f" WHERE l.batch_id = {batch_id} ORDER BY l.id"
    )
    return [row["ref"] for row in rows]


def four_orders(floor: StockedFloor) -> None:
    for number, (ref, sku) in enumerate((("A", "RED"), ("B", "BLUE"), ("C", "GREEN"), ("D", "GOLD"))):
        floor.receive(ref, (sku, 2), placed_us=TUESDAY_US + number)


def test_without_a_proposal_the_oldest_go_first(floor: StockedFloor) -> None:
    four_orders(floor)
    assert on_cart(floor, plan(floor, two_aisles(floor))) == ["A", "B"]


def test_the_oldest_goes_with_what_lies_in_its_aisle(floor: StockedFloor) -> None:
    four_orders(floor)
    policy = two_aisles(floor)
    proposals = proposed(floor, policy)
    assert on_cart(floor, plan(floor, policy, proposals)) == ["A", "C"]
    assert on_cart(floor, plan(floor, policy, proposals, "CART-2")) == ["B", "D"]
    assert floor.sound()


def test_an_order_that_was_taken_meanwhile_leaves_its_place_to_the_next_oldest(floor: StockedFloor) -> None:
    four_orders(floor)
    policy = two_aisles(floor)
    proposals = proposed(floor, policy)
    floor.call(lambda tx: tx.connection.exec_driver_sql("UPDATE customer_order SET hold = 'asked' WHERE ref = 'C'"))
    assert on_cart(floor, plan(floor, policy, proposals)) == ["A", "B"]
    assert floor.sound()


def test_a_more_urgent_order_waits_for_no_plan(floor: StockedFloor) -> None:
    four_orders(floor)
    policy = two_aisles(floor)
    proposals = proposed(floor, policy)
    floor.receive("late", ("GOLD", 1), placed_us=TUESDAY_US + 9)
    floor.call(
        lambda tx: tx.connection.exec_driver_sql(
            f"UPDATE customer_order SET ship_by_us = {floor.clock_us + HOUR_US} WHERE ref = 'late'"
        )
    )
    assert on_cart(floor, plan(floor, policy, proposals)) == ["late", "A"]


def test_priority_goes_before_age_and_before_what_is_due(floor: StockedFloor) -> None:
    four_orders(floor)
    floor.call(
        lambda tx: tx.connection.exec_driver_sql("UPDATE customer_order SET priority = 5 WHERE ref IN ('C', 'D')")
    )
    policy = two_aisles(floor)
    assert on_cart(floor, plan(floor, policy, proposed(floor, policy))) == ["C", "D"]


def test_an_order_on_hold_or_not_complete_is_not_released(floor: StockedFloor) -> None:
    floor.receive("held", ("RED", 1))
    floor.receive("whole", ("GREEN", 30))
    floor.receive("parts", ("GOLD", 41))
    floor.call(lambda tx: tx.connection.exec_driver_sql("UPDATE customer_order SET hold = 'asked' WHERE ref = 'held'"))
    floor.call(
        lambda tx: tx.connection.exec_driver_sql("UPDATE customer_order SET ship_complete = 1 WHERE ref = 'whole'")
    )
    assert set(on_cart(floor, plan(floor, two_aisles(floor)))) == {"parts"}


def test_the_lights_follow_each_other_along_the_route(floor: StockedFloor) -> None:
    floor.receive("A", ("GOLD", 1), ("RED", 1), ("BLUE", 1), ("GREEN", 1))
    policy = replace(two_aisles(floor), lights_ahead=1)
    plan(floor, policy)
    batch = floor.rows("SELECT id FROM batch")[0]["id"]
    floor.call(lambda tx: tx.connection.exec_driver_sql(f"UPDATE batch SET state = 'picking' WHERE id = {batch}"))
    walked = []
    floor.policy = policy
    while tasks := _lit(floor):
        [task] = tasks
        [row] = [t for t in floor.tasks() if t["public"] == task]
        walked.append(row["sku"])
        floor.call(
            lambda tx, public=task: tx.connection.exec_driver_sql(  # type: ignore[misc]
                f"UPDATE task SET state = 'void' WHERE public = '{public}'"
            )
        )
    aisles = ["RED" in walked[:2] and "GREEN" in walked[:2], "RED" in walked[2:] and "GREEN" in walked[2:]]
    assert sorted(walked) == ["BLUE", "GOLD", "GREEN", "RED"] and any(aisles)


def _lit(floor: StockedFloor) -> list[str]:
    shown = floor.desired("bay-01")
    assert isinstance(shown, BayDesired)
    return [task.task for task in shown.tasks]


def test_a_cart_that_was_planned_before_stays_before_at_a_bin_that_both_visit(floor: StockedFloor) -> None:
    policy = two_aisles(floor, cart_totes=1)
    floor.receive("A", ("GOLD", 1), ("RED", 1), placed_us=TUESDAY_US)
    floor.receive("B", ("RED", 1), ("GOLD", 1), placed_us=TUESDAY_US + 1)
    plan(floor, policy)
    plan(floor, policy, cart="CART-2")
    ranks = floor.rows("SELECT t.rank, l.batch_id FROM task t JOIN tote_load l ON l.id = t.load_id ORDER BY t.rank")
    assert [row["batch_id"] for row in ranks] == sorted(row["batch_id"] for row in ranks)
    assert len({row["rank"] for row in ranks}) == 4


def test_the_planner_plans_once_for_the_same_orders(floor: StockedFloor) -> None:
    four_orders(floor)
    policy = two_aisles(floor)
    proposals = Proposals()
    planner = Planner(
        floor.engine,
        policy,
        proposals,
        site_id=floor.hub.site_id,
        now_us=lambda: floor.clock_us,
        rng=np.random.default_rng(1),
    )
    assert (planner.plan(), planner.plan()) == (True, False)
    assert on_cart(floor, plan(floor, policy, proposals)) == ["A", "C"]
    assert planner.plan() is True


def test_a_site_that_does_not_say_how_people_walk_plans_nothing(floor: StockedFloor) -> None:
    four_orders(floor)
    policy = replace(floor.policy, floor=None)
    planner = Planner(
        floor.engine,
        policy,
        Proposals(),
        site_id=floor.hub.site_id,
        now_us=lambda: floor.clock_us,
        rng=np.random.default_rng(1),
    )
    assert planner.plan() is False
    plan(floor, policy)
    assert [row["rank"] == row["reserve_id"] for row in floor.rows("SELECT rank, reserve_id FROM task")] == [True] * 4

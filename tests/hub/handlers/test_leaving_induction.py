"""Induction can always be left: with the totes there are, or with none."""

import pytest

from edge.contract.events import WeightSettled
from tests.hub.played_benches import PlayedBenches


@pytest.fixture
def floor() -> PlayedBenches:
    floor = PlayedBenches()
    floor.order("A", RED=3)
    floor.order("B", RED=2, BLUE=1)
    return floor


def batches(floor: PlayedBenches) -> list[str]:
    return [row["state"] for row in floor.rows("SELECT state FROM batch ORDER BY id")]


def test_problem_before_the_first_tote_ends_the_session_and_gives_the_stock_back(floor: PlayedBenches) -> None:
    assert floor.load_cart().title == "Ana: tote for A"
    assert (floor.line("A"), floor.line("B")) == ({"reserved": 3}, {"reserved": 3})
    shown = floor.problem("induct-1")
    assert (shown.title, shown.lines) == ("Scan your badge", ("CART-1 is free again: nothing is picked with it.",))
    assert (floor.line("A"), floor.line("B"), batches(floor)) == ({"promised": 3}, {"promised": 3}, [])
    assert floor.sound()


def test_problem_after_some_totes_starts_those_and_the_rest_waits_for_another_cart(floor: PlayedBenches) -> None:
    floor.load_cart("TOTE-1")
    assert floor.problem("induct-1").title == "Scan your badge"
    assert (floor.line("A"), floor.line("B"), batches(floor)) == ({"reserved": 3}, {"promised": 3}, ["picking"])
    floor.pick_all()
    assert batches(floor) == ["delivered"]
    assert floor.load_cart("TOTE-2").title == "Scan your badge"
    floor.pick_all()
    assert (floor.line("A"), floor.line("B")) == ({"picked": 3}, {"picked": 3})
    assert floor.sound()


def test_no_tote_is_waited_for_that_was_left_out(floor: PlayedBenches) -> None:
    floor.load_cart("TOTE-1")
    floor.problem("induct-1")
    floor.pick_all()
    assert floor.rows("SELECT position, state FROM tote_load") == [{"position": "A", "state": "delivered"}]


def test_a_bin_that_gave_way_meanwhile_leaves_the_line_waiting_for_stock(floor: PlayedBenches) -> None:
    floor.load_cart("TOTE-1")
    # a wrong hand took all but one RED: the youngest reservations gave way
    floor.tell("bay-1", taken_unlit("bay-1/1", 19))
    floor.problem("induct-1")
    assert floor.line("B") == {"promised": 1, "backordered": 2}
    assert floor.facts_set_aside() == 0
    assert floor.sound()


def taken_unlit(bin_name: str, units: int) -> WeightSettled:
    return WeightSettled(
        bin=bin_name,
        cause="unlit",
        tasks=(),
        before_mg=2_000_000,
        after_mg=2_000_000 - 100_000 * units,
        units_confirmed=0,
        units_weighed=-units,
        sure=True,
    )


def test_another_badge_during_loading_is_told_who_loads_and_how_to_leave(floor: PlayedBenches) -> None:
    floor.load_cart("TOTE-1")
    shown = floor.scan("induct-1", "BADGE-bo")
    assert shown.lines[1] == "'BADGE-bo' is not a tote. Ana is still loading CART-1."
    assert "Problem" in shown.lines[-1]


def test_a_cart_in_use_is_refused(floor: PlayedBenches) -> None:
    floor.load_cart("TOTE-1", "TOTE-2")
    floor.order("C", BLUE=1)
    shown = floor.load_cart(badge="BADGE-bo", cart="CART-1")
    assert (shown.title, shown.lines) == ("Bo: scan a cart", ("CART-1 is with Ana: take another cart.",))
    assert floor.scan("induct-1", "CART-2").title == "Bo: tote for A"


def test_a_cart_is_free_again_when_its_totes_are_picked(floor: PlayedBenches) -> None:
    floor.load_cart("TOTE-1", "TOTE-2")
    floor.pick_all()
    floor.order("C", BLUE=1)
    assert floor.load_cart(badge="BADGE-bo", cart="CART-1").title == "Bo: tote for A"

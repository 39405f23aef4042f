"""Picks that were done by paper: booked once, with who took them, whatever the light says of them later."""

from collections.abc import Iterator
from typing import Any

import pytest

from edge.contract.events import UnitsPicked
from hub.handlers.forcing import force_station
from hub.handlers.paper import NoPick, ToldOtherwise, key_in
from hub.storage import paper
from tests.hub.played_benches import PlayedBenches

BAY, RED = "bay-1", "bay-1/1"


@pytest.fixture
def floor() -> Iterator[PlayedBenches]:
    floor = PlayedBenches()
    floor.order("A", RED=3)
    floor.load_cart("TOTE-1")
    yield floor
    assert floor.sound()
    floor.writer.close()


def the_pick(floor: PlayedBenches) -> dict[str, Any]:
    return floor.rows("SELECT id, public, state, units_done, by FROM task WHERE kind = 'pick' ORDER BY id")[0]


def key(floor: PlayedBenches, units: int, operator: str = "Ana") -> bool:
    number = the_pick(floor)["id"]
    again: bool = floor.call(lambda tx: key_in(tx, number, units, operator)).again
    return again


def light_says(floor: PlayedBenches, units: int) -> None:
    floor.tell(BAY, UnitsPicked(task=the_pick(floor)["public"], bin=RED, units=units, units_asked=3, by="button"))


def moved(floor: PlayedBenches) -> int:
    [row] = floor.rows(
        "SELECT COALESCE(SUM(b.on_hand), 0) AS n FROM balance b JOIN location l ON l.id = b.location_id"
        " WHERE l.name = 'TOTE-1'"
    )
    return int(row["n"])


def test_a_list_shows_the_open_picks_of_each_cart(floor: PlayedBenches) -> None:
    with floor.engine.begin() as connection:
        [cart] = paper.carts_out(connection)
    assert (cart.cart, cart.picker) == ("CART-1", "Ana")
    [pick] = cart.picks
    assert (pick.number, pick.bin, pick.sku, pick.units, pick.mark, pick.tote, pick.order) == (
        the_pick(floor)["id"], RED, "RED", 3, "A", "TOTE-1", "A",
    )  # fmt: skip


def test_what_is_keyed_is_booked_with_paper_and_who_took_it(floor: PlayedBenches) -> None:
    assert key(floor, 3) is False
    assert (floor.line("A"), moved(floor)) == ({"picked": 3}, 3)
    assert the_pick(floor)["by"] == "paper"
    [row] = floor.rows(
        "SELECT e.by, e.operator FROM transfer t JOIN evidence e ON e.id = t.evidence_id WHERE t.reason = 'pick'"
    )
    assert row == {"by": "paper", "operator": "Ana"}
    assert "scan an item" in floor.scan("pack-1", "TOTE-1").title


def test_twice_keyed_is_once(floor: PlayedBenches) -> None:
    assert (key(floor, 3), key(floor, 3, "Bo")) == (False, True)
    assert moved(floor) == 3
    with pytest.raises(ToldOtherwise, match="keyed as 3 by Ana, now as 2"):
        key(floor, 2)
    assert moved(floor) == 3


def test_fewer_is_a_short_pick_and_the_bin_is_counted(floor: PlayedBenches) -> None:
    key(floor, 1)
    assert floor.line("A") == {"picked": 1, "backordered": 2}
    assert floor.exceptions() == ["count_wanted"]


@pytest.mark.parametrize(("says", "open_ones"), [(3, []), (2, ["count_wanted"])])
def test_a_light_that_tells_the_same_pick_later_books_nothing_twice(
    floor: PlayedBenches, says: int, open_ones: list[str]
) -> None:
    key(floor, 3)
    light_says(floor, says)
    assert (floor.line("A"), moved(floor), floor.exceptions()) == ({"picked": 3}, 3, open_ones)


def test_what_a_light_has_confirmed_is_not_booked_by_paper(floor: PlayedBenches) -> None:
    light_says(floor, 3)
    with pytest.raises(ToldOtherwise, match="confirmed by its light with 3 of 3"):
        key(floor, 3)
    assert moved(floor) == 3


def test_a_pick_that_was_taken_back_and_done_by_paper_all_the_same_is_booked_as_it_happened(
    floor: PlayedBenches,
) -> None:
    floor.call(lambda tx: force_station(tx, BAY))
    assert (key(floor, 3), key(floor, 3)) == (False, True)
    assert moved(floor) == 3
    assert floor.exceptions() == ["count_wanted"]


def test_a_number_that_is_no_picks_is_refused(floor: PlayedBenches) -> None:
    with pytest.raises(NoPick, match="got T999"):
        floor.call(lambda tx: key_in(tx, 999, 1, "Ana"))

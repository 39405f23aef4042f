"""Parallel zones: parts of an order are picked at the same time and leave in one parcel, out of one cell of a wall."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from hub.handlers.consolidating import send_as_it_is
from hub.handlers.pick_trouble import NoSuch
from hub.storage import consolidations
from tests.hub.walled_floor import CELLS, WALL
from tests.hub.zoned_floor import ZonedFloor


@pytest.fixture
def floor() -> Iterator[ZonedFloor]:
    floor = ZonedFloor("parallel")
    yield floor
    assert floor.sound()
    floor.writer.close()


def two_parts(floor: ZonedFloor) -> None:
    """Order A is on Ana's cart for zone A and on Bo's for zone B."""
    floor.order("A", RED=2, GREEN=3)
    floor.sign_on("induct-1", "BADGE-ana", "CART-1", "TOTE-1")
    floor.sign_on("induct-2", "BADGE-bo", "CART-2", "TOTE-2")


def missing(floor: ZonedFloor) -> list[tuple[str, str, int]]:
    with floor.engine.begin() as connection:
        return [(part.where, part.place, part.units) for part in consolidations.missing(connection)]


def note(shown: object) -> str:
    return " ".join(shown.lines)  # type: ignore[attr-defined]


def test_two_zones_pick_one_order_at_the_same_time_on_two_carts(floor: ZonedFloor) -> None:
    floor.order("A", RED=2, GREEN=3)
    floor.sign_on("induct-1", "BADGE-ana", "CART-1", "TOTE-1")
    assert floor.line("A") == {"reserved": 2, "promised": 3}
    assert missing(floor) == [("picking", "bay-1", 2), ("waiting", "", 3)]
    floor.sign_on("induct-2", "BADGE-bo", "CART-2", "TOTE-2")
    assert floor.line("A") == {"reserved": 5}
    assert (floor.follow("bay-1"), floor.follow("bay-2")) == (["blue"], ["green"])
    assert missing(floor) == [("tote", "TOTE-1", 2), ("tote", "TOTE-2", 3)]
    assert floor.carts() == []


def test_the_parts_share_a_cell_and_leave_as_one_parcel_when_the_last_is_in(floor: ZonedFloor) -> None:
    two_parts(floor)
    floor.follow("bay-1")
    assert "TOTE-1 has a part of order A: take it to wall-1." in note(floor.scan("pack-1", "TOTE-1"))
    floor.take_to_wall("TOTE-1", "RED")
    assert floor.signs() == {}, "it waits for its other part"
    assert "waits for 3 to pick at bay-2 (CART-2)" in note(floor.scan("pack-1", CELLS[0]))
    floor.follow("bay-2")
    floor.take_to_wall("TOTE-2", "GREEN")
    assert floor.at(CELLS[0]) == {"RED": 2, "GREEN": 3}
    assert floor.signs() == {CELLS[0]: "DONE"}
    floor.packed(CELLS[0], RED=2, GREEN=3)
    assert floor.line("A") == {"shipped": 5}
    assert floor.rows("SELECT COUNT(*) AS n FROM parcel") == [{"n": 1}]
    assert floor.rows("SELECT * FROM cell_load") == floor.rows("SELECT * FROM consolidation") == []


def test_a_part_that_is_short_keeps_the_others_from_nothing(floor: ZonedFloor) -> None:
    two_parts(floor)
    floor.follow("bay-1")
    floor.take_to_wall("TOTE-1", "RED")
    floor.follow("bay-2", 1)
    floor.take_to_wall("TOTE-2", "GREEN")
    assert floor.line("A") == {"picked": 3, "backordered": 2}
    assert floor.signs() == {CELLS[0]: "DONE"}
    floor.packed(CELLS[0], RED=2, GREEN=1)
    assert floor.line("A") == {"shipped": 3, "backordered": 2}


def test_a_part_of_which_nothing_was_there_leaves_the_cell_complete_at_once(floor: ZonedFloor) -> None:
    two_parts(floor)
    floor.follow("bay-1")
    floor.take_to_wall("TOTE-1", "RED")
    floor.follow("bay-2", 0)
    assert floor.signs() == {CELLS[0]: "DONE"}
    floor.packed(CELLS[0], RED=2)
    assert floor.line("A") == {"shipped": 2, "backordered": 3}


def test_an_order_of_one_zone_is_packed_from_its_tote_as_ever(floor: ZonedFloor) -> None:
    floor.order("A", RED=2, BLUE=1)
    floor.sign_on("induct-1", "BADGE-ana", "CART-1", "TOTE-1")
    floor.follow("bay-1")
    floor.packed("TOTE-1", RED=2, BLUE=1)
    assert floor.line("A") == {"shipped": 3}


def test_what_is_served_later_after_all_is_packed_by_itself(floor: ZonedFloor) -> None:
    floor.order("A", RED=2, GREEN=3)
    floor.sign_on("induct-1", "BADGE-ana", "CART-1", "TOTE-1")
    floor.follow("bay-1")
    floor.take_to_wall("TOTE-1", "RED")
    floor.call(lambda tx: send_as_it_is(tx, "A", "Kari"))
    assert floor.signs() == {CELLS[0]: "DONE"}
    floor.packed(CELLS[0], RED=2)
    floor.sign_on("induct-2", "BADGE-bo", "CART-2", "TOTE-2")
    floor.follow("bay-2")
    floor.packed("TOTE-2", GREEN=3)
    assert floor.line("A") == {"shipped": 5}
    with pytest.raises(NoSuch, match="whose parts come together at a wall, got 'A'"):
        floor.call(lambda tx: send_as_it_is(tx, "A", "Kari"))


def test_a_part_that_is_out_when_the_rest_was_sent_goes_to_packing(floor: ZonedFloor) -> None:
    two_parts(floor)
    floor.follow("bay-1")
    floor.take_to_wall("TOTE-1", "RED")
    floor.call(lambda tx: send_as_it_is(tx, "A", "Kari"))
    floor.packed(CELLS[0], RED=2)
    floor.follow("bay-2")
    floor.packed("TOTE-2", GREEN=3)
    assert floor.line("A") == {"shipped": 5}
    assert floor.rows("SELECT COUNT(*) AS n FROM parcel") == [{"n": 2}]


def test_an_order_waits_for_a_cell_before_its_parts_are_released(floor: ZonedFloor) -> None:
    floor.call(
        lambda tx: (
            tx.connection.execute(
                text("UPDATE location SET kind = 'dock' WHERE kind = 'cell' AND name <> 'wall-1/1'")
            ).rowcount
        )
    )
    for ref in ("A", "B"):
        floor.order(ref, RED=1, GREEN=1)
    floor.sign_on("induct-1", "BADGE-ana", "CART-1", "TOTE-1")
    assert (floor.line("A"), floor.line("B")) == ({"reserved": 1, "promised": 1}, {"promised": 2})


def test_parts_that_share_a_tote_are_sorted_into_the_cells_of_their_orders() -> None:
    floor = ZonedFloor("parallel", wall_order_units_max=6, wall_tote_orders_max=2)
    for ref in ("A", "B"):
        floor.order(ref, RED=1, GREEN=1)
    floor.sign_on("induct-1", "BADGE-ana", "CART-1", "TOTE-1")
    floor.sign_on("induct-2", "BADGE-bo", "CART-2", "TOTE-2")
    floor.follow("bay-1")
    floor.follow("bay-2")
    floor.take_to_wall("TOTE-1", "RED")
    floor.take_to_wall("TOTE-2", "GREEN")
    assert [floor.at(cell) for cell in CELLS[:2]] == [{"RED": 1, "GREEN": 1}] * 2
    for cell in CELLS[:2]:
        floor.packed(cell, RED=1, GREEN=1)
    assert floor.line("A") == floor.line("B") == {"shipped": 2}
    assert floor.sound()
    floor.writer.close()


def test_cells_that_parts_will_need_are_given_to_no_other_order() -> None:
    floor = ZonedFloor("parallel", wall_order_units_max=1, wall_tote_orders_max=2)
    for ref in ("A", "B"):
        floor.order(ref, GREEN=2, GOLD=2)
    floor.sign_on("induct-2", "BADGE-bo", "CART-2", "TOTE-2", "TOTE-3")
    assert floor.line("A") == floor.line("B") == {"reserved": 2, "promised": 2}
    for ref in ("C", "D", "E", "F"):
        floor.order(ref, RED=1)
    floor.sign_on("induct-1", "BADGE-ana", "CART-1", "TOTE-1", "TOTE-4")
    floor.follow("bay-1")
    assert note(floor.scan("sort-1", "TOTE-1")) != ""
    floor.sort_item("RED")
    floor.confirm("sort-1")
    assert "wall-1 is full: 0 cells are free, TOTE-4 wants 2." in note(floor.scan("sort-1", "TOTE-4"))
    floor.follow("bay-2")
    floor.scan("sort-1", "TOTE-2")
    assert "scan an item" in floor.prompt("sort-1").title, "parts find theirs"
    assert floor.sound()
    floor.writer.close()


def test_a_wall_that_orders_come_together_at_is_the_only_one_for_their_parts(floor: ZonedFloor) -> None:
    two_parts(floor)
    floor.follow("bay-1")
    assert floor.rows("SELECT wall FROM consolidation") == [{"wall": WALL}]
    assert "comes together at wall-1" in note(floor.scan("sort-2", "TOTE-1"))


def test_a_tote_that_comes_to_the_wall_without_its_goods_strands_nothing(floor: ZonedFloor) -> None:
    two_parts(floor)
    floor.follow("bay-1")
    floor.follow("bay-2")
    floor.take_to_wall("TOTE-1", "RED")
    floor.scan("sort-1", "TOTE-2")
    floor.problem("sort-1")
    floor.confirm("sort-1")
    assert floor.line("A") == {"picked": 2, "promised": 3}
    assert missing(floor) == [("waiting", "", 3)]
    floor.sign_on("induct-2", "BADGE-bo", "CART-2", "TOTE-2")
    floor.follow("bay-2")
    floor.take_to_wall("TOTE-2", "GREEN")
    floor.packed(CELLS[0], RED=2, GREEN=3)
    assert floor.line("A") == {"shipped": 5}

"""A pick taken back when its units have been sorted already, or are about to be."""

import pytest

from edge.contract.events import ConfirmationUndone
from tests.hub.walled_floor import WalledFloor


@pytest.fixture
def floor() -> WalledFloor:
    return WalledFloor()


def undo_the_pick(floor: WalledFloor, ref: str, sku: str) -> None:
    [pick] = [
        row
        for row in floor.rows(
            "SELECT t.public, b.name AS bin, t.units, o.ref, s.code FROM task t JOIN location b ON b.id = t.bin_id"
            " JOIN sku s ON s.id = t.sku_id JOIN order_line l ON l.id = t.line_id"
            " JOIN customer_order o ON o.id = l.order_id WHERE t.kind = 'pick' AND t.state = 'done'"
        )
        if (row["ref"], row["code"]) == (ref, sku)
    ]
    undone = ConfirmationUndone(task=pick["public"], bin=pick["bin"], kind="pick", units=pick["units"])
    floor.tell("bay-1", undone)


def test_a_pick_taken_back_after_its_units_went_into_a_cell_leaves_them_there_for_who_packs(floor: WalledFloor) -> None:
    floor.scan("sort-1", floor.shared_tote(A={"RED": 2, "BLUE": 1}, B={"RED": 1, "BLUE": 2}))
    floor.sort_item("RED")
    cell = floor.cell_of("A")
    undo_the_pick(floor, "A", "RED")
    assert floor.at(cell) == {"RED": 2} and floor.line("A") == {"picked": 3} and floor.sound()
    floor.sort_item("BLUE")
    floor.confirm("sort-1")
    assert floor.signs()[cell] == "DONE"
    assert floor.packed(cell, RED=2, BLUE=1).title
    assert floor.line("A") == {"shipped": 3}
    assert not floor.rows("SELECT * FROM fact WHERE state <> 'applied'") and floor.sound()


def test_a_pick_taken_back_before_its_units_were_sorted_is_missing_in_the_tote_and_picked_again(
    floor: WalledFloor,
) -> None:
    floor.scan("sort-1", floor.shared_tote(A={"RED": 2, "BLUE": 1}, B={"RED": 1}))
    undo_the_pick(floor, "A", "RED")
    assert floor.at("TOTE-1") == {"RED": 1, "BLUE": 1}
    assert floor.line("A") == {"picked": 1, "promised": 2} and floor.sound()
    assert floor.prompt("sort-1").lines == ("1 x blue", "1 x red")

"""Small orders share a tote, and are sorted at a wall into cells, out of which they are packed."""

import pytest

from edge.contract.events import AlarmCleared, AlarmRaised, UnitsPicked, UnitsPutAway
from hub.handlers import forcing
from hub.handlers.desired import board
from tests.hub.walled_floor import CELLS, WALL, WalledFloor


@pytest.fixture
def floor() -> WalledFloor:
    return WalledFloor()


def two_orders(floor: WalledFloor) -> str:
    """A wants 2 RED and 1 BLUE, B wants 1 RED."""
    return floor.shared_tote(A={"RED": 2, "BLUE": 1}, B={"RED": 1})


def at_the_wall(floor: WalledFloor) -> None:
    floor.scan("sort-1", two_orders(floor))


def test_small_orders_share_a_tote_and_a_large_one_has_its_own(floor: WalledFloor) -> None:
    floor.order("A", RED=2)
    floor.order("LARGE", RED=7)
    floor.order("B", BLUE=3)
    assert floor.load_cart("TOTE-1").title == "Ana: tote for B"
    floor.scan("induct-1", "TOTE-2")
    rows = floor.rows(
        "SELECT o.ref, l.position, p.name FROM tote_load l JOIN customer_order o ON o.id = l.order_id"
        " JOIN location p ON p.id = l.tote_id ORDER BY l.position, o.ref"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("A", "A", "TOTE-1"), ("B", "A2", "TOTE-1"), ("LARGE", "B", "TOTE-2"),
    ]  # fmt: skip
    assert {(row["mark"], row["units"]) for row in floor.rows("SELECT mark, units FROM task")} == {
        ("A", 2), ("A", 3), ("B", 7),
    }  # fmt: skip


def test_without_the_policy_every_order_has_a_tote_of_its_own() -> None:
    floor = WalledFloor(wall_order_units_max=0)
    floor.order("A", RED=1)
    floor.order("B", RED=1)
    assert floor.load_cart("TOTE-1").title == "Ana: tote for B"


def test_no_more_orders_share_a_tote_than_the_policy_says() -> None:
    floor = WalledFloor(wall_tote_orders_max=2)
    for ref in "ABC":
        floor.order(ref, RED=1)
    assert floor.load_cart("TOTE-1").title == "Ana: tote for B"


def test_orders_share_a_tote_only_as_far_as_they_fit_into_it() -> None:
    floor = WalledFloor(tote_mg=500_000)
    for ref in "AB":
        floor.order(ref, RED=3)
    assert floor.load_cart("TOTE-1").title == "Ana: tote for B"


def test_when_all_totes_are_taken_small_orders_still_find_room_in_the_shared_one() -> None:
    floor = WalledFloor(cart_totes=2)
    floor.order("A", RED=1)
    floor.order("LARGE", RED=7)
    floor.order("LARGER", BLUE=8)
    floor.order("B", RED=1)
    floor.load_cart("TOTE-1", "TOTE-2")
    refs = floor.rows("SELECT o.ref FROM tote_load l JOIN customer_order o ON o.id = l.order_id ORDER BY o.ref")
    assert [row["ref"] for row in refs] == ["A", "B", "LARGE"]


def test_a_cart_that_leaves_without_the_shared_tote_gives_all_its_orders_back(floor: WalledFloor) -> None:
    floor.order("A", RED=1)
    floor.order("B", BLUE=1)
    floor.load_cart()
    floor.problem("induct-1")
    assert floor.line("A") == floor.line("B") == {"promised": 1}
    assert floor.rows("SELECT * FROM tote_load") == [] and floor.sound()


def test_a_shared_tote_is_not_packed_but_sent_to_the_wall(floor: WalledFloor) -> None:
    tote = two_orders(floor)
    assert floor.scan("pack-1", tote).lines == (f"{tote} is for 2 orders: take it to the wall.",)


def test_the_board_says_where_which_tote_goes(floor: WalledFloor) -> None:
    two_orders(floor)
    floor.picked_tote("LARGE", tote="TOTE-2", RED=7)
    with floor.engine.begin() as connection:
        said = {line.who: line.text for line in board(connection)}
    assert said["Ana"] == "bring 1 tote to packing, 1 tote to the wall"


def test_a_scanned_item_lights_the_cells_of_all_orders_that_need_it(floor: WalledFloor) -> None:
    at_the_wall(floor)
    shown = floor.prompt("sort-1")
    assert shown.title == "TOTE-1: scan an item (4 to go)" and shown.lines == ("1 x blue", "3 x red")
    shown = floor.scan("sort-1", floor.symbol("RED"))
    assert shown.title == "3 x red: follow the yellow lights" and shown.ask == "nothing"
    lit = {(task.bin, task.kind, task.units, task.colour, task.mark) for task in floor.wall().tasks}
    assert lit == {("wall-1/1", "put", 2, "yellow", "P"), ("wall-1/2", "put", 1, "yellow", "P")}
    assert {(content.bin, content.sku) for content in floor.wall().bins} == {(cell, "RED") for cell in CELLS}


def test_a_confirmed_put_is_in_the_cell_and_a_complete_cell_turns_green_before_its_tote_is_empty(
    floor: WalledFloor,
) -> None:
    at_the_wall(floor)
    floor.scan("sort-1", floor.symbol("RED"))
    floor.put("wall-1/2")
    assert floor.at("wall-1/2") == {"RED": 1} and floor.at("TOTE-1") == {"RED": 2, "BLUE": 1}
    assert floor.signs() == {"wall-1/2": "DONE"}
    assert floor.prompt("sort-1").ask == "nothing"
    floor.put("wall-1/1")
    assert floor.prompt("sort-1").title == "TOTE-1: scan an item (1 to go)"
    assert floor.line("A") == {"picked": 3} and floor.sound()


def test_a_sorted_tote_is_free_and_each_cell_becomes_the_parcel_of_its_order(floor: WalledFloor) -> None:
    floor.sorted_tote(A={"RED": 2, "BLUE": 1}, B={"RED": 1})
    assert floor.signs() == {"wall-1/1": "DONE", "wall-1/2": "DONE"} and floor.at("TOTE-1") == {}
    assert floor.prompt("sort-1").title == "Scan a tote"
    floor.order("NEXT", RED=7)
    assert floor.load_cart("TOTE-1").lines == ()
    floor.pick_all()
    assert floor.scan("pack-1", "wall-1/1").title == "wall-1/1 (A): scan an item (2 to go)"
    assert floor.signs() == {"wall-1/1": "PACK", "wall-1/2": "DONE"}
    assert "wall-1/1" not in {content.bin for content in floor.wall().bins}
    floor.check_items("pack-1", RED=2, BLUE=1)
    shown = floor.weigh("pack-1", 400_000)
    assert floor.signs() == {"wall-1/2": "DONE"} and floor.at("wall-1/1") == {}
    floor.scan("pack-1", shown.expected[0])
    floor.packed("wall-1/2", RED=1)
    assert floor.line("A") == {"shipped": 3} and floor.line("B") == {"shipped": 1}
    assert floor.rows("SELECT * FROM cell_load") == [] and floor.exceptions() == [] and floor.sound()


def test_a_freed_cell_is_another_orders(floor: WalledFloor) -> None:
    floor.sorted_tote(A={"RED": 2}, B={"RED": 1})
    floor.packed("wall-1/1", RED=2)
    floor.shared_tote("TOTE-2", C={"BLUE": 1}, D={"BLUE": 2})
    floor.scan("sort-1", "TOTE-2")
    assert (floor.cell_of("C"), floor.cell_of("D")) == ("wall-1/1", "wall-1/3")


def test_a_cell_that_is_not_complete_is_not_packed(floor: WalledFloor) -> None:
    at_the_wall(floor)
    floor.sort_item("RED")
    assert floor.scan("pack-1", "wall-1/1").lines == ("wall-1/1 (A) is not complete: take what is green.",)
    assert floor.scan("pack-1", "wall-1/4").lines == ("wall-1/4 has nothing to pack.",)


@pytest.mark.parametrize(
    ("tote", "words"),
    [
        ("TOTE-9", "'TOTE-9' is not a tote."),
        ("wall-1/1", "'wall-1/1' is not a tote."),
        ("TOTE-5", "TOTE-5 has nothing to sort."),
    ],
)
def test_what_is_no_tote_to_sort_is_refused(floor: WalledFloor, tote: str, words: str) -> None:
    assert floor.scan("sort-1", tote).lines == (words,)


def test_a_tote_of_one_order_is_sent_to_packing(floor: WalledFloor) -> None:
    tote = floor.picked_tote("A", RED=2)
    assert floor.scan("sort-1", tote).lines == (f"{tote} is for one order: take it to packing.",)


def test_a_tote_waits_for_its_picks(floor: WalledFloor) -> None:
    floor.order("A", RED=1)
    floor.order("B", BLUE=1)
    floor.load_cart("TOTE-1")
    assert floor.scan("sort-1", "TOTE-1").lines == ("TOTE-1 waits for 2 picks at bay-1.",)


def test_a_tote_is_sorted_at_one_wall_only(floor: WalledFloor) -> None:
    at_the_wall(floor)
    assert floor.scan("sort-2", "TOTE-1").lines == ("TOTE-1 is being sorted at sort-1: bring it there.",)


def test_a_sorted_tote_that_is_scanned_again_has_nothing_to_sort(floor: WalledFloor) -> None:
    floor.sorted_tote(A={"RED": 2}, B={"RED": 1})
    assert floor.scan("sort-1", "TOTE-1").lines == ("TOTE-1 has nothing to sort.",)


def test_a_tote_waits_while_the_wall_is_full(floor: WalledFloor) -> None:
    floor.sorted_tote(A={"RED": 1}, B={"RED": 1}, C={"RED": 1})
    floor.shared_tote("TOTE-2", D={"BLUE": 1}, E={"BLUE": 1})
    refused = "wall-1 is full: 1 cells are free, TOTE-2 wants 2. Set it aside until some are."
    assert floor.scan("sort-1", "TOTE-2").lines == (refused,)
    assert floor.at("TOTE-2") == {"BLUE": 2}
    floor.packed("wall-1/1", RED=1)
    assert floor.scan("sort-1", "TOTE-2").title == "TOTE-2: scan an item (2 to go)"


def test_an_item_of_no_order_goes_into_the_put_back_tote_and_home_by_light(floor: WalledFloor) -> None:
    floor.scan("sort-1", floor.shared_tote(A={"RED": 1}, B={"RED": 1}))
    assert floor.scan("sort-1", floor.symbol("BLUE")).title == "No order here needs blue"
    assert floor.exceptions() == ["wrong_item"]
    assert floor.count("sort-1", 1).title == "TOTE-1: scan an item (2 to go)"
    assert floor.at("putback") == {"BLUE": 1} and floor.at("astray") == {"BLUE": -1}
    assert floor.rows("SELECT station FROM task WHERE kind = 'put'") == [{"station": "bay-1"}]
    floor.sort_item("RED")
    floor.confirm("sort-1")
    assert floor.exceptions() == [] and floor.sound()


def test_more_of_an_item_than_any_order_needs_is_put_back(floor: WalledFloor) -> None:
    floor.scan("sort-1", floor.shared_tote(A={"RED": 1}, B={"RED": 1}))
    floor.sort_item("RED")
    assert floor.prompt("sort-1").title == "TOTE-1 is sorted. Is it empty?"
    assert floor.scan("sort-1", floor.symbol("RED")).title == "No order here needs red"
    assert floor.count("sort-1", 1).title == "TOTE-1 is sorted. Is it empty?"
    assert floor.at("putback") == {"RED": 1} and floor.exceptions() == [] and floor.sound()


def test_an_unknown_symbol_changes_nothing(floor: WalledFloor) -> None:
    at_the_wall(floor)
    assert floor.scan("sort-1", "BADGE-ana").lines[0] == "That is a badge, not an item."
    assert floor.scan("sort-1", "TOTE-1").lines[0] == "TOTE-1 is open already."
    assert floor.scan("sort-1", "no label of ours").lines[0] == "'no label of ours' is not an item."
    assert floor.scan("sort-1", "0000000000994").lines[0] == "Nobody knows the item 0000000000994."
    assert floor.prompt("sort-1").title == "TOTE-1: scan an item (4 to go)"


def test_what_a_tote_lacks_is_picked_again_and_its_cell_is_packed_with_what_came(floor: WalledFloor) -> None:
    at_the_wall(floor)
    floor.sort_item("RED")
    assert floor.problem("sort-1").title == "Is TOTE-1 empty?"
    floor.confirm("sort-1")
    assert floor.line("A") == {"picked": 2, "promised": 1}
    assert floor.at("TOTE-1") == {} and floor.at("astray") == {"BLUE": 1}
    assert floor.exceptions() == ["tote_short"] and floor.signs() == {"wall-1/1": "DONE", "wall-1/2": "DONE"}
    floor.packed("wall-1/1", RED=2)
    assert floor.line("A") == {"shipped": 2, "promised": 1} and floor.sound()


def test_an_order_of_which_nothing_came_frees_its_cell(floor: WalledFloor) -> None:
    floor.scan("sort-1", floor.shared_tote(A={"RED": 1}, B={"BLUE": 1}))
    floor.sort_item("RED")
    floor.problem("sort-1")
    floor.confirm("sort-1")
    assert floor.signs() == {"wall-1/1": "DONE"} and floor.line("B") == {"promised": 1}
    assert len(floor.rows("SELECT * FROM cell_load")) == 1 and floor.sound()


def test_a_tote_is_not_declared_empty_by_a_finger_that_pressed_problem_too_often(floor: WalledFloor) -> None:
    at_the_wall(floor)
    floor.problem("sort-1")
    assert floor.problem("sort-1").title == "TOTE-1: scan an item (4 to go)"
    assert floor.line("A") == {"picked": 3}


def test_an_order_of_which_nothing_was_picked_gets_no_cell(floor: WalledFloor) -> None:
    floor.order("A", RED=1)
    floor.order("B", BLUE=1)
    floor.load_cart("TOTE-1")
    for row in floor.rows("SELECT t.public, p.name FROM task t JOIN location p ON p.id = t.bin_id ORDER BY t.id"):
        units = 0 if row["name"] == "bay-1/2" else 1
        floor.tell("bay-1", UnitsPicked(task=row["public"], bin=row["name"], units=units, units_asked=1, by="button"))
    floor.scan("sort-1", "TOTE-1")
    assert len(floor.rows("SELECT * FROM cell_load")) == 1
    assert floor.sort_item("RED").title == "TOTE-1 is sorted. Is it empty?"
    floor.confirm("sort-1")
    assert floor.rows("SELECT state FROM tote_load ORDER BY id") == [{"state": "delivered"}, {"state": "packed"}]
    assert floor.sound()


def test_a_short_put_leaves_its_rest_to_be_scanned_again(floor: WalledFloor) -> None:
    at_the_wall(floor)
    floor.scan("sort-1", floor.symbol("RED"))
    floor.put("wall-1/2")
    floor.put("wall-1/1", units=1)
    shown = floor.prompt("sort-1")
    assert shown.title == "TOTE-1: scan an item (2 to go)" and "1 x red" in shown.lines
    floor.scan("sort-1", floor.symbol("RED"))
    assert [(cell, tasks[0][1]) for cell, tasks in floor.lit().items()] == [("wall-1/1", 1)]
    floor.put("wall-1/1")
    floor.sort_item("BLUE")
    floor.confirm("sort-1")
    assert floor.at("wall-1/1") == {"RED": 2, "BLUE": 1} and floor.sound()


def test_problem_takes_the_lights_back_and_what_was_put_meanwhile_counts(floor: WalledFloor) -> None:
    at_the_wall(floor)
    floor.scan("sort-1", floor.symbol("RED"))
    floor.problem("sort-1")
    assert all(task.recalled for task in floor.wall().tasks)
    floor.put("wall-1/1")
    floor.give_back("wall-1/2")
    shown = floor.prompt("sort-1")
    assert shown.title == "TOTE-1: scan an item (2 to go)" and shown.lines[-2:] == ("1 x blue", "1 x red")
    assert floor.sound()


def test_the_lights_of_a_wall_that_is_away_are_forced_back(floor: WalledFloor) -> None:
    at_the_wall(floor)
    floor.scan("sort-1", floor.symbol("RED"))
    floor.call(lambda tx: forcing.force_station(tx, WALL))
    assert floor.prompt("sort-1").title == "TOTE-1: scan an item (4 to go)" and floor.sound()


def test_a_put_that_a_wall_tells_after_it_was_forced_counts_once(floor: WalledFloor) -> None:
    at_the_wall(floor)
    floor.scan("sort-1", floor.symbol("RED"))
    [(late, units)] = floor.lit()["wall-1/1"]
    floor.call(lambda tx: forcing.force_station(tx, WALL))
    floor.sort_item("RED")
    floor.tell(WALL, UnitsPutAway(task=late, bin="wall-1/1", units=units, units_asked=units, by="button"))
    assert floor.at("wall-1/1") == {"RED": 4} and floor.facts_set_aside() == 0
    floor.sort_item("BLUE")
    floor.confirm("sort-1")
    floor.scan("pack-1", "wall-1/1")
    floor.check_items("pack-1", RED=4, BLUE=1)
    assert floor.at("putback") == {"RED": 2} and floor.line("A") == {"picked": 3} and floor.sound()


def test_a_put_that_is_told_after_the_tote_was_found_empty_is_in_doubt_until_the_cell_is_packed(
    floor: WalledFloor,
) -> None:
    at_the_wall(floor)
    floor.sort_item("RED")
    floor.scan("sort-1", floor.symbol("BLUE"))
    [(late, _)] = floor.lit()["wall-1/1"]
    floor.call(lambda tx: forcing.force_station(tx, WALL))
    floor.problem("sort-1")
    floor.confirm("sort-1")
    floor.tell(WALL, UnitsPutAway(task=late, bin="wall-1/1", units=1, units_asked=1, by="button"))
    assert "cell_doubt" in floor.exceptions() and floor.facts_set_aside() == 0 and floor.sound()
    floor.scan("pack-1", "wall-1/1")
    floor.check_items("pack-1", RED=2)
    floor.scan("pack-1", floor.symbol("BLUE"))
    floor.count("pack-1", 1)
    floor.weigh("pack-1", 300_000)
    assert "cell_doubt" not in floor.exceptions() and floor.at("putback") == {"BLUE": 1} and floor.sound()


def test_an_item_in_the_hand_is_put_before_another_is_scanned(floor: WalledFloor) -> None:
    at_the_wall(floor)
    floor.scan("sort-1", floor.symbol("RED"))
    assert floor.scan("sort-1", floor.symbol("BLUE")).lines[0] == "First put red where the lights are."
    assert {task.bin for task in floor.wall().tasks} == {"wall-1/1", "wall-1/2"}


def test_a_wrong_cell_is_an_alarm_that_books_nothing_and_the_packer_puts_right(floor: WalledFloor) -> None:
    at_the_wall(floor)
    floor.scan("sort-1", floor.symbol("RED"))
    floor.settle("wall-1/4", confirmed=0, weighed=1, cause="unlit")
    floor.tell(WALL, AlarmRaised(alarm="a1", kind="wrong_bin", place="wall-1/4", units=-1))
    assert floor.exceptions() == ["wrong_bin"] and floor.at("wall-1/4") == {}
    floor.tell(WALL, AlarmCleared(alarm="a1", kind="wrong_bin", place="wall-1/4", by="accepted"))
    assert floor.exceptions() == [] and floor.rows("SELECT * FROM task WHERE kind = 'count'") == []
    assert floor.sound()


def test_a_tote_whose_sorting_nobody_has_ended_is_not_taken_for_another_cart(floor: WalledFloor) -> None:
    floor.scan("sort-1", floor.shared_tote(A={"RED": 2}, B={"RED": 1}))
    assert floor.sort_item("RED").title == "TOTE-1 is sorted. Is it empty?"
    floor.order("C", BLUE=2)
    floor.order("D", BLUE=1)
    assert "TOTE-1 is in use." in floor.load_cart("TOTE-1").lines
    floor.confirm("sort-1")
    floor.scan("induct-1", "TOTE-1")
    floor.pick_all()
    assert floor.at("TOTE-1") == {"BLUE": 3} and floor.line("C") == {"picked": 2} and floor.sound()

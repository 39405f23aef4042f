"""A cart that is out: another picker, another cart, another tote, and its work asked back."""

from collections.abc import Iterator

import pytest

from edge.contract.events import TaskReturned, UnitsPicked
from edge.contract.state import BayDesired
from hub.handlers.cart_changes import CannotChange, hand_over, recall_cart, swap_cart, tote_full
from hub.handlers.desired import desired_state
from hub.handlers.pick_trouble import NoSuch
from tests.hub.played_benches import BOX, UNIT_MG, PlayedBenches
from tests.hub.walled_floor import WalledFloor

BAY, RED, BLUE = "bay-1", "bay-1/1", "bay-1/2"


@pytest.fixture
def floor() -> Iterator[PlayedBenches]:
    floor = PlayedBenches()
    yield floor
    assert floor.sound()
    floor.writer.close()


def lit(floor: PlayedBenches) -> list[tuple[str, str, str, bool]]:
    """(bin, mark, colour, recalled) of the bay's lights."""
    with floor.engine.begin() as connection:
        shown = desired_state(connection, BAY, generation=1, desk=floor.desk, policy=floor.policy)
    assert isinstance(shown, BayDesired)
    return sorted((t.bin, t.mark, t.colour, t.recalled) for t in shown.tasks)


def task_at(floor: PlayedBenches, bin_name: str) -> str:
    [row] = floor.rows(
        "SELECT t.public FROM task t JOIN location p ON p.id = t.bin_id"
        f" WHERE p.name = '{bin_name}' AND t.kind = 'pick' AND t.state IN ('open', 'recalled')"
    )
    return str(row["public"])


def pick(floor: PlayedBenches, bin_name: str, units: int) -> None:
    told = UnitsPicked(task=task_at(floor, bin_name), bin=bin_name, units=units, units_asked=units, by="button")
    floor.tell(BAY, told)


def test_another_picker_goes_on_in_their_own_colour(floor: PlayedBenches) -> None:
    floor.order("A", RED=2, BLUE=1)
    floor.load_cart("TOTE-1")
    pick(floor, RED, 2)
    assert floor.call(lambda tx: hand_over(tx, "CART-1", "BADGE-bo")) == 1
    assert lit(floor) == [(BLUE, "A", "green", False)]
    pick(floor, BLUE, 1)
    assert floor.line("A") == {"picked": 3}
    assert floor.scan("induct-1", "BADGE-ana").title == "Ana: scan a cart"


def test_a_cart_is_handed_to_a_picker_without_one_only(floor: PlayedBenches) -> None:
    floor.order("A", RED=1)
    floor.load_cart("TOTE-1")
    floor.order("B", BLUE=1)
    floor.load_cart("TOTE-2", badge="BADGE-bo", cart="CART-2")
    with pytest.raises(CannotChange, match="Bo has a cart already"):
        floor.call(lambda tx: hand_over(tx, "CART-1", "BADGE-bo"))
    with pytest.raises(CannotChange, match="Ana has CART-1 already"):
        floor.call(lambda tx: hand_over(tx, "CART-1", "BADGE-ana"))
    with pytest.raises(NoSuch, match="a picker's badge, got 'BADGE-zoe'"):
        floor.call(lambda tx: hand_over(tx, "CART-1", "BADGE-zoe"))
    with pytest.raises(NoSuch, match="a cart that somebody picks with, got 'CART-9'"):
        floor.call(lambda tx: hand_over(tx, "CART-9", "BADGE-bo"))
    assert lit(floor) == [(RED, "A", "blue", False), (BLUE, "A", "green", False)]


def test_a_cart_that_is_called_back_is_packed_with_what_it_has_and_the_rest_is_picked_by_another(
    floor: PlayedBenches,
) -> None:
    floor.order("A", RED=2, BLUE=1)
    floor.load_cart("TOTE-1")
    pick(floor, RED, 2)
    assert floor.call(lambda tx: recall_cart(tx, "CART-1")) == 1
    assert lit(floor) == [(BLUE, "A", "blue", True)]
    assert floor.line("A") == {"picked": 2, "reserved": 1}  # until the bay has answered
    floor.tell(BAY, TaskReturned(task=task_at(floor, BLUE), bin=BLUE))
    assert floor.line("A") == {"picked": 2, "promised": 1}
    assert floor.rows("SELECT COALESCE(SUM(reserved), 0) AS n FROM balance") == [{"n": 0}]
    assert "scan an item" in floor.scan("pack-1", "TOTE-1").title
    floor.load_cart("TOTE-2", badge="BADGE-bo", cart="CART-2")
    assert floor.line("A") == {"picked": 2, "reserved": 1}


def test_the_totes_may_go_on_another_cart(floor: PlayedBenches) -> None:
    floor.order("A", RED=1)
    floor.load_cart("TOTE-1")
    floor.call(lambda tx: swap_cart(tx, floor.policy, "CART-1", "CART-2"))
    floor.order("B", BLUE=1)
    assert "CART-2 is with Ana" in " ".join(floor.load_cart(badge="BADGE-bo", cart="CART-2").lines)
    floor.scan("induct-1", "CART-1")
    floor.scan("induct-1", "TOTE-2")
    assert floor.line("B") == {"reserved": 1}
    with pytest.raises(CannotChange, match="CART-1 is with Bo"):
        floor.call(lambda tx: swap_cart(tx, floor.policy, "CART-2", "CART-1"))
    with pytest.raises(NoSuch, match="a cart of this site, got 'TROLLEY'"):
        floor.call(lambda tx: swap_cart(tx, floor.policy, "CART-2", "TROLLEY"))


def test_a_full_tote_gives_its_place_to_another_and_both_are_packed(floor: PlayedBenches) -> None:
    floor.order("A", RED=2, BLUE=1)
    floor.load_cart("TOTE-1")
    pick(floor, RED, 2)
    assert floor.call(lambda tx: tote_full(tx, "TOTE-1", "TOTE-2")) == 1
    assert lit(floor) == [(BLUE, "A", "blue", False)]
    pick(floor, BLUE, 1)
    for tote, sku, units in (("TOTE-1", "RED", 2), ("TOTE-2", "BLUE", 1)):
        floor.scan("pack-1", tote)
        floor.check_items("pack-1", **{sku: units})
        shown = floor.weigh("pack-1", BOX.tare_mg + units * UNIT_MG)
        floor.scan("pack-1", shown.expected[0])
    assert floor.line("A") == {"shipped": 3}


def test_a_tote_in_which_nothing_lies_yet_is_just_exchanged(floor: PlayedBenches) -> None:
    floor.order("A", RED=2)
    floor.load_cart("TOTE-1")
    floor.call(lambda tx: tote_full(tx, "TOTE-1", "TOTE-2"))
    pick(floor, RED, 2)
    assert floor.rows("SELECT COUNT(*) AS n FROM tote_load") == [{"n": 1}]
    assert "has nothing to pack" in " ".join(floor.scan("pack-1", "TOTE-1").lines)
    assert "scan an item" in floor.scan("pack-1", "TOTE-2").title


def test_a_full_tote_of_several_orders_is_sorted_and_so_is_the_one_that_follows_it() -> None:
    floor = WalledFloor()
    for ref in ("A", "B"):
        floor.order(ref, RED=1, BLUE=1)
    floor.load_cart("TOTE-1")
    for row in floor.rows(
        "SELECT t.public FROM task t JOIN location p ON p.id = t.bin_id WHERE p.name = 'bay-1/1' ORDER BY t.id"
    ):
        floor.tell(BAY, UnitsPicked(task=row["public"], bin=RED, units=1, units_asked=1, by="button"))
    assert floor.call(lambda tx: tote_full(tx, "TOTE-1", "TOTE-2")) == 2
    assert [row["position"] for row in floor.rows("SELECT position FROM tote_load ORDER BY id")] == [
        "A", "A2", "A3", "A4",
    ]  # fmt: skip
    floor.pick_all()
    for tote, sku in (("TOTE-1", "RED"), ("TOTE-2", "BLUE")):
        floor.scan("sort-1", tote)
        floor.sort_item(sku)
        floor.confirm("sort-1")
    assert floor.sound()
    floor.writer.close()


@pytest.mark.parametrize(
    ("tote", "other", "error", "told"),
    [
        ("TOTE-3", "TOTE-2", NoSuch, "a tote on a cart that is being picked, got 'TOTE-3'"),
        ("NOTHING", "TOTE-2", NoSuch, "a tote on a cart that is being picked, got 'NOTHING'"),
        ("TOTE-1", "bay-1/1", NoSuch, "a tote of this site, got 'bay-1/1'"),
        ("TOTE-1", "TOTE-1", CannotChange, "TOTE-1 is in use"),
    ],
)
def test_what_is_no_full_or_no_empty_tote_is_refused(
    floor: PlayedBenches, tote: str, other: str, error: type[Exception], told: str
) -> None:
    floor.order("A", RED=1)
    floor.load_cart("TOTE-1")
    with pytest.raises(error, match=told):
        floor.call(lambda tx: tote_full(tx, tote, other))
    assert floor.rows("SELECT COUNT(*) AS n FROM tote_load") == [{"n": 1}]

"""Substitutes: promised where a pick came out short and the line accepts them, and nowhere else."""

from collections.abc import Iterator
from typing import Any

import pytest

from edge.contract.events import UnitsPicked
from hub.handlers.asked import NoSuchOrder
from hub.handlers.substitutes import NoSubstitute, accept_substitute
from tests.hub.played_benches import BOX, UNIT_MG, PlayedBenches

RED = "bay-1/1"


@pytest.fixture
def floor() -> Iterator[PlayedBenches]:
    floor = PlayedBenches()
    yield floor
    assert floor.sound()
    floor.writer.close()


def lines(floor: PlayedBenches, ref: str = "A") -> list[dict[str, Any]]:
    found = floor.rows(
        "SELECT s.code, l.ordered, l.promised, l.picked, l.backordered, l.cancelled, l.shipped, l.price_minor"
        " FROM order_line l JOIN sku s ON s.id = l.sku_id JOIN customer_order o ON o.id = l.order_id"
        f" WHERE o.ref = '{ref}' ORDER BY l.line"
    )
    return [{name: value for name, value in row.items() if value} for row in found]


def pick_short(floor: PlayedBenches, units: int) -> None:
    [row] = floor.rows("SELECT public, units FROM task WHERE kind = 'pick' AND state = 'open'")
    told = UnitsPicked(task=row["public"], bin=RED, units=units, units_asked=row["units"], by="button")
    floor.tell("bay-1", told)


def accept(floor: PlayedBenches, sku: str = "RED", other: str = "BLUE", ref: str = "A") -> int:
    found: int = floor.call(lambda tx: accept_substitute(tx, ref, sku, other))
    return found


def test_what_was_short_is_promised_from_what_the_line_accepts_and_ships_with_the_order(floor: PlayedBenches) -> None:
    floor.order("A", RED=3)
    assert (accept(floor), accept(floor)) == (1, 1)
    floor.load_cart("TOTE-1")
    pick_short(floor, 1)
    assert lines(floor) == [
        {"code": "RED", "ordered": 3, "picked": 1, "cancelled": 2},
        {"code": "BLUE", "ordered": 2, "promised": 2},
    ]
    floor.load_cart("TOTE-2", badge="BADGE-bo", cart="CART-2")
    floor.pick_all()
    for tote, sku, units in (("TOTE-1", "RED", 1), ("TOTE-2", "BLUE", 2)):
        floor.scan("pack-1", tote)
        floor.check_items("pack-1", **{sku: units})
        floor.scan("pack-1", floor.weigh("pack-1", BOX.tare_mg + units * UNIT_MG).expected[0])
    assert [line.get("shipped") for line in lines(floor)] == [1, 2]
    assert floor.rows("SELECT COUNT(*) AS n FROM customer_order WHERE shipped_us IS NOT NULL") == [{"n": 1}]


def test_a_line_that_accepts_nothing_waits_for_its_own_item(floor: PlayedBenches) -> None:
    floor.order("A", RED=3)
    floor.load_cart("TOTE-1")
    pick_short(floor, 1)
    assert lines(floor) == [{"code": "RED", "ordered": 3, "picked": 1, "backordered": 2}]


def test_no_more_is_substituted_than_may_be_promised(floor: PlayedBenches) -> None:
    floor.order("B", BLUE=19)
    floor.clock_us += 1
    floor.order("A", RED=3)
    accept(floor)
    floor.load_cart("TOTE-1", "TOTE-2")
    [row] = floor.rows("SELECT t.public FROM task t JOIN sku s ON s.id = t.sku_id AND s.code = 'RED'")
    floor.tell("bay-1", UnitsPicked(task=row["public"], bin=RED, units=0, units_asked=3, by="button"))
    assert lines(floor) == [
        {"code": "RED", "ordered": 3, "backordered": 2, "cancelled": 1},
        {"code": "BLUE", "ordered": 1, "promised": 1},
    ]


def test_an_order_that_waits_for_stock_is_not_substituted_by_itself(floor: PlayedBenches) -> None:
    floor.order("A", RED=25)
    accept(floor)
    floor.load_cart("TOTE-1")
    pick_short(floor, 18)
    assert lines(floor)[0] == {"code": "RED", "ordered": 25, "picked": 18, "backordered": 5, "cancelled": 2}
    assert lines(floor)[1] == {"code": "BLUE", "ordered": 2, "promised": 2}


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"ref": "Z"}, NoSuchOrder),
        ({"sku": "BLUE"}, NoSubstitute),
        ({"other": "NONE"}, NoSubstitute),
        ({"other": "RED"}, NoSubstitute),
    ],
)
def test_what_cannot_stand_for_a_line_is_refused(
    floor: PlayedBenches, asked: dict[str, str], error: type[Exception]
) -> None:
    floor.order("A", RED=3)
    with pytest.raises(error):
        accept(floor, **asked)

"""Parcels: they hold what was counted into them, and leave exactly once."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edge.contract.events import SymbolScanned, WeightMeasured
from tests.hub.stocked_floor import DAY_US, TUESDAY_US, StockedFloor

TOTE = "TOTE-0001"


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[StockedFloor]:
    floor = StockedFloor(tmp_path)
    yield floor
    floor.close()


def test_a_parcel_holds_in_the_book_what_was_counted_into_it(floor: StockedFloor) -> None:
    tracking = floor.labelled(RED=3, GREEN=2)
    assert floor.at(tracking) == {"RED": 3, "GREEN": 2}
    assert floor.at(TOTE) == {}
    rows = floor.rows(
        "SELECT s.code, p.units FROM parcel_line p JOIN order_line l ON l.id = p.line_id JOIN sku s ON s.id = l.sku_id"
    )
    assert {row["code"]: row["units"] for row in rows} == floor.at(tracking)


def test_the_label_on_the_carton_ships_it(floor: StockedFloor) -> None:
    tracking = floor.labelled(RED=3)
    assert floor.scan("pack-1", tracking).title == "Scan a tote"
    assert floor.line("A") == {"shipped": 3}
    assert (floor.at(tracking), floor.at("customer")) == ({}, {"RED": 3})
    assert floor.rows("SELECT state FROM parcel")[0]["state"] == "shipped"
    assert floor.rows("SELECT shipped_us FROM customer_order")[0]["shipped_us"] == floor.clock_us
    assert floor.sound()


def test_a_parcel_ships_once_however_often_its_label_is_scanned(floor: StockedFloor) -> None:
    tracking = floor.labelled(RED=3)
    asked = floor.prompt("pack-1")
    scanned = SymbolScanned(step=asked.step, text=tracking, symbology="Code128", aim="]C1")
    sent = floor.tell("pack-1", scanned)
    floor.take(sent)  # the network doubles it
    floor.tell("pack-1", scanned)  # the station says it twice
    assert floor.scan("pack-1", tracking).lines == (f"'{tracking}' is not a tote.",)
    assert floor.moves("ship") == [("RED", 3, tracking, "customer")]
    assert floor.line("A") == {"shipped": 3}
    assert floor.sound()


def test_a_weight_that_is_told_twice_makes_one_parcel(floor: StockedFloor) -> None:
    floor.at_the_scale(RED=3)
    asked = floor.prompt("pack-1")
    weighed = WeightMeasured(step=asked.step, weight_mg=floor.parcel_mg(RED=3), division_mg=1_000)
    for _ in range(2):
        floor.tell("pack-1", weighed)
    assert len(floor.rows("SELECT * FROM parcel")) == len(floor.jobs("pack-1")) == 1


def test_another_parcels_label_does_not_ship_this_one(floor: StockedFloor) -> None:
    floor.labelled(RED=3)
    shown = floor.scan("pack-1", "SF000000000024")
    assert shown.lines[1] == "'SF000000000024' is not this parcel's label."
    assert floor.line("A") == {"packed": 3}


def test_each_parcel_has_a_tracking_number_of_its_own(floor: StockedFloor) -> None:
    floor.scan("pack-1", floor.labelled(RED=3))
    floor.picked_tote("B", tote="TOTE-0002", GREEN=1)
    floor.scan("pack-1", "TOTE-0002")
    floor.check_items("pack-1", GREEN=1)
    floor.weigh("pack-1", floor.parcel_mg(GREEN=1))
    assert [row["tracking"] for row in floor.rows("SELECT tracking FROM parcel ORDER BY id")] == [
        "SF000000000017",
        "SF000000000024",
    ]


def test_an_order_of_two_parcels_is_shipped_when_both_are(floor: StockedFloor) -> None:
    floor.stock("bay-01/03", "RED", 2)
    floor.receive("A", ("RED", 3))
    floor.load_cart(TOTE)
    floor.pick_all()
    floor.scan("pack-1", TOTE)
    floor.check_items("pack-1", RED=2)
    floor.scan("pack-1", floor.weigh("pack-1", floor.parcel_mg(RED=2)).expected[0])
    assert floor.line("A") == {"shipped": 2, "backordered": 1}
    assert floor.rows("SELECT shipped_us FROM customer_order") == [{"shipped_us": None}]


def test_the_lot_that_was_picked_is_the_lot_that_leaves(floor: StockedFloor) -> None:
    floor.stock("bay-01/03", "RED", 10, expiry_us=TUESDAY_US + 30 * DAY_US)
    tracking = floor.labelled(RED=3)
    floor.scan("pack-1", tracking)
    lots = floor.rows(
        "SELECT l.code, b.on_hand FROM balance b JOIN lot l ON l.id = b.lot_id JOIN location p"
        " ON p.id = b.location_id WHERE p.name = 'customer' AND b.on_hand <> 0"
    )
    assert lots == [{"code": "LOT-bay-01/03", "on_hand": 3}]
    assert (floor.moves("found"), floor.at("astray")) == ([], {})
    assert floor.sound()


def test_two_lots_in_a_tote_leave_as_two_lots_and_what_is_missing_or_too_much_is_of_a_lot_that_was_there(
    floor: StockedFloor,
) -> None:
    one, other = floor.bins_of("BLUE")
    floor.stock(one, "BLUE", 3, expiry_us=TUESDAY_US + 30 * DAY_US)
    floor.stock(other, "BLUE", 3, expiry_us=TUESDAY_US + 60 * DAY_US)
    floor.at_packing(BLUE=5)
    floor.check_items("pack-1", BLUE=4)
    tracking = floor.weigh("pack-1", floor.parcel_mg(BLUE=4)).expected[0]
    lots = "SELECT l.code, b.on_hand FROM balance b JOIN lot l ON l.id = b.lot_id JOIN location p"
    there = f"{lots} ON p.id = b.location_id WHERE p.name = '{tracking}' ORDER BY l.id"
    assert [tuple(row.values()) for row in floor.rows(there)] == [(f"LOT-{one}", 3), (f"LOT-{other}", 1)]
    assert floor.moves("found") == []
    floor.scan("pack-1", tracking)
    assert (floor.at("customer"), floor.at("astray"), floor.at(TOTE)) == ({"BLUE": 4}, {"BLUE": 1}, {})
    assert floor.sound()


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.sampled_from(("RED", "GREEN", "GOLD")), st.tuples(st.integers(1, 9), st.integers(-9, 4)), min_size=1
    )
)
def test_what_was_counted_is_what_leaves_and_the_rest_is_still_owed(
    tmp_path_factory: pytest.TempPathFactory, tote: dict[str, tuple[int, int]]
) -> None:
    floor = StockedFloor(tmp_path_factory.mktemp("packing"))
    try:
        ordered = {sku: units for sku, (units, _) in tote.items()}
        found = {sku: max(0, units + more) for sku, (units, more) in tote.items()}
        packed = {sku: min(ordered[sku], found[sku]) for sku in tote}
        floor.at_packing(**ordered)
        floor.check_items("pack-1", **found)
        if any(packed.values()):
            tracking = floor.weigh("pack-1", floor.parcel_mg(**packed)).expected[0]
            assert floor.at(tracking) == {sku: n for sku, n in packed.items() if n}
            floor.scan("pack-1", tracking)
        left = sum(ordered.values()) - sum(packed.values())
        assert floor.line("A").get("shipped", 0) == sum(packed.values())
        assert sum(floor.line("A").values()) - sum(packed.values()) == left
        assert floor.at("putback") == {sku: found[sku] - packed[sku] for sku in tote if found[sku] > packed[sku]}
        assert floor.at(TOTE) == {}
        assert floor.sound()
    finally:
        floor.close()

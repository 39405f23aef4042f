"""Packing uses materials up; they run low, are ordered, come, and are counted."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.domain.materials import used_by
from hub.handlers import materials as saying
from hub.handlers.materials import NoSuchMaterial, NotThere
from hub.handlers.orders import RefusedOrder
from hub.storage.availability import availability_of, stock_of_all
from tests.hub.material_floor import DUNNAGE_UNIT_ML, SKUS, TAPE_UNIT_MM, MaterialFloor
from tests.hub.stocked_floor import DAY_US

BENCH = "pack-1/materials"


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[MaterialFloor]:
    floor = MaterialFloor(tmp_path)
    yield floor
    floor.close()


def count(floor: MaterialFloor, sku: str, units: int, bench: str = "pack-1") -> int:
    off: int = floor.call(lambda tx: saying.count(tx, sku, bench, units, "Grace"))
    return off


def count_all(floor: MaterialFloor, units: int = 1_000) -> None:
    for sku in SKUS:
        count(floor, sku, units)


def test_at_go_live_the_cartons_lie_at_the_first_pack_bench_and_are_put_there_once(
    floor: MaterialFloor, tmp_path: Path
) -> None:
    assert floor.at(BENCH) == {"BOX-XS": 3, "BOX-S": 500, "BOX-M": 400}
    floor.close()
    again = MaterialFloor(tmp_path)
    try:
        assert again.at(BENCH) == {"BOX-XS": 3, "BOX-S": 500, "BOX-M": 400}
        assert again.sound()
    finally:
        again.close()


def test_a_parcel_takes_a_carton_a_label_and_what_it_needs_of_tape_and_dunnage(floor: MaterialFloor) -> None:
    count_all(floor)
    carton = floor.packed("A", RED=3)
    box = next(one for one in floor.policy.cartons if one.name == carton)
    goods_mm3 = 3 * floor.catalogue.items["RED"].volume_mm3
    amounts = {one.sku: one.amount // one.of_unit for one in used_by(floor.policy.materials, box, goods_mm3)}
    assert amounts[f"BOX-{carton}"] == amounts["LABEL"] == 1
    assert amounts["KRAFT"] == (box.volume_mm3 - goods_mm3) // (DUNNAGE_UNIT_ML * 1_000) > 0
    assert floor.used() == {sku: units for sku, units in amounts.items() if units}
    assert floor.at(BENCH)["LABEL"] == 999
    [parcel] = floor.rows("SELECT id FROM parcel")
    refs = floor.rows("SELECT DISTINCT ref_kind, ref_id FROM transfer WHERE reason = 'packing'")
    assert refs == [{"ref_kind": "parcel", "ref_id": str(parcel["id"])}]
    assert floor.details("material_count") == []
    assert floor.sound()


def test_a_roll_of_tape_is_used_up_by_as_many_parcels_as_it_lasts_for(floor: MaterialFloor) -> None:
    count_all(floor)
    length_mm = 0
    for n in range(1, 15):
        carton = floor.packed(f"O{n}", tote=f"TOTE-{n:04d}", RED=1)
        sides = next(one for one in floor.policy.cartons if one.name == carton).sides_mm
        length_mm += 2 * (max(sides) + min(sides))
        assert floor.used().get("TAPE", 0) == length_mm // TAPE_UNIT_MM
    assert length_mm < 10 * TAPE_UNIT_MM and floor.used()["LABEL"] == 14


def test_packing_goes_on_when_the_book_has_none_and_a_person_is_asked_to_count(floor: MaterialFloor) -> None:
    floor.packed("A", RED=3)
    assert {row["ref_id"] for row in floor.details("material_count")} == {"LABEL", "KRAFT"}
    assert floor.used()["LABEL"] == 1
    assert "LABEL" not in floor.at(BENCH), "the book does not go below nothing"
    floor.packed("B", tote="TOTE-0002", RED=1)
    assert len(floor.details("material_count")) == 2, "asked once"
    assert count(floor, "LABEL", 80) == 80
    assert {row["ref_id"] for row in floor.details("material_count")} == {"KRAFT"}
    assert count(floor, "LABEL", 75) == -5
    assert floor.at(BENCH)["LABEL"] == 75
    assert floor.sound()


def test_a_carton_that_is_out_gives_way_to_the_next_and_the_packer_is_told(floor: MaterialFloor) -> None:
    count_all(floor)
    assert floor.at_the_scale(RED=3).title.startswith("Pack into carton XS")
    floor.call(lambda tx: saying.count(tx, "BOX-XS", "pack-1", 0, "Grace"))
    floor.problem("pack-1")
    floor.confirm("pack-1")  # aside; scanned again, it is chosen anew
    floor.scan("pack-1", "TOTE-0001")
    shown = floor.check_items("pack-1", RED=3)
    assert shown.title == "Pack into carton S, put it on the scale"
    assert shown.lines[0] == "The book has no carton XS here: S instead."


def test_where_every_carton_that_fits_is_out_the_best_is_taken_all_the_same(floor: MaterialFloor) -> None:
    count_all(floor, 0)
    skus = {"BOX-XS": "XS", "BOX-S": "S", "BOX-M": "M", "LABEL": "L"}
    policy_cartons = tuple(one for one in floor.policy.cartons if one.name in skus.values() and one.name != "L")
    object.__setattr__(floor.policy, "cartons", policy_cartons)
    shown = floor.at_the_scale(RED=3)
    assert shown.title.startswith("Pack into carton XS")
    assert "no other takes it: count them" in shown.lines[0]


def test_materials_are_not_sold(floor: MaterialFloor) -> None:
    with pytest.raises(RefusedOrder, match="TAPE"):
        floor.order("A", TAPE=1)
    with floor.engine.begin() as connection:
        assert availability_of(connection, floor.hub.site_id, floor.hub.client_id, "TAPE") is None
        listed = {row.code for row in stock_of_all(connection, floor.hub.site_id, floor.hub.client_id)}
    assert listed == {"RED", "BLUE", "GREEN", "GOLD"}


def test_a_material_at_its_reorder_point_is_ordered_and_comes_by_way_of_the_dock(floor: MaterialFloor) -> None:
    count_all(floor, 100)
    count(floor, "BOX-XS", 2)
    [number] = floor.hub.review_stock()
    lines = floor.rows("SELECT s.code, l.ordered FROM purchase_order_line l JOIN sku s ON s.id = l.sku_id")
    assert lines == [{"code": "BOX-XS", "ordered": 6}]
    count(floor, "BOX-XS", 20, "pack-2")
    floor.scan("dock-1", number)
    shown = floor.check_items("dock-1", **{"BOX-XS": 6})
    shown = floor.scan("dock-1", shown.expected[0])
    assert shown.lines[0] == "6 x packing box-xs: bring them to pack-1."
    assert floor.at(BENCH)["BOX-XS"] == 8
    assert floor.tasks("put") == []
    assert floor.hub.review_stock() == []
    assert floor.sound()


def test_a_delivery_of_materials_alone_may_be_keyed_in_once(floor: MaterialFloor) -> None:
    count_all(floor, 100)
    count(floor, "TAPE", 0)
    count(floor, "LABEL", 1)
    [number] = floor.hub.review_stock()

    def receive(units: dict[str, int], bench: str = "pack-2") -> None:
        floor.call(lambda tx: saying.receive(tx, number, units, bench, "Grace"))

    with pytest.raises(NoSuchMaterial, match="Expected a pack bench"):
        receive({"TAPE": 6}, "dock-1")
    with pytest.raises(NotThere, match="one of the materials is not on it"):
        receive({"KRAFT": 6})
    receive({"TAPE": 6, "LABEL": 4})
    assert floor.at("pack-2/materials") == {"TAPE": 6, "LABEL": 4}
    assert floor.exceptions() == ["delivery_differs"]
    with pytest.raises(NotThere, match="it is received"):
        receive({"TAPE": 6})
    assert floor.sound()


def test_goods_are_received_at_the_dock_and_nowhere_else(floor: MaterialFloor) -> None:
    number = floor.purchase(RED=5, TAPE=5)
    with pytest.raises(NotThere, match="goods are on it"):
        floor.call(lambda tx: saying.receive(tx, number, {"TAPE": 5}, "pack-1", "Grace"))


def test_what_is_carried_to_another_bench_is_there(floor: MaterialFloor) -> None:
    floor.call(lambda tx: saying.carry(tx, "BOX-S", 40, "pack-1", "pack-2", "Grace"))
    assert (floor.at(BENCH)["BOX-S"], floor.at("pack-2/materials")) == (460, {"BOX-S": 40})
    with pytest.raises(NotThere, match="the book has 460"):
        floor.call(lambda tx: saying.carry(tx, "BOX-S", 461, "pack-1", "pack-2", "Grace"))
    with pytest.raises(NoSuchMaterial, match="got 'RED'"):
        floor.call(lambda tx: saying.carry(tx, "RED", 1, "pack-1", "pack-2", "Grace"))


def test_the_day_of_packing_is_demand_of_the_materials(floor: MaterialFloor) -> None:
    count_all(floor)
    floor.packed("A", RED=3)
    floor.clock_us += DAY_US
    floor.packed("B", tote="TOTE-0002", RED=1)
    rows = floor.rows(
        "SELECT d.day, d.units FROM material_day d JOIN sku s ON s.id = d.sku_id WHERE s.code = 'LABEL' ORDER BY d.day"
    )
    assert [row["units"] for row in rows] == [1, 1]
    assert rows[1]["day"] == rows[0]["day"] + 1


def test_what_is_used_a_day_is_forecast_where_the_catalogue_names_no_reorder_point(floor: MaterialFloor) -> None:
    count_all(floor)
    floor.packed("A", RED=3)
    today = floor.rows("SELECT MAX(day) AS day FROM material_day")[0]["day"]
    label = floor.ids["LABEL"]
    [place] = floor.rows(f"SELECT id FROM location WHERE name = '{BENCH}'")
    values = ", ".join(f"({today - n}, {label}, {place['id']}, 7)" for n in range(1, 60))
    floor.call(
        lambda tx: tx.connection.exec_driver_sql(
            f"INSERT INTO material_day (day, sku_id, location_id, units) VALUES {values}"
        )
    )
    floor.hub.review_stock()
    [made] = floor.rows(f"SELECT expected_units, cover_days FROM sku_forecast WHERE sku_id = {label}")
    assert made["expected_units"] == pytest.approx(7 * made["cover_days"], rel=0.25)

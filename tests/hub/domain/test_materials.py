"""What a parcel takes of packing materials."""

from hypothesis import given
from hypothesis import strategies as st

from hub.domain.cartons import Carton
from hub.domain.materials import Materials, Used, used_by

BOX = Carton(
    name="S",
    length_mm=300,
    width_mm=200,
    height_mm=100,
    tare_mg=1,
    tare_spread_mg=0,
    load_max_mg=1,
    cost_minor=1,
)
ALL = Materials(
    cartons=(("S", "BOX-S"),),
    label="LABEL",
    tape="TAPE",
    tape_unit_mm=66_000,
    dunnage="KRAFT",
    dunnage_unit_mm3=500_000,
)


def test_a_parcel_takes_carton_label_tape_once_round_and_the_room_that_is_left() -> None:
    assert used_by(ALL, BOX, 1_000_000) == (
        Used(sku="BOX-S", amount=1),
        Used(sku="LABEL", amount=1),
        Used(sku="TAPE", amount=800, of_unit=66_000),
        Used(sku="KRAFT", amount=5_000_000, of_unit=500_000),
    )


def test_what_is_not_named_is_not_counted() -> None:
    assert used_by(Materials(), BOX, 0) == ()
    assert [one.sku for one in used_by(Materials(cartons=(("M", "BOX-M"),), label="LABEL"), BOX, 0)] == ["LABEL"]


@given(st.integers(min_value=0, max_value=20_000_000))
def test_however_full_a_carton_is_no_dunnage_comes_back(goods_mm3: int) -> None:
    dunnage = sum(one.amount for one in used_by(ALL, BOX, goods_mm3) if one.sku == "KRAFT")
    assert dunnage == max(0, BOX.volume_mm3 - goods_mm3)


def test_every_material_is_named_once() -> None:
    twice = Materials(cartons=(("S", "BOX"), ("M", "BOX")), label="LABEL", tape="LABEL")
    assert twice.skus == ("BOX", "LABEL")

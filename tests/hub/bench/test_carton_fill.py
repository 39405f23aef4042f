"""The benchmark of cartons: its figures are those of the packings, and a wrong packing is seen."""

from dataclasses import replace

import pytest

from hub.bench.carton_fill import choose, measure, wrong_in
from hub.bench.carton_orders import Product, draw_orders
from hub.bench.carton_set import prices, standard_cartons
from hub.domain.cartons import Parcels
from hub.domain.packing.goods import Goods
from hub.domain.packing.packer import Effort

CARTONS = standard_cartons()
CUBE = Goods(units=1, unit_mg=1_000, sides_mm=(100, 100, 100))
PRODUCTS = tuple(
    Product(sides_mm=(90 + 31 * n % 200, 60 + 17 * n % 90, 20 + n), unit_mg=50_000 * n) for n in range(1, 80)
)


def test_the_fill_is_the_goods_over_the_carton() -> None:
    chosen = choose(CARTONS, (replace(CUBE, units=2),), prices(), Effort())
    [one] = chosen.parcels.cartons
    assert one.carton.name == "200x150x100"
    assert chosen.fill == 2 / 3
    assert chosen.wrong == ()


def test_every_drawn_order_is_packed_validly_where_volume_alone_often_chooses_too_small() -> None:
    figures = measure(CARTONS, draw_orders(PRODUCTS, orders=200, seed=1), prices(), lambda _: None, Effort())
    assert (figures["orders"], figures["valid"], figures["faults"]) == (200, 1.0, [])
    assert 0 < figures["mean_fill"] <= 1
    floors = figures["floors"]
    assert floors["volume_alone"]["mean_fill"] > floors["ours"]["mean_fill"] > 0.2
    assert floors["volume_alone"]["goes_in"] < floors["sides_and_75_percent"]["goes_in"] <= 1
    for rule in ("volume_alone", "sides_and_75_percent"):
        assert floors[rule]["fill_in_the_end"] <= floors[rule]["mean_fill"]
        assert floors[rule]["cartons_tried"] >= 2 - floors[rule]["goes_in"]
    assert 0 < figures["p50_ms"] <= figures["p95_ms"] <= figures["max_ms"]
    assert set(figures["by_items"]) <= {"1", "2", "3", "4", "5", "6"}


def test_progress_is_said_ten_times() -> None:
    said: list[str] = []
    measure(CARTONS, draw_orders(PRODUCTS, orders=40, seed=1), prices(), said.append, Effort())
    packed = [text.split(" orders packed")[0] for text in said if "orders packed" in text]
    assert packed == [f"{4 * n} of 40" for n in range(1, 11)]


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda one: replace(one, carton=CARTONS[0]), "packed for"),
        (lambda one: replace(one, carton=replace(one.carton, load_max_mg=1)), "the carton carries 1."),
        (lambda one: replace(one, packing=replace(one.packing, placements=())), "2 units, but 0 placed and 0 left."),
    ],
)
def test_a_wrong_parcel_is_seen(spoil: object, words: str) -> None:
    goods = (replace(CUBE, units=2),)
    parcels = choose(CARTONS, goods, prices(), Effort()).parcels
    spoilt = Parcels(cartons=tuple(map(spoil, parcels.cartons)), unpacked=(0,))  # type: ignore[arg-type]
    assert any(words in text for text in wrong_in(spoilt, goods))
    assert list(wrong_in(Parcels(cartons=(), unpacked=(2,)), goods)) == ["2 units are in no carton."]


def test_no_size_of_the_set_stands_twice_and_the_larger_costs_more() -> None:
    assert len({carton.name for carton in CARTONS}) == len(CARTONS) == 21
    for small in CARTONS:
        for large in CARTONS:
            if all(a <= b for a, b in zip(small.sides_mm, large.sides_mm, strict=True)) and small != large:
                assert prices().cost_minor(small, [CUBE]) < prices().cost_minor(large, [CUBE])  # type: ignore[operator]

"""The carton for a parcel: it holds the goods, and no cheaper one does."""

from hypothesis import given
from hypothesis import strategies as st

from hub.domain.cartons import FILL, Carton, Goods, choose_carton


def carton(name: str, sides: tuple[int, int, int], *, load_max_mg: int = 5_000_000, cost: int = 10) -> Carton:
    return Carton(
        name=name,
        length_mm=sides[0],
        width_mm=sides[1],
        height_mm=sides[2],
        tare_mg=100_000,
        tare_spread_mg=1_000,
        load_max_mg=load_max_mg,
        cost_minor=cost,
    )


SMALL = carton("S", (200, 100, 100), load_max_mg=1_000_000, cost=10)
LARGE = carton("L", (400, 400, 400), load_max_mg=10_000_000, cost=50)
POSTER = carton("P", (900, 60, 60), load_max_mg=1_000_000, cost=60)
ALL = (LARGE, POSTER, SMALL)


def chosen(
    units: int = 1, sides_mm: tuple[int, int, int] = (50, 50, 50), unit_mg: int = 100, of: tuple[Carton, ...] = ALL
) -> str:
    return choose_carton(of, [Goods(units=units, unit_mg=unit_mg, sides_mm=sides_mm)]).name


def test_the_cheapest_that_holds_the_goods_is_taken() -> None:
    assert chosen() == "S"


def test_a_carton_is_full_at_its_share_of_volume() -> None:
    fits = int(SMALL.volume_mm3 * FILL) // 50**3
    assert (chosen(units=fits), chosen(units=fits + 1)) == ("S", "L")


def test_a_carton_carries_its_load_and_not_a_milligram_more() -> None:
    assert (chosen(unit_mg=1_000_000), chosen(unit_mg=1_000_001)) == ("S", "L")
    assert (chosen(units=10, unit_mg=100_000), chosen(units=10, unit_mg=100_001)) == ("S", "L")


def test_goods_may_be_turned_to_fit_but_not_bent() -> None:
    assert chosen(sides_mm=(10, 10, 200)) == "S"
    assert chosen(sides_mm=(10, 10, 201)) == "L"
    assert chosen(sides_mm=(10, 10, 800)) == "P"


def test_two_skus_count_together() -> None:
    one = Goods(units=1, unit_mg=600_000, sides_mm=(50, 50, 50))
    assert choose_carton(ALL, [one]).name == "S"
    assert choose_carton(ALL, [one, one]).name == "L"


def test_the_largest_is_taken_if_none_holds_the_goods() -> None:
    assert chosen(sides_mm=(2_000, 10, 10)) == "L"
    assert chosen(units=10_000) == "L"
    assert chosen(unit_mg=99_000_000) == "L"


def test_at_the_same_cost_the_smaller_one_is_taken() -> None:
    big = carton("B", (300, 300, 300))
    assert chosen(of=(big, SMALL)) == chosen(of=(SMALL, big)) == "S"


GOODS = st.builds(
    Goods, units=st.integers(1, 20), unit_mg=st.integers(1, 500_000), sides_mm=st.tuples(*[st.integers(1, 450)] * 3)
)


@given(st.lists(GOODS, min_size=1, max_size=5))
def test_the_choice_holds_the_goods_or_nothing_would(goods: list[Goods]) -> None:
    def holds(box: Carton) -> bool:
        volume = sum(g.units * g.sides_mm[0] * g.sides_mm[1] * g.sides_mm[2] for g in goods)
        fits = all(a <= b for g in goods for a, b in zip(sorted(g.sides_mm), sorted(box.sides_mm), strict=True))
        mg = sum(g.units * g.unit_mg for g in goods)
        return fits and volume <= FILL * box.volume_mm3 and mg <= box.load_max_mg

    suited = [box for box in ALL if holds(box)]
    found = choose_carton(ALL, goods)
    if suited:
        assert found in suited and found.cost_minor == min(box.cost_minor for box in suited)
    else:
        assert found is LARGE

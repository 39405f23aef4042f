"""What a carrier asks: bands, limits of size, countries, and the cheapest of several."""

import dataclasses

from hypothesis import given
from hypothesis import strategies as st

from hub.domain.rates import Band, Quote, Service, cheapest, quote

POST = Service(
    name="Post",
    bands=(Band(up_to_mg=250_000, price_minor=180), Band(up_to_mg=2_000_000, price_minor=320)),
    side_max_mm=450,
    girth_max_mm=900,
    countries=("United Kingdom", "EIRE"),
)
VAN = Service(name="Van", bands=(Band(up_to_mg=20_000_000, price_minor=990),), side_max_mm=1_200, girth_max_mm=2_400)


def price(
    weight_mg: int = 1, sides_mm: tuple[int, int, int] = (100, 100, 100), country: str = "EIRE", service: Service = POST
) -> int | None:
    found = quote(service, weight_mg=weight_mg, sides_mm=sides_mm, country=country)
    return None if found is None else found.price_minor


def test_a_band_takes_its_own_weight_and_not_a_milligram_more() -> None:
    assert [price(mg) for mg in (0, 1, 250_000, 250_001, 2_000_000, 2_000_001)] == [180, 180, 180, 320, 320, None]


def test_the_longest_side_may_be_as_long_as_allowed_whichever_it_is() -> None:
    for sides in ((450, 100, 100), (100, 450, 100), (100, 100, 450)):
        assert price(sides_mm=sides) == 180
    assert price(sides_mm=(451, 100, 100)) is None
    assert price(sides_mm=(100, 100, 451)) is None


def test_girth_is_the_longest_side_and_twice_the_others() -> None:
    assert price(sides_mm=(300, 200, 100)) == 180  # 300 + 2 * 300 = 900
    assert price(sides_mm=(300, 200, 101)) is None
    assert price(sides_mm=(180, 180, 180)) == 180  # a cube: 180 + 2 * 360 = 900
    assert price(sides_mm=(181, 180, 180)) is None


def test_a_country_that_is_not_named_is_not_served_and_none_named_is_everywhere() -> None:
    assert price(country="Mars") is None
    assert price(country="eire") is None
    assert price(country="Mars", service=VAN) == 990


def test_the_cheapest_that_takes_the_parcel_is_taken() -> None:
    def best(weight_mg: int, country: str = "EIRE") -> Quote | None:
        return cheapest((VAN, POST), weight_mg=weight_mg, sides_mm=(100, 100, 100), country=country)

    assert best(1) == Quote(service="Post", price_minor=180)
    assert best(2_000_001) == Quote(service="Van", price_minor=990)
    assert best(1, "Mars") == Quote(service="Van", price_minor=990)
    assert best(20_000_001) is None


def test_at_the_same_price_the_name_decides_so_that_a_run_can_be_repeated() -> None:
    other = dataclasses.replace(VAN, name="Lorry")
    for services in ((VAN, other), (other, VAN)):
        found = cheapest(services, weight_mg=1, sides_mm=(1, 1, 1), country="")
        assert found == Quote(service="Lorry", price_minor=990)


def test_no_services_take_nothing() -> None:
    assert cheapest((), weight_mg=1, sides_mm=(1, 1, 1), country="EIRE") is None


@given(st.integers(0, 3_000_000), st.integers(0, 3_000_000), st.tuples(*[st.integers(1, 500)] * 3))
def test_a_lighter_parcel_never_costs_more(one: int, two: int, sides: tuple[int, int, int]) -> None:
    light, heavy = price(min(one, two), sides), price(max(one, two), sides)
    if heavy is not None:
        assert light is not None and light <= heavy

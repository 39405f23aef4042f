"""What a carrier asks: zones, bands, surcharges, limits, every charge listed, and the cheapest of several."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.rates import (
    Area,
    Band,
    Charge,
    Destination,
    Quote,
    Refusal,
    Remote,
    Service,
    Shipment,
    Sides,
    Surcharges,
    Zone,
    cheapest,
    quote,
)

HOME = Zone(
    name="1",
    area=Area(countries=("United Kingdom", "EIRE")),
    bands=(Band(up_to_mg=250_000, price_minor=180), Band(up_to_mg=2_000_000, price_minor=320)),
)
POST = Service(name="Post", zones=(HOME,), side_max_mm=450, girth_max_mm=900)
VAN = Service(
    name="Van",
    zones=(Zone(bands=(Band(up_to_mg=20_000_000, price_minor=990),)),),
    side_max_mm=1_200,
    girth_max_mm=2_400,
)


def ask(
    weight_mg: int = 1,
    sides_mm: Sides = (100, 100, 100),
    country: str = "EIRE",
    postcode: str = "",
    service: Service = POST,
    residential: bool = False,
    dangerous: bool = False,
) -> Quote | Refusal:
    to = Destination(country=country, postcode=postcode, residential=residential)
    return quote(service, Shipment(weight_mg=weight_mg, sides_mm=sides_mm, to=to, dangerous=dangerous))


def price(*args: object, **kwargs: object) -> int | None:
    found = ask(*args, **kwargs)  # type: ignore[arg-type]
    return found.price_minor if isinstance(found, Quote) else None


def why(**kwargs: object) -> str:
    found = ask(**kwargs)  # type: ignore[arg-type]
    assert isinstance(found, Refusal)
    return found.why


def test_a_band_takes_its_own_weight_and_not_a_milligram_more() -> None:
    assert [price(mg) for mg in (0, 1, 250_000, 250_001, 2_000_000, 2_000_001)] == [180, 180, 180, 320, 320, None]


def test_the_longest_side_may_be_as_long_as_allowed_whichever_it_is() -> None:
    for sides in ((450, 100, 100), (100, 450, 100), (100, 100, 450)):
        assert price(sides_mm=sides) == 180
    assert why(sides_mm=(451, 100, 100)) == why(sides_mm=(100, 100, 451)) == "longest side 451 mm > 450 mm"


def test_girth_is_the_longest_side_and_twice_the_others() -> None:
    assert price(sides_mm=(300, 200, 100)) == 180  # 300 + 2 * 300 = 900
    assert why(sides_mm=(300, 200, 101)) == "girth 902 mm > 900 mm"
    assert price(sides_mm=(180, 180, 180)) == 180  # a cube: 180 + 2 * 360 = 900
    assert price(sides_mm=(181, 180, 180)) is None


def test_a_country_that_is_not_named_is_not_served_and_none_named_is_everywhere() -> None:
    assert why(country="Mars") == "does not go to Mars"
    assert price(country="eire") is None
    assert price(country="Mars", service=VAN) == 990


def test_the_first_zone_that_covers_a_postcode_counts() -> None:
    islands = Zone(name="2", area=Area(("United Kingdom",), ("BT", "im 4")), bands=(Band(up_to_mg=1, price_minor=700),))
    service = dataclasses.replace(POST, zones=(islands, HOME))
    found = [price(1, country="United Kingdom", postcode=code, service=service) for code in ("bt1 1AA", "IM45XX", "B1")]
    assert found == [700, 700, 180]
    assert price(1, country="EIRE", postcode="BT1", service=service) == 180


def test_what_is_large_is_billed_by_its_size_and_says_so() -> None:
    bulky = dataclasses.replace(VAN, mm3_per_kg=5_000_000)
    found = ask(1_000_000, (400, 300, 250), service=bulky)  # 30,000,000 mm3 are 6 kg
    assert isinstance(found, Quote)
    assert found.words == "Van: 9.90 = 9.90 base, up to 20 kg (6 kg billed by size)"
    assert why(weight_mg=1, sides_mm=(500, 500, 450), service=bulky) == "22.5 kg billed by size > 20 kg"
    assert price(19_000_000, (400, 300, 250), service=bulky) == 990


def test_what_it_carries_is_weighed_and_not_measured() -> None:
    assert why(weight_mg=2_500_000, service=dataclasses.replace(VAN, weight_max_mg=2_000_000)) == "2.5 kg > 2 kg"


def test_every_charge_is_listed_and_they_sum_to_the_price() -> None:
    more = Surcharges(
        fuel_permille=125,
        residential_minor=90,
        remote=(Remote(area=Area(("EIRE",), ("A",)), price_minor=500), Remote(area=Area(), price_minor=1)),
        oversize_minor=700,
        oversize_side_mm=400,
    )
    service = dataclasses.replace(POST, surcharges=more)
    found = ask(1, (401, 10, 10), postcode="A1", service=service, residential=True)
    assert isinstance(found, Quote)
    assert found.charges == (
        Charge(what="base, zone 1, up to 0.25 kg", price_minor=180),
        Charge(what="fuel 12.5 %", price_minor=23),  # 22.5 is rounded up
        Charge(what="residential", price_minor=90),
        Charge(what="remote area", price_minor=500),
        Charge(what="oversize", price_minor=700),
    )
    assert found.price_minor == 1493
    assert price(1, (400, 10, 10), service=service) == 180 + 23 + 1


def test_oversize_by_girth_counts_once() -> None:
    more = Surcharges(oversize_minor=700, oversize_side_mm=300, oversize_girth_mm=500)
    service = dataclasses.replace(POST, surcharges=more)
    assert [price(1, sides, service=service) for sides in ((300, 50, 50), (300, 51, 50), (301, 51, 50))] == [
        180,
        880,
        880,
    ]


def test_dangerous_goods_go_only_where_they_are_taken() -> None:
    assert why(dangerous=True) == "takes no dangerous goods"
    assert price(dangerous=True, service=dataclasses.replace(POST, dangerous=True)) == 180


def best(services: tuple[Service, ...], weight_mg: int, country: str = "EIRE") -> tuple[str, int] | None:
    shipment = Shipment(weight_mg=weight_mg, sides_mm=(100, 100, 100), to=Destination(country=country))
    found = cheapest(services, shipment)
    return None if found is None else (found.service.name, found.price_minor)


def test_the_cheapest_that_takes_the_parcel_is_taken() -> None:
    both = (VAN, POST)
    assert best(both, 1) == ("Post", 180)
    assert best(both, 2_000_001) == best(both, 1, "Mars") == ("Van", 990)
    assert best(both, 20_000_001) is best((), 1) is None


def test_at_the_same_price_the_name_decides_so_that_a_run_can_be_repeated() -> None:
    other = dataclasses.replace(VAN, name="Lorry")
    assert best((VAN, other), 1) == best((other, VAN), 1) == ("Lorry", 990)


@given(st.integers(0, 3_000_000), st.integers(0, 3_000_000), st.tuples(*[st.integers(1, 500)] * 3))
def test_a_lighter_parcel_never_costs_more(one: int, two: int, sides: Sides) -> None:
    light, heavy = price(min(one, two), sides), price(max(one, two), sides)
    if heavy is not None:
        assert light is not None and light <= heavy


@given(st.integers(1, 10**6), st.integers(0, 1000))
def test_fuel_is_its_share_of_the_base_to_half_a_unit(base: int, permille: int) -> None:
    zone = Zone(bands=(Band(up_to_mg=1, price_minor=base),))
    service = dataclasses.replace(VAN, zones=(zone,), surcharges=Surcharges(fuel_permille=permille))
    found = price(1, service=service)
    assert found is not None and abs((found - base) * 1000 - base * permille) <= 500


@pytest.mark.parametrize("service", [POST, VAN])
def test_a_quote_is_whole_money(service: Service) -> None:
    found = ask(service=service)
    assert isinstance(found, Quote) and all(isinstance(charge.price_minor, int) for charge in found.charges)

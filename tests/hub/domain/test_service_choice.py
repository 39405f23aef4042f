"""The cheapest service that keeps the promise, and in words why not the others."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from hub.domain.rates import Area, Band, Destination, Service, Shipment, Surcharges, Zone
from hub.domain.service_choice import Choice, Promise, choose_service, refusals

LONDON = ZoneInfo("Europe/London")


def at(text: str) -> int:
    """UTC microseconds of a time in London."""
    return round(datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC).timestamp()) * 1_000_000


def service(name: str, price_minor: int, days: int, cutoff: str = "17:00", **changes: object) -> Service:
    zone = Zone(transit_days=days, bands=(Band(up_to_mg=2_000_000, price_minor=price_minor),), name="2")
    fields: dict[str, object] = {
        "name": name,
        "zones": (zone,),
        "side_max_mm": 1_000,
        "girth_max_mm": 3_000,
        "cutoff": time.fromisoformat(cutoff),
    }
    return Service(**(fields | changes))  # type: ignore[arg-type]


SLOW = service("Parcel 48h", 420, 2, surcharges=Surcharges(fuel_permille=120))
FAST = service("Express", 990, 1, "19:00")
LETTER = service("Letter", 150, 2, girth_max_mm=900)
PARCEL = Shipment(weight_mg=1_000_000, sides_mm=(400, 200, 200), to=Destination(country="Norway"))
TUESDAY = at("2011-03-01T10:00")


def choose(ready: str = "2011-03-01T10:00", shipment: Shipment = PARCEL, **promise: int) -> Choice:
    found = choose_service((LETTER, SLOW, FAST), shipment, promise=Promise(**promise), ready_us=at(ready), zone=LONDON)
    assert found is not None
    return found


def test_without_a_promise_the_cheapest_is_taken_and_why_is_said() -> None:
    assert choose().words == (
        "Parcel 48h: 4.70 = 4.20 base, zone 2, up to 2 kg + 0.50 fuel 12 %. "
        "Letter not taken: girth 1200 mm > 900 mm. Express not taken: 9.90."
    )


def test_a_dearer_service_is_taken_if_the_cheaper_comes_too_late() -> None:
    found = choose(deliver_by_us=at("2011-03-02T23:59:59"))
    assert (found.quote.service.name, found.kept) == ("Express", True)
    assert "Parcel 48h not taken: 4.70, arrives Thu 3 Mar 23:59, promised by Wed 2 Mar 23:59." in found.words


def test_what_is_ready_after_the_cutoff_leaves_the_next_working_day() -> None:
    assert choose("2011-03-01T17:00").times.leaves_us == at("2011-03-01T17:00")
    assert choose("2011-03-01T17:01").times.leaves_us == at("2011-03-02T17:00")
    assert choose("2011-03-04T18:00").times.leaves_us == at("2011-03-07T17:00"), "Friday evening: Monday"
    found = choose("2011-03-01T18:00", ship_by_us=at("2011-03-01T19:00"))
    assert (found.quote.service.name, found.kept) == ("Express", True)
    assert "Parcel 48h not taken: 4.70, leaves Wed 2 Mar 17:00, promised by Tue 1 Mar 19:00." in found.words


def test_a_weekend_is_not_in_transit() -> None:
    assert choose("2011-03-03T10:00").times.arrives_us == at("2011-03-07T23:59:59"), "Thursday and two days: Monday"


def test_if_no_service_keeps_the_promise_the_first_to_arrive_is_taken_and_it_is_said() -> None:
    found = choose(deliver_by_us=TUESDAY)
    assert (found.quote.service.name, found.kept) == ("Express", False)
    assert "No service keeps the promise; this one arrives first." in found.words


def test_what_nobody_takes_is_told_by_everybody() -> None:
    heavy = Shipment(weight_mg=9_000_000, sides_mm=(100, 100, 100), to=Destination(country="Norway"))
    assert choose_service((SLOW, FAST), heavy, promise=Promise(), ready_us=TUESDAY, zone=LONDON) is None
    assert refusals((SLOW, FAST), heavy) == "Parcel 48h: 9 kg > 2 kg. Express: 9 kg > 2 kg."


@given(
    prices=st.lists(st.tuples(st.integers(1, 999), st.integers(0, 9), st.booleans()), min_size=1, max_size=6),
    days=st.integers(0, 20),
)
def test_nothing_cheaper_keeps_the_promise_and_nothing_that_keeps_it_is_left_for_one_that_does_not(
    prices: list[tuple[int, int, bool]], days: int
) -> None:
    services = []
    for n, (price, transit, here) in enumerate(prices):
        area = Area() if here else Area(countries=("Mars",))
        zone = Zone(area=area, transit_days=transit, bands=(Band(up_to_mg=9_000_000, price_minor=price),))
        services.append(service(f"S{n}", price, transit, zones=(zone,)))
    deliver_by = TUESDAY + days * 86_400_000_000
    found = choose_service(services, PARCEL, promise=Promise(deliver_by_us=deliver_by), ready_us=TUESDAY, zone=LONDON)
    alone = [
        choose_service((one,), PARCEL, promise=Promise(deliver_by_us=deliver_by), ready_us=TUESDAY, zone=LONDON)
        for one in services
    ]
    offers = [one for one in alone if one is not None]
    if found is None:
        assert not offers
        return
    keeping = [one.quote.price_minor for one in offers if one.kept]
    assert found.kept == bool(keeping)
    if keeping:
        assert found.quote.price_minor == min(keeping)
    else:
        assert found.times.arrives_us == min(one.times.arrives_us for one in offers)

"""Available-to-promise: what was promised is never promised again, and each delivery counts once."""

from hypothesis import given
from hypothesis import strategies as st

from hub.domain.availability import Arrival, Availability, From

UNITS = st.integers(0, 50)
KNOWN = st.builds(
    Availability,
    free=UNITS,
    promised=UNITS,
    backordered=UNITS,
    arrivals=st.lists(st.builds(Arrival, st.integers(0, 9), UNITS), max_size=6).map(tuple),
)
NOW_US = 4


def test_a_delivery_fills_what_waits_before_it_can_be_promised() -> None:
    known = Availability(free=0, promised=0, backordered=6, arrivals=(Arrival(7, 4), Arrival(9, 10)))
    assert known.to_promise(NOW_US) == (From(NOW_US, 0), From(9, 8))


def test_a_delivery_that_is_overdue_is_promised_to_nobody_anew_but_counted_on_by_who_waits() -> None:
    known = Availability(free=2, promised=0, backordered=3, arrivals=(Arrival(1, 5), Arrival(9, 1)))
    assert known.to_promise(NOW_US) == (From(NOW_US, 2), From(9, 3))


def test_two_deliveries_of_one_day_are_one_entry() -> None:
    known = Availability(free=0, promised=0, backordered=0, arrivals=(Arrival(9, 1), Arrival(9, 2)))
    assert known.to_promise(NOW_US) == (From(NOW_US, 0), From(9, 3))


@given(KNOWN)
def test_nothing_is_promised_twice(known: Availability) -> None:
    everything = known.free + known.on_order
    owed = known.promised + known.backordered
    last = known.to_promise(NOW_US)[-1].units
    # units that lie free are available now even while deliveries are still owed to those who wait
    assert last <= max(known.available, everything - owed, known.available + max(0, known.on_order - known.backordered))
    assert known.to_promise(NOW_US)[0] == From(NOW_US, known.available)


@given(KNOWN)
def test_more_units_are_never_there_earlier(known: Availability) -> None:
    entries = known.to_promise(NOW_US)
    assert list(entries) == sorted(entries, key=lambda entry: (entry.from_us, entry.units))
    assert len({entry.from_us for entry in entries}) == len(entries)
    dates = [known.ships_from_us(units, NOW_US) for units in range(1, 120)]
    told = [date for date in dates if date is not None]
    assert told == sorted(told)
    assert None not in dates[: len(told)]


@given(KNOWN, st.integers(0, 9), UNITS)
def test_another_delivery_takes_nothing_away(known: Availability, due_us: int, units: int) -> None:
    more = Availability(
        free=known.free,
        promised=known.promised,
        backordered=known.backordered,
        arrivals=(*known.arrivals, Arrival(due_us, units)),
    )
    for asked in range(1, 120):
        before, after = known.ships_from_us(asked, NOW_US), more.ships_from_us(asked, NOW_US)
        assert before is None or (after is not None and after <= before)

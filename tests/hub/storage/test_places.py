"""Places are found by name, held and freed once each, and say what lies there."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from hub.storage import places
from hub.storage.ledger import Cause
from hub.storage.places import NoPlace, Place
from hub.storage.tables import PHYSICAL_KINDS, VIRTUAL_KINDS
from hub.storage.transaction import Tx
from tests.hub.stocked_floor import UNITS_A_BIN, StockedFloor


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[StockedFloor]:
    made = StockedFloor(tmp_path)
    yield made
    made.close()


def find(floor: StockedFloor, name: str) -> Place:
    found: Place = floor.call(lambda tx: places.find(tx.connection, tx.site_id, name))
    return found


def changes(floor: StockedFloor) -> list[tuple[str, str, str]]:
    """(station, what, ref) of the changes of places that were told."""
    rows = floor.rows("SELECT station, what, ref FROM change WHERE what = 'place' ORDER BY id")
    return [(row["station"], row["what"], row["ref"]) for row in rows]


def test_a_place_is_found_by_its_name_and_by_its_number(floor: StockedFloor) -> None:
    name = floor.bins_of("RED")[0]
    found = find(floor, name)
    assert (found.name, found.kind, found.sku_id, found.held) == (name, "bin", floor.ids["RED"], False)
    assert floor.call(lambda tx: places.by_id(tx.connection, found.id)) == found


@pytest.mark.parametrize("name", ["", "nowhere", "tote-0001", "TOTE-0001 "])
def test_a_name_that_no_place_has_is_told(floor: StockedFloor, name: str) -> None:
    assert floor.call(lambda tx: places.seek(tx.connection, tx.site_id, name)) is None
    with pytest.raises(NoPlace, match=f"Expected a location of this site, got '{name}'"):
        find(floor, name)


def test_a_place_of_another_site_is_not_found(floor: StockedFloor) -> None:
    assert floor.call(lambda tx: places.seek(tx.connection, tx.site_id + 1, "TOTE-0001")) is None


def test_a_name_is_given_once_and_a_kind_is_one_of_ours(floor: StockedFloor) -> None:
    made = floor.call(lambda tx: places.make(tx, "PLATE-1", "plate", "dock-1"))
    assert floor.call(lambda tx: places.by_id(tx.connection, made)).station == "dock-1"
    with pytest.raises(IntegrityError, match=r"UNIQUE|uq_location"):
        floor.call(lambda tx: places.make(tx, "PLATE-1", "plate"))
    with pytest.raises(IntegrityError, match="kind"):
        floor.call(lambda tx: places.make(tx, "ATTIC-1", "attic"))


def test_each_virtual_place_is_there_and_is_no_thing_to_touch(floor: StockedFloor) -> None:
    for kind in VIRTUAL_KINDS:
        place = floor.call(lambda tx, k=kind: places.by_id(tx.connection, places.virtual(tx, k)))
        assert (place.kind, places.is_physical(place)) == (kind, False)
    assert places.is_physical(find(floor, "TOTE-0001"))
    assert not set(PHYSICAL_KINDS) & set(VIRTUAL_KINDS)


def test_a_bin_is_held_and_freed_once_and_its_station_hears_of_each(floor: StockedFloor) -> None:
    name = floor.bins_of("RED")[0]
    station = find(floor, name).station
    for job, held in ((places.hold, True), (places.hold, True), (places.free, False), (places.free, False)):
        floor.call(lambda tx, j=job: j(tx, name))
        assert floor.held(name) is held
    assert changes(floor) == [(station, "place", name)] * 2


def test_holding_or_freeing_what_is_not_there_changes_nothing(floor: StockedFloor) -> None:
    for job in (places.hold, places.free):
        floor.call(lambda tx, j=job: j(tx, "nowhere"))
    assert changes(floor) == []


def test_what_lies_at_a_place_is_told_by_lot_and_what_is_gone_is_not(floor: StockedFloor) -> None:
    name = floor.bins_of("RED")[0]
    floor.stock(name, "RED", 5, expiry_us=1)
    place = find(floor, name)

    def lying(tx: Tx) -> list[tuple[int, int, int]]:
        return [(key.sku_id, units, held) for key, units, held in places.stock_at(tx.connection, place.id)]

    assert floor.call(lying) == [(floor.ids["RED"], 5, 0)]
    assert len(floor.rows(f"SELECT * FROM balance WHERE location_id = {place.id}")) == 2

    def empty(tx: Tx) -> None:
        [(key, units, _)] = places.stock_at(tx.connection, place.id)
        tx.ledger.move(key, units, place.id, places.virtual(tx, "scrap"), Cause(reason="a test"))

    floor.call(empty)
    assert floor.call(lying) == []
    assert floor.sound()


def test_the_home_of_an_sku_is_the_bin_that_was_given_to_it_first(floor: StockedFloor) -> None:
    for sku, sku_id in floor.ids.items():
        home = floor.call(lambda tx, s=sku_id: places.home_of(tx.connection, tx.site_id, s))
        assert home.name == floor.bins_of(sku)[0]
    assert floor.call(lambda tx: places.home_of(tx.connection, tx.site_id, 4711)) is None


def test_a_stations_bins_are_told_in_the_order_of_the_site(floor: StockedFloor) -> None:
    stations = {row["station"] for row in floor.rows("SELECT station FROM location WHERE kind = 'bin'")}
    told = [
        name for station in sorted(stations) for name in floor.call(
            lambda tx, s=station: places.bins_of(tx.connection, tx.site_id, s)
        )
    ]  # fmt: skip
    rows = floor.rows("SELECT name FROM location WHERE kind = 'bin'")
    assert sorted(told) == sorted(row["name"] for row in rows)
    assert floor.call(lambda tx: places.bins_of(tx.connection, tx.site_id, "nowhere")) == []


def test_every_unit_of_the_opening_stock_lies_in_a_bin(floor: StockedFloor) -> None:
    def units(tx: Tx) -> set[int]:
        bins = tx.connection.execute(text("SELECT id FROM location WHERE kind = 'bin' AND sku_id IS NOT NULL"))
        return {sum(n for _, n, _ in places.stock_at(tx.connection, row.id)) for row in bins}

    assert floor.call(units) == {UNITS_A_BIN}

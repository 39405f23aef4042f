"""Manifests close at the cutoff, and each parcel is scanned into its carrier's hands."""

from collections.abc import Iterator
from datetime import UTC, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from hub.handlers.handing_over import NothingToClose, carriers_due, close_manifest, driver_gone, last_passed_us, scan
from hub.storage import manifests
from hub.storage.manifests import ManifestRow
from hub.storage.transaction import Tx
from tests.hub.stocked_floor import DAY_US, StockedFloor

LONDON = ZoneInfo("Europe/London")


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[StockedFloor]:
    floor = StockedFloor(tmp_path)
    yield floor
    floor.close()


def ship(floor: StockedFloor, ref: str, tote: str, **units: int) -> str:
    """An order is picked, packed and labelled; the tracking number of its parcel."""
    floor.picked_tote(ref, tote=tote, **units)
    floor.scan("pack-1", tote)
    floor.check_items("pack-1", **units)
    tracking = floor.weigh("pack-1", floor.parcel_mg(**units)).expected[0]
    floor.scan("pack-1", tracking)
    return tracking


def close(floor: StockedFloor, carrier: str = "overseas") -> ManifestRow:
    number = floor.call(lambda tx: close_manifest(tx, carrier))
    with floor.engine.begin() as connection:
        found = manifests.named(connection, number)
    assert found is not None
    return found


def say(floor: StockedFloor, manifest: ManifestRow, symbol: str) -> str:
    verdict: str = floor.call(lambda tx: scan(tx, manifest, symbol, "Bo").verdict)
    return verdict


def at(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC).timestamp()) * 1_000_000


def test_a_manifest_has_what_waits_for_its_carrier_and_each_parcel_once(floor: StockedFloor) -> None:
    one, two = ship(floor, "A", "TOTE-0001", RED=1), ship(floor, "B", "TOTE-0002", GREEN=1)
    first = close(floor)
    assert (first.number, first.parcels, first.handed) == ("M-000001", 2, 0)
    with pytest.raises(NothingToClose, match="No parcel waits for overseas"):
        close(floor)
    three = ship(floor, "C", "TOTE-0003", GOLD=1)
    second = close(floor)
    with floor.engine.begin() as connection:
        assert [p.tracking for p in manifests.parcels_of(connection, first.id)] == [one, two]
        assert [p.tracking for p in manifests.parcels_of(connection, second.id)] == [three]


def test_a_parcel_whose_label_is_not_on_waits_for_no_carrier(floor: StockedFloor) -> None:
    floor.labelled(RED=3)
    with pytest.raises(NothingToClose):
        close(floor)


def test_a_manifest_closes_by_itself_once_the_carriers_cutoff_has_passed(floor: StockedFloor) -> None:
    def due() -> list[str]:
        with floor.engine.begin() as connection:
            carriers = carriers_due(connection, floor.policy, floor.clock_us)
        return [floor.call(lambda tx, key=carrier: close_manifest(tx, key)) for carrier in carriers]

    ship(floor, "A", "TOTE-0001", RED=1)
    assert due() == [], "it is noon; overseas collects until four"
    floor.clock_us = at("2011-03-01T16:00:01")
    assert (due(), due()) == (["M-000001"], [])
    ship(floor, "B", "TOTE-0002", GREEN=1)
    assert due() == [], "packed after the cutoff: the next collection's"
    floor.clock_us = at("2011-03-02T15:59:00")
    assert due() == []
    floor.clock_us = at("2011-03-02T16:00:01")
    assert due() == ["M-000002"]


def test_a_cutoff_passes_on_working_days_by_the_clock_of_the_site() -> None:
    four = time(16)
    assert last_passed_us(at("2011-03-01T16:00:00"), four, LONDON) == at("2011-03-01T16:00:00")
    assert last_passed_us(at("2011-03-01T15:59:59"), four, LONDON) == at("2011-02-28T16:00:00")
    assert last_passed_us(at("2011-03-07T10:00:00"), four, LONDON) == at("2011-03-04T16:00:00")
    assert last_passed_us(at("2011-06-06T16:00:00"), four, LONDON) == at("2011-06-06T16:00:00")


def test_a_parcel_is_handed_over_by_its_tracking_number_or_its_sscc_once(floor: StockedFloor) -> None:
    one, two = ship(floor, "A", "TOTE-0001", RED=1), ship(floor, "B", "TOTE-0002", GREEN=1)
    manifest = close(floor)
    [sscc] = [r["sscc"] for r in floor.rows(f"SELECT sscc FROM parcel WHERE tracking = '{two}'")]
    assert [say(floor, manifest, symbol) for symbol in (one, one, f"00{sscc}", sscc)] == [
        "handed",
        "again",
        "handed",
        "again",
    ]
    rows = floor.rows("SELECT handed_by FROM manifest_parcel WHERE handed_us IS NOT NULL")
    assert rows == [{"handed_by": "Bo"}] * 2


def test_what_does_not_belong_to_the_collection_stays(floor: StockedFloor) -> None:
    ship(floor, "A", "TOTE-0001", RED=1)
    first = close(floor)
    other = ship(floor, "B", "TOTE-0002", GREEN=1)
    assert say(floor, first, other) == "not_on_manifest"
    close(floor)
    assert say(floor, first, other) == "other"
    assert say(floor, first, "TOTE-0001") == "unknown"
    assert floor.rows("SELECT * FROM manifest_parcel WHERE handed_us IS NOT NULL") == []


def test_what_the_driver_left_behind_is_looked_for_until_it_is_scanned(floor: StockedFloor) -> None:
    one, two = ship(floor, "A", "TOTE-0001", RED=1), ship(floor, "B", "TOTE-0002", GREEN=1)
    manifest = close(floor)
    say(floor, manifest, one)

    def gone(tx: Tx) -> int:
        return driver_gone(tx, manifest)

    assert (floor.call(gone), floor.call(gone)) == (1, 1)
    assert floor.exceptions() == ["not_handed_over"]
    floor.clock_us += DAY_US
    say(floor, manifest, two)
    assert floor.exceptions() == []

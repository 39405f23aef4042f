"""What the beacon at an aisle's end should show: the colours of the pickers that have lights in the aisle."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import structs

from edge.contract.site import Rgb, load_site
from hub.handlers import moving
from hub.site.catalogue import load_catalogue
from hub.site.golive import policy_of
from tests.hub.built_hub import small_site
from tests.hub.stocked_floor import StockedFloor

BAY = "bay-01"


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[StockedFloor]:
    floor = StockedFloor(tmp_path)
    floor.policy = replace(floor.policy, aisles=((BAY, (BAY,)),))
    yield floor
    floor.close()


def aisle(floor: StockedFloor) -> tuple[str, ...]:
    return floor.desired(BAY).aisle  # type: ignore[union-attr]


def test_a_picker_s_colour_is_shown_from_the_first_light_to_the_last(floor: StockedFloor) -> None:
    floor.order("A", RED=1, BLUE=1)
    assert aisle(floor) == ()
    floor.load_cart("TOTE-0001")
    first, second = floor.tasks()
    assert aisle(floor) == (first["colour"],)
    floor.pick(first)
    assert aisle(floor) == (first["colour"],)
    floor.pick(second)
    assert aisle(floor) == ()


def test_counts_and_put_aways_are_nobody_s_colour(floor: StockedFloor) -> None:
    floor.call(lambda tx: moving.hold_for_count(tx, "bay-01/03", "test"))
    assert floor.tasks("count")
    assert aisle(floor) == ()


def test_a_bay_without_the_beacon_is_told_nothing_of_the_aisle(floor: StockedFloor) -> None:
    floor.policy = replace(floor.policy, aisles=())
    floor.order("A", RED=1)
    floor.load_cart("TOTE-0001")
    assert aisle(floor) == ()


def test_the_bay_with_the_beacon_hears_of_a_change_at_another_bay_of_its_aisle(floor: StockedFloor) -> None:
    hub = floor.hub
    hub.policy = replace(hub.policy, bays=(*hub.policy.bays, "bay-99"), aisles=(("bay-99", (BAY, "bay-99")),))
    cursor, _ = hub._changed_since(None)
    floor.call(lambda tx: moving.hold_for_count(tx, "bay-01/03", "test"))
    stations = hub._changed_since(cursor)[1]
    assert [name for name in stations if name in hub.policy.bays] == [BAY, "bay-99"], "whose light it is comes first"


def test_the_bays_of_an_aisle_are_those_whose_files_say_so(tmp_path: Path) -> None:
    directory = small_site(tmp_path / "site")
    site = load_site(directory)
    bay = site.station(BAY)
    stations = {
        "induct-1": site.station("induct-1"),
        "pack-1": site.station("pack-1"),
        BAY: structs.replace(bay, aisle="A", aisle_beacon=Rgb(red=1, green=2, blue=3)),
        "bay-02": structs.replace(bay, name="bay-02", aisle="A"),
        "bay-03": structs.replace(bay, name="bay-03", aisle="B"),
        "bay-04": structs.replace(bay, name="bay-04"),
    }
    policy = policy_of(structs.replace(site, stations=stations), load_catalogue(directory))
    assert policy.aisles == ((BAY, (BAY, "bay-02")),)

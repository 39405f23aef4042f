"""One order as it stands, from the shelf to its parcel."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.storage.order_figures import order_of
from tests.hub.stocked_floor import StockedFloor


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[StockedFloor]:
    floor = StockedFloor(tmp_path)
    yield floor
    floor.close()


def test_an_order_tells_where_its_units_are_and_in_which_parcel_they_left(floor: StockedFloor) -> None:
    floor.at_packing(RED=3)
    [known] = floor.rows("SELECT public FROM customer_order")
    with floor.engine.begin() as connection:
        found = order_of(connection, known["public"])
        assert order_of(connection, "nobody") is None
    assert found is not None
    assert (found["ref"], found["state"], found["picked"], found["ordered"]) == ("A", "picking", 3, 3)
    assert [(line["sku"], line["picked"]) for line in found["lines"]] == [("RED", 3)]
    [parcel] = found["parcels"]
    assert (parcel["tote"], parcel["tracking"]) == ("TOTE-0001", None)


def test_a_packed_order_names_its_label(floor: StockedFloor) -> None:
    tracking = floor.labelled(RED=3)
    [known] = floor.rows("SELECT public FROM customer_order")
    with floor.engine.begin() as connection:
        found = order_of(connection, known["public"])
    assert found is not None
    assert [(p["tracking"], p["state"]) for p in found["parcels"]] == [(tracking, "labelled")]
    assert found["packed"] == 3

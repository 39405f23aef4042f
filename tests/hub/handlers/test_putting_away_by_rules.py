"""Put-away by rules on the floor: full bins, free bins that an SKU is given, limits from the site's files."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.contract.events import UnitsPutAway
from hub.domain.putaway import Bin
from hub.handlers.put_away import PUT_FIRST_RANK, ask_put_away
from hub.site.edits import take_over
from hub.storage import places, putaway
from hub.storage.ledger import Cause, StockKey
from hub.storage.transaction import Tx
from tests.hub.stocked_floor import StockedFloor

RED_BIN, GREEN_BIN = "bay-01/03", "bay-01/06"


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[StockedFloor]:
    floor = StockedFloor(tmp_path)
    yield floor
    floor.close()


def plate(floor: StockedFloor, sku: str = "RED", units: int = 5, name: str = "PLATE") -> None:
    """Goods on a plate, whose bins are lit."""

    def go(tx: Tx) -> None:
        place = places.make(tx, name, "plate", "dock-1")
        stock = StockKey(tx.client_id, floor.ids[sku], places.default_lot(tx.connection, floor.ids[sku]))
        tx.ledger.move(stock, units, places.virtual(tx, "supplier"), place, Cause(reason="receive"))
        ask_put_away(tx, stock, place)

    floor.call(go)


def limit(floor: StockedFloor, bin_name: str, **values: int) -> None:
    """What a file would say of a bin."""

    def go(tx: Tx) -> None:
        bin_id, before = putaway.traits(tx.connection, tx.site_id)[bin_name]
        putaway.set_traits(tx, bin_id, before | values)

    floor.call(go)


def empty(floor: StockedFloor, bin_name: str, *, owner: bool = False) -> None:
    """A bin in which nothing lies, and of nobody unless ``owner`` stays."""
    floor.stock(bin_name, "GREEN", 0)
    if not owner:
        floor.call(
            lambda tx: tx.connection.exec_driver_sql(f"UPDATE location SET sku_id = NULL WHERE name = '{bin_name}'")
        )


def puts(floor: StockedFloor) -> list[tuple[str, str, int]]:
    return [(t["sku"], t["bin"], t["units"]) for t in floor.tasks("put")]


def put_all(floor: StockedFloor) -> None:
    for task in floor.tasks("put"):
        told = UnitsPutAway(
            task=task["public"], bin=task["bin"], units=task["units"], units_asked=task["units"], by="button"
        )
        floor.tell(task["station"], told)


def red_mg(floor: StockedFloor) -> int:
    return floor.catalogue.items["RED"].unit_mg


def test_what_a_full_bin_does_not_take_goes_to_a_free_one_that_is_the_skus_own_from_then_on(
    floor: StockedFloor,
) -> None:
    limit(floor, RED_BIN, load_max_mg=22 * red_mg(floor))
    empty(floor, GREEN_BIN)
    plate(floor, units=5)
    assert puts(floor) == [("RED", RED_BIN, 2), ("RED", GREEN_BIN, 3)]
    [first, second] = floor.rows("SELECT because FROM put_reason ORDER BY task_id")
    assert first["because"] == f"{RED_BIN} because units of the same lot lie there, with room for 2 more"
    assert second["because"].startswith(f"{GREEN_BIN} because it is free")
    put_all(floor)
    assert floor.at(GREEN_BIN) == {"RED": 3}
    plate(floor, units=1, name="PLATE-2")
    assert puts(floor) == [("RED", GREEN_BIN, 1)]
    assert floor.sound()


def test_units_that_are_on_their_way_to_a_bin_take_its_room(floor: StockedFloor) -> None:
    limit(floor, RED_BIN, load_max_mg=25 * red_mg(floor))
    plate(floor, units=4)
    plate(floor, units=4, name="PLATE-2")
    assert puts(floor) == [("RED", RED_BIN, 4), ("RED", RED_BIN, 1)]
    assert floor.exceptions() == ["no_room"]
    limit(floor, RED_BIN, load_max_mg=40 * red_mg(floor))
    assert floor.scan("dock-1", "PLATE-2").lines == ("PLATE-2: 4 units, their bins are lit.",)
    assert puts(floor)[2:] == [("RED", RED_BIN, 3)]
    assert floor.exceptions() == []


def test_a_given_bin_stays_unless_the_site_lets_slots_change_hands(floor: StockedFloor) -> None:
    full = {"load_max_mg": 20 * red_mg(floor)}
    limit(floor, RED_BIN, **full)
    empty(floor, GREEN_BIN)
    plate(floor, units=1)
    put_all(floor)
    floor.stock(GREEN_BIN, "RED", 0)

    def free_for_gold() -> list[Bin]:
        found: list[Bin] = floor.call(lambda tx: putaway.free_bins(tx, floor.ids["GOLD"]))
        return found

    assert free_for_gold() == []
    limit(floor, GREEN_BIN, dynamic=1)
    assert [place.name for place in free_for_gold()] == [GREEN_BIN]
    limit(floor, RED_BIN, dynamic=1, **full)
    floor.stock(RED_BIN, "RED", 0)
    assert [place.name for place in free_for_gold()] == [GREEN_BIN], "a bin of the site's files is nobody else's"


def test_what_orders_wait_for_is_put_away_first(floor: StockedFloor) -> None:
    floor.receive("A", ("RED", 25))
    plate(floor, units=5)
    assert floor.rows("SELECT rank FROM task WHERE kind = 'put'") == [{"rank": PUT_FIRST_RANK}]
    put_all(floor)
    assert floor.line("A") == {"promised": 25}


def test_limits_come_from_the_sites_file_and_a_given_bin_is_not_said_to_differ(tmp_path: Path) -> None:
    head = "bin,volume_ml,load_max_mg,dangerous,reserve,min_units,max_units"
    file = f"{head}\n{RED_BIN},,1000000,0,0,2,9\nbay-01/04,,,0,1,,\n"
    floor = StockedFloor(tmp_path, **{"bin_limits.csv": file})
    try:
        found = floor.call(lambda tx: putaway.traits(tx.connection, tx.site_id))
        assert found[RED_BIN][1]["load_max_mg"] == 1_000_000
        assert (found[RED_BIN][1]["min_units"], found[RED_BIN][1]["max_units"]) == (2, 9)
        assert [name for name, (_, said) in found.items() if said["reserve"]] == ["bay-01/04"]
        assert found[RED_BIN][1]["far_mm"] is not None, "the demo's site states its aisles"
        edits = floor.call(lambda tx: take_over(tx, floor.site, floor.catalogue, {}))
        assert (edits.taken, edits.left) == ([], [])
    finally:
        floor.close()

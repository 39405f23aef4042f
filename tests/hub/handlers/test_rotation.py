"""Which lot goes first, and that none goes whose time is over."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from edge.contract.rotation import ItemRotation
from edge.contract.site import SiteFile
from hub.handlers.counts import count_on_paper
from hub.handlers.spoiled import set_aside
from hub.site.catalogue import faults_between
from hub.site.edits import rotation_of
from hub.storage import orders, places, tasks
from hub.storage.ledger import Cause
from hub.storage.transaction import Tx
from tests.hub.stocked_floor import DAY_US, TUESDAY_US, StockedFloor

ONE, TWO = "bay-01/01", "bay-01/04"
"""Both bins of BLUE."""


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[StockedFloor]:
    floor = StockedFloor(tmp_path)
    assert floor.bins_of("BLUE") == [ONE, TWO]
    floor.stock(ONE, "BLUE", 10, expiry_us=TUESDAY_US + 9 * DAY_US)
    floor.stock(TWO, "BLUE", 10, expiry_us=TUESDAY_US + 5 * DAY_US)
    received(floor, ONE, TUESDAY_US - 2 * DAY_US)
    received(floor, TWO, TUESDAY_US - 1 * DAY_US)
    yield floor
    assert floor.sound()
    floor.close()


def received(floor: StockedFloor, bin_name: str, at_us: int) -> None:
    floor.call(lambda tx: write(tx, f"UPDATE lot SET received_us = {at_us} WHERE code = 'LOT-{bin_name}'"))


def policy(floor: StockedFloor, columns: str) -> None:
    floor.call(lambda tx: write(tx, f"UPDATE sku SET {columns} WHERE code = 'BLUE'"))


def write(tx: Tx, sql: str) -> int:
    done = tx.connection.exec_driver_sql(sql).rowcount
    assert done == 1
    return done


def bins(floor: StockedFloor) -> list[str]:
    return [row[1] for row in floor.call(lambda tx: tasks.bins_with(tx, floor.ids["BLUE"]))]


def free(floor: StockedFloor) -> int:
    return int(floor.call(lambda tx: orders.available(tx, floor.ids["BLUE"])))


@pytest.mark.parametrize(("rotation", "first"), [("fefo", TWO), ("fifo", ONE), ("lifo", TWO)])
def test_the_rotation_says_from_which_bin_is_picked_first(floor: StockedFloor, rotation: str, first: str) -> None:
    policy(floor, f"rotation = '{rotation}'")
    floor.receive("A", ("BLUE", 3))
    floor.load_cart("TOTE-0001")
    assert floor.the_task()["bin"] == first


def test_a_lot_whose_time_is_over_is_neither_promised_nor_picked(floor: StockedFloor) -> None:
    assert (free(floor), bins(floor)) == (20, [TWO, ONE])
    floor.clock_us = TUESDAY_US + 5 * DAY_US
    assert (free(floor), bins(floor)) == (10, [ONE])
    policy(floor, "keeps_days = 4")
    assert (free(floor), bins(floor)) == (0, [])


def test_the_bin_of_an_ended_lot_is_held_its_lights_called_back_and_its_orders_wait(floor: StockedFloor) -> None:
    floor.receive("A", ("BLUE", 3))
    floor.load_cart("TOTE-0001")
    floor.receive("B", ("BLUE", 15))
    assert floor.line("B") == {"promised": 15}
    floor.clock_us = TUESDAY_US + 5 * DAY_US
    assert [floor.call(set_aside) for _ in range(2)] == [1, 0]
    assert floor.held(TWO) and not floor.held(ONE)
    assert floor.the_task(state="recalled")["bin"] == TWO
    assert floor.exceptions() == ["spoiled_lot", "count_wanted"]
    assert floor.line("B") == {"promised": 10, "backordered": 5}


def test_a_count_without_the_ended_lot_ends_the_hold_and_one_with_it_does_not(floor: StockedFloor) -> None:
    floor.clock_us = TUESDAY_US + 5 * DAY_US
    floor.call(set_aside)
    floor.call(lambda tx: count_on_paper(tx, TWO, 4, "Kari"))
    assert floor.held(TWO)
    assert "spoiled_lot" in floor.exceptions()
    floor.call(lambda tx: count_on_paper(tx, TWO, 0, "Kari"))
    assert not floor.held(TWO)
    assert floor.exceptions() == []


def test_of_two_lots_in_a_bin_a_count_takes_the_first_to_expire_off_the_book(floor: StockedFloor) -> None:
    def mix(tx: Tx) -> None:
        here, there = (places.find(tx.connection, tx.site_id, name) for name in (ONE, TWO))
        [(stock, _, _)] = places.stock_at(tx.connection, there.id)
        tx.ledger.move(stock, 10, there.id, here.id, Cause(reason="test"))

    floor.call(mix)
    floor.clock_us = TUESDAY_US + 5 * DAY_US
    floor.call(set_aside)
    assert floor.held(ONE)
    floor.call(lambda tx: count_on_paper(tx, ONE, 10, "Kari"))
    assert not floor.held(ONE), "the ended lot was taken out, the other is left"
    assert (free(floor), bins(floor)) == (10, [ONE])


def test_an_item_of_its_own_goes_before_what_the_site_says(floor: StockedFloor) -> None:
    own = ItemRotation(sku="RED", rotation="lifo", keeps_days=7)
    file = SiteFile(name="s", client="c", rotation="fifo", keeps_days=2, rotations=(own, ItemRotation(sku="BLUE")))
    item = floor.catalogue.items["RED"]
    of = {sku: rotation_of(file, msgspec.structs.replace(item, sku=sku)) for sku in ("RED", "BLUE", "GREEN")}
    assert of["RED"] == {"rotation": "lifo", "keeps_days": 7}
    assert of["BLUE"] == of["GREEN"] == {"rotation": "fifo", "keeps_days": 2}


def test_a_rotation_of_an_sku_that_is_not_sold_is_told(floor: StockedFloor, tmp_path: Path) -> None:
    file = msgspec.structs.replace(floor.site.file, rotations=(ItemRotation(sku="PINK"),))
    site = msgspec.structs.replace(floor.site, file=file)
    assert list(faults_between(tmp_path, floor.catalogue, site)) == [
        f"{tmp_path / 'site.toml'}: rotations: sku: expected an SKU of items.csv, got 'PINK'."
    ]

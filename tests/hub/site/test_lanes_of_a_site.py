"""Cross-dock lanes come from ``bin_limits.csv``: bins of no SKU, without a scale."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.contract.events import UnitsPutAway
from edge.contract.site import BadSite
from hub.demo.site_maker import write_site
from hub.handlers.cancel import cancel_order
from hub.handlers.put_away import ask_put_away
from hub.keeping import Keeping
from hub.site.catalogue import load_catalogue
from hub.site.edits import take_over
from hub.storage import lanes, places
from hub.storage.ledger import Cause
from hub.storage.transaction import Tx
from tests.hub.stocked_floor import StockedFloor, site_file, site_files

LANE = "bay-01/04"
FILE = f"bin,lane\n{LANE},1\n"


def with_a_lane() -> dict[str, str]:
    """A site whose bin 4 has neither SKU nor scale, and is a lane."""
    files = site_files()
    return {
        "site.toml": site_file(),  # the same, and so not with the database of the site that has no lane
        "stations/bay-01.toml": files["stations/bay-01.toml"].replace(f'"{LANE}", channel = 3,', f'"{LANE}",'),
        "bins.csv": "\n".join(row for row in files["bins.csv"].split("\n") if not row.startswith(LANE)),
        "bin_limits.csv": FILE,
    }


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[StockedFloor]:
    floor = StockedFloor(tmp_path, **with_a_lane())
    yield floor
    floor.close()


def put_all(floor: StockedFloor) -> None:
    for task in floor.tasks("put"):
        told = {"task": task["public"], "bin": task["bin"], "units": task["units"], "units_asked": task["units"]}
        floor.tell(task["station"], UnitsPutAway(**told, by="button"))


def came(floor: StockedFloor, units: int) -> None:
    def go(tx: Tx) -> None:
        stock = places.stock_of(tx.connection, floor.ids["RED"])
        plate = places.make(tx, "PLATE", "plate", "dock-1")
        tx.ledger.move(stock, units, places.virtual(tx, "supplier"), plate, Cause(reason="receive"))
        ask_put_away(tx, stock, plate)

    floor.call(go)


def test_a_lane_of_the_sites_file_is_used_and_cleared_by_the_clock(floor: StockedFloor) -> None:
    keeping = Keeping(
        floor.engine,
        floor.writer,
        site_id=floor.rows("SELECT id FROM site")[0]["id"],
        policy=floor.policy,
        now_us=lambda: floor.clock_us,
        monotonic_s=iter(range(0, 1_000, 10)).__next__,
    )
    floor.receive("A", ("RED", 23))
    came(floor, 5)
    assert [(task["bin"], task["units"]) for task in floor.tasks("put")] == [(LANE, 3), ("bay-01/03", 2)]
    put_all(floor)
    assert floor.line("A") == {"promised": 23}
    keeping.look()
    assert floor.tasks("put") == []
    floor.call(lambda tx: cancel_order(tx, "A", waiting_only=False))
    keeping.look()
    keeping.look()
    assert [(task["bin"], task["units"]) for task in floor.tasks("put")] == [("bay-01/03", 3)]
    put_all(floor)
    assert floor.at(LANE) == {}
    assert floor.at("bay-01/03") == {"RED": 25}
    assert floor.sound()


def test_a_site_that_starts_again_does_not_take_a_lanes_sku_for_a_difference(floor: StockedFloor) -> None:
    floor.receive("A", ("RED", 23))
    came(floor, 5)
    edits = floor.call(lambda tx: take_over(tx, floor.site, floor.catalogue, {}))
    assert (edits.taken, edits.left) == ([], [])
    [row] = floor.rows(f"SELECT id FROM location WHERE name = '{LANE}'")
    assert floor.call(lambda tx: lanes.is_lane(tx.connection, row["id"]))


def test_a_lane_has_neither_an_sku_nor_a_scale(tmp_path: Path) -> None:
    own = site_files()
    write_site(tmp_path / "own", own | {"bin_limits.csv": FILE})
    with pytest.raises(BadSite, match=f"bin {LANE}: lane: expected a bin of no SKU, bins.csv gives it to one"):
        load_catalogue(tmp_path / "own")
    weighed = with_a_lane() | {"stations/bay-01.toml": own["stations/bay-01.toml"]}
    write_site(tmp_path / "weighed", own | weighed)
    with pytest.raises(BadSite, match=f"bin {LANE}: lane: expected a bin without a scale, it has channel 3: what is"):
        load_catalogue(tmp_path / "weighed")

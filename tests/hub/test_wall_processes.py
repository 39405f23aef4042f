"""The example site with a wall: its wall and its sort bench as processes on simulated metal, a hub, a broker."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.contract.hands import Place, Press, Scan
from edge.contract.site import Broker, load_site
from edge.logic.memory import BIN
from hub.domain.gtin import ean13
from hub.site.catalogue import load_catalogue
from hub.site.check import check_site
from tests.edge.hands_client import Hands
from tests.edge.live_station import LiveBroker, LiveStation
from tests.hub.built_hub import build_hub
from tests.hub.played_benches import PlayedBenches
from tests.waiting import wait_until

CONFIG = Path(__file__).parents[2] / "config" / "wall"
SEEN_S = 60
"""A loaded machine shows a light late; a test that waits longer than this has failed."""


def test_nothing_is_wrong_with_the_example_site() -> None:
    assert check_site(CONFIG) == ()


class LiveWall(PlayedBenches):
    """Induction, bay and pack station are played, fact by fact; the wall and its bench are real agents."""

    def __init__(self, directory: Path, broker: LiveBroker) -> None:
        site = directory / "site"
        shutil.copytree(CONFIG, site)
        self.catalogue = load_catalogue(site)
        self.hub = build_hub(directory, broker=Broker(port=broker.port), site=site)
        self.engine, self.writer, self.policy = self.hub.engine, self.hub.writer, self.hub.policy
        self.desk, self.taker = self.hub.desk, self.hub.taker
        self.clock_us = self.hub.now_us()
        self._seqs: dict[str, int] = {}
        self.stations = [LiveStation(site, name, broker.port, directory) for name in ("wall-1", "sort-1")]
        self.hub.start()
        for station in self.stations:
            station.start()
        self.wall, self.sort = (Hands(station.socket, SEEN_S) for station in self.stations)
        self.cells = [cell.name for cell in load_site(site).stations["wall-1"].bins]
        self.inside = dict.fromkeys(self.cells, 0)
        for cell in self.cells:
            self.weigh_cell(cell, 0)
        wait_until(lambda: self.heard("wall-1"), SEEN_S, "the wall obeys the hub")
        for cell in self.cells:  # what lies there when a scale first speaks is where its telling begins
            wait_until(lambda cell=cell: self.remembers_empty(cell), SEEN_S, f"the scale of {cell} has spoken")

    def close(self) -> None:
        for hands in (self.wall, self.sort):
            hands.close()
        for station in self.stations:
            station.kill()
        self.hub.close()

    def heard(self, station: str) -> int:
        """The desired version that a station has told that it obeys."""
        live = self.hub.live.stations.get(station)
        return 0 if live is None or live.reported is None else live.reported.desired_version

    def remembers_empty(self, cell: str) -> bool:
        return b'"baseline_mg":0' in (self.stations[0].remembers(BIN + cell) or b"")

    def symbol(self, sku: str) -> str:
        return ean13(self.catalogue.items[sku].gtin)

    def asks(self, words: str) -> None:
        """Wait until the bench's own screen asks this."""

        def asked() -> bool:
            prompt = self.sort.look().prompt
            return prompt is not None and words in prompt.title

        wait_until(asked, SEEN_S, f"sort-1 asks: {words}")

    def shows(self, cell: str, colour: str | None, text: str = "") -> None:
        """Wait until a cell's LEDs and display show this; None: dark."""

        def shown() -> bool:
            light = self.wall.light(cell)
            return (
                light is None if colour is None else light is not None and (light.colour, light.text) == (colour, text)
            )

        wait_until(shown, SEEN_S, f"{cell} shows {colour} {text}")

    def weigh_cell(self, cell: str, mass_mg: int) -> None:
        self.inside[cell] = mass_mg
        self.wall.do(Place(scale=cell, mass_mg=mass_mg))

    def parcel_mg(self, **units: int) -> int:
        """What a parcel of these units weighs, in the carton that the pack station asks for."""
        carton = self.prompt("pack-1").title.partition("carton ")[2][0]
        tare_mg = next(c.tare_mg for c in self.policy.cartons if c.name == carton)
        return tare_mg + sum(self.catalogue.items[sku].unit_mg * n for sku, n in units.items())

    def hand_puts(self, cell: str, sku: str, units: int) -> None:
        """Units go into a cell (or out of it)."""
        self.weigh_cell(cell, self.inside[cell] + units * self.catalogue.items[sku].unit_mg)


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[LiveWall]:
    broker = LiveBroker(tmp_path)
    broker.start()
    floor = LiveWall(tmp_path, broker)
    yield floor
    floor.close()
    broker.kill()


@pytest.mark.system
def test_two_orders_are_sorted_by_light_and_weight_and_a_wrong_cell_is_seen(floor: LiveWall) -> None:
    floor.order("A", MUG=2)
    floor.order("B", MUG=1, TIN=1)
    floor.load_cart("TOTE-0001")
    floor.pick_all()
    floor.asks("Scan a tote")
    floor.sort.do(Scan(text="TOTE-0001"))
    floor.asks("TOTE-0001: scan an item (4 to go)")

    floor.sort.do(Scan(text=floor.symbol("MUG")))
    floor.shows("wall-1/01", "yellow", "P  2")
    floor.shows("wall-1/02", "yellow", "P  1")
    floor.hand_puts("wall-1/05", "MUG", 1)
    floor.shows("wall-1/05", "red", "!+1")  # a hand must take one more out of it
    wait_until(lambda: floor.exceptions() == ["wrong_bin"], SEEN_S, "the hub knows of the wrong cell")
    floor.hand_puts("wall-1/05", "MUG", -1)
    floor.shows("wall-1/05", None)

    for cell, units in (("wall-1/01", 2), ("wall-1/02", 1)):
        floor.hand_puts(cell, "MUG", units)
        floor.wall.do(Press(control=f"confirm {cell}"))
    floor.shows("wall-1/01", "green", "DONE")
    floor.asks("TOTE-0001: scan an item (1 to go)")
    floor.sort.do(Scan(text=floor.symbol("TIN")))
    floor.shows("wall-1/02", "yellow", "P  1")
    floor.hand_puts("wall-1/02", "TIN", 1)
    floor.wall.do(Press(control="confirm wall-1/02"))
    floor.asks("TOTE-0001 is sorted. Is it empty?")
    # a press that comes sooner than eyes can see is not believed: then the scale confirms by itself
    by = "SELECT by FROM task WHERE kind = 'put' AND by IN ('both', 'weight')"
    wait_until(lambda: len(floor.rows(by)) == 3, SEEN_S, "every put is weighed")
    floor.sort.do(Press(control="confirm"))
    floor.asks("Scan a tote")

    floor.shows("wall-1/02", "green", "DONE")
    floor.scan("pack-1", "wall-1/02")
    floor.shows("wall-1/02", "green", "PACK")
    floor.weigh_cell("wall-1/02", 0)
    floor.check_items("pack-1", MUG=1, TIN=1)
    label = floor.weigh("pack-1", floor.parcel_mg(MUG=1, TIN=1))
    floor.scan("pack-1", label.expected[0])
    floor.shows("wall-1/02", None)
    assert floor.line("B") == {"shipped": 2} and floor.line("A") == {"picked": 2}
    assert floor.exceptions() == [] and floor.facts_set_aside() == 0 and floor.sound()

"""A bay's board dies with facts unsent; another takes its place, and nothing is lost or counted twice."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.contract.hands import Place
from edge.contract.site import Broker
from edge.logic.memory import BIN as BIN_PREFIX
from hub.hub import Hub
from hub.site.catalogue import load_catalogue
from hub.storage.verify import verify
from tests.edge.hands_client import Hands
from tests.edge.live_station import LiveBroker, LiveStation
from tests.hub.built_hub import build_hub, small_site
from tests.waiting import wait_until

pytestmark = pytest.mark.system

BAY = "bay-01"
BIN = "bay-01/03"
TAKEN = 2
RED = ("bay-01/01", "red")
"""Of a bay without a beacon: its first bin."""


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[LiveBroker]:
    broker = LiveBroker(tmp_path)
    broker.start()
    yield broker
    broker.kill()


class Swap:
    """A site, a hub that comes and goes, and two boards, each with its own card."""

    def __init__(self, directory: Path, broker: LiveBroker) -> None:
        self.site = small_site(directory / "site")
        self.directory = directory
        self.broker = broker
        self.hub: Hub | None = None
        self.boards = {}
        for card in ("old", "new"):
            (directory / card).mkdir()
            self.boards[card] = LiveStation(self.site, BAY, broker.port, directory / card)
        catalogue = load_catalogue(self.site)
        self.units = {stock.bin: stock.units for stock in catalogue.bins}
        skus = {stock.bin: catalogue.items[stock.sku].unit_mg for stock in catalogue.bins}
        self.unit_mg = skus[BIN]
        self.loads = {name: units * skus[name] for name, units in self.units.items() if name.startswith(f"{BAY}/")}

    def open(self) -> Hub:
        self.hub = build_hub(self.directory, broker=Broker(port=self.broker.port), site=self.site)
        self.hub.start()
        return self.hub

    def close(self) -> None:
        if self.hub is not None:
            self.hub.close()
            self.hub = None

    def command(self, *words: str, card: str) -> subprocess.CompletedProcess[str]:
        where = ["--site", str(self.site), "--data", str(self.directory / card / "data")]
        line = [sys.executable, "-c", "from edge.cli import main; main()", *words, *where]
        return subprocess.run(
            [*line, "--broker", f"127.0.0.1:{self.broker.port}"],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def ask(self, question: str) -> list[tuple[object, ...]]:
        assert self.hub is not None
        with self.hub.engine.begin() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(question)]

    def one(self, question: str) -> object:
        rows = self.ask(question)
        return rows[0][0] if rows else None

    def on_hand(self, place: str) -> object:
        return self.one(
            f"SELECT SUM(on_hand) FROM balance JOIN location l ON l.id = location_id WHERE l.name = '{place}'"
        )

    def load(self, hands: Hands) -> None:
        for number in range(1, 7):
            hands.do(Place(scale=f"{BAY}/{number:02}", mass_mg=self.loads.get(f"{BAY}/{number:02}", 0)))


@pytest.fixture
def swap(tmp_path: Path, broker: LiveBroker) -> Iterator[Swap]:
    swap = Swap(tmp_path, broker)
    yield swap
    for board in swap.boards.values():
        board.kill()
    swap.close()


def test_a_board_is_replaced_its_unsent_facts_are_delivered_once_and_it_is_shut_out_when_it_is_back(swap: Swap) -> None:
    old, new = swap.boards["old"], swap.boards["new"]
    hub = swap.open()
    old.start()
    hands = Hands(old.socket)
    swap.load(hands)
    told = "SELECT COALESCE(MAX(watermark), 0) FROM inbox"
    wait_until(lambda: swap.one(told), 20, "the old board's first fact")
    wait_until(lambda: hub.live.stations[BAY].reported and hub.live.stations[BAY].reported.desired_version, 10, "obeys")
    wait_until(lambda: b'"baseline_mg":9' in old.remembers(f"{BIN_PREFIX}{BIN}"), 20, "its weight is known")
    swap.close()

    hands.do(Place(scale=BIN, mass_mg=swap.loads[BIN] - TAKEN * swap.unit_mg))  # a hand where nothing is lit
    wait_until(lambda: hands.light(BIN) is not None, 20, "the wrong hand is seen")
    hands.close()
    old.kill()

    hub = swap.open()
    early = swap.command("device", "adopt", BIN, card="new")
    assert (early.returncode, "Scan the label of its station, or type it: bay-01" in early.stderr) == (1, True)
    wait_until(lambda: not hub.live.stations[BAY].online, 30, "the old board is away")
    adopted = swap.command("device", "adopt", BAY, card="new")
    assert adopted.returncode == 0, adopted.stderr
    assert "outbox send --station bay-01" in adopted.stdout
    new.start()
    wait_until(
        lambda: swap.one("SELECT claim FROM board WHERE station = 'bay-01'") == 1, 20, "the new board has the name"
    )
    wait_until(lambda: swap.one("SELECT COUNT(*) FROM inbox WHERE device = 'bay-01'") == 2, 10, "its journal")
    assert swap.on_hand(BIN) == swap.units[BIN]

    sent = swap.command("outbox", "send", "--station", BAY, card="old")
    assert sent.returncode == 0, sent.stderr
    assert not sent.stdout.startswith("bay-01: 0 of 0")
    assert swap.on_hand(BIN) == swap.units[BIN] - TAKEN
    again = swap.command("outbox", "send", "--station", BAY, card="old")
    assert "0 of 0 facts delivered" in again.stdout
    assert swap.on_hand(BIN) == swap.units[BIN] - TAKEN

    old.start()
    wait_until(lambda: swap.one("SELECT detail FROM exception WHERE kind = 'two_boards'"), 20, "the exception")
    hands = Hands(old.socket)
    wait_until(lambda: "is shut out" in old.said, 10, "it says so")
    wait_until(
        lambda: (seen := hands.look().lights) and {(s.place, s.colour) for s in seen} == {RED}, 10, "it shows red"
    )
    hands.close()
    names = {row[0] for row in swap.ask("SELECT board FROM board WHERE station = 'bay-01'")}
    holder = hub.live.stations[BAY]
    assert holder.online and holder.reported is not None and {holder.reported.board} == names
    assert old.end() == 0
    assert holder.online, "its goodbye is not the station's"
    with hub.engine.begin() as connection:
        assert not any(verify(connection).values())

"""Last night's database is put back under a floor that went on: the hub notices, and the stations make it whole."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from edge.contract.hands import Place
from edge.contract.site import Broker
from edge.contract.state import Ack, Reported
from hub.generation import Generations
from hub.handlers import counts
from hub.hub import Hub
from hub.storage.writer import Actor
from tests.databases import rows_of
from tests.edge.hands_client import Hands
from tests.edge.live_station import LiveBroker, LiveStation
from tests.hub.built_hub import build_hub, small_site
from tests.waiting import wait_until

pytestmark = pytest.mark.system

BAY = "bay-01"


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[LiveBroker]:
    broker = LiveBroker(tmp_path)
    broker.start()
    yield broker
    broker.kill()


@pytest.fixture
def bay(tmp_path: Path, broker: LiveBroker) -> Iterator[LiveStation]:
    station = LiveStation(small_site(tmp_path / "site"), BAY, broker.port, tmp_path)
    station.start()
    yield station
    station.kill()


class Floor:
    """A hub that is started and stopped over one directory, its bay, and the hands there."""

    def __init__(self, directory: Path, broker: LiveBroker, bay: LiveStation) -> None:
        self.file = directory / "hub.db"
        self._directory = directory
        self._broker = Broker(host="127.0.0.1", port=broker.port)
        self.bay = bay
        self.hands = Hands(bay.socket)
        self.hub: Hub | None = None

    def open(self) -> Hub:
        self.hub = build_hub(self._directory, broker=self._broker)
        self.hub.start()
        return self.hub

    def close(self) -> None:
        if self.hub is not None:
            self.hub.close()
            self.hub = None

    def count(self, bin_name: str) -> None:
        """The hub asks for a count by light, and the scale counts."""
        assert self.hub is not None
        before = self.counts()
        self.hub.writer.call(Actor("test", "count"), lambda tx: counts.suspect_bin(tx, bin_name, "a test asks"))
        wait_until(lambda: self.counts() > before, 10, f"the count of {bin_name}")
        wait_until(lambda: self.held() == self.sent(), 10, "the hub holds what the bay sent")

    def counts(self) -> int:
        """How many counts the hub holds."""
        return int(rows_of(self._directory, "SELECT COUNT(*) FROM fact WHERE type = 'BinCounted'")[0][0])

    def held(self) -> tuple[str, int]:
        """The bay's journal and up to where the hub holds it."""
        found = rows_of(self._directory, f"SELECT journal, watermark FROM inbox WHERE device = '{BAY}' AND current = 1")
        return ("", 0) if not found else (found[0][0], found[0][1])

    def sent(self) -> tuple[str, int]:
        """The bay's journal and the newest fact in it, from its own file."""
        with closing(sqlite3.connect(f"file:{self.bay.outbox}?mode=ro", uri=True)) as db:
            found: tuple[str, int] = db.execute("SELECT id, last_seq FROM journal").fetchone()
        return found

    def obeyed(self) -> tuple[int, int]:
        """(generation, seq) of the acknowledgement that the bay obeys."""
        with closing(sqlite3.connect(f"file:{self.bay.outbox}?mode=ro", uri=True)) as db:
            found: tuple[int, int] = db.execute("SELECT generation, acknowledged FROM journal").fetchone()
        return found

    def copy(self) -> bytes:
        """The database of a hub that is closed, as a backup holds it."""
        with closing(sqlite3.connect(self.file)) as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return self.file.read_bytes()

    def put_back(self, backup: bytes) -> None:
        """Put a backup where the database is, as a person does."""
        for suffix in ("-wal", "-shm"):
            self.file.with_name(self.file.name + suffix).unlink(missing_ok=True)
        self.file.write_bytes(backup)


@pytest.fixture
def floor(tmp_path: Path, broker: LiveBroker, bay: LiveStation) -> Iterator[Floor]:
    floor = Floor(tmp_path, broker, bay)
    for number in range(1, 7):
        floor.hands.do(Place(scale=f"{BAY}/0{number}", mass_mg=0))
    yield floor
    floor.close()
    floor.hands.close()


@pytest.mark.sqlite_only
def test_a_database_that_is_put_back_begins_a_new_generation_and_gets_back_what_it_lost(floor: Floor) -> None:
    floor.open()
    wait_until(lambda: floor.held()[1] > 0, 20, "the bay's first fact")
    floor.close()
    backup = floor.copy()

    floor.open()
    for bin_name in (f"{BAY}/01", f"{BAY}/02", f"{BAY}/03"):
        floor.count(bin_name)
    floor.close()
    lost = floor.sent()[1]
    assert floor.obeyed()[0] == 1  # which watermark it obeys is on its card with its next facts, or within a minute

    floor.put_back(backup)
    assert floor.held()[1] < lost and floor.counts() == 0
    hub = floor.open()
    wait_until(lambda: hub.taker.generation == 2, 10, "a new generation")
    wait_until(
        lambda: floor.held() == floor.sent() and floor.obeyed()[0] == 2, 10, "what was lost comes back by itself"
    )
    assert floor.held()[1] >= lost and floor.counts() == 3
    floor.count(f"{BAY}/04")

    floor.close()
    hub = floor.open()
    floor.count(f"{BAY}/05")
    assert hub.taker.generation == 2, "what was put back once is put back for good"


def test_a_hub_that_is_only_started_again_keeps_its_generation(floor: Floor) -> None:
    floor.open()
    floor.count(f"{BAY}/01")
    floor.close()
    hub = floor.open()
    floor.count(f"{BAY}/02")
    assert hub.taker.generation == 1


def reported(*, generation: int = 1, version: int = 0, acknowledged: Ack | None = None) -> Reported:
    return Reported(
        version="0",
        simulated=True,
        desired_generation=generation,
        desired_version=version,
        lit=(),
        open_tasks=(),
        alarms=(),
        parts=(),
        outbox_rows=0,
        acknowledged=acknowledged,
    )


@pytest.mark.parametrize(
    ("report", "generation"),
    [
        (reported(version=1_000_000), 2),
        (reported(generation=4, version=1), 5),
        (reported(acknowledged=Ack(generation=1, journal="j", seq=1)), 2),
        (reported(acknowledged=Ack(generation=7, journal="j", seq=0)), 8),
        (reported(version=1, acknowledged=Ack(generation=1, journal="j", seq=0)), 1),
        (reported(generation=0), 1),
    ],
    ids=["a later version", "a later generation", "a fact that is not held", "a later acknowledgement", "new", "old"],
)
def test_whatever_a_station_knows_more_of_begins_a_new_generation(
    tmp_path: Path, report: Reported, generation: int
) -> None:
    hub = build_hub(tmp_path)
    try:
        generations: Generations = hub.generations
        assert generations.doubts(BAY, report) or generation == 1
        hub._reported(BAY, report)
        wait_until(lambda: hub.taker.generation == generation, 5, "the generation")
        asked = hub.writer.call(Actor("test", "test"), lambda tx: generations.check(tx, BAY, report))
        assert asked[0] == generation, "it begins once"
    finally:
        hub.close()

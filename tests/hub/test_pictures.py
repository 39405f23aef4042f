"""What a camera saw, at the hub: which pictures facts point to, and what a person is told of one that is not there."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import text

from edge.contract.commands import PICTURE_BYTES_MAX, AnyCommand, Result, SendPicture, result_of
from edge.contract.events import AlarmRaised, SymbolScanned
from hub.asking import Asking
from hub.pictures import FETCH_MAX, NoPicture, NotNow, Pictures
from hub.storage import pictures as stored
from hub.storage.order_figures import order_of
from tests.hub.stocked_floor import StockedFloor

PICTURE = "1f0c9a7d5e3b2468"
JPEG = b"\xff\xd8\xff\xd9"


class PlayedStation:
    """A station that has some pictures, and answers at once."""

    def __init__(self, floor: StockedFloor) -> None:
        self.there = True
        self.away: set[str] = set()
        self.has: dict[str, bytes] = {}
        self.fails = False
        self.asked: list[str] = []
        self.asking = Asking(self._send, lambda name: self.there and name not in self.away)
        ids = count()
        self.pictures = Pictures(floor.engine, floor.writer, self.asking, lambda: f"c{next(ids)}")

    def _send(self, station: str, command: AnyCommand, expires_s: int) -> None:
        assert isinstance(command, SendPicture)
        self.asked.append(f"{station}/{command.picture}")
        jpeg = self.has.get(command.picture)
        result = result_of(command, "gone") if jpeg is None else result_of(command, body=jpeg)
        if self.fails:
            result = Result(command=command.command, outcome="failed", detail="ask again")
        self.asking.answered(station, result)


@pytest.fixture
def floor(tmp_path: Path) -> Iterator[StockedFloor]:
    made = StockedFloor(tmp_path)
    yield made
    made.close()


@pytest.fixture
def station(floor: StockedFloor) -> PlayedStation:
    return PlayedStation(floor)


def scan(floor: StockedFloor, bench: str, symbol: str, picture: str = PICTURE) -> None:
    asked = floor.prompt(bench)
    event = SymbolScanned(step=asked.step, text=symbol, symbology="", aim="", source="camera", picture=picture)
    floor.tell(bench, event)


def alarm(floor: StockedFloor, n: int, picture: str = PICTURE) -> None:
    floor.tell("pack-1", AlarmRaised(alarm=f"a{n}", kind="unreadable", place="camera", picture=picture))


def committed(floor: StockedFloor) -> None:
    """What was queued at the writer is on the disk."""
    floor.call(lambda tx: None)


def test_an_alarm_of_the_camera_points_to_its_picture(floor: StockedFloor) -> None:
    alarm(floor, 1)
    assert floor.rows("SELECT picture FROM exception") == [{"picture": f"pack-1/{PICTURE}"}]


def test_a_name_that_is_no_id_leads_nowhere(floor: StockedFloor) -> None:
    alarm(floor, 1, picture="../../etc/passwd")
    assert floor.rows("SELECT picture FROM exception") == [{"picture": ""}]


def test_what_was_received_and_what_was_not_ordered_point_to_what_the_camera_saw(floor: StockedFloor) -> None:
    number = floor.purchase(RED=5)
    scan(floor, "dock-1", number)
    scan(floor, "dock-1", "SOMETHING-ELSE", picture="0" * 16)
    scan(floor, "dock-1", floor.symbol("RED"))
    floor.count("dock-1", 5)
    assert floor.rows("SELECT picture FROM exception WHERE kind = 'unordered_item'") == [
        {"picture": f"dock-1/{'0' * 16}"}
    ]
    received = "SELECT e.picture FROM transfer t JOIN evidence e ON e.id = t.evidence_id WHERE t.reason = 'receive'"
    assert floor.rows(received) == [{"picture": f"dock-1/{PICTURE}"}]


def test_a_picture_is_asked_for_once_and_kept(floor: StockedFloor, station: PlayedStation) -> None:
    alarm(floor, 1)
    station.has[PICTURE] = JPEG
    assert station.pictures.show(f"pack-1/{PICTURE}") == JPEG
    committed(floor)
    station.there = False
    assert station.pictures.show(f"pack-1/{PICTURE}") == JPEG
    assert station.asked == [f"pack-1/{PICTURE}"]


def test_a_picture_that_is_gone_is_said_to_be_and_not_asked_for_again(
    floor: StockedFloor, station: PlayedStation
) -> None:
    alarm(floor, 1)
    for _ in range(2):
        with pytest.raises(NoPicture, match="gone"):
            station.pictures.show(f"pack-1/{PICTURE}")
        committed(floor)
    assert len(station.asked) == 1


def test_a_station_that_is_away_or_cannot_now_is_said_to_be_and_asked_again(
    floor: StockedFloor, station: PlayedStation
) -> None:
    alarm(floor, 1)
    station.there = False
    with pytest.raises(NotNow, match="pack-1 is away"):
        station.pictures.show(f"pack-1/{PICTURE}")
    station.there = station.fails = True
    with pytest.raises(NotNow, match="ask again"):
        station.pictures.show(f"pack-1/{PICTURE}")
    station.fails, station.has = False, {PICTURE: JPEG}
    assert station.pictures.show(f"pack-1/{PICTURE}") == JPEG


def test_no_station_is_asked_for_what_nothing_points_to(station: PlayedStation) -> None:
    with pytest.raises(NoPicture, match="Expected a picture that an exception or a movement names"):
        station.pictures.show(f"pack-1/{PICTURE}")
    assert station.asked == []


@pytest.mark.parametrize("body", [b"<html>", b"", JPEG + bytes(PICTURE_BYTES_MAX)])
def test_what_is_no_picture_is_not_shown(floor: StockedFloor, station: PlayedStation, body: bytes) -> None:
    alarm(floor, 1)
    station.has[PICTURE] = body
    with pytest.raises(NoPicture, match="Expected a JPEG"):
        station.pictures.show(f"pack-1/{PICTURE}")


def test_pictures_of_open_exceptions_are_fetched_by_themselves_a_few_at_a_time(
    floor: StockedFloor, station: PlayedStation
) -> None:
    names = [f"{n:016x}" for n in range(FETCH_MAX + 2)]
    station.has = dict.fromkeys(names, JPEG)
    for n, name in enumerate(names):
        alarm(floor, n, name)
    assert station.pictures.fetch_wanted() == FETCH_MAX
    committed(floor)
    assert station.pictures.fetch_wanted() == 2
    committed(floor)
    assert station.pictures.fetch_wanted() == 0
    assert len(floor.rows("SELECT name FROM picture WHERE body IS NOT NULL")) == len(names)


def test_what_a_station_could_not_send_just_now_is_fetched_later(floor: StockedFloor, station: PlayedStation) -> None:
    alarm(floor, 1)
    station.fails = True
    assert station.pictures.fetch_wanted() == 1
    assert station.pictures.fetch_wanted() == 1, "it is asked for again"
    station.there = False
    assert station.pictures.fetch_wanted() == 0


def test_a_station_that_is_away_keeps_no_other_from_being_asked(floor: StockedFloor, station: PlayedStation) -> None:
    alarm(floor, 0)
    for n in range(1, 3 * FETCH_MAX):
        event = AlarmRaised(alarm=f"a{n}", kind="unreadable", place="camera", picture=f"{n:016x}")
        floor.tell("dock-1", event)
    station.away, station.has = {"dock-1"}, {PICTURE: JPEG}
    assert station.pictures.fetch_wanted() == 1
    assert station.asked == [f"pack-1/{PICTURE}"]
    committed(floor)
    station.away = set()
    assert station.pictures.fetch_wanted() == FETCH_MAX


def test_so_many_copies_are_kept_at_most(floor: StockedFloor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored, "KEPT_MAX", 3)
    for n in range(6):
        floor.call(lambda tx, n=n: stored.keep(tx, f"pack-1/{n}", JPEG))
    with floor.engine.begin() as connection:
        kept = list(connection.execute(text("SELECT name FROM picture ORDER BY id")).scalars())
    assert kept == ["pack-1/3", "pack-1/4", "pack-1/5"]


def test_an_order_shows_what_the_camera_saw_of_each_item_and_of_the_label(floor: StockedFloor) -> None:
    floor.at_packing(RED=3, GREEN=1)
    for n, (sku, units) in enumerate({"RED": 3, "GREEN": 1}.items(), 1):
        scan(floor, "pack-1", floor.symbol(sku), picture=f"{n:016x}")
        floor.count("pack-1", units)
    [tracking] = floor.weigh("pack-1", floor.parcel_mg(RED=3, GREEN=1)).expected
    scan(floor, "pack-1", tracking, picture="f" * 16)
    [known] = floor.rows("SELECT public FROM customer_order")
    with floor.engine.begin() as connection:
        found = order_of(connection, known["public"])
    assert found is not None
    [parcel] = found["parcels"]
    assert {seen["name"]: seen["what"] for seen in parcel["pictures"]} == {
        f"pack-1/{1:016x}": floor.catalogue.items["RED"].description,
        f"pack-1/{2:016x}": floor.catalogue.items["GREEN"].description,
        f"pack-1/{'f' * 16}": "label",
    }

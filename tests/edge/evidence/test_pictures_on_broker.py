"""A real station over a real broker: its facts name pictures, it sends them when asked, and a card that is broken costs
pictures only."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.contract.commands import Result, SendPicture
from edge.contract.events import AlarmRaised, SymbolScanned
from edge.contract.hands import Show, Shown
from edge.contract.state import BenchDesired, Prompt
from edge.evidence.note import note_of
from tests.edge.hands_client import Hands
from tests.edge.live_station import LiveBroker, LiveStation
from tests.edge.played_hub import PlayedHub
from tests.edge.small_site import write_site
from tests.waiting import wait_until

pytestmark = pytest.mark.system

TOTE = Shown(text="TOTE-0001", symbology="Code128")


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[LiveBroker]:
    made = LiveBroker(tmp_path)
    made.start()
    yield made
    made.kill()


@pytest.fixture
def hub(broker: LiveBroker) -> Iterator[PlayedHub]:
    made = PlayedHub("test", broker.port)
    yield made
    made.close()


@pytest.fixture
def bench(tmp_path: Path, broker: LiveBroker) -> Iterator[LiveStation]:
    station = LiveStation(write_site(tmp_path / "site"), "pack-1", broker.port, tmp_path)
    yield station
    station.kill()


def asking(step: str) -> BenchDesired:
    prompt = Prompt(step=step, ask="scan", title="Scan a tote", expected=(TOTE.text,))
    return BenchDesired(generation=1, version=1, as_of=None, prompt=prompt)


def scans(hub: PlayedHub) -> list[SymbolScanned]:
    return [event for event in hub.events(SymbolScanned) if isinstance(event, SymbolScanned)]


def ask(hub: PlayedHub, station: str, picture: str) -> Result:
    """Ask a station for a picture; its answer."""
    before = len(hub.results)
    hub.command(station, SendPicture(command=f"c{before}", picture=picture))
    wait_until(lambda: len(hub.results) > before, 10, "an answer")
    return hub.results[-1]


def test_a_scan_and_an_unreadable_thing_name_their_pictures_and_these_are_sent(
    hub: PlayedHub, bench: LiveStation
) -> None:
    bench.start()
    hands = Hands(bench.socket, 30)
    hub.want("pack-1", asking("s1"))
    wait_until(lambda: hands.look().prompt is not None, 10, "the prompt")
    hands.do(Show(symbols=(TOTE,)))
    wait_until(lambda: scans(hub), 10, "the scan")
    sent = ask(hub, "pack-1", scans(hub)[0].picture)
    note = note_of(sent.body)
    assert (sent.outcome, note.text, note.station, note.why) == ("done", TOTE.text, "pack-1", "read")
    hands.do(Show())
    hands.do(Show(hidden=True))
    wait_until(lambda: hub.events(AlarmRaised), 15, "the alarm")
    [alarm] = hub.events(AlarmRaised)
    assert isinstance(alarm, AlarmRaised)
    assert note_of(ask(hub, "pack-1", alarm.picture).body).why == "unreadable"
    gone = ask(hub, "pack-1", "0" * 16)
    assert (gone.outcome, gone.body) == ("refused", b"")
    assert "does not have this picture (any more)" in gone.detail
    hands.close()
    assert bench.end() == 0


def test_where_no_picture_can_be_kept_that_is_told_as_a_part_and_scans_go_on(
    hub: PlayedHub, bench: LiveStation, tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "pictures").write_text("in the way")
    bench.start()
    hands = Hands(bench.socket, 30)
    wait_until(lambda: "pack-1" in hub.reported, 10, "a report")
    hands.do(Show(symbols=(TOTE,)))
    wait_until(lambda: scans(hub), 10, "the scan")
    wait_until(lambda: any(p.part == "evidence" and not p.ok for p in hub.reported["pack-1"].parts), 10, "the part")
    hands.do(Show(symbols=(Shown(text="TOTE-0002", symbology="Code128"),)))
    wait_until(lambda: [scan.text for scan in scans(hub)] == ["TOTE-0001", "TOTE-0002"], 10, "the next scan")
    assert scans(hub)[1].picture == "", "what is surely not kept is not named"
    hands.close()


def test_a_station_without_a_camera_says_that_it_keeps_none(hub: PlayedHub, broker: LiveBroker, tmp_path: Path) -> None:
    bay = LiveStation(write_site(tmp_path / "site"), "bay-02", broker.port, tmp_path)
    bay.start()
    try:
        wait_until(lambda: "bay-02" in hub.reported, 20, "a report")
        answer = ask(hub, "bay-02", "0" * 16)
        assert (answer.outcome, answer.detail[:31]) == ("refused", "This station keeps no pictures:")
    finally:
        bay.kill()

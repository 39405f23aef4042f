"""A simulated pack station's real process: what its scanner and a person's page read, as facts with their meaning."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.contract.commands import Identify, ScanSymbol
from edge.contract.events import Gs1Said, SymbolScanned
from edge.contract.hands import Scan
from edge.contract.state import BenchDesired, Prompt
from firmware.scanners.scan import GROUP_SEPARATOR as GS
from tests.edge.hands_client import Hands
from tests.edge.live_station import LiveBroker, LiveStation
from tests.edge.played_hub import PlayedHub
from tests.edge.small_site import write_site
from tests.waiting import wait_until

pytestmark = pytest.mark.system

LABEL = f"010950600013435217271231375{GS}10AB-7"
MEANING = Gs1Said(gtin="09506000134352", lot="AB-7", expiry="2027-12-31", count=5)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[PlayedHub]:
    broker = LiveBroker(tmp_path)
    broker.start()
    hub = PlayedHub("test", broker.port)
    station = LiveStation(write_site(tmp_path / "site"), "pack-1", broker.port, tmp_path)
    station.start()
    wait_until(lambda: hub.presence.get("pack-1"), 15, "presence")
    prompt = Prompt(step="s1", ask="scan", title="Scan an item")
    hub.want("pack-1", BenchDesired(generation=1, version=1, as_of=None, prompt=prompt))
    wait_until(lambda: "pack-1" in hub.reported and hub.reported["pack-1"].prompt_step == "s1", 10, "the prompt")
    yield hub
    station.kill()
    hub.close()
    broker.kill()


def scans(hub: PlayedHub) -> list[SymbolScanned]:
    return [event for event in hub.events(SymbolScanned) if isinstance(event, SymbolScanned)]


def test_the_scanners_gs1_label_comes_with_its_meaning(hub: PlayedHub, tmp_path: Path) -> None:
    Hands(tmp_path / "run" / "pack-1.sock").do(Scan(text=LABEL, aim="]C1"))
    wait_until(lambda: scans(hub), 5, "the fact")
    [told] = scans(hub)
    assert (told.gs1, told.gs1_error, told.source) == (MEANING, "", "scanner")


def test_a_pages_scan_becomes_one_fact_however_often_it_is_sent_and_an_old_question_is_refused(hub: PlayedHub) -> None:
    for _ in range(2):
        hub.command("pack-1", ScanSymbol(command="scan-1", step="s1", text=LABEL, aim="]C1"))
    hub.command("pack-1", ScanSymbol(command="scan-2", step="s0", text=LABEL, aim="]C1"))
    hub.command("pack-1", Identify(command="last", seconds=0))
    wait_until(lambda: len(hub.results) == 4, 5, "every answer")
    assert [(r.command, r.outcome) for r in hub.results] == [
        ("scan-1", "done"),
        ("scan-1", "done"),
        ("scan-2", "refused"),
        ("last", "done"),
    ]
    wait_until(lambda: scans(hub), 5, "the fact")
    [told] = scans(hub)
    assert (told.gs1, told.source, told.scan) == (MEANING, "page", "scan-1")

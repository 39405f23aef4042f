"""The agent in one process, on real drivers and twins; what it publishes is collected instead of sent."""

import random
import resource
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest

from edge.agent import Agent
from edge.contract import codec
from edge.contract.events import DeviceFailed, DeviceRecovered, Event, LabelPrinted, StationStarted, UnitsPicked
from edge.contract.site import load_site
from edge.contract.state import OUTBOX_FULL, Ack, BayDesired, BenchDesired, Desired, PrintJob, Reported, Task
from edge.contract.topics import Channel
from edge.fingers import Fingers
from edge.identity import Identity
from edge.logic.bay import BayLogic
from edge.logic.bench import BenchLogic
from edge.main import manner_of
from edge.outbox import Outbox
from edge.sender import Sender
from edge.simulated import SimulatedDevices
from tests.edge.small_site import write_site
from tests.waiting import wait_until

A_BIN = "bay-01/01"


def now_us() -> int:
    return time.monotonic_ns() // 1000


def site_in(directory: Path) -> Path:
    return directory if directory.exists() else write_site(directory)


class Station:
    """An agent on its own thread."""

    def __init__(
        self,
        directory: Path,
        name: str,
        unacknowledged_max: int = 1000,
        before_start: Callable[[SimulatedDevices], None] = lambda _: None,
        alive: Callable[[], None] = lambda: None,
        cable: Callable[[str, str], str] = lambda _part, port: port,
    ) -> None:
        self.published: list[tuple[Channel, bytes]] = []
        self.takes = True
        ids = count(1)
        station = load_site(site_in(directory / "site")).station(name)
        self.outbox = Outbox(
            directory / "box.db",
            new_id=lambda: f"{next(ids):032x}",
            wall_us=now_us,
            monotonic_us=now_us,
            boot_id="boot",
            synced=lambda: True,
            unacknowledged_max=unacknowledged_max,
        )
        new_id = lambda: f"alarm-{next(ids)}"  # noqa: E731

        def new_logic() -> BayLogic | BenchLogic:
            shape = BayLogic if station.is_bay else BenchLogic
            return shape(station, self.outbox.memory(), new_id, self.outbox.journal)

        self.devices = SimulatedDevices(station, now_us, random.Random(1), cable)
        self.agent = Agent(
            identity=Identity(version="1", simulated=True, places=(*(b.name for b in station.bins), "beacon")),
            new_logic=new_logic,
            outbox=self.outbox,
            sender=Sender(name, self.outbox),
            devices=self.devices,
            publish=self.take,
            now_us=now_us,
            alive=alive,
            manner=manner_of(station),
        )
        before_start(self.devices)
        self.fingers = Fingers(self.devices.wall)
        self.devices.start(self.agent.inputs())
        self._thread = threading.Thread(target=self.agent.run, daemon=True)
        self._thread.start()
        self.agent.on_link(True)

    def take(self, channel: Channel, payload: bytes) -> bool:
        """As the link's publish."""
        if not self.takes:
            return False
        self.published.append((channel, payload))
        return True

    def want(self, desired: Desired) -> None:
        self.agent.on_message(Channel.DESIRED, codec.encode(desired))

    def events(self) -> list[Event]:
        """Every fact that was published, without repetitions."""
        found = {}
        for channel, payload in list(self.published):
            if channel is Channel.EVENT:
                for recorded in codec.decode_envelope(payload).events:
                    found[recorded.seq] = codec.decode_event(recorded.event)
        return [found[seq] for seq in sorted(found)]

    def has(self, kind: type[Event]) -> bool:
        return any(isinstance(event, kind) for event in self.events())

    def reported(self) -> Reported:
        wait_until(self._reports, 2, "a report")
        return codec.decode_reported(self._reports()[-1])

    def _reports(self) -> list[bytes]:
        return [payload for channel, payload in list(self.published) if channel is Channel.REPORTED]

    def well(self) -> set[str]:
        """The parts that were last reported to work."""
        return {part.part for part in self.reported().parts if part.ok}

    def failed(self) -> dict[str, str]:
        """What was reported last of each part that does not work, by part."""
        return {part.part: part.detail for part in self.reported().parts if not part.ok}

    def acknowledge(self, seq: int, generation: int = 1) -> None:
        ack = Ack(generation=generation, journal=self.outbox.journal, seq=seq)
        self.agent.on_message(Channel.ACK, codec.encode(ack))

    def join(self) -> None:
        self._thread.join(5)
        assert not self._thread.is_alive()

    def close(self) -> None:
        self.agent.stop()
        self.join()
        self.fingers.close()
        self.devices.close()
        self.outbox.close()


@pytest.fixture
def bay(tmp_path: Path) -> Iterator[Station]:
    station = Station(tmp_path, "bay-01")
    yield station
    station.close()


def one_pick(version: int = 1, task: str = "T1") -> BayDesired:
    lit = Task(task=task, kind="pick", bin=A_BIN, units=3, mark="B", colour="green", order=1)
    return BayDesired(generation=1, version=version, as_of=None, tasks=(lit,))


def test_the_first_fact_is_the_start(bay: Station) -> None:
    wait_until(bay.events, 2, "a fact")
    assert bay.events()[0] == StationStarted(version="1", simulated=True)


def test_displays_that_lose_their_cable_are_told_and_come_back_with_what_they_should_show(bay: Station) -> None:
    bay.want(one_pick())
    wait_until(lambda: A_BIN in bay.devices.wall.seen(), 2, "the light")
    bay.devices.wall.unplug()
    wait_until(lambda: bay.failed().keys() >= {"displays", "expanders"}, 3, "the failure")
    assert bay.has(DeviceFailed)
    bay.devices.wall.plug()
    wait_until(lambda: not bay.failed(), 10, "the recovery")
    assert bay.has(DeviceRecovered)
    wait_until(lambda: bay.devices.wall.seen()[A_BIN].text == "B  3", 2, "the number is back")
    bay.fingers.press(f"confirm {A_BIN}", held_ms=30)
    wait_until(lambda: bay.has(UnitsPicked), 2, "the buttons are back too")


def test_a_station_starts_with_a_dead_display_and_no_strip_tells_both_and_works(tmp_path: Path) -> None:
    def break_some(devices: SimulatedDevices) -> None:
        devices.wall.chips.unplug_display(1)
        devices.wall.strip.plugged = False

    bay = Station(tmp_path, "bay-01", before_start=break_some)
    try:
        bay.want(one_pick())
        wait_until(lambda: A_BIN in bay.devices.wall.seen(), 2, "the display beside the dead one")
        wait_until(lambda: bay.failed().keys() == {"displays", "strip"}, 2, "both are reported")
        assert "Display 2: expected an HT16K33 at 0x71" in bay.failed()["displays"]
        bay.fingers.press(f"confirm {A_BIN}", held_ms=30)
        wait_until(lambda: bay.has(UnitsPicked), 2, "the pick")
        bay.devices.wall.chips.plug_display(1)
        bay.devices.wall.strip.plugged = True
        wait_until(lambda: not bay.failed(), 10, "both are well")
    finally:
        bay.close()


def test_a_pick_is_on_the_disk_before_its_light_is_dark(bay: Station) -> None:
    bay.want(one_pick())
    wait_until(lambda: A_BIN in bay.devices.wall.seen(), 2, "the light")
    on_disk: list[int] = []
    seen_dark = threading.Event()

    def look() -> None:
        if A_BIN not in bay.devices.wall.seen() and not seen_dark.is_set():
            on_disk.append(bay.outbox.last_seq)
            seen_dark.set()

    bay.devices.wall.on_change = look
    bay.fingers.press(f"confirm {A_BIN}", held_ms=30)
    assert seen_dark.wait(2)
    seqs = [r.seq for r in bay.outbox.kept() if isinstance(codec.decode_event(r.event), UnitsPicked)]
    assert seqs == on_disk


def test_a_full_outbox_refuses_work_in_red_and_takes_it_again_when_the_hub_has_caught_up(tmp_path: Path) -> None:
    bay = Station(tmp_path, "bay-01", unacknowledged_max=1)
    try:
        bay.want(one_pick())
        wait_until(lambda: A_BIN in bay.devices.wall.seen(), 2, "the light")
        wait_until(lambda: bay.devices.wall.seen()["beacon"].rgb == (255, 0, 0), 2, "the red beacon")
        bay.fingers.press(f"confirm {A_BIN}", held_ms=30)
        wait_until(lambda: bay.devices.wall.seen()[A_BIN].text == "FULL", 2, "the picker sees that it is not taken")
        wait_until(lambda: bay.reported().outbox_rows == 1, 2, "a report")
        assert OUTBOX_FULL in bay.reported().alarms
        assert not bay.has(UnitsPicked)
        bay.acknowledge(1)
        wait_until(lambda: bay.devices.wall.seen()["beacon"].rgb != (255, 0, 0), 2, "the beacon is not red")
        bay.fingers.press(f"confirm {A_BIN}", held_ms=30)
        wait_until(lambda: bay.has(UnitsPicked), 2, "the pick")
    finally:
        bay.close()


def test_what_a_full_link_does_not_take_is_sent_and_reported_when_it_takes_again(bay: Station) -> None:
    wait_until(bay.events, 2, "the first fact")
    bay.want(one_pick())
    wait_until(lambda: A_BIN in bay.devices.wall.seen(), 2, "the light")
    bay.takes = False
    bay.fingers.press(f"confirm {A_BIN}", held_ms=30)
    wait_until(lambda: A_BIN not in bay.devices.wall.seen(), 2, "the light is dark")
    assert not bay.has(UnitsPicked)
    bay.takes = True
    wait_until(lambda: bay.has(UnitsPicked), 5, "the pick")
    wait_until(lambda: not bay.reported().open_tasks, 1, "the report")


def test_what_cannot_be_understood_changes_nothing(bay: Station) -> None:
    bay.agent.on_message(Channel.DESIRED, b'{"type":"bay"')
    bay.agent.on_message(Channel.DESIRED, codec.encode(BenchDesired(generation=9, version=9, as_of=None)))
    bay.agent.on_message(Channel.COMMAND, b'{"type":"SelfDestruct","command":"1"}')
    bay.agent.on_message(Channel.ACK, b"")
    bay.want(one_pick())
    wait_until(lambda: A_BIN in bay.devices.wall.seen(), 2, "it obeys what it understands")
    assert bay.reported().desired_generation <= 1


def test_a_watermark_from_elsewhere_begins_a_new_journal_and_asks_for_a_restart(tmp_path: Path) -> None:
    bay = Station(tmp_path, "bay-01")
    try:
        wait_until(bay.events, 2, "a fact")
        journal = bay.outbox.journal
        bay.acknowledge(99)
        bay.join()
        assert bay.agent.restart_asked
        assert bay.outbox.journal != journal
        assert bay.outbox.last_seq == 1, "the start, which the hub does not have, is kept"
    finally:
        bay.close()


def test_a_label_is_printed_once_whatever_the_hub_repeats(tmp_path: Path) -> None:
    bench = Station(tmp_path, "pack-1")
    try:
        job = PrintJob(job="J1", zpl="^XA^FO10,10^A0N,30^FDhello^FS^XZ")
        for version in range(1, 6):
            bench.want(BenchDesired(generation=1, version=version, as_of=None, jobs=(job,)))
        wait_until(lambda: bench.has(LabelPrinted), 5, "the label")
        bench.want(BenchDesired(generation=1, version=7, as_of=None, jobs=(job,)))
        wait_until(lambda: bench.reported().desired_version == 7, 2, "obeyed")
        assert bench.devices.seen().labels_waiting == 1
    finally:
        bench.close()


def is_red(bay: Station) -> bool:
    seen = bay.devices.wall.seen()
    return "beacon" in seen and seen["beacon"].rgb == (255, 0, 0)


@contextmanager
def full_card(box: Path) -> Iterator[None]:
    """No file can grow beyond what the outbox's log has now: to this process its card is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (box.with_name(box.name + "-wal").stat().st_size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_press_that_a_full_card_did_not_take_changes_nothing_and_work_goes_on_when_there_is_room(
    tmp_path: Path,
) -> None:
    bay = Station(tmp_path, "bay-01")
    try:
        bay.want(one_pick())
        wait_until(lambda: A_BIN in bay.devices.wall.seen(), 2, "the light")
        bay.acknowledge(1)
        wait_until(
            lambda: bay.reported().acknowledged == Ack(generation=1, journal=bay.outbox.journal, seq=1), 3, "ack"
        )
        seq = bay.outbox.last_seq
        went_dark = threading.Event()
        bay.devices.wall.on_change = lambda: None if A_BIN in bay.devices.wall.seen() else went_dark.set()
        with full_card(tmp_path / "box.db"):
            bay.fingers.press(f"confirm {A_BIN}", held_ms=30)
            wait_until(lambda: bay.devices.wall.seen()["beacon"].rgb == (255, 0, 0), 2, "the red beacon")
            bay.fingers.press(f"confirm {A_BIN}", held_ms=30)
            wait_until(lambda: bay.devices.wall.seen()[A_BIN].text == "FULL", 2, "the refusal")
            assert bay.outbox.last_seq == seq
        wait_until(lambda: bay.devices.wall.seen()["beacon"].rgb[0] == 0, 10, "the beacon is not red")
        assert not went_dark.is_set()
        bay.fingers.press(f"confirm {A_BIN}", held_ms=30)
        wait_until(lambda: bay.has(UnitsPicked), 2, "the pick")
        picks = [e for e in bay.events() if isinstance(e, UnitsPicked)]
        assert len(picks) == 1
    finally:
        bay.close()


def test_a_station_that_starts_on_a_full_card_lives_and_tells_its_start_when_there_is_room(tmp_path: Path) -> None:
    first = Station(tmp_path, "bay-01")
    first.want(one_pick())
    wait_until(lambda: A_BIN in first.devices.wall.seen(), 2, "the light")
    first.agent.stop()
    first.join()
    try:
        with full_card(tmp_path / "box.db"):
            bay = Station(tmp_path, "bay-01")
            wait_until(lambda: is_red(bay), 2, "the red beacon")
        wait_until(lambda: sum(isinstance(e, StationStarted) for e in bay.events()) == 2, 10, "both starts")
        bay.close()
    finally:
        first.close()

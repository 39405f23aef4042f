"""A station whose devices are stricken: the real agent, outbox and drivers on twins, with a hub that acknowledges."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from edge.contract import codec
from edge.contract.events import (
    BinCounted,
    DeviceFailed,
    DeviceRecovered,
    Event,
    LabelPrinted,
    SymbolScanned,
    UnitsCounted,
    UnitsPicked,
    UnitsPutAway,
    WeightMeasured,
    WeightSettled,
)
from edge.contract.hands import SeenLight
from edge.contract.state import Ask, BenchDesired, PrintJob, Prompt
from edge.contract.topics import Channel
from edge.simulated import SimulatedDevices
from firmware.twin.cable_twin import CableTwin
from tests.edge import test_agent
from tests.edge.test_agent import Station
from tests.edge.test_silent_hub import Clock
from tests.waiting import wait_until

STOCK = (UnitsPicked, UnitsPutAway, UnitsCounted, BinCounted, WeightSettled, WeightMeasured, SymbolScanned)
"""Facts that say something of goods."""

LOAD_MG = 2_000_000
"""What each bin carries at the start."""


class Stricken(Station):
    """A station on cables that can be pulled, whose hub acknowledges every fact at once.

    Args:
        directory: Of its own.
        name: Which station of the small site.
        clock: What it goes by.
        before_start: What is done to its devices first.
    """

    def __init__(
        self,
        directory: Path,
        name: str,
        clock: Clock,
        before_start: Callable[[SimulatedDevices], None] = lambda _: None,
    ) -> None:
        self.clock = clock
        self.cables: dict[str, CableTwin] = {}
        self._directory = directory
        self._version = 0
        super().__init__(directory, name, before_start=before_start, cable=self._lay)
        for scale in self.devices.there().scales if name.startswith("bay") else ():
            self.devices.place(scale, LOAD_MG)  # an indicator whose loads nobody has told says nothing, and fails

    def take(self, channel: Channel, payload: bytes) -> bool:
        """As the link's publish; a fact is acknowledged at once."""
        taken = super().take(channel, payload)
        if taken and channel is Channel.EVENT:
            self.acknowledge(codec.decode_envelope(payload).events[-1].seq)
        return taken

    def _lay(self, part: str, port: str) -> str:
        self.cables[part] = CableTwin(self._directory / f"{part}-by-id", port)
        return str(self.cables[part].path)

    def ask(self, ask: Ask, *labels: str) -> None:
        """What the hub asks of the bench's operator, and the labels that it wants."""
        self._version += 1
        prompt = Prompt(step=f"s{self._version}", ask=ask, title=ask)
        jobs = tuple(PrintJob(job=label, zpl=f"^XA^FO10,10^A0N,30^FD{label}^FS^XZ") for label in labels)
        self.want(BenchDesired(generation=1, version=self._version, as_of=None, prompt=prompt, jobs=jobs))
        wait_until(lambda: self.reported().desired_version == self._version, 5, "the question")

    def stock(self) -> list[Event]:
        """What was told of goods."""
        return [event for event in self.events() if isinstance(event, STOCK)]

    def printed(self) -> list[str]:
        """Jobs told as printed."""
        return [event.job for event in self.events() if isinstance(event, LabelPrinted)]

    def told_of(self, part: str) -> list[type[Event]]:
        """DeviceFailed and DeviceRecovered of one part, in order."""
        both = [event for event in self.events() if isinstance(event, DeviceFailed | DeviceRecovered)]
        return [type(event) for event in both if event.part == part]

    def beacon(self) -> SeenLight | None:
        """What an eye sees of the beacon."""
        return next((light for light in self.devices.seen().lights if light.place == "beacon"), None)

    @property
    def trouble(self) -> str:
        """What the bench's screen says of the station itself."""
        return self.devices.seen().trouble

    def is_told(self, part: str, *, why: str, screen: str = "") -> None:
        """Wait until a part's failure is reported with this reason, is a fact, and is seen at the station."""
        wait_until(lambda: why in self.failed().get(part, ""), 8, f"{part} told with: {why}")
        wait_until(lambda: self.told_of(part)[-1:] == [DeviceFailed], 3, f"the fact that {part} has failed")
        wait_until(self.beacon_blinks, 5, "the beacon blinks amber")
        if screen:
            wait_until(lambda: screen in self.trouble, 3, f"the screen says: {screen}")

    def is_well(self, part: str) -> None:
        """Wait until a part is told as well again, and nothing of it is seen any more."""
        wait_until(lambda: part in self.well(), 12, f"{part} is well")
        wait_until(lambda: self.told_of(part)[-2:] == [DeviceFailed, DeviceRecovered], 3, f"the fact that {part} is")
        wait_until(lambda: not self.failed(), 5, "nothing has failed")
        wait_until(lambda: not self.beacon_blinks() and self.trouble == "", 3, "no sign of trouble")

    def beacon_blinks(self) -> bool:
        """Whether the beacon blinks amber, which no lost hub makes it do."""
        seen = self.beacon()
        return seen is not None and (seen.colour, seen.pattern) == ("amber", "blink")

    def close(self) -> None:
        """End all."""
        super().close()
        for cable in self.cables.values():
            cable.close()


Open = Callable[[str], Stricken]


@pytest.fixture
def stricken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Opens a station by its name, and ends it."""
    opened: list[Stricken] = []
    clock = Clock()
    monkeypatch.setattr(test_agent, "now_us", clock)

    def start(name: str) -> Stricken:
        opened.append(Stricken(tmp_path, name, clock))
        return opened[-1]

    yield start
    for station in opened:
        station.close()

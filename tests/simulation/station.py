"""One bay of the simulation: the real logic, outbox and sender, on bins of steel that a seed weighs."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from msgspec.structs import replace

from edge.contract.codec import decode_ack, decode_desired, decode_event
from edge.contract.events import (
    BinCounted,
    ConfirmationUndone,
    Envelope,
    Event,
    TaskReturned,
    UnitsPicked,
    UnitsPutAway,
)
from edge.contract.site import Station
from edge.contract.state import BayDesired, Watermark
from edge.logic.bay import BayLogic
from edge.logic.outcome import Outcome
from edge.outbox import AckOutcome, Outbox
from edge.sender import Sender

UNIT_MG = 50_000
DIVISION_MG = 500
HELD_US = 1_200_000


class NoOverlay(BayLogic):
    """Mutant ``ignore-as-of``: does not lay its own later events over the desired state."""

    def on_desired(self, desired: BayDesired, now_us: int) -> Outcome:
        journal = self._board._journal or ""
        return super().on_desired(replace(desired, as_of=Watermark(journal=journal, seq=1 << 60)), now_us)


@dataclass
class SimStation:
    """A bay and its metal."""

    station: Station
    directory: Path
    rng: random.Random
    now_us: Callable[[], int]
    send: Callable[[Envelope], None]
    mutant: str = ""
    units: dict[str, int] = field(default_factory=dict)
    """What really lies in each bin."""
    online: bool = False
    starts: int = 0

    def start(self) -> None:
        """The agent's process starts: from what its disk holds, and nothing else."""
        self.starts += 1
        self.outbox = Outbox(
            self.directory / f"{self.station.name}.db",
            new_id=self._new_id,
            wall_us=self.now_us,
            monotonic_us=self.now_us,
            boot_id="boot",
            synced=lambda: True,
        )
        shape = NoOverlay if self.mutant == "ignore-as-of" else BayLogic
        self.logic = shape(self.station, self.outbox.memory(), self._new_id, self.outbox.journal)
        self.finished: set[str] = set()
        for recorded in self.outbox.kept():
            event = decode_event(recorded.event)
            self.logic.replay(recorded.seq, event)
            self._note(event)
        self.sender = Sender(self.station.name, self.outbox)
        self.online = False
        self._still: dict[str, int] = {name: self.now_us() + 200_000 for name in self.units}
        self._told: dict[str, int | None] = dict.fromkeys(self.units)
        self._held: dict[str, int] = {}

    def crash(self) -> None:
        """The process is gone; what was not committed is lost."""
        self.outbox.close()
        self.start()

    def connect(self, online: bool) -> None:
        """The link comes or goes."""
        if online == self.online:
            return
        self.online = online
        self.sender.connected(online)
        self._commit(self.logic.on_link(online, self.now_us()))

    def move(self, bin_name: str, units: int) -> None:
        """A hand takes (negative) or puts units; the scale swings for a moment."""
        self.units[bin_name] += units
        assert self.units[bin_name] >= 0
        self._still[bin_name] = self.now_us() + self.rng.randint(100_000, 300_000)
        self._told[bin_name] = None
        self._commit(self.logic.on_reading(self._channel(bin_name), "motion", None, self.now_us()))

    def press(self, control: str) -> None:
        """A button, down and up."""
        if control in self._held:
            return  # another finger is on it
        self._commit(self.logic.on_button(control, True, self.now_us()))
        self._commit(self.logic.on_button(control, False, self.now_us()))

    def hold(self, control: str) -> None:
        """A button, down; it comes up after a while."""
        if control not in self._held:
            self._held[control] = self.now_us() + HELD_US
            self._commit(self.logic.on_button(control, True, self.now_us()))

    def receive(self, channel: str, payload: bytes) -> None:
        """A message of the hub."""
        if channel == "ack":
            ack = decode_ack(payload)
            if ack.journal != self.outbox.journal:
                return
            match self.outbox.acknowledge(ack.generation, ack.seq):
                case AckOutcome.MOVED:
                    self.sender.acknowledged()
                case AckOutcome.REPEATED:
                    self.sender.asked_again(self.now_us())
        else:
            desired = decode_desired(payload)
            assert isinstance(desired, BayDesired)
            self._commit(self.logic.on_desired(desired, self.now_us()))

    def step(self) -> None:
        """Time has passed: scales come to rest, what is due is done and sent."""
        now_us = self.now_us()
        for name, units in self.units.items():
            if self._told[name] != units and now_us >= self._still[name]:
                self._told[name] = units
                noise = self.rng.choice((0, 0, DIVISION_MG, -DIVISION_MG))
                weight = max(0, units * UNIT_MG + noise)
                self._commit(self.logic.on_reading(self._channel(name), "stable", weight, now_us))
        for control in [control for control, up_us in self._held.items() if now_us >= up_us]:
            self._commit(self.logic.tick(now_us))  # as the agent would have when the second was over
            del self._held[control]
            self._commit(self.logic.on_button(control, False, now_us))
        wake_us = self.logic.wake_us()
        if wake_us is not None and now_us >= wake_us:
            self._commit(self.logic.tick(now_us))
        for envelope in self.sender.due(now_us):
            if self.mutant == "trust-puback":
                self.outbox.acknowledge(self.outbox.generation, envelope.events[-1].seq)
                self.sender.acknowledged()
            self.send(envelope)

    def lit(self) -> dict[str, tuple[str, str]]:
        """(colour, text) of each bin that asks something of people; amber only says that the hub is lost."""
        return {
            light.place: (light.colour, light.text)
            for light in self.logic.lights(self.now_us())
            if light.place != "beacon" and light.colour != "amber"
        }

    def relit(self) -> set[str]:
        """Tasks that are lit although the station itself has finished them: there must be none."""
        lit = {light.task for light in self.logic.lights(self.now_us()) if light.task is not None}
        return lit & self.finished

    def _channel(self, bin_name: str) -> int:
        return next(b.channel for b in self.station.bins if b.name == bin_name and b.channel is not None)

    def _commit(self, outcome: Outcome) -> None:
        if not outcome.events and not outcome.memory:
            return
        for row, event in zip(self.outbox.record(outcome.events, outcome.memory), outcome.events, strict=True):
            self.logic.recorded(row.seq, event)
            self._note(event)

    def _note(self, event: Event) -> None:
        if isinstance(event, UnitsPicked | UnitsPutAway | BinCounted | TaskReturned):
            self.finished.add(event.task)
        elif isinstance(event, ConfirmationUndone):
            self.finished.discard(event.task)

    def _new_id(self) -> str:
        return f"{self.rng.getrandbits(128):032x}"

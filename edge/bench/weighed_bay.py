"""A bay over physics: the real station logic, fed with what its one scale channel shows and its buttons do."""

from collections.abc import Iterator, Mapping
from itertools import count
from random import Random
from typing import Protocol

from edge.contract.events import BinCounted, Event, WeightSettled
from edge.contract.site import Station
from edge.contract.state import BayDesired, BinContent, Task, Watermark
from edge.logic.bay import BayLogic

JOURNAL = "0" * 32
READ_EVERY_S = 0.25
HAND_RESTS_S = 0.2
"""A hand that rests on a bin is stable for no longer (else it is a load like any other)."""


class Physical(Protocol):
    """What lies on the scale, and the time."""

    now_s: float
    foreign_mg: float

    def wait(self, seconds: float) -> None:
        """Time passes."""
        ...

    def stable_mg(self) -> int:
        """What the scale shows at rest."""
        ...

    def swinging_mg(self) -> int:
        """What it shows while it swings."""
        ...

    def lying(self) -> Mapping[str, int]:
        """How many units really lie in each bin."""
        ...


class WeighedBay:
    """The bins of one channel, their station's logic, and what that told."""

    def __init__(self, station: Station, contents: tuple[BinContent, ...], physical: Physical, rng: Random) -> None:
        self._physical = physical
        self._rng = rng
        self._ids: Iterator[int] = count(1)
        self._memory: dict[str, bytes] = {}
        self._seq = 0
        self._version = 0
        self._contents = contents
        self._station = station
        self.told: list[tuple[WeightSettled | BinCounted, Mapping[str, int]]] = []
        """What was told of a bin, each with how many units really lay in all of them then."""
        self._logic = self._start()

    def _start(self) -> BayLogic:
        return BayLogic(self._station, dict(self._memory), lambda: f"alarm-{next(self._ids)}", journal=JOURNAL)

    @property
    def _now_us(self) -> int:
        return round(self._physical.now_s * 1e6)

    def restart(self) -> None:
        """The agent loses its power and comes back: it knows what it has committed."""
        self._logic = self._start()

    def want(self, *tasks: Task) -> None:
        """The hub asks for this; the names of tasks are its own."""
        self._version += 1
        desired = BayDesired(
            generation=1,
            version=self._version,
            as_of=Watermark(journal=JOURNAL, seq=self._seq),
            tasks=tasks,
            bins=self._contents,
        )
        outcome = self._logic.on_desired(desired, self._now_us)
        self._commit(outcome.events, outcome.memory)

    def rest(self, seconds: float) -> None:
        """The weight is at rest for so long, and told now and then."""
        for _ in range(max(1, min(5, int(seconds / READ_EVERY_S)))):
            self._read("stable", self._physical.stable_mg())
            self._wait(seconds / max(1, min(5, int(seconds / READ_EVERY_S))))

    def swing(self, seconds: float) -> None:
        """The scale is in motion."""
        self._read("motion", self._physical.swinging_mg())
        self._wait(seconds)

    def hand_rests_on(self, unit_mg: int) -> None:
        """A hand rests there for a moment, with the weight of a few units, stable by the indicator's word."""
        before_mg = self._physical.foreign_mg
        self._physical.foreign_mg += self._rng.uniform(-2, 3) * unit_mg
        self._read("stable", self._physical.stable_mg())
        self._wait(HAND_RESTS_S * self._rng.random())
        self._physical.foreign_mg = before_mg
        self.swing(0.2)

    def press_at(self, name: str) -> None:
        """Press a bin's button."""
        self._logic.lights(self._now_us)
        for down in (True, False):
            outcome = self._logic.on_button(f"confirm {name}", down, self._now_us)
            self._commit(outcome.events, outcome.memory)
            self._wait(0.06)

    @property
    def lit(self) -> list[str]:
        """The bins that ask for something."""
        lights = self._logic.lights(self._now_us)
        return [light.place for light in lights if light.colour != "amber" and light.place != "beacon"]

    def _read(self, state: str, weight_mg: int) -> None:
        outcome = self._logic.on_reading(0, state, weight_mg, self._now_us)
        self._commit(outcome.events, outcome.memory)

    def _wait(self, seconds: float) -> None:
        end_s = self._physical.now_s + seconds
        while (wake_us := self._logic.wake_us()) is not None and wake_us <= end_s * 1e6:
            self._physical.wait(max(0.0, wake_us / 1e6 - self._physical.now_s))
            outcome = self._logic.tick(max(wake_us, self._now_us))
            self._commit(outcome.events, outcome.memory)
        self._logic.lights(self._now_us)
        self._physical.wait(max(0.0, end_s - self._physical.now_s))

    def _commit(self, events: tuple[Event, ...], memory: Mapping[str, bytes | None]) -> None:
        for key, value in memory.items():
            if value is None:
                self._memory.pop(key, None)
            else:
                self._memory[key] = value
        for event in events:
            self._seq += 1
            self._logic.recorded(self._seq, event)
            if isinstance(event, WeightSettled | BinCounted):
                self.told.append((event, self._physical.lying()))

"""A bay of one bin over physics: the real station logic, fed with what its scale shows and its buttons do."""

from collections.abc import Iterator
from itertools import count
from random import Random

from edge.bench.bin_physics import Item, PhysicalBin, Scale
from edge.contract.events import BinCounted, Event, WeightSettled
from edge.contract.site import Bin, Station
from edge.contract.site import Scale as ScaleFile
from edge.contract.state import BayDesired, BinContent, Task, TaskKind, Watermark
from edge.logic.bay import BayLogic

NAME = "bay-01"
BIN = "bay-01/01"
JOURNAL = "0" * 32
READ_EVERY_S = 0.25
HAND_RESTS_S = 0.2
"""A hand that rests on a bin is stable for no longer (else it is a load like any other)."""


class WeighedBin:
    """One bin, its station's logic, and what that told."""

    def __init__(self, item: Item, scale: Scale, rng: Random) -> None:
        self.physical = PhysicalBin(item=item, scale=scale, rng=rng)
        self._rng = rng
        self._ids: Iterator[int] = count(1)
        self._memory: dict[str, bytes] = {}
        self._seq = 0
        self._version = 0
        self._content = BinContent(
            bin=BIN,
            sku="SKU",
            unit_mg=item.unit_mg,
            spread_mg=item.spread_mg,
            mean_error_mg=round(item.lot_sigma_mg),
        )
        self._station = Station(
            name=NAME,
            kind="bay",
            bins=(Bin(name=BIN, channel=0),),
            scale=ScaleFile(
                protocol="bay_line", port="x", division_mg=scale.division_mg, capacity_mg=scale.capacity_mg
            ),
        )
        self.told: list[tuple[WeightSettled | BinCounted, int]] = []
        """What was told of the bin, each with how many units really lay there then."""
        self._logic = self._start()

    def _start(self) -> BayLogic:
        return BayLogic(self._station, dict(self._memory), lambda: f"alarm-{next(self._ids)}", journal=JOURNAL)

    @property
    def _now_us(self) -> int:
        return round(self.physical.now_s * 1e6)

    def restart(self) -> None:
        """The agent loses its power and comes back: it knows what it has committed."""
        self._logic = self._start()

    def ask(self, kind: TaskKind | None, units: int = 0) -> None:
        """The hub asks for one thing, or for nothing."""
        self._version += 1
        task = Task(
            task=f"T{self._version}", kind=kind or "pick", bin=BIN, units=units, mark="A", colour="blue", order=1
        )
        desired = BayDesired(
            generation=1,
            version=self._version,
            as_of=Watermark(journal=JOURNAL, seq=self._seq),
            tasks=(task,) if kind is not None else (),
            bins=(self._content,),
        )
        outcome = self._logic.on_desired(desired, self._now_us)
        self._commit(outcome.events, outcome.memory)

    def rest(self, seconds: float) -> None:
        """The weight is at rest for so long, and told now and then."""
        for _ in range(max(1, min(5, int(seconds / READ_EVERY_S)))):
            self._read("stable", self.physical.stable_mg())
            self._wait(seconds / max(1, min(5, int(seconds / READ_EVERY_S))))

    def swing(self, seconds: float) -> None:
        """The scale is in motion."""
        self._read("motion", self.physical.swinging_mg())
        self._wait(seconds)

    def hand_rests(self) -> None:
        """A hand rests on the bin for a moment, stable by the indicator's word."""
        before_mg = self.physical.foreign_mg
        self.physical.foreign_mg += self._rng.uniform(-2, 3) * self.physical.item.unit_mg
        self._read("stable", self.physical.stable_mg())
        self._wait(HAND_RESTS_S * self._rng.random())
        self.physical.foreign_mg = before_mg
        self.swing(0.2)

    def press(self) -> None:
        """Press the bin's button."""
        self._logic.lights(self._now_us)
        for down in (True, False):
            outcome = self._logic.on_button(f"confirm {BIN}", down, self._now_us)
            self._commit(outcome.events, outcome.memory)
            self._wait(0.06)

    @property
    def is_lit(self) -> bool:
        """Whether the bin asks for something."""
        return any(light.place == BIN and light.colour != "amber" for light in self._logic.lights(self._now_us))

    def _read(self, state: str, weight_mg: int) -> None:
        outcome = self._logic.on_reading(0, state, weight_mg, self._now_us)
        self._commit(outcome.events, outcome.memory)

    def _wait(self, seconds: float) -> None:
        end_s = self.physical.now_s + seconds
        while (wake_us := self._logic.wake_us()) is not None and wake_us <= end_s * 1e6:
            self.physical.wait(max(0.0, wake_us / 1e6 - self.physical.now_s))
            outcome = self._logic.tick(max(wake_us, self._now_us))
            self._commit(outcome.events, outcome.memory)
        self._logic.lights(self._now_us)
        self.physical.wait(max(0.0, end_s - self.physical.now_s))

    def _commit(self, events: tuple[Event, ...], memory: object) -> None:
        assert isinstance(memory, dict)
        for key, value in memory.items():
            if value is None:
                self._memory.pop(key, None)
            else:
                self._memory[key] = value
        for event in events:
            self._seq += 1
            self._logic.recorded(self._seq, event)
            if isinstance(event, WeightSettled | BinCounted):
                self.told.append((event, self.physical.units))

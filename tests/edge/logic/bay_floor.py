"""A bay's logic with hands and scales around it, for tests: a clock, a committed memory, an outbox."""

from collections.abc import Callable
from itertools import count

from edge.contract.events import Event
from edge.contract.site import Bin, Rgb, Scale, Station
from edge.contract.state import BayDesired, BinContent, Lit, Task, Watermark
from edge.logic.bay import BayLogic
from edge.logic.outcome import Outcome

JOURNAL = "0" * 32
UNIT_MG = 100_000
DIVISION_MG = 1_000
A_BIN = "bay-01/01"


def station(*, bins: int = 2, scale: bool = True) -> Station:
    """A bay whose bin n is weighed by channel n - 1."""
    return Station(
        name="bay-01",
        kind="bay",
        bins=tuple(Bin(name=f"bay-01/{n:02}", channel=n - 1 if scale else None) for n in range(1, bins + 1)),
        scale=Scale(protocol="bay_line", port="/dev/null", division_mg=DIVISION_MG, capacity_mg=60_000_000)
        if scale
        else None,
        beacon=Rgb(red=1, green=2, blue=3),
    )


def content(bin_name: str = A_BIN, *, unit_mg: int = UNIT_MG, spread_mg: int = 500, sku: str = "SKU-1") -> BinContent:
    return BinContent(bin=bin_name, sku=sku, unit_mg=unit_mg, spread_mg=spread_mg)


def pick(task: str = "T1", units: int = 5, *, order: int = 1, mark: str = "A", recalled: bool = False) -> Task:
    return Task(
        task=task, kind="pick", bin=A_BIN, units=units, mark=mark, colour="blue", order=order, recalled=recalled
    )


def put(task: str = "P1", units: int = 5) -> Task:
    return Task(task=task, kind="put", bin=A_BIN, units=units, mark="P", colour="yellow", order=1)


def count_task(task: str = "C1", units: int = 20, bin_name: str = A_BIN) -> Task:
    return Task(task=task, kind="count", bin=bin_name, units=units, mark="C", colour="white", order=1)


class Floor:
    """One bay, its committed facts and memory, and a clock that the test moves."""

    def __init__(self, *, bins: int = 2, scale: bool = True, units: int = 20) -> None:
        self.station = station(bins=bins, scale=scale)
        self.now_us = 1_000_000
        self.memory: dict[str, bytes] = {}
        self.outbox: list[Event] = []
        self.version = 0
        self._ids = count(1)
        self.logic = self.start()
        if scale:
            for channel in range(bins):
                self.load(units * UNIT_MG, channel=channel)
            self.later(0.4)

    def start(self) -> BayLogic:
        """Start, or start again after a crash: only what was committed is known."""
        new_id: Callable[[], str] = lambda: f"alarm-{next(self._ids)}"  # noqa: E731
        self.logic = BayLogic(self.station, dict(self.memory), new_id, journal=JOURNAL)
        for seq, event in enumerate(self.outbox, 1):
            self.logic.replay(seq, event)
        return self.logic

    def commit(self, outcome: Outcome) -> tuple[Event, ...]:
        for key, value in outcome.memory.items():
            if value is None:
                self.memory.pop(key, None)
            else:
                self.memory[key] = value
        for event in outcome.events:
            self.outbox.append(event)
            self.logic.recorded(len(self.outbox), event)
        return outcome.events

    def desire(
        self, *tasks: Task, bins: tuple[BinContent, ...] | None = None, as_of: int | None = None, generation: int = 1
    ) -> tuple[Event, ...]:
        self.version += 1
        desired = BayDesired(
            generation=generation,
            version=self.version,
            as_of=Watermark(journal=JOURNAL, seq=as_of) if as_of is not None else None,
            tasks=tasks,
            bins=bins if bins is not None else tuple(content(b.name) for b in self.station.bins),
        )
        return self.commit(self.logic.on_desired(desired, self.now_us))

    def load(self, weight_mg: int, channel: int = 0) -> tuple[Event, ...]:
        """The scale comes to rest at this weight."""
        return self.commit(self.logic.on_reading(channel, "stable", weight_mg, self.now_us))

    def move(self, channel: int = 0) -> tuple[Event, ...]:
        return self.commit(self.logic.on_reading(channel, "motion", None, self.now_us))

    def hold(self, units: int, channel: int = 0) -> None:
        """The hand works for a tenth of a second, then so many units lie in the bin."""
        self.move(channel)
        self.later(0.1)
        self.load(units * UNIT_MG, channel)

    def press(self, control: str = f"confirm {A_BIN}", held_s: float = 0.06) -> tuple[Event, ...]:
        told = self.commit(self.logic.on_button(control, True, self.now_us))
        told += self.later(held_s)
        return told + self.commit(self.logic.on_button(control, False, self.now_us))

    def later(self, seconds: float) -> tuple[Event, ...]:
        """Time passes; the agent wakes the logic when it asks for it, and only then."""
        told: tuple[Event, ...] = ()
        end_us = self.now_us + round(seconds * 1_000_000)
        while (wake_us := self.logic.wake_us()) is not None and wake_us <= end_us:
            assert wake_us > self.now_us, "a wake in the past would spin the agent"
            self.now_us = wake_us
            told += self.commit(self.logic.tick(self.now_us))
        self.now_us = end_us
        return told

    def light(self, place: str = A_BIN) -> Lit | None:
        return next((lit for lit in self.logic.lights(self.now_us) if lit.place == place), None)

    def text(self, place: str = A_BIN) -> str | None:
        found = self.light(place)
        return None if found is None else found.text

    def kinds(self, since: int = 0) -> list[str]:
        """The names of the facts told since."""
        return [type(event).__name__ for event in self.outbox[since:]]

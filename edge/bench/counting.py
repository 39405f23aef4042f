"""How well bays count: simulated movements at bins whose physics is stated, through the real station logic.

What is countable is decided by :mod:`edge.bench.bin_physics`, which knows nothing of ours. A *wrong* count is one that
was told as certain and is not what really moved.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from random import Random
from typing import Any

from edge.bench.bin_physics import PhysicalBin, draw_item, draw_scale, is_countable
from edge.bench.weighed_bin import BIN, WeighedBin
from edge.contract.events import WeightSettled

MOVEMENTS_A_BIN = 40
"""Then comes another item on another scale."""
KINDS = {"pick": 80, "over": 4, "under": 4, "unlit": 5, "put": 5, "outage": 2}
"""What happens, by weight: the pick that was asked, one unit too many, one too few, a hand where nothing is lit, a
put-away of a new lot, a hand while the station has no power."""
BRACKETS = ((1, 1), (2, 5), (6, 20), (21, 60), (61, 999))
FOREIGN_EVERY = 50
"""After so many movements something that is no unit is laid into the bin, and taken out again."""


@dataclass
class Tally:
    """Movements, and what was said of them."""

    movements: int = 0
    countable: int = 0
    countable_certain: int = 0
    certain: int = 0
    wrong: int = 0
    """Told as certain, and not what happened."""

    def add(self, *, countable: bool, certain: bool, wrong: bool) -> None:
        """Add one movement."""
        self.movements += 1
        self.countable += countable
        self.certain += certain
        self.countable_certain += countable and certain
        self.wrong += wrong

    @property
    def certain_pct(self) -> float:
        """Share of the countable ones that were told as certain."""
        return 100 * self.countable_certain / self.countable if self.countable else 100.0


@dataclass
class Report:
    """The whole run."""

    seed: int
    all: Tally = field(default_factory=Tally)
    by_kind: dict[str, Tally] = field(default_factory=lambda: {kind: Tally() for kind in KINDS})
    by_units: dict[str, Tally] = field(default_factory=lambda: {_bracket(low): Tally() for low, _ in BRACKETS})
    contents_certain: int = 0
    """How often the whole bin was told as counted with certainty ..."""
    contents_wrong: int = 0
    """... and was not that."""
    foreign: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("laid", "odd", "units", "quiet"), 0))
    """Things that are no units: told as odd or unsure, taken for a number of units, too light to be told."""
    wrong_examples: list[str] = field(default_factory=list)

    def figures(self) -> dict[str, Any]:
        """As JSON."""
        return {**asdict(self), "countable_certain_pct": round(self.all.certain_pct, 3)}


def run_movements(seed: int, movements: int) -> Iterator[Report]:
    """Play so many movements; the same report again and again as it grows, last when all are done."""
    rng = Random(seed)
    report = Report(seed)
    while report.all.movements < movements:
        item = draw_item(rng)
        bin_ = WeighedBin(item, draw_scale(rng, item), rng)
        _fill(bin_, rng)
        for _ in range(min(MOVEMENTS_A_BIN, movements - report.all.movements)):
            _one_movement(bin_, rng, report)
            if report.all.movements % FOREIGN_EVERY == 0:
                _lay_foreign(bin_, rng, report)
        yield report
    yield report


def _fill(bin_: WeighedBin, rng: Random) -> None:
    """Stock from two lots that has lain there for hours."""
    room = bin_.physical.room_units
    for _ in range(2):
        bin_.physical.put_lot(max(1, int(room * rng.uniform(0.2, 0.45))))
    bin_.physical.settle_creep()
    bin_.ask(None)
    bin_.rest(3)


def units_moved(rng: Random, most: int) -> int:
    """How many units somebody moves: mostly few, now and then a whole case."""
    size = rng.random()
    drawn = rng.randint(1, 6) if size < 0.6 else rng.randint(6, 24) if size < 0.88 else rng.randint(24, 150)
    return max(1, min(most, drawn))


def _one_movement(bin_: WeighedBin, rng: Random, report: Report) -> None:
    physical = bin_.physical
    kind = rng.choices(list(KINDS), list(KINDS.values()))[0]
    if physical.units < 3:
        kind = "put"
    elif kind == "put" and physical.room_units < 1:
        kind = "pick"
    before, mark = physical.units, len(bin_.told)
    if kind == "outage":
        physical.take(units_moved(rng, min(20, physical.units)))
        physical.wait(rng.uniform(1, 60))
        bin_.restart()
        bin_.rest(4)
    elif kind == "unlit":
        _reach(bin_, rng, -units_moved(rng, min(20, physical.units)))
    else:
        _work(bin_, rng, kind)
    if bin_.is_lit:  # a difference: it is left so
        bin_.press()
    bin_.rest(1)
    _judge(bin_, report, kind, before, mark)
    bin_.ask(None)
    physical.wait(rng.uniform(0, 5))
    bin_.rest(rng.uniform(1, 120))


def _work(bin_: WeighedBin, rng: Random, kind: str) -> None:
    """A task is lit, done as well as people do, and confirmed before, while or after the weight comes to rest."""
    physical = bin_.physical
    if kind == "put":
        asked = units_moved(rng, physical.room_units)
        if physical.units < 3:
            asked = max(asked, physical.room_units // 2)
        moved = asked
    else:
        asked = units_moved(rng, physical.units - 1)
        moved = -(asked + {"pick": 0, "over": 1, "under": -1}[kind])
    bin_.ask("put" if kind == "put" else "pick", asked)
    bin_.rest(rng.uniform(0.5, 3))
    early = rng.random() < 0.2
    if early:
        bin_.press()
    _reach(bin_, rng, moved)
    if not early:
        bin_.press()
    bin_.rest(2.5)


def _reach(bin_: WeighedBin, rng: Random, units: int) -> None:
    """A hand takes (or puts) units, perhaps in two goes; the weight is at rest 0.5 to 2 s later."""
    goes = [units]
    if abs(units) > 1 and rng.random() < 0.2:
        first = rng.randint(1, abs(units) - 1) * (1 if units > 0 else -1)
        goes = [first, units - first]
    for go in goes:
        bin_.swing(0.2)
        if rng.random() < 0.05:
            bin_.hand_rests()
        if go > 0:
            bin_.physical.put_lot(go)
        elif go < 0:
            bin_.physical.take(-go)
        bin_.swing(rng.uniform(0.2, 0.4))
    for _ in range(rng.randint(1, 5)):
        bin_.swing(0.3)
    bin_.rest(0.6)
    if rng.random() < 0.05:  # a truck passes
        for _ in range(rng.randint(1, 4)):
            bin_.swing(rng.uniform(0.1, 0.4))
        bin_.rest(0.6)


def _judge(bin_: WeighedBin, report: Report, kind: str, before: int, mark: int) -> None:
    """What was told of this movement against what happened."""
    physical = bin_.physical
    moved = physical.units - before
    told = [(event, lying[BIN]) for event, lying in bin_.told[mark:] if isinstance(event, WeightSettled)]
    wrong, lying, counted = False, before, 0
    for event, units in told:
        if event.sure and event.units_weighed != units - lying:
            wrong = True
        counted += event.units_weighed
        lying = units
        if event.units_inside is not None:
            report.contents_certain += 1
            report.contents_wrong += event.units_inside != units
    certain = bool(told) and all(event.sure for event, _ in told) and counted == moved and lying == physical.units
    countable = moved != 0 and is_countable(physical.item, physical.scale, abs(moved))
    bracket = next(_bracket(low) for low, high in BRACKETS if low <= max(1, abs(moved)) <= high)
    for tally in (report.all, report.by_kind[kind], report.by_units[bracket]):
        tally.add(countable=countable, certain=certain, wrong=wrong)
    if wrong and len(report.wrong_examples) < 20:
        report.wrong_examples.append(f"{kind} {moved}: {physical.item} {physical.scale} {told}")


def _lay_foreign(bin_: WeighedBin, rng: Random, report: Report) -> None:
    """Something that is no unit is laid into the bin where nothing is lit, and taken out again."""
    physical: PhysicalBin = bin_.physical
    if not is_countable(physical.item, physical.scale, 6):
        return
    mark = len(bin_.told)
    bin_.swing(0.5)
    physical.foreign_mg = physical.item.unit_mg * rng.uniform(0.1, 6)
    bin_.swing(0.5)
    bin_.rest(3)
    told = [event for event, _ in bin_.told[mark:] if isinstance(event, WeightSettled)]
    report.foreign["laid"] += 1
    report.foreign["units" if any(e.sure for e in told) else "odd" if told else "quiet"] += 1
    bin_.swing(0.5)
    physical.foreign_mg = 0.0
    bin_.swing(0.5)
    bin_.rest(3)
    if bin_.is_lit:
        bin_.press()
    bin_.rest(3)


def _bracket(low: int) -> str:
    high = dict(BRACKETS)[low]
    return f"{low}" if low == high else f"{low} to {high}" if high < 999 else f"{low} and more"

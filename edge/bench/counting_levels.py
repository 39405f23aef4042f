"""How well platforms under several bins count: simulated movements whose physics is stated, through the real logic.

A *wrong* count is one that was told of a bin as certain and is not what really moved there since the platform was told
last. A movement is *passed over* if a bin that changed by mistake is not among those that were told of.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from random import Random
from typing import Any

from edge.bench.bin_physics import is_countable
from edge.bench.counting import Tally, units_moved
from edge.bench.level_physics import PhysicalLevel, draw_level
from edge.bench.weighed_bay import WeighedBay
from edge.bench.weighed_bin import content_of
from edge.contract.events import WeightSettled
from edge.contract.site import Bin, Station
from edge.contract.site import Scale as ScaleFile
from edge.contract.state import Task, TaskKind

MOVEMENTS_A_LEVEL = 40
"""Then comes another platform with other items."""
KINDS = {
    "pick": 55,
    "two picks": 17,
    "over": 4,
    "under": 4,
    "neighbour": 4,
    "beside": 3,
    "unlit": 4,
    "put": 7,
    "outage": 2,
}
"""What happens, by weight: the pick that was asked; picks from two bins, confirmed one after the other; one unit too
many, one too few; as many as asked out of another bin than the lit one, whose button is pressed; a pick as asked, and a
hand in a dark bin at the same time; a hand where nothing is lit; a put-away of a new lot; a hand while there is no
power."""
RIGHT = ("pick", "two picks", "put")
"""Kinds without a mistake."""


@dataclass
class LevelReport:
    """The whole run."""

    seed: int
    all: Tally = field(default_factory=Tally)
    by_kind: dict[str, Tally] = field(default_factory=lambda: {kind: Tally() for kind in KINDS})
    unsure_but_agreed: int = 0
    """Movements without a mistake that were not certain, and stood as confirmed, without a count."""
    counts_asked: int = 0
    """Bins that had to be counted for what was told of them ..."""
    counts_asked_right: int = 0
    """... of these, after a movement without a mistake."""
    passed_over: int = 0
    """Countable mistakes that nothing was told of, for the weight was that of what was claimed."""
    wrong_examples: list[str] = field(default_factory=list)

    def figures(self) -> dict[str, Any]:
        """As JSON."""
        return {**asdict(self), "countable_certain_pct": round(self.all.certain_pct, 3)}


class WeighedLevel(WeighedBay):
    """A platform, its station's logic, and what that told."""

    def __init__(self, physical: PhysicalLevel, rng: Random) -> None:
        self.physical = physical
        self._asked = 0
        items = {name: stock.item for name, stock in physical.stocks.items()}
        scale = ScaleFile(
            protocol="bay_line",
            port="x",
            division_mg=physical.scale.division_mg,
            capacity_mg=physical.scale.capacity_mg,
            arrangement="level",
        )
        station = Station(
            name="bay-01", kind="bay", bins=tuple(Bin(name=name, channel=0) for name in items), scale=scale
        )
        super().__init__(station, tuple(content_of(name, item) for name, item in items.items()), physical, rng)

    def ask(self, kind: TaskKind, units: dict[str, int]) -> None:
        """The hub asks for this of each bin named."""
        tasks = []
        for name, number in units.items():
            self._asked += 1
            tasks.append(
                Task(task=f"T{self._asked}", kind=kind, bin=name, units=number, mark="A", colour="blue", order=1)
            )
        self.want(*tasks)


def run_level_movements(seed: int, movements: int) -> Iterator[LevelReport]:
    """Play so many movements; the same report again and again as it grows, last when all are done."""
    rng = Random(seed)
    report = LevelReport(seed)
    while report.all.movements < movements:
        level = WeighedLevel(draw_level(rng), rng)
        for name, stock in level.physical.stocks.items():
            for _ in range(2):
                stock.put_lot(max(1, int(level.physical.room_units(name) * rng.uniform(0.2, 0.45))))
        level.physical.settle_creep()
        level.want()
        level.rest(3)
        for _ in range(min(MOVEMENTS_A_LEVEL, movements - report.all.movements)):
            _one_movement(level, rng, report)
        yield report
    yield report


def _one_movement(level: WeighedLevel, rng: Random, report: LevelReport) -> None:
    physical = level.physical
    kind = rng.choices(list(KINDS), list(KINDS.values()))[0]
    names = rng.sample(list(physical.stocks), 2)
    scarce = [name for name, stock in physical.stocks.items() if stock.units < 4]
    if scarce:
        kind, names = "put", [scarce[0], *names]
    elif kind == "put" and physical.room_units(names[0]) < 1:
        kind = "pick"
    before, mark = physical.lying(), len(level.told)
    if kind == "put":
        _put(level, rng, names[0])
    elif kind == "unlit":
        _reach(level, rng, {names[0]: -_units(level, rng, names[0])})
        level.rest(3)
    elif kind == "outage":
        physical.stocks[names[0]].take(_units(level, rng, names[0]))
        physical.wait(rng.uniform(1, 60))
        level.restart()
        level.rest(4)
    else:
        _pick(level, rng, kind, names)
    for name in dict.fromkeys(level.lit):  # a difference: it is left so
        if name in level.lit:
            level.press_at(name)
    level.rest(1)
    _judge(level, report, kind, before, mark)
    level.want()
    physical.wait(rng.uniform(0, 5))
    level.rest(rng.uniform(1, 120))


def _units(level: WeighedLevel, rng: Random, name: str) -> int:
    return units_moved(rng, level.physical.stocks[name].units - 1)


def _put(level: WeighedLevel, rng: Random, name: str) -> None:
    room = level.physical.room_units(name)
    units = max(units_moved(rng, room), room // 2 if level.physical.stocks[name].units < 4 else 1)
    level.ask("put", {name: units})
    level.rest(rng.uniform(0.5, 3))
    _reach(level, rng, {name: units})
    level.press_at(name)
    level.rest(2.5)


def _pick(level: WeighedLevel, rng: Random, kind: str, names: Sequence[str]) -> None:
    """Lights, hands and buttons; each button before or after its hand."""
    lit, other = names[:2]
    asked = {lit: _units(level, rng, lit)}
    if kind == "two picks":
        asked[other] = _units(level, rng, other)
    moved = {name: -units for name, units in asked.items()}
    if kind in ("over", "under"):
        moved[lit] += -1 if kind == "over" else 1
    elif kind == "neighbour":
        asked[lit] = min(asked[lit], level.physical.stocks[other].units)
        moved = {other: -asked[lit]}
    elif kind == "beside":
        moved[other] = -_units(level, rng, other)
    level.ask("pick", asked)
    level.rest(rng.uniform(0.5, 3))
    early = rng.random() < 0.2
    if early:
        level.press_at(lit)
    if kind == "two picks" and rng.random() < 0.5:
        for name, units in moved.items():
            _reach(level, rng, {name: units})
            if not (early and name == lit):
                level.press_at(name)
            level.rest(rng.uniform(0.1, 2))
    else:
        _reach(level, rng, moved)
        for name in asked:
            if not (early and name == lit):
                level.press_at(name)
                level.rest(rng.uniform(0.1, 1))
    level.rest(2.5)


def _reach(level: WeighedLevel, rng: Random, moved: dict[str, int]) -> None:
    """Hands take (or put) units; the weight is at rest 0.5 to 2 s later."""
    for name, units in moved.items():
        stock = level.physical.stocks[name]
        level.swing(0.2)
        if rng.random() < 0.05:
            level.hand_rests_on(stock.item.unit_mg)
        if units > 0:
            stock.put_lot(units)
        elif units < 0:
            stock.take(-units)
    for _ in range(rng.randint(2, 6)):
        level.swing(0.3)
    level.rest(0.6)
    if rng.random() < 0.05:  # a truck passes
        for _ in range(rng.randint(1, 4)):
            level.swing(rng.uniform(0.1, 0.4))
        level.rest(0.6)


def _judge(level: WeighedLevel, report: LevelReport, kind: str, before: dict[str, int], mark: int) -> None:
    """What was told of this movement against what happened."""
    physical = level.physical
    now = physical.lying()
    moved = {name: now[name] - before[name] for name in now if now[name] != before[name]}
    told = [(event, lying) for event, lying in level.told[mark:] if isinstance(event, WeightSettled)]
    wrong, base, at, counted = False, before, before, dict.fromkeys(now, 0)
    for event, lying in told:
        if lying != at:  # facts that were told together begin at one weight
            base, at = at, dict(lying)
        if event.sure and event.units_weighed != lying[event.bin] - base[event.bin]:
            wrong = True
        counted[event.bin] += event.units_weighed
        held = event.odd or (event.cause in ("unlit", "outage") and not event.sure)
        report.counts_asked += held
        report.counts_asked_right += held and kind in RIGHT
    sure = bool(told) and all(event.sure for event, _ in told)
    certain = sure and all(units == now[name] - before[name] for name, units in counted.items())
    countable = bool(moved) and all(
        is_countable(physical.stocks[name].item, physical.scale, abs(units)) for name, units in moved.items()
    )
    report.unsure_but_agreed += kind in RIGHT and not sure and not any(event.odd for event, _ in told)
    for tally in (report.all, report.by_kind[kind]):
        tally.add(countable=countable, certain=certain, wrong=wrong)
    passed_over = countable and kind not in RIGHT and not moved.keys() <= {event.bin for event, _ in told}
    report.passed_over += passed_over
    if wrong and len(report.wrong_examples) < 20:
        items = {name: stock.item for name, stock in physical.stocks.items()}
        report.wrong_examples.append(f"{kind} {moved}: {physical.scale} {items} {told}")

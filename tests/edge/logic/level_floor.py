"""A bay whose three bins stand on one platform, with hands around it, for tests."""

from itertools import count

from edge.contract.events import AlarmCleared, AlarmRaised, Event, WeightSettled
from edge.contract.site import Bin, Rgb, Scale, Station
from edge.contract.state import BinContent, Task, TaskKind
from tests.edge.logic.bay_floor import Floor

DIVISION_MG = 5_000
MUGS, TINS, PENS = "bay-01/01", "bay-01/02", "bay-01/03"
UNIT_MG = {MUGS: 300_000, TINS: 410_000, PENS: 175_000}
START_UNITS = 20


def content(name: str, *, unit_mg: int | None = None, sku: str = "") -> BinContent:
    """What lies in a bin of the platform."""
    return BinContent(
        bin=name,
        sku=sku or f"SKU-{name[-2:]}",
        unit_mg=UNIT_MG[name] if unit_mg is None else unit_mg,
        spread_mg=1_000,
        mean_error_mg=200,
    )


def task(name: str, bin_name: str, units: int, kind: TaskKind = "pick", *, order: int = 1) -> Task:
    """Something to do in a bin."""
    mark = {"pick": "A", "put": "P", "count": "C"}[kind]
    return Task(task=name, kind=kind, bin=bin_name, units=units, mark=mark, colour="blue", order=order)


class LevelFloor(Floor):
    """The bay; ``units`` is what really lies in each bin."""

    def __init__(self, unit_mg: dict[str, int] | None = None) -> None:
        self.unit_mg = dict(UNIT_MG if unit_mg is None else unit_mg)
        self.units = dict.fromkeys(self.unit_mg, START_UNITS)
        self.foreign_mg = 0
        self.station = Station(
            name="bay-01",
            kind="bay",
            bins=tuple(Bin(name=name, channel=4) for name in self.unit_mg),
            scale=Scale(
                protocol="bay_line",
                port="/dev/null",
                division_mg=DIVISION_MG,
                capacity_mg=60_000_000,
                arrangement="level",
            ),
            beacon=Rgb(red=1, green=2, blue=3),
        )
        self.now_us = 1_000_000
        self.memory: dict[str, bytes] = {}
        self.outbox: list[Event] = []
        self.version = 0
        self._ids = count(1)
        self.logic = self.start()
        self.rest()
        self.later(0.4)

    def ask(self, *tasks: Task) -> None:
        """The hub asks for this, and knows everything that was told."""
        contents = tuple(content(name, unit_mg=unit_mg) for name, unit_mg in self.unit_mg.items())
        self.desire(*tasks, bins=contents, as_of=len(self.outbox))

    @property
    def real_mg(self) -> int:
        """What lies on the platform."""
        return sum(units * self.unit_mg[name] for name, units in self.units.items()) + self.foreign_mg

    def rest(self) -> None:
        """The platform comes to rest at what really lies there, in whole divisions."""
        self.load(round(self.real_mg / DIVISION_MG) * DIVISION_MG, channel=4)

    def reach(self, **changes: int) -> None:
        """A hand works for a tenth of a second, and so many units are more in each bin of that name."""
        self.move(4)
        self.later(0.1)
        for what, units in changes.items():
            self.units[{"mugs": MUGS, "tins": TINS, "pens": PENS}[what]] += units
        self.rest()

    def lay(self, foreign_mg: int) -> None:
        """Something that is no unit lies on the platform now."""
        self.move(4)
        self.later(0.1)
        self.foreign_mg = foreign_mg
        self.rest()

    def confirm(self, name: str) -> None:
        """The button of a bin."""
        self.press(f"confirm {name}")

    @property
    def settled(self) -> list[WeightSettled]:
        """All weights told."""
        return [event for event in self.outbox if isinstance(event, WeightSettled)]

    def told(self, since: int = 0) -> list[tuple[str, str, int, int, bool]]:
        """Bin, cause, units confirmed, units weighed and whether that is certain, of each weight told."""
        return [(e.bin, e.cause, e.units_confirmed, e.units_weighed, e.sure) for e in self.settled[since:]]

    def raised(self) -> list[tuple[str, str, int]]:
        """Kind, place and units of each alarm raised."""
        return [(e.kind, e.place, e.units) for e in self.outbox if isinstance(e, AlarmRaised)]

    def cleared(self) -> list[tuple[str, str, str]]:
        """Kind, place and end of each alarm that is over."""
        return [(e.kind, e.place, e.by) for e in self.outbox if isinstance(e, AlarmCleared)]

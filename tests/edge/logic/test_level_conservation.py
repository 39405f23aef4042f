"""Whatever hands, crashes and the hub do at a platform, one mistake at a time: what it told as certain is what moved,
and what moved was told, at the least as a bin that must be counted."""

from collections import Counter
from random import Random

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from edge.contract.events import (
    AlarmCleared,
    AlarmRaised,
    BinCounted,
    Event,
    TaskReturned,
    UnitsPicked,
    UnitsPutAway,
    WeightSettled,
)
from edge.contract.state import Task
from edge.logic.binstate import asked_change, within
from tests.edge.logic.level_floor import DIVISION_MG, START_UNITS, LevelFloor, task

SEEDS = range(40)
ACTS = 150
PRESSES_TO_REST_MAX = 40
NAMES = ("bay-01/01", "bay-01/02", "bay-01/03", "bay-01/04")
UNIT_MG = dict(zip(NAMES, (313_000, 411_700, 887_300, 1_237_000), strict=True))
LIGHT_MG = 9_000
"""Lighter than the platform can count."""
HEAVY = NAMES[:3]
FINISHING = (UnitsPicked, UnitsPutAway, BinCounted, TaskReturned)


class Shelf(LevelFloor):
    """The bay, which checks everything that it commits against what lies on its platform."""

    def __init__(self, *, light: bool) -> None:
        self.at_base = dict.fromkeys(NAMES, START_UNITS)
        super().__init__(UNIT_MG | ({NAMES[3]: LIGHT_MG} if light else {}))

    def commit(self, outcome) -> tuple[Event, ...]:  # type: ignore[no-untyped-def]
        told = [event for event in outcome.events if isinstance(event, WeightSettled)]
        if told:
            self.check(told)
            self.at_base = dict(self.units)
        return super().commit(outcome)

    def check(self, told: list[WeightSettled]) -> None:
        """The whole platform is told anew with each fact: what is certain is true, and no change is passed over."""
        moved = {name: self.units[name] - self.at_base[name] for name in NAMES}
        assert {name for name, units in moved.items() if units} <= {event.bin for event in told}, (moved, told)
        for event in told:
            if event.sure:
                assert event.units_weighed == moved[event.bin], (moved, told)
            else:
                assert event.units_weighed == event.units_confirmed
                asks_for_count = event.odd or event.cause in ("unlit", "outage", "correction")
                assert asks_for_count or event.units_confirmed == moved[event.bin], (moved, told)


class BayOfOnePlatform(RuleBasedStateMachine):
    """A platform of four bins, and the units that really lie in each."""

    @initialize(light=st.booleans())
    def open(self, light: bool) -> None:
        self.floor = Shelf(light=light)
        self.tasks: list[Task] = []
        self.made = 0
        self.plugged = True
        self.lead()

    def lead(self) -> None:
        finished = {event.task for event in self.floor.outbox if isinstance(event, FINISHING)}
        self.tasks = [task for task in self.tasks if task.task not in finished]
        self.floor.ask(*self.tasks)

    def lit(self, name: str) -> Task | None:
        light = self.floor.light(name)
        return next((t for t in self.tasks if light is not None and t.task == light.task), None)

    def is_one_mistake(self, name: str, moved: int = 0, claimed: int = 0, *, ended: bool = False) -> bool:
        """Whether at most one mistake would be untold, and few hands at work, if this happened at a bin now."""
        mistakes, begun = 0, 0
        claims = self.untold_claims()
        for other in NAMES:
            here = other == name
            change = self.floor.units[other] - self.floor.at_base[other] - claims[other]
            left = change + (moved - claimed if here else 0)
            open_ = next((t for t in self.tasks if t.bin == other and not self.is_finished(t)), None)
            asked = 0 if open_ is None or (here and ended) else asked_change(open_, open_.units)
            begun += left != 0 and within(left, asked)
            mistakes += not within(left, asked)
        return begun <= (2, 1)[mistakes] if mistakes <= 1 else False

    def is_finished(self, task_: Task) -> bool:
        return any(isinstance(e, FINISHING) and e.task == task_.task for e in self.floor.outbox)

    def untold_claims(self) -> Counter[str]:
        """What was confirmed since the platform was told last, by bin."""
        claims: Counter[str] = Counter()
        for event in self.floor.outbox:
            if isinstance(event, UnitsPicked | UnitsPutAway):
                claims[event.bin] += event.units if isinstance(event, UnitsPutAway) else -event.units
            elif isinstance(event, WeightSettled):
                claims[event.bin] -= event.units_confirmed
        return claims

    def read(self) -> None:
        if self.plugged:
            self.floor.rest()

    def shift(self, name: str, units: int) -> None:
        units = max(-self.floor.units[name], units)
        if self.is_one_mistake(name, units):
            if self.plugged:
                self.floor.move(4)
            self.floor.units[name] += units
            self.floor.later(0.15)
            self.read()

    @rule(name=st.sampled_from(HEAVY), units=st.integers(-6, 6))
    def reach(self, name: str, units: int) -> None:
        self.shift(name, units)

    @rule(name=st.sampled_from(HEAVY))
    def do_what_is_lit(self, name: str) -> None:
        lit = self.lit(name)
        done = self.floor.units[name] - self.floor.at_base[name] - self.untold_claims()[name]
        if lit is not None and lit.kind != "count" and done == 0:
            self.shift(name, asked_change(lit, lit.units))

    @rule(name=st.sampled_from(NAMES))
    def confirm(self, name: str) -> None:
        lit = self.lit(name)
        if lit is None or self.is_one_mistake(name, claimed=asked_change(lit, lit.units), ended=True):
            self.floor.confirm(name)

    @rule(tenths=st.sampled_from([1, 2, 4, 10, 21, 45]))
    def wait(self, tenths: int) -> None:
        self.floor.later(tenths / 10)

    @rule(name=st.sampled_from(HEAVY), kind=st.sampled_from(["pick", "pick", "put", "count"]), units=st.integers(1, 6))
    def ask(self, name: str, kind: str, units: int) -> None:
        if len(self.tasks) < 4 and not any(t.bin == name for t in self.tasks):
            self.made += 1
            self.tasks.append(task(f"T{self.made}", name, units, kind, order=self.made))  # type: ignore[arg-type]
        self.lead()

    @rule(at=st.integers(0, 3))
    def force_away(self, at: int) -> None:
        if at < len(self.tasks) and self.is_one_mistake(self.tasks[at].bin, ended=True):
            del self.tasks[at]
        self.lead()

    @rule(name=st.sampled_from(NAMES), in_the_middle=st.booleans())
    def crash(self, name: str, in_the_middle: bool) -> None:
        """The agent dies, perhaps after its logic has decided and before that is committed."""
        if in_the_middle:
            self.floor.logic.on_button(f"confirm {name}", True, self.floor.now_us)
        self.floor.start()
        self.floor.commit(self.floor.logic.on_part("scale", self.plugged, "", self.floor.now_us))
        self.read()

    @rule()
    def unplug_or_plug(self) -> None:
        self.plugged = not self.plugged
        self.floor.commit(self.floor.logic.on_part("scale", self.plugged, "unplugged", self.floor.now_us))
        self.read()

    @rule(full=st.booleans())
    def fill_outbox(self, full: bool) -> None:
        self.floor.commit(self.floor.logic.on_outbox_full(full, self.floor.now_us))

    def teardown(self) -> None:
        if not hasattr(self, "floor"):
            return
        floor = self.floor
        self.plugged = True
        floor.commit(floor.logic.on_outbox_full(False, floor.now_us))
        floor.commit(floor.logic.on_part("scale", True, "", floor.now_us))
        self.read()
        self.tasks.clear()
        self.lead()
        floor.later(12)
        for _ in range(PRESSES_TO_REST_MAX):
            lit = [
                light.place
                for light in floor.logic.lights(floor.now_us)
                if light.place in NAMES and light.text != "HUB?"
            ]
            if not lit:
                break
            floor.confirm(lit[0])
            floor.later(3)
        self.check_at_rest()

    def check_at_rest(self) -> None:
        floor = self.floor
        told_mg = sum(event.after_mg - event.before_mg for event in floor.settled)
        real_mg = floor.real_mg - START_UNITS * sum(floor.unit_mg.values())
        assert abs(told_mg - real_mg) < 2 * DIVISION_MG
        finished = Counter(event.task for event in floor.outbox if isinstance(event, FINISHING))
        assert set(finished.values()) <= {1}, "a task was finished twice"
        reconciled = Counter(name for event in floor.settled if event.cause == "tasks" for name in event.tasks)
        assert set(reconciled.values()) <= {1}, "a task was reconciled twice"
        raised = Counter(event.alarm for event in floor.outbox if isinstance(event, AlarmRaised))
        cleared = Counter(event.alarm for event in floor.outbox if isinstance(event, AlarmCleared))
        assert raised == cleared, "an alarm that never ended, or ended twice"
        assert floor.logic.alarms() == ()
        assert not [units for units in self.untold_claims().values() if units], "a confirmation was never told"


BayOfOnePlatform.TestCase.settings = settings(
    max_examples=60, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
TestBayOfOnePlatform = BayOfOnePlatform.TestCase


def play_one_act(bay: BayOfOnePlatform, rng: Random) -> None:
    """One act of a long day: mostly honest work, some of it wrong, now and then a fault."""
    acts = {
        "honest": 12,
        "ask": 9,
        "do": 16,
        "confirm": 12,
        "reach": 2,
        "wait": 16,
        "force": 1,
        "crash": 1,
        "plug": 0.4,
        "full": 0.5,
    }
    name = rng.choice(HEAVY)
    match rng.choices(list(acts), list(acts.values()))[0]:
        case "honest":
            bay.do_what_is_lit(name)
            bay.wait(4)
            bay.confirm(name)
            bay.wait(4)
        case "ask":
            bay.ask(name, rng.choice(["pick", "pick", "pick", "put", "put", "count"]), rng.randint(1, 6))
        case "do":
            bay.do_what_is_lit(name)
        case "confirm":
            bay.confirm(name)
        case "reach":
            bay.reach(name, rng.randint(-6, 6))
        case "wait":
            bay.wait(rng.choice([1, 2, 4, 10, 21, 45]))
        case "force":
            bay.force_away(rng.randint(0, 3))
        case "crash":
            bay.crash(name, rng.random() < 0.5)
        case "plug":
            if bay.plugged or rng.random() < 0.8:
                bay.unplug_or_plug()
        case "full":
            bay.fill_outbox(rng.random() < 0.3)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_long_day_at_one_platform_is_told_as_it_happened(seed: int) -> None:
    rng = Random(seed)
    bay = BayOfOnePlatform()
    bay.open(light=seed % 2 == 0)
    for _ in range(ACTS):
        play_one_act(bay, rng)
    bay.teardown()

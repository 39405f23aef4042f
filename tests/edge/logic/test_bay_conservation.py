"""Whatever hands, scales, crashes and the hub do: at rest, what a bay told of a bin is what happened to it."""

from collections import Counter
from random import Random

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from edge.contract.events import (
    AlarmCleared,
    AlarmRaised,
    BinCounted,
    ConfirmationUndone,
    Event,
    TaskReturned,
    UnitsPicked,
    UnitsPutAway,
    WeightSettled,
)
from edge.contract.state import Task
from tests.edge.logic.bay_floor import A_BIN, DIVISION_MG, UNIT_MG, Floor, content, count_task, pick, put

START_UNITS = 40
PRESSES_TO_REST_MAX = 40
SEEDS = range(80)
ACTS = 150
FINISHING = (UnitsPicked, UnitsPutAway, BinCounted, TaskReturned)


def finished_by(outbox: list[Event]) -> set[str]:
    """Tasks that these facts finish."""
    finished: set[str] = set()
    for event in outbox:
        if isinstance(event, FINISHING):
            finished.add(event.task)
        elif isinstance(event, ConfirmationUndone):
            finished.discard(event.task)
    return finished


class BayOfOneBin(RuleBasedStateMachine):
    """A bin with a sure scale, and the units that really lie in it."""

    @initialize()
    def open(self) -> None:
        self.floor = Floor(bins=1, units=START_UNITS)
        self.real = START_UNITS
        self.real_mg = START_UNITS * UNIT_MG
        self.offset_mg = 0
        self.asked: list[Task] = []
        self.tasks: list[Task] = []
        self.forced: set[str] = set()
        self.made = 0
        self.plugged = True
        self.sku = 1
        self.lead()

    def lead(self, lag: int = 0) -> None:
        """The hub asks for what is left, as it knows it: perhaps without the station's last few facts."""
        as_of = max(0, len(self.floor.outbox) - lag)
        finished = finished_by(self.floor.outbox)
        known = finished_by(self.floor.outbox[:as_of])
        self.tasks = [task for task in self.asked if task.task not in finished and task.task not in self.forced]
        wanted = [t for t in self.asked if t.task not in known and t.task not in self.forced - finished]
        self.floor.desire(*wanted, bins=(content(sku=f"SKU-{self.sku}"),), as_of=as_of)

    def shift(self, units: int, jitter_mg: int = 0) -> None:
        """Units really go in or out; each weighs a little more or less than the mean."""
        units = max(-self.real, units)
        self.real += units
        self.real_mg += units * (UNIT_MG + jitter_mg)

    def read(self) -> None:
        """The scale settles at what really lies there, a rounding apart."""
        if self.plugged:
            self.floor.load(self.real_mg + self.offset_mg)

    @rule(units=st.integers(-6, 6), jitter_mg=st.integers(-900, 900), offset=st.integers(-1, 1), settles=st.booleans())
    def reach(self, units: int, jitter_mg: int, offset: int, settles: bool) -> None:
        self.shift(units, jitter_mg)
        self.offset_mg = offset * DIVISION_MG // 2
        if self.plugged:
            self.floor.move()
        if settles:
            self.floor.later(0.15)
            self.read()

    @rule()
    def settle(self) -> None:
        self.read()

    @rule(tenths=st.sampled_from([1, 2, 4, 10, 21, 45]))
    def wait(self, tenths: int) -> None:
        self.floor.later(tenths / 10)

    @rule()
    def do_what_is_lit(self) -> None:
        light = self.floor.light()
        task = next((t for t in self.tasks if light is not None and t.task == light.task), None)
        if task is not None and task.kind != "count":
            self.shift(-task.units if task.kind == "pick" else task.units)
            if self.plugged:
                self.floor.move()
            self.floor.later(0.2)
            self.read()

    @rule()
    def confirm(self) -> None:
        self.floor.press()

    @rule(after_s=st.sampled_from([0.1, 0.7, 1.9, 3.0]), held_s=st.sampled_from([0.5, 1.3]))
    def confirm_and_take_back(self, after_s: float, held_s: float) -> None:
        """A mistake, noticed sooner or later; the button is held long enough or not."""
        self.floor.press()
        self.floor.later(after_s)
        self.floor.press(held_s=held_s)

    @rule(held=st.sampled_from([0.06, 1.3]))
    def press_short(self, held: float) -> None:
        self.floor.press(f"short {A_BIN}", held)

    @precondition(lambda self: len(self.tasks) < 4)
    @rule(kind=st.sampled_from(["pick", "pick", "put", "count"]), units=st.integers(1, 6))
    def ask(self, kind: str, units: int) -> None:
        self.made += 1
        name = f"T{self.made}"
        makers = {"pick": lambda: pick(name, units, order=self.made), "put": lambda: put(name, units)}
        self.asked.append(makers[kind]() if kind in makers else count_task(name, units))
        self.lead()

    @rule(lag=st.integers(0, 6))
    def hear_a_late_hub(self, lag: int) -> None:
        self.lead(lag)

    @rule(at=st.integers(0, 3))
    def recall(self, at: int) -> None:
        if at < len(self.tasks) and self.tasks[at].kind == "pick":
            task = self.tasks[at]
            recalled = pick(task.task, task.units, order=task.order, recalled=True)
            self.asked[self.asked.index(task)] = recalled
        self.lead()

    @rule(at=st.integers(0, 3))
    def force_away(self, at: int) -> None:
        self.forced |= {task.task for task in self.tasks[at : at + 1]}
        self.lead()

    @rule()
    def change_sku(self) -> None:
        self.sku += 1
        self.lead()

    @rule(in_the_middle=st.booleans())
    def crash(self, in_the_middle: bool) -> None:
        """The agent dies, perhaps after its logic has decided and before that is committed."""
        if in_the_middle:
            self.floor.logic.on_button(f"confirm {A_BIN}", True, self.floor.now_us)
        self.floor.start()
        self.floor.commit(self.floor.logic.on_part("scale", self.plugged, "", self.floor.now_us))

    @rule()
    def unplug_or_plug(self) -> None:
        self.plugged = not self.plugged
        self.floor.commit(self.floor.logic.on_part("scale", self.plugged, "unplugged", self.floor.now_us))
        self.read()

    @rule(full=st.booleans())
    def fill_outbox(self, full: bool) -> None:
        self.floor.commit(self.floor.logic.on_outbox_full(full, self.floor.now_us))

    @invariant()
    def lights_stand_for_open_tasks_and_alarms_for_facts(self) -> None:
        if not hasattr(self, "floor"):
            return
        for light in self.floor.logic.lights(self.floor.now_us):
            assert len(light.text) <= 4
            assert light.task is None or light.task in self.floor.logic.open_tasks()
        raised = {event.alarm for event in self.floor.outbox if isinstance(event, AlarmRaised)}
        cleared = {event.alarm for event in self.floor.outbox if isinstance(event, AlarmCleared)}
        assert set(self.floor.logic.alarms()) == raised - cleared

    def teardown(self) -> None:
        if not hasattr(self, "floor"):
            return
        self.plugged = True
        self.floor.commit(self.floor.logic.on_outbox_full(False, self.floor.now_us))
        self.floor.commit(self.floor.logic.on_part("scale", True, "", self.floor.now_us))
        self.read()
        self.lead()
        self.floor.later(12)
        for _ in range(PRESSES_TO_REST_MAX):
            if self.floor.light() is None:
                break
            self.floor.press()
            self.floor.later(3)
        self.check_at_rest()

    def check_at_rest(self) -> None:
        floor = self.floor
        assert floor.light() is None, f"still lit: {floor.light()}"
        told = [event for event in floor.outbox if isinstance(event, WeightSettled)]
        changed_mg = sum(event.after_mg - event.before_mg for event in told)
        off_mg = changed_mg - (self.real_mg - START_UNITS * UNIT_MG)
        assert abs(off_mg) < UNIT_MG / 2, f"told {changed_mg} mg, really {self.real - START_UNITS} units"
        for event in told:
            if event.sure:
                assert event.units_weighed == round((event.after_mg - event.before_mg) / UNIT_MG)
            else:
                assert event.units_weighed == event.units_confirmed
        times: Counter[str] = Counter()
        for event in floor.outbox:
            if isinstance(event, FINISHING):
                times[event.task] += 1
            elif isinstance(event, ConfirmationUndone):
                times[event.task] -= 1
                assert times[event.task] == 0, "a task was taken back that was not finished"
            else:
                continue
            assert times[event.task] <= 1, "a task was finished twice"
        claimed = {e.task for e in floor.outbox if isinstance(e, UnitsPicked | UnitsPutAway)}
        reconciled = Counter(task for event in told if event.cause == "tasks" for task in event.tasks)
        assert set(reconciled) <= claimed
        assert not [task for task, times in reconciled.items() if times > 1], "a task was reconciled twice"
        raised = Counter(event.alarm for event in floor.outbox if isinstance(event, AlarmRaised))
        cleared = Counter(event.alarm for event in floor.outbox if isinstance(event, AlarmCleared))
        assert raised == cleared, "an alarm that never ended, or ended twice"
        assert set(raised.values()) <= {1}
        assert floor.logic.alarms() == ()
        self.check_confirmations(told)

    def check_confirmations(self, told: list[WeightSettled]) -> None:
        """What was claimed by buttons and not taken back is claimed once by weights."""
        claimed = 0
        for event in self.floor.outbox:
            if isinstance(event, UnitsPicked | UnitsPutAway):
                claimed += event.units if isinstance(event, UnitsPutAway) else -event.units
            elif isinstance(event, ConfirmationUndone):
                claimed -= {"put": event.units, "pick": -event.units, "count": 0}[event.kind]
        assert sum(event.units_confirmed for event in told) == claimed


BayOfOneBin.TestCase.settings = settings(
    max_examples=100, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
TestBayOfOneBin = BayOfOneBin.TestCase


def play_one_act(bay: BayOfOneBin, rng: Random) -> None:
    """One act of a long day: mostly honest work, some of it wrong, now and then a fault."""
    acts = {
        "ask": 8,
        "do": 12,
        "confirm": 10,
        "undo": 3,
        "reach": 6,
        "wait": 16,
        "settle": 6,
        "short": 2,
        "late_hub": 4,
        "recall": 1,
        "force": 1,
        "sku": 0.5,
        "crash": 2,
        "plug": 1,
        "full": 0.7,
    }
    match rng.choices(list(acts), list(acts.values()))[0]:
        case "ask":
            if len(bay.tasks) < 4:
                bay.ask(rng.choice(["pick", "pick", "pick", "put", "put", "count"]), rng.randint(1, 6))
        case "do":
            bay.do_what_is_lit()
        case "confirm":
            bay.confirm()
        case "undo":
            bay.confirm_and_take_back(rng.choice([0.1, 0.7, 1.9, 3.0]), rng.choice([0.5, 1.3, 1.3]))
        case "reach":
            bay.reach(rng.randint(-6, 6), rng.randint(-900, 900), rng.randint(-1, 1), rng.random() < 0.7)
        case "wait":
            bay.wait(rng.choice([1, 2, 4, 10, 21, 45]))
        case "settle":
            bay.settle()
        case "short":
            bay.press_short(rng.choice([0.06, 1.3]))
        case "late_hub":
            bay.hear_a_late_hub(rng.randint(0, 6))
        case "recall":
            bay.recall(rng.randint(0, 3))
        case "force":
            bay.force_away(rng.randint(0, 3))
        case "sku":
            bay.change_sku()
        case "crash":
            bay.crash(rng.random() < 0.5)
        case "plug":
            if bay.plugged or rng.random() < 0.8:
                bay.unplug_or_plug()
        case "full":
            bay.fill_outbox(rng.random() < 0.3)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_long_day_at_one_bin_is_told_as_it_happened(seed: int) -> None:
    rng = Random(seed)
    bay = BayOfOneBin()
    bay.open()
    for _ in range(ACTS):
        play_one_act(bay, rng)
        bay.lights_stand_for_open_tasks_and_alarms_for_facts()
    bay.teardown()

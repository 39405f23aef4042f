"""Whatever hands, scales, crashes and the hub do: at rest, what a bay told of a bin is what happened to it."""

from collections import Counter

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from edge.contract.events import (
    AlarmCleared,
    AlarmRaised,
    BinCounted,
    TaskReturned,
    UnitsPicked,
    UnitsPutAway,
    WeightSettled,
)
from edge.contract.state import Task
from tests.edge.logic.bay_floor import A_BIN, DIVISION_MG, UNIT_MG, Floor, content, count_task, pick, put

START_UNITS = 40
PRESSES_TO_REST_MAX = 40
FINISHING = (UnitsPicked, UnitsPutAway, BinCounted, TaskReturned)


class BayOfOneBin(RuleBasedStateMachine):
    """A bin with a sure scale, and the units that really lie in it."""

    @initialize()
    def open(self) -> None:
        self.floor = Floor(bins=1, units=START_UNITS)
        self.real = START_UNITS
        self.offset_mg = 0
        self.tasks: list[Task] = []
        self.made = 0
        self.plugged = True
        self.sku = 1
        self.lead()

    def lead(self) -> None:
        """The hub knows all that was recorded, and asks for what is left."""
        finished = {event.task for event in self.floor.outbox if isinstance(event, FINISHING)}
        self.tasks = [task for task in self.tasks if task.task not in finished]
        self.floor.desire(*self.tasks, bins=(content(sku=f"SKU-{self.sku}"),), as_of=len(self.floor.outbox))

    def read(self) -> None:
        """The scale settles at what really lies there, a rounding apart."""
        if self.plugged:
            self.floor.load(self.real * UNIT_MG + self.offset_mg)

    @rule(units=st.integers(-6, 6), offset=st.integers(-1, 1), settles=st.booleans())
    def reach(self, units: int, offset: int, settles: bool) -> None:
        self.real = max(0, self.real + units)
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
            self.real = max(0, self.real + (-task.units if task.kind == "pick" else task.units))
            if self.plugged:
                self.floor.move()
            self.floor.later(0.2)
            self.read()

    @rule()
    def confirm(self) -> None:
        self.floor.press()

    @rule(held=st.sampled_from([0.06, 1.3]))
    def press_short(self, held: float) -> None:
        self.floor.press(f"short {A_BIN}", held)

    @precondition(lambda self: len(self.tasks) < 4)
    @rule(kind=st.sampled_from(["pick", "pick", "put", "count"]), units=st.integers(1, 6))
    def ask(self, kind: str, units: int) -> None:
        self.made += 1
        name = f"T{self.made}"
        makers = {"pick": lambda: pick(name, units, order=self.made), "put": lambda: put(name, units)}
        self.tasks.append(makers[kind]() if kind in makers else count_task(name, units))
        self.lead()

    @rule(at=st.integers(0, 3))
    def recall(self, at: int) -> None:
        if at < len(self.tasks) and self.tasks[at].kind == "pick":
            task = self.tasks[at]
            self.tasks[at] = pick(task.task, task.units, order=task.order, recalled=True)
        self.lead()

    @rule(at=st.integers(0, 3))
    def force_away(self, at: int) -> None:
        del self.tasks[at : at + 1]
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

    def teardown(self) -> None:
        if not hasattr(self, "floor"):
            return
        self.plugged = True
        self.floor.commit(self.floor.logic.on_outbox_full(False, self.floor.now_us))
        self.floor.commit(self.floor.logic.on_part("scale", True, "", self.floor.now_us))
        self.read()
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
        off_mg = changed_mg - (self.real - START_UNITS) * UNIT_MG
        assert abs(off_mg) < UNIT_MG / 2, f"told {changed_mg} mg, really {self.real - START_UNITS} units"
        for event in told:
            if event.sure:
                assert event.units_weighed == round((event.after_mg - event.before_mg) / UNIT_MG)
            else:
                assert event.units_weighed == event.units_confirmed
        finished = Counter(event.task for event in floor.outbox if isinstance(event, FINISHING))
        assert not [task for task, times in finished.items() if times > 1], "a task was finished twice"
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
        """What was claimed by buttons is claimed once by weights, unless the scale never came back in time."""
        claimed = sum(
            e.units if isinstance(e, UnitsPutAway) else -e.units
            for e in self.floor.outbox
            if isinstance(e, UnitsPicked | UnitsPutAway)
        )
        assert sum(event.units_confirmed for event in told) == claimed


BayOfOneBin.TestCase.settings = settings(
    max_examples=250, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
TestBayOfOneBin = BayOfOneBin.TestCase

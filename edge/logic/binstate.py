"""One bin of a bay as its rules see it: what is kept, what is open, what is shown, what it weighs."""

from collections.abc import Callable
from dataclasses import dataclass, field

from msgspec.structs import replace

from edge.contract.events import BinCounted, Confirmation, Event, SettleCause, UnitsPicked, UnitsPutAway, WeightSettled
from edge.contract.state import BinContent, Task
from edge.logic.memory import BinMemory, Confirmed
from edge.logic.reaction import Reaction
from edge.logic.settling import Settling
from edge.logic.times import BIN_REST_US, LATE_PRESS_US, SETTLE_WAIT_US
from edge.logic.undoable import Undoable
from edge.logic.weighing import Weighed, count_content, is_disturbed, noise_mg, weigh
from edge.logic.zeroing import ZEROED_DIVISIONS, Zero

UNITS_SHOWN_MAX = 999
"""A display has three digits."""


@dataclass(slots=True)
class BinState:
    """A bin. The rules change it; the bay commits ``kept`` together with the events that they tell."""

    name: str
    scale: Settling | None
    kept: BinMemory
    new_id: Callable[[], str]
    queue: tuple[Task, ...] = ()
    """Open tasks, the first to be shown first."""
    content: BinContent | None = None
    """What the scale counts by; follows ``wanted`` as soon as the old content has been reconciled."""
    wanted: BinContent | None = None
    is_led: bool = False
    """Whether a desired state is known: before that nothing is judged."""
    shown: Task | None = None
    shown_units: int = 0
    shown_at_us: int = 0
    confirmed_at_us: int | None = None
    """When a task was last confirmed in this run."""
    by_weight: bool = False
    """Whether that was by the scale: the button may still come."""
    undoable: Undoable | None = None
    """The last confirmation of this run, if a button made it."""
    undo_pressed_us: int | None = None
    """Since when a button is held that will take it back; meanwhile nothing is judged, and nothing new is shown."""
    reaction: Reaction = field(default_factory=Reaction)
    gap: bool = True
    """Nobody has watched the weight since the baseline was taken (a restart, an unplugged scale)."""
    gap_rest_us: int | None = None
    """When the weight first came to rest after the gap."""
    zero: Zero = field(default_factory=Zero)
    """What is known of the zero of its indicator."""
    lifted: bool = False
    """Whether the whole bin was seen off its scale since its weight was last explained, in this run."""
    recalled_at_us: int | None = None
    level_alarm: str | None = None
    """The open alarm of the platform that it shares with other bins, if it is one that may be meant."""
    refused_at_us: int | None = None
    """When a press was last not taken because nothing could be recorded."""

    def keep(self, **changes: object) -> None:
        """Change what is kept."""
        self.kept = replace(self.kept, **changes)

    def start_baseline(self, **changes: object) -> None:
        """Take the weight that lies there now as told, and change what else is kept."""
        self.keep(baseline_mg=self.weight_mg, **changes)
        if self.scale is not None:
            self.scale.follow_from_here()

    @property
    def is_weighed(self) -> bool:
        """Whether a scale is there and speaks."""
        return self.scale is not None and self.scale.alive

    @property
    def weight_mg(self) -> int:
        """The last stable weight, or the baseline where none is known."""
        found = self.scale.weight_mg if self.scale is not None else None
        return found if found is not None else self.kept.baseline_mg or 0

    @property
    def change_mg(self) -> int:
        """The change of weight that has not been told yet."""
        return self.weight_mg - (self.kept.baseline_mg if self.kept.baseline_mg is not None else self.weight_mg)

    @property
    def division_mg(self) -> int:
        """The division of the bin's scale."""
        return self.scale.division_mg if self.scale is not None else 0

    def weigh(self, claimed: int) -> Weighed:
        """The untold change in units. If just as much has gone as what lies there and is no units, that has gone."""
        weighed = weigh(self.change_mg, self.content, self.division_mg, claimed)
        if self.content is None or not self.kept.odd_mg or not weighed.sure or weighed.units == claimed:
            return weighed
        left_mg = self.kept.odd_mg + self.change_mg - claimed * self.content.unit_mg
        if abs(left_mg) > noise_mg(self.content, self.division_mg, weighed.units - claimed):
            return weighed
        return Weighed(claimed, False, odd=True)

    def is_touched(self) -> bool:
        """Whether a hand is at work: the weight moves, or has changed by more than its noise."""
        if self.scale is None or not self.scale.alive:
            return False
        if self.scale.is_moving():
            return True
        weighed = self.weigh(0)
        if weighed.sure:
            return weighed.units != 0
        return self.content is not None and is_disturbed(self.change_mg, self.content, self.division_mg)

    def tell(self, cause: SettleCause, tasks: tuple[str, ...], weighed: Weighed, claimed: int) -> WeightSettled:
        """Tell the change up to now, which becomes the baseline."""
        before_mg = self.kept.baseline_mg if self.kept.baseline_mg is not None else self.weight_mg
        if cause == "tasks":
            self.lifted = False
            self.keep(home_mg=None)
        elif self.kept.home_mg is None:
            self.keep(home_mg=before_mg)
        if weighed.odd:
            self.keep_odd(claimed)
        if not tasks and cause != "outage" and weighed.sure:
            self.keep(away_units=self.kept.away_units - weighed.units)
        self.start_baseline()
        return WeightSettled(
            bin=self.name,
            cause=cause,
            tasks=tasks,
            before_mg=before_mg,
            after_mg=self.weight_mg,
            units_confirmed=claimed,
            units_weighed=weighed.units if weighed.sure else claimed,
            sure=weighed.sure,
            odd=weighed.odd,
            units_inside=self.units_inside(),
            division_mg=self.division_mg,
        )

    def keep_odd(self, units: int) -> None:
        """Keep what is left of the untold change beside so many units, until as much has gone again.

        What is left may be units after all: of those that were confirmed, some may not have been moved.
        """
        if self.content is None:
            return
        odd_mg = self.kept.odd_mg + self.change_mg - units * self.content.unit_mg
        claimed = self.kept.odd_claimed_units + units
        left = weigh(odd_mg, self.content, self.division_mg, 0)
        if not is_disturbed(odd_mg, self.content, self.division_mg) or (left.sure and within(left.units, -claimed)):
            odd_mg = claimed = 0
        self.keep(odd_mg=odd_mg, odd_claimed_units=claimed)

    def doubt_gain(self, units: int) -> None:
        """So many units' weight came in unasked, and was left so: whether it is units, no weight can tell.

        What had gone unasked before, and may have come back, is not doubted.
        """
        doubted = min(units, -self.kept.away_units)
        if doubted > 0:
            self.keep_doubtful(doubted)
            self.keep(away_units=self.kept.away_units + doubted)

    def keep_doubtful(self, units: int) -> None:
        """So many units' weight lies there that no count by weight is to take for units."""
        if self.content is not None:
            self.keep(odd_mg=self.kept.odd_mg + units * self.content.unit_mg)

    def units_inside(self) -> int | None:
        """How many units lie in the bin by its whole weight; None if its scale is not certain of that."""
        if self.scale is None or self.scale.weight_mg is None:
            return None
        if self.kept.zero_doubted or self.kept.odd_mg or self.kept.swap_alarm is not None:
            return None
        return self._units_by_zero()

    def _units_by_zero(self) -> int | None:
        return count_content(self.weight_mg, self.content, self.division_mg)

    def looks_zeroed(self) -> bool:
        """Whether a scale that nobody watched now shows nothing where something lay, and so do all others."""
        if self.zero.kept:
            return False
        near_mg = ZEROED_DIVISIONS * self.division_mg
        was_mg = self.kept.baseline_mg or 0
        return abs(self.weight_mg) <= near_mg < was_mg and is_disturbed(was_mg, self.content, self.division_mg)

    def trust_zero(self, counted_units: int) -> None:
        """A person has counted: if the whole weight says the same, so does the scale's zero."""
        if self.kept.zero_doubted and self.scale is not None and self._units_by_zero() == counted_units:
            self.keep(zero_doubted=False)

    def doubt_zero(self) -> None:
        """Count by the whole weight no more, if the scale may have been zeroed under its load."""
        doubted = self.looks_zeroed()
        self.keep(zero_doubted=doubted)
        if doubted:
            self.zero.doubted.add(self.name)

    @property
    def asks(self) -> str | None:
        """What the bin's light stands for: an alarm, or a task with its number; None if it is dark."""
        if self.kept.swap_alarm is not None:
            return self.kept.swap_alarm
        if self.kept.correction is not None:
            return self.kept.correction.alarm
        if self.level_alarm is not None:
            return self.level_alarm
        return None if self.shown is None else f"{self.shown.task} {self.shown.units}"

    def can_answer(self, pressed_us: int) -> bool:
        """Whether a press at this time can be an answer to the bin's light, and not a late one to what was before."""
        return self.reaction.can_answer(pressed_us) and not self._awaits_late_press(pressed_us)

    def _awaits_late_press(self, now_us: int) -> bool:
        return self.by_weight and self.confirmed_at_us is not None and now_us < self.confirmed_at_us + LATE_PRESS_US

    def finish(self, task_id: str) -> None:
        """Take a task out of the queue; the bay lays its event over the desired state."""
        self.queue = tuple(task for task in self.queue if task.task != task_id)
        if self.shown is not None and self.shown.task == task_id:
            self.shown = None

    def may_show(self, now_us: int) -> bool:
        """Whether a task may be lit: no alarm is shown and the last one's weight had its time to settle."""
        if self.kept.correction is not None or self.kept.swap_alarm is not None or self.level_alarm is not None:
            return False
        if self.confirmed_at_us is None:
            return True
        if now_us < self.confirmed_at_us + BIN_REST_US or self._awaits_late_press(now_us):
            return False
        waiting = bool(self.kept.confirmed) and self.is_weighed
        return not waiting or now_us >= self.confirmed_at_us + SETTLE_WAIT_US

    def choose(self, now_us: int) -> None:
        """Choose the task that is shown. It is not changed under a hand that is at work."""
        current = None
        if self.shown is not None:
            current = next((task for task in self.queue if task.task == self.shown.task), None)
        if not self.may_show(now_us):
            self.shown = None
            return
        lowered = current is not None and not current.recalled and self.shown_units != current.units
        if current is None or not (self.is_touched() or lowered):
            # In a gap the first task may have been begun before it: it stays lit until the weight has told.
            in_gap = self.gap and self.scale is not None
            current = next((task for task in self.queue if in_gap or not task.recalled), None)
        if current is None:
            self.shown = None
            return
        if self.shown is None or (self.shown.task, self.shown.units) != (current.task, current.units):
            self.shown_units = current.units
            self.shown_at_us = now_us
        self.shown = current


def asked_change(task: Task, units: int) -> int:
    """The change, as the bin sees it, of doing a task with so many units; 0 for a count."""
    return {"pick": -units, "put": units, "count": 0}[task.kind]


def within(part: int, whole: int) -> bool:
    """Whether a change is none, some or all of another of the same direction."""
    return part == 0 or (part * whole > 0 and abs(part) <= abs(whole))


def confirm(state: BinState, now_us: int, by: Confirmation) -> Event:
    """Confirm the shown task with the shown number."""
    task, units = state.shown, state.shown_units
    assert task is not None, "only a shown task can be confirmed"
    state.finish(task.task)
    waits = task.kind != "count" and state.kept.baseline_mg is not None
    if by == "weight":
        state.undoable = None
    else:
        state.undoable = Undoable(task, units, now_us, waits, state.confirmed_at_us, state.kept)
    state.confirmed_at_us, state.by_weight = now_us, by == "weight"
    if task.kind == "count":
        weight_mg = state.scale.weight_mg if state.scale is not None else None
        state.keep(home_mg=None)
        if by == "button":
            state.keep(odd_mg=0, odd_claimed_units=0)
            state.trust_zero(units)
        return BinCounted(task=task.task, bin=state.name, units=units, by=by, weight_mg=weight_mg)
    if waits:
        change = asked_change(task, units)
        state.kept = state.kept.with_confirmed(
            Confirmed(task=task.task, kind=task.kind, mark=task.mark, change_units=change)
        )
    shape = UnitsPicked if task.kind == "pick" else UnitsPutAway
    return shape(task=task.task, bin=state.name, units=units, units_asked=task.units, by=by)

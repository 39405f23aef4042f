"""A bay: bins that show tasks, buttons that confirm them, and scales that prove it."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from msgspec.structs import replace

from edge.contract.events import ConfirmationUndone, Event
from edge.contract.site import Station
from edge.contract.state import BayDesired, Lit, PrintJob, Task
from edge.logic.binstate import UNITS_SHOWN_MAX, BinState, confirm
from edge.logic.corrections import close_correction
from edge.logic.judging import judge, wakes_us
from edge.logic.keeping import Keeping
from edge.logic.levels import Levels, shared_channels
from edge.logic.lit import end_missing, tell_before_count, units_seen
from edge.logic.memory import BIN, CONTENTS, DESIRED, UNDONE, BinMemory, encode, names_under, recall
from edge.logic.outcome import Outcome
from edge.logic.parts import Parts
from edge.logic.presses import Presses
from edge.logic.said import NOTHING, Said
from edge.logic.settling import CREEP_DIVISIONS, Settling
from edge.logic.showing import aisle_lights, beacon, bin_light, notice
from edge.logic.swapping import accept_swap, note_lift, watch_swaps
from edge.logic.taking_back import can_take_back, take_back
from edge.logic.tasks import TaskBoard
from edge.logic.times import SAVE_DELAY_US
from edge.logic.zeroing import Zero

CREEP_SHARE = 4
"""A baseline follows creep only where a creep step is less than this part of a unit: a unit is never mistaken."""
NO_MEMORY: Mapping[str, bytes | None] = MappingProxyType({})


class BayLogic:
    """The logic of one bay.

    Args:
        station: The bay's own file.
        memory: The station's durable memory as last committed.
        new_id: Makes ids of alarms.
        journal: The id of the station's outbox, if known: a watermark of another journal is not of its events.

    Raises:
        ValueError: the memory cannot be read.
    """

    def __init__(
        self,
        station: Station,
        memory: Mapping[str, bytes],
        new_id: Callable[[], str],
        journal: str | None = None,
    ) -> None:
        self._station = station
        self._zero = Zero()
        self._bins = {}
        shared = shared_channels(station)
        for place in station.bins:
            kept = recall(memory, BIN + place.name, BinMemory) or BinMemory()
            weighed = place.channel is not None and place.channel not in shared and station.scale is not None
            scale = Settling(station.scale.division_mg) if weighed and station.scale is not None else None
            self._bins[place.name] = BinState(place.name, scale, kept, new_id, gap=scale is not None, zero=self._zero)
        self._by_channel = {b.channel: self._bins[b.name] for b in station.bins if b.channel is not None}
        self._levels = Levels(station, self._bins, memory, new_id)
        alone = (b.name for b in station.bins if b.channel is None or b.channel not in shared)
        self._undoes = frozenset(alone if station.kind == "bay" else ())
        """Bins whose confirmations can be taken back: a cell's put and a platform's claim are others' as well."""
        self._board = TaskBoard(self._bins, journal)
        self._presses = Presses(_controls(station), memory, new_id)
        self._parts = Parts(memory, station)
        self._connected = False
        self._full = False
        self._wake_us: int | None = None
        self._keeping = Keeping(self._bins, self._levels)
        self._counted: str | None = None
        self._replayed = False
        for name in names_under(memory, UNDONE):
            task = recall(memory, UNDONE + name, Task)
            assert task is not None, "its key is there"
            self._board.remember(task)
        desired, contents = recall(memory, DESIRED, BayDesired), recall(memory, CONTENTS, BayDesired)
        self._contents = contents.bins if contents is not None else ()
        """What the outbox holds, or will hold, of the bins' contents."""
        if desired is not None and self._board.obey(replace(desired, bins=desired.bins or self._contents)):
            self._lead()

    @property
    def obeyed(self) -> tuple[int, int]:
        """Generation and version of the desired state last obeyed."""
        return self._board.obeyed

    def go_on(self) -> None:
        """The station has not restarted, only its logic: nothing to a bay, whose weights are all told."""

    def on_desired(self, desired: BayDesired, now_us: int) -> Outcome:
        """The hub says what it wants true; an older state than the one obeyed is ignored."""
        if self._board.obey(desired):
            self._lead()
            self._keeping.later(DESIRED, encode(replace(desired, bins=())), now_us, SAVE_DELAY_US)
            if desired.bins != self._contents:
                self._contents = desired.bins
                self._keeping.later(CONTENTS, encode(replace(desired, tasks=())), now_us, SAVE_DELAY_US)
            for task in self._board.heard_back():
                self._keeping.later(UNDONE + task, None, now_us, SAVE_DELAY_US)
        return self._outcome(self._bins.values(), now_us)

    def on_found(self, levels: Mapping[str, bool], now_us: int) -> Outcome:
        """How buttons are when they are first looked at: by control, whether it is down already."""
        self._presses.found(levels, now_us)
        return self._outcome([], now_us)

    def on_button(self, control: str, down: bool, now_us: int) -> Outcome:
        """A button went down or came up."""
        act, _, name = control.partition(" ")
        state = self._bins.get(name)
        if down:
            self._presses.down(control, now_us)
            events = self._pressed(act, state, now_us)
            return self._outcome([state] if state is not None else [], now_us, events)
        memory: dict[str, bytes | None] = {}
        held = self._held(now_us, memory)  # its second may have passed while nobody looked
        pressed_us = self._presses.up(control)
        if act == "confirm" and state is not None:
            state.undo_pressed_us = None
        if act == "short" and state is not None and pressed_us is not None and _can_change(state, pressed_us):
            state.shown_units = max(0, state.shown_units - 1)
            self._counted = name
        return self._outcome([state] if state is not None else [], now_us, held, memory)

    def on_reading(self, channel: int, state: str, weight_mg: int | None, now_us: int) -> Outcome:
        """The indicator says something of one channel; channels that no bin has are not ours."""
        if self._levels.take(channel, state, weight_mg, now_us):
            return self._outcome([], now_us)
        bin_ = self._by_channel.get(channel)
        if bin_ is None or bin_.scale is None:
            return Outcome()
        if state == "zero_error":
            _lose(bin_)
        note_lift(bin_, state, weight_mg)
        creep_mg = bin_.scale.take(state, weight_mg, now_us)
        baseline_mg = bin_.kept.baseline_mg
        if creep_mg and baseline_mg is not None and bin_.is_led and not bin_.gap and _follows_creep(bin_):
            bin_.keep(baseline_mg=baseline_mg + creep_mg)
        return self._outcome([bin_], now_us)

    def on_symbol(
        self, text: str, symbology: str, aim: str, now_us: int, said: Said = NOTHING, picture: str = ""
    ) -> Outcome:
        """A bay has no camera: nothing."""
        return Outcome()

    def on_scan(self, text: str, symbology: str, aim: str, now_us: int, said: Said = NOTHING) -> Outcome:
        """A bay has no scanner: nothing."""
        return Outcome()

    def on_unreadable(self, present: bool, now_us: int, picture: str = "") -> Outcome:
        """A bay has no camera: nothing."""
        return Outcome()

    def on_printed(self, job: str, error: str | None, now_us: int, *, sent: bool = True) -> Outcome:
        """A bay has no printer: nothing."""
        return Outcome()

    @property
    def prints(self) -> bool:
        """A bay has no printer."""
        return False

    def to_print(self) -> PrintJob | None:
        """A bay has no printer: nothing."""
        return None

    def on_part(self, part: str, ok: bool, detail: str, now_us: int) -> Outcome:
        """A device was found failed or well."""
        self._parts.note(part, ok, detail)
        if part == "scale" and not ok:
            self._zero.lose()
            self._levels.lose()
            for state in self._bins.values():
                _lose(state)
        return self._outcome(self._bins.values(), now_us)

    def on_link(self, connected: bool, now_us: int) -> Outcome:
        """The link to the hub came or went."""
        self._connected = connected
        return self._outcome([], now_us)

    def on_outbox_full(self, full: bool, now_us: int) -> Outcome:
        """Whether facts can be recorded: while not, nothing is confirmed or judged, and nothing is forgotten."""
        self._full = full
        if not full:
            for state in self._bins.values():
                state.refused_at_us = None
        return self._outcome(self._bins.values(), now_us)

    def tick(self, now_us: int) -> Outcome:
        """Time has passed."""
        return self._outcome(self._bins.values(), now_us)

    def wake_us(self) -> int | None:
        """When :meth:`tick` is due next; None if only something that happens can change anything."""
        return self._wake_us

    def replay(self, recorded_seq: int, event: Event) -> None:
        """After a restart: one event of the outbox, in order."""
        self._board.finish(event, recorded_seq)
        self._replayed = True

    def recorded(self, seq: int, event: Event) -> None:
        """An event of an outcome was committed under ``seq``."""
        self._board.finish(event, seq)

    def lights(self, now_us: int) -> tuple[Lit, ...]:
        """Every light that is on. They are drawn now, and presses are judged by what was lit when."""
        for state in self._bins.values():
            state.reaction.draw(state.asks, now_us)
        signs = self._board.signs()
        found = {name: bin_light(state, now_us) or signs.get(name) for name, state in self._bins.items()}
        lit = [light for light in found.values() if light is not None]
        failed = self._parts.matter or bool(self._presses.stuck())
        busy = any(light.task for light in lit)
        top = beacon(full=self._full, connected=self._connected, failed=failed, busy=busy)
        if self._station.beacon is None:
            top = notice(top, next((name for name, light in found.items() if light is None), None))
        if top is not None:
            lit.append(top)
        desired = self._board.desired
        if self._station.aisle_beacon is not None and desired is not None:
            lit += aisle_lights(desired.aisle, connected=self._connected)
        return tuple(lit)

    def open_tasks(self) -> tuple[str, ...]:
        """The ids of all open tasks of the bay."""
        return self._board.open_tasks()

    def alarms(self) -> tuple[str, ...]:
        """The ids of all open alarms of the bay."""
        found = [s.kept.correction.alarm for s in self._bins.values() if s.kept.correction is not None]
        found += [s.kept.swap_alarm for s in self._bins.values() if s.kept.swap_alarm is not None]
        found += [s.kept.missing_alarm for s in self._bins.values() if s.kept.missing_alarm is not None]
        return (*found, *self._levels.alarms(), *self._presses.alarms())

    def _lead(self) -> None:
        for name, state in self._bins.items():
            state.is_led = self._board.desired is not None
            state.queue = self._board.queue(name)
            state.wanted = self._board.content(name)
        self._levels.lead(self._board.desired)

    def _pressed(self, act: str, state: BinState | None, now_us: int) -> list[Event]:
        """What a button's way down means."""
        if act == "bay":
            self._raise_count(now_us)
        if act != "confirm" or state is None:
            return []
        may_undo = not self._full and state.name in self._undoes and can_take_back(state, now_us)
        state.undo_pressed_us = now_us if may_undo else None
        if state.undo_pressed_us is not None or not state.can_answer(now_us):
            return []
        if self._full:
            state.refused_at_us = now_us if state.asks is not None else None
            return []
        if state.kept.swap_alarm is not None:
            return accept_swap(state)
        if state.kept.correction is not None:
            # The last step of the hand is told first: it may have mended the difference.
            told = [*judge(state, now_us), *self._levels.look(state.name, now_us)]
            return [*told, close_correction(state, "accepted")] if state.kept.correction is not None else told
        if state.level_alarm is not None:
            return self._levels.accept(state.name, now_us)
        if state.shown is None:
            return []
        events: list[Event] = []
        if state.shown.kind == "count" and state.scale is not None and state.scale.is_at_rest(now_us):
            events += tell_before_count(state)
        events.append(confirm(state, now_us, "button"))
        if state.kept.missing_alarm is not None:
            events.append(end_missing(state))
        return events

    def _raise_count(self, now_us: int) -> None:
        """The bay's own button adds one to the count that was last touched, or to the first that is lit."""
        counts = [s for s in self._bins.values() if s.shown is not None and s.shown.kind == "count"]
        chosen = next((s for s in counts if s.name == self._counted), counts[0] if counts else None)
        if chosen is not None and _can_change(chosen, now_us):
            chosen.shown_units = min(UNITS_SHOWN_MAX, chosen.shown_units + 1)

    def _outcome(
        self,
        states: Iterable[BinState],
        now_us: int,
        told: Iterable[Event] = (),
        told_memory: Mapping[str, bytes | None] = NO_MEMORY,
    ) -> Outcome:
        """Judge, and gather what was told with the memory that belongs to it."""
        if self._replayed:
            self._replayed = False
            self._lead()
        memory = dict(told_memory)
        events = [*told, *self._held(now_us, memory)]
        if not self._full:
            for more, kept in (self._presses.watch(now_us), self._parts.tell()):
                events += more
                memory |= kept
        reopened = {event.bin for event in events if isinstance(event, ConfirmationUndone)}
        judged = [*states, *(self._bins[name] for name in sorted(reopened))]
        for state in judged:
            if self._full:
                state.choose(now_us)
            else:
                events += judge(state, now_us)
        if not self._full:
            events += watch_swaps(judged, list(self._bins.values()), now_us)
            self._trust_zero()
            events = self._levels.judge(events, now_us)
        for event in events:
            self._board.finish(event, None)
        memory = self._keeping.to_write(memory, now_us, told=bool(events))
        self._wake_us = self._next_wake(now_us)
        return Outcome(events=tuple(events), memory=memory)

    def _trust_zero(self) -> None:
        """Bins that came into doubt before another one showed its load really are empty."""
        if self._zero.kept and self._zero.doubted:
            for name in self._zero.doubted:
                self._bins[name].keep(zero_doubted=False)
            self._zero.doubted.clear()

    def _held(self, now_us: int, memory: dict[str, bytes | None]) -> list[Event]:
        """Buttons that have now been held: short takes the number that the scale saw, confirm takes back what it has
        confirmed; the memory of that is added."""
        events: list[Event] = []
        for control, pressed_us in self._presses.newly_held(now_us):
            act, _, name = control.partition(" ")
            state = self._bins.get(name)
            if act == "short" and state is not None and _can_change(state, pressed_us):
                state.shown_units = units_seen(state)
            if act == "confirm" and state is not None and state.undo_pressed_us is not None:
                state.undo_pressed_us = None
                if not self._full and state.undoable is not None and can_take_back(state, pressed_us):
                    task = state.undoable.task
                    events.append(take_back(state))
                    self._board.take_back(task)
                    state.queue = self._board.queue(name)
                    memory[UNDONE + task.task] = encode(task)
        return events

    def _next_wake(self, now_us: int) -> int | None:
        times = [at_us for state in self._bins.values() for at_us in wakes_us(state)]
        times += [*self._presses.wakes_us(), *self._levels.wakes_us()]
        if self._keeping.due_us is not None:
            times.append(self._keeping.due_us)
        return min((at_us for at_us in times if at_us > now_us), default=None)


def _controls(station: Station) -> list[str]:
    """Every button that a bay may have."""
    return ["bay", *(f"{act} {bin_.name}" for bin_ in station.bins for act in ("confirm", "short"))]


def _can_change(state: BinState, pressed_us: int) -> bool:
    """Whether who pressed then can have meant the number that is shown."""
    return state.shown is not None and state.can_answer(pressed_us)


def _lose(state: BinState) -> None:
    """Nobody watches the weight any more."""
    if state.scale is not None:
        state.scale.fail()
        state.gap = True
        state.gap_rest_us = None


def _follows_creep(state: BinState) -> bool:
    step_mg = CREEP_DIVISIONS * state.division_mg
    return state.content is None or CREEP_SHARE * step_mg < state.content.unit_mg

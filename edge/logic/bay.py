"""A bay: bins that show tasks, buttons that confirm them, and scales that prove it."""

from collections.abc import Callable, Iterable, Mapping

from msgspec.structs import replace

from edge.contract.events import Event
from edge.contract.site import Station
from edge.contract.state import BayDesired, Lit, PrintJob
from edge.logic.binstate import UNITS_SHOWN_MAX, BinState, confirm
from edge.logic.corrections import close_correction
from edge.logic.judging import judge, wakes_us
from edge.logic.levels import Levels, shared_channels
from edge.logic.lit import end_missing, tell_before_count, units_seen
from edge.logic.memory import BIN, DESIRED, BinMemory, encode, recall
from edge.logic.outcome import Outcome
from edge.logic.parts import Parts
from edge.logic.presses import Presses
from edge.logic.said import NOTHING, Said
from edge.logic.settling import CREEP_DIVISIONS, Settling
from edge.logic.showing import beacon, bin_light, notice
from edge.logic.swapping import accept_swap, note_lift, watch_swaps
from edge.logic.tasks import TaskBoard
from edge.logic.times import CREEP_SAVE_US, SAVE_DELAY_US
from edge.logic.zeroing import Zero

CREEP_WRITTEN_DIVISIONS = CREEP_DIVISIONS + 1
"""A baseline that has crept less far from the one on the card waits: a flicker would write for ever. After a kill the
bin's weight is that much off at most, which is less than anything is judged by."""

CREEP_SHARE = 4
"""A baseline follows creep only where a creep step is less than this part of a unit: a unit is never mistaken."""


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
        self._board = TaskBoard(self._bins, journal)
        self._presses = Presses(_controls(station), memory, new_id)
        self._parts = Parts(memory)
        self._connected = False
        self._full = False
        self._wake_us: int | None = None
        self._written = {name: state.kept for name, state in self._bins.items()}
        """What the outbox holds, or will hold with the outcome that was made last."""
        self._noted = dict(self._written)
        """What is written, or waits to be."""
        self._unsaved: dict[str, bytes | None] = {}
        self._save_at_us: int | None = None
        self._counted: str | None = None
        self._replayed = False
        desired = recall(memory, DESIRED, BayDesired)
        if desired is not None and self._board.obey(desired):
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
            self._save_later(DESIRED, encode(desired), now_us, SAVE_DELAY_US)
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
        pressed_us = self._presses.up(control)
        if act == "short" and state is not None and pressed_us is not None and _can_change(state, pressed_us):
            state.shown_units = max(0, state.shown_units - 1)
            self._counted = name
        return self._outcome([state] if state is not None else [], now_us)

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

    def on_symbol(self, text: str, symbology: str, aim: str, now_us: int, said: Said = NOTHING) -> Outcome:
        """A bay has no camera: nothing."""
        return Outcome()

    def on_scan(self, text: str, symbology: str, aim: str, now_us: int, said: Said = NOTHING) -> Outcome:
        """A bay has no scanner: nothing."""
        return Outcome()

    def on_unreadable(self, present: bool, now_us: int) -> Outcome:
        """A bay has no camera: nothing."""
        return Outcome()

    def on_printed(self, job: str, error: str | None, now_us: int, *, sent: bool = True) -> Outcome:
        """A bay has no printer: nothing."""
        return Outcome()

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
        found = {name: bin_light(state, now_us) for name, state in self._bins.items()}
        lit = [light for light in found.values() if light is not None]
        top = beacon(full=self._full, connected=self._connected, busy=any(light.task for light in lit))
        if self._station.beacon is None:
            top = notice(top, next((name for name, light in found.items() if light is None), None))
        return tuple(lit) if top is None else (*lit, top)

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
        if act != "confirm" or state is None or not state.can_answer(now_us):
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

    def _outcome(self, states: Iterable[BinState], now_us: int, told: Iterable[Event] = ()) -> Outcome:
        """Judge, and gather what was told with the memory that belongs to it."""
        if self._replayed:
            self._replayed = False
            self._lead()
        events = list(told)
        memory: dict[str, bytes | None] = {}
        self._take_from_scale(now_us)
        if not self._full:
            for more, kept in (self._presses.watch(now_us), self._parts.tell()):
                events += more
                memory |= kept
        judged = list(states)
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
        memory = self._saved_later(memory | self._to_keep(events, now_us), now_us)
        self._wake_us = self._next_wake(now_us)
        return Outcome(events=tuple(events), memory=memory)

    def _to_keep(self, events: list[Event], now_us: int) -> dict[str, bytes | None]:
        """What has changed of bins and platforms since it was noted last; what has only crept is written later."""
        now, later = self._levels.to_keep(told=bool(events))
        memory: dict[str, bytes | None] = {**now}
        for name, state in self._bins.items():
            if state.kept is self._noted[name]:
                continue
            self._noted[name] = state.kept
            if not events and _has_only_crept(state, self._written[name]):
                later[BIN + name] = encode(state.kept)
            else:
                memory[BIN + name] = encode(state.kept)
        for key, value in later.items():
            self._save_later(key, value, now_us, CREEP_SAVE_US)
        return memory

    def _trust_zero(self) -> None:
        """Bins that came into doubt before another one showed its load really are empty."""
        if self._zero.kept and self._zero.doubted:
            for name in self._zero.doubted:
                self._bins[name].keep(zero_doubted=False)
            self._zero.doubted.clear()

    def _take_from_scale(self, now_us: int) -> None:
        """A short button held long enough takes the number that the scale saw."""
        for control, pressed_us in self._presses.newly_held(now_us):
            act, _, name = control.partition(" ")
            state = self._bins.get(name)
            if act == "short" and state is not None and _can_change(state, pressed_us):
                state.shown_units = units_seen(state)

    def _save_later(self, key: str, value: bytes, now_us: int, within_us: int) -> None:
        """Write this with the next facts, or within this time: no fact depends on it."""
        self._unsaved[key] = value
        at_us = now_us + within_us
        self._save_at_us = at_us if self._save_at_us is None else min(self._save_at_us, at_us)

    def _saved_later(self, memory: dict[str, bytes | None], now_us: int) -> dict[str, bytes | None]:
        """The memory to write now, with what waited for it if there is reason to write anything."""
        due = self._save_at_us is not None and now_us >= self._save_at_us
        if not (memory or due):
            return memory
        everything = {**self._unsaved, **memory}
        self._unsaved.clear()
        self._save_at_us = None
        self._written = dict(self._noted)
        return everything

    def _next_wake(self, now_us: int) -> int | None:
        times = [at_us for state in self._bins.values() for at_us in wakes_us(state)]
        times += [*self._presses.wakes_us(), *self._levels.wakes_us()]
        if self._save_at_us is not None:
            times.append(self._save_at_us)
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


def _has_only_crept(state: BinState, written: BinMemory) -> bool:
    """Whether nothing has changed since it was written but the baseline, and that by less than matters."""
    now_mg, then_mg = state.kept.baseline_mg, written.baseline_mg
    if now_mg is None or then_mg is None or abs(now_mg - then_mg) >= CREEP_WRITTEN_DIVISIONS * state.division_mg:
        return False
    return replace(state.kept, baseline_mg=then_mg) == written


def _follows_creep(state: BinState) -> bool:
    step_mg = CREEP_DIVISIONS * state.division_mg
    return state.content is None or CREEP_SHARE * step_mg < state.content.unit_mg

"""A bay: which task each bin shows, what its buttons do, and what it lights.

Threads and clocks: none. Every method is told the time (monotonic microseconds) and answers with an Outcome that
the agent commits before it shows :meth:`BayLogic.lights`.
"""

from collections.abc import Callable, Mapping

from edge.contract.events import (
    BinCounted,
    DeviceFailed,
    DeviceRecovered,
    Event,
    TaskReturned,
    UnitsPicked,
    UnitsPutAway,
)
from edge.contract.site import Station
from edge.contract.state import BayDesired, Lit, Task
from edge.logic.bin_logic import BinLogic, Step
from edge.logic.bin_state import BinMemory, decode_memory, encode_memory, memory_key
from edge.logic.outcome import NOTHING, Outcome

SHORT_HELD_US = 1_000_000


class BayLogic:
    """The logic of one bay.

    Args:
        station: Its configuration.
        journal: The id of its outbox's journal.
        memory: Its durable memory.
        new_id: Makes ids of alarms.
    """

    def __init__(
        self, station: Station, *, journal: str, memory: Mapping[str, bytes], new_id: Callable[[], str]
    ) -> None:
        self._journal = journal
        self._bins: dict[str, BinLogic] = {}
        self._by_channel: dict[int, BinLogic] = {}
        for bin_ in station.bins:
            kept = memory.get(memory_key(bin_.name))
            division = station.scale.division_mg if station.scale is not None and bin_.channel is not None else None
            remembered = BinMemory() if kept is None else decode_memory(kept)
            logic = BinLogic(bin_.name, division, remembered, new_id)
            self._bins[bin_.name] = logic
            if bin_.channel is not None:
                self._by_channel[bin_.channel] = logic
        self._desired: BayDesired | None = None
        self._done: dict[str, int | None] = {}
        """Tasks finished here, and the seq of the event that says so (None until it has one)."""
        self._queues: dict[str, list[Task]] = {}
        self._connected = False
        self._full = False
        self._down_us: dict[str, int] = {}
        self._parts: dict[str, bool] = {}

    # -- what comes in -------------------------------------------------------------------------------------

    def on_desired(self, desired: object, now_us: int) -> Outcome:
        """Obey a newer desired state; an older one is ignored."""
        if not isinstance(desired, BayDesired) or (desired.generation, desired.version) < self.obeyed:
            return NOTHING
        self._desired = desired
        as_of = desired.as_of
        known = as_of.seq if as_of is not None and as_of.journal == self._journal else 0
        self._done = {task: seq for task, seq in self._done.items() if seq is None or seq > known}
        contents = {content.bin: content for content in desired.bins}
        memory: dict[str, bytes | None] = {}
        for name, bin_ in self._bins.items():
            if bin_.set_content(contents.get(name)):
                memory[memory_key(name)] = encode_memory(bin_.memory)
        events: list[Event] = []
        self._queue()
        for task in desired.tasks:
            if task.recalled and task.task not in self._done and task.bin in self._bins:
                events += self._bins[task.bin].give_back(task).events
        self._finish(events)
        outcome = Outcome(events=tuple(events), memory=memory)
        return _joined(outcome, self._judge_all(now_us))

    def on_button(self, control: str, down: bool, now_us: int) -> Outcome:
        """A button of the bay."""
        what, _, name = control.partition(" ")
        if what == "bay":
            return self._more(now_us) if down else NOTHING
        bin_ = self._bins.get(name)
        if bin_ is None or self._full:
            return NOTHING
        task = self._shown(bin_, now_us)
        if what == "confirm" and down:
            return self._confirm(bin_, task, now_us)
        if what == "short" and task is not None:
            if down:
                self._down_us[control] = now_us
            elif now_us - self._down_us.pop(control, now_us) >= SHORT_HELD_US:
                bin_.short_held(task)
            else:
                bin_.short_press(task)
        return NOTHING

    def on_reading(self, channel: int, state: str, weight_mg: int | None, now_us: int) -> Outcome:
        """A reading of the bay's indicator."""
        bin_ = self._by_channel.get(channel)
        if bin_ is None:
            return NOTHING
        bin_.reading(state == "stable", weight_mg, now_us)
        return self._judge(bin_, now_us)

    def on_part(self, part: str, ok: bool, detail: str, now_us: int) -> Outcome:
        """A device of the bay failed or came back."""
        if self._parts.get(part, True) == ok:
            return NOTHING
        self._parts[part] = ok
        if part == "scale":
            for bin_ in self._by_channel.values():
                if ok:
                    bin_.scale_back()
                else:
                    bin_.scale_gone()
        event: Event = DeviceRecovered(part=part) if ok else DeviceFailed(part=part, reason=detail)
        return Outcome(events=(event,))

    def on_link(self, connected: bool, now_us: int) -> Outcome:
        """The hub's broker is reached, or lost."""
        self._connected = connected
        return NOTHING

    def on_outbox_full(self, full: bool, now_us: int) -> Outcome:
        """The outbox takes no more: nothing can be confirmed."""
        self._full = full
        return NOTHING

    def tick(self, now_us: int) -> Outcome:
        """Time has passed."""
        return self._judge_all(now_us)

    def replay(self, seq: int, event: Event) -> None:
        """An event that the outbox kept from before a restart."""
        self.recorded(seq, event)

    def recorded(self, seq: int, event: Event) -> None:
        """The seq that an event got: its task stays dark until the hub's desired state knows it."""
        if isinstance(event, UnitsPicked | UnitsPutAway | BinCounted | TaskReturned):
            self._done[event.task] = seq
            self._queue()

    # -- what shows ----------------------------------------------------------------------------------------

    @property
    def obeyed(self) -> tuple[int, int]:
        """(generation, version) of the desired state that is obeyed."""
        return (0, 0) if self._desired is None else (self._desired.generation, self._desired.version)

    def lights(self, now_us: int) -> tuple[Lit, ...]:
        """Every light that is on."""
        lit = []
        for bin_ in self._bins.values():
            light = bin_.alarm_light() or self._task_light(bin_, now_us)
            if light is not None:
                lit.append(light)
        if self._full:
            lit.append(Lit(place="beacon", colour="red", pattern="fast"))
        elif not self._connected:
            lit.append(Lit(place="beacon", colour="amber"))
        elif lit:
            lit.append(Lit(place="beacon", colour="green"))
        return tuple(lit)

    def open_tasks(self) -> tuple[str, ...]:
        """Tasks that are asked and not finished here."""
        return tuple(task.task for queue in self._queues.values() for task in queue)

    def alarms(self) -> tuple[str, ...]:
        """Alarms that are shown."""
        return tuple(alarm for bin_ in self._bins.values() for alarm in bin_.alarms)

    def wake_us(self, now_us: int) -> int | None:
        """When :meth:`tick` is wanted next."""
        times = (bin_.wake_us(now_us, bin_.name in self._queues) for bin_ in self._bins.values())
        return min((time for time in times if time is not None), default=None)

    # -- inside --------------------------------------------------------------------------------------------

    def _queue(self) -> None:
        queues: dict[str, list[Task]] = {}
        for task in () if self._desired is None else self._desired.tasks:
            if task.task not in self._done and task.bin in self._bins:
                queues.setdefault(task.bin, []).append(task)
        for queue in queues.values():
            queue.sort(key=lambda task: (task.order, task.task))
        self._queues = queues

    def _finish(self, events: list[Event]) -> None:
        """Tasks that these events end are dark at once."""
        for event in events:
            if isinstance(event, UnitsPicked | UnitsPutAway | BinCounted | TaskReturned):
                self._done[event.task] = None
        self._queue()

    def _shown(self, bin_: BinLogic, now_us: int) -> Task | None:
        queue = self._queues.get(bin_.name)
        return None if not queue or bin_.waits_for_weight(now_us) else queue[0]

    def _confirm(self, bin_: BinLogic, task: Task | None, now_us: int) -> Outcome:
        if bin_.memory.correction is not None:
            return self._outcome(bin_, bin_.accept())
        if task is None:
            return NOTHING
        return self._outcome(bin_, bin_.confirm(task, now_us))

    def _more(self, now_us: int) -> Outcome:
        for bin_ in self._bins.values():
            task = self._shown(bin_, now_us)
            if task is not None and task.kind == "count":
                bin_.more_press(task)
                break
        return NOTHING

    def _judge(self, bin_: BinLogic, now_us: int) -> Outcome:
        if self._desired is None or self._full:
            return NOTHING
        return self._outcome(bin_, bin_.judge(self._shown(bin_, now_us), now_us))

    def _judge_all(self, now_us: int) -> Outcome:
        outcome = NOTHING
        for bin_ in self._bins.values():
            outcome = _joined(outcome, self._judge(bin_, now_us))
        return outcome

    def _outcome(self, bin_: BinLogic, step: Step) -> Outcome:
        if not step.events and not step.remember:
            return NOTHING
        self._finish(list(step.events))
        memory = {memory_key(bin_.name): encode_memory(bin_.memory)} if step.remember else {}
        return Outcome(events=step.events, memory=memory)

    def _task_light(self, bin_: BinLogic, now_us: int) -> Lit | None:
        task = self._shown(bin_, now_us)
        if task is None:
            return None
        units = task.units if bin_.shown_units is None else bin_.shown_units
        pattern = "fast" if bin_.missing else "blink" if task.recalled else "steady"
        return Lit(
            place=bin_.name,
            colour=task.colour,
            pattern=pattern,  # type: ignore[arg-type]
            text=f"{task.mark}{units:>3}",
            task=task.task,
        )


def _joined(one: Outcome, other: Outcome) -> Outcome:
    if one is NOTHING or other is NOTHING:
        return other if one is NOTHING else one
    return Outcome(events=one.events + other.events, memory={**one.memory, **other.memory})

"""A bench (induction, pack or dock station): it asks what the hub prompts, and answers with facts."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from edge.contract.commands import ScanSymbol
from edge.contract.events import ButtonPressed, Event, ScanSource, SymbolScanned, UnitsCounted, WeightMeasured
from edge.contract.site import Station
from edge.contract.state import Ask, BenchDesired, Lit, PrintJob, Prompt
from edge.logic.answers import Answers
from edge.logic.memory import DESIRED, encode, recall
from edge.logic.outcome import Outcome
from edge.logic.page_scans import PageScans
from edge.logic.parts import Parts
from edge.logic.presses import Presses
from edge.logic.printing import Printing
from edge.logic.said import NOTHING, Said
from edge.logic.scans import Scans
from edge.logic.screen import Screen
from edge.logic.settling import Settling
from edge.logic.showing import beacon
from edge.logic.sighting import Sighting
from edge.logic.times import LEFT_LYING_US, QUIET_US, SAVE_DELAY_US
from edge.logic.trouble import PRINTER, trouble_text

CONTROLS = ("confirm", "minus", "plus", "problem")
"""A bench's buttons."""

COUNT_MAX = 9_999
"""A count display has four digits."""

LOADED_DIVISIONS = 5
"""A bench scale carries something when it shows more than this many divisions."""

DIFFERENT_DIVISIONS = 2
"""A weight is measured again when it differs from the last one by this many divisions or more."""


class BenchLogic:
    """The logic of one bench.

    Args:
        station: The bench's own file.
        memory: The station's durable memory as last committed.
        new_id: Makes ids of alarms.
        journal: The id of the station's outbox; a bench needs it for nothing, a bay does.

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
        self._scale = Settling(station.scale.division_mg) if station.scale is not None else None
        self._answers = Answers()
        self._printing = Printing(memory)
        self._scans = Scans(memory)
        self._page_scans = PageScans(memory)
        self._sighting = Sighting(memory, new_id)
        self._presses = Presses(CONTROLS, memory, new_id)
        self._parts = Parts(memory, station)
        self._connected = False
        self._full = False
        self._asked_us = 0
        """Since when the prompt's step is asked."""
        self._told_rest_us: int | None = None
        """Since when the load rests whose weight was told last."""
        self._count = 0
        self._wake_us: int | None = None
        self._save_at_us: int | None = None
        self._desired = recall(memory, DESIRED, BenchDesired)
        if self._desired is not None:
            self._printing.want(self._desired.jobs)
            self._count = self._desired.prompt.units if self._desired.prompt is not None else 0

    @property
    def obeyed(self) -> tuple[int, int]:
        """Generation and version of the desired state last obeyed; (0, 0) before the first."""
        return (0, 0) if self._desired is None else (self._desired.generation, self._desired.version)

    def go_on(self) -> None:
        """The station has not restarted, only its logic: the devices know what they have told."""
        self._scans.go_on()

    def on_desired(self, desired: BenchDesired, now_us: int) -> Outcome:
        """The hub says what it wants true; an older state than the one obeyed is ignored."""
        if (desired.generation, desired.version) < self.obeyed:
            return self._outcome(now_us)
        before = self._prompt
        self._desired = desired
        self._printing.want(desired.jobs)
        if _step_of(before) != _step_of(self._prompt):
            self._count = self._prompt.units if self._prompt is not None else 0
            self._sighting.restart(now_us)
            self._asked_us = now_us
        if self._save_at_us is None:
            self._save_at_us = now_us + SAVE_DELAY_US
        return self._outcome(now_us)

    def on_found(self, levels: Mapping[str, bool], now_us: int) -> Outcome:
        """How buttons are when they are first looked at: by control, whether it is down already."""
        self._presses.found(levels, now_us)
        return self._outcome(now_us)

    def on_button(self, control: str, down: bool, now_us: int) -> Outcome:
        """A button went down or came up."""
        if not down:
            self._presses.up(control)
            return self._outcome(now_us)
        self._presses.down(control, now_us)
        prompt = self._prompt
        if prompt is None or self._full or self._answers.is_answered(prompt.step):
            return self._outcome(now_us)
        if prompt.ask == "count" and control in ("minus", "plus"):
            self._count = max(0, min(COUNT_MAX, self._count + (1 if control == "plus" else -1)))
        told = self._answer(prompt, control)
        return self._outcome(now_us, *([told] if told is not None else []))

    def on_reading(self, channel: int, state: str, weight_mg: int | None, now_us: int) -> Outcome:
        """The bench scale says something; it has one channel, 0."""
        if self._scale is not None and channel == 0:
            self._scale.take(state, weight_mg, now_us)
        return self._outcome(now_us)

    def on_symbol(
        self, text: str, symbology: str, aim: str, now_us: int, said: Said = NOTHING, picture: str = ""
    ) -> Outcome:
        """A symbol passed the camera. It is a fact whatever is asked: the hub decides what it means.

        Only what was told before a restart and lies there since is not told again, nor what the scanner has just told.
        """
        return self._scanned(self._told(text, symbology, aim, said, "camera", picture=picture), now_us)

    def on_scan(self, text: str, symbology: str, aim: str, now_us: int, said: Said = NOTHING) -> Outcome:
        """The handheld scanner was pointed at a symbol: each pull of its trigger is a fact, unless the camera has just
        told the same."""
        return self._scanned(self._told(text, symbology, aim, said, "scanner"), now_us)

    def on_page_scan(self, command: ScanSymbol, now_us: int, said: Said = NOTHING) -> tuple[Outcome, str]:
        """A person's page sent a symbol: a fact like the scanner's, once. Why it is refused, empty if it is not."""
        prompt = self._prompt
        if self._page_scans.is_told(command.command):
            return self._outcome(now_us), ""
        if self._full:
            return self._outcome(now_us), "The station can record nothing more: tell a supervisor."
        if prompt is None or prompt.ask != "scan":
            return self._outcome(now_us), "No scan is asked for now: look at the bench."
        if prompt.step != command.step:
            return self._outcome(now_us), "The bench asks something else by now: look, and scan again."
        told = self._told(command.text, command.symbology, command.aim, said, "page", command.command)
        outcome = self._scanned(told, now_us)
        if outcome.events:
            outcome = replace(outcome, memory={**outcome.memory, **self._page_scans.kept(command.command)})
        return outcome, ""

    def on_unreadable(self, present: bool, now_us: int, picture: str = "") -> Outcome:
        """Something without a readable symbol is before the camera, with the id of its picture, or is gone."""
        self._sighting.see(present, now_us, picture)
        return self._outcome(now_us)

    def on_part(self, part: str, ok: bool, detail: str, now_us: int) -> Outcome:
        """A device was found failed or well."""
        self._parts.note(part, ok, detail)
        if part == "scale" and not ok and self._scale is not None:
            self._scale.fail()
        if part == PRINTER:
            self._printing.printer(ok, detail)
        if part == "camera" and not ok:
            self._sighting.see(False, now_us)  # a camera that is gone sees nothing
        return self._outcome(now_us)

    def on_link(self, connected: bool, now_us: int) -> Outcome:
        """The link to the hub came or went."""
        self._connected = connected
        return self._outcome(now_us)

    def on_outbox_full(self, full: bool, now_us: int) -> Outcome:
        """Whether facts can be recorded: while not, nothing is answered, measured or printed."""
        self._full = full
        return self._outcome(now_us)

    def on_printed(self, job: str, error: str | None, now_us: int, *, sent: bool = True) -> Outcome:
        """The printer took a job (error None), or did not, or cannot say; not ``sent``: it surely got nothing of it."""
        self._printing.end(job, error, sent=sent)
        return self._outcome(now_us)

    def tick(self, now_us: int) -> Outcome:
        """Time has passed."""
        return self._outcome(now_us)

    def wake_us(self) -> int | None:
        """When :meth:`tick` is due next; None if only something that happens can change anything."""
        return self._wake_us

    def replay(self, recorded_seq: int, event: Event) -> None:
        """After a restart: one event of the outbox, in order."""
        self._answers.note(event)
        self._printing.note(event)

    def recorded(self, seq: int, event: Event) -> None:
        """An event of an outcome was committed: it was noted when it was told."""

    def lights(self, now_us: int) -> tuple[Lit, ...]:
        """Every light that is on: a bench has only its beacon."""
        failed = self._parts.matter or bool(self._presses.stuck())
        top = beacon(full=self._full, connected=self._connected, failed=failed, busy=False)
        return (top,) if top is not None and self._station.beacon is not None else ()

    def open_tasks(self) -> tuple[str, ...]:
        """A bench has prompts, not tasks."""
        return ()

    def alarms(self) -> tuple[str, ...]:
        """The ids of all open alarms of the bench."""
        found = (self._sighting.alarm,) if self._sighting.alarm is not None else ()
        return (*found, *self._presses.alarms())

    def screen(self) -> Screen:
        """What the operator sees."""
        prompt = self._prompt
        trouble, tone = trouble_text(
            full=self._full,
            connected=self._connected,
            failed=self._parts.failed,
            stuck=self._presses.stuck(),
            labels=self._printing.waiting(),
            unreadable=self._sighting.alarm is not None,
        )
        return Screen(
            prompt=prompt,
            count_shown=self._count if prompt is not None and prompt.ask == "count" else 0,
            board=self._desired.board if self._desired is not None else (),
            trouble=trouble,
            tone=tone,
        )

    def expected(self) -> tuple[str, ...]:
        """Texts of symbols that would answer the prompt."""
        return self._prompt.expected if self._prompt is not None else ()

    @property
    def prints(self) -> bool:
        """Whether the bench has a printer."""
        return self._station.printer is not None

    def to_print(self) -> PrintJob | None:
        """The job to send to the printer: its intent is in the memory of an earlier outcome."""
        return None if self._full else self._printing.at_printer()

    def _told(
        self, text: str, symbology: str, aim: str, said: Said, source: ScanSource, scan: str = "", picture: str = ""
    ) -> SymbolScanned:
        return SymbolScanned(
            step=_step_of(self._prompt),
            text=text,
            symbology=symbology,
            aim=aim,
            raw=said.raw,
            gs1=said.gs1,
            gs1_error=said.gs1_error,
            source=source,
            scan=scan,
            picture=picture,
        )

    def _scanned(self, told: SymbolScanned, now_us: int) -> Outcome:
        self._sighting.see(False, now_us)
        if self._full or not self._scans.is_new(told.text, now_us, by_hand=told.source != "camera"):
            return self._outcome(now_us)
        return self._outcome(now_us, told)

    @property
    def _prompt(self) -> Prompt | None:
        return self._desired.prompt if self._desired is not None else None

    def _answer(self, prompt: Prompt, control: str) -> Event | None:
        """The fact that a button tells under this prompt, if any."""
        if control == "problem":
            return ButtonPressed(step=prompt.step, button="problem")
        if control == "confirm" and prompt.ask == "count":
            return UnitsCounted(step=prompt.step, units=self._count, units_asked=prompt.units)
        if control == "confirm" and prompt.ask == "press":
            return ButtonPressed(step=prompt.step, button="confirm")
        return None

    def _measure(self, now_us: int) -> list[Event]:
        """A weight at rest while one is asked: told once, and again when it differs."""
        prompt, scale = self._prompt, self._scale
        if prompt is None or scale is None or not self._asks("weigh") or not scale.is_at_rest(now_us):
            return []
        weight_mg, last_mg = scale.weight_mg, self._answers.weight_mg(prompt.step)
        if weight_mg is None or weight_mg <= LOADED_DIVISIONS * scale.division_mg:
            return []
        if last_mg is not None and abs(weight_mg - last_mg) < DIFFERENT_DIVISIONS * scale.division_mg:
            return []
        if scale.stable_since_us == self._told_rest_us and last_mg is None and now_us < self._asked_us + LEFT_LYING_US:
            return []  # the last parcel still lies there
        self._told_rest_us = scale.stable_since_us
        return [WeightMeasured(step=prompt.step, weight_mg=weight_mg, division_mg=scale.division_mg)]

    def _asks(self, ask: Ask) -> bool:
        prompt = self._prompt
        return prompt is not None and prompt.ask == ask and not self._answers.is_answered(prompt.step)

    def _outcome(self, now_us: int, *told: Event) -> Outcome:
        """Judge what has come, and gather what was told with the memory that belongs to it."""
        events = list(told)
        kept: dict[str, bytes | None] = {}
        self._scans.start(now_us)
        for event in told:
            self._answers.note(event)
            if isinstance(event, SymbolScanned):
                kept |= self._scans.kept(event, now_us)
        self._presses.newly_held(now_us)
        if not self._full:
            events += self._measure(now_us)
            for more, written in (
                self._presses.watch(now_us),
                self._parts.tell(),
                self._sighting.judge(self._asks("scan"), now_us),
                self._printing.go_on(now_us),
            ):
                events += more
                kept |= written
            for event in events:
                self._answers.note(event)
        if self._save_at_us is not None and (kept or events or now_us >= self._save_at_us):
            assert self._desired is not None, "only a desired state waits to be saved"
            kept[DESIRED] = encode(self._desired)
            self._save_at_us = None
        self._wake_us = self._next_wake(now_us)
        return Outcome(events=tuple(events), memory=kept)

    def _next_wake(self, now_us: int) -> int | None:
        times = self._presses.wakes_us()
        if self._scale is not None and self._scale.stable_since_us is not None:
            times += [self._scale.stable_since_us + QUIET_US, self._asked_us + LEFT_LYING_US]
        more = (self._sighting.due_us(), self._printing.give_up_us(), self._save_at_us)
        times += [at_us for at_us in more if at_us is not None]
        return min((at_us for at_us in times if at_us > now_us), default=None)


def _step_of(prompt: Prompt | None) -> str:
    return prompt.step if prompt is not None else ""

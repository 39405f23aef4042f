"""The agent of one station: one thread, one queue; whatever happens becomes facts, and lights follow the facts.

Threads and clocks: devices and the link call in from their own threads and only queue. The loop takes one thing at
a time: logic decides, the outbox commits (facts and memory in one transaction), only then lights change and facts
are sent. The logic's clock is the intake's, which goes by what happened; what is drawn, sent and tried again goes by
the time that it is. Printing runs on a thread of its own, for a printer may take seconds.
"""

from collections.abc import Callable, Mapping

import structlog

from edge.card import Card
from edge.contract.codec import BadMessage, decode_ack, decode_command, decode_desired, encode
from edge.contract.commands import ScanSymbol
from edge.contract.events import StationStarted
from edge.contract.state import Ack, BayDesired, Lit, PartHealth
from edge.contract.topics import Channel
from edge.devices import Devices, Inputs
from edge.evidence.keeper import NoPictures, Pictures
from edge.hearing import hearing
from edge.hub_watch import HubWatch
from edge.identity import Identity
from edge.intake import Call, Intake
from edge.known import Known
from edge.labels import Labels
from edge.lamps import Lamps
from edge.logic.bay import BayLogic
from edge.logic.bench import BenchLogic
from edge.logic.outcome import Outcome
from edge.logic.showing import while_ahead
from edge.logic.trouble import PRINTER
from edge.obeying import Obeying
from edge.outbox import AckOutcome, Outbox, OutboxDamaged
from edge.own_events import event_of
from edge.pointing import Pointing
from edge.reporter import Reporter, state_of
from edge.sender import Sender
from edge.showing import PLAIN, Manner, next_turn_us, shines
from edge.sounding import Sounding
from edge.understanding import YEAR_MIN, understood

DRAIN_MAX = 64
"""Inputs taken in a row before what is due by time gets its turn."""
PRUNE_EVERY_US = 60_000_000
_log = structlog.get_logger("agent")


class Agent:
    """Runs one station until it is stopped.

    Args:
        identity: For StationStarted and the reported state.
        new_logic: Makes the station's logic from what the outbox remembers. Raises: OutboxDamaged.
        outbox: Its durable outbox.
        sender: Decides what of it to send.
        devices: What it works with.
        publish: The link's publish; whether it took the message.
        now_us: Monotonic microseconds.
        year: This one, for the two digits that symbols have of theirs.
        manner: How its lights show, and what it may let hear.
        alive: Called each time that the loop has gone round.
        pictures: Gives out what the camera saw.
    """

    def __init__(
        self,
        *,
        identity: Identity,
        new_logic: Callable[[], BayLogic | BenchLogic],
        outbox: Outbox,
        sender: Sender,
        devices: Devices,
        publish: Callable[[Channel, bytes], bool],
        now_us: Callable[[], int],
        year: Callable[[], int] = lambda: YEAR_MIN,
        manner: Manner = PLAIN,
        alive: Callable[[], None] = lambda: None,
        pictures: Pictures | None = None,
    ) -> None:
        self._identity = identity
        self._alive, self._year, self._manner = alive, year, manner
        self._new_logic = new_logic
        self._logic = new_logic()
        self._known = Known()
        self._card = Card()
        self._started = False
        self._frozen: tuple[Lit, ...] | None = None
        """What was lit when the logic came to be ahead of the disk; None while it is not."""
        self._outbox = outbox
        self._sender = sender
        self._devices = devices
        self._publish = publish
        self._now_us = now_us
        self._intake = Intake(now_us)
        self._connected = False
        self._hub = HubWatch()
        self._stop = False
        self._pointing = Pointing(identity.places)
        self._obeying = Obeying(
            pointing=self._pointing,
            pictures=pictures or NoPictures(),
            scan=self._page_scan,
            restart=self._restart,
            publish=publish,
        )
        self._sounding = Sounding(devices.tone, manner.sounds, self._part, now_us)
        self._reporter = Reporter()
        self._lamps = Lamps(devices, lambda part, ok, detail, _now_us: self._part(part, ok, detail))
        self._labels = Labels(
            devices,
            lambda job, error, sent: self._intake.put(lambda: self._printed(job, error, sent), awaited=True),
            lambda error: self._intake.put(lambda: self._looked_at_printer(error), awaited=True),
        )
        self.restart_asked = False
        """Whether the agent ended to be started again."""
        self._prune_at_us = 0
        self._lit: tuple[Lit, ...] = ()
        """What is lit."""
        self._drawn: tuple[Lit, ...] = ()
        """What would be, were nobody to be led here by a command."""

    def inputs(self) -> Inputs:
        """Where devices put what they see."""
        return hearing(
            self._intake,
            tell=lambda what: self._commit(what(self._logic, self._intake.clock_us)),
            pressed=self._pressed,
            found=self._found,
            part=self._part,
            year=self._year,
        )

    def on_message(self, channel: Channel, payload: bytes) -> None:
        """The link's messages."""
        self._intake.put(lambda: self._message(channel, payload))

    def on_link(self, connected: bool) -> None:
        """The link's state."""
        self._intake.put(lambda: self._linked(connected))

    def stop(self) -> None:
        """End the loop within a fifth of a second. May be called by a signal's handler: it takes no lock."""
        self._stop = True

    def run(self) -> None:
        """Work until :meth:`stop`."""
        self._guarded(self._begin)
        self._guarded(self._show)
        while not self._stop:
            self._wait()
            self._guarded(self._after)
            self._alive()
        self._intake.close()
        self._sounding.close()

    def _begin(self) -> None:
        self._replay()
        self._tell_start()
        self._sounding.start()

    def _replay(self) -> None:
        for recorded in self._outbox.kept():
            event = event_of(recorded.event)
            if event is not None:
                self._logic.replay(recorded.seq, event)

    def _tell_start(self) -> None:
        """The first fact of a run, now or as soon as facts can be kept."""
        if not self._started:
            started = StationStarted(version=self._identity.version, simulated=self._identity.simulated)
            self._commit(Outcome(events=(started,)))
            self._started = True

    # -- the loop ------------------------------------------------------------------------------------------

    def _wait(self) -> None:
        """Take what comes, at most until something is due."""
        now_us = self._now_us()
        times = [self._lamps.poll_at_us, self._logic.wake_us(), self._card.retry_at_us, self._reporter.wake_us]
        times += [None if self._card.failing else self._sender.wake_us, self._sounding.wake_us]
        times += [next_turn_us(self._lit, now_us, self._manner), self._lamps.reopen_at_us]
        times += [self._labels.look_at_us if self._logic.prints and not self._labels.busy else None]
        due_us = min(t for t in times if t is not None)
        call = self._intake.take((due_us - now_us) / 1e6)
        for _ in range(DRAIN_MAX):
            if call is None or self._stop:
                return
            self._guarded(call)
            self._guarded(self._send)  # the next light may be at another station: its way is the longer one
            self._guarded(self._show)
            call = self._intake.take()

    def _linked(self, connected: bool) -> None:
        self._connected = connected
        self._sender.connected(connected)
        self._hub.connected(connected)
        self._reporter.forget()
        self._watch_hub()

    def _watch_hub(self) -> None:
        box = self._outbox
        waiting = 0 if self._card.failing else box.unacknowledged  # what the hub answers is not heard meanwhile
        answers = self._hub.look(waiting=waiting, acknowledged=box.acknowledged, now_us=self._now_us())
        if answers != self._known.hub_answers:
            self._known.hub_answers = answers
            if self._connected and not answers:
                _log.warning("the broker is there, the hub does not answer", waiting=box.unacknowledged)
            self._commit(self._logic.on_link(answers, self._intake.clock_us))

    def _pressed(self, control: str, down: bool) -> None:
        self._known.levels[control] = down
        self._commit(self._logic.on_button(control, down, self._intake.clock_us))

    def _found(self, levels: Mapping[str, bool]) -> None:
        self._known.levels |= levels
        self._commit(self._logic.on_found(levels, self._intake.clock_us))

    def _looked_at_printer(self, error: str | None, *, printed: bool = False) -> None:
        self._labels.ended(ready=error is None, printed=printed, now_us=self._now_us())
        self._part(PRINTER, error is None, error or "")

    def _printed(self, job: str, error: str | None, sent: bool) -> None:
        self._looked_at_printer(error, printed=error is None)
        self._commit(self._logic.on_printed(job, error, self._intake.clock_us, sent=sent))

    def _part(self, part: str, ok: bool, detail: str) -> None:
        known = self._known.parts.get(part)
        self._known.parts[part] = PartHealth(part=part, ok=ok, detail=detail)
        if known == self._known.parts[part]:
            return
        if known is not None and known.ok == ok:
            pass  # only the reason is another one now
        elif not ok:
            _log.warning("device failed; trying again", part=part, why=detail)
        elif known is not None:
            _log.info("device is back", part=part)
        self._commit(self._logic.on_part(part, ok, detail, self._intake.clock_us))

    def _message(self, channel: Channel, payload: bytes) -> None:
        try:
            if channel is Channel.ACK:
                self._acknowledged(decode_ack(payload))
            elif channel is Channel.DESIRED:
                desired = decode_desired(payload)
                if isinstance(desired, BayDesired) != isinstance(self._logic, BayLogic):
                    raise BadMessage("Desired state of another kind of station.")
                self._known.want(desired)
                self._commit(self._logic.on_desired(desired, self._intake.clock_us))  # type: ignore[arg-type]
            elif channel is Channel.COMMAND:
                self._obeying.obey(decode_command(payload), self._now_us())
        except BadMessage as error:
            _log.warning("message not understood", channel=str(channel), error=str(error))

    def _acknowledged(self, ack: Ack) -> None:
        if ack.journal != self._outbox.journal or self._card.failing:
            return  # a watermark that cannot be kept is told again: the sender asks for it
        match self._outbox.acknowledge(ack.generation, ack.seq):
            case AckOutcome.MOVED:
                self._sender.acknowledged()
            case AckOutcome.REPEATED:
                self._sender.asked_again(self._now_us())
            case AckOutcome.ELSEWHERE:
                _log.error(
                    "the hub's watermark lies outside of what is kept here: a new journal begins",
                    watermark=ack.seq,
                    kept=f"{self._outbox.oldest_seq} to {self._outbox.last_seq}",
                )
                self._outbox.begin_anew(ack.generation, ack.seq)
                # the logic knows its finished tasks by keys of the old journal: start again from the disk
                self._restart()

    def _restart(self) -> None:
        self.restart_asked = self._stop = True

    def _page_scan(self, command: ScanSymbol) -> str:
        """Take what a person's page has read; why it is refused."""
        if not isinstance(self._logic, BenchLogic):
            return "A bay asks for no scans."
        said = understood(command.text, command.symbology, command.aim, b"", self._year())
        outcome, refused = self._logic.on_page_scan(command, self._intake.clock_us, said)
        self._commit(outcome)
        return refused

    def _commit(self, outcome: Outcome) -> None:
        """Facts and memory on to the disk, then the logic learns the facts' keys."""
        if not outcome.events and not outcome.memory:
            return
        if self._card.failing:
            assert not outcome.events, "a logic that was told that nothing can be recorded tells nothing"
            return
        recorded = self._outbox.record(outcome.events, outcome.memory)
        for row, event in zip(recorded, outcome.events, strict=True):
            self._logic.recorded(row.seq, event)
        self._card.kept()
        self._sounding.told(outcome.events)
        if self._outbox.full != self._known.full:
            self._known.full = self._outbox.full
            self._commit(self._logic.on_outbox_full(self._known.full, self._intake.clock_us))

    def _guarded(self, call: Call) -> None:
        """Do this; what the card does not keep has not happened, and the lights stay as they are."""
        try:
            call()
        except OutboxDamaged as error:
            if not self._card.failing:
                _log.error("nothing can be recorded; trying again", why=str(error))
            self._card.failed(self._now_us())
            self._known.full = True
            self._frozen = self._frozen or self._drawn
            try:
                self._take_up()
            except OutboxDamaged as again:
                _log.error("what is recorded cannot be read; the lights stay as they are", why=str(again))
                self._logic.on_outbox_full(True, self._intake.clock_us)

    def _take_up(self) -> None:
        """The logic anew from what is committed, as after a restart, with what is known beside it."""
        logic = self._logic
        self._logic = self._new_logic()
        try:
            self._replay()
        except OutboxDamaged:
            self._logic = logic
            raise
        self._frozen = None
        for outcome in self._known.tell(self._logic, self._intake.clock_us):
            self._commit(outcome)

    def _try_card(self) -> None:
        """See whether the card keeps something again; if so, go on from what it holds."""
        self._outbox.try_to_write()
        self._card.writes()
        self._known.full = self._outbox.full
        self._take_up()
        self._tell_start()
        _log.info("facts are recorded again")

    def _after(self) -> None:
        """What is due by time alone."""
        now_us = self._now_us()
        if self._card.retry_at_us is not None and now_us >= self._card.retry_at_us:
            self._guarded(self._try_card)
        self._lamps.poll(now_us)
        self._sounding.play()
        clock_us, wake_us = self._intake.pass_time(), self._logic.wake_us()
        if wake_us is not None and clock_us >= wake_us:
            self._commit(self._logic.tick(clock_us))
        if self._known.full and not self._card.failing and not self._outbox.full:
            self._known.full = False
            self._commit(self._logic.on_outbox_full(False, clock_us))
        if now_us >= self._prune_at_us and not self._card.failing:
            self._prune_at_us = now_us + PRUNE_EVERY_US
            self._outbox.prune()
        self._watch_hub()
        self._print()
        self._send()
        self._show()
        self._report()

    def _show(self) -> None:
        now_us = self._now_us()
        lit = self._logic.lights(now_us)
        if self._frozen is not None:  # a logic that is ahead of the disk would darken what was not recorded
            lit = while_ahead(self._frozen, lit)
        self._drawn, self._lit = lit, self._pointing.over(lit, now_us)
        self._lamps.show(shines(self._lit, now_us, self._manner), now_us)
        if isinstance(self._logic, BenchLogic):
            screen = self._logic.screen()
            self._devices.screen(screen)
            self._sounding.asked(screen.prompt)
            self._devices.expect(self._logic.expected())

    def _send(self) -> None:
        if self._card.failing:
            return
        for envelope in self._sender.due(self._now_us()):
            if not self._publish(Channel.EVENT, encode(envelope)):
                self._sender.refused(envelope, self._now_us())
                return

    def _print(self) -> None:
        """Print what is asked for; its intent is in the committed memory before the printer hears of it."""
        if self._logic.prints:
            self._labels.go_on(self._logic.to_print(), self._now_us())

    def _report(self) -> None:
        """Say what is true here, when it has changed."""
        if not self._connected:
            return
        reported = state_of(self._identity, self._logic, self._known, self._outbox, self._lit)
        if self._reporter.due(reported, self._now_us()) and not self._publish(Channel.REPORTED, encode(reported)):
            self._reporter.forget()  # it is due again the next time round

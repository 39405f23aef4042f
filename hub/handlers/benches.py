"""Benches: the hub asks one question at a time, the bench answers with facts that name the step.

Each kind of bench has a flow: a state (a msgspec struct kept as JSON), the prompt that the state shows, and what
an answer does to it. An answer to an old step is a fact like any other, but changes nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
import structlog

from edge.contract.events import (
    ButtonPressed,
    LabelPrinted,
    PrintFailed,
    SymbolScanned,
    UnitsCounted,
    WeightMeasured,
)
from edge.contract.state import Prompt
from hub.handlers.cart_proposals import Proposals
from hub.handlers.facts import Fact, SetAside
from hub.handlers.label_printing import Label, may_be_tried, print_again
from hub.handlers.pictured import picture_name
from hub.handlers.policy import Policy
from hub.storage import benches, exceptions
from hub.storage.prepared import RolledBack, savepoint
from hub.storage.transaction import Tx

Answer = SymbolScanned | UnitsCounted | WeightMeasured | ButtonPressed
REASON_CHARS_MAX = 120
"""How much of a failure's text a bench's screen repeats; the list of exceptions has it in full."""
_log = structlog.get_logger("benches")


@dataclass(frozen=True, kw_only=True)
class Turn:
    """What a flow works with while it takes one answer."""

    tx: Tx
    fact: Fact
    station: str
    policy: Policy
    proposals: Proposals
    picture: str = ""
    """STATION/ID of what the camera saw of the answer, if it is a scan of the camera's."""

    def held_by(self, kind: str, state: type[Any], holds: Callable[[Any], bool]) -> str | None:
        """Another bench of a kind whose state holds what this one wants; None if there is none."""
        for station, session in benches.sessions_elsewhere(self.tx.connection, self.station, kind):
            if holds(msgspec.json.decode(session, type=state)):
                return station
        return None


@dataclass(frozen=True, kw_only=True)
class Flow:
    """One kind of bench."""

    state: type[Any]
    """The msgspec struct of its state; made without arguments it is the resting state. It has a ``note``, which the
    prompt shows to the operator."""
    prompt: Callable[[Any], Prompt]
    """The prompt of a state, with an empty ``step``."""
    answer: Callable[[Turn, Any, Answer], Any]
    """The state after an answer; the same object if it changes nothing."""
    label: Callable[[Any], Label | None] = lambda _: None
    """The label that a state waits for."""


class BenchDesk:
    """Routes bench events to the flows.

    Args:
        flows: The flow of each kind of bench.
        policy: The site's policies.
        proposals: Which orders should go together; none of them is a promise.
    """

    def __init__(self, flows: Mapping[str, Flow], policy: Policy, proposals: Proposals | None = None) -> None:
        self._flows = flows
        self._policy = policy
        self._proposals = proposals or Proposals()
        self.may_print = True
        """Whether a label may have to be sent again: there was one when it was last looked."""

    def answered(self, tx: Tx, fact: Fact, event: Answer) -> None:
        """Take an answer of a bench.

        Raises:
            SetAside: it could not be booked. The bench asks again all the same, under a new step (a station never
                answers one twice), and says why; after ``problem`` it is at rest, so that nobody is stuck there.
        """
        found = benches.load(tx.connection, fact.device)
        if found is None:
            return
        _, kind, step, session = found
        if event.step != step_name(fact.device, step):
            return
        flow = self._flows[kind]
        before = msgspec.json.decode(session, type=flow.state)
        seen = picture_name(fact.device, event.picture) if isinstance(event, SymbolScanned) else ""
        turn = Turn(tx=tx, fact=fact, station=fact.device, policy=self._policy, proposals=self._proposals, picture=seen)
        mark = tx.ledger.mark()
        try:
            with savepoint(tx.connection, "answer"):
                after = flow.answer(turn, before, event)
        except RolledBack:
            raise  # nothing stands that a way on could follow
        except Exception as error:  # it is raised again below, once the bench has a way on
            tx.ledger.forget(mark)
            _log.exception("answer not booked", station=fact.device, step=step)
            why = f"{type(error).__name__}: {error}"
            self._save(tx, fact.device, step + 1, _not_booked(flow, before, event, why))
            raise SetAside(why) from error
        if after is not before:
            self._save(tx, fact.device, step + 1, after)

    def _save(self, tx: Tx, station: str, step: int, state: Any) -> None:
        benches.save(tx, station, step, msgspec.json.encode(state).decode())

    def printed(self, tx: Tx, fact: Fact, event: LabelPrinted) -> None:
        """A label is in the printer's tray."""
        benches.set_job(tx, event.job, "printed")
        exceptions.close(tx, "print_failed", fact.device, "printed")

    def print_failed(self, tx: Tx, fact: Fact, event: PrintFailed) -> None:
        """A label was not printed, or nobody knows. If its bench still waits for it and the printer surely has nothing
        of it, it is sent again after a while, a few times in all; else the operator is asked to look at the printer."""
        found = benches.set_job(tx, event.job, "failed", event.reason, sent=event.sent)
        if found is None or self._label(tx, found[0]) != found[1:]:
            return
        station, label = found[0], found[1:]
        fate = "may or may not be printed" if event.sent else "was not printed"
        exceptions.open_once(tx, "print_failed", station, f"The label {fate}: {event.reason}")
        self.may_print = True
        if not may_be_tried(tx, station, label):
            self._tell(tx, station, _look_at_printer(event))

    def print_again(self, tx: Tx) -> None:
        """Send the failed labels again that benches wait for; called every now and then while :attr:`may_print`."""
        for station in benches.stations(tx.connection):
            label = self._label(tx, station)
            if label is not None and may_be_tried(tx, station, label):
                print_again(tx, station, label)
        self.may_print = False

    def _label(self, tx: Tx, station: str) -> Label | None:
        """The label that a bench waits for."""
        found = benches.load(tx.connection, station)
        if found is None:
            return None
        flow = self._flows[found[1]]
        return flow.label(msgspec.json.decode(found[3], type=flow.state))

    def _tell(self, tx: Tx, station: str, note: str) -> None:
        """Show a note at a bench, under a new step: what was answered before may be answered again."""
        found = benches.load(tx.connection, station)
        assert found is not None
        _, kind, step, session = found
        state = msgspec.json.decode(session, type=self._flows[kind].state)
        self._save(tx, station, step + 1, msgspec.structs.replace(state, note=note))

    def prompt(self, connection: Any, station: str) -> Prompt | None:
        """What a bench shows now."""
        found = benches.load(connection, station)
        if found is None:
            return None
        _, kind, step, session = found
        flow = self._flows[kind]
        shown = flow.prompt(msgspec.json.decode(session, type=flow.state))
        return msgspec.structs.replace(shown, step=step_name(station, step))


def _not_booked(flow: Flow, before: Any, event: Answer, why: str) -> Any:
    """The state after an answer that could not be booked: the same question, or rest if that was the way out."""
    what = _short(why)
    if isinstance(event, ButtonPressed):
        return flow.state(note=f"Set it aside and call a supervisor: that could not be booked ({what}).")
    return msgspec.structs.replace(
        before, note=f"That could not be booked ({what}). Try once more, or press problem and set it aside."
    )


def _look_at_printer(event: PrintFailed) -> str:
    """What a person does about a label that is not sent again by itself."""
    why = _short(event.reason)
    if event.sent:
        return f"Printed? {why}. Look for the label. Only if there is none, press problem: it is printed again."
    return f"Not printed: {why}. See to the printer, then press problem: it is printed again."


def _short(reason: str) -> str:
    return reason if len(reason) <= REASON_CHARS_MAX else reason[:REASON_CHARS_MAX] + "..."


def step_name(station: str, step: int) -> str:
    """The name of a bench's question."""
    return f"{station}#{step}"
